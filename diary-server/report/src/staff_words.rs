//! Texts that the report and the command line of the site share: doubts about the server's clock, remarks on medication.

use diary_core::server_clock::ClockDoubt;
use diary_core::study::Remark;
use diary_core::text::Lang;

use crate::messages::report as say;

/// Doubt about the server's clock and its remedy.
#[must_use]
pub fn server_clock_doubt(doubt: ClockDoubt, lang: Lang) -> String {
    match doubt {
        ClockDoubt::Back { newest } => say::server_clock_set_back(lang, newest.to_string()),
        ClockDoubt::Behind { newest } => say::server_clock_behind(lang, newest.to_string()),
        ClockDoubt::FarAhead { newest } => say::server_clock_years_ahead(lang, newest.to_string()),
        ClockDoubt::Leapt { from, to } => say::server_clock_leapt(lang, from.to_string(), to.to_string()),
    }
}

/// Remark on an amount, a form or a frequency.
#[must_use]
pub fn medication_remark(remark: &Remark, lang: Lang) -> String {
    let list = |items: Vec<&str>| items.join(say::list_separator(lang));
    match remark {
        Remark::UnknownMedication => say::remark_unknown_medication(lang).to_owned(),
        Remark::Form { known } => say::remark_form(lang, list(known.iter().map(String::as_str).collect())),
        Remark::Unit { known } => {
            say::remark_unit(lang, list(known.iter().map(|unit| unit.shown(lang)).collect()))
        }
        Remark::Route { known } => {
            say::remark_route(lang, list(known.iter().map(|route| route.shown(lang)).collect()))
        }
        Remark::WeeklyOnly => say::remark_weekly_only(lang).to_owned(),
        Remark::Amount => say::remark_amount(lang).to_owned(),
        Remark::NoTimes => say::remark_no_times(lang).to_owned(),
        Remark::EveryDays => say::remark_every_days(lang).to_owned(),
        Remark::Times => say::remark_times(lang).to_owned(),
        Remark::Steps => say::remark_steps(lang).to_owned(),
        Remark::LastBeforeFirst => say::remark_last_before_first(lang).to_owned(),
        Remark::OtherName { named } => say::remark_other_name(lang, named.get(lang)),
        Remark::AboveUsual { usual } => {
            say::remark_above_usual(lang, format!("{} {}", usual.value, usual.unit.shown(lang)))
        }
    }
}

#[cfg(test)]
mod tests;
