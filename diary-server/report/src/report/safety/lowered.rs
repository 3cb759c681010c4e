//! Events that lower an alert: handling by staff, and a visit that took place after it. Nothing else does.

use std::collections::BTreeMap;

use diary_core::act::ActContent;
use diary_core::ids::{EntryId, RuleId};
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use crate::report::entries::{Apart, View};
use crate::report::entry::Entry;

/// Handling of an alert by staff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Handled {
    /// The account.
    #[n(0)]
    pub by: String,
    /// Time.
    #[n(1)]
    pub at: UtcMillis,
    /// Action taken.
    #[n(2)]
    pub what: String,
}

/// Acts and visits that can lower alerts.
pub(super) struct Lowering<'a> {
    handled: Vec<Handled>,
    /// The last act that dealt with an entry under a rule.
    last: BTreeMap<(&'a RuleId, EntryId), usize>,
    visits: Vec<DiaryDay>,
}

impl<'a> Lowering<'a> {
    pub(super) fn of(view: &View<'a>) -> Self {
        let (mut handled, mut last) = (Vec::new(), BTreeMap::new());
        for act in view.input.record.acts_in_force() {
            if let ActContent::AlertsHandled { rule, entries } = &act.content {
                last.extend(entries.iter().map(|entry| ((rule, *entry), handled.len())));
                let what = act.reason.clone().unwrap_or_default();
                handled.push(Handled { by: act.by.clone(), at: act.at, what });
            }
        }
        let mut visits: Vec<DiaryDay> = view.held_visits().collect();
        visits.sort_unstable();
        Self { handled, last, visits }
    }

    /// The last time that a person dealt with the alert: with all that was `told` of it, or, where nothing was, with
    /// what set it off. What was told since presses again.
    pub(super) fn handled(&self, rule: &RuleId, cause: Option<EntryId>, told: &[EntryId]) -> Option<Handled> {
        let of = |entry: &EntryId| self.last.get(&(rule, *entry)).copied();
        let cause = cause.as_ref().and_then(of);
        let all =
            if told.is_empty() { cause.is_some() } else { told.iter().all(|entry| of(entry).is_some()) };
        let last = told.iter().filter_map(of).chain(cause).max().filter(|_| all)?;
        self.handled.get(last).cloned()
    }

    /// First visit on a day after `day`. A visit on the same day does not count, since its order is unknown.
    pub(super) fn visit_after(&self, day: DiaryDay) -> Option<DiaryDay> {
        self.visits.get(self.visits.partition_point(|visit| *visit <= day)).copied()
    }
}

/// The day from which an alert is counted: its own, unless a clock was wrong that put it behind its receipt or before
/// the diary began.
pub(super) fn counted_from(
    view: &View<'_>,
    entry: &Entry<'_>,
    day: DiaryDay,
    received: DiaryDay,
) -> DiaryDay {
    let before = view.first_day.is_some_and(|first| day < first);
    let ahead = matches!(view.apart.get(&entry.history.entry), Some(Apart::ClockAhead { .. }));
    if ahead || day > received || before { received } else { day }
}
