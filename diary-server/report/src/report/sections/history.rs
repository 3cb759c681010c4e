//! Sentences about events, notes, and entries that were late, corrected, withdrawn or duplicated.

use std::collections::BTreeMap;

use crate::messages::report as say;

use super::Sections;
use crate::report::{Decided, Version, difference, words};

impl Sections<'_> {
    /// Events.
    pub(super) fn events(&self) -> Vec<String> {
        let events = self.report.events.iter().map(|event| {
            let mut text =
                format!("{} {}", self.dates().stamp(event.at), words::of_study(&event.title, self.lang));
            if let Some(ended) = event.ended {
                text += &format!(" – {}", self.dates().stamp(ended));
            }
            if let Some(words) = &event.text {
                text += &format!(" {}", self.quoted(words));
            }
            text + &self.remarks(&self.origin(&event.origin))
        });
        events.collect()
    }

    /// Notes and other free text.
    pub(super) fn notes(&self) -> Vec<String> {
        let notes = self.report.notes.iter().map(|note| {
            let label = note
                .label
                .as_ref()
                .map_or_else(String::new, |label| format!("{} ", words::of_study(label, self.lang)));
            let by = self.origin(&note.origin);
            format!("{} {label}{}{}", self.dates().stamp(note.at), self.quoted(&note.text), self.remarks(&by))
        });
        notes.collect()
    }

    /// Late entries.
    pub(super) fn late(&self) -> Vec<String> {
        let late = self.report.late.iter().map(|late| {
            let mut about = vec![say::recorded(self.lang, self.dates().stamp(late.recorded))];
            about.extend(late.reason.as_deref().map(|why| self.quoted(why)));
            about.extend(self.origin(&late.origin));
            let times = if late.count > 1 { format!(" ×{}", late.count) } else { String::new() };
            format!(
                "{} {}{times}{}",
                self.dates().date(late.day),
                words::of_study(&late.subject, self.lang),
                self.remarks(&about)
            )
        });
        late.collect()
    }

    /// Corrections, with the previous values.
    pub(super) fn corrections(&self) -> Vec<String> {
        let corrections = self.report.corrections.iter().map(|correction| {
            let shown = |text: &diary_core::text::Text| match words::of_study(text, self.lang).as_str() {
                "" => say::nothing(self.lang).to_owned(),
                text => text.to_owned(),
            };
            let one = |d: &difference::Difference| {
                let (before, after) = (shown(&d.before), shown(&d.after));
                words::labelled(
                    &words::of_study(&d.label, self.lang),
                    &format!("{before} → {after}"),
                    self.lang,
                )
            };
            let changes: Vec<String> = correction.differences.iter().map(one).collect();
            let changes = match changes.is_empty() {
                true => say::nothing_changed(self.lang).to_owned(),
                false => changes.join(say::semicolon(self.lang)),
            };
            let mut about = vec![self.dates().stamp(correction.at), self.quoted(&correction.reason)];
            about.extend(self.origin(&correction.origin));
            let (day, subject) =
                (self.dates().date(correction.day), words::of_study(&correction.subject, self.lang));
            format!("{day} {subject}{}{changes}{}", say::colon(self.lang), self.remarks(&about))
        });
        corrections.collect()
    }

    /// Withdrawn entries, with their contents.
    pub(super) fn withdrawals(&self) -> Vec<String> {
        let withdrawals = self.report.withdrawals.iter().map(|withdrawal| {
            let mut about = vec![self.dates().stamp(withdrawal.at), self.quoted(&withdrawal.reason)];
            about.extend(self.origin(&withdrawal.origin));
            let (day, subject) =
                (self.dates().date(withdrawal.day), words::of_study(&withdrawal.subject, self.lang));
            let said = words::of_study(&withdrawal.said, self.lang);
            format!("{day} {subject}{}{said}{}", say::colon(self.lang), self.remarks(&about))
        });
        withdrawals.collect()
    }

    /// Contradicting versions.
    pub(super) fn conflicts(&self) -> Vec<String> {
        let conflicts = self.report.conflicts.iter().map(|conflict| {
            let same = if conflict.same_id { say::two_contents_under_one_id(self.lang) } else { "" };
            let (day, subject) =
                (self.dates().date(conflict.day), words::of_study(&conflict.subject, self.lang));
            format!("{day} {subject}{same}{}{}", say::colon(self.lang), self.versions(&conflict.versions))
        });
        conflicts.collect()
    }

    /// Places with several entries.
    pub(super) fn duplicates(&self) -> Vec<String> {
        let duplicates = self.report.duplicates.iter().map(|duplicate| {
            let (day, subject) =
                (self.dates().date(duplicate.day), words::of_study(&duplicate.subject, self.lang));
            let which = self.versions(&duplicate.entries);
            let decided = match &duplicate.decided {
                None => self.undecided_versions(&duplicate.entries),
                Some(decided) => self.remarks(&self.decision(decided)),
            };
            format!("{day} {subject}{}{which}{decided}", say::colon(self.lang))
        });
        duplicates.collect()
    }

    fn versions(&self, versions: &[Version]) -> String {
        let one = |(n, version): (usize, &Version)| {
            let mut about = vec![self.dates().stamp(version.at)];
            about.extend(self.origin(&version.origin));
            let counts = if n == 0 { say::entry_counts(self.lang) } else { "" };
            format!(
                "[{}{counts}] {}{}",
                n + 1,
                words::of_study(&version.says, self.lang),
                self.remarks(&about)
            )
        };
        versions.iter().enumerate().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Other authors of entries, with the days of these.
    pub(super) fn others(&self) -> Vec<String> {
        let mut by: Vec<(&crate::report::By, Vec<diary_core::time::DiaryDay>)> = Vec::new();
        let mut places: BTreeMap<&crate::report::By, usize> = BTreeMap::new();
        for day in &self.report.days {
            for author in &day.entered_by {
                let at = *places.entry(author).or_insert(by.len());
                match by.get_mut(at) {
                    Some((_, days)) => days.push(day.day),
                    None => by.push((author, vec![day.day])),
                }
            }
        }
        let line = |(author, days): (&crate::report::By, Vec<_>)| {
            format!("{} {}", self.dates().days(&days), words::by(author, self.lang).unwrap_or_default())
        };
        by.into_iter().map(line).collect()
    }

    /// Entries that no available version of the study explains.
    pub(super) fn raw(&self) -> Vec<String> {
        let raw = self.report.raw.iter().map(|entry| {
            let answers: Vec<String> = entry
                .answers
                .iter()
                .map(|(id, value)| format!("{id}={}", words::of_study(value, self.lang)))
                .collect();
            let missing = if entry.version_missing { say::not_at_hand(self.lang) } else { "" };
            let (day, version) = (self.dates().date(entry.day), entry.study_version);
            let about = say::study_version(self.lang, version, missing);
            let mut about = vec![about];
            about.extend(self.origin(&entry.origin));
            format!("{day} {}{} {}", entry.instrument, self.remarks(&about), answers.join(" "))
        });
        raw.collect()
    }

    /// Questions that were answered alike every time.
    pub(super) fn quiet(&self) -> Vec<String> {
        let quiet = self.report.quiet.iter().map(|quiet| {
            let answers = difference::joined(&quiet.answers);
            format!(
                "{}{}{}",
                words::of_study(&quiet.title, self.lang),
                say::colon(self.lang),
                words::of_study(&answers, self.lang)
            )
        });
        quiet.collect()
    }

    /// Days on which the phone was set to another zone than the report's.
    pub(super) fn zones(&self) -> Vec<String> {
        let runs = self.report.days.chunk_by(|a, b| a.zone == b.zone);
        let away =
            runs.filter(|run| run.first().is_some_and(|day| day.zone != self.report.zone && day.in_diary));
        away.map(|run| {
            let days: Vec<_> = run.iter().map(|day| day.day).collect();
            let zone = run.first().map_or_else(String::new, |day| day.zone.to_string());
            format!("{} {zone}", self.dates().days(&days))
        })
        .collect()
    }

    /// Short names of the entries to decide between: the last characters of their ids, as staff type them.
    fn undecided_versions(&self, entries: &[Version]) -> String {
        let ends: Vec<String> = entries.iter().map(|version| end_of(version.entry)).collect();
        self.remarks(&[format!("{} {}", say::not_decided_entries(self.lang), ends.join(" "))])
    }

    fn decision(&self, decided: &Decided) -> Vec<String> {
        let mut about =
            vec![format!("{} {}", say::decided_by(self.lang), decided.by), self.quoted(&decided.reason)];
        if decided.more_since {
            about.push(say::more_has_come_since(self.lang).to_owned());
        }
        about
    }
}

/// Last characters of an entry's id, to distinguish entries of one place.
pub(crate) fn end_of(entry: diary_core::ids::EntryId) -> String {
    let id = entry.to_string();
    id.get(id.len().saturating_sub(8)..).unwrap_or(&id).to_owned()
}
