//! Checks of a line that staff set, against the study's list of medications.

use crate::act::RegimenLine;
use crate::measure::{DOSE_MAX, Decimal, Quantity};
use crate::study::Study;
use crate::study::medication::{Medication, Remark, WEEKLY_DAYS};

/// Most times of day of one line.
const TIMES_MAX: usize = 24;
/// Most taper steps of one line.
const STEPS_MAX: usize = 100;
/// Longest recurrence, in days.
const EVERY_DAYS_MAX: u16 = 366;

impl Study {
    /// Remarks on a line. Staff may not set it if one of them [`blocks`](Remark::blocks_regimen).
    #[must_use]
    pub fn remarks_on_line(&self, line: &RegimenLine) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let amounts = || std::iter::once(&line.amount).chain(line.steps.iter().map(|step| &step.amount));
        if amounts().any(|q| q.value <= Decimal::from(0) || q.value > DOSE_MAX) {
            remarks.push(Remark::Amount);
        }
        let timing = &line.timing;
        if timing.times.is_empty() && line.as_needed.is_none() {
            remarks.push(Remark::NoTimes);
        }
        if timing.every_days == 0 || timing.every_days > EVERY_DAYS_MAX {
            remarks.push(Remark::EveryDays);
        }
        let mut times = timing.times.clone();
        times.sort_unstable();
        times.dedup();
        let weekdays_fit = timing.weekdays.iter().all(|day| (1..=7).contains(day))
            && (timing.weekdays.is_empty() || timing.every_days == 1);
        if times.len() != timing.times.len() || times.len() > TIMES_MAX || !weekdays_fit {
            remarks.push(Remark::Times);
        }
        let rising = line.steps.windows(2).all(|pair| pair[0].from < pair[1].from);
        let within = line
            .steps
            .iter()
            .all(|step| step.from > line.first && line.last.is_none_or(|last| step.from <= last));
        if !rising || !within || line.steps.len() > STEPS_MAX {
            remarks.push(Remark::Steps);
        }
        if line.last.is_some_and(|last| last < line.first) {
            remarks.push(Remark::LastBeforeFirst);
        }
        if amounts().any(|q| q.unit != line.amount.unit) {
            remarks.push(Remark::Steps);
        }
        let Some(code) = &line.medication.code else {
            // Free text of the site, about which nothing is known.
            return remarks;
        };
        match self.medication(code) {
            None => remarks.push(Remark::UnknownMedication),
            Some(medication) => {
                let named = self.medication_in(&line.medication.name);
                if let Some(other) = named.filter(|named| named.code != *code) {
                    remarks.push(Remark::OtherName { named: other.name.clone() });
                }
                remarks.extend(self.remarks_on_known(medication, line));
            }
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
        let timing = &line.timing;
        let spaced = i64::from(timing.every_days) >= WEEKLY_DAYS || timing.weekdays.len() == 1;
        let is_weekly = spaced && timing.times.len() <= 1 && line.as_needed.is_none();
        if medication.weekly_only && !is_weekly {
            remarks.push(Remark::WeeklyOnly);
        }
        if let (true, Some(usual)) = (soft, &medication.usual_max_day) {
            let times = i64::try_from(timing.times.len()).unwrap_or(i64::MAX);
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
