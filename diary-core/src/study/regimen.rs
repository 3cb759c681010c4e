//! Which version of a regimen holds on a day, which doses it asks for, and whether staff may set it.

use super::Study;
use super::medication::{Medication, Remark, WEEKLY_DAYS};
use crate::act::{Regimen, RegimenLine};
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
