//! The words of remarks on medication.

use diary_core::study::Remark;
use diary_core::text::Lang;

use super::common;
use crate::messages::remark as say;

/// Remark on an amount, a form or a frequency.
pub(crate) fn line(remark: &Remark, lang: Lang) -> String {
    match remark {
        Remark::UnknownMedication => say::unknown_medication(lang).to_owned(),
        Remark::Form { known } => say::form(lang, common::list(known, lang)),
        Remark::Unit { known } => say::unit(lang, common::units(known, lang)),
        Remark::Route { known } => {
            let known: Vec<&str> = known.iter().map(|route| route.shown(lang)).collect();
            say::route(lang, common::list(&known, lang))
        }
        Remark::WeeklyOnly => say::weekly_only(lang).to_owned(),
        Remark::Amount => say::amount(lang).to_owned(),
        Remark::NoTimes => say::no_times(lang).to_owned(),
        Remark::EveryDays => say::every_days(lang).to_owned(),
        Remark::Times => say::times(lang).to_owned(),
        Remark::Steps => say::steps(lang).to_owned(),
        Remark::LastBeforeFirst => say::last_before_first(lang).to_owned(),
        Remark::OtherName { named } => say::other_name(lang, named.get(lang)),
        Remark::AboveUsual { usual } => {
            say::above_usual(lang, format!("{} {}", usual.value, usual.unit.shown(lang)))
        }
    }
}
