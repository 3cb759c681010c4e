//! Refused answers, and sentences about them for participants, from the catalogue: item, fault, accepted answers and
//! remedy.

use super::item::{Item, ItemKind};
use super::value::show;
use crate::entry::Value;
use crate::measure::{DECIMAL_MAX_SCALE, TEXT_MAX_BYTES};
use crate::readers::ReadError;
use crate::text::{Lang, Text};
use crate::words::{self, answer as say};

/// Most options listed in a sentence.
const LISTED_MAX: usize = 20;

/// Reason for which values are not an answer. Holds the item's own texts and limits, never the values.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{text}", text = self.message(Lang::EN))]
pub struct AnswerError {
    /// The item.
    pub link_id: String,
    /// Text of the item.
    pub item: Text,
    /// Reason.
    pub reason: AnswerRefusal,
    /// Accepted answers, if the item exists.
    pub expected: Option<Box<Expected>>,
}

/// Reason for which an answer is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnswerRefusal {
    /// The item must be answered.
    Missing,
    /// The instrument has no such item.
    UnknownItem,
    /// Not a question, or one that is never asked.
    NotAsked,
    /// Not a value of the item's type.
    WrongType,
    /// None of the options.
    NotAnOption,
    /// Several options could be meant.
    Ambiguous,
    /// Neither yes nor no.
    NotYesOrNo,
    /// Not a number.
    NotANumber,
    /// Not a whole number.
    NotWhole,
    /// Below the smallest or above the largest allowed value.
    OutOfRange,
    /// More digits behind the point than allowed.
    TooManyPlaces,
    /// Without a unit, or in one that is not offered.
    Unit,
    /// More characters than allowed.
    TooLong,
    /// Control characters in a text.
    ControlCharacters,
    /// Not a date.
    NotADate,
    /// Not a time of day.
    NotATime,
    /// Not a date with a time.
    NotADateTime,
    /// A number, a date or a time that could mean two things, or that does not exist.
    Read(ReadError),
    /// Several values for an item that takes one.
    SeveralAnswers,
    /// The same value twice.
    SameTwice,
    /// An option that stands alone, with others.
    Exclusive,
    /// The item comes twice among the answers.
    AnsweredTwice,
}

/// Accepted answers of an item, for messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    kind: ExpectedKind,
    /// Smallest and largest value as text, if limited.
    min: Option<Text>,
    max: Option<Text>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum ExpectedKind {
    /// Keys and words in the order shown.
    YesNo {
        listed: Vec<(String, Text)>,
    },
    /// Keys and labels of options.
    Options {
        listed: Vec<(String, Text)>,
        more: bool,
        several: bool,
        open: bool,
    },
    Number {
        whole: bool,
        places: Option<u8>,
        units: Text,
    },
    Words {
        max_chars: Option<usize>,
    },
    Date,
    Time,
    DateTime,
}

impl Expected {
    /// Accepted answers of `item`; `None` for groups and displays.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let kind = match item.kind {
            ItemKind::Group | ItemKind::Display => return None,
            ItemKind::Boolean => ExpectedKind::YesNo {
                listed: item
                    .keyed_answers()
                    .iter()
                    .map(|answer| (answer.key.clone(), answer.label.clone()))
                    .collect(),
            },
            ItemKind::Choice => {
                let keyed = item.keyed_answers().iter().take(LISTED_MAX);
                let listed = keyed.map(|answer| (answer.key.clone(), answer.label.clone())).collect();
                let more = item.options.len() > LISTED_MAX;
                ExpectedKind::Options { listed, more, several: item.repeats, open: item.open }
            }
            ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity => ExpectedKind::Number {
                whole: item.kind == ItemKind::Integer,
                places: item.max_decimal_places,
                units: words::texts(|lang| {
                    let shown: Vec<_> = item.units.iter().map(|unit| unit.shown(lang)).collect();
                    shown.join(say::or(lang))
                }),
            },
            ItemKind::Text { .. } => ExpectedKind::Words { max_chars: item.max_length },
            ItemKind::Date => ExpectedKind::Date,
            ItemKind::Time => ExpectedKind::Time,
            ItemKind::DateTime => ExpectedKind::DateTime,
        };
        let bound = |value: &Option<Value>| value.as_ref().map(|v| words::texts(|lang| show(item, v, lang)));
        Some(Self { kind, min: bound(&item.min), max: bound(&item.max) })
    }

    /// One sentence with the remedy.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match &self.kind {
            ExpectedKind::YesNo { listed } => say::accepts_yes_no(lang, keyed(listed, say::or(lang), lang)),
            ExpectedKind::Options { listed, more, several, open } => {
                let mut list = keyed(listed, say::comma(lang), lang);
                if *more {
                    list.push_str(say::and_more(lang));
                }
                let choice =
                    if *several { say::accepts_several(lang, list) } else { say::accepts_one(lang, list) };
                if *open { say::accepts_own(lang, choice) } else { choice }
            }
            ExpectedKind::Number { whole, places, units } => self.number(*whole, *places, units, lang),
            ExpectedKind::Words { max_chars: Some(max) } => say::accepts_words(lang, *max),
            ExpectedKind::Words { max_chars: None } => say::accepts_any_words(lang, TEXT_MAX_BYTES / 3),
            ExpectedKind::Date => say::accepts_date(lang, self.range(lang)),
            ExpectedKind::Time => say::accepts_time(lang, self.range(lang)),
            ExpectedKind::DateTime => say::accepts_date_time(lang, self.range(lang)),
        }
    }

    fn range(&self, lang: Lang) -> String {
        let get = |bound: &Option<Text>| bound.as_ref().map(|text| text.get(lang).to_owned());
        match (get(&self.min), get(&self.max)) {
            (Some(min), Some(max)) => say::range(lang, min, max),
            (Some(min), None) => say::range_from(lang, min),
            (None, Some(max)) => say::range_to(lang, max),
            (None, None) => String::new(),
        }
    }

    fn number(&self, whole: bool, places: Option<u8>, units: &Text, lang: Lang) -> String {
        let range = self.range(lang);
        let in_units = match units.get(lang) {
            "" => String::new(),
            units => say::in_units(lang, units),
        };
        match places.unwrap_or(DECIMAL_MAX_SCALE) {
            places if !whole && places > 0 => say::accepts_number(lang, in_units, range, places),
            _ => say::accepts_whole(lang, in_units, range),
        }
    }
}

