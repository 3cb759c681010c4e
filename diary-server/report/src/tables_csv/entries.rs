//! Entries with their current version, and their contents: answers, doses, changes of medication.

use std::collections::BTreeSet;

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, EncodedRevision, MedicationChange, Revision, Slot,
    Value,
};
use diary_core::measure::Quantity;
use diary_core::record::{EntryHistory, EntryState};
use diary_core::study::instrument::{AnswerRefusal, Instrument, Item};
use diary_core::study::{OddAmount, Study};
use diary_core::time::UtcMillis;

use super::batch::{Batch, Row};
use super::columns::Column;
use super::columns::column::{
    self, AMOUNT, CLOSES, CLOSES_LOCAL, COUNTS, DAY, DUE, DUE_LOCAL, ENTRY, MED, MED_CODE, OFFSET, OPENS,
    OPENS_LOCAL, REVISION, ROUTE, SLOT, STUDY_DAY, SUBJECT, UNIT,
};
use super::{Hidden, TableName, devices};
use crate::iso::{day, instant, local};
use crate::messages::columns as say;
use crate::report::By;
use crate::report::fields::{change_kind, dose_status, plain_value, skipped, slot};
use crate::report::ledger::Ledger;
use crate::snapshot::{ParticipantSnapshot, ReportContext};

pub(super) const AUTHORS: &str = "participant|caregiver|system|claims-staff|claims-system";

pub(super) const ENTRIES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    column::text("state", say::entries_state).of("current|conflict|withdrawn"),
    column::integer("versions", say::entries_versions),
    column::text("kind", say::entries_kind)
        .of("assessment|dose|medication-change|event|note|alert-shown|phone-approval|withdrawn"),
    DAY,
    SLOT,
    column::text("instrument", say::entries_instrument),
    column::text("instrument_version", say::entries_instrument_version),
    column::text("content_pack", say::entries_content_pack),
    column::number("total", say::entries_total),
    column::text("code", say::entries_code),
    column::text("text", say::entries_text),
    column::instant("ended_utc", say::entries_ended_utc),
    column::instant("acknowledged_utc", say::entries_acknowledged_utc),
    column::text("author", say::entries_author).of(AUTHORS),
    column::text("author_name", say::entries_author_name),
    column::text("author_reason", say::entries_author_reason),
    column::text("device", say::entries_device),
    column::instant("recorded_utc", say::entries_recorded_utc),
    column::local("recorded_local", say::entries_recorded_local),
    column::text("zone", say::contacts_zone),
    column::instant("occurred_utc", say::entries_occurred_utc),
    column::instant("received_utc", say::entries_received_utc),
    column::yes_no("late", say::entries_late),
    column::instant("late_closed_utc", say::entries_late_closed_utc),
    column::text("late_reason", say::entries_late_reason),
    column::instant("started_utc", say::entries_started_utc),
    column::integer("changed_before_finish", say::entries_changed_before_finish),
    column::text("language", say::entries_language),
    column::text("app", say::entries_app),
    column::integer("study_version", say::entries_study_version),
    column::integer("counter", say::entries_counter),
    STUDY_DAY,
    OFFSET,
    column::local("occurred_local", say::entries_occurred_local),
    OPENS,
    OPENS_LOCAL,
    DUE,
    DUE_LOCAL,
    CLOSES,
    CLOSES_LOCAL,
    column::text("apart", say::entries_apart).of("clock-ahead|other-participant|after-end|second"),
];

pub(super) const ANSWERS: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    SLOT,
    column::text("instrument", say::answers_instrument),
    column::text("instrument_version", say::entries_instrument_version),
    column::text("item", say::answers_item),
    column::integer("part", say::answers_part),
    column::text("type", say::answers_type)
        .of("coding|integer|decimal|quantity|boolean|text|date|time|datetime"),
    column::text("code", say::answers_code),
    column::text("code_system", say::answers_code_system),
    column::text("value", say::answers_value),
    column::text("unit", say::answers_unit),
    column::text("text", say::answers_text),
    column::yes_no("known", say::answers_known),
    STUDY_DAY,
    column::text("disposition", say::answers_disposition).of("answered|skipped|not-shown"),
    column::text("answer_remark", say::answers_answer_remark)
        .of("out-of-range|not-an-option|wrong-type|unit|too-many-places|several|not-an-answer"),
];

