//! Faults of a Questionnaire, each with its place. Contains study data alone, never a participant's answers.

/// One thing that is wrong with an instrument, or that the diary does not support.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct InstrumentError {
    /// Path in the JSON, with the `linkId` inside an item.
    pub place: String,
    /// Fault.
    pub problem: Problem,
}

/// Fault of a Questionnaire.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// Not JSON, or JSON beyond the limits of an instrument.
    #[error("cannot be read as JSON: {detail}")]
    NotJson {
        /// Message of the JSON reader, with line and column if known.
        detail: String,
    },
    /// Some other JSON.
    #[error("not a FHIR Questionnaire: resourceType is {found}")]
    NotQuestionnaire {
        /// Value of `resourceType`.
        found: String,
    },
    /// Something that must be there is not.
    #[error("{field} is missing")]
    Missing {
        /// The element.
        field: String,
    },
    /// An element of another type or form.
    #[error("{field} must be {expected}")]
    Wrong {
        /// The element.
        field: String,
        /// Expected form.
        expected: &'static str,
    },
    /// An element that FHIR R4 does not have here: a slip of the pen would otherwise be ignored in silence.
    #[error("unknown element \"{name}\"")]
    UnknownElement {
        /// Its name.
        name: String,
    },
    /// A type that FHIR R4 does not have.
    #[error("unknown item type \"{name}\"")]
    UnknownItemType {
        /// Its name.
        name: String,
    },
    /// Something of FHIR that the diary does not do and that would change what is asked or accepted.
    #[error("{what} is not supported{}{why}", if .why.is_empty() { "" } else { ": " })]
    Unsupported {
        /// Its name.
        what: String,
        /// Effect of ignoring it.
        why: &'static str,
    },
    /// A modifier extension; none is known, and none may be ignored.
    #[error("modifier extension {url} is not supported")]
    ModifierExtension {
        /// Its address.
        url: String,
    },
    /// A document of another release of FHIR.
    #[error("written for FHIR {release}, by its {signs}; the diary reads R4: {instead}")]
    OtherRelease {
        /// The release.
        release: &'static str,
        /// Elements that only it has.
        signs: String,
        /// Replacement in R4.
        instead: &'static str,
    },
    /// Nothing of it is ever asked, so it could not be answered.
    #[error(
        "it has no question that can be answered: all its items are groups, displays, hidden, read-only or calculated"
    )]
    NoQuestion,
    /// The same `linkId` in two places.
    #[error("the linkId is already used at {first}")]
    DuplicateLinkId {
        /// The other place.
        first: String,
    },
    /// One of FHIR's invariants is broken.
    #[error("{rule}: {what}")]
    Invariant {
        /// Its key, for example `que-4`.
        rule: &'static str,
        /// Demand that is not checked.
        what: &'static str,
    },
    /// Two elements contradict each other.
    #[error("{0}")]
    Conflict(String),
}
