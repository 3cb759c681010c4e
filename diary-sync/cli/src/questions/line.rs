//! Several answers in one line: pure. `0 0 1 0` answers the next four questions; `0010` does where every one of them
//! takes a single key and the line reaches exactly to the end of such questions, so that a key that was hit twice is
//! no answer to the next question. Either the whole line is understood, or nothing of it is taken.

use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{AnswerError, Instrument, Item, ItemKind};
use diary_core::time::{UtcMillis, Zone};

/// Answers without blanks between are taken from this many on.
const FEWEST_GLUED: usize = 3;

/// One answer of a line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Given {
    /// `linkId`.
    pub(super) link_id: String,
    /// Its one value.
    pub(super) value: Value,
}

/// Reason for not taking a line of several answers.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Refused {
    /// Its first word is no answer: the line may not have been meant as several.
    First,
    /// The answer of this number is refused.
    Answer(usize, Box<AnswerError>),
    /// The answer of this number is for a question that needs a line of its own.
    OwnLine(usize, Box<Item>),
    /// More answers than there are questions left.
    TooMany(usize),
}

/// Zone and time at which the line is typed.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) zone: Zone,
    pub(super) now: UtcMillis,
}

/// The answers of a line that begins with the question `first`.
pub(super) fn read(
    instrument: &Instrument,
    answers: &[Answer],
    first: &Item,
    line: &str,
    here: Here,
) -> Result<Vec<Given>, Refused> {
    let mut reading =
        Reading { instrument, here, answers: answers.to_vec(), next: Some(first.clone()), given: Vec::new() };
    for (n, word) in (1..).zip(line.split_whitespace()) {
        let Some(item) = reading.next.clone() else { return Err(Refused::TooMany(reading.given.len())) };
        if !takes_one_word(&item) {
            return Err(if n == 1 { Refused::First } else { Refused::OwnLine(n, Box::new(item)) });
        }
        match reading.value(&item, word) {
            Ok(value) => reading.take(&item, value),
            Err(_) if reading.glued(word) => {}
            Err(_) if n == 1 => return Err(Refused::First),
            Err(error) => return Err(Refused::Answer(n, Box::new(error))),
        }
    }
    Ok(reading.given)
}

struct Reading<'i> {
    instrument: &'i Instrument,
    here: Here,
    answers: Vec<Answer>,
    next: Option<Item>,
    given: Vec<Given>,
}

impl Reading<'_> {
    /// The keys of the first question are in view; what could mean two things to a later one is refused.
    fn value(&self, item: &Item, word: &str) -> Result<Value, AnswerError> {
        let (zone, now) = (self.here.zone, self.here.now);
        if self.given.is_empty() {
            self.instrument.parse_seen(item, word, zone, now)
        } else {
            self.instrument.parse_answer(item, word, zone, now)
        }
    }

    /// Takes an answer and finds the question behind it.
    fn take(&mut self, item: &Item, value: Value) {
        self.answers.retain(|answer| answer.link_id != item.link_id);
        self.answers.push(Answer { link_id: item.link_id.clone(), values: vec![value.clone()] });
        self.given.push(Given { link_id: item.link_id.clone(), value });
        let enabled = self.instrument.enabled(&self.answers);
        let mut from_here = enabled.into_iter().skip_while(|other| other.link_id != item.link_id);
        self.next = from_here.nth(1).cloned();
    }

    /// Takes a word as one key per question, where it fits exactly.
    fn glued(&mut self, word: &str) -> bool {
        let mut tried = Reading {
            instrument: self.instrument,
            here: self.here,
            answers: self.answers.clone(),
            next: self.next.clone(),
            given: self.given.clone(),
        };
        for key in word.chars() {
            let Some(item) = tried.next.clone().filter(takes_one_key) else { return false };
            let Ok(value) = tried.value(&item, key.encode_utf8(&mut [0; 4])) else { return false };
            tried.take(&item, value);
        }
        let fits = word.chars().count() >= FEWEST_GLUED && !tried.next.as_ref().is_some_and(takes_one_key);
        if fits {
            *self = tried;
        }
        fits
    }
}

