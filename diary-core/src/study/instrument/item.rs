//! One item of an instrument: what is asked, when, and within which limits. How it is read from JSON is `parse`.

use crate::entry::Value;
use crate::measure::{Decimal, Unit};
use crate::text::Text;

/// A group, a question or a piece of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// `linkId`, unique in the instrument.
    pub link_id: String,
    /// Text for people.
    pub text: Text,
    /// Name for columns and lists, if the Questionnaire has one; see [`Item::label`].
    pub short: Option<Text>,
    /// Item type.
    pub kind: ItemKind,
    /// Must be answered while it is enabled.
    pub required: bool,
    /// May have several answers.
    pub repeats: bool,
    /// Most repetitions of a group that repeats, while it is read.
    pub(super) most: Option<u16>,
    pub(super) asked: bool,
    /// True if it and the items below it are never shown.
    pub(super) hidden: bool,
    /// True for a choice that also accepts free text.
    pub open: bool,
    /// Number of the repetition in a repeating group, from 1. The first has the Questionnaire's own
    /// `linkId`s, the others have the suffixes `#2`, `#3` ...
    pub repetition: Option<u16>,
    /// Conditions for enabling it; always enabled without any.
    pub enable_when: Vec<Condition>,
    /// Joining of the conditions.
    pub enable_behavior: EnableBehavior,
    /// Options of a choice.
    pub options: Vec<ChoiceOption>,
    pub(super) keys: Vec<KeyedAnswer>,
    /// Smallest allowed value, of the item's kind.
    pub min: Option<Value>,
    /// Largest allowed value, of the item's kind.
    pub max: Option<Value>,
    /// Most characters of a text.
    pub max_length: Option<usize>,
    /// Most digits behind the point.
    pub max_decimal_places: Option<u8>,
    /// Units a quantity may be given in, never empty for one that is asked; the implied unit of a number.
    pub units: Vec<Unit>,
    /// Items below it.
    pub children: Vec<Item>,
}

/// The type of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// Contains other items.
    Group,
    /// Displayed text without an answer.
    Display,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number with digits behind the point.
    Decimal,
    /// A number with a unit.
    Quantity,
    /// Text.
    Text {
        /// Several lines are expected.
        multiline: bool,
    },
    /// A civil date.
    Date,
    /// A time of day.
    Time,
    /// A civil date and time.
    DateTime,
    /// One of the item's options.
    Choice,
}

/// One option of a choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceOption {
    /// Code system, if the option has one.
    pub system: Option<String>,
    /// Code in its own spelling; for a number, text, date or time, that as written.
    pub code: String,
    /// Value of an option that is not a coding.
    pub plain: Option<Value>,
    /// Prefix in the Questionnaire's printed form (`optionPrefix`).
    pub prefix: Option<String>,
    /// Text for people.
    pub text: Text,
    /// Value in a total.
    pub ordinal: Option<Decimal>,
    /// True if it cannot be chosen together with another option ("none of these").
    pub exclusive: bool,
}

/// One answer that can be chosen by its key: an option of a choice, or yes or no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyedAnswer {
    /// Key shown beside it, and typed for it.
    pub key: String,
    /// Words without the number that became the key; empty if they consist of that number.
    pub label: Text,
    /// Answer given by choosing it.
    pub value: Value,
    /// Other accepted texts: letters and numbers within its words or before them.
    pub(super) also: Vec<String>,
    /// Index among the options of a choice.
    pub(super) option: Option<usize>,
}

/// One condition of `enableWhen`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// `linkId` of the item that is compared.
    pub question: String,
    /// Comparison with the answer.
    pub operator: Operator,
    /// Operand of the comparison.
    pub answer: Value,
}

/// Comparison in a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `exists`: true if the presence of an answer equals the condition's boolean.
    Exists,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterOrEqual,
    /// `<=`
    LessOrEqual,
}

/// Joining of several conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EnableBehavior {
    /// All must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

impl ChoiceOption {
    /// Answer given by choosing it.
    #[must_use]
    pub fn value(&self) -> Value {
        self.plain
            .clone()
            .unwrap_or_else(|| Value::Coding { system: self.system.clone(), code: self.code.clone() })
    }
}

impl ItemKind {
    /// True for types that have answers.
    #[must_use]
    pub const fn is_question(self) -> bool {
        !matches!(self, Self::Group | Self::Display)
    }
}

impl Item {
    /// Short name, or the whole text without one; for places with little space.
    #[must_use]
    pub fn label(&self) -> &Text {
        self.short.as_ref().unwrap_or(&self.text)
    }

    /// True if people are asked it. Groups, displays and items marked as read-only, hidden or calculated are
    /// kept and never answered.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.asked
    }

    /// Answers to choose from, in the order and with the keys that screens show: the options of a choice, or
    /// yes and no. Empty for other types.
    #[must_use]
    pub fn keyed_answers(&self) -> &[KeyedAnswer] {
        &self.keys
    }

    /// Options with the short key that screens show before each.
    pub fn keyed_options(&self) -> impl Iterator<Item = (String, &ChoiceOption)> {
        self.keys.iter().filter_map(|keyed| Some((keyed.key.clone(), self.options.get(keyed.option?)?)))
    }

    /// `linkId` in the Questionnaire, without the suffix of its repetition.
    #[must_use]
    pub fn own_link_id(&self) -> &str {
        match self.repetition {
            Some(2..) => self.link_id.rsplit_once('#').map_or(&self.link_id, |(own, _)| own),
            Some(0 | 1) | None => &self.link_id,
        }
    }

    /// Option with this code, ignoring case.
    #[must_use]
    pub fn option(&self, system: Option<&str>, code: &str) -> Option<&ChoiceOption> {
        find_code(&self.options, system, code)
    }

    /// Option that `value` chooses.
    #[must_use]
    pub fn chosen(&self, value: &Value) -> Option<&ChoiceOption> {
        match value {
            Value::Coding { system, code } => {
                self.option(system.as_deref(), code).filter(|option| option.plain.is_none())
            }
            plain => self.options.iter().find(|option| option.plain.as_ref() == Some(plain)),
        }
    }
}

/// Option with this code. Questionnaires in use spell one code in two ways (SDC's PHQ-9 has `Not-at-all` in
/// its value set and `not-at-all` with its weight): without an exact match, the only one that differs in case
/// alone is taken. Systems are compared if both are given. `None` if several options match.
pub(super) fn find_code<'o>(
    options: &'o [ChoiceOption],
    system: Option<&str>,
    code: &str,
) -> Option<&'o ChoiceOption> {
    let same_system = |o: &&ChoiceOption| match (o.system.as_deref(), system) {
        (Some(theirs), Some(ours)) => theirs == ours,
        _ => true,
    };
    let only = |found: &mut dyn Iterator<Item = &'o ChoiceOption>| (found.next(), found.next().is_some());
    match only(&mut options.iter().filter(same_system).filter(|o| o.code == code)) {
        (Some(option), false) => Some(option),
        (Some(_), true) => None,
        (None, _) => {
            let lower = code.to_lowercase();
            let mut like = options.iter().filter(same_system).filter(|o| o.code.to_lowercase() == lower);
            match only(&mut like) {
                (found, false) => found,
                (_, true) => None,
            }
        }
    }
}

/// Items of the tree, parents before their children.
pub(super) fn walk(items: &[Item]) -> impl Iterator<Item = &Item> {
    let mut open: Vec<&Item> = items.iter().rev().collect();
    std::iter::from_fn(move || {
        let item = open.pop()?;
        open.extend(item.children.iter().rev());
        Some(item)
    })
}
