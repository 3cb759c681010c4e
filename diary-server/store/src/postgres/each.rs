//! Rewrites statements for PostgreSQL: one for a single set of parameters, and one for many sets, which are sent as one
//! array per parameter. Only texts; nothing is sent from here.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::sql::{Each, Type};

/// Form into which a statement is rewritten.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Once,
    Select,
    Change,
}

/// Cache of rewritten statements. Bounded by the number of statements in the program.
#[derive(Default)]
pub(super) struct Texts {
    made: RwLock<BTreeMap<(&'static str, Shape), Arc<str>>>,
}

impl Texts {
    /// A statement for one set of parameters.
    pub(super) fn once(&self, sql: &'static str) -> Arc<str> {
        self.made(sql, Shape::Once, || Some(once(sql))).unwrap_or_else(|| Arc::from(sql))
    }

    /// A `SELECT` for many sets; the first column of a row is the number of its set, from 1.
    pub(super) fn select(&self, each: &Each) -> Option<Arc<str>> {
        self.made(each.sql, Shape::Select, || select(each))
    }

    /// An `INSERT` or `UPDATE` for many sets; `None` for other forms than those of [`Each`].
    pub(super) fn change(&self, each: &Each) -> Option<Arc<str>> {
        self.made(each.sql, Shape::Change, || change(each))
    }

    fn made(
        &self,
        sql: &'static str,
        shape: Shape,
        make: impl FnOnce() -> Option<String>,
    ) -> Option<Arc<str>> {
        let known = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(&(sql, shape)) {
            return Some(Arc::clone(text));
        }
        drop(known);
        let text: Arc<str> = make()?.into();
        let mut known = self.made.write().unwrap_or_else(PoisonError::into_inner);
        known.insert((sql, shape), Arc::clone(&text));
        Some(text)
    }
}

/// Table alias of the sets in a statement for many.
const SET: &str = "given";

fn once(sql: &str) -> String {
    planned(sql).replace('?', "$")
}

/// Removes `INDEXED BY` hints, which only SQLite has.
fn planned(text: &str) -> String {
    match text.split_once(" INDEXED BY ") {
        None => text.to_owned(),
        Some((before, after)) => {
            let rest = after.split_once(char::is_whitespace).map_or(String::new(), |(_, rest)| planned(rest));
            format!("{before} {rest}")
        }
    }
}

/// Each set of parameters, joined laterally to the rows of the statement. No sort is added: the rows of one set come in
/// the order of the statement, and the caller groups them by the number of their set.
fn select(each: &Each) -> Option<String> {
    let (comment, text) = parts(each.sql);
    let sets = sets(each, true)?;
    let text = of_set(text);
    Some(format!("{comment}SELECT {SET}.i, q.*\nFROM {sets}\nCROSS JOIN LATERAL (\n{text}\n) q"))
}

fn change(each: &Each) -> Option<String> {
    let (comment, text) = parts(each.sql);
    let sets = sets(each, false)?;
    let words = outer_words(text);
    let find = |word| words.iter().copied().find(|(_, found)| *found == word).map(|(at, _)| at);
    let changed = match words.first()?.1 {
        "INSERT" => {
            let values = find("VALUES")?;
            let (head, rest) = (text.get(..values)?, text.get(values..)?);
            let (list, tail) = bracketed(rest.strip_prefix("VALUES")?)?;
            // A tail such as ON CONFLICT cannot refer to the parameters of a set.
            let tail = (!tail.contains('?')).then_some(tail)?;
            format!("{head}SELECT {} FROM {sets}{tail}", of_set(list))
        }
        "UPDATE" if find("FROM").is_none() => {
            let condition = find("WHERE")?;
            let (head, tail) = (text.get(..condition)?, text.get(condition..)?);
            format!("{}FROM {sets}\n{}", of_set(head), of_set(tail))
        }
        _ => return None,
    };
    Some(format!("{comment}{changed}"))
}

/// Splits off the comment in front of a statement, with its line end.
fn parts(sql: &str) -> (&str, &str) {
    let end = match sql.starts_with("--") {
        true => sql.find('\n').map_or(sql.len(), |at| at + 1),
        false => 0,
    };
    sql.split_at(end)
}

/// The sets as a table.
fn sets(each: &Each, numbered: bool) -> Option<String> {
    let arrays: Vec<String> =
        (1..).zip(each.types).map(|(n, kind)| format!("${n}::{}", array(*kind))).collect();
    let mut names: Vec<String> = (1..=arrays.len()).map(|n| format!("p{n}")).collect();
    if numbered {
        names.push("i".to_owned());
    }
    let ordinality = if numbered { " WITH ORDINALITY" } else { "" };
    (!arrays.is_empty())
        .then(|| format!("unnest({}){ordinality} AS {SET}({})", arrays.join(", "), names.join(", ")))
}

const fn array(kind: Type) -> &'static str {
    match kind {
        Type::Int => "bigint[]",
        Type::Text => "text[]",
        Type::Blob => "bytea[]",
    }
}

