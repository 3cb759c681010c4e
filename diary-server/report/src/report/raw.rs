//! Entries that no available version of the study explains: shown unchanged, never dropped.

use diary_core::entry::{Content, Revision};
use diary_core::text::{Lang, Text};
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::difference;
use super::entries::View;
use super::entry::{Origin, Stamp};

/// An unexplained entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RawEntry {
    /// Its diary day.
    pub day: DiaryDay,
    /// Time of recording.
    pub at: Stamp,
    /// Version of the study under which it was made.
    pub study_version: u32,
    /// That version is not available.
    pub version_missing: bool,
    /// Its kind, for example `assessment`.
    pub kind: String,
    /// The instrument.
    pub instrument: String,
    /// `linkId`s and codes.
    pub answers: Vec<(String, Text)>,
    /// Author and phones.
    pub origin: Origin,
}

impl View<'_> {
    /// Answers in the period to instruments or questions that no available version has.
    pub(super) fn raw_entries(&self) -> Vec<RawEntry> {
        let mut found: Vec<RawEntry> = self
            .current()
            .filter_map(|(entry, shown)| {
                let answers = self.unexplained(shown)?;
                let Content::Assessment(assessment) = &shown.content else { return None };
                Some(RawEntry {
                    day: shown.day,
                    at: self.recorded(&entry.first.recorded),
                    study_version: shown.study_version,
                    version_missing: self.study_of(shown).is_none(),
                    kind: shown.content.kind().to_owned(),
                    instrument: assessment.instrument.id.to_string(),
                    answers,
                    origin: entry.origin(),
                })
            })
            .collect();
        found.sort_by_key(|raw| (raw.day, raw.at.utc));
        found
    }

    /// Unexplained answers of an assessment; `None` if there are none.
    fn unexplained(&self, shown: &Revision) -> Option<Vec<(String, Text)>> {
        let Content::Assessment(assessment) = &shown.content else { return None };
        let instrument = self.instrument_of(shown);
        let unknown =
            assessment.answers.iter().filter(|a| instrument.is_none_or(|i| i.item(&a.link_id).is_none()));
        let unknown: Vec<_> = unknown.cloned().collect();
        if unknown.is_empty() && instrument.is_some() {
            return None;
        }
        let plain = difference::raw_answers(&unknown);
        Some(plain.iter().map(|(id, value)| (id.get(Lang::EN).to_owned(), value.clone())).collect())
    }
}
