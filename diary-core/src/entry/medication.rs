//! Medications as named by participants, and changes to them.

use serde::{Deserialize, Serialize};

use super::{EntryError, short_text};
use crate::ids::MedicationCode;
use crate::measure::{DOSE_MAX, Decimal, Quantity};
use crate::steps;
use crate::time::PartialDate;

/// A medication: of the study's list, or in the participant's own words.
#[derive(Clone, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct MedicationRef {
    /// Code of the study's list.
    #[n(0)]
    pub code: Option<MedicationCode>,
    /// Name as written or shown, verbatim.
    #[n(1)]
    pub name: String,
}

steps::compared!(MedicationRef, code, name);

impl MedicationRef {
    /// True if both name the same medication: by code if both have one, otherwise by the name as written.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        steps::step();
        match (&self.code, &other.code) {
            (Some(one), Some(two)) => one == two,
            _ => self.name == other.name,
        }
    }

    pub(super) fn check(&self) -> Result<(), EntryError> {
        short_text("medication", Some(&self.name))
    }
}

/// A medication started, changed or stopped.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct MedicationChange {
    /// Medication.
    #[n(0)]
    pub medication: MedicationRef,
    /// Started, changed or stopped.
    #[n(1)]
    pub kind: MedicationChangeKind,
    /// First civil day, as far as it is known.
    #[n(2)]
    pub from: PartialDate,
    /// Amount of one dose; absent if stopped.
    #[n(3)]
    pub dose: Option<Quantity>,
    /// Route of administration.
    #[n(4)]
    pub route: Option<Route>,
    /// Frequency; absent if stopped.
    #[n(5)]
    pub frequency: Option<Frequency>,
    /// Reason.
    #[n(6)]
    pub reason: Option<String>,
    /// Form as written, for example `tablet, extended release`.
    #[n(7)]
    pub form: Option<String>,
}

/// Kind of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum MedicationChangeKind {
    /// Newly taken.
    #[n(0)]
    Started,
    /// Taken with another dose, route or frequency.
    #[n(1)]
    Changed,
    /// No longer taken.
    #[n(2)]
    Stopped,
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $n:literal $variant:ident $code:literal $cdisc:literal $say:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, minicbor::Encode, minicbor::Decode)]
        #[cbor(index_only)]
        pub enum $name { $($(#[$vdoc])* #[n($n)] $variant),* }

        impl $name {
            /// Values in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Code in commands, studies and exports.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Submission value of CDISC controlled terminology.
            #[must_use]
            pub const fn cdisc(self) -> &'static str {
                match self { $(Self::$variant => $cdisc),* }
            }

            /// Text for people.
            #[must_use]
            pub fn shown(self, lang: crate::text::Lang) -> &'static str {
                match self { $(Self::$variant => crate::words::medication::$say(lang)),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ids::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.code() == text)
                    .ok_or(crate::ids::IdError { kind: stringify!($name), expected: concat!("one of", $(" ", $code),*) })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.code())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

coded!(
    /// Route of administration.
    Route {
        /// By mouth.
        0 Oral "oral" "ORAL" oral,
        /// Into a vein.
        1 Intravenous "intravenous" "INTRAVENOUS" intravenous,
        /// Under the skin.
        2 Subcutaneous "subcutaneous" "SUBCUTANEOUS" subcutaneous,
        /// Into a muscle.
        3 Intramuscular "intramuscular" "INTRAMUSCULAR" intramuscular,
        /// Inhaled.
        4 Inhaled "inhaled" "RESPIRATORY (INHALATION)" inhaled,
        /// Into the eye.
        5 Ophthalmic "ophthalmic" "OPHTHALMIC" ophthalmic,
        /// On the skin.
        6 Topical "topical" "TOPICAL" topical,
        /// Through a feeding tube.
        7 FeedingTube "feeding-tube" "NASOGASTRIC" feeding_tube,
    }
);

coded!(
    /// Frequency of a medication.
    Frequency {
        /// Once a day.
        0 Daily "qd" "QD" daily,
        /// Twice a day.
        1 TwiceDaily "bid" "BID" twice_daily,
        /// Three times a day.
        2 ThreeTimesDaily "tid" "TID" three_times_daily,
        /// Four times a day.
        3 FourTimesDaily "qid" "QID" four_times_daily,
        /// Five times a day.
        4 FiveTimesDaily "5id" "5 TIMES PER DAY" five_times_daily,
        /// Every other day.
        5 EveryOtherDay "qod" "QOD" every_other_day,
        /// Once a week.
        6 Weekly "qw" "EVERY WEEK" weekly,
        /// Every two weeks.
        7 EveryTwoWeeks "q2w" "EVERY 2 WEEKS" every_two_weeks,
        /// Every four weeks.
        8 EveryFourWeeks "q4w" "EVERY 4 WEEKS" every_four_weeks,
        /// Once.
        9 Once "once" "ONCE" once,
        /// As needed.
        10 AsNeeded "prn" "PRN" as_needed,
        /// Continuously.
        11 Continuous "continuous" "CONTINUOUS" continuous,
    }
);

impl Frequency {
    /// Doses per day; `None` if the number differs between days.
    #[must_use]
    pub const fn times_a_day(self) -> Option<usize> {
        match self {
            Self::Daily => Some(1),
            Self::TwiceDaily => Some(2),
            Self::ThreeTimesDaily => Some(3),
            Self::FourTimesDaily => Some(4),
            Self::FiveTimesDaily => Some(5),
            Self::EveryOtherDay
            | Self::Weekly
            | Self::EveryTwoWeeks
            | Self::EveryFourWeeks
            | Self::Once
            | Self::AsNeeded
            | Self::Continuous => None,
        }
    }
}

impl MedicationChange {
    pub(super) fn check(&self) -> Result<(), EntryError> {
        self.medication.check()?;
        short_text("reason", self.reason.as_deref())?;
        short_text("form", self.form.as_deref())?;
        match (&self.kind, &self.dose) {
            (_, Some(q)) if q.value <= Decimal::from(0) || q.value > DOSE_MAX => Err(EntryError::Amount),
            (MedicationChangeKind::Started | MedicationChangeKind::Changed, None) => Err(EntryError::Amount),
            _ => Ok(()),
        }
    }
}

crate::log_safe::redacted!(MedicationRef, MedicationChange);
