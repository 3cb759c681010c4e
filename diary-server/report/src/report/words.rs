//! Formatting shared by both renderers of a report: dates, amounts, authors.

use chrono::{Datelike, NaiveDateTime, Weekday};
use diary_core::entry::{MedicationChangeKind, SkipReason};
use diary_core::measure::{Decimal, Quantity};
use diary_core::text::{Lang, Text, shown};
use diary_core::time::{DiaryDay, PartialDate};

use crate::messages::report as say;

use super::{By, Change, DayAmount, Stamp, TotalPoint};

/// Marks the start of free text in a line of the report. The page isolates the text between the marks in a `bdi`
/// element; the text renderer removes the marks. Both are noncharacters, which input cannot contain.
pub(super) const THEIRS: char = '\u{fdd0}';
/// Ends [`THEIRS`].
pub(super) const OURS: char = '\u{fdd1}';

/// Marks the start of a text of the study in another language than the line: its tag, [`SAYS`], the text, [`BACK`].
pub(super) const OTHER: char = '\u{fdd2}';
/// Ends the tag after [`OTHER`].
pub(super) const SAYS: char = '\u{fdd3}';
/// Ends [`OTHER`].
pub(super) const BACK: char = '\u{fdd4}';

/// A text of the study in a line in `lang`; between marks where only another language has it.
pub(super) fn of_study(text: &Text, lang: Lang) -> String {
    match text.found(lang) {
        Some((own, words)) if own != lang => format!("{OTHER}{own}{SAYS}{words}{BACK}"),
        found => found.map_or("", |(_, words)| words).to_owned(),
    }
}

/// Free text in a line, between the marks.
pub(super) fn theirs(text: &str) -> String {
    format!("{THEIRS}{}{OURS}", shown(text))
}

/// A line without the marks of [`theirs`] and [`of_study`], with control characters made visible.
pub(super) fn plain_line(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for (n, part) in line.split(OTHER).enumerate() {
        let text = part.split_once(SAYS).filter(|_| n > 0).map_or(part, |(_, text)| text);
        plain.extend(text.chars().filter(|c| ![THEIRS, OURS, BACK].contains(c)));
    }
    shown(&plain).into_owned()
}

/// Language of the first text of a line that is in another one than the line.
pub(super) fn other_language(line: &str) -> Option<Lang> {
    let (tag, _) = line.split_once(OTHER)?.1.split_once(SAYS)?;
    tag.parse().ok()
}

/// A text in every language of the catalogues.
pub(super) fn both(of: impl Fn(Lang) -> String) -> Text {
    diary_core::words::texts(of)
}

/// True if a label is a sentence of its own and takes no colon.
pub(super) fn is_question(label: &str) -> bool {
    label.trim_end_matches(BACK).ends_with(['?', '？', '。', '.'])
}

/// `label: value`; a label that is a question needs no colon.
pub(super) fn labelled(label: &str, value: &str, lang: Lang) -> String {
    if label.is_empty() {
        return value.to_owned();
    }
    if is_question(label) { say::asked(lang, label, value) } else { say::labelled(lang, label, value) }
}

/// The name of a month.
pub(super) fn month(of: DiaryDay, lang: Lang) -> String {
    say::month(lang, of.0.month())
}

/// Language of dates, and the year that they leave out.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    pub(super) year: i32,
    pub(super) lang: Lang,
}

impl Dates {
    /// Name of a month; with its year if that is not `year`.
    pub(super) fn month_of(self, of: DiaryDay) -> String {
        match of.0.year() == self.year {
            true => month(of, self.lang),
            false => say::month_of_year(self.lang, month(of, self.lang), of.0.year()),
        }
    }

    /// A day: `29 Mar`, `3月29日`; with its year if that is not `year`.
    pub(super) fn date(self, day: DiaryDay) -> String {
        if day.0.year() == self.year {
            say::day_of_month(self.lang, day.0.day(), month(day, self.lang))
        } else {
            full_date(day, self.lang)
        }
    }

    /// A date as far as it is known; a complete one like [`date`].
    pub(super) fn partial_date(self, of: PartialDate) -> String {
        let first = of.earliest();
        match of {
            PartialDate::Day(day) => self.date(day),
            PartialDate::Month(_) => {
                say::month_of_year(self.lang, month(first, self.lang), first.0.year().to_string())
            }
            PartialDate::Year(_) => say::whole_year(self.lang, first.0.year().to_string()),
        }
    }

    /// A civil date and time, with its year if that is not `year`.
    pub(super) fn date_time(self, local: NaiveDateTime) -> String {
        format!("{} {}", self.date(DiaryDay(local.date())), local.format("%H:%M"))
    }

    /// A stamp with its date; with its offset from UTC if that is not the report's.
    pub(super) fn stamp(self, at: Stamp) -> String {
        format!("{}{}", self.date_time(at.local), elsewhere(at))
    }

    /// A stamp, with its date if that is not `day`.
    pub(super) fn stamp_on(self, day: DiaryDay, at: Stamp) -> String {
        if at.local.date() == day.0 { time(at) } else { self.stamp(at) }
    }

    /// Days, with consecutive ones as a range: `3–5, 9 Mar, 1 Apr`.
    pub(super) fn days(self, days: &[DiaryDay]) -> String {
        let runs = days.chunk_by(|a, b| b.since(*a) == 1);
        let mut shown: Vec<String> = Vec::new();
        for run in runs {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            shown.push(if first == last {
                self.date(*first)
            } else if first.0.month() == last.0.month() {
                say::days_of_month(self.lang, first.0.day(), last.0.day(), self.month_of(*last))
            } else {
                say::days_between(self.lang, self.date(*first), self.date(*last))
            });
        }
        shown.join(say::list_separator(self.lang))
    }