pub(super) const DOSES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    column::text("line_id", say::doses_line_id),
    column::text("planned_time", say::doses_planned_time),
    MED_CODE,
    MED,
    column::text("status", say::doses_status).of("taken|not-taken|dont-know"),
    column::text("skip_reason", say::doses_skip_reason)
        .of("forgot|side-effects|felt-well|could-not-swallow|ran-out|told-to|other"),
    column::text("skip_text", say::doses_skip_text),
    column::number("amount", say::doses_amount).in_unit("see unit"),
    column::text("unit", say::doses_unit),
    ROUTE,
    column::yes_no("extra", say::doses_extra),
    column::text("note", say::doses_note),
    column::instant("about_utc", say::doses_about_utc),
    column::number("planned_amount", say::doses_planned_amount).in_unit("see planned_unit"),
    column::text("planned_unit", say::doses_planned_unit),
    STUDY_DAY,
    column::local("about_local", say::doses_about_local),
    DUE,
    DUE_LOCAL,
    column::text("amount_remark", say::doses_amount_remark).of("out-of-range|unit|far-from-plan"),
];

pub(super) const MEDICATION_CHANGES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    column::text("change", say::medication_changes_change).of("started|changed|stopped"),
    column::text("from", say::medication_changes_from),
    MED_CODE,
    MED,
    column::text("form", say::medication_changes_form),
    AMOUNT,
    UNIT,
    ROUTE,
    column::text("frequency", say::medication_changes_frequency),
    column::text("reason", say::medication_changes_reason),
    STUDY_DAY,
];

/// Data shared by the rows of one version of an entry.
struct Version<'a> {
    subject: &'a str,
    history: &'a EntryHistory<'a>,
    revision: &'a EncodedRevision,
    counts: bool,
    state: &'static str,
    ledger: &'a Ledger,
    /// Version of the study under which it was made, if available.
    study: Option<&'a Study>,
    /// The instrument it answers.
    instrument: Option<&'a Instrument>,
}

