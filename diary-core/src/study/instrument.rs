//! Instruments: FHIR R4 Questionnaires, their answers and scores.
