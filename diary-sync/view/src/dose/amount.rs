//! Amounts of doses, held against the plan and the study's list: which are asked about once more. The answer of the
//! participant stands; a dangerous dose that is kept out of the diary is still taken.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, DoseStatus, MedicationRef, Route};
use diary_core::measure::{Quantity, Unit};
use diary_core::study::regimen::Regimen;
use diary_core::study::{Remark, Study};
use diary_core::text::Text;
use diary_core::time::DiaryDay;

/// Days before and after a dose within which another one may be too close.
pub const WEEK_DAYS: i64 = 7;

/// Reason to ask whether an amount is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AmountDoubt {
    /// Its unit is none of the medication's.
    OtherUnit {
        /// Units of the medication.
        known: Vec<Unit>,
    },
    /// It is far from every amount that is usual.
    FarFrom {
        /// The first of the usual amounts.
        usual: Quantity,
    },
}

/// Reason to ask about an amount, where there is one. `usual` are the amounts that it is compared with.
#[must_use]
pub fn doubt(
    study: &Study,
    medication: &MedicationRef,
    amount: &Quantity,
    usual: &[Quantity],
) -> Option<AmountDoubt> {
    let known = study.medication_of(medication).filter(|known| known.is_other_unit(amount));
    if let Some(known) = known
        && usual.iter().all(|usual| usual.unit != amount.unit)
    {
        return Some(AmountDoubt::OtherUnit { known: known.units.clone() });
    }
    let factor = study.limits().unusual_factor;
    let nearest = usual.first().filter(|_| usual.iter().all(|usual| amount.is_far_from(usual, factor)))?;
    Some(AmountDoubt::FarFrom { usual: nearest.clone() })
}

/// Amounts of a medication in the regimen of a day.
#[must_use]
pub fn usual(regimen: &Regimen, medication: &MedicationRef, day: DiaryDay) -> Vec<Quantity> {
    let of = regimen.on(day).filter(|(_, of)| of.medication.is_same(medication));
    of.map(|(_, of)| of.amount.clone()).collect()
}

/// Amount and route of the line of the regimen that allows a medication as needed.
#[must_use]
pub fn as_needed(regimen: &Regimen, medication: &MedicationRef, day: DiaryDay) -> Option<(Quantity, Route)> {
    let mut lines = regimen.as_needed_on(day);
    let line = lines.find(|(_, of)| of.medication.is_same(medication));
    line.map(|(_, of)| (of.amount.clone(), of.route))
}

/// Scheduled amounts with which a dose beyond the plan is compared: all of them where it is far above each, else none.
/// Beside a scheduled dose a part of it is nothing unusual.
#[must_use]
pub fn compared_with_plan(study: &Study, amount: &Quantity, scheduled: Vec<Quantity>) -> Vec<Quantity> {
    let factor = study.limits().unusual_factor;
    let is_above = scheduled.iter().all(|usual| amount.is_far_above(usual, factor));
    if is_above { scheduled } else { Vec::new() }
}

/// A dose too close to another one of a medication that is taken once a week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TooSoon {
    /// The study's caution about the medication.
    pub caution: Option<Text>,
}

/// Finds a dose on `day` too close to one of `others`, the entries within [`WEEK_DAYS`]. It is asked about once more.
#[must_use]
pub fn too_soon(
    study: &Study,
    medication: &MedicationRef,
    day: DiaryDay,
    others: &[PastEntry],
) -> Option<TooSoon> {
    let known = study.medication_of(medication)?;
    let is_close = |past: &PastEntry| {
        past.shown.as_ref().is_some_and(|shown| match &shown.content {
            Content::Dose(dose) => {
                let is_same = dose.medication.code == medication.code && dose.status == DoseStatus::Taken;
                is_same && known.too_soon(shown.day, day)
            }
            Content::Assessment(_)
            | Content::MedicationChange(_)
            | Content::Event(_)
            | Content::Note(_)
            | Content::AlertShown(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_)
            | Content::Newer(_) => false,
        })
    };
    others.iter().any(is_close).then(|| TooSoon { caution: known.caution.clone() })
}

/// Remarks of the study on a dose. One whose route was not given counts as taken by mouth.
#[must_use]
pub fn remarks(
    study: &Study,
    medication: &MedicationRef,
    amount: &Quantity,
    route: Option<Route>,
) -> Vec<Remark> {
    let (known, route) = (study.medication_of(medication), route.unwrap_or(Route::Oral));
    known.map_or_else(Vec::new, |known| {
        known.remarks_on(Some(amount), Some(route), study.limits().soft_dose_checks)
    })
}
