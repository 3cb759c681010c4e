//! One column: its name, type and meaning.

/// One column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
    /// Unit of a number, as a UCUM code; of an amount the column that has it.
    pub unit: &'static str,
    /// All possible values, separated by `|`; empty if the values are not limited.
    pub values: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
}

/// Type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Texts, codes and ids: never a number, even if it looks like one.
    Text,
    /// A whole number.
    Integer,
    /// A number with a point.
    Number,
    /// `yes` or `no`.
    YesNo,
    /// A civil date.
    Day,
    /// An instant, in UTC.
    Instant,
    /// A civil date and time, without a zone.
    Local,
}

impl Kind {
    /// Name in `columns.csv`, which the reader scripts use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::YesNo => "yes-no",
            Self::Day => "day",
            Self::Instant => "instant",
            Self::Local => "local",
        }
    }
}

impl Column {
    /// With the unit of its numbers.
    pub(in crate::tables_csv) const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// With every value that it may have.
    pub(in crate::tables_csv) const fn of(self, values: &'static str) -> Self {
        Self { values, ..self }
    }
}

const fn column(kind: Kind, name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit: "", values: "", meaning }
}

pub(in crate::tables_csv) const fn text(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Text, name, meaning)
}

pub(in crate::tables_csv) const fn integer(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Integer, name, meaning)
}

pub(in crate::tables_csv) const fn number(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Number, name, meaning)
}

pub(in crate::tables_csv) const fn yes_no(name: &'static str, meaning: &'static str) -> Column {
    Column { values: "yes|no", ..column(Kind::YesNo, name, meaning) }
}

pub(in crate::tables_csv) const fn day(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Day, name, meaning)
}

pub(in crate::tables_csv) const fn instant(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Instant, name, meaning)
}

pub(in crate::tables_csv) const fn local(name: &'static str, meaning: &'static str) -> Column {
    column(Kind::Local, name, meaning)
}

pub(in crate::tables_csv) const SUBJECT: Column = text("subject", "subject number of the participant");
pub(in crate::tables_csv) const ENTRY: Column = text("entry_id", "id of the entry");
pub(in crate::tables_csv) const REVISION: Column = text("revision_id", "id of its version");
pub(in crate::tables_csv) const COUNTS: Column =
    yes_no("counts", "yes: use this row; no: another version, or another entry at the same place, counts");
pub(in crate::tables_csv) const DAY: Column =
    day("diary_day", "diary day it belongs to, fixed on the phone when it was recorded");
pub(in crate::tables_csv) const STUDY_DAY: Column = integer(
    "study_day",
    "diary_day counted from the first anchor of the study, which is day 1; the day before is -1, there is no day 0; \
     empty while that anchor is not set",
)
.in_unit("d");
pub(in crate::tables_csv) const SLOT: Column =
    text("slot", "place in the schedule: its code; of a planned dose dose/LINE_ID/PLANNED_TIME");
pub(in crate::tables_csv) const MED_CODE: Column =
    text("medication_code", "code on the study's list; empty for what is not on it");
pub(in crate::tables_csv) const MED: Column = text("medication", "name as written or shown");
pub(in crate::tables_csv) const AMOUNT: Column = number("amount", "amount of one dose").in_unit("see unit");
pub(in crate::tables_csv) const UNIT: Column = text("unit", "its unit, as a UCUM code");
pub(in crate::tables_csv) const ROUTE: Column = text("route", "how it is taken").of(ROUTES);
pub(in crate::tables_csv) const OFFSET: Column =
    integer("utc_offset_s", "seconds east of UTC that the phone applied when this was recorded").in_unit("s");
pub(in crate::tables_csv) const OPENS: Column =
    instant("opens_utc", "from when its place in the schedule could be answered");
pub(in crate::tables_csv) const OPENS_LOCAL: Column =
    local("opens_local", "the same in the zone of the phone on that day");
pub(in crate::tables_csv) const DUE: Column = instant("due_utc", "when its place in the schedule was due");
pub(in crate::tables_csv) const DUE_LOCAL: Column =
    local("due_local", "the same in the zone of the phone on that day");
pub(in crate::tables_csv) const CLOSES: Column = instant("closes_utc", "when its window closed or closes");
pub(in crate::tables_csv) const CLOSES_LOCAL: Column =
    local("closes_local", "the same in the zone of the phone on that day");

const ROUTES: &str = "oral|intravenous|subcutaneous|intramuscular|inhaled|ophthalmic|topical|feeding-tube";
