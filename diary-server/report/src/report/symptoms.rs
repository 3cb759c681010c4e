//! Answers per day: a row per question. The scale (grades of a choice, numbers, yes/no) follows from the instrument
//! alone. Nothing is imputed; of several answers of one day the worst is shown, the others are counted.

mod cell;

use diary_core::entry::{Answer, Content, EncodedRevision, Slot, Value};
use diary_core::ids::{InstrumentId, SlotId};
use diary_core::measure::{Decimal, Unit};
use diary_core::study::instrument::{Instrument, Item};
use diary_core::text::Text;
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::RuleFinding;
use super::entries::View;
use super::entry::Entry;
use super::words::both;
use cell::{CellDraft, is_graded, scale};

/// One question over the days of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemRow {
    /// The instrument.
    pub instrument: InstrumentId,
    /// `linkId` of the question.
    pub link_id: String,
    /// Text of the question.
    pub label: Text,
    /// The slot, if the instrument has several and the row shows one of them.
    pub slot: Option<SlotTitle>,
    /// Scale of its cells.
    pub scale: Scale,
    /// One cell per day; `None` without an entry.
    pub cells: Vec<Option<ItemCell>>,
}

/// A slot with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlotTitle {
    /// The slot.
    pub slot: SlotId,
    /// Its name.
    pub title: Text,
}

/// Scale of the cells of a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Grades, from 0 to the worst.
    Grade {
        /// The worst.
        max: Decimal,
    },
    /// Numbers.
    Number {
        /// Their unit, if any.
        unit: Option<Unit>,
    },
    /// `Y` or `-`.
    YesNo,
    /// Keys of options.
    Choice {
        /// Key and text of each.
        options: Vec<(String, Text)>,
    },
}

/// The answer of one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemCell {
    /// Outcome of the question.
    pub state: QuestionOutcome,
    /// The answer; empty if there is none.
    pub shown: String,
    /// Shade of the cell: 0 to 3.
    pub shade: u8,
    /// Outside today's legal range, or an option the study does not have.
    pub odd: bool,
    /// It met an alert rule, alone or with others.
    pub alarm: bool,
    /// Further answers of the same day that are not shown, without a decision of the site.
    pub others: usize,
}

/// Outcome of a question in an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionOutcome {
    /// Not shown, because of other answers.
    NotShown,
    /// It was shown and left without an answer.
    Skipped,
    /// It was answered.
    Answered,
}

impl ItemCell {
    /// A cell without an answer.
    const fn without(state: QuestionOutcome) -> Self {
        Self { state, shown: String::new(), shade: 0, odd: false, alarm: false, others: 0 }
    }
}

/// Questions of one instrument that were answered alike every time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Quiet {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Its name.
    pub title: Text,
    /// The questions with their answer.
    pub answers: Vec<(Text, Text)>,
}

impl View<'_> {
    /// The rows, instrument by instrument in the order of the schedule.
    pub(super) fn item_rows(&self) -> (Vec<ItemRow>, Vec<Quiet>) {
        let (mut rows, mut quiet) = (Vec::new(), Vec::new());
        for id in self.shown_instruments() {
            let Some(instrument) = self.newest_instrument(&id) else { continue };
            let answered = self.answered_items(&id);
            let mut alike = Vec::new();
            for item in asked(instrument.items()) {
                let Some(scale) = scale(item) else { continue };
                for slot in self.split_scale(&id, &scale) {
                    let row = self.item_row(item, &id, slot, scale.clone(), &answered);
                    if row.cells.iter().flatten().all(|cell| cell.state == QuestionOutcome::NotShown) {
                        continue;
                    }
                    let value = self
                        .may_be_quiet(&id, &row.scale)
                        .then(|| answer_alike(instrument, item, &answered))
                        .flatten();
                    match value {
                        Some(value) => alike.push((item.label().clone(), value)),
                        None => rows.push(row),
                    }
                }
            }
            if !alike.is_empty() {
                let title = instrument.titles().clone();
                quiet.push(Quiet { instrument: id, title, answers: alike });
            }
        }
        (rows, quiet)
    }

    /// One row for all slots of a day, or, for measured values, one for each.
    fn split_scale(&self, id: &InstrumentId, scale: &Scale) -> Vec<Option<SlotTitle>> {
        let slots = self.slots_of(id);
        match scale {
            Scale::Number { unit: Some(_) } if slots.len() > 1 => slots.into_iter().map(Some).collect(),
            Scale::Number { .. } | Scale::Grade { .. } | Scale::YesNo | Scale::Choice { .. } => vec![None],
        }
    }

    /// True if a row with the same value throughout may be shown as a sentence: yes/no questions, and anything but measured
    /// values of instruments that are asked only in certain periods.
    fn may_be_quiet(&self, id: &InstrumentId, scale: &Scale) -> bool {
        let slots = self.study.slots().iter().filter(|slot| slot.instrument == *id);
        let windowed = slots.clone().next().is_some() && slots.clone().all(|slot| slot.during.is_some());
        match scale {
            Scale::YesNo => true,
            Scale::Number { unit: Some(_) } => false,
            Scale::Grade { .. } | Scale::Choice { .. } | Scale::Number { unit: None } => windowed,
        }
    }

    /// Instruments whose answers are shown per day: all but scored ones that are not daily, provided that there are daily
    /// ones. The others are shown by their total.
    fn shown_instruments(&self) -> Vec<InstrumentId> {
        let mut ids: Vec<InstrumentId> = Vec::new();
        for study in self.input.studies.values().rev() {
            let of_slots = study.slots().iter().map(|slot| &slot.instrument);
            for id in of_slots.chain(study.instruments().map(Instrument::id)) {
                if !ids.contains(id) {
                    ids.push(id.clone());
                }
            }
        }
        let any_daily = ids.iter().any(|id| self.is_daily(id));
        let scored = |id: &InstrumentId| self.newest_instrument(id).is_some_and(|i| i.score_rule().is_some());
        ids.retain(|id| !any_daily || self.is_daily(id) || !scored(id));
        ids
    }

    fn slots_of(&self, id: &InstrumentId) -> Vec<SlotTitle> {
        let slots = self.study.slots().iter().filter(|slot| slot.enabled && slot.instrument == *id);
        slots.map(|slot| SlotTitle { slot: slot.id.clone(), title: slot.title.clone() }).collect()
    }

    fn item_row(
        &self,
        item: &Item,
        id: &InstrumentId,
        slot: Option<SlotTitle>,
        scale: Scale,
        answered: &[Answered<'_>],
    ) -> ItemRow {
        let mut cells: Vec<Option<CellDraft>> = self.cells();
        let meant = |a: &&Answered<'_>| slot.as_ref().is_none_or(|slot| a.slot == Some(&slot.slot));
        for found in answered.iter().filter(meant) {
            let Some(cell) = self.column(found.day).and_then(|column| cells.get_mut(column)) else {
                continue;
            };
            if found.secondary {
                continue;
            }
            let Some(new) = CellDraft::of(found, item, &scale) else { continue };
            *cell = Some(match cell.take() {
                Some(held) => held.and(new, &scale),
                None => new,
            });
        }
        // After all cells are filled: a decision may have moved a later entry to the front.
        for found in answered.iter().filter(meant).filter(|found| found.secondary && !found.settled) {
            let cell = self.column(found.day).and_then(|column| cells.get_mut(column)?.as_mut());
            if let Some(held) = cell {
                held.cell.others += 1;
            }
        }
        ItemRow {
            instrument: id.clone(),
            link_id: item.link_id.clone(),
            label: item.label().clone(),
            slot,
            scale,
            cells: cells.into_iter().map(|held| held.map(CellDraft::finish)).collect(),
        }
    }
}

