//! The diaries of a trial as tables for a statistician: rows from the snapshot of one participant after another, and
//! the code books of the study. Pure: no database, no clock, no files. The columns of each table stand beside its writer.

mod acts;
mod batch;
pub mod cell;
mod codebook;
pub mod columns;
mod corrections;
mod entries;

pub use batch::{Batch, explanation, heading};
pub use codebook::codebook;
pub use columns::{Column, Kind, Table};

use diary_core::ids::KeyId;
use diary_core::record::act_of_end;

use crate::iso::{day, instant};
use crate::report::fields::slot;
use crate::report::ledger::{EmptyPlace, Ledger, ledger};
use crate::report::{Empty, ReportError};
use crate::snapshot::{ParticipantSnapshot, ReportContext};
use columns::column::{
    self, CLOSES, CLOSES_LOCAL, DAY, DUE, DUE_LOCAL, MED_CODE, OPENS, OPENS_LOCAL, SLOT, STUDY_DAY, SUBJECT,
};
use diary_core::study::schedule::Prompt;

const SITE: Column = column::text("site", "site of the study");

const FIRST_DAY: Column = column::day("first_day", "first diary day");

const PARTICIPANTS: &[Column] = &[
    SUBJECT,
    SITE,
    column::text("vault", "id of the participant's log"),
    column::instant("added_utc", "when the participant was added"),
    FIRST_DAY,
    column::integer("phones", "phones that were ever confirmed"),
    column::instant("last_contact_utc", "when the keeper last received something from a phone"),
];

const PARTICIPATION: &[Column] = &[
    SUBJECT,
    SITE,
    FIRST_DAY,
    column::day("study_day_1", "date of the first anchor of the study, from which study_day is counted"),
    column::text("status", "not-begun: no phone has joined yet").of("not-begun|active|ended"),
    column::day("ended", "last day of taking part"),
    column::text("ended_status", "in which way it ended")
        .of("completed|withdrawn|screen-failure|lost-to-follow-up"),
    column::text("ended_reason", "why"),
];

const CONTACTS: &[Column] = &[
    SUBJECT,
    column::text("device", "id of the phone"),
    column::integer("phone", "its number among the participant's phones"),
    column::text("life", "id of the life of its store; another one after a restored backup"),
    column::integer("parcel", "number of the parcel in that life"),
    column::instant("received_utc", "when the keeper received it"),
    column::instant("said_utc", "when it was said, by the phone's clock"),
    column::text("zone", "time zone of the phone"),
    column::integer("entries_made", "versions recorded in that life so far"),
    column::text("unsent_days", "diary days of which it held something unsent, separated by spaces"),
    column::integer("open_drafts", "assessments begun and not finished"),
    column::instant("server_clock_utc", "a server's clock when they last met"),
    column::instant("device_clock_utc", "the phone's clock at the same moment"),
];

const MISSED_SLOTS: &[Column] = &[
    SUBJECT,
    DAY,
    SLOT,
    column::text("instrument", "instrument that was asked; empty for a dose"),
    MED_CODE,
    column::text("medication", "medication that was planned; empty for an instrument"),
    DUE,
    CLOSES,
    column::instant("late_until_utc", "until when it could or can be answered late"),
    column::text(
        "status",
        "not-asked: its window had closed before a phone could know of it; missed: every phone has said since that it holds nothing; not-received: a phone has something of that day \
         that has not come; unknown: no phone was heard of since; open: it can still be answered",
    )
    .of("not-asked|missed|not-received|unknown|open"),
    column::integer("phone", "number of the phone that it depends on"),
    column::instant("heard_utc", "when that phone was heard of last, where it is unknown"),
    STUDY_DAY,
    OPENS,
    OPENS_LOCAL,
    DUE_LOCAL,
    CLOSES_LOCAL,
    column::local("late_until_local", "late_until_utc in the zone of the phone on that day"),
];

impl Table {
    /// Its columns with type and meaning, in order. The writer of the table, the file that documents the columns, the
    /// scripts that read them and the spreadsheet follow this list.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Participants => PARTICIPANTS,
            Self::Participation => PARTICIPATION,
            Self::Anchors => acts::ANCHORS,
            Self::Entries => entries::ENTRIES,
            Self::Answers => entries::ANSWERS,
            Self::Doses => entries::DOSES,
            Self::MedicationChanges => entries::MEDICATION_CHANGES,
            Self::RegimenLines => acts::REGIMEN_LINES,
            Self::Acts => acts::ACTS,
            Self::Corrections => corrections::CORRECTIONS,
            Self::Contacts => CONTACTS,
            Self::MissedSlots => MISSED_SLOTS,
            Self::Codebook => codebook::CODEBOOK,
            Self::CodebookStudy => codebook::CODEBOOK_STUDY,
            Self::Problems => batch::PROBLEMS,
        }
    }
}

