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
pub use columns::{Column, Kind, Meaning, TableName};

use diary_core::ids::KeyId;
use diary_core::record::act_of_end;

use crate::iso::{day, instant};
use crate::messages::columns as say;
use crate::report::fields::slot;
use crate::report::ledger::{EmptyPlace, Ledger, ledger};
use crate::report::{Empty, ReportError};
use crate::snapshot::{ParticipantSnapshot, ReportContext};
use columns::column::{
    self, CLOSES, CLOSES_LOCAL, DAY, DUE, DUE_LOCAL, MED_CODE, OPENS, OPENS_LOCAL, SLOT, STUDY_DAY, SUBJECT,
};
use diary_core::entry::{Content, MedicationRef};
use diary_core::study::Study;
use diary_core::study::schedule::Prompt;

const SITE: Column = column::text("site", say::site);

const FIRST_DAY: Column = column::day("first_day", say::first_day);

const PARTICIPANTS: &[Column] = &[
    SUBJECT,
    SITE,
    column::text("vault", say::participants_vault),
    column::instant("added_utc", say::participants_added_utc),
    FIRST_DAY,
    column::integer("phones", say::participants_phones),
    column::instant("last_contact_utc", say::participants_last_contact_utc),
];

const PARTICIPATION: &[Column] = &[
    SUBJECT,
    SITE,
    FIRST_DAY,
    column::day("study_day_1", say::participation_study_day_1),
    column::text("status", say::participation_status).of("not-begun|active|ended"),
    column::day("ended", say::participation_ended),
    column::text("ended_status", say::participation_ended_status)
        .of("completed|withdrawn|screen-failure|lost-to-follow-up"),
    column::text("ended_reason", say::participation_ended_reason),
];

const CONTACTS: &[Column] = &[
    SUBJECT,
    column::text("device", say::contacts_device),
    column::integer("phone", say::contacts_phone),
    column::text("incarnation", say::contacts_incarnation),
    column::integer("parcel", say::contacts_parcel),
    column::instant("received_utc", say::contacts_received_utc),
    column::instant("said_utc", say::contacts_said_utc),
    column::text("zone", say::contacts_zone),
    column::integer("entries_made", say::contacts_entries_made),
    column::text("unsent_days", say::contacts_unsent_days),
    column::integer("open_drafts", say::contacts_open_drafts),
    column::instant("server_clock_utc", say::contacts_server_clock_utc),
    column::instant("device_clock_utc", say::contacts_device_clock_utc),
];

const MISSED_SLOTS: &[Column] = &[
    SUBJECT,
    DAY,
    SLOT,
    column::text("instrument", say::missed_slots_instrument),
    MED_CODE,
    column::text("medication", say::missed_slots_medication),
    DUE,
    CLOSES,
    column::instant("late_until_utc", say::missed_slots_late_until_utc),
    column::text("status", say::missed_slots_status).of("not-asked|missed|not-received|unknown|open"),
    column::integer("phone", say::missed_slots_phone),
    column::instant("heard_utc", say::missed_slots_heard_utc),
    STUDY_DAY,
    OPENS,
    OPENS_LOCAL,
    DUE_LOCAL,
    CLOSES_LOCAL,
    column::local("late_until_local", say::missed_slots_late_until_local),
];

impl TableName {
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
            Self::Interruptions => acts::INTERRUPTIONS,
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
    let drug = Hidden::of(batch, light);
    head(batch, gathered, &ledger);
    entries::write(batch, gathered, light, (&ledger, &drug));
    corrections::write(batch, gathered, (&ledger, &drug));
    acts::write(batch, gathered, &drug);
    acts::anchors(batch, gathered);
    contacts(batch, gathered);
    for place in ledger.empty.iter().filter(|place| !drug.is_asked_at(place)) {
        missed(batch, gathered, &ledger, place);
    }
    if ledger.cut_short {
        let reason = say::longer_than_ten_years(batch.lang);
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
    let mut row = batch.row(TableName::Participants);
    row.text(&one.subject).text(one.site.as_str()).plain(one.vault).plain(instant(one.added));
    row.maybe(ledger.first_day.map(day)).plain(gathered.devices.len());
    row.maybe(gathered.beside.last_contact.map(instant)).end();
    let ended = act_of_end(gathered.record.acts().map(|(act, _)| act));
    let status = match (&ended, ledger.first_day) {
        (Some(_), _) => "ended",
        (None, Some(_)) => "active",
        (None, None) => "not-begun",
    };
    let mut row = batch.row(TableName::Participation);
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
        let mut row = batch.row(TableName::Contacts);
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
    let mut row = batch.row(TableName::MissedSlots);
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

/// The study drug, where its doses are left out.
struct Hidden<'s> {
    study: Option<&'s Study>,
}

impl<'s> Hidden<'s> {
    fn of(batch: &Batch, light: &ReportContext<'s>) -> Self {
        let newest = light.studies.values().next_back().map(std::sync::Arc::as_ref);
        Self { study: newest.filter(|_| batch.without_study_drug) }
    }

    /// True if doses of a medication are left out.
    fn is(&self, medication: &MedicationRef) -> bool {
        self.study.is_some_and(|study| {
            study.study_drug().is_some_and(|drug| study.medication_of(medication) == Some(drug))
        })
    }

    /// True if doses of infusions are left out.
    fn infusions(&self) -> bool {
        self.study.is_some()
    }

    /// True if a version of an entry is left out.
    fn has(&self, content: &Content) -> bool {
        match content {
            Content::Dose(dose) => self.is(&dose.medication),
            Content::MedicationChange(change) => self.is(&change.medication),
            Content::Assessment(_)
            | Content::Event(_)
            | Content::Note(_)
            | Content::AlertShown(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_)
            | Content::Newer(_) => false,
        }
    }

    fn is_asked_at(&self, place: &EmptyPlace) -> bool {
        match &place.place.occurrence.prompt {
            Prompt::Dose { medication, .. } => self.is(medication),
            Prompt::Instrument(_) => false,
        }
    }
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