/// True if an answer never holds a blank and is only one.
fn takes_one_word(item: &Item) -> bool {
    match item.kind {
        ItemKind::Choice => !item.repeats && !item.open,
        ItemKind::Boolean | ItemKind::Integer | ItemKind::Decimal => true,
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Quantity
        | ItemKind::Text { .. }
        | ItemKind::Date
        | ItemKind::Time
        | ItemKind::DateTime => false,
    }
}

/// True if every answer can be given by a single key.
fn takes_one_key(item: &Item) -> bool {
    match item.kind {
        ItemKind::Boolean | ItemKind::Choice => {
            takes_one_word(item) && item.keyed_answers().iter().all(|answer| answer.key.chars().count() == 1)
        }
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Integer
        | ItemKind::Decimal
        | ItemKind::Quantity
        | ItemKind::Text { .. }
        | ItemKind::Date
        | ItemKind::Time
        | ItemKind::DateTime => false,
    }
}

#[cfg(test)]
mod tests {
    use diary_core::study::{Study, shipped};

    use super::*;

    fn read(name: &str, answers: &[Answer], from: &str, line: &str) -> Result<Vec<String>, Refused> {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let instrument = study.instrument(&name.parse().unwrap()).unwrap();
        let first = instrument.item(from).unwrap();
        let here = Here { zone: Zone::UTC, now: UtcMillis(1_790_000_000_000) };
        let given = super::read(instrument, answers, first, line, here)?;
        let shown = |one: &Given| {
            let item = instrument.item(&one.link_id).unwrap();
            format!("{}={}", one.link_id, instrument.show(item, &one.value, diary_core::text::Lang::EN))
        };
        Ok(given.iter().map(shown).collect())
    }

    #[test]
    fn answers_apart_go_to_the_next_questions_in_order() {
        let given = read("evening", &[], "lids", "0 1 ０").unwrap();
        assert_eq!(given, ["lids=No", "double-vision=Now and then", "chewing=No trouble"]);
        let given = read("safety", &[], "temperature-method", "1 36.5 no 0 10").unwrap();
        assert_eq!(given[1..], ["temperature=36.5 °C", "antipyretic=no", "chills=No", "headache=10"]);
    }

    #[test]
    fn a_question_that_an_answer_opens_is_the_next_one() {
        let given = read("evening", &[], "breathing", "1 1 0").unwrap();
        assert_eq!(given[1..], ["cough=Yes, or I had no phlegm", "arms=No trouble"]);
    }

    #[test]
    fn keys_without_blanks_must_reach_exactly_to_the_end_of_such_questions() {
        assert_eq!(read("evening", &[], "lids", "0000000000").unwrap().len(), 10);
        // The last question is only asked where something was not well.
        assert_eq!(
            read("evening", &[], "lids", "00000000014").unwrap().last().unwrap(),
            "worst-time=In the evening"
        );
        for bad in ["00", "000", "000000000", "00000000000", "0000000001", "000000000149"] {
            assert_eq!(read("evening", &[], "lids", bad), Err(Refused::First), "{bad}");
        }
        // A question that takes a number ends the stretch.
        assert!(matches!(read("safety", &[], "temperature-method", "1 36.5 nn"), Err(Refused::Answer(3, _))));
    }

    #[test]
    fn what_could_mean_two_things_needs_a_line_of_its_own() {
        let refused = read("safety", &[], "infection", "yes 1 1");
        assert!(
            matches!(&refused, Err(Refused::OwnLine(2, item)) if item.link_id == "infection-kind"),
            "{refused:?}"
        );
        assert_eq!(read("evening", &[], "fatigue", "0 0 0"), Err(Refused::TooMany(1)));
        assert_eq!(read("evening", &[], "lids", "9 0"), Err(Refused::First));
        assert!(matches!(read("evening", &[], "lids", "0 9"), Err(Refused::Answer(2, _))));
    }
}