/// Writes the current version of every entry.
pub(super) fn write(
    batch: &mut Batch,
    gathered: &ParticipantSnapshot,
    light: &ReportContext<'_>,
    (ledger, drug): (&Ledger, &Hidden<'_>),
) {
    for history in &gathered.record.histories() {
        let (state, versions): (_, Vec<&EncodedRevision>) = match &history.state {
            EntryState::Current(one) => ("current", vec![one]),
            EntryState::Conflict(leaves) => ("conflict", leaves.clone()),
            EntryState::Withdrawn(one) => ("withdrawn", vec![one]),
        };
        let shown = history.shown().map(|shown| shown.id);
        for revision in versions {
            let counts = shown == Some(revision.id) && !ledger.apart.contains_key(&history.entry);
            let study = light.studies.get(&revision.study_version).map(std::sync::Arc::as_ref);
            let instrument = match &revision.content {
                Content::Assessment(answered) => {
                    study.and_then(|study| study.instrument(&answered.instrument.id))
                }
                _ => None,
            };
            let subject = &gathered.participant.subject;
            let version = Version { subject, history, revision, counts, state, ledger, study, instrument };
            version.entry(batch, gathered);
            if drug.has(&revision.content) {
                continue;
            }
            match &revision.content {
                Content::Assessment(assessment) => version.answers(batch, assessment),
                Content::Dose(dose) => version.dose(batch, dose),
                Content::MedicationChange(change) => version.change(batch, change),
                Content::Event(_)
                | Content::Note(_)
                | Content::AlertShown(_)
                | Content::Withdrawn
                | Content::PhoneApproval(_)
                | Content::Newer(_) => {}
            }
        }
    }
}

impl Version<'_> {
    fn begin<'b>(&self, batch: &'b mut Batch, table: TableName) -> Row<'b> {
        let mut row = batch.row(table);
        row.text(self.subject).plain(self.history.entry).plain(self.revision.id).yes(self.counts);
        row
    }

    fn entry(&self, batch: &mut Batch, gathered: &ParticipantSnapshot) {
        let (revision, first) = (self.revision, self.history.first());
        let held = gathered.record.recorded(revision);
        // A withdrawn entry is listed with its last contents.
        let content = match &revision.content {
            Content::Withdrawn => &first.content,
            other => other,
        };
        let mut row = self.begin(batch, TableName::Entries);
        row.plain(self.state).plain(self.history.versions.len()).plain(content.kind());
        row.plain(day(revision.day)).maybe_text(revision.slot.as_ref().map(slot).as_deref());
        self.substance(&mut row);
        let (author, name, reason) = author(revision);
        row.plain(author).maybe_text(name).maybe_text(reason);
        row.plain(devices(held.iter().flat_map(|held| held.sources.iter().map(|source| source.author))));
        row.plain(instant(revision.recorded.utc)).plain(local(revision.recorded.local()));
        row.plain(revision.recorded.zone).maybe(self.history.claimed(revision).map(|at| instant(at.0)));
        row.maybe(held.map(|held| instant(held.received.0)));
        let late = first.late.as_ref();
        row.yes(late.is_some()).maybe(late.map(|late| instant(late.closed)));
        row.maybe_text(late.and_then(|late| late.reason.as_deref()));
        match &revision.content {
            Content::Assessment(of) => row.maybe(of.started.map(instant)).plain(of.changed_before_finish),
            _ => row.none().none(),
        };
        row.plain(revision.lang.tag()).text(&revision.app).plain(revision.study_version);
        row.plain(revision.counter).maybe(self.study_day()).plain(revision.recorded.offset_s);
        row.maybe(self.history.claimed(revision).map(|at| self.local(at.0)));
        let place = self.ledger.answered.get(&self.history.entry);
        row.maybe(place.map(|place| instant(place.occurrence.opens)));
        row.maybe(place.map(|place| place.local(place.occurrence.opens)));
        row.maybe(place.map(|place| instant(place.occurrence.due)));
        row.maybe(place.map(|place| place.local(place.occurrence.due)));
        row.maybe(place.map(|place| instant(place.occurrence.closes)));
        row.maybe(place.map(|place| place.local(place.occurrence.closes)));
        row.maybe(self.ledger.apart.get(&self.history.entry)).end();
    }

    fn study_day(&self) -> Option<i64> {
        self.ledger.study_day(self.revision.day)
    }

    /// Civil date and time at which the phone showed `at` where the entry was first recorded.
    fn local(&self, at: UtcMillis) -> String {
        local(self.history.local(at))
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
            | Content::PhoneApproval(_)
            | Content::Newer(_) => row.none().none().none().none().none().none().none().none(),
        };
    }

    fn answers(&self, batch: &mut Batch, assessment: &Assessment) {
        let mut unknown = 0usize;
        for answer in &assessment.answers {
            let known = self.instrument.is_some_and(|one| one.item(&answer.link_id).is_some());
            unknown += usize::from(!known);
            let remark = self.instrument.and_then(|instrument| remark(instrument, assessment, answer));
            for (part, value) in (1u32..).zip(&answer.values) {
                let mut row = self.item(batch, assessment, &answer.link_id);
                row.plain(part).plain(kind_of_value(value));
                answer_cells(&mut row, value);
                row.yes(known).maybe(self.study_day()).plain("answered").maybe(remark).end();
            }
        }
        if let Some(instrument) = self.instrument {
            self.unanswered(batch, assessment, instrument);
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

    /// Questions without an answer: skipped by the participant, or disabled by other answers.
    fn unanswered(&self, batch: &mut Batch, assessment: &Assessment, instrument: &Instrument) {
        let enabled: BTreeSet<&str> =
            instrument.enabled(&assessment.answers).iter().map(|item| item.link_id.as_str()).collect();
        let answered: BTreeSet<&str> = assessment
            .answers
            .iter()
            .filter(|answer| !answer.values.is_empty())
            .map(|answer| answer.link_id.as_str())
            .collect();
        let left = |item: &&Item| item.is_asked() && !answered.contains(item.link_id.as_str());
        for item in instrument.all_items().filter(left) {
            let skipped = enabled.contains(item.link_id.as_str());
            let mut row = self.item(batch, assessment, &item.link_id);
            row.none().none().none().none().none().none().none().yes(true).maybe(self.study_day());
            row.plain(if skipped { "skipped" } else { "not-shown" }).none().end();
        }
    }

    /// From `subject` to `item` of the answers.
    fn item<'b>(&self, batch: &'b mut Batch, assessment: &Assessment, link_id: &str) -> Row<'b> {
        let mut row = self.begin(batch, TableName::Answers);
        row.plain(day(self.revision.day)).maybe_text(self.revision.slot.as_ref().map(slot).as_deref());
        row.text(assessment.instrument.id.as_str()).text(&assessment.instrument.version).text(link_id);
        row
    }

    fn dose(&self, batch: &mut Batch, dose: &Dose) {
        let mut row = self.begin(batch, TableName::Doses);
        row.plain(day(self.revision.day));
        match &self.revision.slot {
            Some(Slot::PlannedDose { line, time }) => row.plain(line).plain(time),
            Some(Slot::Scheduled(_)) | None => row.none().none(),
        };
        row.maybe_text(dose.medication.code.as_ref().map(|code| code.as_str())).text(&dose.medication.name);
        let (why, words) = skipped(&dose.status);
        row.plain(dose_status(&dose.status)).maybe(why).maybe_text(words);
        // The column gets summed up: doses not taken must not count.
        let (taken, planned) = match &dose.status {
            DoseStatus::Taken => (dose.amount.as_ref(), dose.planned.as_ref()),
            DoseStatus::NotTaken { .. } | DoseStatus::DontKnow => {
                (None, dose.planned.as_ref().or(dose.amount.as_ref()))
            }
        };
        amount(&mut row, taken);
        row.maybe(dose.route.map(|route| route.code())).yes(dose.extra).maybe_text(dose.note.as_deref());
        let about = self.history.about(self.revision);
        row.plain(instant(about));
        amount(&mut row, planned);
        row.maybe(self.study_day()).plain(self.local(about));
        let place = self.ledger.answered.get(&self.history.entry);
        row.maybe(place.map(|place| instant(place.occurrence.due)));
        row.maybe(place.map(|place| place.local(place.occurrence.due)));
        let odd = self.study.and_then(|study| study.odd_amount(dose));
        row.maybe(odd.map(OddAmount::code)).end();
    }

    fn change(&self, batch: &mut Batch, change: &MedicationChange) {
        let mut row = self.begin(batch, TableName::MedicationChanges);
        row.plain(day(self.revision.day)).plain(change_kind(change.kind)).plain(change.from);
        row.maybe_text(change.medication.code.as_ref().map(|code| code.as_str()));
        row.text(&change.medication.name).maybe_text(change.form.as_deref());
        amount(&mut row, change.dose.as_ref());
        row.maybe(change.route.map(|route| route.code())).maybe(change.frequency.map(|often| often.code()));
        row.maybe_text(change.reason.as_deref()).maybe(self.study_day()).end();
    }
}

