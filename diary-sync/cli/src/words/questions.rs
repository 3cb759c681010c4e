//! The words around questions.

use diary_core::entry::Answer;
use diary_core::study::instrument::{Instrument, Item};
use diary_core::text::{self, Lang};
use diary_view::questionnaire::{Hint, Skipping};

use crate::messages::questions as say;
pub(crate) use crate::messages::questions::{
    answer_or_command, line_not_taken, line_of_own, must_be_answered, not_answered, refused_in_line, so_far,
    too_many, your_answers,
};

/// An answer as people read it.
pub(crate) fn shown(instrument: &Instrument, item: &Item, answer: &Answer, lang: Lang) -> String {
    let values = answer.values.iter().map(|value| instrument.show(item, value, lang));
    text::shown(&super::common::list(&values.collect::<Vec<_>>(), lang)).into_owned()
}

/// The keys, once at the beginning. Skipping is offered where it is possible.
pub(crate) fn keys(skipping: Skipping, lang: Lang) -> &'static str {
    match skipping {
        Skipping::All => say::keys_with_skip(lang),
        Skipping::Some => say::keys_with_some_skip(lang),
        Skipping::None => say::keys(lang),
    }
}

/// Something that stands below a question.
pub(crate) fn hint(hint: &Hint, lang: Lang) -> String {
    match hint {
        Hint::SeveralOptions(first, last) => say::several_possible(lang, first, last),
        Hint::OwnWords => say::own_words(lang).to_owned(),
        Hint::YesNoWords => say::yes_no_words(lang).to_owned(),
        Hint::Accepted(expected) => expected.sentence(lang),
        Hint::MaySkip => say::may_skip(lang).to_owned(),
    }
}

/// All keys, as help.
pub(crate) fn all_keys(required: bool, lang: Lang) -> &'static str {
    if required { say::help_of_required(lang) } else { say::help(lang) }
}

/// Keys at the end of the questions.
pub(crate) fn save_or_change(outlast_leaving: bool, lang: Lang) -> &'static str {
    if outlast_leaving { say::review_saves(lang) } else { say::review_goes_on(lang) }
}
