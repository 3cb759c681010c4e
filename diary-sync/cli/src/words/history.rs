//! The words of `diary history`.

use diary_core::entry::Revision;
use diary_core::text::{Lang, shown};
use diary_view::history::Mark;

use super::when;
use crate::messages::history as say;
pub(crate) use crate::messages::history::nothing_entered;

/// A mark beside an entry.
pub(crate) fn mark(mark: &Mark, lang: Lang) -> String {
    match mark {
        Mark::Withdrawn => say::withdrawn(lang).to_owned(),
        Mark::TwoVersions => say::two_versions(lang).to_owned(),
        Mark::Late { reason: None } => say::late(lang).to_owned(),
        Mark::Late { reason: Some(reason) } => say::late_because(lang, shown(reason)),
        Mark::Read => say::read(lang).to_owned(),
        Mark::NotConfirmed => say::not_confirmed(lang).to_owned(),
        Mark::Corrected { times } => say::corrected(lang, *times),
    }
}

/// Time of a version, and the reason for it.
pub(crate) fn version(version: &Revision, lang: Lang) -> String {
    let (utc, zone) = (version.recorded.utc, version.recorded.zone);
    let at = format!("{} {}", version.recorded.local().date(), when::clock(utc, zone, lang));
    match &version.reason {
        None => say::version_first(lang, at),
        Some(reason) => say::version_later(lang, at, shown(reason)),
    }
}
