//! Checks of a study's parts against one another: ids, references, languages, hours and amounts. Alert rules
//! are checked in `alerts`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::file::StudyFile;
use super::source::Source;
use crate::ids::{AnchorId, InstrumentId};
use crate::measure::Decimal;
use crate::study::error::StudyError;
use crate::study::instrument::{Instrument, Item};
use crate::study::limits::{PIN_MOST_CHARACTERS, PIN_USUAL_CHARACTERS};
use crate::study::medication::{EventKind, Medication};
use crate::study::problem::{Referent, StudyProblem};
use crate::study::site::unknown_placeholder;
use crate::study::timetable::{Repeat, SlotRule};
use crate::text::Text;

/// Largest limit for late answers: a year.
const LATE_HOURS_MAX: u32 = 366 * 24;

/// Faults found so far, each with its place in `study.toml`.
pub(super) struct Findings<'a> {
    source: &'a Source<'a>,
    pub(super) file: &'a StudyFile,
    errors: Vec<StudyError>,
}

impl<'a> Findings<'a> {
    pub(super) const fn new(source: &'a Source<'a>, file: &'a StudyFile) -> Self {
        Self { source, file, errors: Vec::new() }
    }

    pub(super) fn add(&mut self, key: String, problem: StudyProblem) {
        self.errors.push(self.source.at(key, problem));
    }

    /// Adds faults of another file.
    pub(super) fn extend(&mut self, errors: impl Iterator<Item = StudyError>) {
        self.errors.extend(errors);
    }

    pub(super) fn into_errors(self) -> Vec<StudyError> {
        self.errors
    }

    /// Requires `id` to be one of `known`.
    pub(super) fn reference<T: PartialEq + Display>(
        &mut self,
        key: String,
        referent: Referent,
        id: &T,
        known: &[&T],
    ) {
        if !known.contains(&id) {
            let mut names: Vec<String> = known.iter().map(ToString::to_string).collect();
            names.sort();
            names.dedup();
            self.add(key, StudyProblem::Unknown { referent, id: id.to_string(), known: names });
        }
    }

    fn unique<T: Ord + Display>(&mut self, list: &str, key: &str, ids: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (n, id) in ids.enumerate() {
            let text = id.to_string();
            if !seen.insert(id) {
                self.add(format!("{list}[{n}].{key}"), StudyProblem::Taken { id: text });
            }
        }
    }

    fn text(&mut self, key: String, text: &Text) {
        for lang in &self.file.languages {
            if !text.serves(*lang) {
                self.add(key.clone(), StudyProblem::NoText { lang: *lang });
            } else if text.get(*lang).trim().is_empty() {
                self.add(format!("{key}.{lang}"), StudyProblem::EmptyText);
            }
        }
    }

    /// A text that may contain a site's numbers.
    pub(super) fn template(&mut self, key: &str, text: &Text) {
        self.text(key.to_owned(), text);
        for lang in self.file.languages.iter().filter(|lang| text.serves(**lang)) {
            if let Some(placeholder) = unknown_placeholder(text.get(*lang)) {
                let name = placeholder.to_owned();
                self.add(format!("{key}.{lang}"), StudyProblem::Placeholder { name });
            }
        }
    }

    fn at_least_one<T: PartialOrd + From<u8>>(&mut self, key: String, number: T) {
        if number < T::from(1) {
            self.add(key, StudyProblem::BelowOne);
        }
    }
}

