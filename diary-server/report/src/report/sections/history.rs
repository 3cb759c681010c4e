//! Sentences about events, notes, and entries that were late, corrected, withdrawn or duplicated.

use std::collections::BTreeMap;

use diary_core::text::Lang;

use crate::messages::report as say;

use super::{origin, quoted, remarks};
use crate::report::{Decided, Report, Version, difference, words};

/// Events.
pub(super) fn events(report: &Report, lang: Lang) -> Vec<String> {
    let events = report.events.iter().map(|event| {
        let mut text = format!(
            "{} {}",
            words::stamp(event.at, report.year(), lang),
            words::of_study(&event.title, lang)
        );
        if let Some(ended) = event.ended {
            text += &format!(" – {}", words::stamp(ended, report.year(), lang));
        }
        if let Some(words) = &event.text {
            text += &format!(" {}", quoted(words, lang));
        }
        text + &remarks(&origin(report, &event.origin, lang), lang)
    });
    events.collect()
}

/// Notes and other free text.
pub(super) fn notes(report: &Report, lang: Lang) -> Vec<String> {
    let notes = report.notes.iter().map(|note| {
        let label = note
            .label
            .as_ref()
            .map_or_else(String::new, |label| format!("{} ", words::of_study(label, lang)));
        let by = origin(report, &note.origin, lang);
        format!(
            "{} {label}{}{}",
            words::stamp(note.at, report.year(), lang),
            quoted(&note.text, lang),
            remarks(&by, lang)
        )
    });
    notes.collect()
}

/// Late entries.
pub(super) fn late(report: &Report, lang: Lang) -> Vec<String> {
    let late = report.late.iter().map(|late| {
        let mut about = vec![say::recorded(lang, words::stamp(late.recorded, report.year(), lang))];
        about.extend(late.reason.as_deref().map(|why| quoted(why, lang)));
        about.extend(origin(report, &late.origin, lang));
        let times = if late.count > 1 { format!(" ×{}", late.count) } else { String::new() };
        format!(
            "{} {}{times}{}",
            words::date(late.day, report.year(), lang),
            words::of_study(&late.subject, lang),
            remarks(&about, lang)
        )
    });
    late.collect()
}

/// Corrections, with the previous values.
pub(super) fn corrections(report: &Report, lang: Lang) -> Vec<String> {
    let corrections = report.corrections.iter().map(|correction| {
        let shown = |text: &diary_core::text::Text| match words::of_study(text, lang).as_str() {
            "" => say::nothing(lang).to_owned(),
            text => text.to_owned(),
        };
        let one = |d: &difference::Difference| {
            let (before, after) = (shown(&d.before), shown(&d.after));
            words::labelled(&words::of_study(&d.label, lang), &format!("{before} → {after}"), lang)
        };
        let changes: Vec<String> = correction.differences.iter().map(one).collect();
        let changes = match changes.is_empty() {
            true => say::nothing_changed(lang).to_owned(),
            false => changes.join(say::semicolon(lang)),
        };
        let mut about =
            vec![words::stamp(correction.at, report.year(), lang), quoted(&correction.reason, lang)];
        about.extend(origin(report, &correction.origin, lang));
        let (day, subject) =
            (words::date(correction.day, report.year(), lang), words::of_study(&correction.subject, lang));
        format!("{day} {subject}{}{changes}{}", say::colon(lang), remarks(&about, lang))
    });
    corrections.collect()
}

/// Withdrawn entries, with their contents.
pub(super) fn withdrawals(report: &Report, lang: Lang) -> Vec<String> {
    let withdrawals = report.withdrawals.iter().map(|withdrawal| {
        let mut about =
            vec![words::stamp(withdrawal.at, report.year(), lang), quoted(&withdrawal.reason, lang)];
        about.extend(origin(report, &withdrawal.origin, lang));
        let (day, subject) =
            (words::date(withdrawal.day, report.year(), lang), words::of_study(&withdrawal.subject, lang));
        let said = words::of_study(&withdrawal.said, lang);
        format!("{day} {subject}{}{said}{}", say::colon(lang), remarks(&about, lang))
    });
    withdrawals.collect()
}

/// Contradicting versions.
pub(super) fn conflicts(report: &Report, lang: Lang) -> Vec<String> {
    let conflicts = report.conflicts.iter().map(|conflict| {
        let same = if conflict.same_id { say::two_contents_under_one_id(lang) } else { "" };
        let (day, subject) =
            (words::date(conflict.day, report.year(), lang), words::of_study(&conflict.subject, lang));
        format!("{day} {subject}{same}{}{}", say::colon(lang), versions(report, &conflict.versions, lang))
    });
    conflicts.collect()
}

