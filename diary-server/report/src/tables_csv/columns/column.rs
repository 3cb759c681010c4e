//! One column: its name, type and meaning.

use diary_core::text::Lang;

use crate::messages::columns as say;

/// Text of a catalogue, by language.
pub type Meaning = fn(Lang) -> &'static str;

/// One column of a table.
#[derive(Clone, Copy, Debug)]
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
    pub meaning: Meaning,
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

const fn column(kind: Kind, name: &'static str, meaning: Meaning) -> Column {
    Column { name, kind, unit: "", values: "", meaning }
}

pub(in crate::tables_csv) const fn text(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Text, name, meaning)
}

pub(in crate::tables_csv) const fn integer(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Integer, name, meaning)
}

pub(in crate::tables_csv) const fn number(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Number, name, meaning)
}

pub(in crate::tables_csv) const fn yes_no(name: &'static str, meaning: Meaning) -> Column {
    Column { values: "yes|no", ..column(Kind::YesNo, name, meaning) }
}

pub(in crate::tables_csv) const fn day(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Day, name, meaning)
}

pub(in crate::tables_csv) const fn instant(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Instant, name, meaning)
}

pub(in crate::tables_csv) const fn local(name: &'static str, meaning: Meaning) -> Column {
    column(Kind::Local, name, meaning)
}

pub(in crate::tables_csv) const SUBJECT: Column = text("subject", say::subject);
pub(in crate::tables_csv) const ENTRY: Column = text("entry_id", say::entry_id);
pub(in crate::tables_csv) const REVISION: Column = text("revision_id", say::revision_id);
pub(in crate::tables_csv) const COUNTS: Column = yes_no("counts", say::counts);
pub(in crate::tables_csv) const DAY: Column = day("diary_day", say::diary_day);
pub(in crate::tables_csv) const STUDY_DAY: Column = integer("study_day", say::study_day).in_unit("d");
pub(in crate::tables_csv) const SLOT: Column = text("slot", say::slot);
pub(in crate::tables_csv) const MED_CODE: Column = text("medication_code", say::medication_code);
pub(in crate::tables_csv) const MED: Column = text("medication", say::medication);
pub(in crate::tables_csv) const AMOUNT: Column = number("amount", say::amount).in_unit("see unit");
pub(in crate::tables_csv) const UNIT: Column = text("unit", say::unit);
pub(in crate::tables_csv) const ROUTE: Column = text("route", say::route).of(ROUTES);
pub(in crate::tables_csv) const OFFSET: Column = integer("utc_offset_s", say::utc_offset_s).in_unit("s");
pub(in crate::tables_csv) const OPENS: Column = instant("opens_utc", say::opens_utc);
pub(in crate::tables_csv) const OPENS_LOCAL: Column = local("opens_local", say::opens_local);
pub(in crate::tables_csv) const DUE: Column = instant("due_utc", say::due_utc);
pub(in crate::tables_csv) const DUE_LOCAL: Column = local("due_local", say::due_local);
pub(in crate::tables_csv) const CLOSES: Column = instant("closes_utc", say::closes_utc);
pub(in crate::tables_csv) const CLOSES_LOCAL: Column = local("closes_local", say::closes_local);

const ROUTES: &str = "oral|intravenous|subcutaneous|intramuscular|inhaled|ophthalmic|topical|feeding-tube";
