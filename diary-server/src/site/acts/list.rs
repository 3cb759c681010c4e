//! Every act on a participant with its history and state. Pure.

use std::collections::BTreeSet;

use diary_core::act::{Act, ActContent};
use diary_core::counter::Counter;
use diary_core::ids::ActId;
use diary_core::record::{ActHistory, act_histories};
use diary_core::time::UtcMillis;
use serde::Serialize;

use super::ActContext;
use super::before::{Before, short};
use super::policy::{ActSubject, is_planned, subject};

/// State of an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActState {
    /// It is in force.
    Holds,
    /// It takes effect on a later day, or has not taken place yet.
    Planned,
    /// It was superseded by a later act on the same subject.
    Overtaken,
    /// It was withdrawn.
    Withdrawn,
}

/// One version of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ActVersion {
    /// The act.
    pub act: ActId,
    /// The end of its id, by which it is called.
    pub short: String,
    /// Account.
    pub by: String,
    /// Time of the version.
    pub at: UtcMillis,
    /// Reason given for it.
    pub reason: Option<String>,
    /// Its content.
    pub content: ActContent,
    /// Its place among all acts of the record.
    #[serde(skip)]
    pub counter: Counter,
}

/// An act with its history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ActLine {
    /// Its kind.
    pub kind: &'static str,
    /// State of the act.
    pub state: ActState,
    /// True if it was corrected.
    pub corrected: bool,
    /// The versions, oldest first; at least one.
    pub versions: Vec<ActVersion>,
}

/// Every act, in order.
#[must_use]
pub fn list(light: &ActContext<'_>, before: &Before<'_>) -> Vec<ActLine> {
    let histories = act_histories(before.record.acts().map(|(act, _)| act));
    let overtaken = overtaken(&histories);
    let today = light.today();
    histories
        .iter()
        .map(|history| ActLine {
            kind: history.first().content.kind(),
            state: match history.holds() {
                None => ActState::Withdrawn,
                Some(act) if overtaken.contains(&act.id) => ActState::Overtaken,
                Some(act) if is_planned(&act.content, today) => ActState::Planned,
                Some(_) => ActState::Holds,
            },
            corrected: history.versions.iter().skip(1).any(|act| act.content != ActContent::Withdrawn),
            versions: history.versions.iter().map(|act| version(act)).collect(),
        })
        .collect()
}

fn version(act: &Act) -> ActVersion {
    ActVersion {
        act: act.id,
        short: short(act.id),
        by: act.by.clone(),
        at: act.at,
        reason: act.reason.clone(),
        content: act.content.clone(),
        counter: act.counter,
    }
}

fn overtaken(histories: &[ActHistory<'_>]) -> BTreeSet<ActId> {
    let mut seen: BTreeSet<ActSubject<'_>> = BTreeSet::new();
    let mut out = BTreeSet::new();
    for act in histories.iter().rev().filter_map(ActHistory::holds) {
        let Some(about) = subject(&act.content) else { continue };
        if !seen.insert(about) {
            out.insert(act.id);
        }
    }
    out
}
