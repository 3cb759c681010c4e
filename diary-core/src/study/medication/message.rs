//! Remarks on medication in words.

use super::Remark;
use crate::text::Lang;
use crate::words::{answer, remark as say};

impl Remark {
    /// Sentence of the remark.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let list = |items: Vec<&str>| items.join(answer::comma(lang));
        match self {
            Self::UnknownMedication => say::unknown_medication(lang).to_owned(),
            Self::Form { known } => say::form(lang, list(known.iter().map(String::as_str).collect())),
            Self::Unit { known } => {
                say::unit(lang, list(known.iter().map(|unit| unit.shown(lang)).collect()))
            }
            Self::Route { known } => {
                say::route(lang, list(known.iter().map(|route| route.shown(lang)).collect()))
            }
            Self::WeeklyOnly => say::weekly_only(lang).to_owned(),
            Self::Amount => say::amount(lang).to_owned(),
            Self::NoTimes => say::no_times(lang).to_owned(),
            Self::EveryDays => say::every_days(lang).to_owned(),
            Self::Times => say::times(lang).to_owned(),
            Self::Steps => say::steps(lang).to_owned(),
            Self::LastBeforeFirst => say::last_before_first(lang).to_owned(),
            Self::OtherName { named } => say::other_name(lang, named.get(lang)),
            Self::AboveUsual { usual } => {
                say::above_usual(lang, format!("{} {}", usual.value, usual.unit.shown(lang)))
            }
        }
    }
}