    /// A total with the one it is compared with.
    pub(super) fn total(self, max: Option<Decimal>, point: &TotalPoint) -> String {
        let mut parts = vec![total_only(max, point, self.lang)];
        let from = |change: &Change| {
            say::total_on_day(self.lang, change.from.total.to_string(), self.date(change.from.day))
        };
        let over = |change: &Change| match change.from.passed_over {
            true => say::a_later_one_is_incomplete(self.lang),
            false => "",
        };
        if let Some(change) = &point.since_visit {
            let visit = change.visit.map(|day| self.date(day)).unwrap_or_default();
            parts.push(say::since_the_visit_of(
                self.lang,
                signed(change.by),
                visit,
                from(change),
                over(change),
            ));
        }
        if let Some(change) = &point.since_baseline {
            parts.push(say::against_before_treatment(
                self.lang,
                signed(change.by),
                from(change),
                over(change),
            ));
        }
        parts.join(say::comma(self.lang))
    }
}

/// A day with its year.
#[must_use]
pub fn full_date(day: DiaryDay, lang: Lang) -> String {
    say::full_date(lang, day.0.day(), month(day, lang), day.0.year().to_string())
}

/// One or two letters for a day of the week.
pub(super) fn weekday(day: Weekday, lang: Lang) -> &'static str {
    match day {
        Weekday::Mon => say::weekday_monday(lang),
        Weekday::Tue => say::weekday_tuesday(lang),
        Weekday::Wed => say::weekday_wednesday(lang),
        Weekday::Thu => say::weekday_thursday(lang),
        Weekday::Fri => say::weekday_friday(lang),
        Weekday::Sat => say::weekday_saturday(lang),
        Weekday::Sun => say::weekday_sunday(lang),
    }
}

/// A stamp's time of day.
pub(super) fn time(at: Stamp) -> String {
    format!("{}{}", at.local.format("%H:%M"), elsewhere(at))
}

fn elsewhere(at: Stamp) -> String {
    let Some(minutes) = at.elsewhere else { return String::new() };
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    if rest == 0 { format!(" (UTC{sign}{hours})") } else { format!(" (UTC{sign}{hours}:{rest:02})") }
}

/// A stamp's bare time of day for a narrow cell of `day`: `+` after midnight, `*` where its distance from
/// UTC is to be seen elsewhere: it is not the report's, or clocks showed that time twice.
pub(super) fn clock(day: DiaryDay, at: Stamp) -> String {
    let next = if at.local.date() == day.0 { "" } else { "+" };
    let elsewhere = if at.elsewhere.is_some() { "*" } else { "" };
    format!("{}{next}{elsewhere}", at.local.format("%H:%M"))
}

/// An amount with its unit.
pub(super) fn quantity(of: &Quantity, lang: Lang) -> String {
    say::quantity(lang, of.value.to_string(), of.unit.shown(lang))
}

/// Milligrams of a day: `240`, `240+` if it may have been more, `?` if unknown.
pub(super) fn amount(of: DayAmount) -> String {
    match (of.at_least, of.mg == Decimal::from(0)) {
        (true, true) => "?".to_owned(),
        (true, false) => format!("{}+", of.mg),
        (false, _) => of.mg.to_string(),
    }
}

/// Author, if it was not the participant.
pub(super) fn by(by: &By, lang: Lang) -> Option<String> {
    match by {
        By::Participant => None,
        By::System => Some(say::by_the_diary(lang).to_owned()),
        By::Caregiver { name, reason } => Some(say::by_caregiver(lang, theirs(name), theirs(reason))),
        By::ClaimsStaff { name, reason } => {
            Some(say::on_a_phone_by_somebody_who(lang, theirs(name), theirs(reason)))
        }
        By::ClaimsSystem => Some(say::on_a_phone_as_if_by(lang).to_owned()),
    }
}

/// A change with its sign.
pub(super) fn signed(by: Decimal) -> String {
    if by > Decimal::from(0) { format!("+{by}") } else { by.to_string() }
}

/// A total with its largest possible value, or the number of missing items.
pub(super) fn total_only(max: Option<Decimal>, point: &TotalPoint, lang: Lang) -> String {
    match (point.total, max) {
        (Some(total), Some(max)) => format!("{total}/{max}"),
        (Some(total), None) => total.to_string(),
        (None, _) => say::no_total_of_answered(lang, point.answered, point.of),
    }
}

/// Reason for which a dose was not taken.
pub(crate) fn skip_reason(why: SkipReason, lang: Lang) -> &'static str {
    match why {
        SkipReason::Forgot => say::skip_forgot(lang),
        SkipReason::SideEffects => say::skip_side_effects(lang),
        SkipReason::FeltWell => say::skip_felt_well(lang),
        SkipReason::CouldNotSwallow => say::skip_could_not_swallow(lang),
        SkipReason::RanOut => say::skip_ran_out(lang),
        SkipReason::ToldTo => say::skip_told_to(lang),
        SkipReason::Other => say::skip_other(lang),
    }
}

/// Kind of a change of medication.
pub(super) fn change_kind(kind: MedicationChangeKind, lang: Lang) -> &'static str {
    match kind {
        MedicationChangeKind::Started => say::change_started(lang),
        MedicationChangeKind::Changed => say::change_changed(lang),
        MedicationChangeKind::Stopped => say::change_stopped(lang),
    }
}