impl Findings<'_> {
    /// Checks everything except the alert rules.
    pub(super) fn check(&mut self, instruments: &BTreeMap<InstrumentId, Instrument>) {
        let file = self.file;
        self.check_ids();
        self.check_texts();
        self.check_general();
        self.check_anchors();
        for (n, slot) in file.slots.iter().enumerate() {
            self.check_slot(slot, &format!("slots[{n}]"));
        }
        for (n, medication) in file.medications.iter().enumerate() {
            self.check_medication(medication, &format!("medications[{n}]"));
        }
        for (n, entry) in file.instruments.iter().enumerate() {
            if let Some(instrument) = instruments.get(&entry.id) {
                let key = format!("instruments[{n}].file");
                self.check_wording(instrument.items(), &key, &entry.file);
            }
        }
    }

    /// Checks a reference to an anchor.
    pub(super) fn check_anchor(&mut self, key: String, id: &AnchorId) {
        self.reference(key, Referent::Anchor, id, &self.file.anchor_ids());
    }

    fn check_ids(&mut self) {
        let file = self.file;
        self.unique("languages", "", file.languages.iter());
        self.unique("sites", "id", file.sites.iter().map(|x| &x.id));
        self.unique("anchors", "id", file.anchors.iter().map(|x| &x.id));
        self.unique("periods", "id", file.periods.iter().map(|x| &x.id));
        self.unique("instruments", "id", file.instruments.iter().map(|x| &x.id));
        self.unique("slots", "id", file.slots.iter().map(|x| &x.id));
        self.unique("forms", "code", file.forms.iter().map(|x| &x.code));
        self.unique("medications", "code", file.medications.iter().map(|x| &x.code));
        self.unique("visit_kinds", "code", file.visit_kinds.iter().map(|x| &x.code));
        self.unique("events", "code", file.events.iter().map(|x| &x.code));
        self.unique("alerts", "id", file.alerts.iter().map(|x| &x.id));
    }

    fn check_texts(&mut self) {
        let file = self.file;
        self.text("title".to_owned(), &file.title);
        self.template("notice", &file.notice);
        for (n, site) in file.sites.iter().enumerate() {
            self.text(format!("sites[{n}].title"), &site.title);
            self.text(format!("sites[{n}].contact"), &site.contact);
            self.text(format!("sites[{n}].emergency"), &site.emergency);
        }
        let mut titles = |list: &str, key: &str, texts: Vec<&Text>| {
            for (n, text) in texts.into_iter().enumerate() {
                self.text(format!("{list}[{n}].{key}"), text);
            }
        };
        titles("anchors", "title", file.anchors.iter().map(|x| &x.title).collect());
        titles("periods", "title", file.periods.iter().map(|x| &x.title).collect());
        titles("visit_kinds", "title", file.visit_kinds.iter().map(|x| &x.title).collect());
        titles("slots", "title", file.slots.iter().map(|x| &x.title).collect());
        titles("forms", "name", file.forms.iter().map(|x| &x.name).collect());
        titles("medications", "name", file.medications.iter().map(|x| &x.name).collect());
        titles("events", "title", file.events.iter().map(|x| &x.title).collect());
        titles("alerts", "title", file.alerts.iter().map(|x| &x.title).collect());
        for (n, rule) in file.alerts.iter().enumerate() {
            self.template(&format!("alerts[{n}].instruction"), &rule.instruction);
        }
        for (n, event) in file.events.iter().enumerate() {
            self.check_serious(event, &format!("events[{n}]"));
        }
    }

    /// A serious event needs a severity and an instruction, and an id of its own.
    fn check_serious(&mut self, event: &EventKind, key: &str) {
        let file = self.file;
        match (event.severity, &event.instruction) {
            (Some(_), Some(instruction)) => {
                self.template(&format!("{key}.instruction"), instruction);
                if file.alerts.iter().any(|rule| rule.id == event.rule()) {
                    let id = event.code.to_string();
                    self.add(format!("{key}.code"), StudyProblem::AlsoAlert { id });
                }
            }
            (Some(_), None) => self.add(format!("{key}.severity"), StudyProblem::NeedsInstruction),
            (None, Some(_)) => self.add(format!("{key}.instruction"), StudyProblem::NeedsSeverity),
            (None, None) => {}
        }
    }

    fn check_general(&mut self) {
        let file = self.file;
        self.at_least_one("version".to_owned(), file.version);
        for (key, empty) in [("languages", file.languages.is_empty()), ("sites", file.sites.is_empty())] {
            if empty {
                self.add(key.to_owned(), StudyProblem::NeedsOne);
            }
        }
        let limits = &file.limits;
        self.at_least_one("limits.backfill_days".to_owned(), limits.backfill_days);
        if limits.unusual_factor <= Decimal::from(1) {
            self.add("limits.unusual_factor".to_owned(), StudyProblem::Factor);
        }
        let (fewest, most) = (PIN_USUAL_CHARACTERS, PIN_MOST_CHARACTERS);
        if limits.pin_min_characters.is_some_and(|least| !(fewest..=most).contains(&least)) {
            self.add("limits.pin_min_characters".to_owned(), StudyProblem::PinLength);
        }
        for (key, hours) in [
            ("limits.late_hours", Some(limits.late_hours)),
            ("limits.unscheduled_late_hours", Some(limits.unscheduled_late_hours)),
            ("doses.late_hours", file.doses.late_hours),
        ] {
            self.check_late_hours(key.to_owned(), hours);
        }
        if let Some(visits) = &file.visits {
            self.at_least_one("visits.every_days".to_owned(), visits.every_days);
            self.check_anchor("visits.from".to_owned(), &visits.from);
        }
        if let Some(drug) = &file.study_drug {
            let known: Vec<_> = file.medications.iter().map(|medication| &medication.code).collect();
            self.reference("study_drug".to_owned(), Referent::Medication, drug, &known);
        }
        for (n, kind) in file.visit_kinds.iter().enumerate() {
            if kind.planned && file.visits.is_none() {
                self.add(format!("visit_kinds[{n}].planned"), StudyProblem::NeedsVisits);
            }
        }
        for (n, event) in file.events.iter().enumerate() {
            for (m, anchor) in event.proposes.iter().enumerate() {
                self.check_anchor(format!("events[{n}].proposes[{m}]"), anchor);
            }
        }
    }

    fn check_late_hours(&mut self, key: String, hours: Option<u32>) {
        if hours.is_some_and(|hours| hours > LATE_HOURS_MAX) {
            self.add(key, StudyProblem::Hours { max: LATE_HOURS_MAX });
        }
    }

    fn check_anchors(&mut self) {
        let file = self.file;
        for (n, anchor) in file.anchors.iter().enumerate() {
            if let Some(expected) = &anchor.expected {
                let earlier: Vec<&AnchorId> = file.anchors[..n].iter().map(|anchor| &anchor.id).collect();
                self.reference(
                    format!("anchors[{n}].expected.after"),
                    Referent::EarlierAnchor,
                    &expected.after,
                    &earlier,
                );
            }
        }
        for (n, period) in file.periods.iter().enumerate() {
            for (m, stretch) in period.stretches.iter().enumerate() {
                let key = format!("periods[{n}].stretches[{m}]");
                self.check_anchor(format!("{key}.anchor"), &stretch.anchor);
                if let (Some(first), Some(last)) = (stretch.first, stretch.last)
                    && first > last
                {
                    self.add(format!("{key}.last"), StudyProblem::LastBeforeFirst { last, first });
                }
            }
        }
    }

    fn check_slot(&mut self, slot: &SlotRule, key: &str) {
        let file = self.file;
        let known: Vec<&InstrumentId> = file.instruments.iter().map(|entry| &entry.id).collect();
        self.reference(format!("{key}.instrument"), Referent::Instrument, &slot.instrument, &known);
        if let Some(period) = &slot.during {
            self.reference(format!("{key}.during"), Referent::Period, period, &self.file.period_ids());
        }
        if let Repeat::Every { days, from } = &slot.repeat {
            self.at_least_one(format!("{key}.repeat.every.days"), *days);
            if let Some(anchor) = from {
                self.check_anchor(format!("{key}.repeat.every.from"), anchor);
            }
        }
        self.check_late_hours(format!("{key}.late_hours"), slot.late_hours);
        self.check_hours(slot, key);
        let entry = file.instruments.iter().find(|entry| entry.id == slot.instrument);
        if let Some(least) = entry.and_then(|entry| entry.at_most_every_days)
            && slot.repeat.interval_days() < least
        {
            let problem = StudyProblem::TooOften { instrument: slot.instrument.clone(), days: least };
            self.add(format!("{key}.repeat"), problem);
        }
    }

    fn check_hours(&mut self, slot: &SlotRule, key: &str) {
        let file = self.file;
        let cut = file.day_cut;
        let opens = slot.opens.minutes_after(cut);
        let due = slot.due.map_or(opens, |due| due.minutes_after(cut));
        let a_day = 24 * 60;
        let closes = match slot.closes.minutes_after(cut) {
            0 => a_day,
            minute => minute,
        } + i64::from(slot.closes_after_days) * a_day;
        if due < opens {
            let problem = StudyProblem::BeforeOpens { opens: slot.opens.to_string(), cut: cut.to_string() };
            self.add(format!("{key}.due"), problem);
        }
        if closes <= due.max(opens) {
            let problem = StudyProblem::ClosesEarly { cut: cut.to_string() };
            self.add(format!("{key}.closes"), problem);
        }
    }

    fn check_medication(&mut self, medication: &Medication, key: &str) {
        let file = self.file;
        let forms: Vec<&String> = file.forms.iter().map(|form| &form.code).collect();
        for (n, presentation) in medication.presentations.iter().enumerate() {
            self.reference(
                format!("{key}.presentations[{n}].form"),
                Referent::Form,
                &presentation.form,
                &forms,
            );
            if presentation.strength.as_ref().is_some_and(|q| q.value <= Decimal::from(0)) {
                self.add(format!("{key}.presentations[{n}].strength"), StudyProblem::NotPositive);
            }
        }
        let lists = [
            ("presentations", medication.presentations.is_empty()),
            ("units", medication.units.is_empty()),
            ("routes", medication.routes.is_empty()),
        ];
        for (list, _) in lists.iter().filter(|(_, empty)| *empty) {
            self.add(format!("{key}.{list}"), StudyProblem::NeedsOne);
        }
        if medication.prednisone_factor.is_some_and(|factor| factor <= Decimal::from(0)) {
            self.add(format!("{key}.prednisone_factor"), StudyProblem::NotPositive);
        }
        match &medication.caution {
            Some(caution) => self.text(format!("{key}.caution"), caution),
            None if medication.weekly_only => {
                self.add(format!("{key}.weekly_only"), StudyProblem::NeedsCaution);
            }
            None => {}
        }
        for (name, usual) in
            [("usual_max_dose", &medication.usual_max_dose), ("usual_max_day", &medication.usual_max_day)]
        {
            if usual.as_ref().is_some_and(|q| q.unit.in_mg().is_none()) {
                self.add(format!("{key}.{name}"), StudyProblem::NotAMass);
            }
        }
    }

    /// Requires every question and option in every language.
    fn check_wording(&mut self, items: &[Item], key: &str, file: &str) {
        let languages = &self.file.languages;
        for item in items {
            for lang in languages {
                let named = item.is_asked() || !item.text.is_empty();
                if named && !item.text.serves(*lang) {
                    let (file, item) = (file.to_owned(), item.link_id.clone());
                    self.add(key.to_owned(), StudyProblem::NoItemText { file, item, lang: *lang });
                }
                for option in item.options.iter().filter(|option| !option.text.serves(*lang)) {
                    let (file, item, option) = (file.to_owned(), item.link_id.clone(), option.code.clone());
                    self.add(key.to_owned(), StudyProblem::NoOptionText { file, item, option, lang: *lang });
                }
            }
            self.check_wording(&item.children, key, file);
        }
    }
}
