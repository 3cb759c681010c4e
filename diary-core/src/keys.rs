//! Keys, bundle, certificates, enrolment.
