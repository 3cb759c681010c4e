//! The report in sentences, shared by both renderers; the grid is separate. No figure is computed here.

mod alarms;
mod doubtful;
mod history;
mod treatment;

use std::collections::BTreeMap;

use diary_core::text::Lang;

use crate::messages::report as say;

use super::finding::{Attention, Rank};
use super::{Meaning, Origin, Report, Scale, words};

/// Some lines under a heading.
pub(super) struct Section {
    /// The heading.
    pub(super) title: &'static str,
    /// At least one.
    pub(super) lines: Vec<Line>,
}

/// One line.
pub(super) struct Line {
    /// Urgency, for findings that need attention.
    pub(super) rank: Option<Rank>,
    /// The sentence.
    pub(super) text: String,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { rank: None, text }
    }
}

/// Title lines: subject and period.
pub(super) fn header(report: &Report, lang: Lang) -> Vec<String> {
    let (site, study) =
        (words::of_study(&report.site_title, lang), words::of_study(&report.study_title, lang));
    let (first, last) = (report.days.first(), report.days.last());
    let period = match (first, last) {
        (Some(first), Some(last)) => {
            format!("{} – {}", words::full_date(first.day, lang), words::full_date(last.day, lang))
        }
        _ => String::new(),
    };
    let made = super::entry::here(report.generated, report.zone);
    let made = format!(
        "{} {}",
        words::full_date(diary_core::time::DiaryDay(made.local.date()), lang),
        words::time(made)
    );
    let (study_id, version, zone) = (&report.study, report.study_version, report.zone);
    let days = report.days.len();
    let doubt = report.server_clock.map(|doubt| crate::staff_words::server_clock_doubt(doubt, lang));
    let lines = [
        say::heading_study(lang, study_id.as_str(), study, version, site),
        say::heading_period(lang, period, days, made, zone.to_string()),
    ];
    lines.into_iter().chain(doubt).collect()
}

/// Findings that need attention; a single line if there are none.
pub(super) fn attention(report: &Report, lang: Lang) -> Section {
    let alerts: BTreeMap<_, _> = report.alerts.iter().map(|alert| (&alert.rule, alert)).collect();
    let text = |found: &Attention| alarms::sentence(report, &alerts, &found.what, lang);
    let line = |found: &Attention| Line { rank: Some(found.rank), text: text(found) };
    let mut lines: Vec<Line> = report.attention.iter().map(line).collect();
    if lines.is_empty() {
        lines.push(say::nothing_stands_out(lang).to_owned().into());
    }
    Section { title: say::look_at_this_first(lang), lines }
}

/// Entries without a column, if there are any.
pub(super) fn outside(report: &Report, lang: Lang) -> Option<Section> {
    let lines: Vec<Line> = doubtful::outside(report, lang).into_iter().map(Line::from).collect();
    let title = say::entries_of_other_days(lang);
    (!lines.is_empty()).then_some(Section { title, lines })
}

/// The phones, with the consequences of their last contact.
pub(super) fn phones(report: &Report, lang: Lang) -> Section {
    let mut lines: Vec<Line> =
        report.devices.iter().map(|device| phone(report, device, lang).into()).collect();
    if lines.is_empty() {
        lines.push(say::no_phone_has_joined(lang).to_owned().into());
    }
    Section { title: say::section_phones(lang), lines }
}

fn phone(report: &Report, device: &super::DeviceLine, lang: Lang) -> String {
    let at = |at| words::stamp(super::entry::here(at, report.zone), report.year(), lang);
    let name = match device.label.as_str() {
        "" => format!("{}{}", say::phone_title(lang), device.number),
        label => format!("{}{} ({})", say::phone_title(lang), device.number, words::theirs(label)),
    };
    let contact = match device.last_contact {
        None => String::new(),
        Some(last) => say::last_contact(lang, at(last)),
    };
    let meaning = match &device.meaning {
        Meaning::Never => say::nothing_has_come_from_it(lang).to_owned(),
        Meaning::Silent => say::it_has_not_said_what_it(lang).to_owned(),
        Meaning::Whole { until } => say::everything_recorded_up_to_is_here(lang, at(*until)),
        Meaning::Unsent { said, days } => {
            say::on_it_still_held_entries_of(lang, at(*said), words::days(days, report.year(), lang))
        }
        Meaning::Gap { whole_until: None } => say::gap(lang).to_owned(),
        Meaning::Gap { whole_until: Some(until) } => say::gap_after(lang, at(*until)),
        Meaning::NotMerged { count, whole_until: None } => say::some_not_merged(lang, *count),
        Meaning::NotMerged { count, whole_until: Some(until) } => {
            say::some_not_merged_after(lang, *count, at(*until))
        }
        Meaning::Revoked { at: when, .. } => say::revoked(lang, at(*when)),
    };
    let drafts = match device.open_drafts {
        0 => String::new(),
        n => say::check_s_begun_and_not_finished(lang, n),
    };
    format!("{name}{}{contact}{meaning}{drafts}", say::colon(lang))
}

