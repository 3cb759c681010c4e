//! Impossible values: answers outside their legal range, amounts in a unit other than the medication's. The values are
//! kept unchanged; each is listed with its day.

use std::collections::BTreeSet;

use diary_core::entry::{Content, Value};
use diary_core::ids::InstrumentId;
use diary_core::measure::{Decimal, Quantity, Unit};
use diary_core::study::OddAmount;
use diary_core::study::instrument::{AnswerRefusal, Instrument, Item};
use diary_core::text::{Lang, Text};
use diary_core::time::DiaryDay;
use serde::Serialize;

use crate::messages::report as say;

use super::difference::plain;
use super::entries::View;
use super::entry::Entry;
use super::finding::Finding;
use super::words::both;

/// Answers to one question that are no answers to it, for one reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OddAnswers {
    /// The instrument.
    pub instrument: InstrumentId,
    /// `linkId` of the question.
    pub link_id: String,
    /// Text of the question.
    pub label: Text,
    /// Problem, for example `outside 34 to 43`.
    pub wrong: Text,
    /// Day and answer of each, oldest first.
    pub answers: Vec<(DiaryDay, Text)>,
}

/// Doses of one medication that are larger or smaller than any can be. They count in no sum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OddDoses {
    /// Its name.
    pub name: Text,
    /// Day and amount of each dose, oldest first.
    pub doses: Vec<(DiaryDay, Quantity)>,
}

/// Amounts of one medication in other units than its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OddUnits {
    /// Its name.
    pub name: Text,
    /// Its units.
    pub known: Vec<Unit>,
    /// Day and amount of each dose, oldest first.
    pub doses: Vec<(DiaryDay, Quantity)>,
}

