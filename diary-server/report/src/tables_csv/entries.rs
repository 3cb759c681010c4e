//! Entries with their current version, and their contents: answers, doses, changes of medication.

use std::collections::BTreeSet;

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, EncodedRevision, MedicationChange, Revision, Slot,
    Value,
};
use diary_core::measure::Quantity;
use diary_core::record::{EntryHistory, EntryState};
use diary_core::study::instrument::{Instrument, Item, Refusal};
use diary_core::study::{OddAmount, Study};
use diary_core::time::UtcMillis;

use super::batch::{Batch, Row};
use super::columns::Column;
use super::columns::column::{
    self, AMOUNT, CLOSES, CLOSES_LOCAL, COUNTS, DAY, DUE, DUE_LOCAL, ENTRY, MED, MED_CODE, OFFSET, OPENS,
    OPENS_LOCAL, REVISION, ROUTE, SLOT, STUDY_DAY, SUBJECT, UNIT,
};
use super::{Table, devices};
use crate::iso::{day, instant, local};
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
    column::text("state", "conflict: versions contradict each other; withdrawn: it should not have been made")
        .of("current|conflict|withdrawn"),
    column::integer("versions", "how many versions there are"),
    column::text("kind", "what was recorded")
        .of("assessment|dose|medication-change|event|note|alert-shown|phone-approval|withdrawn"),
    DAY,
    SLOT,
    column::text("instrument", "instrument of an assessment"),
    column::text("instrument_version", "its version"),
    column::text("content_pack", "licensed wording that was shown, with its version"),
    column::number("total", "total of an assessment by the study's rule; empty where it is incomplete"),
    column::text("code", "code of an event, rule of an alert"),
    column::text("text", "words of a note or an event; of an alert the instruction that was shown"),
    column::instant("ended_utc", "when an event ended"),
    column::instant("acknowledged_utc", "when the participant confirmed having read an alert"),
    column::text("author", "who entered it; claims-: a phone says so, which only others can be").of(AUTHORS),
    column::text("author_name", "name of a caregiver, or the one that was claimed"),
    column::text("author_reason", "why, as a caregiver gave it, or as it was claimed"),
    column::text("device", "id of the phone that sent it; several where several did, separated by spaces"),
    column::instant("recorded_utc", "when this version was recorded, by the phone's clock"),
    column::local("recorded_local", "civil date and time that the phone showed then"),
    column::text("zone", "time zone of the phone"),
    column::instant("occurred_utc", "when it happened, as claimed; corrections of something else leave it as it was"),
    column::instant("received_utc", "when the keeper first received this version"),
    column::yes_no("late", "yes: its first version was recorded after its window had closed"),
    column::instant("late_closed_utc", "when its window had closed"),
    column::text("late_reason", "why it was late, as the participant said"),
    column::instant("started_utc", "when the first answer was given"),
    column::integer("changed_before_finish", "how often answers were changed before it was finished"),
    column::text("language", "language in which it was read, as a BCP 47 tag"),
    column::text("app", "program that recorded it"),
    column::integer("study_version", "version of the study under which it was recorded"),
    column::integer("counter", "place in the order of the diary, whatever clocks say"),
    STUDY_DAY,
    OFFSET,
    column::local(
        "occurred_local",
        "occurred_utc as the clock of the phone showed it where the entry was first recorded",
    ),
    OPENS,
    OPENS_LOCAL,
    DUE,
    DUE_LOCAL,
    CLOSES,
    CLOSES_LOCAL,
    column::text(
        "apart",
        "why an entry does not count whatever it says. clock-ahead: the phone's clock gave it a day that had not come; \
         other-participant: the site says that it was made under the wrong participant; after-end: its day is after the \
         end of the participation; second: another entry at its place counts",
    )
    .of("clock-ahead|other-participant|after-end|second"),
];

