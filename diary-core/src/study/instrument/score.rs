//! Totals of instruments, without floating point and without imputation.

use std::collections::BTreeMap;

use super::answer_check;
use super::enable::Enablement;
use super::error::{InstrumentError, Problem};
use super::item::{Item, ItemKind, find_code, walk};
use super::value::{as_kind, number};
use crate::entry::{Answer, Value};
use crate::measure::Decimal;

/// Rule for a total; part of the study (`[instruments.score]`).
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRule {
    /// Combination of the items.
    pub method: ScoreMethod,
    /// `linkId`s of the items that count; without it, every asked, non-repeating item that is an integer or
    /// whose options have weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<String>>,
    /// Smallest and largest possible total. Checked against the items, so that an error in either is
    /// detected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(i64, i64)>,
    /// Weights of options by code, if the Questionnaire has none or wrong ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, i64>,
    /// Treatment of items without an answer.
    #[serde(default)]
    pub missing: ScoreMissing,
}

/// Combination of items.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMethod {
    /// Sum of ordinals and integers.
    Sum,
}

/// Treatment of items without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMissing {
    /// No total; nothing is imputed.
    #[default]
    TotalNullUnlessAll,
}

/// The score of one set of answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Score {
    /// Total; `None` without a rule or unless every item counts.
    pub total: Option<Decimal>,
    /// Number of items that count: answered, enabled, and with a weight.
    pub answered: usize,
    /// Number of items of the rule, enabled or not.
    pub of: usize,
    /// Smallest possible total, if known.
    pub min: Option<Decimal>,
    /// Largest possible total, if known.
    pub max: Option<Decimal>,
}

/// A rule checked against its instrument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Scale {
    pub(super) rule: ScoreRule,
    /// `linkId`s of the items that count.
    pub(super) counted: Vec<String>,
    /// Smallest and largest possible total, if known.
    bounds: Option<(Decimal, Decimal)>,
}

impl Scale {
    /// Assigns the weights of `rule` to the items and checks the rule against them.
    pub(super) fn new(rule: ScoreRule, items: &mut [Item]) -> Result<Self, Vec<InstrumentError>> {
        let mut errors = Vec::new();
        let mut fail = |what: String| {
            errors.push(InstrumentError { place: "score rule".to_owned(), problem: Problem::Conflict(what) });
        };
        for (code, weight) in &rule.weights {
            if !weigh(items, code, Decimal::from(*weight)) {
                fail(format!("weights: no option has the code \"{code}\""));
            }
        }
        let counted = match &rule.items {
            None => {
                walk(items).filter(|item| reason_against(item).is_none()).map(|i| i.link_id.clone()).collect()
            }
            Some(named) => {
                for (i, link_id) in named.iter().enumerate() {
                    let item = walk(items).find(|item| item.link_id == *link_id);
                    let against = item.map_or(Some("is not an item"), reason_against);
                    if let Some(why) = against.or(named[..i].contains(link_id).then_some("comes twice")) {
                        fail(format!("item \"{link_id}\" {why}"));
                    }
                }
                named.clone()
            }
        };
        if counted.is_empty() {
            fail("no item has ordinals or is a whole number".to_owned());
        }
        let bounds = bounds(items, &counted);
        match (rule.range, bounds) {
            (Some((min, max)), Some((low, high)))
                if (Decimal::from(min), Decimal::from(max)) != (low, high) =>
            {
                fail(format!("range is {min} to {max}, but the items add up to {low} to {high}"));
            }
            (Some(_), None) => {
                fail("range is given, but an item has no smallest or largest value".to_owned());
            }
            _ => {}
        }
        if errors.is_empty() { Ok(Self { rule, counted, bounds }) } else { Err(errors) }
    }

    /// Score of `answers`.
    pub(super) fn score(&self, items: &[Item], answers: &[Answer]) -> Score {
        let enablement = Enablement::new(items, answers);
        let points = self.counted.iter().filter_map(|link_id| {
            let item = walk(items).find(|item| item.link_id == *link_id)?;
            let value = one_in_range(item, answers)?;
            if enablement.is_enabled(link_id) { points(item, value) } else { None }
        });
        let points: Vec<Decimal> = points.collect();
        let of = self.counted.len();
        let total = match self.rule.missing {
            ScoreMissing::TotalNullUnlessAll if points.len() < of => None,
            ScoreMissing::TotalNullUnlessAll => sum(&points),
        };
        let (min, max) = self.bounds.unzip();
        Score { total, answered: points.len(), of, min, max }
    }
}

/// Assigns a weight to every option with this code; `false` if there is none.
fn weigh(items: &mut [Item], code: &str, weight: Decimal) -> bool {
    let mut found = false;
    for item in items {
        if let Some(spelled) = find_code(&item.options, None, code).map(|option| option.code.clone()) {
            item.options.iter_mut().filter(|o| o.code == spelled).for_each(|o| o.ordinal = Some(weight));
            found = true;
        }
        found |= weigh(&mut item.children, code, weight);
    }
    found
}

fn reason_against(item: &Item) -> Option<&'static str> {
    match item.kind {
        _ if !item.asked => Some("is never asked"),
        _ if item.repeats => Some("may have several answers"),
        _ if item.repetition.is_some() => Some("stands in a group that repeats"),
        ItemKind::Integer => None,
        ItemKind::Choice if item.options.iter().any(|option| option.ordinal.is_some()) => None,
        ItemKind::Choice => Some("has options without ordinals; give them in weights"),
        _ => Some("is neither a choice nor a whole number"),
    }
}

/// The single valid answer to `item`; a duplicate answer counts as none.
fn one_in_range<'a>(item: &Item, answers: &'a [Answer]) -> Option<&'a Value> {
    let mut given = answers.iter().filter(|answer| answer.link_id == item.link_id);
    let (Some(answer), None) = (given.next(), given.next()) else { return None };
    let [value] = answer.values.as_slice() else { return None };
    answer_check::check(item, &answer.values).is_ok().then_some(value)
}

fn points(item: &Item, value: &Value) -> Option<Decimal> {
    match item.kind {
        ItemKind::Choice => item.chosen(value)?.ordinal,
        _ => number(&as_kind(item, value)?),
    }
}

fn sum(points: &[Decimal]) -> Option<Decimal> {
    points.iter().try_fold(Decimal::from(0), |total, points| total.plus(*points))
}

fn bounds(items: &[Item], counted: &[String]) -> Option<(Decimal, Decimal)> {
    let each = counted.iter().map(|link_id| {
        let item = walk(items).find(|item| item.link_id == *link_id)?;
        match item.kind {
            ItemKind::Choice => {
                let weights = || item.options.iter().filter_map(|option| option.ordinal);
                weights().min().zip(weights().max())
            }
            _ => number(item.min.as_ref()?).zip(number(item.max.as_ref()?)),
        }
    });
    let (low, high): (Vec<_>, Vec<_>) = each.collect::<Option<Vec<_>>>()?.into_iter().unzip();
    sum(&low).zip(sum(&high))
}