/// Reason for which an answer to a question of `instrument` could not have been entered on a form.
fn remark(instrument: &Instrument, assessment: &Assessment, answer: &Answer) -> Option<&'static str> {
    let refused = instrument.check(instrument.item(&answer.link_id)?, &answer.values).err();
    let twice = || assessment.answers.iter().filter(|other| other.link_id == answer.link_id).count() > 1;
    Some(match refused.map(|refused| refused.reason) {
        None if twice() => "several",
        None => return None,
        Some(AnswerRefusal::OutOfRange) => "out-of-range",
        Some(AnswerRefusal::NotAnOption) => "not-an-option",
        Some(AnswerRefusal::WrongType) => "wrong-type",
        Some(AnswerRefusal::Unit) => "unit",
        Some(AnswerRefusal::TooManyPlaces) => "too-many-places",
        Some(
            AnswerRefusal::SeveralAnswers
            | AnswerRefusal::SameTwice
            | AnswerRefusal::AnsweredTwice
            | AnswerRefusal::Exclusive,
        ) => "several",
        Some(
            AnswerRefusal::Missing
            | AnswerRefusal::UnknownItem
            | AnswerRefusal::NotAsked
            | AnswerRefusal::Ambiguous
            | AnswerRefusal::NotYesOrNo
            | AnswerRefusal::NotANumber
            | AnswerRefusal::NotWhole
            | AnswerRefusal::TooLong
            | AnswerRefusal::ControlCharacters
            | AnswerRefusal::NotADate
            | AnswerRefusal::NotATime
            | AnswerRefusal::NotADateTime
            | AnswerRefusal::Read(_),
        ) => "not-an-answer",
    })
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

/// Name of a value's type.
const fn kind_of_value(value: &Value) -> &'static str {
    match value {
        Value::Coding { .. } => "coding",
        Value::Integer(_) => "integer",
        Value::Decimal(_) => "decimal",
        Value::Quantity(_) => "quantity",
        Value::Boolean(_) => "boolean",
        Value::Text(_) => "text",
        Value::Date(_) => "date",
        Value::Time(_) => "time",
        Value::DateTime { .. } => "datetime",
    }
}

/// Author of a version: role, name and reason.
pub(super) fn author(revision: &Revision) -> (&'static str, Option<&str>, Option<&str>) {
    let role = match By::of(revision) {
        By::Participant => "participant",
        By::Caregiver { .. } => "caregiver",
        By::ClaimsStaff { .. } => "claims-staff",
        By::System => "system",
        By::ClaimsSystem => "claims-system",
    };
    match &revision.author {
        Author::Participant | Author::System => (role, None, None),
        Author::Caregiver { name, reason } | Author::Staff { name, reason } => {
            (role, Some(name), Some(reason))
        }
    }
}
