//! Severity of alerts, of rules and of serious events alike.

use serde::Deserialize;

/// Severity of an alert, in ascending order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For information.
    Notice,
    /// The site should be called the same day.
    Call,
    /// Help is needed at once.
    Emergency,
}

impl Severity {
    /// Code in pages and exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Call => "call",
            Self::Emergency => "emergency",
        }
    }
}
