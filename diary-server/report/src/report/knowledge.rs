//! Time from which a participant's phones could know an act of staff, and entries stamped by a clock that ran ahead:
//! both from times of receipt.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::{Act, ActContent, LineChange};
use diary_core::entry::Slot;
use diary_core::ids::{ActId, AnchorId, EntryId, Incarnation, LineId};
use diary_core::record::clock::{Recording, ran_ahead};
use diary_core::study::{Course, Repeat, Reported, Study};
use diary_core::time::UtcMillis;

use super::ReportInput;
use super::entry::Entry;

/// An act that no phone has had a chance to learn of.
const NEVER: UtcMillis = UtcMillis(i64::MAX);

/// The course of the participant.
pub(super) fn course(input: &ReportInput<'_>, entries: &[Entry<'_>]) -> Course {
    let acts: Vec<&Act> = input.record.acts().map(|(act, _)| act).collect();
    let contacts = contacts(input);
    let answered = answered(input, entries);
    let told = told(input);
    let known = |act: &Act| {
        let contact = contacts.range(act.at..).next().copied().unwrap_or(NEVER);
        let at = told.get(&act.id).copied().unwrap_or(contact);
        Some(answered.get(&act.id).map_or(at, |answer| at.min(*answer)))
    };
    let reported = entries.iter().filter_map(|entry| Reported::of(entry.shown?)).collect();
    Course::of(&acts, reported, known)
}

/// Times at which acts reached the phones, by the phones' statements; clamped to between the act and the statement.
fn told(input: &ReportInput<'_>) -> BTreeMap<ActId, UtcMillis> {
    let mut out: BTreeMap<ActId, UtcMillis> = BTreeMap::new();
    for held in input.record.statements().values() {
        for one in &held.statement.known_acts {
            let at = one.at.min(held.received.0);
            out.entry(one.act).and_modify(|first| *first = at.min(*first)).or_insert(at);
        }
    }
    for (act, _) in input.record.acts() {
        out.entry(act.id).and_modify(|at| *at = act.at.max(*at));
    }
    out
}

/// Times of receipt from any phone: in the same contact it fetches the acts of staff.
fn contacts(input: &ReportInput<'_>) -> BTreeSet<UtcMillis> {
    let record = input.record;
    let statements = record.statements().values().map(|held| held.received.0);
    let entries = record
        .revisions()
        .filter(|held| held.sources.iter().any(|source| input.devices.contains_key(&source.author)))
        .map(|held| held.received.0);
    let chains = record.chains().values().filter(|chain| input.devices.contains_key(&chain.author));
    let firsts = chains.flat_map(|chain| [chain.first_received.0, chain.last_received.0]);
    statements.chain(entries).chain(firsts).collect()
}

/// Acts that the phone must have known, since an answer exists that nothing else asks for.
fn answered(input: &ReportInput<'_>, entries: &[Entry<'_>]) -> BTreeMap<ActId, UtcMillis> {
    let mut lines: BTreeMap<LineId, UtcMillis> = BTreeMap::new();
    let mut anchors: BTreeMap<AnchorId, UtcMillis> = BTreeMap::new();
    for entry in entries {
        let at = entry.first.recorded.utc.min(entry.received);
        match &entry.first.slot {
            Some(Slot::PlannedDose { line, .. }) => {
                let first = lines.entry(*line).or_insert(at);
                *first = at.min(*first);
            }
            Some(Slot::Scheduled(slot)) => {
                let study = input.studies.get(&entry.first.study_version);
                for anchor in study.into_iter().flat_map(|study| anchors_of(study, slot)) {
                    let first = anchors.entry(anchor).or_insert(at);
                    *first = at.min(*first);
                }
            }
            None => {}
        }
    }
    let mut out = BTreeMap::new();
    for (act, _) in input.record.acts() {
        let at = match &act.content {
            ActContent::Regimen(change) => {
                let begun = change.lines.iter().filter_map(|one| match one {
                    LineChange::Begin(line) => lines.get(&line.id),
                    LineChange::Alter(_) | LineChange::End { .. } => None,
                });
                begun.min().copied()
            }
            ActContent::Anchor { anchor, .. } => anchors.get(anchor).copied(),
            _ => None,
        };
        // An answer older than the act belongs to an earlier act.
        out.extend(at.filter(|at| *at >= act.at).map(|at| (act.id, at)));
    }
    out
}

/// Anchors without which a slot would not be asked.
fn anchors_of(study: &Study, slot: &diary_core::ids::SlotId) -> Vec<AnchorId> {
    let Some(rule) = study.slot(slot) else { return Vec::new() };
    let period = rule.during.as_ref().and_then(|id| study.period(id));
    let stretches = period.into_iter().flat_map(|period| &period.stretches);
    let mut of: Vec<AnchorId> =
        stretches.filter(|stretch| stretch.first.is_some()).map(|stretch| stretch.anchor.clone()).collect();
    // With several anchors it is unknown which one asked.
    of.dedup();
    if of.len() > 1 {
        of.clear();
    }
    if let Repeat::Every { from: Some(anchor), .. } = &rule.repeat {
        of.push(anchor.clone());
    }
    of
}

/// Entries stamped by a clock that ran ahead, each with the latest possible time of its making.
pub(super) fn stamped_ahead(input: &ReportInput<'_>) -> BTreeMap<EntryId, UtcMillis> {
    let mut of_store: BTreeMap<Incarnation, Vec<(EntryId, Recording)>> = BTreeMap::new();
    for held in input.record.revisions() {
        let revision = held.encoded.revision();
        let source = held.sources.iter().find(|source| input.devices.contains_key(&source.author));
        let Some(source) = source.filter(|_| revision.is_first()) else { continue };
        let recording = Recording {
            counter: revision.counter,
            recorded: revision.recorded.utc,
            seq: Some(source.seq),
            received: Some(held.received.0),
        };
        of_store.entry(source.incarnation).or_default().push((revision.entry, recording));
    }
    let mut out = BTreeMap::new();
    for of in of_store.values() {
        let recordings: Vec<Recording> = of.iter().map(|(_, one)| *one).collect();
        let made = ran_ahead(&recordings);
        out.extend(of.iter().zip(made).filter_map(|((entry, _), made)| Some((*entry, made?))));
    }
    out
}