impl View<'_> {
    /// The odd answers of the days of the report.
    pub(super) fn odd_answers(&self) -> Vec<OddAnswers> {
        let mut found: Vec<OddAnswers> = Vec::new();
        for (_, shown) in self.current() {
            let Content::Assessment(assessment) = &shown.content else { continue };
            let Some(instrument) = self.instrument_of(shown) else { continue };
            for answer in &assessment.answers {
                let Some(item) = instrument.item(&answer.link_id) else { continue };
                let twice =
                    assessment.answers.iter().filter(|other| other.link_id == answer.link_id).count() > 1;
                let reason = match instrument.check(item, &answer.values) {
                    Err(refused) => refused.reason,
                    Ok(()) if twice => AnswerRefusal::AnsweredTwice,
                    Ok(()) => continue,
                };
                let (wrong, said) = (wrong(item, reason), said(instrument, item, &answer.values));
                let same = |odd: &&mut OddAnswers| {
                    (&odd.instrument, &odd.link_id, &odd.wrong) == (instrument.id(), &item.link_id, &wrong)
                };
                match found.iter_mut().find(same) {
                    Some(odd) => odd.answers.push((shown.day, said)),
                    None => found.push(OddAnswers {
                        instrument: instrument.id().clone(),
                        link_id: item.link_id.clone(),
                        label: item.label().clone(),
                        wrong,
                        answers: vec![(shown.day, said)],
                    }),
                }
            }
        }
        for odd in &mut found {
            odd.answers.sort_by_key(|(day, _)| *day);
        }
        found
    }

    /// Doses of the period with amounts far from the planned ones, oldest first.
    pub(super) fn far_from_plan(&self) -> Vec<Finding> {
        let mut found: Vec<(DiaryDay, Finding)> = Vec::new();
        for (_, shown) in self.current() {
            let Content::Dose(dose) = &shown.content else { continue };
            if let (Some(OddAmount::FarFromPlan), Some(taken), Some(planned)) =
                (self.study.odd_amount(dose), &dose.amount, &dose.planned)
            {
                let (name, taken, planned) =
                    (self.medication_name(&dose.medication), taken.clone(), planned.clone());
                found.push((shown.day, Finding::FarFromPlan { day: shown.day, name, taken, planned }));
            }
        }
        found.sort_by_key(|(day, _)| *day);
        found.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Doses of the days of the report with impossible amounts.
    pub(super) fn impossible_doses(&self) -> Vec<OddDoses> {
        let mut found: Vec<OddDoses> = Vec::new();
        for (_, shown) in self.current() {
            let Content::Dose(dose) = &shown.content else { continue };
            let Some(amount) = dose.amount.as_ref().filter(|amount| !amount.is_dose()) else { continue };
            let name = self.medication_name(&dose.medication);
            let told = (shown.day, amount.clone());
            match found.iter_mut().find(|odd| odd.name == name) {
                Some(odd) => odd.doses.push(told),
                None => found.push(OddDoses { name, doses: vec![told] }),
            }
        }
        for odd in &mut found {
            odd.doses.sort_by_key(|(day, _)| *day);
        }
        found
    }

    /// Days of the report with an entry that claims an impossible time.
    pub(super) fn impossible_times(&self) -> Vec<DiaryDay> {
        let claims = self.current().filter_map(|(entry, shown)| {
            let ended = match &shown.content {
                Content::Event(event) => event.ended,
                _ => None,
            };
            let claimed = [entry.history.claimed(shown), ended];
            claimed.into_iter().flatten().any(|at| !at.0.is_plausible()).then_some(shown.day)
        });
        let mut days: Vec<DiaryDay> = claims.collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Days of entries whose contents a later version of the diary defines, of the whole record.
    pub(super) fn newer_entries(&self) -> Vec<DiaryDay> {
        let is_newer =
            |entry: &&Entry<'_>| entry.shown.is_some_and(|shown| matches!(shown.content, Content::Newer(_)));
        let days: BTreeSet<DiaryDay> =
            self.all().filter(is_newer).map(|entry| entry.history.first().day).collect();
        days.into_iter().collect()
    }

    /// Doses of the days of the report in units that are not their medication's.
    pub(super) fn odd_units(&self) -> Vec<OddUnits> {
        let mut found: Vec<OddUnits> = Vec::new();
        for (_, shown) in self.current() {
            let Content::Dose(dose) = &shown.content else { continue };
            let (Some(medication), Some(amount)) = (self.medication(&dose.medication), &dose.amount) else {
                continue;
            };
            if !medication.is_other_unit(amount) {
                continue;
            }
            let name = self.medication_name(&dose.medication);
            let told = (shown.day, amount.clone());
            match found.iter_mut().find(|odd| odd.name == name) {
                Some(odd) => odd.doses.push(told),
                None => found.push(OddUnits { name, known: medication.units.clone(), doses: vec![told] }),
            }
        }
        for odd in &mut found {
            odd.doses.sort_by_key(|(day, _)| *day);
        }
        found
    }
}

fn said(instrument: &Instrument, item: &Item, values: &[Value]) -> Text {
    both(|lang| {
        let values = values.iter().map(|value| instrument.show(item, value, lang));
        values.collect::<Vec<_>>().join(say::list_separator(lang))
    })
}

fn wrong(item: &Item, reason: AnswerRefusal) -> Text {
    both(|lang| match reason {
        AnswerRefusal::OutOfRange => range(item, lang),
        AnswerRefusal::AnsweredTwice => say::answered_twice_in_one_entry(lang).to_owned(),
        AnswerRefusal::NotAnOption => say::not_one_of_the_options(lang).to_owned(),
        AnswerRefusal::Unit => say::in_a_unit_that_is_not(lang).to_owned(),
        AnswerRefusal::TooManyPlaces => say::with_more_digits_than_are_asked(lang).to_owned(),
        AnswerRefusal::Missing
        | AnswerRefusal::UnknownItem
        | AnswerRefusal::NotAsked
        | AnswerRefusal::WrongType
        | AnswerRefusal::Ambiguous
        | AnswerRefusal::NotYesOrNo
        | AnswerRefusal::NotANumber
        | AnswerRefusal::NotWhole
        | AnswerRefusal::TooLong
        | AnswerRefusal::ControlCharacters
        | AnswerRefusal::NotADate
        | AnswerRefusal::NotATime
        | AnswerRefusal::NotADateTime
        | AnswerRefusal::Read(_)
        | AnswerRefusal::SeveralAnswers
        | AnswerRefusal::SameTwice
        | AnswerRefusal::Exclusive => say::no_possible_answer_to_this_question(lang).to_owned(),
    })
}

/// A number without the noughts behind its point.
fn bare(number: Decimal) -> String {
    let shown = number.to_string();
    match shown.split_once('.') {
        Some((whole, places)) if places.chars().all(|c| c == '0') => whole.to_owned(),
        Some(_) => shown.trim_end_matches('0').to_owned(),
        None => shown,
    }
}

fn range(item: &Item, lang: Lang) -> String {
    let bound = |value: &Option<Value>| {
        value.as_ref().map(|value| match value {
            Value::Quantity(Quantity { value, .. }) | Value::Decimal(value) => bare(*value),
            other => plain(other, lang),
        })
    };
    match (bound(&item.min), bound(&item.max)) {
        (Some(min), Some(max)) => say::outside_to(lang, min, max),
        (Some(min), None) => say::below(lang, min),
        (None, Some(max)) => say::above(lang, max),
        (None, None) => say::outside_what_can_be(lang).to_owned(),
    }
}
