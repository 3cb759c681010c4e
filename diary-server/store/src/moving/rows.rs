//! Rows of any table, read and written in batches of bounded size, in the order of their keys.

use std::sync::{Arc, LazyLock};

use super::tables::{self, Column, Kind, MovedTable, SERVER};
use crate::StoreError;
use crate::sql::{Each, Engine, FromValue, Param, Piece, Row, Step, Tx, Type, Value, corrupt};

/// Most rows of a batch.
const BATCH_ROWS: u32 = 2000;
/// Overhead counted for each row beside its bytes.
const ROW_BYTES: usize = 64;

/// The tables with their statements.
static COPIED: LazyLock<Vec<Copied>> = LazyLock::new(|| tables::all().iter().map(Copied::of).collect());

/// A table with the statements that move it.
pub(super) struct Copied {
    pub(super) table: &'static MovedTable,
    first: Texts,
    next: Texts,
    last: String,
    insert: String,
    numbering: Option<String>,
    types: Vec<Type>,
}

/// Queries for a batch of rows, as in [`Piece`].
struct Texts {
    sizes: String,
    rows: String,
}

/// Values of a row, with sealed columns opened.
pub(super) type Values = Vec<Value>;

/// A row with the names of its columns.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    table: &'static MovedTable,
    values: &'r Values,
}

impl Record<'_> {
    /// All values.
    pub(super) const fn values(&self) -> &Values {
        self.values
    }

    /// The value of a column.
    pub(super) fn value(&self, column: &str) -> Step<&Value> {
        let at = self.table.columns.iter().position(|one| one.name == column);
        at.and_then(|at| self.values.get(at)).ok_or_else(|| corrupt("a row without one of its columns"))
    }

    /// The value of a column, as its type.
    pub(super) fn get<T: FromValue>(&self, column: &str) -> Step<T> {
        T::from_value(self.value(column)?).ok_or_else(|| corrupt("a column of another type"))
    }
}

/// Every table but the one with the server's row.
pub(super) fn tables() -> impl Iterator<Item = &'static Copied> {
    COPIED.iter().filter(|copied| copied.table.name != SERVER)
}

/// A table by its name.
pub(super) fn named(table: &str) -> Result<&'static Copied, StoreError> {
    let found = COPIED.iter().find(|copied| copied.table.name == table);
    found.ok_or(StoreError::NotFound { what: "table to be moved" })
}

impl Copied {
    fn of(table: &'static MovedTable) -> Self {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let key = names.get(..table.key).unwrap_or_default().join(", ");
        let marks = |count: usize| (1..=count).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        let length = |column: &&Column| column.kind != Kind::Int;
        let lengths: String = table
            .columns
            .iter()
            .filter(length)
            .map(|column| format!(" + coalesce(length({}), 0)", column.name))
            .collect();
        let (name, all) = (table.name.as_str(), names.join(", "));
        let page = |condition: &str, limit: usize| Texts {
            sizes: format!(
                "-- store::moving::sizes\nSELECT {ROW_BYTES}{lengths} FROM {name}{condition} ORDER BY {key} LIMIT ?{limit}"
            ),
            rows: format!(
                "-- store::moving::rows\nSELECT {all} FROM {name}{condition} ORDER BY {key} LIMIT ?{limit}"
            ),
        };
        let after = format!(" WHERE ({key}) > ({})", marks(table.key));
        let key_kinds: Vec<Kind> = table.columns.iter().take(table.key).map(|column| column.kind).collect();
        let backwards = key.replace(", ", " DESC, ");
        Self {
            table,
            first: page("", 1),
            next: page(&after, table.key + 1),
            last: format!(
                "-- store::moving::last\nSELECT {key} FROM {name} ORDER BY {backwards} DESC LIMIT 1"
            ),
            insert: format!(
                "-- store::moving::insert\nINSERT INTO {name} ({all}) VALUES ({})",
                marks(names.len())
            ),
            // `pg_get_serial_sequence` gives no sequence for a column that is not numbered, and `setval` does nothing then.
            numbering: (key_kinds == [Kind::Int]).then(|| {
                format!(
                    "-- store::moving::numbering\nSELECT setval(pg_get_serial_sequence('{name}', '{key}'), \
                     coalesce(max({key}), 1), max({key}) IS NOT NULL) FROM {name}"
                )
            }),
            types: table.columns.iter().map(|column| type_of(column.kind)).collect(),
        }
    }

