//! Entries with what counts of each now, and what is in them: answers, doses, changes of medication.

use diary_core::entry::{
    Assessment, Author, Content, Dose, DoseStatus, MedicationChange, Revision, Slot, Value,
};
use diary_core::measure::Quantity;
use diary_core::record::{EntryHistory, EntryState};
use diary_core::study::instrument::Instrument;

use super::batch::{Batch, Row};
use super::content::{kind_of_value, plain_value};
use super::time::{day, instant, shown};
use super::{Table, devices};
use crate::gather::{Gathered, Light};
use crate::report::ledger::Ledger;

/// What the rows of one version of an entry have in common.
struct Version<'a> {
    subject: &'a str,
    history: &'a EntryHistory<'a>,
    revision: &'a Revision,
    counts: bool,
    state: &'static str,
    /// The instrument it answers, where its version is at hand.
    instrument: Option<&'a Instrument>,
}

/// Writes what counts of every entry.
pub(super) fn write(batch: &mut Batch, gathered: &Gathered, light: &Light<'_>, ledger: &Ledger) {
    for history in &gathered.record.histories() {
        let (state, versions): (_, Vec<&Revision>) = match &history.state {
            EntryState::Current(one) => ("current", vec![one]),
            EntryState::Conflict(leaves) => ("conflict", leaves.clone()),
            EntryState::Withdrawn(one) => ("withdrawn", vec![one]),
        };
        let shown = history.shown().map(|shown| shown.id);
        for revision in versions {
            let counts = shown == Some(revision.id) && !ledger.secondary.contains(&history.entry);
            let study = light.studies.get(&revision.study_version);
            let instrument = match &revision.content {
                Content::Assessment(answered) => {
                    study.and_then(|study| study.instrument(&answered.instrument.id))
                }
                _ => None,
            };
            let subject = &gathered.participant.subject;
            let version = Version { subject, history, revision, counts, state, instrument };
            version.entry(batch, gathered);
            match &revision.content {
                Content::Assessment(assessment) => version.answers(batch, assessment),
                Content::Dose(dose) => version.dose(batch, dose),
                Content::MedicationChange(change) => version.change(batch, change),
                Content::Event(_)
                | Content::Note(_)
                | Content::AlertShown(_)
                | Content::Withdrawn
                | Content::PhoneApproval(_) => {}
            }
        }
    }
}

