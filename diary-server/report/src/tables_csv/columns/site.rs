//! Columns of acts of staff, of phones, and of the schedule.

use super::column::{
    AMOUNT, CLOSES, CLOSES_LOCAL, Column, DAY, DUE, DUE_LOCAL, MED, MED_CODE, OPENS, OPENS_LOCAL, ROUTE,
    SLOT, STUDY_DAY, SUBJECT, UNIT, day, instant, integer, local, number, text, yes_no,
};

const SITE: Column = text("site", "site of the study");
const FIRST_DAY: Column = day("first_day", "first diary day");

pub(super) const PARTICIPANTS: &[Column] = &[
    SUBJECT,
    SITE,
    text("vault", "id of the participant's log"),
    instant("added_utc", "when the participant was added"),
    FIRST_DAY,
    integer("phones", "phones that were ever confirmed"),
    instant("last_contact_utc", "when the keeper last received something from a phone"),
];

pub(super) const PARTICIPATION: &[Column] = &[
    SUBJECT,
    SITE,
    FIRST_DAY,
    day("study_day_1", "date of the first anchor of the study, from which study_day is counted"),
    text("status", "not-begun: no phone has joined yet").of("not-begun|active|ended"),
    day("ended", "last day of taking part"),
    text("ended_status", "in which way it ended").of("completed|withdrawn|screen-failure|lost-to-follow-up"),
    text("ended_reason", "why"),
];

pub(super) const ANCHORS: &[Column] = &[
    SUBJECT,
    text("anchor", "code of the anchor"),
    day("date", "its date; empty: it was taken away"),
    yes_no("counts", "no: it was corrected or withdrawn, or a later act on the same anchor counts"),
    text("act_id", "id of the act"),
    text("set_by", "account"),
    instant("set_utc", "when"),
    text("reason", "why"),
    text("replaces", "id of the act that this one corrects"),
];

pub(super) const REGIMEN_LINES: &[Column] = &[
    SUBJECT,
    integer(
        "line",
        "number of the line among the participant's, from 1; empty: from that day on nothing is to be taken",
    ),
    text("line_id", "id of the line"),
    day("from", "first civil day of this content"),
    day("to", "last civil day; empty: goes on"),
    MED_CODE,
    MED,
    text("form", "form"),
    AMOUNT,
    UNIT,
    ROUTE,
    text("times", "times of day, separated by spaces; empty: as needed only"),
    integer("every_days", "taken every so many days").in_unit("d"),
    text("weekdays", "days of the week, 1 Monday to 7 Sunday; empty: every_days alone says it"),
    day("counted_from", "day from which every_days is counted"),
    yes_no("as_needed", "yes: may be taken as needed"),
    number("most_per_day", "most on one day, of what is taken as needed").in_unit("see most_per_day_unit"),
    text("most_per_day_unit", "its unit, as a UCUM code"),
    integer("least_interval_minutes", "least time between two doses, of what is taken as needed")
        .in_unit("min"),
    text("act_id", "id of the act that set this content"),
    text("set_by", "account"),
    instant("set_utc", "when"),
];

pub(super) const ACTS: &[Column] = &[
    SUBJECT,
    text("act_id", "id of the act"),
    text("kind", "what was done").of(
        "anchor|regimen|visit|infusion|adjudicate|quarantine-decision|phone-asks|end-of-participation|alerts-handled|other-participant|taken-over|withdrawn",
    ),
    text("by", "account"),
    instant("at_utc", "when"),
    text("reason", "why"),
    text(
        "code",
        "the anchor, the kind of visit, the cycle of an infusion, the key of the phone that asks, how the participation \
         ended, or the rule of alerts that were dealt with",
    ),
    day("date", "date of the anchor (empty: taken away), of the visit or of the change; last day of the participation"),
    integer("cycle_day", "day of the cycle, from 1"),
    instant("start_utc", "start of an infusion; when a phone that asks joined"),
    instant("stop_utc", "stop"),
    number("amount", "dose given").in_unit("see unit"),
    UNIT,
    text("entry_id", "entry that counts, of an adjudication; entries that are meant, separated by spaces"),
    text("decision", "of a parcel of a revoked phone; of a visit whether it took place")
        .of("accepted|rejected|held|planned"),
    yes_no("holds", "yes: no later act corrected or withdrew it"),
    text("replaces", "id of the act that this one corrects or withdraws"),
];

pub(super) const CONTACTS: &[Column] = &[
    SUBJECT,
    text("device", "id of the phone"),
    integer("phone", "its number among the participant's phones"),
    text("life", "id of the life of its store; another one after a restored backup"),
    integer("parcel", "number of the parcel in that life"),
    instant("received_utc", "when the keeper received it"),
    instant("said_utc", "when it was said, by the phone's clock"),
    text("zone", "time zone of the phone"),
    integer("entries_made", "versions recorded in that life so far"),
    text("unsent_days", "diary days of which it held something unsent, separated by spaces"),
    integer("open_drafts", "assessments begun and not finished"),
    instant("server_clock_utc", "a server's clock when they last met"),
    instant("device_clock_utc", "the phone's clock at the same moment"),
];

pub(super) const MISSED_SLOTS: &[Column] = &[
    SUBJECT,
    DAY,
    SLOT,
    text("instrument", "instrument that was asked; empty for a dose"),
    MED_CODE,
    text("medication", "medication that was planned; empty for an instrument"),
    DUE,
    CLOSES,
    instant("late_until_utc", "until when it could or can be answered late"),
    text(
        "status",
        "not-asked: its window had closed before a phone could know of it; missed: every phone has said since that it holds nothing; not-received: a phone has something of that day \
         that has not come; unknown: no phone was heard of since; open: it can still be answered",
    )
    .of("not-asked|missed|not-received|unknown|open"),
    integer("phone", "number of the phone that it depends on"),
    instant("heard_utc", "when that phone was heard of last, where it is unknown"),
    STUDY_DAY,
    OPENS,
    OPENS_LOCAL,
    DUE_LOCAL,
    CLOSES_LOCAL,
    local("late_until_local", "late_until_utc in the zone of the phone on that day"),
];

pub(super) const PROBLEMS: &[Column] = &[
    SUBJECT,
    text("what", "what it is").of("participant|parcel|entry|schedule"),
    text("id", "record in the participant's log, or id of the entry"),
    text("reason", "why, and what to do"),
];
