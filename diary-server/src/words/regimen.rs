//! Regimens and changes of them in words.

use chrono::Weekday;
use diary_core::act::{AsNeededRule, LineChange, LinePatch, RegimenChange, RegimenLine, Timing};
use diary_core::study::Study;
use diary_core::study::regimen::{Line, Regimen, Stretch};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use super::ActWords;
use super::question::{far_date, line_gone};
use super::{amount, clauses, joined, list};
use crate::messages::acts as say;
use crate::site::acts::regimen::{LINES_MAX, LineNote, PlannedDose, RegimenNote};

/// A change of the regimen.
pub(super) fn change(words: ActWords<'_>, change: &RegimenChange) -> String {
    let ActWords { lang, study, regimen, .. } = words;
    if change.lines.is_empty() {
        return say::no_medication_from(lang, change.from.to_string());
    }
    let lines = change.lines.iter().map(|change| {
        let line = regimen.line(change.line());
        let number = line.map_or_else(|| "-".to_owned(), |line| line.number.to_string());
        let name = line.map_or("", |line| name(study, lang, line));
        match change {
            LineChange::Begin(begun) => say::line_begins(lang, number, whole(study, lang, begun)),
            LineChange::Alter(patch) => {
                say::line_changes(lang, number, name, patch.from.to_string(), altered(study, lang, patch))
            }
            LineChange::End { last, .. } => say::line_ends(lang, number, name, last.to_string()),
        }
    });
    clauses(lang, lines)
}

/// Name of the medication of a line.
pub(crate) fn name<'a>(study: &'a Study, lang: Lang, line: &'a Line) -> &'a str {
    line.medication().map_or("", |medication| study.medication_name(medication, lang))
}

fn whole(study: &Study, lang: Lang, line: &RegimenLine) -> String {
    let (name, form, first) =
        (study.medication_name(&line.medication, lang), &line.form, line.first.to_string());
    let mut out = say::line_from(lang, name, amount(lang, &line.amount), form, line.route.shown(lang), first);
    if let Some(last) = line.last {
        out += &say::line_to(lang, last.to_string());
    }
    let mut parts = timing(lang, &line.timing);
    if line.as_needed.is_some() {
        parts.push(say::as_needed(lang).to_owned());
    }
    for part in parts {
        out += &format!(" {part}");
    }
    for step in &line.steps {
        out += &say::step(lang, amount(lang, &step.amount), step.from.to_string());
    }
    out
}

fn timing(lang: Lang, of: &Timing) -> Vec<String> {
    let mut out: Vec<String> = of.times.iter().map(ToString::to_string).collect();
    if !of.weekdays.is_empty() {
        out.push(weekdays(lang, of));
    } else if of.every_days > 1 {
        out.push(say::every_days(lang, of.every_days));
    }
    out
}

fn weekdays(lang: Lang, of: &Timing) -> String {
    let days = of.days_of_week().map(|day| weekday(lang, day));
    say::on_weekdays(lang, joined(say::weekday_separator(lang), days))
}

/// Short name of a weekday.
pub(crate) fn weekday(lang: Lang, day: Weekday) -> &'static str {
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

fn altered(study: &Study, lang: Lang, patch: &LinePatch) -> String {
    let mut parts = Vec::new();
    parts.extend(patch.amount.as_ref().map(|of| amount(lang, of)));
    parts.extend(patch.form.clone());
    parts.extend(patch.route.map(|route| route.shown(lang).to_owned()));
    parts.extend(patch.timing.as_ref().map(|of| timing(lang, of).join(" ")));
    parts.extend(
        patch
            .medication
            .as_ref()
            .map(|medication| say::renamed(lang, study.medication_name(medication, lang))),
    );
    parts.extend(patch.as_needed.as_ref().map(|_| say::other_limits(lang).to_owned()));
    list(lang, parts)
}

