//! The record in the form that the sections of the report read: entries with their current version, the days, and the
//! entries at each place of the schedule. Built once; no figure is computed here.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDateTime};
use diary_core::act::ActContent;
use diary_core::entry::{Content, EncodedRevision, MedicationRef, Revision, Slot};
use diary_core::ids::{EntryId, InstrumentId, KeyId};
use diary_core::record::clock::day_had_come;
use diary_core::record::history::told;
use diary_core::record::{Adjudication, Contact, EntryHistory, of_others};
use diary_core::steps;
use diary_core::study::instrument::Instrument;
use diary_core::study::{Course, Medication, Occurrence, Site, Study};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, Reading, TimeOfDay, UtcMillis, Zone};

use super::entry::{By, Entry, Origin, Stamp, here};
use super::knowledge;
use super::words::Dates;
use super::{DeviceInfo, ReportInput};

/// Reason for which an entry does not count. It stays in the record and is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Apart {
    /// Stamped by a clock that ran ahead with a day still to come.
    ClockAhead {
        /// Latest possible time of making.
        made: UtcMillis,
    },
    /// It is of a day after the end of the participation.
    AfterEnd,
    /// Made under the wrong participant, by a decision of the site.
    OtherParticipant,
}

impl Apart {
    /// The code that exports use.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::ClockAhead { .. } => "clock-ahead",
            Self::AfterEnd => "after-end",
            Self::OtherParticipant => "other-participant",
        }
    }
}

/// A day with the zone and the study version in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Setting {
    pub(super) day: DiaryDay,
    pub(super) zone: Zone,
    pub(super) version: u32,
}

/// Data shared by all sections of the report.
pub(super) struct View<'a> {
    pub(super) input: &'a ReportInput<'a>,
    /// The newest version of the study.
    pub(super) study: &'a Study,
    pub(super) site: &'a Site,
    pub(super) entries: Vec<Entry<'a>>,
    /// Entries that answer each place of the schedule, in order; the first is primary.
    pub(super) by_slot: BTreeMap<(DiaryDay, Slot), Vec<usize>>,
    /// The place of each entry that answers one.
    places: BTreeMap<EntryId, (DiaryDay, Slot)>,
    /// Places with several entries for which the site has decided, having seen them all.
    settled: BTreeSet<(DiaryDay, Slot)>,
    /// Anchors, regimen and the end of the participation.
    pub(super) course: Arc<Course>,
    /// Entries that do not count, each with the reason.
    pub(super) apart: BTreeMap<EntryId, Apart>,
    pub(super) contacts: Vec<Contact>,
    pub(super) first_day: Option<DiaryDay>,
    /// The diary day at the participant's, and the zone they live in.
    pub(super) today: DiaryDay,
    pub(super) lives_in: Zone,
    /// The days of the report with zone and study version of each.
    pub(super) days: Vec<Setting>,
    /// Time from which the phone is known to follow each version of the study; the first version is left out.
    pub(super) versions: BTreeMap<u32, UtcMillis>,
    /// Every prompt of these days.
    occurrences: Vec<Occurrence>,
    /// Index of the prompt of each place.
    asked_at: BTreeMap<(DiaryDay, Slot), usize>,
    /// Cache of list positions of medications, by the name in the entry.
    listed: RefCell<BTreeMap<MedicationRef, Option<(u32, usize)>>>,
}

impl<'a> View<'a> {
    /// View without days, which `axis` adds. `None` without any study.
    pub(super) fn without_days(input: &'a ReportInput<'a>) -> Option<Self> {
        let study = input.studies.values().next_back()?;
        let site = study.site(input.site).or_else(|| study.sites().first())?;
        let entries = entries(input);
        let revoked: BTreeMap<KeyId, Option<UtcMillis>> =
            input.devices.iter().map(|(key, device)| (*key, device.revoked)).collect();
        let mut contacts = input.record.contacts(&revoked);
        contacts.extend(unheard(input, &contacts));
        let course = Arc::new(knowledge::course(input, &entries));
        let apart = apart(input, &entries, &course, study);
        let mut by_slot =
            by_slot(&entries, &course, study.day_cut(), |entry| !apart.contains_key(&entry.history.entry));
        let settled = settle(input, &entries, &mut by_slot);
        let places = by_slot.iter().flat_map(|(place, of)| of.iter().map(move |index| (index, place)));
        let places = places
            .filter_map(|(index, place)| Some((entries.get(*index)?.history.entry, place.clone())))
            .collect();
        Some(Self {
            input,
            study,
            site,
            by_slot,
            places,
            settled,
            course,
            apart,
            first_day: None,
            today: DiaryDay::default(),
            lives_in: input.zone,
            contacts,
            days: Vec::new(),
            versions: BTreeMap::new(),
            occurrences: Vec::new(),
            asked_at: BTreeMap::new(),
            listed: RefCell::default(),
            entries,
        })
    }

