//! History: the entries with their numbers, day by day, the marks beside each, and its versions with what changed.

use chrono::NaiveDate;
use diary_core::diary::{Diary, DiaryError, PastEntry};
use diary_core::entry::{Content, Revision};
use diary_core::time::DiaryDay;

use crate::changes::{self, Change};

/// Days that are listed unless others are asked for.
pub const DAYS: i64 = 7;

/// An entry with the number by which people name it.
#[derive(Clone, Debug)]
pub struct NumberedEntry {
    /// Its number on this device.
    pub number: u32,
    /// The entry.
    pub past: PastEntry,
}

/// Every entry on this device, in the order in which they were made.
///
/// # Errors
/// [`DiaryError`] if the store fails.
pub fn numbered(diary: &Diary) -> Result<Vec<NumberedEntry>, DiaryError> {
    let numbers = diary.store().entry_numbers()?;
    let mut entries = diary.past(DiaryDay(NaiveDate::MIN), DiaryDay(NaiveDate::MAX))?;
    entries.sort_by_key(|past| past.versions.first().map(|first| (first.counter, first.id)));
    let numbered = entries.into_iter();
    Ok(numbered.filter_map(|past| Some(NumberedEntry { number: *numbers.get(&past.entry)?, past })).collect())
}

/// The entry of a number.
///
/// # Errors
/// [`DiaryError`] if the store fails.
pub fn entry_of(diary: &Diary, number: u32) -> Result<Option<PastEntry>, DiaryError> {
    let Some(entry) = diary.store().entry_of_number(number)? else { return Ok(None) };
    Ok(numbered(diary)?.into_iter().map(|one| one.past).find(|past| past.entry == entry))
}

/// Entries to list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// The one with this number.
    Entry(u32),
    /// Those of this day and later.
    Since(DiaryDay),
}

/// The entries of `selection`, by day and within a day in the order in which they were made.
#[must_use]
pub fn select(all: &[NumberedEntry], selection: Selection) -> Vec<&NumberedEntry> {
    let is_selected = |one: &&NumberedEntry| match selection {
        Selection::Entry(number) => one.number == number,
        Selection::Since(day) => day_of(&one.past) >= day,
    };
    let mut entries: Vec<&NumberedEntry> = all.iter().filter(is_selected).collect();
    // The sort is stable.
    entries.sort_by_key(|one| day_of(&one.past));
    entries
}

/// The day an entry belongs to.
#[must_use]
pub fn day_of(past: &PastEntry) -> DiaryDay {
    let first = past.shown.as_ref().or_else(|| past.versions.first());
    first.map_or_else(Default::default, |revision| revision.day)
}

/// The version to show: the one that counts; of a withdrawn entry the last one before that.
#[must_use]
pub fn latest(past: &PastEntry) -> Option<&Revision> {
    let written = || past.versions.iter().rev().find(|version| version.content != Content::Withdrawn);
    past.shown.as_ref().or_else(written)
}

/// Mark beside an entry.
#[derive(Clone, PartialEq, Eq)]
pub enum Mark {
    /// It was withdrawn.
    Withdrawn,
    /// Two versions that do not know of each other count.
    TwoVersions,
    /// It was entered late.
    Late {
        /// Reason, where one was given.
        reason: Option<String>,
    },
    /// An instruction that was confirmed as read.
    Read,
    /// An instruction that was not confirmed yet.
    NotConfirmed,
    /// It was corrected.
    Corrected {
        /// Number of corrections.
        times: usize,
    },
}

/// Marks beside an entry, in the order to show them.
#[must_use]
pub fn marks(past: &PastEntry) -> Vec<Mark> {
    let Some(latest) = latest(past) else { return Vec::new() };
    let mut marks = Vec::new();
    if past.withdrawn {
        marks.push(Mark::Withdrawn);
    }
    if past.conflict {
        marks.push(Mark::TwoVersions);
    }
    if let Some(late) = &past.versions.first().unwrap_or(latest).late {
        marks.push(Mark::Late { reason: late.reason.clone() });
    }
    let later = past.versions.iter().skip(1);
    let times = later.filter(|version| version.content != Content::Withdrawn).count();
    match &latest.content {
        Content::AlertShown(alert) if alert.acknowledged.is_some() => marks.push(Mark::Read),
        Content::AlertShown(_) => marks.push(Mark::NotConfirmed),
        Content::Assessment(_)
        | Content::Dose(_)
        | Content::MedicationChange(_)
        | Content::Event(_)
        | Content::Note(_)
        | Content::Withdrawn
        | Content::PhoneApproval(_)
        | Content::Newer(_) => {
            if times > 0 {
                marks.push(Mark::Corrected { times });
            }
        }
    }
    marks
}

/// A version of an entry as it is listed.
pub struct Version<'p> {
    /// The version.
    pub revision: &'p Revision,
    /// Its content to show.
    pub shows: Shows,
}

/// Content to show of a version.
pub enum Shows {
    /// All of it.
    Whole,
    /// Answers that differ from the version before.
    Changes(Vec<Change>),
}

/// Versions of an entry, oldest first; none where there is nothing to tell beside the entry itself: it was never
/// corrected, or it is an instruction, of which the later version is its confirmation.
#[must_use]
pub fn versions(past: &PastEntry) -> Vec<Version<'_>> {
    let is_instruction = latest(past).is_none_or(|latest| matches!(latest.content, Content::AlertShown(_)));
    if past.versions.len() < 2 || is_instruction {
        return Vec::new();
    }
    let before = std::iter::once(None).chain(past.versions.iter().map(Some));
    let with_before = past.versions.iter().zip(before);
    let version = |(revision, before): (&'_ Revision, Option<&Revision>)| match (
        before.map(|before| &before.content),
        &revision.content,
    ) {
        (Some(Content::Assessment(from)), Content::Assessment(to)) => {
            Shows::Changes(changes::answers(from, to))
        }
        _ => Shows::Whole,
    };
    with_before.map(|(revision, before)| Version { revision, shows: version((revision, before)) }).collect()
}

#[cfg(test)]
pub(crate) mod tests;
