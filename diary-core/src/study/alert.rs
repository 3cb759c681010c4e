//! Alert rules as data, and their evaluation: pure, without a network, the same on every device. An alert
//! names the number to call. It is no diagnosis and is not watched; the caller records that it was shown.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::instrument::Instrument;
use super::schedule::{Occurrence, SlotState};
use super::severity::Severity;
use super::timetable::Anchors;
use super::{Site, Study};
use crate::entry::{Answer, Slot, Value};
use crate::ids::{AnchorId, EventCode, InstrumentId, PeriodId, RuleId, SlotId};
use crate::measure::Decimal;
use crate::text::Text;
use crate::time::DiaryDay;

/// One alert rule.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Its code.
    pub id: RuleId,
    /// Name for staff.
    pub title: Text,
    /// Severity.
    pub severity: Severity,
    /// Period to which the rule is limited.
    pub during: Option<PeriodId>,
    /// Condition.
    pub when: When,
    /// Text shown; may contain [`super::site::PLACEHOLDERS`].
    pub instruction: Text,
}

/// Condition of an alert rule.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum When {
    /// Answers to one instrument: all tests of `all`, and at least one of `any` (unless empty).
    Answers {
        /// The instrument.
        instrument: InstrumentId,
        /// Tests that must all be met.
        #[serde(default)]
        all: Vec<ItemTest>,
        /// Tests of which one must be met.
        #[serde(default)]
        any: Vec<ItemTest>,
    },
    /// A rise of an instrument's total.
    Total {
        /// The instrument.
        instrument: InstrumentId,
        /// Smallest rise.
        up_by: Decimal,
        /// True to compare with the previous total.
        #[serde(default)]
        previous: bool,
        /// Anchor before which the last total is compared, too.
        last_before: Option<AnchorId>,
    },
    /// Days in a row without an answer.
    Missed {
        /// Slots that must be answered.
        slots: Vec<SlotId>,
        /// Number of days.
        days: u16,
    },
}

/// A test of one item's answer. Not met by an item without an answer.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "ItemTestKeys")]
pub struct ItemTest {
    /// `linkId` of the item.
    pub item: String,
    /// Condition on the answer.
    pub test: Test,
}

/// Condition on an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// The option with this code.
    Code(String),
    /// At least this number, or an option with at least this ordinal.
    AtLeast(Decimal),
    /// This boolean.
    Is(bool),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemTestKeys {
    item: String,
    code: Option<String>,
    at_least: Option<Decimal>,
    is: Option<bool>,
}

impl TryFrom<ItemTestKeys> for ItemTest {
    type Error = &'static str;
    fn try_from(keys: ItemTestKeys) -> Result<Self, Self::Error> {
        let ItemTestKeys { item, code, at_least, is } = keys;
        let test = match (code, at_least, is) {
            (Some(code), None, None) => Test::Code(code),
            (None, Some(least), None) => Test::AtLeast(least),
            (None, None, Some(is)) => Test::Is(is),
            _ => return Err("exactly one of `code`, `at_least` and `is` is needed"),
        };
        Ok(Self { item, test })
    }
}

/// Input of the evaluation of answers, finished or not.
#[derive(Clone, Copy, Debug)]
pub struct AlertInput<'a> {
    /// Participant's site, with its telephone numbers.
    pub site: &'a Site,
    /// The instrument.
    pub instrument: &'a InstrumentId,
    /// Its answers.
    pub answers: &'a [Answer],
    /// Diary day of the answers.
    pub day: DiaryDay,
    /// Known totals of the same instrument, the last of each day.
    pub totals: &'a BTreeMap<DiaryDay, Decimal>,
    /// The anchors that are set.
    pub anchors: &'a Anchors,
}

/// Input of the evaluation of missed days.
#[derive(Clone, Copy, Debug)]
pub struct MissedInput<'a> {
    /// The participant's site.
    pub site: &'a Site,
    /// Today.
    pub day: DiaryDay,
    /// Slots of the past days, in any order, each with its present state.
    pub slots: &'a [(Occurrence, SlotState)],
    /// The anchors that are set.
    pub anchors: &'a Anchors,
}

/// A rule that was met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlertHit {
    /// Rule, or serious event.
    pub rule: RuleId,
    /// Severity.
    pub severity: Severity,
    /// Text to show, with the site's numbers filled in.
    pub instruction: Text,
}

/// Rules met by answers, the most severe first.
#[must_use]
pub fn evaluate(study: &Study, input: &AlertInput<'_>) -> Vec<AlertHit> {
    let Some(asked) = study.instrument(input.instrument) else { return Vec::new() };
    hits(study, input.site, input.day, input.anchors, |when| match when {
        When::Answers { instrument, all, any } => {
            let meets = |test: &ItemTest| test.meets(asked, input.answers);
            instrument == input.instrument && all.iter().all(meets) && any.iter().any(meets)
        }
        When::Total { instrument, up_by, previous, last_before } => {
            instrument == input.instrument && has_risen(asked, input, *up_by, *previous, last_before.as_ref())
        }
        When::Missed { .. } => false,
    })
}

