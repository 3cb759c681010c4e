//! The words of `diary dose`.

use diary_core::entry::MedicationRef;
use diary_core::measure::{Quantity, Unit};
use diary_core::study::Study;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay};

use super::{common, describe, when};
use crate::messages::dose as say;
pub(crate) use crate::messages::dose::{
    all_as_planned, amount_taken, amount_unusual, in_your_words, nothing_due, really_taken, recorded_early,
    taken_early, taken_within_week, time_far_from_plan, time_placeholder, time_taken, to_record, when_was_it,
    which_dose, why_not,
};

/// A planned dose.
pub(crate) fn planned(
    study: &Study,
    medication: &MedicationRef,
    amount: &Quantity,
    (day, time, late): (DiaryDay, TimeOfDay, bool),
    lang: Lang,
) -> String {
    let medication = super::of(study, lang).medication(medication);
    let amount = describe::amount(amount, lang);
    let day = when::day(day, lang);
    let dose = format!("{day} {time}  {medication} {amount}");
    if late { say::late_dose(lang, dose) } else { dose }
}

/// Possible replies to a planned dose.
pub(crate) fn replies(was_due: bool, time: TimeOfDay, lang: Lang) -> [String; 4] {
    let taken = match was_due {
        true => say::taken_as_planned(lang, time.to_string()),
        false => say::taken_now(lang).to_owned(),
    };
    let others = [say::taken_otherwise(lang), say::not_taken(lang), say::not_known(lang)].map(str::to_owned);
    let [otherwise, not, unknown] = others;
    [taken, otherwise, not, unknown]
}

/// The keys while going through doses; `more`: others follow that are answered alike.
pub(crate) fn keys(more: bool, lang: Lang) -> &'static str {
    if more { say::keys_repeatable(lang) } else { say::keys_last(lang) }
}

/// Possible times of a late dose: as planned, now, at another time.
pub(crate) fn when_taken(time: TimeOfDay, lang: Lang) -> [String; 3] {
    let planned = say::when_as_planned(lang, time.to_string());
    [planned, say::when_now(lang).to_owned(), say::when_otherwise(lang).to_owned()]
}

/// Asks about an amount in a unit that is not the medication's.
pub(crate) fn other_unit(amount: &str, known: &[Unit], lang: Lang) -> String {
    say::unit_unusual(lang, amount, common::units(known, lang))
}

/// Asks whether the amount was as planned.
pub(crate) fn as_much_as_planned(amount: &Quantity, lang: Lang) -> String {
    say::amount_as_planned(lang, describe::amount(amount, lang))
}