/// Parameters as columns of their set.
fn of_set(text: &str) -> String {
    planned(text).replace('?', &format!("{SET}.p"))
}

/// Words of a statement outside brackets and quotes, each with its position.
fn outer_words(text: &str) -> Vec<(usize, &str)> {
    let (mut words, mut begins, mut depth, mut quoted) = (Vec::new(), None, 0_usize, false);
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let in_word = !quoted && depth == 0 && (character.is_alphanumeric() || character == '_');
        match (in_word, begins) {
            (true, None) => begins = Some(at),
            (false, Some(from)) => {
                words.extend(text.get(from..at).map(|word| (from, word)));
                begins = None;
            }
            _ => {}
        }
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words
}

/// Splits `text` into the contents of its leading brackets and the rest.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_start().strip_prefix('(')?;
    let (mut depth, mut quoted) = (1_usize, false);
    for (at, character) in inner.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (list, rest) = inner.split_at(at);
            return Some((list, rest.strip_prefix(')')?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &[Type] = &[Type::Int, Type::Blob];

    fn changed(sql: &'static str) -> Option<String> {
        change(&Each { sql, types: TYPES })
    }

    #[test]
    fn a_parameter_is_a_dollar_and_its_number() {
        let texts = Texts::default();
        let sql = "-- store::log::page\nSELECT n FROM log WHERE place > ?1 LIMIT ?12";
        assert_eq!(&*texts.once(sql), "-- store::log::page\nSELECT n FROM log WHERE place > $1 LIMIT $12");
        assert!(Arc::ptr_eq(&texts.once(sql), &texts.once(sql)));
    }

    #[test]
    fn a_select_is_asked_beside_each_of_its_sets() {
        let each =
            Each { sql: "-- store::a::b\nSELECT n FROM log WHERE vault = ?1 AND hash = ?2", types: TYPES };
        assert_eq!(
            select(&each).unwrap(),
            "-- store::a::b\nSELECT given.i, q.*\n\
             FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS given(p1, p2, i)\n\
             CROSS JOIN LATERAL (\nSELECT n FROM log WHERE vault = given.p1 AND hash = given.p2\n) q"
        );
        assert_eq!(select(&Each { sql: "SELECT 1", types: &[] }), None);
    }

    #[test]
    fn an_insert_takes_its_rows_from_the_sets_and_keeps_what_follows() {
        assert_eq!(
            changed("-- store::a::b\nINSERT INTO t (a, b, c)\nVALUES (?1, coalesce(?2, ')'), 0)\nON CONFLICT (a) DO UPDATE SET b = excluded.b")
                .unwrap(),
            "-- store::a::b\nINSERT INTO t (a, b, c)\nSELECT given.p1, coalesce(given.p2, ')'), 0 FROM \
             unnest($1::bigint[], $2::bytea[]) AS given(p1, p2)\nON CONFLICT (a) DO UPDATE SET b = excluded.b"
        );
    }

    #[test]
    fn an_update_takes_its_values_from_the_sets() {
        assert_eq!(
            changed("-- store::a::b\nUPDATE t SET a = (SELECT max(x) FROM u WHERE y = ?1) WHERE b = ?2")
                .unwrap(),
            "-- store::a::b\nUPDATE t SET a = (SELECT max(x) FROM u WHERE y = given.p1) FROM \
             unnest($1::bigint[], $2::bytea[]) AS given(p1, p2)\nWHERE b = given.p2"
        );
    }

    #[test]
    fn what_cannot_be_run_for_many_sets_is_not_tried() {
        for sql in [
            "-- a\nDELETE FROM t WHERE a = ?1",
            "-- a\nINSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET b = ?2",
            "-- a\nINSERT INTO t (a) SELECT ?1",
            "-- a\nINSERT INTO t (a) VALUES (?1",
            "-- a\nUPDATE t SET a = ?1",
            "-- a\nUPDATE t SET a = ?1 FROM u WHERE b = ?2",
            "",
        ] {
            assert_eq!(changed(sql), None, "{sql}");
        }
    }
}