/// Keys with their words.
fn keyed(listed: &[(String, Text)], between: &str, lang: Lang) -> String {
    let each = listed.iter().map(|(key, label)| match label.get(lang) {
        "" => key.clone(),
        label => say::keyed(lang, key, label),
    });
    each.collect::<Vec<_>>().join(between)
}

impl AnswerRefusal {
    /// Fault without the full stop at its end; a reader's refusal has a sentence of its own.
    fn fault(self, lang: Lang) -> Result<&'static str, String> {
        Ok(match self {
            Self::Read(error) => return Err(error.message(lang)),
            Self::Missing => say::missing(lang),
            Self::UnknownItem => say::unknown_item(lang),
            Self::NotAsked => say::not_asked(lang),
            Self::WrongType => say::wrong_type(lang),
            Self::NotAnOption => say::not_an_option(lang),
            Self::Ambiguous => say::ambiguous(lang),
            Self::NotYesOrNo => say::not_yes_or_no(lang),
            Self::NotANumber => say::not_a_number(lang),
            Self::NotWhole => say::not_whole(lang),
            Self::OutOfRange => say::out_of_range(lang),
            Self::TooManyPlaces => say::too_many_places(lang),
            Self::Unit => say::unit(lang),
            Self::TooLong => say::too_long(lang),
            Self::ControlCharacters => say::control_characters(lang),
            Self::NotADate => say::not_a_date(lang),
            Self::NotATime => say::not_a_time(lang),
            Self::NotADateTime => say::not_a_date_time(lang),
            Self::SeveralAnswers => say::several_answers(lang),
            Self::SameTwice => say::same_twice(lang),
            Self::Exclusive => say::exclusive(lang),
            Self::AnsweredTwice => say::answered_twice(lang),
        })
    }
}

impl AnswerError {
    pub(super) fn new(item: &Item, reason: AnswerRefusal) -> Self {
        let (link_id, text) = (item.link_id.clone(), item.text.clone());
        Self { link_id, item: text, reason, expected: Expected::of(item).map(Box::new) }
    }

    pub(super) fn unknown(link_id: &str) -> Self {
        let (item, reason) = (Text::default(), AnswerRefusal::UnknownItem);
        Self { link_id: link_id.to_owned(), item, reason, expected: None }
    }

    /// Message for the participant: item, fault, accepted answers, and the remedy.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let item = match self.item.get(lang) {
            "" => self.link_id.as_str(),
            text => text,
        };
        let fault = match self.reason.fault(lang) {
            Ok(fault) => fault,
            // The reader's own sentence contains the expected form.
            Err(sentence) => return say::refused_with_sentence(lang, item, sentence),
        };
        match &self.expected {
            Some(expected) if self.reason != AnswerRefusal::NotAsked => {
                say::refused_with_remedy(lang, item, fault, expected.sentence(lang))
            }
            _ => say::refused(lang, item, fault),
        }
    }
}
