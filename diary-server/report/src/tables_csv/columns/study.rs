//! Columns of the code books.

use super::column::{Column, integer, number, text, yes_no};

const STUDY_VERSION: Column = integer("study_version", "version of the study that has it");
const LANG: Column = text(
    "lang",
    "language of the texts of this row, as a BCP 47 tag; what has texts in several has a row for each",
);

pub(super) const CODEBOOK: &[Column] = &[
    STUDY_VERSION,
    text("instrument", "instrument"),
    text("instrument_version", "its version"),
    text("kind", "item: a question, a group of questions or a text; option: an answer that can be chosen")
        .of("item|option"),
    text("item", "linkId of the item"),
    integer("position", "place in the instrument, or of the option in its item, from 1"),
    text("code", "code of the option"),
    text("code_system", "its code system, where there is one"),
    number("ordinal", "what the option counts in a total"),
    yes_no("exclusive", "yes: the option cannot be chosen together with another"),
    LANG,
    text("label", "text of the item or the option in this language"),
    text("short", "short name of the item in this language"),
    text("type", "type of the item")
        .of("group|display|boolean|integer|decimal|quantity|text|date|time|datetime|coding"),
    text("units", "units its answer may have, as UCUM codes separated by spaces"),
    text("min", "smallest answer"),
    text("max", "largest answer"),
    yes_no("asked", "no: it is never asked"),
    yes_no("required", "yes: it has to be answered while it is shown"),
    yes_no("repeats", "yes: it may have several answers"),
    yes_no("scored", "yes: it counts in the total of its instrument"),
    text(
        "shown_when",
        "conditions under which it is shown: linkId, comparison, answer; separated by ; empty: always",
    ),
    text("under", "linkId of the item that holds it"),
];

pub(super) const CODEBOOK_STUDY: &[Column] = &[
    STUDY_VERSION,
    text("kind", "what the code is of").of(
        "study|site|anchor|period|slot|instrument|form|medication|presentation|event|alert|skip-reason|route|frequency",
    ),
    text("code", "the code; of a presentation its form"),
    LANG,
    text("label", "its name in this language"),
    text("of", "the instrument of a slot or an alert, the medication of a presentation"),
    text("version", "version of an instrument"),
    number("strength", "what one piece of a presentation holds, where that is always the same")
        .in_unit("see units"),
    text("units", "units of a medication, or unit of strength, as UCUM codes separated by spaces"),
    text("routes", "routes of a medication, separated by spaces"),
    text("atc", "ATC code of a medication"),
    text("cdisc", "value of CDISC controlled terminology, of forms, routes and frequencies"),
    text("severity", "how much an alert presses").of("notice|call|emergency"),
    text("text", "instruction of an alert in this language, as of the study; or the caution of a medication"),
    text("detail", "of a slot: opens, due, closes; of a site: its zone; of an instrument: its recall period"),
];
