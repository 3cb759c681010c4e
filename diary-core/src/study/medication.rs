//! Medications and events of a study's lists, and remarks on reported medication.

mod message;

use serde::Deserialize;

use super::severity::Severity;
use crate::entry::{Frequency, MedicationChange, MedicationChangeKind, Route};
use crate::ids::{AnchorId, EventCode, MedicationCode, RuleId};
use crate::measure::{Decimal, Quantity, Unit};
use crate::text::Text;
use crate::time::DiaryDay;

/// Days between two doses of a medication that is taken weekly.
pub const WEEKLY_DAYS: i64 = 7;

/// A medication of the study's list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medication {
    /// Its code.
    pub code: MedicationCode,
    /// Its name.
    pub name: Text,
    /// Brand names under which it is sold.
    #[serde(default)]
    pub brands: Vec<String>,
    /// ATC code, if it has one.
    pub atc: Option<String>,
    /// Forms in which it is sold.
    pub presentations: Vec<Presentation>,
    /// Units of its amounts; the first is offered first.
    pub units: Vec<Unit>,
    /// Routes of administration; the first is offered first.
    pub routes: Vec<Route>,
    /// Milligrams of prednisone equivalent to one milligram, for corticosteroids.
    pub prednisone_factor: Option<Decimal>,
    /// True if milligrams per day are reported.
    #[serde(default)]
    pub daily_total: bool,
    /// True if it is taken once a week and never daily.
    #[serde(default)]
    pub weekly_only: bool,
    /// Warning for participants; required if `weekly_only`.
    pub caution: Option<Text>,
    /// Largest usual single dose. Larger ones get a remark if the study's limits say so.
    pub usual_max_dose: Option<Quantity>,
    /// Largest usual amount of a day, likewise.
    pub usual_max_day: Option<Quantity>,
}

/// A form of a medication.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// Code of the study's list of forms.
    pub form: String,
    /// Contents of one tablet, capsule or vial, if always the same.
    pub strength: Option<Quantity>,
}

/// A form of the study's list, for example `tablet`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Submission value of CDISC controlled terminology, if there is one.
    pub cdisc: Option<String>,
}

/// A kind of event of the study's list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventKind {
    /// Its code.
    pub code: EventCode,
    /// Its name.
    pub title: Text,
    /// Anchors that it proposes, in order: "my infusion starts today" on a phone without network.
    #[serde(default)]
    pub proposes: Vec<AnchorId>,
    /// Severity of a serious event, whose alert is like that of a rule.
    pub severity: Option<Severity>,
    /// Text shown for a serious event; may contain [`super::site::PLACEHOLDERS`].
    pub instruction: Option<Text>,
}

impl EventKind {
    /// Id of a serious event among the alert rules.
    #[must_use]
    pub fn rule(&self) -> RuleId {
        RuleId::from(self.code.clone())
    }
}

/// Oddity of a taken amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OddAmount {
    /// Outside the range of doses.
    OutOfRange,
    /// A unit that the medication does not have.
    Unit,
    /// Several times the planned amount, or a fraction of it.
    FarFromPlan,
}

impl OddAmount {
    /// Code in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfRange => "out-of-range",
            Self::Unit => "unit",
            Self::FarFromPlan => "far-from-plan",
        }
    }
}

/// Remark on an amount, a form or a frequency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remark {
    /// The medication is not on the study's list.
    UnknownMedication,
    /// The medication is not sold in this form.
    Form {
        /// Its forms.
        known: Vec<String>,
    },
    /// The medication does not have this unit.
    Unit {
        /// Its units.
        known: Vec<Unit>,
    },
    /// The medication is not taken by this route.
    Route {
        /// Its routes.
        known: Vec<Route>,
    },
    /// More often than once a week. Daily methotrexate has killed people.
    WeeklyOnly,
    /// The amount is 0 or less, or above the largest legal one.
    Amount,
    /// Neither times of day nor as needed.
    NoTimes,
    /// A duplicate time of day, more than 24 of them, or invalid days of the week, or these together with an
    /// interval.
    Times,
    /// Steps that are out of order, outside the line, or in another unit.
    Steps,
    /// The end lies before the beginning.
    LastBeforeFirst,
    /// The name is that of another medication than the code.
    OtherName {
        /// The name of that one.
        named: Text,
    },
    /// An interval of 0 days.
    EveryDays,
    /// More than the usual amount.
    AboveUsual {
        /// Largest usual amount.
        usual: Quantity,
    },
}

