//! Difference between two versions of an entry, field by field: the former and the new value of each.

use diary_core::entry::{
    Answer, Assessment, Content, Dose, DoseStatus, Frequency, MedicationChange, Revision, Route,
};
use diary_core::ids::InstrumentId;
use diary_core::measure::Quantity;
use diary_core::time::{OccurredAt, PartialDate, UtcMillis, Zone};

/// Field of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Field {
    /// Answer to an item.
    Answer {
        /// The instrument.
        instrument: InstrumentId,
        /// `linkId` of the item.
        link_id: String,
    },
    /// Status of a dose.
    Status,
    /// Amount of a dose.
    Amount,
    /// Words of the participant.
    Words,
    /// Amount of one dose of a medication.
    OneDose,
    /// Form of a medication.
    Form,
    /// Frequency of a medication.
    Frequency,
    /// Route of a medication.
    Route,
    /// First day of a change.
    FirstDay,
    /// Time of what happened.
    When,
}

impl Field {
    /// Code for scripts; of an answer its `linkId`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Answer { link_id, .. } => link_id,
            Self::Status => "status",
            Self::Amount => "amount",
            Self::Words => "text",
            Self::OneDose => "dose",
            Self::Form => "form",
            Self::Frequency => "frequency",
            Self::Route => "route",
            Self::FirstDay => "from",
            Self::When => "at",
        }
    }
}

/// Value of a field.
#[derive(Clone, PartialEq)]
pub enum FieldValue {
    /// An answer.
    Answer(Answer),
    /// Status of a dose.
    Status(DoseStatus),
    /// An amount.
    Amount(Quantity),
    /// Words of the participant.
    Words(String),
    /// A form: a code of the study, or words.
    Form(String),
    /// A frequency.
    Frequency(Frequency),
    /// A route.
    Route(Route),
    /// A day as far as it is known.
    Day(PartialDate),
    /// A moment in the zone in which it was entered.
    Moment(UtcMillis, Zone),
}

/// A field that differs; nothing in place of an absent value.
#[derive(Clone, PartialEq)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// Its former value.
    pub from: Option<FieldValue>,
    /// Its new value.
    pub to: Option<FieldValue>,
}

/// Moments are entered and shown to the minute; within it nothing differs.
const MINUTE_MS: i64 = 60_000;

/// Differences where the version `shown` becomes `content`, at `occurred` where that was given.
#[must_use]
pub fn between(shown: &Revision, content: &Content, occurred: Option<OccurredAt>) -> Vec<Change> {
    let words = |from: Option<&String>, to: Option<&String>| {
        let value = |text: Option<&String>| text.cloned().map(FieldValue::Words);
        change(Field::Words, value(from), value(to)).into_iter().collect()
    };
    let mut changes: Vec<Change> = match (&shown.content, content) {
        (Content::Assessment(from), Content::Assessment(to)) => answers(from, to),
        (Content::Dose(from), Content::Dose(to)) => dose(from, to),
        (Content::MedicationChange(from), Content::MedicationChange(to)) => medication(from, to),
        (Content::Event(from), Content::Event(to)) => words(from.text.as_ref(), to.text.as_ref()),
        (Content::Note(from), Content::Note(to)) => words(Some(&from.text), Some(&to.text)),
        // Other kinds are not corrected, and no entry becomes one of another kind.
        _ => Vec::new(),
    };
    if let Some(to) = occurred {
        // Of an entry without a claimed time, the time it was entered counts.
        let from = shown.occurred.map_or(shown.recorded.utc, |at| at.0);
        if from.0.div_euclid(MINUTE_MS) != to.0.0.div_euclid(MINUTE_MS) {
            let value = |at| Some(FieldValue::Moment(at, shown.recorded.zone));
            changes.extend(change(Field::When, value(from), value(to.0)));
        }
    }
    changes
}