    /// Statement that lets PostgreSQL number new rows after the last one; `None` for tables without a number as their key.
    pub(super) fn numbering(&'static self) -> Option<&'static str> {
        self.numbering.as_deref()
    }

    /// Rows after a key, as many as fit in about `bytes` bytes; empty after the last row.
    fn page(&'static self, t: &dyn Tx, after: Option<&Values>, bytes: usize) -> Step<Vec<Values>> {
        let page = if after.is_some() { &self.next } else { &self.first };
        let keys = self.table.columns.iter().zip(after.into_iter().flatten()).take(self.table.key);
        let params = keys.map(|(column, value)| param(column.kind, value)).collect::<Step<Vec<_>>>()?;
        let piece = Piece { sizes: &page.sizes, rows: &page.rows };
        let rows = t.piece(&piece, params, BATCH_ROWS, bytes)?;
        rows.iter().map(|row| self.open(row)).collect()
    }

    /// Opens the sealed columns of a row.
    fn open(&self, row: &Row) -> Step<Values> {
        let columns = self.table.columns.iter().enumerate();
        let values = columns.map(|(at, column)| match (row.values().get(at), column.kind) {
            (Some(Value::Null), _) => Ok(Value::Null),
            (_, Kind::Sealed(label)) => Ok(Value::Blob(row.sealed(label, &column.name)?)),
            (_, Kind::SealedText(label)) => {
                Ok(row.sealed_text(label, &column.name)?.map_or(Value::Null, Value::Text))
            }
            (Some(value), Kind::Int | Kind::Text | Kind::Blob) => Ok(value.clone()),
            (None, _) => Err(corrupt("a row with too few columns")),
        });
        values.collect()
    }

    fn write(&'static self, t: &dyn Tx, rows: &[Values]) -> Step<()> {
        let each = Each { sql: &self.insert, types: &self.types };
        let kinds = || self.table.columns.iter().map(|column| column.kind);
        let sets = rows.iter().map(|row| kinds().zip(row).map(|(kind, value)| param(kind, value)).collect());
        let sets: Vec<Vec<Param<'_>>> = sets.collect::<Step<_>>()?;
        t.execute_each(&each, &sets)
    }

    /// The key of the last row.
    pub(super) async fn last<E: Engine>(&'static self, engine: &E) -> Result<Option<Values>, StoreError> {
        let last = move |t: &dyn Tx| t.first(&self.last, (), |row| Ok(row.values().to_vec()));
        engine.read("move", last).await
    }

    /// A row with the names of its columns.
    pub(super) const fn record<'r>(&self, values: &'r Values) -> Record<'r> {
        Record { table: self.table, values }
    }

    /// Place of a column in the rows.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.table.columns.iter().position(|one| one.name == column)
    }

    /// Rows after a key, about `bytes` bytes of them.
    pub(super) async fn read<E: Engine>(
        &'static self,
        engine: &E,
        after: Option<Values>,
        bytes: usize,
    ) -> Result<Vec<Values>, StoreError> {
        engine.read("move", move |t| self.page(t, after.as_ref(), bytes)).await
    }

    /// Writes new rows, in one transaction.
    pub(super) async fn add<E: Engine>(
        &'static self,
        engine: &E,
        rows: Vec<Values>,
    ) -> Result<(), StoreError> {
        let rows: Arc<[Values]> = rows.into();
        engine.write("move", move |t| self.write(t, &rows)).await
    }

    /// Calls `look` for every row of the table, in the order of the keys; returns their number.
    pub(super) async fn walk<E: Engine>(
        &'static self,
        engine: &E,
        bytes: usize,
        mut look: impl FnMut(Record<'_>) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let (mut count, mut after) = (0, None);
        loop {
            let rows = self.read(engine, after.take(), bytes).await?;
            let Some(last) = rows.last().cloned() else { return Ok(count) };
            for row in &rows {
                look(self.record(row))?;
                count += 1;
            }
            after = Some(last);
        }
    }
}

const fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::Int,
        Kind::Text => Type::Text,
        Kind::Blob | Kind::Sealed(_) | Kind::SealedText(_) => Type::Blob,
    }
}

fn param(kind: Kind, value: &Value) -> Step<Param<'_>> {
    Ok(match (kind, value) {
        (_, Value::Null) => Param::Null,
        (Kind::Int, Value::Int(number)) => Param::Int(*number),
        (Kind::Text, Value::Text(text)) => Param::Text(text),
        (Kind::Blob, Value::Blob(bytes)) => Param::Blob(bytes),
        (Kind::Sealed(label), Value::Blob(bytes)) => Param::Sealed(label, bytes),
        (Kind::SealedText(label), Value::Text(text)) => Param::SealedText(label, text),
        _ => return Err(corrupt("a column of another type")),
    })
}