impl Remark {
    /// True if a regimen with this remark is refused. Reports of participants are always saved: a dangerous
    /// dose that the diary refuses is taken all the same.
    #[must_use]
    pub const fn blocks_regimen(&self) -> bool {
        match self {
            Self::AboveUsual { .. } | Self::Unit { .. } => false,
            Self::UnknownMedication
            | Self::Form { .. }
            | Self::Route { .. }
            | Self::WeeklyOnly
            | Self::Amount
            | Self::NoTimes
            | Self::Times
            | Self::Steps
            | Self::LastBeforeFirst
            | Self::OtherName { .. }
            | Self::EveryDays => true,
        }
    }
}

impl Medication {
    /// Names in lower case: code, names, brands.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let names = self.name.iter().map(|(_, name)| name);
        let brands = self.brands.iter().map(String::as_str);
        std::iter::once(self.code.as_str()).chain(names).chain(brands).map(str::to_lowercase)
    }

    /// Milligrams of `amount`: masses directly, tablets and capsules by the strength of `form`, or by the
    /// only strength. `None` if the strength is not certain.
    #[must_use]
    pub fn in_mg(&self, amount: &Quantity, form: Option<&str>) -> Option<Decimal> {
        if !amount.is_dose() {
            return None;
        }
        if let Some(factor) = amount.unit.in_mg() {
            return amount.value.times(factor);
        }
        if !["{tbl}", "{capsule}"].contains(&amount.unit.ucum()) {
            return None;
        }
        let mut strengths: Vec<Decimal> = self
            .presentations
            .iter()
            .filter(|p| form.is_none_or(|form| p.form == form))
            .map(|p| p.strength.as_ref().and_then(|q| q.value.times(q.unit.in_mg()?)))
            .collect::<Option<_>>()?;
        strengths.sort_unstable();
        strengths.dedup();
        match strengths[..] {
            [one] => amount.value.times(one),
            _ => None,
        }
    }

    /// Equivalent in milligrams of prednisone; `None` for other medications than corticosteroids.
    #[must_use]
    pub fn in_prednisone_mg(&self, amount: &Quantity, form: Option<&str>) -> Option<Decimal> {
        self.in_mg(amount, form)?.times(self.prednisone_factor?)
    }

    /// True if a weekly medication is taken on `day` too soon after `other`.
    #[must_use]
    pub fn too_soon(&self, other: DiaryDay, day: DiaryDay) -> bool {
        self.weekly_only && day.since(other).abs() < WEEKLY_DAYS
    }

    /// Remarks on a change reported by a participant.
    #[must_use]
    pub fn remarks_on_change(&self, change: &MedicationChange, soft: bool) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if matches!(change.kind, MedicationChangeKind::Stopped) {
            return remarks;
        }
        if self.weekly_only && change.frequency.is_none_or(is_more_than_weekly) {
            remarks.push(Remark::WeeklyOnly);
        }
        remarks.extend(self.remarks_on(change.dose.as_ref(), change.route, soft));
        remarks
    }

    /// True if the medication does not have the unit of `amount`.
    #[must_use]
    pub fn is_other_unit(&self, amount: &Quantity) -> bool {
        !self.units.contains(&amount.unit)
    }

    /// Remarks on one dose.
    #[must_use]
    pub fn remarks_on(&self, dose: Option<&Quantity>, route: Option<Route>, soft: bool) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if dose.is_some_and(|dose| self.is_other_unit(dose)) {
            remarks.push(Remark::Unit { known: self.units.clone() });
        }
        if route.is_some_and(|route| !self.routes.contains(&route)) {
            remarks.push(Remark::Route { known: self.routes.clone() });
        }
        let above = |dose: &Quantity, usual: &Quantity| self.in_mg(dose, None) > self.in_mg(usual, None);
        if let (true, Some(dose), Some(usual)) = (soft, dose, &self.usual_max_dose)
            && above(dose, usual)
        {
            remarks.push(Remark::AboveUsual { usual: usual.clone() });
        }
        remarks
    }
}

const fn is_more_than_weekly(frequency: Frequency) -> bool {
    match frequency {
        Frequency::Weekly | Frequency::EveryTwoWeeks | Frequency::EveryFourWeeks | Frequency::Once => false,
        Frequency::Daily
        | Frequency::TwiceDaily
        | Frequency::ThreeTimesDaily
        | Frequency::FourTimesDaily
        | Frequency::FiveTimesDaily
        | Frequency::EveryOtherDay
        | Frequency::AsNeeded
        | Frequency::Continuous => true,
    }
}

#[cfg(test)]
mod tests;
