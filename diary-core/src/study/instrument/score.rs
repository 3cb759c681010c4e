//! Totals of instruments, without floats and without imputing anything.

use crate::measure::Decimal;

/// How a total is made; part of the study (`[instruments.score]`).
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRule {
    /// How items are put together.
    pub method: ScoreMethod,
    /// `linkId`s of the items that count; without it, every asked, non-repeating item that is a whole number or
    /// whose options have ordinals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<String>>,
    /// Smallest and largest possible total, checked against the items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(i64, i64)>,
    /// What becomes of the total when an item has no answer.
    #[serde(default)]
    pub missing: ScoreMissing,
}

/// How items are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMethod {
    /// The sum of ordinals and whole numbers.
    Sum,
}

/// What becomes of the total when an item has no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMissing {
    /// There is none: nothing is imputed.
    #[default]
    TotalNullUnlessAll,
}

/// The score of one set of answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Score {
    /// The total; `None` without a rule or unless every item counts.
    pub total: Option<Decimal>,
    /// Items that count here.
    pub answered: usize,
    /// Items of the rule.
    pub of: usize,
    /// Smallest possible total, where it is known.
    pub min: Option<Decimal>,
    /// Largest possible total, where it is known.
    pub max: Option<Decimal>,
}