impl<'a> View<'a> {
    fn answered_items(&self, id: &InstrumentId) -> Vec<Answered<'a>> {
        let of = |(entry, shown): (&Entry<'a>, &'a EncodedRevision)| {
            let Content::Assessment(assessment) = &shown.content else { return None };
            let instrument = self.instrument_of(shown).filter(|instrument| instrument.id() == id)?;
            let slot = match &shown.slot {
                Some(Slot::Scheduled(slot)) => Some(slot),
                Some(Slot::PlannedDose { .. }) | None => None,
            };
            let (secondary, settled) = (self.is_secondary(entry), self.is_settled(entry));
            Some(Answered {
                day: shown.day,
                instrument,
                answers: &assessment.answers,
                slot,
                secondary,
                settled,
            })
        };
        self.current().filter_map(of).collect()
    }
}

/// The answer given to a question every time, if that is the harmless one.
fn answer_alike(instrument: &Instrument, item: &Item, answered: &[Answered<'_>]) -> Option<Text> {
    let mut answers = answered.iter().filter_map(|found| found.answer(&item.link_id));
    let first = answers.next()?;
    let [value] = first.values.as_slice() else { return None };
    let alike = is_harmless(item, value) && answers.all(|answer| answer.values == first.values);
    alike.then(|| both(|lang| instrument.show(item, value, lang)))
}

/// No, nought, or the first option of a choice.
fn is_harmless(item: &Item, value: &Value) -> bool {
    let zero = Decimal::from(0);
    match value {
        Value::Boolean(yes) => !yes,
        Value::Coding { .. } => match item.chosen(value) {
            Some(option) if is_graded(item) => option.ordinal == Some(zero),
            chosen => chosen.is_some() && chosen == item.options.first(),
        },
        Value::Integer(n) => *n == 0,
        Value::Decimal(n) => *n == zero,
        Value::Quantity(_) | Value::Text(_) | Value::Date(_) | Value::Time(_) | Value::DateTime { .. } => {
            false
        }
    }
}

/// An entry that answers an instrument.
struct Answered<'a> {
    day: DiaryDay,
    instrument: &'a Instrument,
    answers: &'a [Answer],
    slot: Option<&'a SlotId>,
    /// Another entry of the same place counts: these answers are not in the grid.
    secondary: bool,
    /// The site has decided which entry of the place counts.
    settled: bool,
}

impl<'a> Answered<'a> {
    fn answer(&self, link_id: &str) -> Option<&'a Answer> {
        self.answers.iter().find(|answer| answer.link_id == link_id)
    }
}

/// All questions, at any depth, in order.
pub(super) fn asked(items: &[Item]) -> Vec<&Item> {
    let mut found = Vec::new();
    for item in items {
        if item.is_asked() {
            found.push(item);
        }
        found.extend(asked(&item.children));
    }
    found
}

/// Marks cells with answers that met an alert rule.
pub(super) fn mark(rows: &mut [ItemRow], view: &View<'_>, alerts: &[RuleFinding]) {
    for hit in alerts.iter().flat_map(|alert| &alert.hits) {
        let Some(column) = view.column(hit.day) else { continue };
        let of_hit = rows.iter_mut().filter(|row| {
            let slot = row.slot.as_ref().map(|slot| &slot.slot);
            Some(&row.instrument) == hit.instrument.as_ref()
                && hit.items.contains(&row.link_id)
                && (slot.is_none() || slot == hit.slot.as_ref())
        });
        for cell in of_hit.filter_map(|row| row.cells.get_mut(column)?.as_mut()) {
            cell.alarm = true;
        }
    }
}
