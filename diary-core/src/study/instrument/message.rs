//! Refused answers, and sentences about them for participants: item, fault, accepted answers and remedy.
//! Chinese and English side by side, so that they stay equal.

use super::item::{Item, ItemKind};
use super::value::show;
use crate::entry::Value;
use crate::measure::{DECIMAL_MAX_SCALE, TEXT_MAX_BYTES};
use crate::readers::ReadError;
use crate::text::{Lang, Side, Text};

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
    pub reason: Refusal,
    /// Accepted answers, if the item exists.
    pub expected: Option<Box<Expected>>,
}

/// Reason for which an answer is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
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
                units: both(|lang| {
                    let shown: Vec<_> = item.units.iter().map(|unit| unit.shown(lang)).collect();
                    shown.join(lang.pick(" or ", "或"))
                }),
            },
            ItemKind::Text { .. } => ExpectedKind::Words { max_chars: item.max_length },
            ItemKind::Date => ExpectedKind::Date,
            ItemKind::Time => ExpectedKind::Time,
            ItemKind::DateTime => ExpectedKind::DateTime,
        };
        let bound = |value: &Option<Value>| value.as_ref().map(|v| both(|lang| show(item, v, lang)));
        Some(Self { kind, min: bound(&item.min), max: bound(&item.max) })
    }

    /// One sentence with the remedy.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match (&self.kind, lang.side()) {
            (ExpectedKind::YesNo { listed }, Side::En) => {
                format!("Please answer {}; yes, no, y, n, 是, 否 work too.", keyed(listed, " or ", lang))
            }
            (ExpectedKind::YesNo { listed }, Side::ZhCn) => {
                format!("请回答{}；也可以输入是、否、对、不、y、n。", keyed(listed, "或", lang))
            }
            (ExpectedKind::Options { listed, more, several, open }, _) => {
                let own = match (open, lang.side()) {
                    (false, _) => "",
                    (true, Side::En) => " Or write your own answer in words.",
                    (true, Side::ZhCn) => "也可以用自己的话填写。",
                };
                options(listed, *more, *several, lang) + own
            }
            (ExpectedKind::Number { whole, places, units }, _) => self.number(*whole, *places, units, lang),
            (ExpectedKind::Words { max_chars: Some(max) }, Side::En) => {
                format!("Please write at most {max} characters.")
            }
            (ExpectedKind::Words { max_chars: Some(max) }, Side::ZhCn) => {
                format!("请用不超过{max}个字填写。")
            }
            (ExpectedKind::Words { max_chars: None }, Side::En) => {
                format!("Please write in your own words, at most about {} characters.", TEXT_MAX_BYTES / 3)
            }
            (ExpectedKind::Words { max_chars: None }, Side::ZhCn) => {
                format!("请用文字填写，最多约{}个字。", TEXT_MAX_BYTES / 3)
            }
            (ExpectedKind::Date, Side::En) => {
                format!("Please enter a date such as 2026-03-29{}.", self.range(lang))
            }
            (ExpectedKind::Date, Side::ZhCn) => format!("请输入日期，例如2026-03-29{}。", self.range(lang)),
            (ExpectedKind::Time, Side::En) => {
                format!("Please enter hours and minutes, 00:00 to 23:59, such as 07:30{}.", self.range(lang))
            }
            (ExpectedKind::Time, Side::ZhCn) => {
                format!("请输入24小时制的时间（00:00至23:59），例如07:30{}。", self.range(lang))
            }
            (ExpectedKind::DateTime, Side::En) => {
                format!("Please enter date and time such as 2026-03-29 07:30{}.", self.range(lang))
            }
            (ExpectedKind::DateTime, Side::ZhCn) => {
                format!("请输入日期和时间，例如2026-03-29 07:30{}。", self.range(lang))
            }
        }
    }

    fn range(&self, lang: Lang) -> String {
        let get = |bound: &Option<Text>| bound.as_ref().map(|text| text.get(lang).to_owned());
        match (get(&self.min), get(&self.max), lang.side()) {
            (Some(min), Some(max), Side::En) => format!(", from {min} to {max}"),
            (Some(min), Some(max), Side::ZhCn) => format!("，范围为{min}至{max}"),
            (Some(min), None, Side::En) => format!(", {min} or more"),
            (Some(min), None, Side::ZhCn) => format!("，不小于{min}"),
            (None, Some(max), Side::En) => format!(", {max} or less"),
            (None, Some(max), Side::ZhCn) => format!("，不大于{max}"),
            (None, None, _) => String::new(),
        }
    }

    fn number(&self, whole: bool, places: Option<u8>, units: &Text, lang: Lang) -> String {
        let range = self.range(lang);
        let in_units = match (units.get(lang), lang.side()) {
            ("", _) => String::new(),
            (units, Side::En) => format!(" in {units}"),
            (units, Side::ZhCn) => format!("（单位：{units}）"),
        };
        let places = usize::from(places.unwrap_or(DECIMAL_MAX_SCALE));
        match (whole || places == 0, lang.side()) {
            (true, Side::En) => format!("Please enter a whole number{in_units}{range}."),
            (true, Side::ZhCn) => format!("请输入整数{in_units}{range}。"),
            (false, Side::En) => format!(
                "Please enter a number{in_units}{range}, with at most {places} digit(s) after the point, such as 38.5."
            ),
            (false, Side::ZhCn) => format!("请输入数字{in_units}{range}，小数点后最多{places}位，例如38.5。"),
        }
    }
}

