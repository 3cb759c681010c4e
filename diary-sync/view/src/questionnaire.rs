//! Course of a questionnaire: the question that comes next, which may be skipped, going back, going on with a draft, and
//! looking through the answers at the end. Answers are kept elsewhere, each as soon as it is given; the course is told
//! of them and holds none.

use diary_core::entry::{Answer, Value};
use diary_core::readers::{self, Far};
use diary_core::study::instrument::{Expected, Instrument, Item, ItemKind};
use diary_core::time::{UtcMillis, Zone};

/// Course through the questions of one instrument.
#[derive(Clone, Debug)]
pub struct Course<'i> {
    instrument: &'i Instrument,
    at: usize,
    /// Single answers are changed; between them comes the review.
    reviewing: bool,
}

/// Next step of a course.
#[derive(Debug)]
pub enum Step<'i, 'a> {
    /// A question is to be answered.
    Ask(Question<'i, 'a>),
    /// The answers are to be looked through, and then saved or changed.
    Review(Vec<Reviewed<'i, 'a>>),
}

/// A question to ask.
#[derive(Debug)]
pub struct Question<'i, 'a> {
    /// The item.
    pub item: &'i Item,
    /// Headings and texts between the question before and this one.
    pub leading: Vec<&'i Item>,
    /// Its number, from 1.
    pub number: usize,
    /// Number of questions that are asked.
    pub of: usize,
    /// Answer that was given before.
    pub answer: Option<&'a Answer>,
    /// Skipping as it stands for this questionnaire.
    pub skipping: Skipping,
    /// Further questions follow, so that several may be answered at once.
    pub takes_several: bool,
}

/// A question with its answer, as it is looked through.
#[derive(Debug)]
pub struct Reviewed<'i, 'a> {
    /// The item.
    pub item: &'i Item,
    /// Its answer.
    pub answer: Option<&'a Answer>,
}

/// Questions of a questionnaire that may be skipped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Skipping {
    /// Every one: said once at the beginning.
    All,
    /// Some: said with each of them.
    Some,
    /// None: not offered.
    None,
}

/// Something to say below a question.
#[derive(Clone, PartialEq, Debug)]
pub enum Hint {
    /// Several options may be chosen; keys of the first and the last.
    SeveralOptions(String, String),
    /// Words of the participant's own are an answer too.
    OwnWords,
    /// Words for yes and no are an answer too.
    YesNoWords,
    /// Answers that are accepted.
    Accepted(Expected),
    /// This question may be skipped, where others may not.
    MaySkip,
}

impl Question<'_, '_> {
    /// Tells whether this question may be skipped.
    #[must_use]
    pub const fn may_skip(&self) -> bool {
        !self.item.required
    }
}

impl<'i> Course<'i> {
    /// Begins, or goes on behind the last question that was answered, but not past one that must be answered.
    #[must_use]
    pub fn go_on(instrument: &'i Instrument, answers: &[Answer]) -> Self {
        let items = instrument.enabled(answers);
        let last = items.iter().rposition(|item| answer_to(item, answers).is_some());
        let at = last.map_or(0, |last| last + 1).min(first_missing(&items, answers));
        Self { instrument, at, reviewing: false }
    }

    /// Begins with the review of answers that are complete.
    #[must_use]
    pub const fn review(instrument: &'i Instrument) -> Self {
        Self { instrument, at: usize::MAX, reviewing: true }
    }