/// Sentences with the figures of the whole period.
pub(super) fn summary(report: &Report, lang: Lang) -> Section {
    let mut lines: Vec<Line> =
        report.totals.iter().map(|series| treatment::total(report, series, lang).into()).collect();
    lines.extend(report.slots.iter().map(|row| treatment::slot(row, lang).into()));
    lines.extend(report.medications.iter().map(|row| treatment::doses(report, row, lang).into()));
    if lines.is_empty() {
        lines.push(say::no_entries_and_nothing_due(lang).to_owned().into());
    }
    Section { title: say::in_short(lang), lines }
}

/// All other sections; empty ones are listed in the last one.
pub(super) fn lists(report: &Report, lang: Lang) -> Vec<Section> {
    let mut none = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut add = |title: &'static str, always: bool, lines: Vec<String>| {
        if !lines.is_empty() {
            sections.push(Section { title, lines: lines.into_iter().map(Line::from).collect() });
        } else if always {
            none.push(title);
        }
    };
    add(say::treatment_and_visits(lang), true, treatment::course(report, lang));
    add(say::regimen_and_reported_changes(lang), true, treatment::regimen(report, lang));
    add(say::doses_other_than_planned(lang), false, treatment::differences(report, lang));
    add(say::doses_not_taken(lang), true, treatment::not_taken(report, lang));
    add(say::alerts_all(lang), false, alarms::all(report, lang));
    add(say::section_events(lang), true, history::events(report, lang));
    add(say::in_the_participant_words(lang), true, history::notes(report, lang));
    add(say::entered_late(lang), true, history::late(report, lang));
    add(say::section_corrected(lang), true, history::corrections(report, lang));
    add(say::withdrawn(lang), true, history::withdrawals(report, lang));
    add(say::contradicting_versions(lang), false, history::conflicts(report, lang));
    add(say::several_entries_for_one_place(lang), false, history::duplicates(report, lang));
    add(say::entered_by_others(lang), false, history::others(report, lang));
    add(say::shown_as_they_came(lang), false, history::raw(report, lang));
    add(say::answers_behind_the_last_total(lang), false, treatment::newest(report, lang));
    add(say::answered_alike_every_time(lang), false, history::quiet(report, lang));
    add(say::away_from_home(lang), false, history::zones(report, lang));
    add(say::section_keys(lang), false, keys(report, lang));
    if !none.is_empty() {
        let line = none.join(say::list_separator(lang));
        sections.push(Section { title: say::none_in_these_days(lang), lines: vec![line.into()] });
    }
    sections
}

/// The options behind the keys in the grid.
fn keys(report: &Report, lang: Lang) -> Vec<String> {
    let of = |row: &super::ItemRow| {
        let Scale::Choice { options } = &row.scale else { return None };
        let options: Vec<String> =
            options.iter().map(|(key, text)| format!("{key} {}", words::of_study(text, lang))).collect();
        Some(words::labelled(&words::of_study(&row.label, lang), &options.join(say::comma(lang)), lang))
    };
    report.items.iter().filter_map(of).collect()
}

/// Author, if it was not the participant, and phone, if there are several.
fn origin(report: &Report, of: &Origin, lang: Lang) -> Vec<String> {
    let mut parts: Vec<String> = words::by(&of.by, lang).into_iter().collect();
    if report.devices.len() > 1 && !of.devices.is_empty() {
        let phones: Vec<String> = of.devices.iter().map(ToString::to_string).collect();
        parts.push(format!("{}{}", say::phone_of(lang), phones.join("+")));
    }
    parts
}

/// ` (a; b)`, or an empty text.
fn remarks(parts: &[String], lang: Lang) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let joined = parts.join(say::semicolon(lang));
    say::remarks(lang, joined)
}

/// Number of a phone, if known.
fn number(device: Option<u16>) -> String {
    device.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

/// Free text of a person, in quotation marks.
fn quoted(text: &str, lang: Lang) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    say::quoted(lang, words::theirs(&one_line))
}
