//! The tables of an export and their columns, each with its meaning: what is written follows this list, and so does the
//! file that explains it.

/// One table, in a file of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Table {
    /// The participants.
    Participants,
    /// Entries.
    Entries,
    /// Answers.
    Answers,
    /// Doses.
    Doses,
    /// Changes of medication that participants reported.
    MedicationChanges,
    /// Regimens that the site set.
    RegimenLines,
    /// What staff recorded.
    Acts,
    /// Corrections and withdrawals.
    Corrections,
    /// Contacts of phones.
    Contacts,
    /// Empty places of the schedule.
    MissedSlots,
    /// What could not be exported.
    Problems,
}

impl Table {
    /// Every table, in the order in which they are explained.
    pub const ALL: [Self; 11] = [
        Self::Participants,
        Self::Entries,
        Self::Answers,
        Self::Doses,
        Self::MedicationChanges,
        Self::RegimenLines,
        Self::Acts,
        Self::Corrections,
        Self::Contacts,
        Self::MissedSlots,
        Self::Problems,
    ];

    /// Name of its file.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Participants => "participants.csv",
            Self::Entries => "entries.csv",
            Self::Answers => "answers.csv",
            Self::Doses => "doses.csv",
            Self::MedicationChanges => "medication_changes.csv",
            Self::RegimenLines => "regimen_lines.csv",
            Self::Acts => "acts.csv",
            Self::Corrections => "corrections.csv",
            Self::Contacts => "contacts.csv",
            Self::MissedSlots => "missed_slots.csv",
            Self::Problems => "problems.csv",
        }
    }

    /// What one row of it is.
    #[must_use]
    pub const fn row(self) -> &'static str {
        match self {
            Self::Participants => "one participant",
            Self::Entries => {
                "what counts of one entry now; of an entry with contradicting versions each of these"
            }
            Self::Answers => "one value of one answered item, of the rows of entries.csv",
            Self::Doses => "one dose, of the rows of entries.csv",
            Self::MedicationChanges => "one reported change of medication, of the rows of entries.csv",
            Self::RegimenLines => "days on which the content of one line of the regimen is the same",
            Self::Acts => "one act of staff; changes of the regimen are also in regimen_lines.csv",
            Self::Corrections => {
                "one field that a later version of an entry changed, with what was there before"
            }
            Self::Contacts => "one statement of one phone about itself",
            Self::MissedSlots => {
                "one place of the schedule whose time has come and that has no entry; worked out"
            }
            Self::Problems => "something that is in the database and not, or not wholly, in the other tables",
        }
    }

    /// Its columns with their meaning, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Participants => PARTICIPANTS,
            Self::Entries => ENTRIES,
            Self::Answers => ANSWERS,
            Self::Doses => DOSES,
            Self::MedicationChanges => MEDICATION_CHANGES,
            Self::RegimenLines => REGIMEN_LINES,
            Self::Acts => ACTS,
            Self::Corrections => CORRECTIONS,
            Self::Contacts => CONTACTS,
            Self::MissedSlots => MISSED_SLOTS,
            Self::Problems => PROBLEMS,
        }
    }
}

type Columns = &'static [(&'static str, &'static str)];

const SUBJECT: (&str, &str) = ("subject", "subject number of the participant");
const ENTRY: (&str, &str) = ("entry_id", "id of the entry");
const REVISION: (&str, &str) = ("revision_id", "id of its version");
const COUNTS: (&str, &str) =
    ("counts", "yes: use this row; no: another version, or another entry at the same place, counts");
const DAY: (&str, &str) = ("diary_day", "diary day it belongs to, fixed on the phone when it was recorded");
const SLOT: (&str, &str) =
    ("slot", "place in the schedule: its code, or regimen/VERSION/LINE/DOSE with lines and doses from 0");
const MED_CODE: (&str, &str) = ("medication_code", "code on the study's list; empty for what is not on it");
const MED: (&str, &str) = ("medication", "name as written or shown");
const AMOUNT: (&str, &str) = ("amount", "amount of one dose");
const UNIT: (&str, &str) = ("unit", "its unit, as a UCUM code");
const ROUTE: (&str, &str) = ("route", "how it is taken");