    /// Adds the slots of the schedule.
    pub(super) fn ask(&mut self, occurrences: Vec<Occurrence>) {
        for (at, one) in occurrences.iter().enumerate() {
            self.asked_at.entry((one.day, one.slot.clone())).or_insert(at);
        }
        self.occurrences = occurrences;
    }

    /// Every prompt of these days.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Occurrence> {
        self.occurrences.iter().inspect(|_| steps::step())
    }

    /// The prompt of a place of the schedule.
    pub(super) fn asked_at(&self, place: &(DiaryDay, Slot)) -> Option<&Occurrence> {
        self.occurrences.get(*self.asked_at.get(place)?)
    }

    /// Every entry.
    pub(super) fn all(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().inspect(|_| steps::step())
    }

    /// First and last day of the report.
    pub(super) fn period(&self) -> (DiaryDay, DiaryDay) {
        let first = self.days.first().map_or_else(DiaryDay::default, |setting| setting.day);
        (first, self.days.last().map_or(first, |setting| setting.day))
    }

    /// Position of `day` among the days of the report.
    pub(super) fn column(&self, day: DiaryDay) -> Option<usize> {
        let n = usize::try_from(day.since(self.period().0)).ok()?;
        (n < self.days.len()).then_some(n)
    }

    /// One cell per day, all empty.
    pub(super) fn cells<T>(&self) -> Vec<Option<T>> {
        self.days.iter().map(|_| None).collect()
    }

    /// Current year: dates of other years are shown with theirs.
    pub(super) fn year(&self) -> i32 {
        self.today.0.year()
    }

    /// Dates in the language, as the report shows them.
    pub(super) fn dates(&self, lang: Lang) -> Dates {
        Dates { year: self.year(), lang }
    }

    /// True if something was received on a day of the report.
    pub(super) fn is_received_here(&self, at: UtcMillis) -> bool {
        self.column(self.site_day(at)).is_some()
    }

    /// Entries that count, of the days of the report.
    pub(super) fn current(&self) -> impl Iterator<Item = (&Entry<'a>, &'a EncodedRevision)> {
        let (first, last) = self.period();
        self.counting().filter(move |(_, shown)| shown.day >= first && shown.day <= last)
    }

    /// Entries that count, of the whole record: neither withdrawn nor [`Apart`].
    pub(super) fn counting(&self) -> impl Iterator<Item = (&Entry<'a>, &'a EncodedRevision)> {
        self.all()
            .filter_map(|entry| entry.shown.map(|shown| (entry, shown)))
            .filter(|(entry, _)| !self.apart.contains_key(&entry.history.entry))
    }

    /// Entries of the whole record that alert rules are applied to: neither withdrawn nor of another participant.
    /// Neither a doubtful day nor the end of the participation may hide an alert.
    pub(super) fn alarming(&self) -> impl Iterator<Item = (&Entry<'a>, &'a EncodedRevision)> {
        let shown = self.all().filter_map(|entry| entry.shown.map(|shown| (entry, shown)));
        shown.filter(|(entry, _)| match self.apart.get(&entry.history.entry) {
            Some(Apart::OtherParticipant) => false,
            Some(Apart::ClockAhead { .. } | Apart::AfterEnd) | None => true,
        })
    }

    /// The diary day at the site.
    pub(super) fn site_day(&self, at: UtcMillis) -> DiaryDay {
        DiaryDay::at(at, self.input.zone, self.study.day_cut().to_chrono())
    }

    /// The place of the schedule that an entry answers.
    pub(super) fn place_of(&self, entry: &Entry<'a>) -> Option<&(DiaryDay, Slot)> {
        self.places.get(&entry.history.entry)
    }

    /// The entries of a place of the schedule, the primary one first.
    pub(super) fn at_slot(&self, day: DiaryDay, slot: &Slot) -> impl Iterator<Item = &Entry<'a>> {
        let found = self.by_slot.get(&(day, slot.clone()));
        found.into_iter().flatten().filter_map(|index| self.entries.get(*index))
    }

    /// Number of entries of a place, beside the primary one, without a decision of the site.
    pub(super) fn undecided_others(&self, day: DiaryDay, slot: &Slot) -> usize {
        let place = (day, slot.clone());
        if self.settled.contains(&place) {
            return 0;
        }
        self.by_slot.get(&place).map_or(0, |entries| entries.len().saturating_sub(1))
    }

    /// True if the site has decided which entry of the place counts, and had seen all of them.
    pub(super) fn is_settled(&self, entry: &Entry<'a>) -> bool {
        self.place_of(entry).is_some_and(|place| self.settled.contains(place))
    }

    /// True if another entry of the same place precedes this one.
    pub(super) fn is_secondary(&self, entry: &Entry<'a>) -> bool {
        let Some((day, slot)) = self.place_of(entry) else { return false };
        self.at_slot(*day, slot).next().is_some_and(|primary| primary.history.entry != entry.history.entry)
    }

    /// Version of the study under which a revision was recorded, if available.
    pub(super) fn study_of(&self, revision: &Revision) -> Option<&'a Study> {
        self.input.studies.get(&revision.study_version).map(|study| &**study)
    }

    /// Instrument under which a revision was answered, if its version is available.
    pub(super) fn instrument_of(&self, revision: &Revision) -> Option<&'a Instrument> {
        let Content::Assessment(assessment) = &revision.content else { return None };
        self.study_of(revision)?.instrument(&assessment.instrument.id)
    }

    /// The newest form of an instrument.
    pub(super) fn newest_instrument(&self, id: &InstrumentId) -> Option<&'a Instrument> {
        self.input.studies.values().rev().find_map(|study| study.instrument(id))
    }

    /// The medication of the study's list that is meant.
    pub(super) fn medication(&self, of: &MedicationRef) -> Option<&'a Medication> {
        let known = self.listed.borrow().get(of).copied();
        let place = known.unwrap_or_else(|| {
            let found = self.find_medication(of);
            self.listed.borrow_mut().insert(of.clone(), found);
            found
        });
        let (version, at) = place?;
        self.input.studies.get(&version)?.medications().get(at)
    }

    /// The version of the study that lists a medication, and its place in that list.
    fn find_medication(&self, of: &MedicationRef) -> Option<(u32, usize)> {
        let versions = || self.input.studies.iter().rev();
        let by_code =
            versions().find_map(|(version, study)| Some((version, study, study.medication_of(of)?)));
        let by_name = || {
            versions()
                .next()
                .and_then(|(version, study)| Some((version, study, study.find_medication(&of.name)?)))
        };
        let (version, study, found) = by_code.or_else(by_name)?;
        let at = study.medications().iter().position(|medication| medication.code == found.code)?;
        Some((*version, at))
    }

    /// Time of a clock reading, as the participant saw it.
    pub(super) fn recorded(&self, reading: &Reading) -> Stamp {
        self.stamp(reading.utc, reading.local(), reading.offset_s)
    }

    /// The instant an entry is about, as its author read it.
    pub(super) fn about(&self, entry: &Entry<'a>) -> Stamp {
        let reading = &entry.first.recorded;
        let at = entry.about();
        if at == reading.utc {
            return self.recorded(reading);
        }
        self.claimed(at, reading.zone)
    }

    /// An instant that was claimed on a phone in `zone`.
    pub(super) fn claimed(&self, at: UtcMillis, zone: Zone) -> Stamp {
        self.stamp(at, zone.local(at), zone.offset_s(at))
    }

    /// An instant in the report's zone.
    pub(super) fn here(&self, at: UtcMillis) -> Stamp {
        here(at, self.input.zone)
    }

    fn stamp(&self, utc: UtcMillis, local: NaiveDateTime, offset_s: i32) -> Stamp {
        let zone = self.input.zone;
        let said = offset_s != zone.offset_s(utc) || zone.pass(utc).is_some();
        Stamp { utc, local, elsewhere: said.then_some(offset_s / 60) }
    }

    /// Author and phones of a version of an entry.
    pub(super) fn origin(&self, revision: &EncodedRevision) -> Origin {
        let sources = self.input.record.recorded(revision).into_iter().flat_map(|held| &held.sources);
        let mut devices: Vec<u16> = sources.filter_map(|source| self.device(&source.author)).collect();
        devices.sort_unstable();
        devices.dedup();
        Origin { by: By::of(revision), devices }
    }

    /// Number of the phone with this key.
    pub(super) fn device(&self, key: &KeyId) -> Option<u16> {
        self.input.devices.get(key).map(|device| device.number)
    }
}

