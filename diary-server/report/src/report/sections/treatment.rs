//! Totals, arrival, doses, regimen and the course of the treatment, in sentences.

use diary_core::entry::SkipReason;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::alarms::duration;
use super::{origin, quoted, remarks};
use crate::report::{
    ChangeLine, DoseDay, DoseDifference, InfusionLine, MedicationRow, RegimenLineOut, ReplacedAct, Report,
    SlotRow, StretchOut, TotalSeries, words,
};

/// The newest total and its changes.
pub(super) fn total(report: &Report, series: &TotalSeries, lang: Lang) -> String {
    let (title, colon) = (words::of_study(&series.title, lang), say::colon(lang));
    let Some(last) = series.last() else {
        return format!("{title}{colon}{}", say::not_answered_in_these_days(lang));
    };
    let mut text = format!(
        "{title}{colon}{} {}",
        words::date(last.day, report.year(), lang),
        words::total(series.max, last, report.year(), lang)
    );
    if last.total.is_some() && last.since_visit.is_none() {
        text += say::no_total_up_to_a_visit(lang);
    }
    if let (Some((_, anchor, None)), true) = (&series.baseline_anchor, last.since_baseline.is_none()) {
        text += &say::is_not_set(lang, words::of_study(anchor, lang));
    }
    text
}

/// Arrivals for a slot.
pub(super) fn slot(row: &SlotRow, lang: Lang) -> String {
    let counts = &row.counts;
    let parts = phrases(
        lang,
        &[
            (counts.late, say::slots_late),
            (counts.missed, say::slots_missed),
            (counts.still_on_phone, say::slots_still_on_phone),
            (counts.unknown, say::slots_unknown),
            (counts.open, say::slots_open),
            (counts.not_asked, say::slots_not_asked),
        ],
    );
    let (title, answered, due) = (words::of_study(&row.title, lang), counts.answered(), counts.due);
    let rest = parts.join(say::comma(lang));
    let comma = if rest.is_empty() { "" } else { say::comma(lang) };
    say::of_answered(lang, title, answered, due, comma, rest)
}

/// Outcome of the doses of a medication.
pub(super) fn doses(report: &Report, row: &MedicationRow, lang: Lang) -> String {
    let sum = &row.sum;
    let name = words::of_study(&row.name, lang);
    let mut text = say::of_planned_doses_taken(lang, &name, sum.taken, sum.planned);
    if sum.planned == 0 {
        text = format!("{name}{}", say::not_planned(lang));
    }
    for part in dose_counts(sum, &reasons(row, lang), lang) {
        text += say::comma(lang);
        text += &part;
    }
    let uncounted: usize = row.mg.iter().flatten().flatten().map(|amount| amount.uncounted).sum();
    if uncounted > 0 {
        text += &say::mg_of_dose_s_cannot_be(lang, uncounted);
    }
    if let (Some(last), true) = (&row.last, row.mg.is_some()) {
        let amount = last.amount.as_ref().map(|amount| words::quantity(amount, lang)).unwrap_or_default();
        let before = duration(report.generated.since_ms(last.at.utc) / 60_000, lang);
        let mut doubts = Vec::new();
        if last.recorded_only {
            doubts.push(say::time_of_recording(lang).to_owned());
        }
        doubts.extend(origin(report, &last.origin, lang));
        let (at, doubts) = (words::stamp(last.at, report.year(), lang), remarks(&doubts, lang));
        text += &say::last_dose_before_this_report(lang, at, amount, before, doubts);
    }
    text
}

fn dose_counts(sum: &DoseDay, reasons: &str, lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    if sum.not_taken > 0 {
        parts.push(say::doses_not_taken_because(lang, sum.not_taken, reasons));
    }
    parts.extend(phrases(
        lang,
        &[
            (sum.dont_know, say::doses_not_known),
            (sum.missed, say::doses_without_answer),
            (sum.still_on_phone, say::doses_still_on_phone),
            (sum.unknown, say::doses_unknown),
            (sum.open, say::doses_open),
            (sum.not_asked, say::doses_not_asked),
            (sum.extra, say::doses_extra),
            (sum.others, say::doses_entered_twice),
        ],
    ));
    parts
}

/// Message of a catalogue that names a count.
type Phrase = fn(Lang, usize) -> String;

/// Phrases of the counts that are not zero.
fn phrases(lang: Lang, counts: &[(usize, Phrase)]) -> Vec<String> {
    counts.iter().filter(|(n, _)| *n > 0).map(|(n, phrase)| phrase(lang, *n)).collect()
}