/// Differences between answers, in the order of the questions.
#[must_use]
pub fn answers(from: &Assessment, to: &Assessment) -> Vec<Change> {
    let find = |of: &Assessment, link_id: &str| of.answers.iter().find(|a| a.link_id == link_id).cloned();
    let gone = from.answers.iter().filter(|answer| find(to, &answer.link_id).is_none());
    let one = |answer: &Answer| {
        let (instrument, link_id) = (to.instrument.id.clone(), answer.link_id.clone());
        let value = |of| find(of, &answer.link_id).map(FieldValue::Answer);
        change(Field::Answer { instrument, link_id }, value(from), value(to))
    };
    to.answers.iter().chain(gone).filter_map(one).collect()
}

fn dose(from: &Dose, to: &Dose) -> Vec<Change> {
    let status = |dose: &Dose| Some(FieldValue::Status(dose.status.clone()));
    let amount = |dose: &Dose| dose.amount.clone().map(FieldValue::Amount);
    let words = |dose: &Dose| dose.note.clone().map(FieldValue::Words);
    [
        change(Field::Status, status(from), status(to)),
        change(Field::Amount, amount(from), amount(to)),
        change(Field::Words, words(from), words(to)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn medication(from: &MedicationChange, to: &MedicationChange) -> Vec<Change> {
    let dose = |of: &MedicationChange| of.dose.clone().map(FieldValue::Amount);
    let form = |of: &MedicationChange| of.form.clone().map(FieldValue::Form);
    let frequency = |of: &MedicationChange| of.frequency.map(FieldValue::Frequency);
    let route = |of: &MedicationChange| of.route.map(FieldValue::Route);
    let day = |of: &MedicationChange| Some(FieldValue::Day(of.from));
    [
        change(Field::OneDose, dose(from), dose(to)),
        change(Field::Form, form(from), form(to)),
        change(Field::Frequency, frequency(from), frequency(to)),
        change(Field::Route, route(from), route(to)),
        change(Field::FirstDay, day(from), day(to)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn change(field: Field, from: Option<FieldValue>, to: Option<FieldValue>) -> Option<Change> {
    (from != to).then_some(Change { field, from, to })
}

#[cfg(test)]
mod tests {
    use diary_core::entry::{InstrumentRef, Note, Value};

    use super::*;
    use crate::history::tests::revision;

    fn assessment(answers: &[(&str, bool)]) -> Assessment {
        let answer = |(link_id, value): &(&str, bool)| Answer {
            link_id: (*link_id).to_owned(),
            values: vec![Value::Boolean(*value)],
        };
        Assessment {
            instrument: InstrumentRef { id: "evening".parse().unwrap(), version: "1".to_owned(), pack: None },
            answers: answers.iter().map(answer).collect(),
            changed_before_finish: 0,
            started: None,
        }
    }

    #[test]
    fn answers_differ_in_the_order_of_the_questions_with_those_that_are_gone_last() {
        let from = assessment(&[("a", true), ("b", true), ("gone", true)]);
        let to = assessment(&[("a", true), ("b", false), ("new", true)]);
        let changes = answers(&from, &to);
        let codes: Vec<&str> = changes.iter().map(|change| change.field.code()).collect();
        assert_eq!(codes, ["b", "new", "gone"]);
        let absent: Vec<_> = changes.iter().map(|c| (c.from.is_none(), c.to.is_none())).collect();
        assert_eq!(absent, [(false, false), (true, false), (false, true)]);
    }

    #[test]
    fn the_time_of_an_entry_differs_from_the_next_minute_on() {
        let note = |text: &str| Content::Note(Note { text: text.to_owned() });
        let shown = revision(1, note("well"));
        let at = |ms| Some(OccurredAt(shown.recorded.utc.plus_ms(ms)));
        assert!(between(&shown, &note("well"), at(1)).is_empty());
        let changes = between(&shown, &note("well"), at(MINUTE_MS));
        assert!(matches!(changes.as_slice(), [Change { field: Field::When, .. }]));
        let changes = between(&shown, &note("not well"), None);
        assert!(matches!(changes.as_slice(), [Change { field: Field::Words, .. }]));
    }
}
