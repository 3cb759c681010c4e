//! What can be wrong with a Questionnaire, each with its place. Study data only: nothing a participant entered.

/// One thing that is wrong with an instrument, or that the diary does not support.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct InstrumentError {
    /// Where: the path in the JSON, with the `linkId` inside an item.
    pub place: String,
    /// What.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// Not JSON.
    #[error("not JSON: {detail}")]
    NotJson {
        /// What the reader says, with line and column.
        detail: String,
    },
}