/// The regimen in lines, with the dates between which each holds.
pub(crate) fn in_lines((study, lang): (&Study, Lang), regimen: &Regimen, today: DiaryDay) -> Vec<String> {
    let mut lines = Vec::new();
    for line in regimen.lines() {
        let name = name(study, lang, line);
        for of in &line.stretches {
            let state = match of.to {
                Some(to) if to < today => say::state_over(lang),
                _ if of.from > today => say::state_planned(lang),
                Some(_) | None => say::state_now(lang),
            };
            let (from, what) = (of.from.to_string(), stretch(lang, of));
            lines.push(match of.to {
                Some(to) => say::line_shown(lang, line.number, name, from, to.to_string(), state, what),
                None => say::line_shown_open(lang, line.number, name, from, state, what),
            });
        }
    }
    if regimen.on(today).next().is_none() {
        lines.push(say::no_medication_today(lang).to_owned());
    }
    lines
}

/// A stretch of a line: amount, form, route, times and days.
pub(crate) fn stretch(lang: Lang, of: &Stretch) -> String {
    let mut parts = vec![amount(lang, &of.amount), of.form.clone(), of.route.shown(lang).to_owned()];
    parts.extend(of.timing.times.iter().map(ToString::to_string));
    if !of.timing.weekdays.is_empty() {
        parts.push(weekdays(lang, &of.timing));
    } else if of.timing.every_days > 1 {
        parts.push(say::every_days_from(lang, of.timing.every_days, of.counted_from.to_string()));
    }
    if let Some(rule) = &of.as_needed {
        parts.push(format!("{}{}", say::as_needed(lang), limits(lang, rule)));
    }
    parts.join(" ")
}

/// `, at most 480 mg a day, at least 120 minutes apart`.
fn limits(lang: Lang, rule: &AsNeededRule) -> String {
    let most = rule.most_per_day.as_ref().map(|most| say::most_per_day(lang, amount(lang, most)));
    let apart = rule.least_interval_minutes.map(|minutes| say::least_apart(lang, minutes));
    most.into_iter().chain(apart).collect()
}

/// A problem of a regimen's file, or a question about it.
pub(crate) fn note(lang: Lang, note: &RegimenNote) -> String {
    match note {
        RegimenNote::From(far) => far_date(lang, far),
        RegimenNote::TooManyLines => say::too_many_lines(lang, LINES_MAX),
        RegimenNote::NoLineToEnd(number) => say::no_line_to_end(lang, *number),
        RegimenNote::NoLineOn { n, number, from } => say::no_line_on(lang, *n, *number, from.to_string()),
        RegimenNote::Ambiguous { n, name, could } => {
            let could = could.iter().map(u16::to_string);
            say::ambiguous_line(lang, *n, name, joined(say::or(lang), could))
        }
        RegimenNote::Drops(planned) => say::drops_planned(lang, doses(lang, planned)),
        RegimenNote::Line { n, name, note } => say::of_line(lang, *n, name, line_note(lang, note)),
        RegimenNote::Gone(gone) => line_gone(lang, gone),
    }
}

fn line_note(lang: Lang, note: &LineNote) -> String {
    match note {
        LineNote::Remark(remark) => remark.message(lang),
        LineNote::Far(far) => far_date(lang, far),
        LineNote::AmountFar { amount: now, before, factor } => {
            say::amount_far(lang, amount(lang, now), amount(lang, before), factor.to_string())
        }
        LineNote::TimesTwice(times) => {
            say::times_twice(lang, list(lang, times.iter().map(ToString::to_string)))
        }
        LineNote::BeginsLater { number, from } => say::line_begins_later(lang, *number, from.to_string()),
        LineNote::DropsLimit(rule) => say::drops_limit(lang, limits(lang, rule)),
        LineNote::Stays(planned) => say::planned_stays(lang, doses(lang, planned)),
        LineNote::Drops(planned) => say::drops_planned(lang, doses(lang, planned)),
    }
}

fn doses(lang: Lang, planned: &[PlannedDose]) -> String {
    clauses(
        lang,
        planned
            .iter()
            .map(|one| say::planned_step(lang, &one.name, amount(lang, &one.amount), one.from.to_string())),
    )
}