/// Phones in use without any contact: they may hold entries since they joined.
fn unheard(input: &ReportInput<'_>, heard: &[Contact]) -> Vec<Contact> {
    let heard: BTreeSet<KeyId> = heard.iter().map(|contact| contact.device).collect();
    let silent = |key: &KeyId| !heard.contains(key);
    let of = |(key, device): (&KeyId, &DeviceInfo)| Contact {
        device: *key,
        start: device.joined,
        end: device.revoked,
        gap: false,
        last: None,
    };
    input.devices.iter().filter(|(key, _)| silent(key)).map(of).collect()
}

fn entries<'a>(input: &ReportInput<'a>) -> Vec<Entry<'a>> {
    let of = |history: EntryHistory<'a>| {
        let held =
            history.versions.first().and_then(|encoded: &&EncodedRevision| input.record.recorded(encoded));
        let mut devices: Vec<u16> = held
            .into_iter()
            .flat_map(|held| &held.sources)
            .filter_map(|source| input.devices.get(&source.author))
            .map(|device| device.number)
            .collect();
        devices.sort_unstable();
        devices.dedup();
        Entry {
            shown: history.shown(),
            first: history.first(),
            received: held.map_or_else(|| history.first().recorded.utc, |held| held.received.0),
            devices,
            history,
        }
    };
    input.record.histories().into_iter().map(of).collect()
}

