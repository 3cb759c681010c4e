//! Changes of the regimen by staff: lines with an identity, and changes that name the lines they touch.
//! [`crate::study::regimen`] computes the lines in force on a day.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::entry::{MedicationRef, Route};
use crate::ids::LineId;
use crate::measure::Quantity;
use crate::time::{DiaryDay, TimeOfDay};

/// One change of the regimen. Without lines it ends all medication from its day on.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct RegimenChange {
    /// First civil day of the change.
    #[n(0)]
    pub from: DiaryDay,
    /// Changes by line.
    #[cbor(n(1), decode_with = "crate::wire::list::<1024, _, _>")]
    pub lines: Vec<LineChange>,
}

/// The change of one line.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum LineChange {
    /// A new line.
    #[n(0)]
    Begin(#[n(0)] RegimenLine),
    /// Another amount, timing, form or route from a day on.
    #[n(1)]
    Alter(#[n(0)] LinePatch),
    /// The last day of a line.
    #[n(2)]
    End {
        /// The line.
        #[n(0)]
        line: LineId,
        /// Last civil day on which it holds.
        #[n(1)]
        last: DiaryDay,
    },
}

impl LineChange {
    /// Line that is changed.
    #[must_use]
    pub const fn line(&self) -> LineId {
        match self {
            Self::Begin(line) => line.id,
            Self::Alter(patch) => patch.line,
            Self::End { line, .. } => *line,
        }
    }
}

/// One medication of a regimen.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct RegimenLine {
    /// Id of the line, constant while its contents change.
    #[n(0)]
    pub id: LineId,
    /// Medication.
    #[n(1)]
    pub medication: MedicationRef,
    /// Form, for example `tablet`.
    #[n(2)]
    pub form: String,
    /// Amount of one dose; the usual one if taken as needed.
    #[n(3)]
    pub amount: Quantity,
    /// Route of administration.
    #[n(4)]
    pub route: Route,
    /// First civil day, from which the recurrence is counted.
    #[n(5)]
    pub first: DiaryDay,
    /// Last civil day, if known.
    #[n(6)]
    pub last: Option<DiaryDay>,
    /// Times of day and days.
    #[n(7)]
    pub timing: Timing,
    /// Limits for taking it as needed; `None` if it is not taken as needed.
    #[n(8)]
    pub as_needed: Option<AsNeededRule>,
    /// Amounts from later days on (a taper).
    #[cbor(n(9), decode_with = "crate::wire::list::<1024, _, _>")]
    pub steps: Vec<Step>,
}

/// Times of day of a line and the days on which they apply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Timing {
    /// Times of day; none for a line taken only as needed.
    #[cbor(n(0), decode_with = "crate::wire::list::<1440, _, _>")]
    pub times: Vec<TimeOfDay>,
    /// Interval in days, counted from the first day: 1 daily, 2 every other day, 7 weekly.
    #[n(1)]
    pub every_days: u16,
    /// Days of the week, 1 Monday to 7 Sunday; none if `every_days` applies.
    #[cbor(n(2), decode_with = "crate::wire::list::<64, _, _>")]
    pub weekdays: Vec<u8>,
}

impl Timing {
    /// True if doses are due on `day`, counted from `first`.
    #[must_use]
    pub fn is_on(&self, first: DiaryDay, day: DiaryDay) -> bool {
        let weekday = chrono::Datelike::weekday(&day.0).number_from_monday();
        let n = day.since(first);
        if self.weekdays.is_empty() {
            n >= 0 && n % i64::from(self.every_days.max(1)) == 0
        } else {
            n >= 0 && self.weekdays.iter().any(|one| u32::from(*one) == weekday)
        }
    }

    /// Days of the week.
    pub fn days_of_week(&self) -> impl Iterator<Item = Weekday> {
        self.weekdays.iter().filter_map(|n| Weekday::try_from(n.checked_sub(1)?).ok())
    }
}

/// Limits of a line taken as needed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AsNeededRule {
    /// Largest amount on one diary day, in the unit of the amount.
    #[n(0)]
    pub most_per_day: Option<Quantity>,
    /// Shortest interval between two doses, in minutes.
    #[n(1)]
    pub least_interval_minutes: Option<u32>,
}

/// Another amount from a day on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Step {
    /// First civil day.
    #[n(0)]
    #[serde(deserialize_with = "crate::readers::file::day")]
    pub from: DiaryDay,
    /// Amount of one dose.
    #[n(1)]
    #[serde(deserialize_with = "crate::readers::file::amount")]
    pub amount: Quantity,
}

/// Changes of a line from a day on; absent fields stay as they are.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LinePatch {
    /// The line.
    #[n(0)]
    pub line: LineId,
    /// First civil day.
    #[n(1)]
    pub from: DiaryDay,
    /// Amount of one dose.
    #[n(2)]
    pub amount: Option<Quantity>,
    /// Times of day and days.
    #[n(3)]
    pub timing: Option<Timing>,
    /// Form.
    #[n(4)]
    pub form: Option<String>,
    /// Route of administration.
    #[n(5)]
    pub route: Option<Route>,
    /// Limits for taking it as needed.
    #[n(6)]
    pub as_needed: Option<AsNeededRule>,
    /// Name as written, if the site renames the medication.
    #[n(7)]
    pub medication: Option<MedicationRef>,
}

crate::log_safe::redacted!(RegimenChange, LineChange, RegimenLine, LinePatch);
