//! Totals, arrival, doses, regimen and the course of the treatment, in sentences.

use diary_core::entry::SkipReason;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::Sections;
use crate::report::{
    ChangeLine, DoseDay, DoseDifference, InfusionLine, InterruptionLine, MedicationRow, RegimenLineOut,
    ReplacedAct, SlotRow, StretchOut, TotalSeries, words,
};

impl Sections<'_> {
    /// The newest total and its changes.
    pub(super) fn total_summary(&self, series: &TotalSeries) -> String {
        let (title, colon) = (words::of_study(&series.title, self.lang), say::colon(self.lang));
        let Some(last) = series.last() else {
            return format!("{title}{colon}{}", say::not_answered_in_these_days(self.lang));
        };
        let mut text =
            format!("{title}{colon}{} {}", self.dates().date(last.day), self.dates().total(series.max, last));
        if last.total.is_some() && last.since_visit.is_none() {
            text += say::no_total_up_to_a_visit(self.lang);
        }
        if let (Some((_, anchor, None)), true) = (&series.baseline_anchor, last.since_baseline.is_none()) {
            text += &say::is_not_set(self.lang, words::of_study(anchor, self.lang));
        }
        text
    }

    /// Outcome of the doses of a medication.
    pub(super) fn dose_summary(&self, row: &MedicationRow) -> String {
        let sum = &row.sum;
        let name = words::of_study(&row.name, self.lang);
        let mut text = say::of_planned_doses_taken(self.lang, &name, sum.taken, sum.planned);
        if sum.planned == 0 {
            text = format!("{name}{}", say::not_planned(self.lang));
        }
        for part in self.dose_counts(sum, &self.skip_reasons(row)) {
            text += say::comma(self.lang);
            text += &part;
        }
        let uncounted: usize = row.mg.iter().flatten().flatten().map(|amount| amount.uncounted).sum();
        if uncounted > 0 {
            text += &say::mg_of_dose_s_cannot_be(self.lang, uncounted);
        }
        if let (Some(last), true) = (&row.last, row.mg.is_some()) {
            let amount =
                last.amount.as_ref().map(|amount| words::quantity(amount, self.lang)).unwrap_or_default();
            let before = self.duration(self.report.generated.since_ms(last.at.utc) / 60_000);
            let mut doubts = Vec::new();
            if last.recorded_only {
                doubts.push(say::time_of_recording(self.lang).to_owned());
            }
            doubts.extend(self.origin(&last.origin));
            let (at, doubts) = (self.dates().stamp(last.at), self.remarks(&doubts));
            text += &say::last_dose_before_this_report(self.lang, at, amount, before, doubts);
        }
        text
    }

    /// Doses not taken, individually if they have a text.
    pub(super) fn not_taken(&self) -> Vec<String> {
        let rows = self.report.medications.iter().filter(|row| !row.not_taken.is_empty());
        rows.map(|row| {
            let one = |dose: &crate::report::NotTaken| {
                let said =
                    dose.text.as_deref().map_or_else(String::new, |text| format!(" {}", self.quoted(text)));
                format!("{} {}{said}", self.dates().date(dose.day), words::skip_reason(dose.why, self.lang))
            };
            let doses: Vec<String> = row.not_taken.iter().map(one).collect();
            format!(
                "{}{}{}",
                words::of_study(&row.name, self.lang),
                say::colon(self.lang),
                doses.join(say::semicolon(self.lang))
            )
        })
        .collect()
    }

    /// Infusions and visits.
    pub(super) fn course(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let visits: Vec<String> = self
            .report
            .visits
            .iter()
            .map(|visit| {
                let planned = if visit.held { "" } else { say::planned(self.lang) };
                let day = self.dates().date(visit.day);
                format!("{day} {}{planned}", words::of_study(&visit.title, self.lang))
            })
            .collect();
        if !visits.is_empty() {
            lines.push(format!("{}{}", say::visits(self.lang), visits.join(say::comma(self.lang))));
        }
        let cycles =
            self.report.infusions.chunk_by(|a, b| a.cycle_day.cycle == b.cycle_day.cycle && a.dose == b.dose);
        lines.extend(cycles.filter_map(|cycle| {
            let first = cycle.first()?;
            let infusions: Vec<String> = cycle.iter().map(|infusion| self.infusion(infusion)).collect();
            let infusions = infusions.join(say::semicolon(self.lang));
            let (name, dose) =
                (words::of_study(&first.cycle, self.lang), words::quantity(&first.dose, self.lang));
            Some(say::infusions_counted_from(self.lang, name, dose, infusions))
        }));
        lines
    }

    fn infusion(&self, infusion: &InfusionLine) -> String {
        let day = infusion.cycle_day.day;
        let start = self.dates().stamp(infusion.start);
        let stop = match infusion.stop {
            Some(stop) => self.dates().stamp_on(infusion.day, stop),
            None => say::stop_not_recorded(self.lang).to_owned(),
        };
        let pauses = infusion.interruptions.iter().map(|one| self.interruption(infusion, one));
        say::day(self.lang, day, start, stop) + &self.remarks(&pauses.collect::<Vec<_>>())
    }

    /// `interrupted at 14:00, resumed at 16:30, 4 mcg given until then, "pump alarm"`.
    fn interruption(&self, infusion: &InfusionLine, one: &InterruptionLine) -> String {
        let at = |stamp| self.dates().stamp_on(infusion.day, stamp);
        let paused = at(one.paused);
        let mut parts = vec![match (one.resumed, one.ended) {
            (Some(resumed), _) => say::infusion_resumed(self.lang, paused, at(resumed)),
            (None, true) => say::infusion_ended_early(self.lang, paused),
            (None, false) => say::infusion_paused(self.lang, paused),
        }];
        let given = one.given.as_ref();
        parts.extend(given.map(|given| say::given_until_then(self.lang, words::quantity(given, self.lang))));
        parts.push(self.quoted(&one.reason));
        parts.join(say::comma(self.lang))
    }

    /// The site's regimen, line by line, and the participant's reports.
    pub(super) fn regimen(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.report.regimen.lines.iter().map(|line| self.regimen_line(line)).collect();
        lines.extend(self.report.regimen.nothing.iter().map(|from| {
            let from = self.dates().date(*from);
            say::site_no_medication_from(self.lang, from)
        }));
        lines.extend(self.report.changes.iter().map(|change| self.change_line(change)));
        lines.extend(self.report.regimen.replaced.iter().map(|act| self.replaced(act)));
        lines
    }

    /// `Site, line 1, Prednisone: 2–8 Mar 40 mg ...; from 9 Mar 30 mg ...`.
    fn regimen_line(&self, line: &RegimenLineOut) -> String {
        let stretches: Vec<String> = line.stretches.iter().map(|of| self.stretch(of)).collect();
        let (n, name, all) =
            (line.number, words::of_study(&line.name, self.lang), stretches.join(say::semicolon(self.lang)));
        say::site_line(self.lang, n, name, all)
    }

    fn stretch(&self, of: &StretchOut) -> String {
        let last = self.report.days.last().map(|day| day.day);
        let planned = last.is_some_and(|last| of.from > last);
        let days = match of.to {
            Some(to) => {
                format!("{}–{}", self.dates().date(of.from), self.dates().date(to))
            }
            None => say::treatment_from(self.lang, self.dates().date(of.from)),
        };
        let planned = if planned { say::planned(self.lang) } else { "" };
        let mut parts = vec![format!(
            "{} {}, {}",
            words::quantity(&of.amount, self.lang),
            words::of_study(&of.form, self.lang),
            of.route.shown(self.lang)
        )];
        if !of.timing.times.is_empty() {
            let times: Vec<String> = of.timing.times.iter().map(ToString::to_string).collect();
            parts.push(times.join(" "));
        }
        parts.extend(self.recurrence(&of.timing));
        if let Some(rule) = &of.as_needed {
            parts.push(self.as_needed(rule));
        }
        format!("{days}{planned} {}", parts.join(say::comma(self.lang)))
    }

    /// An act that staff withdrew or corrected.
    fn replaced(&self, act: &ReplacedAct) -> String {
        let (made, at, by) = (self.dates().stamp(act.made), self.dates().stamp(act.at), &act.by);
        let (kind, reason) = (words::of_study(&act.name, self.lang), self.quoted(&act.reason));
        match act.withdrawn {
            true => say::withdrawn_of_by(self.lang, kind, made, by, at, reason),
            false => say::corrected_of_by(self.lang, kind, made, by, at, reason),
        }
    }

    /// Doses that differ from the plan: both values are shown.
    pub(super) fn dose_differences(&self) -> Vec<String> {
        self.report.differences.iter().map(|one| self.dose_difference(one)).collect()
    }

    fn dose_difference(&self, one: &DoseDifference) -> String {
        let (day, name) = (self.dates().date(one.day), words::of_study(&one.name, self.lang));
        let amount = |of: &Option<diary_core::measure::Quantity>| {
            of.as_ref().map(|of| format!(" {}", words::quantity(of, self.lang))).unwrap_or_default()
        };
        let planned = format!("{}{}", one.planned_time, amount(&one.planned_amount));
        let taken = format!("{}{}", self.dates().stamp_on(one.day, one.taken), amount(&one.amount));
        let mut about = Vec::new();
        if let Some(off) = one.off_minutes {
            let by = self.duration(off.abs());
            about.push(match off < 0 {
                true => say::minutes_early(self.lang, by),
                false => say::minutes_late(self.lang, by),
            });
        }
        if let Some(now) = one.now_planned {
            about.push(say::now_planned_at(self.lang, now.to_string()));
        }
        if one.unplanned {
            about.push(say::no_longer_planned(self.lang).to_owned());
        }
        let about = self.remarks(&about);
        say::planned_taken(self.lang, day, name, planned, taken, about)
    }

    fn change_line(&self, change: &ChangeLine) -> String {
        let name = words::of_study(&change.name, self.lang);
        let mut parts = vec![format!("{name} {}", words::change_kind(change.kind, self.lang))];
        parts.extend(change.dose.as_ref().map(|dose| words::quantity(dose, self.lang)));
        parts.extend(change.form.clone());
        parts.extend(change.route.map(|route| route.shown(self.lang).to_owned()));
        parts.extend(change.frequency.map(|often| often.shown(self.lang).to_owned()));
        parts.extend(change.reason.as_deref().map(|why| self.quoted(why)));
        let mut about = vec![say::recorded(self.lang, self.dates().stamp(change.at))];
        about.extend(self.origin(&change.origin));
        let from = self.dates().partial_date(change.from);
        let text = parts.join(say::comma(self.lang));
        let about = self.remarks(&about);
        say::participant_from(self.lang, from, text, about)
    }

    /// The answers behind the newest totals of these days.
    pub(super) fn newest_answers(&self) -> Vec<String> {
        let series = self.report.totals.iter().filter(|series| series.last().is_some());
        series
            .map(|series| {
                let answers = crate::report::difference::joined(&series.newest);
                format!(
                    "{}{}{}",
                    words::of_study(&series.title, self.lang),
                    say::colon(self.lang),
                    words::of_study(&answers, self.lang)
                )
            })
            .collect()
    }

    /// Arrivals for a slot.
    pub(super) fn slot_summary(&self, row: &SlotRow) -> String {
        let counts = &row.counts;
        let parts = self.phrases(&[
            (counts.late, say::slots_late),
            (counts.missed, say::slots_missed),
            (counts.still_on_phone, say::slots_still_on_phone),
            (counts.unknown, say::slots_unknown),
            (counts.open, say::slots_open),
            (counts.not_asked, say::slots_not_asked),
        ]);
        let (title, answered, due) = (words::of_study(&row.title, self.lang), counts.answered(), counts.due);
        let rest = parts.join(say::comma(self.lang));
        let comma = if rest.is_empty() { "" } else { say::comma(self.lang) };
        say::of_answered(self.lang, title, answered, due, comma, rest)
    }

    fn dose_counts(&self, sum: &DoseDay, reasons: &str) -> Vec<String> {
        let mut parts = Vec::new();
        if sum.not_taken > 0 {
            parts.push(say::doses_not_taken_because(self.lang, sum.not_taken, reasons));
        }
        parts.extend(self.phrases(&[
            (sum.dont_know, say::doses_not_known),
            (sum.missed, say::doses_without_answer),
            (sum.still_on_phone, say::doses_still_on_phone),
            (sum.unknown, say::doses_unknown),
            (sum.open, say::doses_open),
            (sum.not_asked, say::doses_not_asked),
            (sum.extra, say::doses_extra),
            (sum.others, say::doses_entered_twice),
        ]));
        parts
    }

    /// Phrases of the counts that are not zero.
    fn phrases(&self, counts: &[(usize, Phrase)]) -> Vec<String> {
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, phrase)| phrase(self.lang, *n)).collect()
    }

    fn skip_reasons(&self, row: &MedicationRow) -> String {
        let of = |why: SkipReason| {
            let n = row.not_taken.iter().filter(|dose| dose.why == why).count();
            (n > 0).then(|| format!("{} {n}", words::skip_reason(why, self.lang)))
        };
        let reasons: Vec<String> = SkipReason::ALL.into_iter().filter_map(of).collect();
        self.remarks(&[reasons.join(say::list_separator(self.lang))])
    }

    fn recurrence(&self, timing: &diary_core::act::Timing) -> Option<String> {
        if timing.weekdays.is_empty() {
            return (timing.every_days > 1).then(|| say::every_days(self.lang, timing.every_days));
        }
        let days: Vec<&str> = timing.days_of_week().map(|day| words::weekday(day, self.lang)).collect();
        Some(say::on_weekdays(self.lang, days.join(say::weekday_separator(self.lang))))
    }

    fn as_needed(&self, rule: &diary_core::act::AsNeededRule) -> String {
        let mut text = say::as_needed(self.lang).to_owned();
        if let Some(most) = &rule.most_per_day {
            let most = words::quantity(most, self.lang);
            text += &say::at_most_a_day(self.lang, most);
        }
        if let Some(minutes) = rule.least_interval_minutes {
            let least = self.duration(minutes.into());
            text += &say::at_least_apart(self.lang, least);
        }
        text
    }
}

/// Message of a catalogue that names a count.
type Phrase = fn(Lang, usize) -> String;