/// Places with several entries.
pub(super) fn duplicates(report: &Report, lang: Lang) -> Vec<String> {
    let duplicates = report.duplicates.iter().map(|duplicate| {
        let (day, subject) =
            (words::date(duplicate.day, report.year(), lang), words::of_study(&duplicate.subject, lang));
        let which = versions(report, &duplicate.entries, lang);
        let decided = match &duplicate.decided {
            None => undecided(&duplicate.entries, lang),
            Some(decided) => remarks(&decision(decided, lang), lang),
        };
        format!("{day} {subject}{}{which}{decided}", say::colon(lang))
    });
    duplicates.collect()
}

/// Short names of the entries to decide between: the last characters of their ids, as staff type them.
fn undecided(entries: &[Version], lang: Lang) -> String {
    let ends: Vec<String> = entries.iter().map(|version| end_of(version.entry)).collect();
    remarks(&[format!("{} {}", say::not_decided_entries(lang), ends.join(" "))], lang)
}

/// Last characters of an entry's id, to distinguish entries of one place.
pub(crate) fn end_of(entry: diary_core::ids::EntryId) -> String {
    let id = entry.to_string();
    id.get(id.len().saturating_sub(8)..).unwrap_or(&id).to_owned()
}

fn decision(decided: &Decided, lang: Lang) -> Vec<String> {
    let mut about = vec![format!("{} {}", say::decided_by(lang), decided.by), quoted(&decided.reason, lang)];
    if decided.more_since {
        about.push(say::more_has_come_since(lang).to_owned());
    }
    about
}

fn versions(report: &Report, versions: &[Version], lang: Lang) -> String {
    let one = |(n, version): (usize, &Version)| {
        let mut about = vec![words::stamp(version.at, report.year(), lang)];
        about.extend(origin(report, &version.origin, lang));
        let counts = if n == 0 { say::entry_counts(lang) } else { "" };
        format!("[{}{counts}] {}{}", n + 1, words::of_study(&version.says, lang), remarks(&about, lang))
    };
    versions.iter().enumerate().map(one).collect::<Vec<_>>().join(" ")
}

/// Other authors of entries, with the days of these.
pub(super) fn others(report: &Report, lang: Lang) -> Vec<String> {
    let mut by: Vec<(&crate::report::By, Vec<diary_core::time::DiaryDay>)> = Vec::new();
    let mut places: BTreeMap<&crate::report::By, usize> = BTreeMap::new();
    for day in &report.days {
        for author in &day.entered_by {
            let at = *places.entry(author).or_insert(by.len());
            match by.get_mut(at) {
                Some((_, days)) => days.push(day.day),
                None => by.push((author, vec![day.day])),
            }
        }
    }
    let line = |(author, days): (&crate::report::By, Vec<_>)| {
        format!("{} {}", words::days(&days, report.year(), lang), words::by(author, lang).unwrap_or_default())
    };
    by.into_iter().map(line).collect()
}

/// Entries that no available version of the study explains.
pub(super) fn raw(report: &Report, lang: Lang) -> Vec<String> {
    let raw = report.raw.iter().map(|entry| {
        let answers: Vec<String> = entry
            .answers
            .iter()
            .map(|(id, value)| format!("{id}={}", words::of_study(value, lang)))
            .collect();
        let missing = if entry.version_missing { say::not_at_hand(lang) } else { "" };
        let (day, version) = (words::date(entry.day, report.year(), lang), entry.study_version);
        let about = say::study_version(lang, version, missing);
        let mut about = vec![about];
        about.extend(origin(report, &entry.origin, lang));
        format!("{day} {}{} {}", entry.instrument, remarks(&about, lang), answers.join(" "))
    });
    raw.collect()
}

/// Questions that were answered alike every time.
pub(super) fn quiet(report: &Report, lang: Lang) -> Vec<String> {
    let quiet = report.quiet.iter().map(|quiet| {
        let answers = difference::joined(&quiet.answers);
        format!(
            "{}{}{}",
            words::of_study(&quiet.title, lang),
            say::colon(lang),
            words::of_study(&answers, lang)
        )
    });
    quiet.collect()
}

/// Days on which the phone was set to another zone than the report's.
pub(super) fn zones(report: &Report, lang: Lang) -> Vec<String> {
    let runs = report.days.chunk_by(|a, b| a.zone == b.zone);
    let away = runs.filter(|run| run.first().is_some_and(|day| day.zone != report.zone && day.in_diary));
    away.map(|run| {
        let days: Vec<_> = run.iter().map(|day| day.day).collect();
        let zone = run.first().map_or_else(String::new, |day| day.zone.to_string());
        format!("{} {zone}", words::days(&days, report.year(), lang))
    })
    .collect()
}
