//! What lowers an alert, and nothing else does: a person who has dealt with it, and a visit that took place after it.

use diary_core::act::ActContent;
use diary_core::ids::{EntryId, RuleId};
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use crate::report::course;
use crate::report::entries::{Apart, Entry, View};

/// Who dealt with an alert, when, and what was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Handled {
    /// The account.
    #[n(0)]
    pub by: String,
    /// When.
    #[n(1)]
    pub at: UtcMillis,
    /// What was done.
    #[n(2)]
    pub what: String,
}

/// Acts and visits that alerts are held against.
pub(super) struct Lowering<'a> {
    handled: Vec<(&'a RuleId, &'a [EntryId], Handled)>,
    visits: Vec<DiaryDay>,
}

impl<'a> Lowering<'a> {
    pub(super) fn of(view: &View<'a>) -> Self {
        let acts = view.input.record.acts_in_force();
        let handled = acts.into_iter().filter_map(|act| match &act.content {
            ActContent::AlertsHandled { rule, entries } => {
                let what = act.reason.clone().unwrap_or_default();
                Some((rule, entries.as_slice(), Handled { by: act.by.clone(), at: act.at, what }))
            }
            _ => None,
        });
        let mut visits: Vec<DiaryDay> = course::held_visits(view).collect();
        visits.sort_unstable();
        Self { handled: handled.collect(), visits }
    }

    /// The last time that a person dealt with the alert: with all that was `told` of it, or, where nothing was, with
    /// what set it off. What was told since presses again.
    pub(super) fn handled(&self, rule: &RuleId, cause: Option<EntryId>, told: &[EntryId]) -> Option<Handled> {
        let acts = || self.handled.iter().rev().filter(|(of, ..)| *of == rule);
        let seen = |entry: &EntryId| acts().any(|(_, entries, _)| entries.contains(entry));
        let all = if told.is_empty() { cause.as_ref().is_some_and(seen) } else { told.iter().all(seen) };
        let touches =
            |entries: &[EntryId]| entries.iter().any(|one| told.contains(one) || cause == Some(*one));
        all.then(|| acts().find(|(_, entries, _)| touches(entries)).map(|(.., handled)| handled.clone()))?
    }

    /// The first visit on a day after `day`. Of a visit on the day itself it is not known which came first.
    pub(super) fn visit_after(&self, day: DiaryDay) -> Option<DiaryDay> {
        self.visits.iter().copied().find(|visit| *visit > day)
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