fn both(words: impl Fn(Lang) -> String) -> Text {
    [Lang::EN, Lang::ZH_CN].into_iter().map(|lang| (lang, words(lang))).collect()
}

/// Keys with their words.
fn keyed(listed: &[(String, Text)], between: &str, lang: Lang) -> String {
    let each = listed.iter().map(|(key, label)| match (label.get(lang), lang.side()) {
        ("", _) => key.clone(),
        (label, Side::En) => format!("{key} ({label})"),
        (label, Side::ZhCn) => format!("{key}（{label}）"),
    });
    each.collect::<Vec<_>>().join(between)
}

fn options(listed: &[(String, Text)], more: bool, several: bool, lang: Lang) -> String {
    let list = keyed(listed, lang.pick(", ", "、"), lang);
    let rest = if more { lang.pick(", ...", "……") } else { "" };
    match (several, lang.side()) {
        (false, Side::En) => format!("Please choose one of: {list}{rest}."),
        (false, Side::ZhCn) => format!("请选择一项：{list}{rest}。"),
        (true, Side::En) => format!("Please choose one or more of: {list}{rest}."),
        (true, Side::ZhCn) => format!("请选择一项或多项：{list}{rest}。"),
    }
}

impl Refusal {
    /// Fault without the full stop at its end.
    fn words(self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Read(error) => return error.message(lang).trim_end_matches(['.', '。']).to_owned(),
            Self::Missing => ("this has not been answered", "这一题还没有回答"),
            Self::UnknownItem => ("this questionnaire has no such question", "这份问卷里没有这一题"),
            Self::NotAsked => ("this is not to be answered; leave it out", "这一项不需要填写，请去掉"),
            Self::WrongType => ("this kind of answer does not fit the question", "这种回答不适合这一题"),
            Self::NotAnOption => ("this is none of the options", "这不是可选的答案"),
            Self::Ambiguous => (
                "this could mean several options; the words of an option, or code: and its code, mean only that one",
                "这可能指几个不同的选项；请写出选项的文字，或写“code:”加该选项的代码",
            ),
            Self::NotYesOrNo => ("this is neither yes nor no", "这既不是“是”也不是“否”"),
            Self::NotANumber => ("this is not a number", "这不是数字"),
            Self::NotWhole => ("this is not a whole number", "这不是整数"),
            Self::OutOfRange => ("this is outside the possible range", "超出了可填写的范围"),
            Self::TooManyPlaces => ("this has too many digits after the point", "小数位数太多"),
            Self::Unit => {
                ("the unit is missing or not one of those possible", "没有单位，或单位不在可选范围内")
            }
            Self::TooLong => ("this text is too long", "文字太长"),
            Self::ControlCharacters => (
                "this text holds invisible control characters; please type it again",
                "文字中含有不可见的控制字符，请重新输入",
            ),
            Self::NotADate => ("this is not a date", "这不是日期"),
            Self::NotATime => ("this is not a time of day", "这不是时间"),
            Self::NotADateTime => ("this is not a date with a time", "这不是日期加时间"),
            Self::SeveralAnswers => ("only one answer is possible", "这一题只能有一个答案"),
            Self::SameTwice => ("the same answer is given twice", "同一个答案重复了"),
            Self::Exclusive => (
                "one of these options cannot be chosen together with others",
                "所选答案中有一项不能与其他选项同时选择",
            ),
            Self::AnsweredTwice => ("this question is answered in two places", "这一题被回答了两次"),
        };
        lang.pick(en, zh).to_owned()
    }
}

impl AnswerError {
    pub(super) fn new(item: &Item, reason: Refusal) -> Self {
        let (link_id, text) = (item.link_id.clone(), item.text.clone());
        Self { link_id, item: text, reason, expected: Expected::of(item).map(Box::new) }
    }

    pub(super) fn unknown(link_id: &str) -> Self {
        let (item, reason) = (Text::default(), Refusal::UnknownItem);
        Self { link_id: link_id.to_owned(), item, reason, expected: None }
    }

    /// Message for the participant: item, fault, accepted answers, and the remedy.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let item = match self.item.get(lang) {
            "" => self.link_id.as_str(),
            text => text,
        };
        let what = self.reason.words(lang);
        let todo = match (&self.expected, self.reason) {
            // The reader's own sentence contains the expected form.
            (_, Refusal::NotAsked | Refusal::Read(_)) | (None, _) => String::new(),
            (Some(expected), _) => expected.sentence(lang),
        };
        match lang.side() {
            Side::En => format!("\"{item}\": {what}. {todo}").trim_end().to_owned(),
            Side::ZhCn => format!("“{item}”：{what}。{todo}"),
        }
    }
}
