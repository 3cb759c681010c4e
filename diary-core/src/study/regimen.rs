//! Which version of a regimen holds on a day, which doses it asks for, and whether staff may set it.

use super::Study;
use super::medication::{Medication, Remark, WEEKLY_DAYS};
use crate::act::{Regimen, RegimenLine};
use crate::entry::Slot;
use crate::measure::{DOSE_MAX, Decimal, Quantity};
use crate::time::{DiaryDay, TimeOfDay};

/// One dose that a regimen asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlannedDose<'a> {
    /// Number of the line, from 0.
    pub line: u16,
    /// Number of the dose of that line on that day, from 0.
    pub dose: u16,
    /// The line.
    pub of: &'a RegimenLine,
    /// When it is to be taken.
    pub time: TimeOfDay,
}

/// The version that holds on `day`: the highest of those that begin on or before it.
#[must_use]
pub fn regimen_on(regimens: &[Regimen], day: DiaryDay) -> Option<&Regimen> {
    regimens.iter().filter(|regimen| regimen.from <= day).max_by_key(|regimen| regimen.version)
}

/// The place that a dose answers in the regimen that holds on `day`. A regimen that was changed in the middle of a day
/// asks again for what the earlier version asked for; the same medication at the same time is the same dose, told once.
#[must_use]
pub fn place_in_force(regimens: &[Regimen], day: DiaryDay, slot: &Slot) -> Slot {
    let Slot::RegimenDose { version, line, dose } = slot else { return slot.clone() };
    let told = || {
        let line =
            regimens.iter().find(|regimen| regimen.version == *version)?.lines.get(usize::from(*line))?;
        Some((line, line.times.get(usize::from(*dose))?))
    };
    let same = || {
        let holds = regimen_on(regimens, day).filter(|regimen| regimen.version != *version)?;
        let (of, time) = told()?;
        let planned =
            holds.doses_on(day).find(|p| p.time == *time && p.of.medication.is_same(&of.medication))?;
        Some(Slot::RegimenDose { version: holds.version, line: planned.line, dose: planned.dose })
    };
    same().unwrap_or_else(|| slot.clone())
}

impl Regimen {
    /// The doses of `day`, line by line. What is taken only as needed is in none.
    pub fn doses_on(&self, day: DiaryDay) -> impl Iterator<Item = PlannedDose<'_>> {
        let n = day.since(self.from);
        (0u16..).zip(&self.lines).filter(move |(_, line)| line.is_taken_on(n)).flat_map(|(number, line)| {
            (0u16..).zip(&line.times).map(move |(dose, time)| PlannedDose {
                line: number,
                dose,
                of: line,
                time: *time,
            })
        })
    }

    /// The lines that may be taken as needed.
    pub fn as_needed(&self) -> impl Iterator<Item = &RegimenLine> {
        self.lines.iter().filter(|line| line.as_needed || line.times.is_empty())
    }
}

impl RegimenLine {
    /// Whether it is taken `n` days after its regimen's first day.
    fn is_taken_on(&self, n: i64) -> bool {
        n >= 0 && n % i64::from(self.every_days.max(1)) == 0
    }
}

impl Study {
    /// What is to be said about `regimen`: number of the line, and the remark. Staff may not set it while one of
    /// them [`blocks`](Remark::blocks_regimen).
    #[must_use]
    pub fn remarks_on_regimen(&self, regimen: &Regimen) -> Vec<(usize, Remark)> {
        let of_line = |line| self.remarks_on_line(line);
        regimen
            .lines
            .iter()
            .enumerate()
            .flat_map(|(n, line)| of_line(line).into_iter().map(move |r| (n, r)))
            .collect()
    }

    fn remarks_on_line(&self, line: &RegimenLine) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if line.amount.value <= Decimal::from(0) || line.amount.value > DOSE_MAX {
            remarks.push(Remark::Amount);
        }
        if line.times.is_empty() && !line.as_needed {
            remarks.push(Remark::NoTimes);
        }
        if line.every_days == 0 {
            remarks.push(Remark::EveryDays);
        }
        let Some(code) = &line.medication.code else {
            // In the site's own words: nothing is known about it.
            return remarks;
        };
        match self.medication(code) {
            None => remarks.push(Remark::UnknownMedication),
            Some(medication) => remarks.extend(self.remarks_on_known(medication, line)),
        }
        remarks
    }

    fn remarks_on_known(&self, medication: &Medication, line: &RegimenLine) -> Vec<Remark> {
        let soft = self.limits().soft_dose_checks;
        let mut remarks = medication.remarks_on(Some(&line.amount), Some(line.route), soft);
        if !medication.presentations.iter().any(|p| p.form == line.form) {
            let known = medication.presentations.iter().map(|p| p.form.clone()).collect();
            remarks.push(Remark::Form { known });
        }
        let is_weekly = i64::from(line.every_days) >= WEEKLY_DAYS && line.times.len() <= 1 && !line.as_needed;
        if medication.weekly_only && !is_weekly {
            remarks.push(Remark::WeeklyOnly);
        }
        if let (true, Some(usual)) = (soft, &medication.usual_max_day) {
            let times = i64::try_from(line.times.len()).unwrap_or(i64::MAX);
            let per_day = line.amount.value.times(Decimal::from(times));
            let per_day = per_day.map(|value| Quantity { value, unit: line.amount.unit });
            let mg = |q: &Quantity| medication.in_mg(q, Some(&line.form));
            if per_day.as_ref().and_then(mg) > mg(usual) {
                remarks.push(Remark::AboveUsual { usual: usual.clone() });
            }
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{MedicationRef, Route};
    use crate::measure::Unit;

    fn regimen(version: u32, from: &str, lines: &[(&str, &[&str])]) -> Regimen {
        let line = |(name, times): &(&str, &[&str])| RegimenLine {
            medication: MedicationRef { code: Some(name.parse().unwrap()), name: (*name).to_owned() },
            form: "tablet".to_owned(),
            amount: Quantity { value: Decimal::from(60), unit: Unit::MG },
            route: Route::Oral,
            times: times.iter().map(|time| time.parse().unwrap()).collect(),
            as_needed: false,
            every_days: 1,
        };
        Regimen { version, from: from.parse().unwrap(), lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn a_dose_told_under_the_morning_s_regimen_answers_the_one_that_was_set_at_noon() {
        let regimens = [
            regimen(1, "2026-10-01", &[("pyridostigmine", &["07:30", "11:30"]), ("prednisone", &["08:00"])]),
            regimen(2, "2026-10-05", &[("prednisone", &["08:00"]), ("pyridostigmine", &["11:30", "16:00"])]),
        ];
        let (before, day) = ("2026-10-04".parse().unwrap(), "2026-10-05".parse().unwrap());
        let of = |version, line, dose| Slot::RegimenDose { version, line, dose };
        for (on, told, expect) in [
            (day, of(1, 0, 1), of(2, 1, 0)),
            (day, of(1, 1, 0), of(2, 0, 0)),
            // No longer asked for: it stays what it was.
            (day, of(1, 0, 0), of(1, 0, 0)),
            (before, of(1, 0, 1), of(1, 0, 1)),
            (day, of(2, 0, 0), of(2, 0, 0)),
            (day, of(9, 9, 9), of(9, 9, 9)),
        ] {
            assert_eq!(place_in_force(&regimens, on, &told), expect, "{told:?}");
        }
    }
}
