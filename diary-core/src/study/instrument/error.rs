//! Faults of a Questionnaire, each with its place. Contains study data alone, never a participant's answers.

/// One fault of an instrument, or an unsupported element.
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
    /// JSON of another resource.
    #[error("not a FHIR Questionnaire: resourceType is {found}")]
    NotQuestionnaire {
        /// Value of `resourceType`.
        found: String,
    },
    /// A required element is missing.
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
    /// An element that FHIR R4 does not have here. A typing error would otherwise be ignored silently.
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
    /// An unsupported element that would change questions or accepted answers.
    #[error("{what} is not supported{}{why}", if .why.is_empty() { "" } else { ": " })]
    Unsupported {
        /// Name.
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
        /// Elements that only that release has.
        signs: String,
        /// Replacement in R4.
        instead: &'static str,
    },
    /// No item is ever asked, so that it could not be answered.
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