const PARTICIPANTS: Columns = &[
    SUBJECT,
    ("site", "site of the study"),
    ("vault", "id of the participant's log"),
    ("added_utc", "when the participant was added"),
    ("first_day", "first diary day"),
    ("phones", "phones that were ever confirmed"),
    ("last_contact_utc", "when the keeper last received something from a phone"),
];

const ENTRIES: Columns = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    ("state", "current; conflict: versions contradict each other; withdrawn: it should not have been made"),
    ("versions", "how many versions there are"),
    ("kind", "assessment, dose, medication-change, event, note, alert-shown, phone-approval"),
    DAY,
    SLOT,
    ("instrument", "instrument of an assessment"),
    ("instrument_version", "its version"),
    ("content_pack", "licensed wording that was shown, with its version"),
    ("total", "total of an assessment by the study's rule; empty where it is incomplete"),
    ("code", "code of an event, rule of an alert"),
    ("text", "words of a note or an event; of an alert the instruction that was shown"),
    ("ended_utc", "when an event ended"),
    ("acknowledged_utc", "when the participant confirmed having read an alert"),
    ("author", "participant, caregiver, staff or system"),
    ("author_name", "name of a caregiver or account of staff"),
    ("author_reason", "why a caregiver or staff entered it"),
    ("device", "id of the phone that sent it; several where several did"),
    ("recorded_utc", "when this version was recorded, by the phone's clock"),
    ("recorded_local", "the same as the phone showed it"),
    ("zone", "time zone of the phone"),
    ("occurred_utc", "when it happened, where somebody said so"),
    ("received_utc", "when the keeper first received this version"),
    ("late", "yes: its first version was recorded after its window had closed"),
    ("late_closed_utc", "when its window had closed"),
    ("late_reason", "why it was late, as the participant said"),
    ("started_utc", "when the first answer was given"),
    ("changed_before_finish", "how often answers were changed before it was finished"),
    ("language", "language in which it was read"),
    ("app", "program that recorded it"),
    ("study_version", "version of the study under which it was recorded"),
    ("counter", "place in the order of the diary, whatever clocks say"),
];

const ANSWERS: Columns = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    SLOT,
    ("instrument", "instrument"),
    ("instrument_version", "its version"),
    ("item", "linkId of the item"),
    ("part", "1, 2, ... for items with several values"),
    ("type", "coding, integer, decimal, quantity, boolean, text, date, time or datetime"),
    ("code", "code of a coding"),
    ("code_system", "its code system, where there is one"),
    ("value", "the number, true or false, the date, time, or date and time with its offset"),
    ("unit", "UCUM code of a quantity"),
    ("text", "words"),
    ("known", "no: no version of the study at hand has this item"),
];

const DOSES: Columns = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    ("line_id", "line of the regimen that planned it"),
    ("planned_time", "planned time of day, as it was known where the dose was answered"),
    MED_CODE,
    MED,
    ("status", "taken, not-taken or dont-know"),
    ("skip_reason", "why it was not taken"),
    ("skip_text", "the same in the participant's words"),
    AMOUNT,
    UNIT,
    ROUTE,
    ("extra", "yes: as needed, or beyond the regimen"),
    ("note", "words about it"),
    ("about_utc", "when it was taken, as claimed; else when it was recorded"),
];

const MEDICATION_CHANGES: Columns = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    ("change", "started, changed or stopped"),
    ("from", "first civil day; year, or year and month, where no more is known (2026, 2026-02)"),
    MED_CODE,
    MED,
    ("form", "form"),
    AMOUNT,
    UNIT,
    ROUTE,
    ("frequency", "how often"),
    ("reason", "why"),
];