    /// Next step, given the answers so far.
    #[must_use]
    pub fn step<'a>(&self, answers: &'a [Answer]) -> Step<'i, 'a> {
        let items = self.instrument.enabled(answers);
        let Some(item) = items.get(self.at).copied() else {
            let reviewed = |item: &'i Item| Reviewed { item, answer: answer_to(item, answers) };
            return Step::Review(items.into_iter().map(reviewed).collect());
        };
        Step::Ask(Question {
            item,
            leading: leading(self.instrument, item, answers),
            number: self.at + 1,
            of: items.len(),
            answer: answer_to(item, answers),
            skipping: skipping(&items),
            takes_several: !self.reviewing,
        })
    }

    /// Moves on from `item`, which was answered, skipped or left as it is; `answers` as they are now. In a review the next
    /// is a question that the change made necessary, else the review again.
    pub fn answered(&mut self, item: &Item, answers: &[Answer]) {
        let items = self.instrument.enabled(answers);
        self.at = if self.reviewing {
            first_missing(&items, answers)
        } else {
            items.iter().position(|other| other.link_id == item.link_id).unwrap_or(self.at) + 1
        };
    }

    /// Moves on behind the question with this number.
    pub const fn go_behind(&mut self, number: usize) {
        self.at = number;
    }

    /// Moves back to the question before.
    pub const fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Moves from the review to the question with this number, from 1; its answer is changed and the review comes again.
    pub const fn change(&mut self, number: usize) {
        (self.at, self.reviewing) = (number.saturating_sub(1), true);
    }
}

/// Progress of a draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DraftProgress {
    /// Answers that are kept.
    pub answered: usize,
    /// Questions that are asked, as far as the answers tell.
    pub of: usize,
}

impl DraftProgress {
    /// Progress of a draft with these answers.
    #[must_use]
    pub fn of(instrument: &Instrument, answers: &[Answer]) -> Self {
        Self { answered: answers.len(), of: instrument.enabled(answers).len() }
    }
}

/// Questions that may be skipped, of those that are asked so far.
#[must_use]
pub fn skipping(items: &[&Item]) -> Skipping {
    match items.iter().filter(|item| item.required).count() {
        0 => Skipping::All,
        required if required == items.len() => Skipping::None,
        _ => Skipping::Some,
    }
}

/// The answer to an item, where one was given.
#[must_use]
pub fn answer_to<'a>(item: &Item, answers: &'a [Answer]) -> Option<&'a Answer> {
    answers.iter().find(|answer| answer.link_id == item.link_id && !answer.values.is_empty())
}

/// Position of the first question that must be answered and is not; the number of questions where there is none.
fn first_missing(items: &[&Item], answers: &[Answer]) -> usize {
    let is_missing = |item: &&Item| item.required && answer_to(item, answers).is_none();
    items.iter().position(is_missing).unwrap_or(items.len())
}

fn leading<'i>(instrument: &'i Instrument, item: &Item, answers: &[Answer]) -> Vec<&'i Item> {
    let shown = instrument.shown(answers);
    let at = shown.iter().position(|other| other.link_id == item.link_id).unwrap_or_default();
    let from = shown[..at].iter().rposition(|other| other.is_asked()).map_or(0, |before| before + 1);
    shown[from..at].to_vec()
}

/// Hints for a question, in the order to show them.
#[must_use]
pub fn hints(instrument: &Instrument, item: &Item, skipping: Skipping) -> Vec<Hint> {
    let mut hints = Vec::new();
    match item.kind {
        ItemKind::Choice => {
            if let (true, [first, .., last]) = (item.repeats, item.keyed_answers()) {
                hints.push(Hint::SeveralOptions(first.key.clone(), last.key.clone()));
            }
            if item.open {
                hints.push(Hint::OwnWords);
            }
        }
        ItemKind::Boolean => hints.push(Hint::YesNoWords),
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Integer
        | ItemKind::Decimal
        | ItemKind::Quantity
        | ItemKind::Text { .. }
        | ItemKind::Date
        | ItemKind::Time
        | ItemKind::DateTime => hints.extend(accepted(instrument, item).map(Hint::Accepted)),
    }
    if skipping == Skipping::Some && !item.required {
        hints.push(Hint::MaySkip);
    }
    hints
}

/// Answers that an item accepts.
#[must_use]
pub fn accepted(instrument: &Instrument, item: &Item) -> Option<Expected> {
    // The instrument says it with the refusal of no answer at all.
    instrument.check(item, &[]).err().and_then(|error| error.expected).map(|expected| *expected)
}

/// First date of an answer that lies more than a year away and is to be confirmed.
#[must_use]
pub fn far_date(values: &[Value], now: UtcMillis, zone: Zone) -> Option<Far> {
    let today = zone.local(now).date();
    values.iter().filter_map(Value::date).find_map(|date| readers::far(date, today))
}

#[cfg(test)]
mod tests;
