//! The report in sentences, shared by both renderers; the grid is separate. No figure is computed here.

mod alarms;
mod doubtful;
mod history;
mod treatment;

use std::collections::BTreeMap;

use diary_core::text::Lang;

use crate::messages::report as say;

use super::finding::{Attention, Rank};
use super::words::Dates;
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

/// Report in one language, said in sections.
pub(super) struct Sections<'r> {
    pub(super) report: &'r Report,
    pub(super) lang: Lang,
}

impl Sections<'_> {
    fn dates(&self) -> Dates {
        self.report.dates(self.lang)
    }

    /// Title lines: subject and period.
    pub(super) fn header(&self) -> Vec<String> {
        let (site, study) = (
            words::of_study(&self.report.site_title, self.lang),
            words::of_study(&self.report.study_title, self.lang),
        );
        let (first, last) = (self.report.days.first(), self.report.days.last());
        let period = match (first, last) {
            (Some(first), Some(last)) => {
                format!(
                    "{} – {}",
                    words::full_date(first.day, self.lang),
                    words::full_date(last.day, self.lang)
                )
            }
            _ => String::new(),
        };
        let made = super::entry::here(self.report.generated, self.report.zone);
        let made = format!(
            "{} {}",
            words::full_date(diary_core::time::DiaryDay(made.local.date()), self.lang),
            words::time(made)
        );
        let (study_id, version, zone) = (&self.report.study, self.report.study_version, self.report.zone);
        let days = self.report.days.len();
        let doubt =
            self.report.server_clock.map(|doubt| crate::staff_words::server_clock_doubt(doubt, self.lang));
        let lines = [
            say::heading_study(self.lang, study_id.as_str(), study, version, site),
            say::heading_period(self.lang, period, days, made, zone.to_string()),
        ];
        lines.into_iter().chain(doubt).collect()
    }

    /// Findings that need attention; a single line if there are none.
    pub(super) fn attention(&self) -> Section {
        let alerts: BTreeMap<_, _> = self.report.alerts.iter().map(|alert| (&alert.rule, alert)).collect();
        let text = |found: &Attention| self.sentence(&alerts, &found.what);
        let line = |found: &Attention| Line { rank: Some(found.rank), text: text(found) };
        let mut lines: Vec<Line> = self.report.attention.iter().map(line).collect();
        if lines.is_empty() {
            lines.push(say::nothing_stands_out(self.lang).to_owned().into());
        }
        Section { title: say::look_at_this_first(self.lang), lines }
    }

    /// Entries without a column, if there are any.
    pub(super) fn outside(&self) -> Option<Section> {
        let lines: Vec<Line> = self.outside_entries().into_iter().map(Line::from).collect();
        let title = say::entries_of_other_days(self.lang);
        (!lines.is_empty()).then_some(Section { title, lines })
    }

    /// The phones, with the consequences of their last contact.
    pub(super) fn phones(&self) -> Section {
        let mut lines: Vec<Line> =
            self.report.devices.iter().map(|device| self.phone(device).into()).collect();
        if lines.is_empty() {
            lines.push(say::no_phone_has_joined(self.lang).to_owned().into());
        }
        Section { title: say::section_phones(self.lang), lines }
    }

    fn phone(&self, device: &super::DeviceLine) -> String {
        let at = |at| self.dates().stamp(super::entry::here(at, self.report.zone));
        let name = match device.label.as_str() {
            "" => format!("{}{}", say::phone_title(self.lang), device.number),
            label => format!("{}{} ({})", say::phone_title(self.lang), device.number, words::theirs(label)),
        };
        let contact = match device.last_contact {
            None => String::new(),
            Some(last) => say::last_contact(self.lang, at(last)),
        };
        let meaning = match &device.meaning {
            Meaning::Never => say::nothing_has_come_from_it(self.lang).to_owned(),
            Meaning::Silent => say::it_has_not_said_what_it(self.lang).to_owned(),
            Meaning::Whole { until } => say::everything_recorded_up_to_is_here(self.lang, at(*until)),
            Meaning::Unsent { said, days } => {
                say::on_it_still_held_entries_of(self.lang, at(*said), self.dates().days(days))
            }
            Meaning::Gap { whole_until: None } => say::gap(self.lang).to_owned(),
            Meaning::Gap { whole_until: Some(until) } => say::gap_after(self.lang, at(*until)),
            Meaning::NotMerged { count, whole_until: None } => say::some_not_merged(self.lang, *count),
            Meaning::NotMerged { count, whole_until: Some(until) } => {
                say::some_not_merged_after(self.lang, *count, at(*until))
            }
            Meaning::Revoked { at: when, .. } => say::revoked(self.lang, at(*when)),
        };
        let drafts = match device.open_drafts {
            0 => String::new(),
            n => say::check_s_begun_and_not_finished(self.lang, n),
        };
        format!("{name}{}{contact}{meaning}{drafts}", say::colon(self.lang))
    }

    /// Sentences with the figures of the whole period.
    pub(super) fn summary(&self) -> Section {
        let mut lines: Vec<Line> =
            self.report.totals.iter().map(|series| self.total_summary(series).into()).collect();
        lines.extend(self.report.slots.iter().map(|row| self.slot_summary(row).into()));
        lines.extend(self.report.medications.iter().map(|row| self.dose_summary(row).into()));
        if lines.is_empty() {
            lines.push(say::no_entries_and_nothing_due(self.lang).to_owned().into());
        }
        Section { title: say::in_short(self.lang), lines }
    }

    /// All other sections; empty ones are listed in the last one.
    pub(super) fn lists(&self) -> Vec<Section> {
        let mut none = Vec::new();
        let mut sections: Vec<Section> = Vec::new();
        let mut add = |title: &'static str, always: bool, lines: Vec<String>| {
            if !lines.is_empty() {
                sections.push(Section { title, lines: lines.into_iter().map(Line::from).collect() });
            } else if always {
                none.push(title);
            }
        };
        add(say::treatment_and_visits(self.lang), true, self.course());
        add(say::regimen_and_reported_changes(self.lang), true, self.regimen());
        add(say::doses_other_than_planned(self.lang), false, self.dose_differences());
        add(say::doses_not_taken(self.lang), true, self.not_taken());
        add(say::alerts_all(self.lang), false, self.alerts());
        add(say::section_events(self.lang), true, self.events());
        add(say::in_the_participant_words(self.lang), true, self.notes());
        add(say::entered_late(self.lang), true, self.late());
        add(say::section_corrected(self.lang), true, self.corrections());
        add(say::withdrawn(self.lang), true, self.withdrawals());
        add(say::contradicting_versions(self.lang), false, self.conflicts());
        add(say::several_entries_for_one_place(self.lang), false, self.duplicates());
        add(say::entered_by_others(self.lang), false, self.others());
        add(say::shown_as_they_came(self.lang), false, self.raw());
        add(say::answers_behind_the_last_total(self.lang), false, self.newest_answers());
        add(say::answered_alike_every_time(self.lang), false, self.quiet());
        add(say::away_from_home(self.lang), false, self.zones());
        add(say::section_keys(self.lang), false, self.keys());
        if !none.is_empty() {
            let line = none.join(say::list_separator(self.lang));
            sections.push(Section { title: say::none_in_these_days(self.lang), lines: vec![line.into()] });
        }
        sections
    }

    /// The options behind the keys in the grid.
    fn keys(&self) -> Vec<String> {
        let of = |row: &super::ItemRow| {
            let Scale::Choice { options } = &row.scale else { return None };
            let options: Vec<String> = options
                .iter()
                .map(|(key, text)| format!("{key} {}", words::of_study(text, self.lang)))
                .collect();
            Some(words::labelled(
                &words::of_study(&row.label, self.lang),
                &options.join(say::comma(self.lang)),
                self.lang,
            ))
        };
        self.report.items.iter().filter_map(of).collect()
    }

    /// Author, if it was not the participant, and phone, if there are several.
    fn origin(&self, of: &Origin) -> Vec<String> {
        let mut parts: Vec<String> = words::by(&of.by, self.lang).into_iter().collect();
        if self.report.devices.len() > 1 && !of.devices.is_empty() {
            let phones: Vec<String> = of.devices.iter().map(ToString::to_string).collect();
            parts.push(format!("{}{}", say::phone_of(self.lang), phones.join("+")));
        }
        parts
    }

    /// ` (a; b)`, or an empty text.
    fn remarks(&self, parts: &[String]) -> String {
        if parts.is_empty() {
            return String::new();
        }
        let joined = parts.join(say::semicolon(self.lang));
        say::remarks(self.lang, joined)
    }

    /// Free text of a person, in quotation marks.
    fn quoted(&self, text: &str) -> String {
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        say::quoted(self.lang, words::theirs(&one_line))
    }
}

/// Number of a phone, if known.
fn number(device: Option<u16>) -> String {
    device.map_or_else(|| "?".to_owned(), |number| number.to_string())
}