fn reasons(row: &MedicationRow, lang: Lang) -> String {
    let of = |why: SkipReason| {
        let n = row.not_taken.iter().filter(|dose| dose.why == why).count();
        (n > 0).then(|| format!("{} {n}", words::skip_reason(why, lang)))
    };
    let reasons: Vec<String> = SkipReason::ALL.into_iter().filter_map(of).collect();
    remarks(&[reasons.join(say::list_separator(lang))], lang)
}

/// Doses not taken, individually if they have a text.
pub(super) fn not_taken(report: &Report, lang: Lang) -> Vec<String> {
    let rows = report.medications.iter().filter(|row| !row.not_taken.is_empty());
    rows.map(|row| {
        let one = |dose: &crate::report::NotTaken| {
            let said =
                dose.text.as_deref().map_or_else(String::new, |text| format!(" {}", quoted(text, lang)));
            format!(
                "{} {}{said}",
                words::date(dose.day, report.year(), lang),
                words::skip_reason(dose.why, lang)
            )
        };
        let doses: Vec<String> = row.not_taken.iter().map(one).collect();
        format!(
            "{}{}{}",
            words::of_study(&row.name, lang),
            say::colon(lang),
            doses.join(say::semicolon(lang))
        )
    })
    .collect()
}

/// Infusions and visits.
pub(super) fn course(report: &Report, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let visits: Vec<String> = report
        .visits
        .iter()
        .map(|visit| {
            let planned = if visit.held { "" } else { say::planned(lang) };
            let day = words::date(visit.day, report.year(), lang);
            format!("{day} {}{planned}", words::of_study(&visit.title, lang))
        })
        .collect();
    if !visits.is_empty() {
        lines.push(format!("{}{}", say::visits(lang), visits.join(say::comma(lang))));
    }
    let cycles = report.infusions.chunk_by(|a, b| a.cycle_day.cycle == b.cycle_day.cycle && a.dose == b.dose);
    lines.extend(cycles.filter_map(|cycle| {
        let first = cycle.first()?;
        let infusions: Vec<String> =
            cycle.iter().map(|infusion| self::infusion(report, infusion, lang)).collect();
        let infusions = infusions.join(say::semicolon(lang));
        let (name, dose) = (words::of_study(&first.cycle, lang), words::quantity(&first.dose, lang));
        Some(say::infusions_counted_from(lang, name, dose, infusions))
    }));
    lines
}

fn infusion(report: &Report, infusion: &InfusionLine, lang: Lang) -> String {
    let day = infusion.cycle_day.day;
    let start = words::stamp(infusion.start, report.year(), lang);
    let stop = match infusion.stop {
        Some(stop) => words::stamp_on(infusion.day, stop, report.year(), lang),
        None => say::stop_not_recorded(lang).to_owned(),
    };
    say::day(lang, day, start, stop)
}

/// The site's regimen, line by line, and the participant's reports.
pub(super) fn regimen(report: &Report, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> =
        report.regimen.lines.iter().map(|line| regimen_line(report, line, lang)).collect();
    lines.extend(report.regimen.nothing.iter().map(|from| {
        let from = words::date(*from, report.year(), lang);
        say::site_no_medication_from(lang, from)
    }));
    lines.extend(report.changes.iter().map(|change| change_line(report, change, lang)));
    lines.extend(report.regimen.replaced.iter().map(|act| replaced(report, act, lang)));
    lines
}

/// `Site, line 1, Prednisone: 2–8 Mar 40 mg ...; from 9 Mar 30 mg ...`.
fn regimen_line(report: &Report, line: &RegimenLineOut, lang: Lang) -> String {
    let stretches: Vec<String> = line.stretches.iter().map(|of| stretch(report, of, lang)).collect();
    let (n, name, all) =
        (line.number, words::of_study(&line.name, lang), stretches.join(say::semicolon(lang)));
    say::site_line(lang, n, name, all)
}

fn stretch(report: &Report, of: &StretchOut, lang: Lang) -> String {
    let last = report.days.last().map(|day| day.day);
    let planned = last.is_some_and(|last| of.from > last);
    let days = match of.to {
        Some(to) => {
            format!("{}–{}", words::date(of.from, report.year(), lang), words::date(to, report.year(), lang))
        }
        None => say::treatment_from(lang, words::date(of.from, report.year(), lang)),
    };
    let planned = if planned { say::planned(lang) } else { "" };
    let mut parts = vec![format!(
        "{} {}, {}",
        words::quantity(&of.amount, lang),
        words::of_study(&of.form, lang),
        of.route.shown(lang)
    )];
    if !of.timing.times.is_empty() {
        let times: Vec<String> = of.timing.times.iter().map(ToString::to_string).collect();
        parts.push(times.join(" "));
    }
    parts.extend(recurrence(&of.timing, lang));
    if let Some(rule) = &of.as_needed {
        parts.push(as_needed(rule, lang));
    }
    format!("{days}{planned} {}", parts.join(say::comma(lang)))
}

