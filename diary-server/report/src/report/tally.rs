//! Milligrams taken per day, exactly, extra doses included. Doses that cannot be counted are reported, not guessed.

use diary_core::entry::{Content, Dose, DoseStatus, Revision, Slot};
use diary_core::measure::Decimal;
use diary_core::study::Medication;
use serde::Serialize;

use super::entries::View;
use super::missed::Empty;
use super::planned_dose::{Key, PlanState, planned};

/// Milligrams of one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct DayAmount {
    /// Sum of the doses that could be counted, in milligrams.
    pub mg: Decimal,
    /// It may have been more: a dose has no answer, or could not be counted.
    pub at_least: bool,
    /// Doses that could not be counted.
    pub uncounted: usize,
}

/// A dose taken, by the current version of its entry.
pub(super) struct TakenDose<'a> {
    pub(super) revision: &'a Revision,
    pub(super) dose: &'a Dose,
    pub(super) medication: Option<&'a Medication>,
}

impl<'a> View<'a> {
    /// Doses taken in the period. Of several entries for one planned dose the first counts: two reports of one tablet are
    /// not two tablets.
    pub(super) fn taken_doses(&self) -> impl Iterator<Item = TakenDose<'a>> {
        let (first, last) = self.period();
        self.taken_ever().filter(move |taken| (first..=last).contains(&taken.revision.day))
    }

    /// The same for the whole record.
    pub(super) fn taken_ever(&self) -> impl Iterator<Item = TakenDose<'a>> {
        self.counting().filter(|(entry, _)| !self.is_secondary(entry)).filter_map(|(_, revision)| {
            let Content::Dose(dose) = &revision.content else { return None };
            let taken = matches!(dose.status, DoseStatus::Taken);
            taken.then(|| TakenDose { revision, dose, medication: self.medication(&dose.medication) })
        })
    }
}

impl View<'_> {
    /// Form of a dose of the regimen; unknown for other doses.
    fn form<'a>(&'a self, revision: &Revision) -> Option<&'a str> {
        let Some(Slot::PlannedDose { line, .. }) = &revision.slot else { return None };
        self.course.regimen.line(*line)?.on(revision.day).map(|of| of.form.as_str())
    }

    /// Milligrams per day of one medication of the list.
    pub(super) fn amounts_per_day(&self, medication: &Medication) -> Vec<Option<DayAmount>> {
        let mut sums: Vec<Option<Sum>> = self.cells();
        for taken in
            self.taken_doses().filter(|taken| taken.medication.is_some_and(|m| m.code == medication.code))
        {
            let Some(amount) = &taken.dose.amount else { continue };
            self.add_taken(&mut sums, &taken, medication.in_mg(amount, self.form(taken.revision)));
        }
        self.daily_amounts(sums, |key| *key == Key::Listed(medication.code.clone()))
    }

    /// Prednisone equivalent of all corticosteroids in milligrams per day; `None` if the study has none, or none was
    /// planned or taken.
    pub(super) fn prednisone(&self) -> Option<Vec<Option<DayAmount>>> {
        let is_steroid = |m: &Medication| m.prednisone_factor.is_some();
        let mut sums: Vec<Option<Sum>> = self.cells();
        for taken in self.taken_doses() {
            let (Some(medication), Some(amount)) = (taken.medication, &taken.dose.amount) else { continue };
            if is_steroid(medication) {
                self.add_taken(
                    &mut sums,
                    &taken,
                    medication.in_prednisone_mg(amount, self.form(taken.revision)),
                );
            }
        }
        let steroids: Vec<Key> = self
            .study
            .medications()
            .iter()
            .filter(|m| is_steroid(m))
            .map(|m| Key::Listed(m.code.clone()))
            .collect();
        let days = self.daily_amounts(sums, |key| steroids.contains(key));
        days.iter().any(Option::is_some).then_some(days)
    }

    fn add_taken(&self, sums: &mut [Option<Sum>], taken: &TakenDose<'_>, mg: Option<Decimal>) {
        if let Some(sum) = self.column(taken.revision.day).and_then(|column| sums.get_mut(column)) {
            sum.get_or_insert(Sum::NONE).add(mg);
        }
    }

    /// Combines sums with the plan: a day without doses counts as zero milligrams only if every planned dose was answered.
    fn daily_amounts(
        &self,
        sums: Vec<Option<Sum>>,
        is_meant: impl Fn(&Key) -> bool,
    ) -> Vec<Option<DayAmount>> {
        let mut plans: Vec<Option<Planned>> = self.cells();
        for occurrence in self.asked() {
            let Some(medication) = planned(occurrence) else { continue };
            let Some(cell) = self.column(occurrence.day).and_then(|column| plans.get_mut(column)) else {
                continue;
            };
            if is_meant(&self.medication_key(medication)) {
                let plan = cell.get_or_insert_default();
                match self.state_of_plan(occurrence) {
                    PlanState::Empty(Empty::Upcoming) => plan.more_to_come = true,
                    // Not asked, so not missed; but a dose may have been taken.
                    PlanState::Empty(Empty::NotAsked) => plan.uncertain = true,
                    PlanState::Empty(_) => (plan.due, plan.uncertain) = (true, true),
                    PlanState::Answered(_, dose) => {
                        plan.due = true;
                        plan.uncertain |= matches!(dose.status, DoseStatus::DontKnow);
                    }
                }
            }
        }
        let amounts = sums.into_iter().zip(plans).map(|(sum, plan)| {
            let plan = plan.unwrap_or_default();
            if sum.is_none() && !plan.due {
                return None;
            }
            let Sum { mg, uncounted } = sum.unwrap_or(Sum::NONE);
            let at_least = plan.uncertain || plan.more_to_come || uncounted > 0;
            Some(DayAmount { mg, at_least, uncounted })
        });
        amounts.collect()
    }
}

/// Sum of a day's doses of one kind.
struct Sum {
    mg: Decimal,
    uncounted: usize,
}

impl Sum {
    const NONE: Self = Self { mg: Decimal::new(0, 0), uncounted: 0 };

    fn add(&mut self, mg: Option<Decimal>) {
        match mg.and_then(|mg| self.mg.plus(mg)) {
            Some(sum) => self.mg = sum,
            None => self.uncounted += 1,
        }
    }
}

/// Plan of the regimen for one day.
#[derive(Default)]
struct Planned {
    /// A dose was due.
    due: bool,
    /// A dose has no definite answer.
    uncertain: bool,
    /// One is still to come.
    more_to_come: bool,
}
