//! Columns of the participants' entries.

use super::column::{
    AMOUNT, CLOSES, CLOSES_LOCAL, COUNTS, Column, DAY, DUE, DUE_LOCAL, ENTRY, MED, MED_CODE, OFFSET, OPENS,
    OPENS_LOCAL, REVISION, ROUTE, SLOT, STUDY_DAY, SUBJECT, UNIT, instant, integer, local, number, text,
    yes_no,
};

const AUTHORS: &str = "participant|caregiver|system|claims-staff|claims-system";

pub(super) const ENTRIES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    text("state", "conflict: versions contradict each other; withdrawn: it should not have been made")
        .of("current|conflict|withdrawn"),
    integer("versions", "how many versions there are"),
    text("kind", "what was recorded")
        .of("assessment|dose|medication-change|event|note|alert-shown|phone-approval|withdrawn"),
    DAY,
    SLOT,
    text("instrument", "instrument of an assessment"),
    text("instrument_version", "its version"),
    text("content_pack", "licensed wording that was shown, with its version"),
    number("total", "total of an assessment by the study's rule; empty where it is incomplete"),
    text("code", "code of an event, rule of an alert"),
    text("text", "words of a note or an event; of an alert the instruction that was shown"),
    instant("ended_utc", "when an event ended"),
    instant("acknowledged_utc", "when the participant confirmed having read an alert"),
    text("author", "who entered it; claims-: a phone says so, which only others can be").of(AUTHORS),
    text("author_name", "name of a caregiver, or the one that was claimed"),
    text("author_reason", "why, as a caregiver gave it, or as it was claimed"),
    text("device", "id of the phone that sent it; several where several did, separated by spaces"),
    instant("recorded_utc", "when this version was recorded, by the phone's clock"),
    local("recorded_local", "civil date and time that the phone showed then"),
    text("zone", "time zone of the phone"),
    instant("occurred_utc", "when it happened, as claimed; corrections of something else leave it as it was"),
    instant("received_utc", "when the keeper first received this version"),
    yes_no("late", "yes: its first version was recorded after its window had closed"),
    instant("late_closed_utc", "when its window had closed"),
    text("late_reason", "why it was late, as the participant said"),
    instant("started_utc", "when the first answer was given"),
    integer("changed_before_finish", "how often answers were changed before it was finished"),
    text("language", "language in which it was read, as a BCP 47 tag"),
    text("app", "program that recorded it"),
    integer("study_version", "version of the study under which it was recorded"),
    integer("counter", "place in the order of the diary, whatever clocks say"),
    STUDY_DAY,
    OFFSET,
    local(
        "occurred_local",
        "occurred_utc as the clock of the phone showed it where the entry was first recorded",
    ),
    OPENS,
    OPENS_LOCAL,
    DUE,
    DUE_LOCAL,
    CLOSES,
    CLOSES_LOCAL,
    text(
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
    text("instrument", "instrument"),
    text("instrument_version", "its version"),
    text("item", "linkId of the item: codebook.csv has its text"),
    integer("part", "1, 2, ... for items with several values; empty where there is no answer"),
    text("type", "type of the answer").of("coding|integer|decimal|quantity|boolean|text|date|time|datetime"),
    text("code", "code of a coding: codebook.csv has its label and ordinal"),
    text("code_system", "its code system, where there is one"),
    text("value", "the number, true or false, the date, time, or date and time with its offset"),
    text("unit", "UCUM code of a quantity"),
    text("text", "words"),
    yes_no("known", "no: no version of the study at hand has this item"),
    STUDY_DAY,
    text(
        "disposition",
        "skipped: it was asked and left without an answer; not-shown: the answers before it switched it off",
    )
    .of("answered|skipped|not-shown"),
    text("answer_remark", "why an answer could not have been entered so; it counts in no total and no alert")
        .of("out-of-range|not-an-option|wrong-type|unit|too-many-places|several|not-an-answer"),
];

pub(super) const DOSES: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    COUNTS,
    DAY,
    text("line_id", "line of the regimen that planned it"),
    text("planned_time", "planned time of day, as it was known where the dose was answered"),
    MED_CODE,
    MED,
    text("status", "what became of it").of("taken|not-taken|dont-know"),
    text("skip_reason", "why it was not taken")
        .of("forgot|side-effects|felt-well|could-not-swallow|ran-out|told-to|other"),
    text("skip_text", "the same in the participant's words"),
    number("amount", "amount that was taken; empty for what was not taken or is not known")
        .in_unit("see unit"),
    text("unit", "unit of amount, as a UCUM code"),
    ROUTE,
    yes_no("extra", "yes: as needed, or beyond the regimen"),
    text("note", "words about it"),
    instant("about_utc", "when it was taken, as claimed; else when it was first recorded"),
    number(
        "planned_amount",
        "amount that was planned; of a dose that was not taken, the one it would have been; of one as needed or beyond the \
         plan, the usual one it was compared with",
    )
    .in_unit("see planned_unit"),
    text("planned_unit", "unit of planned_amount, as a UCUM code"),
    STUDY_DAY,
    local("about_local", "about_utc as the clock of the phone showed it where the entry was first recorded"),
    DUE,
    DUE_LOCAL,
    text(
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
    text("change", "what changed").of("started|changed|stopped"),
    text("from", "first civil day; year, or year and month, where no more is known (2026, 2026-02)"),
    MED_CODE,
    MED,
    text("form", "form"),
    AMOUNT,
    UNIT,
    ROUTE,
    text("frequency", "how often: codebook_study.csv has the codes"),
    text("reason", "why"),
    STUDY_DAY,
];

pub(super) const CORRECTIONS: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    text("supersedes", "id of the version it takes the place of, which old is of"),
    text("kind", "read: the participant confirmed having read an instruction")
        .of("correction|withdrawal|read"),
    DAY,
    text(
        "field",
        "what changed: linkId of an item, or the name of the column; of a withdrawal everything that was said; empty \
         for a version that says the same",
    ),
    text("old", "value before; of several parts separated by |"),
    text("new", "value after"),
    text("reason", "why"),
    text("author", "who corrected it").of(AUTHORS),
    text("author_name", "name of a caregiver, or the one that was claimed"),
    text("device", "id of the phone that sent it"),
    instant("recorded_utc", "when, by the phone's clock"),
    instant("received_utc", "when the keeper received it"),
    STUDY_DAY,
    local("recorded_local", "civil date and time that the phone showed then"),
    OFFSET,
];