fn recurrence(timing: &diary_core::act::Timing, lang: Lang) -> Option<String> {
    if timing.weekdays.is_empty() {
        return (timing.every_days > 1).then(|| say::every_days(lang, timing.every_days));
    }
    let days: Vec<&str> = timing.days_of_week().map(|day| words::weekday(day, lang)).collect();
    Some(say::on_weekdays(lang, days.join(say::weekday_separator(lang))))
}

fn as_needed(rule: &diary_core::act::AsNeededRule, lang: Lang) -> String {
    let mut text = say::as_needed(lang).to_owned();
    if let Some(most) = &rule.most_per_day {
        let most = words::quantity(most, lang);
        text += &say::at_most_a_day(lang, most);
    }
    if let Some(minutes) = rule.least_interval_minutes {
        let least = duration(minutes.into(), lang);
        text += &say::at_least_apart(lang, least);
    }
    text
}

/// An act that staff withdrew or corrected.
fn replaced(report: &Report, act: &ReplacedAct, lang: Lang) -> String {
    let (made, at, by) =
        (words::stamp(act.made, report.year(), lang), words::stamp(act.at, report.year(), lang), &act.by);
    let (kind, reason) = (words::of_study(&act.name, lang), quoted(&act.reason, lang));
    match act.withdrawn {
        true => say::withdrawn_of_by(lang, kind, made, by, at, reason),
        false => say::corrected_of_by(lang, kind, made, by, at, reason),
    }
}

/// Doses that differ from the plan: both values are shown.
pub(super) fn differences(report: &Report, lang: Lang) -> Vec<String> {
    report.differences.iter().map(|one| difference(report, one, lang)).collect()
}

fn difference(report: &Report, one: &DoseDifference, lang: Lang) -> String {
    let (day, name) = (words::date(one.day, report.year(), lang), words::of_study(&one.name, lang));
    let amount = |of: &Option<diary_core::measure::Quantity>| {
        of.as_ref().map(|of| format!(" {}", words::quantity(of, lang))).unwrap_or_default()
    };
    let planned = format!("{}{}", one.planned_time, amount(&one.planned_amount));
    let taken =
        format!("{}{}", words::stamp_on(one.day, one.taken, report.year(), lang), amount(&one.amount));
    let mut about = Vec::new();
    if let Some(off) = one.off_minutes {
        let by = duration(off.abs(), lang);
        about.push(match off < 0 {
            true => say::minutes_early(lang, by),
            false => say::minutes_late(lang, by),
        });
    }
    if let Some(now) = one.now_planned {
        about.push(say::now_planned_at(lang, now.to_string()));
    }
    if one.unplanned {
        about.push(say::no_longer_planned(lang).to_owned());
    }
    let about = remarks(&about, lang);
    say::planned_taken(lang, day, name, planned, taken, about)
}

fn change_line(report: &Report, change: &ChangeLine, lang: Lang) -> String {
    let name = words::of_study(&change.name, lang);
    let mut parts = vec![format!("{name} {}", words::change_kind(change.kind, lang))];
    parts.extend(change.dose.as_ref().map(|dose| words::quantity(dose, lang)));
    parts.extend(change.form.clone());
    parts.extend(change.route.map(|route| route.shown(lang).to_owned()));
    parts.extend(change.frequency.map(|often| often.shown(lang).to_owned()));
    parts.extend(change.reason.as_deref().map(|why| quoted(why, lang)));
    let mut about = vec![say::recorded(lang, words::stamp(change.at, report.year(), lang))];
    about.extend(origin(report, &change.origin, lang));
    let from = words::partial_date(change.from, report.year(), lang);
    let text = parts.join(say::comma(lang));
    let about = remarks(&about, lang);
    say::participant_from(lang, from, text, about)
}

/// The answers behind the newest totals of these days.
pub(super) fn newest(report: &Report, lang: Lang) -> Vec<String> {
    let series = report.totals.iter().filter(|series| series.last().is_some());
    series
        .map(|series| {
            let answers = crate::report::difference::joined(&series.newest);
            format!(
                "{}{}{}",
                words::of_study(&series.title, lang),
                say::colon(lang),
                words::of_study(&answers, lang)
            )
        })
        .collect()
}