/// Writes all rows of one participant to `batch`.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn participant(
    batch: &mut Batch,
    gathered: &ParticipantSnapshot,
    light: &ReportContext<'_>,
) -> Result<(), ReportError> {
    let input = gathered.input(light);
    let ledger = ledger(&input)?;
    head(batch, gathered, &ledger);
    entries::write(batch, gathered, light, &ledger);
    corrections::write(batch, gathered, &ledger);
    acts::write(batch, gathered);
    acts::anchors(batch, gathered);
    contacts(batch, gathered);
    for place in &ledger.empty {
        missed(batch, gathered, &ledger, place);
    }
    if ledger.cut_short {
        let reason = "the diary seems longer than ten years: empty places before are not listed. A phone's clock was wrong";
        batch.problem(&gathered.participant.subject, "schedule", "", reason);
    }
    for parcel in &gathered.aside {
        let subject = &gathered.participant.subject;
        batch.problem(subject, "parcel", &parcel.n.to_string(), parcel.why);
    }
    Ok(())
}

fn head(batch: &mut Batch, gathered: &ParticipantSnapshot, ledger: &Ledger) {
    let one = &gathered.participant;
    let mut row = batch.row(Table::Participants);
    row.text(&one.subject).text(one.site.as_str()).plain(one.vault).plain(instant(one.added));
    row.maybe(ledger.first_day.map(day)).plain(gathered.devices.len());
    row.maybe(gathered.beside.last_contact.map(instant)).end();
    let ended = act_of_end(gathered.record.acts().map(|(act, _)| act));
    let status = match (&ended, ledger.first_day) {
        (Some(_), _) => "ended",
        (None, Some(_)) => "active",
        (None, None) => "not-begun",
    };
    let mut row = batch.row(Table::Participation);
    row.text(&one.subject).text(one.site.as_str()).maybe(ledger.first_day.map(day));
    row.maybe(ledger.study_day_1.map(day)).plain(status).maybe(ended.map(|(.., last)| day(last)));
    row.maybe(ended.map(|(_, how, _)| how.code()));
    row.maybe_text(ended.and_then(|(act, ..)| act.reason.as_deref())).end();
}

fn contacts(batch: &mut Batch, gathered: &ParticipantSnapshot) {
    let record = &gathered.record;
    for ((incarnation, seq, _), held) in record.statements() {
        let Some(chain) = record.chains().get(incarnation) else { continue };
        let said = &held.statement;
        let unsent: Vec<String> = said.unsent_days.iter().map(|of| day(*of)).collect();
        let mut row = batch.row(Table::Contacts);
        row.text(&gathered.participant.subject).plain(chain.author);
        row.maybe(gathered.devices.get(&chain.author).map(|device| device.number));
        row.plain(incarnation).plain(seq).plain(instant(held.received.0)).plain(instant(said.as_of.utc));
        row.plain(said.as_of.zone).plain(said.entries_made).plain(unsent.join(" ")).plain(said.open_drafts);
        let clock = said.clock.as_ref();
        row.maybe(clock.map(|clock| instant(clock.server_time)));
        row.maybe(clock.map(|clock| instant(clock.reading.utc))).end();
    }
}

fn missed(batch: &mut Batch, gathered: &ParticipantSnapshot, ledger: &Ledger, empty_place: &EmptyPlace) {
    let EmptyPlace { place, empty } = empty_place;
    let occurrence = &place.occurrence;
    let (status, phone, heard) = match empty {
        Empty::Upcoming => return,
        Empty::Open => ("open", None, None),
        Empty::NotAsked => ("not-asked", None, None),
        Empty::Missed => ("missed", None, None),
        Empty::StillOnPhone { device } => ("not-received", *device, None),
        Empty::Unknown { since, device } => ("unknown", *device, *since),
    };
    let mut row = batch.row(Table::MissedSlots);
    row.text(&gathered.participant.subject).plain(day(occurrence.day)).text(&slot(&occurrence.slot));
    match &occurrence.prompt {
        Prompt::Instrument(id) => row.text(id.as_str()).none().none(),
        Prompt::Dose { medication, .. } => {
            row.none().maybe_text(medication.code.as_ref().map(|code| code.as_str())).text(&medication.name)
        }
    };
    row.plain(instant(occurrence.due)).plain(instant(occurrence.closes));
    row.plain(instant(occurrence.late_until)).plain(status).maybe(phone).maybe(heard.map(instant));
    row.maybe(ledger.study_day(occurrence.day)).plain(instant(occurrence.opens));
    row.plain(place.local(occurrence.opens)).plain(place.local(occurrence.due));
    row.plain(place.local(occurrence.closes)).plain(place.local(occurrence.late_until)).end();
}

/// Ids of phones, separated by spaces.
fn devices(keys: impl Iterator<Item = KeyId>) -> String {
    let mut keys: Vec<String> = keys.map(|key| key.to_string()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.join(" ")
}

#[cfg(test)]
mod tests;
