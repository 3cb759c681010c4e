//! Medications and events of a study's lists, and what is remarked on in what people say they take.

use serde::Deserialize;

use super::alert::Severity;
use crate::entry::{Frequency, MedicationChange, MedicationChangeKind, Route};
use crate::ids::{AnchorId, EventCode, MedicationCode, RuleId};
use crate::measure::{Decimal, Quantity, Unit};
use crate::text::{Lang, Text};
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
    /// ATC code, where it has one.
    pub atc: Option<String>,
    /// What it comes as.
    pub presentations: Vec<Presentation>,
    /// Units its amounts may be given in; the first is offered first.
    pub units: Vec<Unit>,
    /// How it may be taken; the first is offered first.
    pub routes: Vec<Route>,
    /// Milligrams of prednisone that one milligram counts as, for corticosteroids.
    pub prednisone_factor: Option<Decimal>,
    /// Whether milligrams per day are reported.
    #[serde(default)]
    pub daily_total: bool,
    /// Taken once a week and never daily.
    #[serde(default)]
    pub weekly_only: bool,
    /// What a participant is told beside it; always there for what is taken weekly only.
    pub caution: Option<Text>,
    /// Usual largest single dose. Above it is remarked on where the study's limits say so.
    pub usual_max_dose: Option<Quantity>,
    /// Usual largest amount of a day, likewise.
    pub usual_max_day: Option<Quantity>,
}

/// A form a medication comes in.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// Code of the study's list of forms.
    pub form: String,
    /// What one tablet, capsule or vial holds, where it is always the same.
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
    /// Submission value of CDISC controlled terminology, where there is one.
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
    /// Anchors it proposes, in their order: "my infusion starts today" on a phone without network.
    #[serde(default)]
    pub proposes: Vec<AnchorId>,
    /// How much it presses, where it is a serious event: an alert like that of a rule.
    pub severity: Option<Severity>,
    /// What a serious event shows; may name [`super::site::PLACEHOLDERS`].
    pub instruction: Option<Text>,
}

impl EventKind {
    /// The name under which a serious event stands among the alert rules.
    #[must_use]
    pub fn rule(&self) -> RuleId {
        RuleId::from(self.code.clone())
    }
}

/// Oddity of an amount that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OddAmount {
    /// No dose is so large or so small.
    OutOfRange,
    /// Its unit is none of the medication's.
    Unit,
    /// It is several times the planned one, or as many times less.
    FarFromPlan,
}

impl OddAmount {
    /// As it stands in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfRange => "out-of-range",
            Self::Unit => "unit",
            Self::FarFromPlan => "far-from-plan",
        }
    }
}

/// Something about an amount, a form or a frequency that is worth a remark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remark {
    /// Not on the study's list.
    UnknownMedication,
    /// The medication does not come in this form.
    Form {
        /// Forms it comes in.
        known: Vec<String>,
    },
    /// The unit is not one of the medication's.
    Unit {
        /// Its units.
        known: Vec<Unit>,
    },
    /// It is not taken this way.
    Route {
        /// How it is taken.
        known: Vec<Route>,
    },
    /// Would be taken more often than once a week. Daily methotrexate has killed people.
    WeeklyOnly,
    /// The amount is not above 0 or above every legal one.
    Amount,
    /// Neither times of day nor as needed.
    NoTimes,
    /// A time of day twice, more than 24, or days of the week that are none or stand beside every so many days.
    Times,
    /// Steps that do not follow one another within the line, or in another unit.
    Steps,
    /// Ends before it begins.
    LastBeforeFirst,
    /// The name is that of another medication than the code.
    OtherName {
        /// The name of that one.
        named: Text,
    },
    /// Every 0 days.
    EveryDays,
    /// Above the usual amount.
    AboveUsual {
        /// The usual largest amount.
        usual: Quantity,
    },
}

