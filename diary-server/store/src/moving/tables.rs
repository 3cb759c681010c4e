//! Tables to move with their columns, from the catalogue of an empty database, ordered so that no row refers to one of a
//! later table. A new column or table is moved without being named here.

use std::sync::LazyLock;

use rusqlite::Connection;

use crate::sealed;
use crate::sqlite::empty;

/// Type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Int,
    Text,
    Blob,
    /// Sealed under this label, where the database is not encrypted as a whole.
    Sealed(&'static str),
    /// A text that is kept like [`Kind::Sealed`].
    SealedText(&'static str),
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct MovedTable {
    pub(super) name: String,
    /// Number of leading columns that form the primary key.
    pub(super) key: usize,
    pub(super) columns: Vec<Column>,
}

/// Tables that are not moved: they belong to the database itself, or are recomputed.
pub(super) const LEFT_OUT: &[&str] = &["schema_version", "merge_claim", "rebuilding", "participant_status"];

const TABLES: &str = "-- store::moving::tables
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
const COLUMNS: &str = "-- store::moving::columns
SELECT name, type FROM pragma_table_info(?1) ORDER BY pk = 0, pk, cid";
const KEY: &str = "-- store::moving::key
SELECT count(*) FROM pragma_table_info(?1) WHERE pk > 0";
const REFERENCES: &str = "-- store::moving::references
SELECT \"table\" FROM pragma_foreign_key_list(?1)";

/// The row that makes a database the one of a study is in this table. It is written last, so that an interrupted move
/// leaves no usable copy.
pub(super) const SERVER: &str = "server";

/// All tables, that of the server's row last.
static ALL: LazyLock<Vec<MovedTable>> =
    LazyLock::new(|| empty().and_then(|schema| read(&schema)).expect("the migrations make a schema"));

/// All tables to move; none refers to a later one, and that of the server's row is the last.
pub(super) fn all() -> &'static [MovedTable] {
    &ALL
}

fn read(schema: &Connection) -> rusqlite::Result<Vec<MovedTable>> {
    let texts = |sql: &str, table: &[&str]| -> rusqlite::Result<Vec<String>> {
        let mut statement = schema.prepare(sql)?;
        statement.query_map(rusqlite::params_from_iter(table), |row| row.get(0))?.collect()
    };
    let mut open = Vec::new();
    for name in texts(TABLES, &[])? {
        if !LEFT_OUT.contains(&name.as_str()) {
            let refers = texts(REFERENCES, &[&name])?;
            open.push((table(schema, name)?, refers));
        }
    }
    let mut ordered: Vec<MovedTable> = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let waits = |(table, refers): &(MovedTable, Vec<String>)| {
            let is_there = |name: &String| *name == table.name || ordered.iter().any(|one| one.name == *name);
            table.name == SERVER || !refers.iter().all(is_there)
        };
        // The server's row comes when all others are there.
        let next = open.iter().position(|one| !waits(one)).unwrap_or(0);
        ordered.push(open.remove(next).0);
    }
    Ok(ordered)
}

fn table(schema: &Connection, name: String) -> rusqlite::Result<MovedTable> {
    let key: i64 = schema.query_row(KEY, [&name], |row| row.get(0))?;
    let mut statement = schema.prepare(COLUMNS)?;
    let columns = statement.query_map([&name], |row| {
        let (column, declared): (String, String) = (row.get(0)?, row.get(1)?);
        let kind = kind(&format!("{name}.{column}"), &declared);
        Ok(Column { name: column, kind })
    })?;
    let columns = columns.collect::<Result<_, _>>()?;
    drop(statement);
    Ok(MovedTable { name, key: usize::try_from(key).unwrap_or(0), columns })
}

fn kind(label: &str, declared: &str) -> Kind {
    match (sealed::ALL.iter().find(|one| **one == label), declared) {
        (Some(label), "TEXT") => Kind::SealedText(label),
        (Some(label), _) => Kind::Sealed(label),
        (None, "INTEGER") => Kind::Int,
        (None, "TEXT") => Kind::Text,
        (None, _) => Kind::Blob,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sealed_column_is_one_of_the_schema_and_the_server_comes_last() {
        let sealed = |column: &Column| match column.kind {
            Kind::Sealed(label) | Kind::SealedText(label) => Some(label),
            Kind::Int | Kind::Text | Kind::Blob => None,
        };
        let mut found: Vec<&str> = all().iter().flat_map(|table| &table.columns).filter_map(sealed).collect();
        let mut named = sealed::ALL.to_vec();
        found.sort_unstable();
        named.sort_unstable();
        assert_eq!(found, named);
        assert_eq!(all().last().map(|table| table.name.as_str()), Some(SERVER));
        assert!(all().iter().all(|table| table.key > 0), "rows are read in the order of their keys");
    }
}
