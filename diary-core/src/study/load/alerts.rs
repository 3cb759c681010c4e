//! Checks that alert rules test for answers that their instruments can have.

use std::collections::BTreeMap;

use super::check::Findings;
use crate::ids::{InstrumentId, SlotId};
use crate::measure::Decimal;
use crate::study::alert::{ItemTest, Test, When};
use crate::study::instrument::{Instrument, Item, ItemKind};
use crate::study::problem::{Referent, StudyProblem};

type Instruments = BTreeMap<InstrumentId, Instrument>;

impl Findings<'_> {
    /// Checks the alert rules.
    pub(super) fn check_alerts(&mut self, instruments: &Instruments) {
        let file = self.file;
        for (n, rule) in file.alerts.iter().enumerate() {
            let key = format!("alerts[{n}]");
            if let Some(period) = &rule.during {
                self.reference(format!("{key}.during"), Referent::Period, period, &file.period_ids());
            }
            match &rule.when {
                When::Answers { instrument, all, any } => {
                    let key = format!("{key}.when.answers");
                    self.check_instrument(&key, instrument);
                    if all.is_empty() && any.is_empty() {
                        self.add(key.clone(), StudyProblem::NoTest);
                    }
                    if let Some(asked) = instruments.get(instrument) {
                        self.check_tests(&format!("{key}.all"), all, asked);
                        self.check_tests(&format!("{key}.any"), any, asked);
                    }
                }
                When::Total { instrument, up_by, previous, last_before } => {
                    let key = format!("{key}.when.total");
                    self.check_instrument(&key, instrument);
                    if instruments.get(instrument).is_some_and(|asked| asked.score_rule().is_none()) {
                        let problem = StudyProblem::NoTotal { instrument: instrument.clone() };
                        self.add(format!("{key}.instrument"), problem);
                    }
                    if *up_by <= Decimal::from(0) {
                        self.add(format!("{key}.up_by"), StudyProblem::NotPositive);
                    }
                    if !previous && last_before.is_none() {
                        self.add(key.clone(), StudyProblem::NoComparison);
                    }
                    if let Some(anchor) = last_before {
                        self.check_anchor(format!("{key}.last_before"), anchor);
                    }
                }
                When::Missed { slots, days } => {
                    self.check_missed(&format!("{key}.when.missed"), slots, *days);
                }
            }
        }
    }

    fn check_instrument(&mut self, key: &str, id: &InstrumentId) {
        let file = self.file;
        let known: Vec<&InstrumentId> = file.instruments.iter().map(|entry| &entry.id).collect();
        self.reference(format!("{key}.instrument"), Referent::Instrument, id, &known);
    }

    fn check_missed(&mut self, key: &str, slots: &[SlotId], days: u16) {
        let file = self.file;
        let known: Vec<&SlotId> = file.slots.iter().map(|slot| &slot.id).collect();
        for (n, slot) in slots.iter().enumerate() {
            self.reference(format!("{key}.slots[{n}]"), Referent::Slot, slot, &known);
        }
        for (name, empty) in [("slots", slots.is_empty()), ("days", days == 0)] {
            if empty {
                self.add(format!("{key}.{name}"), StudyProblem::NeedsOne);
            }
        }
    }

    fn check_tests(&mut self, key: &str, tests: &[ItemTest], instrument: &Instrument) {
        for (n, test) in tests.iter().enumerate() {
            let key = format!("{key}[{n}]");
            match instrument.item(&test.item) {
                None => {
                    let (instrument, item) = (instrument.id().clone(), test.item.clone());
                    self.add(format!("{key}.item"), StudyProblem::NoItem { instrument, item });
                }
                Some(item) => {
                    if let Some(problem) = unfit(&test.test, item) {
                        self.add(key, problem);
                    }
                }
            }
        }
    }
}

/// Reason for which no answer to `item` can meet `test`.
fn unfit(test: &Test, item: &Item) -> Option<StudyProblem> {
    let is_number = matches!(item.kind, ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity);
    let of = item.link_id.clone();
    let has_ordinals = || item.options.iter().any(|option| option.ordinal.is_some());
    match test {
        Test::Code(code) if !item.options.iter().any(|option| option.code == *code) => {
            let known = item.options.iter().map(|option| option.code.clone()).collect();
            Some(StudyProblem::NoOption { item: of, code: code.clone(), known })
        }
        Test::AtLeast(_) if !is_number && !has_ordinals() => Some(StudyProblem::NotANumber { item: of }),
        Test::Is(_) if item.kind != ItemKind::Boolean => Some(StudyProblem::NotYesOrNo { item: of }),
        Test::Code(_) | Test::AtLeast(_) | Test::Is(_) => None,
    }
}