impl Version<'_> {
    fn begin<'b>(&self, batch: &'b mut Batch, table: Table) -> Row<'b> {
        let mut row = batch.row(table);
        row.text(self.subject).plain(self.history.entry).plain(self.revision.id).yes(self.counts);
        row
    }

    fn entry(&self, batch: &mut Batch, gathered: &Gathered) {
        let (revision, first) = (self.revision, self.history.first());
        let encoded = self.history.versions.iter().find(|encoded| std::ptr::eq(encoded.revision(), revision));
        let held = encoded.and_then(|encoded| gathered.record.recorded(encoded));
        // Of a withdrawn entry it is told what it was.
        let content = match &revision.content {
            Content::Withdrawn => &first.content,
            other => other,
        };
        let mut row = self.begin(batch, Table::Entries);
        row.plain(self.state).plain(self.history.versions.len()).plain(content.kind());
        row.plain(day(revision.day)).maybe_text(revision.slot.as_ref().map(slot).as_deref());
        self.substance(&mut row);
        let (author, name, reason) = author(&revision.author);
        row.plain(author).maybe_text(name).maybe_text(reason);
        row.plain(devices(held.iter().flat_map(|held| held.sources.iter().map(|source| source.author))));
        row.plain(instant(revision.recorded.utc)).plain(shown(&revision.recorded));
        row.plain(revision.recorded.zone).maybe(revision.occurred.map(|at| instant(at.0)));
        row.maybe(held.map(|held| instant(held.received.0)));
        let late = first.late.as_ref();
        row.yes(late.is_some()).maybe(late.map(|late| instant(late.closed)));
        row.maybe_text(late.and_then(|late| late.reason.as_deref()));
        match &revision.content {
            Content::Assessment(of) => row.maybe(of.started.map(instant)).plain(of.changed_before_finish),
            _ => row.none().none(),
        };
        row.plain(revision.lang.tag()).text(&revision.app).plain(revision.study_version);
        row.plain(revision.counter).end();
    }

    /// From `instrument` to `acknowledged_utc`.
    fn substance(&self, row: &mut Row<'_>) {
        match &self.revision.content {
            Content::Assessment(answered) => {
                let of = &answered.instrument;
                let pack = of.pack.as_ref().map(|pack| format!("{} {}", pack.id, pack.version));
                row.text(of.id.as_str()).text(&of.version).maybe_text(pack.as_deref());
                let scored = self.instrument.filter(|instrument| instrument.score_rule().is_some());
                row.maybe(scored.and_then(|instrument| instrument.score(&answered.answers).total));
                row.none().none().none().none()
            }
            Content::Event(event) => {
                row.none().none().none().none().text(event.code.as_str());
                row.maybe_text(event.text.as_deref()).maybe(event.ended.map(|at| instant(at.0))).none()
            }
            Content::Note(note) => row.none().none().none().none().none().text(&note.text).none().none(),
            Content::AlertShown(alert) => {
                row.none().none().none().none().text(alert.rule.as_str()).text(&alert.shown).none();
                row.maybe(alert.acknowledged.map(instant))
            }
            Content::Dose(_)
            | Content::MedicationChange(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_) => row.none().none().none().none().none().none().none().none(),
        };
    }

    fn answers(&self, batch: &mut Batch, assessment: &Assessment) {
        let mut unknown = 0usize;
        for answer in &assessment.answers {
            let known = self.instrument.is_some_and(|one| one.item(&answer.link_id).is_some());
            unknown += usize::from(!known);
            for (part, value) in (1u32..).zip(&answer.values) {
                let mut row = self.begin(batch, Table::Answers);
                row.plain(day(self.revision.day))
                    .maybe_text(self.revision.slot.as_ref().map(slot).as_deref());
                row.text(assessment.instrument.id.as_str()).text(&assessment.instrument.version);
                row.text(&answer.link_id).plain(part).plain(kind_of_value(value));
                answer_cells(&mut row, value);
                row.yes(known).end();
            }
        }
        if unknown > 0 {
            let reason = format!(
                "{unknown} answers are to items that version {} of the study, as it is at hand, does not have: they are in \
                 answers.csv as they came, with known=no",
                self.revision.study_version
            );
            batch.problem(self.subject, "entry", &self.history.entry.to_string(), reason);
        }
    }

    fn dose(&self, batch: &mut Batch, dose: &Dose) {
        let mut row = self.begin(batch, Table::Doses);
        row.plain(day(self.revision.day));
        match &self.revision.slot {
            Some(Slot::PlannedDose { line, time }) => row.plain(line).plain(time),
            Some(Slot::Scheduled(_)) | None => row.none().none(),
        };
        row.maybe_text(dose.medication.code.as_ref().map(|code| code.as_str())).text(&dose.medication.name);
        match &dose.status {
            DoseStatus::Taken => row.plain("taken").none().none(),
            DoseStatus::NotTaken { why, text } => {
                row.plain("not-taken").plain(why.code()).maybe_text(text.as_deref())
            }
            DoseStatus::DontKnow => row.plain("dont-know").none().none(),
        };
        amount(&mut row, dose.amount.as_ref());
        row.maybe(dose.route.map(|route| route.code())).yes(dose.extra).maybe_text(dose.note.as_deref());
        row.plain(instant(self.revision.about())).end();
    }

    fn change(&self, batch: &mut Batch, change: &MedicationChange) {
        use diary_core::entry::MedicationChangeKind as Kind;
        let kind = match change.kind {
            Kind::Started => "started",
            Kind::Changed => "changed",
            Kind::Stopped => "stopped",
        };
        let mut row = self.begin(batch, Table::MedicationChanges);
        row.plain(day(self.revision.day)).plain(kind).plain(change.from);
        row.maybe_text(change.medication.code.as_ref().map(|code| code.as_str()));
        row.text(&change.medication.name).maybe_text(change.form.as_deref());
        amount(&mut row, change.dose.as_ref());
        row.maybe(change.route.map(|route| route.code())).maybe(change.frequency.map(|often| often.code()));
        row.maybe_text(change.reason.as_deref()).end();
    }
}

/// `code`, `code_system`, `value`, `unit`, `text`.
fn answer_cells(row: &mut Row<'_>, value: &Value) {
    match value {
        Value::Coding { system, code } => row.text(code).maybe_text(system.as_deref()).none().none().none(),
        Value::Text(text) => row.none().none().none().none().text(text),
        Value::Quantity(Quantity { value, unit }) => row.none().none().plain(value).text(unit.ucum()).none(),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::DateTime { .. } => row.none().none().plain(plain_value(value)).none().none(),
    };
}

/// `amount`, `unit`.
pub(super) fn amount(row: &mut Row<'_>, amount: Option<&Quantity>) {
    match amount {
        Some(Quantity { value, unit }) => row.plain(value).text(unit.ucum()),
        None => row.none().none(),
    };
}

/// A place in the schedule.
pub(super) fn slot(slot: &Slot) -> String {
    match slot {
        Slot::Scheduled(id) => id.to_string(),
        Slot::PlannedDose { line, time } => format!("dose/{line}/{time}"),
    }
}

/// Who entered something: in which role, under which name, why.
pub(super) fn author(author: &Author) -> (&'static str, Option<&str>, Option<&str>) {
    match author {
        Author::Participant => ("participant", None, None),
        Author::Caregiver { name, reason } => ("caregiver", Some(name), Some(reason)),
        Author::Staff { name, reason } => ("staff", Some(name), Some(reason)),
        Author::System => ("system", None, None),
    }
}
