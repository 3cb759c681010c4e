//! Checks of a study's parts against one another: ids, references, languages, hours and amounts. Alert rules
//! are checked in `alerts`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::file::StudyFile;
use super::source::Source;
use crate::ids::{AnchorId, InstrumentId, PeriodId};
use crate::measure::Decimal;
use crate::study::error::StudyError;
use crate::study::instrument::{Instrument, Item};
use crate::study::limits::{PIN_MOST_CHARACTERS, PIN_USUAL_CHARACTERS};
use crate::study::medication::{EventKind, Medication};
use crate::study::problem::{Referent, StudyProblem};
use crate::study::site::unknown_placeholder;
use crate::study::timetable::{Repeat, SlotRule};
use crate::text::{Lang, Text};

/// Largest limit for late answers: a year.
const LATE_HOURS_MAX: u32 = 366 * 24;

/// Faults found so far, each with its place in `study.toml`.
pub(super) struct Findings<'a> {
    source: &'a Source<'a>,
    errors: Vec<StudyError>,
}

impl<'a> Findings<'a> {
    pub(super) const fn new(source: &'a Source<'a>) -> Self {
        Self { source, errors: Vec::new() }
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

    fn text(&mut self, key: String, text: &Text, languages: &[Lang]) {
        for lang in languages {
            if !text.serves(*lang) {
                self.add(key.clone(), StudyProblem::NoText { lang: *lang });
            } else if text.get(*lang).trim().is_empty() {
                self.add(format!("{key}.{lang}"), StudyProblem::EmptyText);
            }
        }
    }

    /// A text that may contain a site's numbers.
    pub(super) fn template(&mut self, key: &str, text: &Text, languages: &[Lang]) {
        self.text(key.to_owned(), text, languages);
        for lang in languages.iter().filter(|lang| text.serves(**lang)) {
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

/// Checks everything except the alert rules.
pub(super) fn check(
    file: &StudyFile,
    instruments: &BTreeMap<InstrumentId, Instrument>,
    findings: &mut Findings<'_>,
) {
    check_ids(file, findings);
    check_texts(file, findings);
    check_general(file, findings);
    check_anchors(file, findings);
    for (n, slot) in file.slots.iter().enumerate() {
        check_slot(file, slot, &format!("slots[{n}]"), findings);
    }
    for (n, medication) in file.medications.iter().enumerate() {
        check_medication(file, medication, &format!("medications[{n}]"), findings);
    }
    for (n, entry) in file.instruments.iter().enumerate() {
        if let Some(instrument) = instruments.get(&entry.id) {
            let key = format!("instruments[{n}].file");
            check_wording(instrument.items(), &key, &entry.file, &file.languages, findings);
        }
    }
}

/// Ids of the anchors.
fn anchor_ids(file: &StudyFile) -> Vec<&AnchorId> {
    file.anchors.iter().map(|anchor| &anchor.id).collect()
}

/// Ids of the periods.
pub(super) fn period_ids(file: &StudyFile) -> Vec<&PeriodId> {
    file.periods.iter().map(|period| &period.id).collect()
}

/// Checks a reference to an anchor.
pub(super) fn check_anchor(file: &StudyFile, key: String, id: &AnchorId, findings: &mut Findings<'_>) {
    findings.reference(key, Referent::Anchor, id, &anchor_ids(file));
}

fn check_ids(file: &StudyFile, findings: &mut Findings<'_>) {
    findings.unique("languages", "", file.languages.iter());
    findings.unique("sites", "id", file.sites.iter().map(|x| &x.id));
    findings.unique("anchors", "id", file.anchors.iter().map(|x| &x.id));
    findings.unique("periods", "id", file.periods.iter().map(|x| &x.id));
    findings.unique("instruments", "id", file.instruments.iter().map(|x| &x.id));
    findings.unique("slots", "id", file.slots.iter().map(|x| &x.id));
    findings.unique("forms", "code", file.forms.iter().map(|x| &x.code));
    findings.unique("medications", "code", file.medications.iter().map(|x| &x.code));
    findings.unique("visit_kinds", "code", file.visit_kinds.iter().map(|x| &x.code));
    findings.unique("events", "code", file.events.iter().map(|x| &x.code));
    findings.unique("alerts", "id", file.alerts.iter().map(|x| &x.id));
}

fn check_texts(file: &StudyFile, findings: &mut Findings<'_>) {
    let languages = &file.languages;
    findings.text("title".to_owned(), &file.title, languages);
    findings.template("notice", &file.notice, languages);
    for (n, site) in file.sites.iter().enumerate() {
        findings.text(format!("sites[{n}].title"), &site.title, languages);
        findings.text(format!("sites[{n}].contact"), &site.contact, languages);
        findings.text(format!("sites[{n}].emergency"), &site.emergency, languages);
    }
    let mut titles = |list: &str, key: &str, texts: Vec<&Text>| {
        for (n, text) in texts.into_iter().enumerate() {
            findings.text(format!("{list}[{n}].{key}"), text, languages);
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
        findings.template(&format!("alerts[{n}].instruction"), &rule.instruction, languages);
    }
    for (n, event) in file.events.iter().enumerate() {
        check_serious(file, event, &format!("events[{n}]"), findings);
    }
}

/// A serious event needs a severity and an instruction, and an id of its own.
fn check_serious(file: &StudyFile, event: &EventKind, key: &str, findings: &mut Findings<'_>) {
    match (event.severity, &event.instruction) {
        (Some(_), Some(instruction)) => {
            findings.template(&format!("{key}.instruction"), instruction, &file.languages);
            if file.alerts.iter().any(|rule| rule.id == event.rule()) {
                let id = event.code.to_string();
                findings.add(format!("{key}.code"), StudyProblem::AlsoAlert { id });
            }
        }
        (Some(_), None) => findings.add(format!("{key}.severity"), StudyProblem::NeedsInstruction),
        (None, Some(_)) => findings.add(format!("{key}.instruction"), StudyProblem::NeedsSeverity),
        (None, None) => {}
    }
}

fn check_general(file: &StudyFile, findings: &mut Findings<'_>) {
    findings.at_least_one("version".to_owned(), file.version);
    for (key, empty) in [("languages", file.languages.is_empty()), ("sites", file.sites.is_empty())] {
        if empty {
            findings.add(key.to_owned(), StudyProblem::NeedsOne);
        }
    }
    let limits = &file.limits;
    findings.at_least_one("limits.backfill_days".to_owned(), limits.backfill_days);
    if limits.unusual_factor <= Decimal::from(1) {
        findings.add("limits.unusual_factor".to_owned(), StudyProblem::Factor);
    }
    let (fewest, most) = (PIN_USUAL_CHARACTERS, PIN_MOST_CHARACTERS);
    if limits.pin_min_characters.is_some_and(|least| !(fewest..=most).contains(&least)) {
        findings.add("limits.pin_min_characters".to_owned(), StudyProblem::PinLength);
    }
    for (key, hours) in [
        ("limits.late_hours", Some(limits.late_hours)),
        ("limits.unscheduled_late_hours", Some(limits.unscheduled_late_hours)),
        ("doses.late_hours", file.doses.late_hours),
    ] {
        check_late_hours(key.to_owned(), hours, findings);
    }
    if let Some(visits) = &file.visits {
        findings.at_least_one("visits.every_days".to_owned(), visits.every_days);
        check_anchor(file, "visits.from".to_owned(), &visits.from, findings);
    }
    if let Some(drug) = &file.study_drug {
        let known: Vec<_> = file.medications.iter().map(|medication| &medication.code).collect();
        findings.reference("study_drug".to_owned(), Referent::Medication, drug, &known);
    }
    for (n, kind) in file.visit_kinds.iter().enumerate() {
        if kind.planned && file.visits.is_none() {
            findings.add(format!("visit_kinds[{n}].planned"), StudyProblem::NeedsVisits);
        }
    }
    for (n, event) in file.events.iter().enumerate() {
        for (m, anchor) in event.proposes.iter().enumerate() {
            check_anchor(file, format!("events[{n}].proposes[{m}]"), anchor, findings);
        }
    }
}

fn check_late_hours(key: String, hours: Option<u32>, findings: &mut Findings<'_>) {
    if hours.is_some_and(|hours| hours > LATE_HOURS_MAX) {
        findings.add(key, StudyProblem::Hours { max: LATE_HOURS_MAX });
    }
}

fn check_anchors(file: &StudyFile, findings: &mut Findings<'_>) {
    for (n, anchor) in file.anchors.iter().enumerate() {
        if let Some(expected) = &anchor.expected {
            let earlier: Vec<&AnchorId> = file.anchors[..n].iter().map(|anchor| &anchor.id).collect();
            findings.reference(
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
            check_anchor(file, format!("{key}.anchor"), &stretch.anchor, findings);
            if let (Some(first), Some(last)) = (stretch.first, stretch.last)
                && first > last
            {
                findings.add(format!("{key}.last"), StudyProblem::LastBeforeFirst { last, first });
            }
        }
    }
}

fn check_slot(file: &StudyFile, slot: &SlotRule, key: &str, findings: &mut Findings<'_>) {
    let known: Vec<&InstrumentId> = file.instruments.iter().map(|entry| &entry.id).collect();
    findings.reference(format!("{key}.instrument"), Referent::Instrument, &slot.instrument, &known);
    if let Some(period) = &slot.during {
        findings.reference(format!("{key}.during"), Referent::Period, period, &period_ids(file));
    }
    if let Repeat::Every { days, from } = &slot.repeat {
        findings.at_least_one(format!("{key}.repeat.every.days"), *days);
        if let Some(anchor) = from {
            check_anchor(file, format!("{key}.repeat.every.from"), anchor, findings);
        }
    }
    check_late_hours(format!("{key}.late_hours"), slot.late_hours, findings);
    check_hours(file, slot, key, findings);
    let entry = file.instruments.iter().find(|entry| entry.id == slot.instrument);
    if let Some(least) = entry.and_then(|entry| entry.at_most_every_days)
        && slot.repeat.interval_days() < least
    {
        let problem = StudyProblem::TooOften { instrument: slot.instrument.clone(), days: least };
        findings.add(format!("{key}.repeat"), problem);
    }
}

fn check_hours(file: &StudyFile, slot: &SlotRule, key: &str, findings: &mut Findings<'_>) {
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
        findings.add(format!("{key}.due"), problem);
    }
    if closes <= due.max(opens) {
        let problem = StudyProblem::ClosesEarly { cut: cut.to_string() };
        findings.add(format!("{key}.closes"), problem);
    }
}

fn check_medication(file: &StudyFile, medication: &Medication, key: &str, findings: &mut Findings<'_>) {
    let forms: Vec<&String> = file.forms.iter().map(|form| &form.code).collect();
    for (n, presentation) in medication.presentations.iter().enumerate() {
        findings.reference(
            format!("{key}.presentations[{n}].form"),
            Referent::Form,
            &presentation.form,
            &forms,
        );
        if presentation.strength.as_ref().is_some_and(|q| q.value <= Decimal::from(0)) {
            findings.add(format!("{key}.presentations[{n}].strength"), StudyProblem::NotPositive);
        }
    }
    let lists = [
        ("presentations", medication.presentations.is_empty()),
        ("units", medication.units.is_empty()),
        ("routes", medication.routes.is_empty()),
    ];
    for (list, _) in lists.iter().filter(|(_, empty)| *empty) {
        findings.add(format!("{key}.{list}"), StudyProblem::NeedsOne);
    }
    if medication.prednisone_factor.is_some_and(|factor| factor <= Decimal::from(0)) {
        findings.add(format!("{key}.prednisone_factor"), StudyProblem::NotPositive);
    }
    match &medication.caution {
        Some(caution) => findings.text(format!("{key}.caution"), caution, &file.languages),
        None if medication.weekly_only => {
            findings.add(format!("{key}.weekly_only"), StudyProblem::NeedsCaution);
        }
        None => {}
    }
    for (name, usual) in
        [("usual_max_dose", &medication.usual_max_dose), ("usual_max_day", &medication.usual_max_day)]
    {
        if usual.as_ref().is_some_and(|q| q.unit.in_mg().is_none()) {
            findings.add(format!("{key}.{name}"), StudyProblem::NotAMass);
        }
    }
}

/// Requires every question and option in every language.
fn check_wording(items: &[Item], key: &str, file: &str, languages: &[Lang], findings: &mut Findings<'_>) {
    for item in items {
        for lang in languages {
            let named = item.is_asked() || !item.text.is_empty();
            if named && !item.text.serves(*lang) {
                let (file, item) = (file.to_owned(), item.link_id.clone());
                findings.add(key.to_owned(), StudyProblem::NoItemText { file, item, lang: *lang });
            }
            for option in item.options.iter().filter(|option| !option.text.serves(*lang)) {
                let (file, item, option) = (file.to_owned(), item.link_id.clone(), option.code.clone());
                findings.add(key.to_owned(), StudyProblem::NoOptionText { file, item, option, lang: *lang });
            }
        }
        check_wording(&item.children, key, file, languages, findings);
    }
}