const REGIMEN_LINES: Columns = &[
    SUBJECT,
    (
        "line",
        "number of the line among the participant's, from 1; empty: from that day on nothing is to be taken",
    ),
    ("line_id", "id of the line"),
    ("from", "first civil day of this content"),
    ("to", "last civil day; empty: goes on"),
    MED_CODE,
    MED,
    ("form", "form"),
    AMOUNT,
    UNIT,
    ROUTE,
    ("times", "times of day, separated by spaces; empty: as needed only"),
    ("every_days", "taken every so many days"),
    ("weekdays", "days of the week, 1 Monday to 7 Sunday; empty: every_days alone says it"),
    ("counted_from", "day from which every_days is counted"),
    ("as_needed", "yes: may be taken as needed"),
    ("most_per_day", "most on one day, of what is taken as needed"),
    ("most_per_day_unit", "its unit"),
    ("least_interval_minutes", "least time between two doses, of what is taken as needed"),
    ("act_id", "id of the act that set this content"),
    ("set_by", "account"),
    ("set_utc", "when"),
];

const ACTS: Columns = &[
    SUBJECT,
    ("act_id", "id of the act"),
    (
        "kind",
        "anchor, regimen, visit, infusion, adjudicate, quarantine-decision, phone-asks, end-of-participation, alerts-handled, other-participant, taken-over or withdrawn",
    ),
    ("by", "account"),
    ("at_utc", "when"),
    ("reason", "why"),
    ("code", "the anchor, the kind of visit, the cycle of an infusion, or the key of the phone that asks"),
    ("date", "date of the anchor (empty: taken away) or of the visit"),
    ("cycle_day", "day of the cycle, from 1"),
    ("start_utc", "start of an infusion; when a phone that asks joined"),
    ("stop_utc", "stop"),
    ("amount", "dose given"),
    UNIT,
    ("entry_id", "entry that counts, of an adjudication"),
    ("decision", "accepted or rejected, of a parcel of a revoked phone; held or planned, of a visit"),
    ("holds", "yes: no later act corrected or withdrew it"),
    ("replaces", "id of the act that this one corrects or withdraws"),
];

const CORRECTIONS: Columns = &[
    SUBJECT,
    ENTRY,
    REVISION,
    ("supersedes", "ids of the versions it takes the place of, separated by spaces"),
    ("kind", "correction; withdrawal; read: the participant confirmed having read an instruction"),
    DAY,
    (
        "field",
        "what changed: linkId of an item, or the path of a field; of a withdrawal everything that was said",
    ),
    ("old", "value before; of several parts separated by |"),
    ("new", "value after"),
    ("reason", "why"),
    ("author", "participant, caregiver, staff or system"),
    ("author_name", "name of a caregiver or account of staff"),
    ("device", "id of the phone that sent it"),
    ("recorded_utc", "when, by the phone's clock"),
    ("received_utc", "when the keeper received it"),
];

const CONTACTS: Columns = &[
    SUBJECT,
    ("device", "id of the phone"),
    ("phone", "its number among the participant's phones"),
    ("life", "id of the life of its store; another one after a restored backup"),
    ("parcel", "number of the parcel in that life"),
    ("received_utc", "when the keeper received it"),
    ("said_utc", "when it was said, by the phone's clock"),
    ("zone", "time zone of the phone"),
    ("entries_made", "versions recorded in that life so far"),
    ("unsent_days", "diary days of which it held something unsent, separated by spaces"),
    ("open_drafts", "assessments begun and not finished"),
    ("server_clock_utc", "a server's clock when they last met"),
    ("device_clock_utc", "the phone's clock at the same moment"),
];

const MISSED_SLOTS: Columns = &[
    SUBJECT,
    DAY,
    SLOT,
    ("instrument", "instrument that was asked; empty for a dose"),
    MED_CODE,
    ("medication", "medication that was planned; empty for an instrument"),
    ("due_utc", "when it was due"),
    ("closes_utc", "when its window closed or closes"),
    ("late_until_utc", "until when it could or can be answered late"),
    (
        "status",
        "missed: every phone has said since that it holds nothing; not-received: a phone has something of that day \
         that has not come; unknown: no phone was heard of since; open: it can still be answered",
    ),
    ("phone", "number of the phone that it depends on"),
    ("heard_utc", "when that phone was heard of last, where it is unknown"),
];

const PROBLEMS: Columns = &[
    SUBJECT,
    ("what", "participant, parcel, entry or schedule"),
    ("id", "record in the participant's log, or id of the entry"),
    ("reason", "why, and what to do"),
];