impl Remark {
    /// Whether a regimen with it is refused. What a participant says they take is always recorded: a dangerous
    /// dose that is kept out of the diary is still taken.
    #[must_use]
    pub const fn blocks_regimen(&self) -> bool {
        match self {
            Self::AboveUsual { .. } => false,
            Self::UnknownMedication
            | Self::Form { .. }
            | Self::Unit { .. }
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

    /// What a person reads.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let list = |items: Vec<&str>| items.join(lang.pick(", ", "、"));
        match self {
            Self::UnknownMedication => {
                lang.pick("This medication is not on the study's list.", "这种药不在本研究的药品清单里。").to_owned()
            }
            Self::Form { known } => {
                let known = list(known.iter().map(String::as_str).collect());
                lang.pick("Form: choose one of ", "剂型：请从下列选项中选择：").to_owned() + &known
            }
            Self::Unit { known } => {
                let known = list(known.iter().map(|unit| unit.shown(lang)).collect());
                lang.pick("Unit: choose one of ", "单位：请从下列选项中选择：").to_owned() + &known
            }
            Self::Route { known } => {
                let known = list(known.iter().map(|route| route.shown(lang)).collect());
                lang.pick("How it is taken: choose one of ", "用法：请从下列选项中选择：").to_owned() + &known
            }
            Self::WeeklyOnly => lang
                .pick(
                    "This medication is taken once a week, never every day. Please check with your study site.",
                    "这种药每周只用一次，千万不能每天用。请先向研究中心核实。",
                )
                .to_owned(),
            Self::Amount => lang
                .pick("Amount: more than 0 and at most 100000 is needed.", "用量：应大于0，最多100000。")
                .to_owned(),
            Self::NoTimes => lang
                .pick("Give the times of day, or say that it is taken as needed.", "请填写用药时间，或注明必要时使用。")
                .to_owned(),
            Self::EveryDays => lang
                .pick("Every how many days: 1 (daily) to 366.", "每隔几天用一次：应为1（每天）到366。")
                .to_owned(),
            Self::Times => lang
                .pick(
                    "Times: each once, at most 24; weekdays from 1 (Monday) to 7 (Sunday), and then every_days = 1.",
                    "用药时间：每个时间只写一次，最多24个；星期用1（周一）到7（周日）表示，此时每隔天数应为1。",
                )
                .to_owned(),
            Self::Steps => lang
                .pick(
                    "Steps: each a later day within the line, at most 100, in the unit of the amount.",
                    "剂量变化：日期应依次往后并在该药用药期间内，最多100次，单位与剂量一致。",
                )
                .to_owned(),
            Self::LastBeforeFirst => {
                lang.pick("The last day lies before the first.", "最后一天早于第一天。").to_owned()
            }
            Self::OtherName { named } => {
                let named = named.get(lang);
                match lang {
                    Lang::En => format!("The name is that of {named}, the code that of another medication."),
                    Lang::ZhCn => format!("药名是{named}，编码却是另一种药。"),
                }
            }
            Self::AboveUsual { usual } => {
                let usual = format!("{} {}", usual.value, usual.unit.shown(lang));
                match lang {
                    Lang::En => format!("This is more than usual ({usual}). Please check it again."),
                    Lang::ZhCn => format!("这个量比平常的（{usual}）多，请再核对一次。"),
                }
            }
        }
    }
}

impl Medication {
    /// Everything it is called, in lower case: code, names, brands.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let names = Lang::ALL.map(|lang| self.name.get(lang)).into_iter();
        let brands = self.brands.iter().map(String::as_str);
        std::iter::once(self.code.as_str()).chain(names).chain(brands).map(str::to_lowercase)
    }

    /// Milligrams of `amount`: of a mass directly, of tablets and the like by the strength of `form`, or by the one
    /// strength there is. `None` where that cannot be said for certain.
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

    /// Milligrams of prednisone that `amount` counts as; `None` for what is no corticosteroid.
    #[must_use]
    pub fn in_prednisone_mg(&self, amount: &Quantity, form: Option<&str>) -> Option<Decimal> {
        self.in_mg(amount, form)?.times(self.prednisone_factor?)
    }

    /// Whether a dose on `day` comes too soon after one on `other`: for what is taken weekly only.
    #[must_use]
    pub fn too_soon(&self, other: DiaryDay, day: DiaryDay) -> bool {
        self.weekly_only && day.since(other).abs() < WEEKLY_DAYS
    }

    /// Remarks on what a participant says they take.
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

    /// An amount in a unit that is none of the medication's.
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