/// Rules on missed days that are met, the most severe first. A day counts once the windows of all its slots
/// have closed, even while a late answer is possible. Days with an open window, and days without a slot of
/// the rule, neither count nor interrupt the row.
#[must_use]
pub fn evaluate_missed(study: &Study, input: &MissedInput<'_>) -> Vec<AlertHit> {
    hits(study, input.site, input.day, input.anchors, |when| match when {
        When::Missed { slots, days } => missed_in_a_row(slots, input.slots) >= usize::from(*days),
        When::Answers { .. } | When::Total { .. } => false,
    })
}

/// Alert of a serious event; `None` for other events.
#[must_use]
pub fn evaluate_event(study: &Study, site: &Site, code: &EventCode) -> Option<AlertHit> {
    let event = study.event(code)?;
    Some(AlertHit {
        rule: event.rule(),
        severity: event.severity?,
        instruction: site.fill(event.instruction.as_ref()?),
    })
}

fn hits(
    study: &Study,
    site: &Site,
    day: DiaryDay,
    anchors: &Anchors,
    met: impl Fn(&When) -> bool,
) -> Vec<AlertHit> {
    let applies = |rule: &&AlertRule| {
        let in_period = |id| study.period(id).is_some_and(|period| period.holds(day, anchors));
        rule.during.as_ref().is_none_or(in_period) && met(&rule.when)
    };
    let mut hits: Vec<AlertHit> = study
        .alerts()
        .iter()
        .filter(applies)
        .map(|rule| AlertHit {
            rule: rule.id.clone(),
            severity: rule.severity,
            instruction: site.fill(&rule.instruction),
        })
        .collect();
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.severity));
    hits
}

impl ItemTest {
    /// True if `answers` to `instrument` meet the test.
    #[must_use]
    pub fn meets(&self, instrument: &Instrument, answers: &[Answer]) -> bool {
        let Some(item) = instrument.item(&self.item) else { return false };
        // A value that could not have been entered (a faulty device's, for example) meets no threshold;
        // reports mark it as out of range.
        let in_range = |a: &&Answer| a.link_id == self.item && instrument.check(item, &a.values).is_ok();
        let values = answers.iter().filter(in_range).flat_map(|a| &a.values);
        values.into_iter().any(|value| match &self.test {
            Test::Code(wanted) => matches!(value, Value::Coding { code, .. } if code == wanted),
            Test::Is(wanted) => matches!(value, Value::Boolean(is) if is == wanted),
            Test::AtLeast(least) => number(instrument, &self.item, value).is_some_and(|n| n >= *least),
        })
    }
}

/// Numerical value of an answer.
fn number(instrument: &Instrument, link_id: &str, value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(n) => Some(Decimal::from(*n)),
        Value::Decimal(n) => Some(*n),
        Value::Quantity(q) => Some(q.value),
        Value::Coding { code, .. } => {
            instrument.item(link_id)?.options.iter().find(|option| option.code == *code)?.ordinal
        }
        Value::Boolean(_) | Value::Text(_) | Value::Date(_) | Value::Time(_) | Value::DateTime { .. } => None,
    }
}

fn has_risen(
    instrument: &Instrument,
    input: &AlertInput<'_>,
    up_by: Decimal,
    previous: bool,
    last_before: Option<&AnchorId>,
) -> bool {
    let Some(total) = instrument.score(input.answers).total else { return false };
    let last_until = |end: DiaryDay| input.totals.range(..end).next_back().map(|(_, total)| *total);
    let risen = |before: Option<Decimal>| {
        before.and_then(|before| before.plus(up_by)).is_some_and(|threshold| total >= threshold)
    };
    // Before an anchor in the future, the last total may be that of this day itself.
    let anchor = last_before.and_then(|id| input.anchors.get(id)).filter(|anchor| **anchor <= input.day);
    previous && risen(last_until(input.day)) || anchor.is_some_and(|anchor| risen(last_until(*anchor)))
}

fn missed_in_a_row(slots: &[SlotId], states: &[(Occurrence, SlotState)]) -> usize {
    let is_meant = |slot: &Slot| matches!(slot, Slot::Scheduled(id) if slots.contains(id));
    let mut days = BTreeMap::new();
    for (occurrence, state) in states.iter().filter(|(occurrence, _)| is_meant(&occurrence.slot)) {
        // A slot that closed before the phone could know of it is not missed.
        if *state == SlotState::NotAsked {
            continue;
        }
        let day: &mut (bool, bool) = days.entry(occurrence.day).or_default();
        match state {
            SlotState::Answered => day.0 = true,
            SlotState::Upcoming | SlotState::Open => day.1 = true,
            SlotState::Late | SlotState::Missed | SlotState::NotAsked => {}
        }
    }
    // A day that is still open is undecided; an answered one ends the row.
    let is_over = |(answered, open): &&(bool, bool)| *answered || !open;
    days.values().rev().filter(is_over).take_while(|(answered, _)| !answered).count()
}

#[cfg(test)]
mod tests;