pub(super) const ANSWERS: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    SLOT,
    column::text("instrument", "instrument"),
    column::text("instrument_version", "its version"),
    column::text("item", "linkId of the item: codebook.csv has its text"),
    column::integer("part", "1, 2, ... for items with several values; empty where there is no answer"),
    column::text("type", "type of the answer")
        .of("coding|integer|decimal|quantity|boolean|text|date|time|datetime"),
    column::text("code", "code of a coding: codebook.csv has its label and ordinal"),
    column::text("code_system", "its code system, where there is one"),
    column::text("value", "the number, true or false, the date, time, or date and time with its offset"),
    column::text("unit", "UCUM code of a quantity"),
    column::text("text", "words"),
    column::yes_no("known", "no: no version of the study at hand has this item"),
    STUDY_DAY,
    column::text(
        "disposition",
        "skipped: it was asked and left without an answer; not-shown: the answers before it switched it off",
    )
    .of("answered|skipped|not-shown"),
    column::text(
        "answer_remark",
        "why an answer could not have been entered so; it counts in no total and no alert",
    )
    .of("out-of-range|not-an-option|wrong-type|unit|too-many-places|several|not-an-answer"),
];

pub(super) const DOSES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    column::text("line_id", "line of the regimen that planned it"),
    column::text("planned_time", "planned time of day, as it was known where the dose was answered"),
    MED_CODE,
    MED,
    column::text("status", "what became of it").of("taken|not-taken|dont-know"),
    column::text("skip_reason", "why it was not taken")
        .of("forgot|side-effects|felt-well|could-not-swallow|ran-out|told-to|other"),
    column::text("skip_text", "the same in the participant's words"),
    column::number("amount", "amount that was taken; empty for what was not taken or is not known")
        .in_unit("see unit"),
    column::text("unit", "unit of amount, as a UCUM code"),
    ROUTE,
    column::yes_no("extra", "yes: as needed, or beyond the regimen"),
    column::text("note", "words about it"),
    column::instant("about_utc", "when it was taken, as claimed; else when it was first recorded"),
    column::number(
        "planned_amount",
        "amount that was planned; of a dose that was not taken, the one it would have been; of one as needed or beyond the \
         plan, the usual one it was compared with",
    )
    .in_unit("see planned_unit"),
    column::text("planned_unit", "unit of planned_amount, as a UCUM code"),
    STUDY_DAY,
    column::local("about_local", "about_utc as the clock of the phone showed it where the entry was first recorded"),
    DUE,
    DUE_LOCAL,
    column::text(
        "amount_remark",
        "out-of-range: no dose can be so, and it belongs into no sum; unit: the unit is none of the medication's; far-from-plan: the amount is several times the planned one, or as many \
         times less (limits.unusual_factor of the study)",
    )
    .of("out-of-range|unit|far-from-plan"),
];

pub(super) const MEDICATION_CHANGES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    column::text("change", "what changed").of("started|changed|stopped"),
    column::text("from", "first civil day; year, or year and month, where no more is known (2026, 2026-02)"),
    MED_CODE,
    MED,
    column::text("form", "form"),
    AMOUNT,
    UNIT,
    ROUTE,
    column::text("frequency", "how often: codebook_study.csv has the codes"),
    column::text("reason", "why"),
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
    ledger: &Ledger,
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
    fn begin<'b>(&self, batch: &'b mut Batch, table: Table) -> Row<'b> {
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
        let mut row = self.begin(batch, Table::Entries);
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
        let mut row = self.begin(batch, Table::Answers);
        row.plain(day(self.revision.day)).maybe_text(self.revision.slot.as_ref().map(slot).as_deref());
        row.text(assessment.instrument.id.as_str()).text(&assessment.instrument.version).text(link_id);
        row
    }

    fn dose(&self, batch: &mut Batch, dose: &Dose) {
        let mut row = self.begin(batch, Table::Doses);
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
        let mut row = self.begin(batch, Table::MedicationChanges);
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
        Some(Refusal::OutOfRange) => "out-of-range",
        Some(Refusal::NotAnOption) => "not-an-option",
        Some(Refusal::WrongType) => "wrong-type",
        Some(Refusal::Unit) => "unit",
        Some(Refusal::TooManyPlaces) => "too-many-places",
        Some(Refusal::SeveralAnswers | Refusal::SameTwice | Refusal::AnsweredTwice | Refusal::Exclusive) => {
            "several"
        }
        Some(
            Refusal::Missing
            | Refusal::UnknownItem
            | Refusal::NotAsked
            | Refusal::Ambiguous
            | Refusal::NotYesOrNo
            | Refusal::NotANumber
            | Refusal::NotWhole
            | Refusal::TooLong
            | Refusal::ControlCharacters
            | Refusal::NotADate
            | Refusal::NotATime
            | Refusal::NotADateTime
            | Refusal::Read(_),
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