/// Entries that do not count.
fn apart(
    input: &ReportInput<'_>,
    entries: &[Entry<'_>],
    course: &Course,
    study: &Study,
) -> BTreeMap<EntryId, Apart> {
    let of_others = of_others(input.record.acts().map(|(act, _)| act));
    let ahead = knowledge::stamped_ahead(input);
    let cut = study.day_cut();
    let why = |entry: &Entry<'_>| {
        if of_others.contains(&entry.history.entry) {
            return Some(Apart::OtherParticipant);
        }
        let made = ahead.get(&entry.history.entry).copied();
        let early = made.filter(|made| !day_had_come(*made, entry.first.recorded.zone, cut, entry.day()));
        match early {
            Some(made) => Some(Apart::ClockAhead { made }),
            None => (!course.is_open_on(entry.day())).then_some(Apart::AfterEnd),
        }
    };
    entries.iter().filter_map(|entry| Some((entry.history.entry, why(entry)?))).collect()
}

fn by_slot(
    entries: &[Entry<'_>],
    course: &Course,
    cut: TimeOfDay,
    fills: impl Fn(&Entry<'_>) -> bool,
) -> BTreeMap<(DiaryDay, Slot), Vec<usize>> {
    let mut places: BTreeMap<(DiaryDay, Slot), Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| fills(entry)) {
        if let Some((shown, slot)) = entry.shown.and_then(|shown| Some((shown, shown.slot.clone()?))) {
            places.entry((shown.day, slot)).or_default().push(index);
        }
    }
    course.settle(cut, places, |index| told(&entries.get(*index)?.history))
}

/// Moves the entry chosen by the site to the front of each place; returns the places that are fully decided.
fn settle(
    input: &ReportInput<'_>,
    entries: &[Entry<'_>],
    places: &mut BTreeMap<(DiaryDay, Slot), Vec<usize>>,
) -> BTreeSet<(DiaryDay, Slot)> {
    let decisions = input.record.decisions();
    let id = |index: &usize| entries[*index].history.entry;
    let mut settled = BTreeSet::new();
    for (place, at_place) in places.iter_mut().filter(|(_, entries)| entries.len() > 1) {
        let seen = decisions.decide(at_place, id).map(|decision| seen(&decision));
        if seen.is_some_and(|seen| at_place.iter().all(|index| seen.contains(&id(index)))) {
            settled.insert(place.clone());
        }
    }
    settled
}

/// The entries that staff had seen when they decided.
fn seen(decision: &Adjudication<'_>) -> BTreeSet<EntryId> {
    match &decision.act.content {
        ActContent::Adjudicate { among, .. } => among.iter().copied().collect(),
        _ => BTreeSet::new(),
    }
}
