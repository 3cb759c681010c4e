//! Conversion between values of the store and of PostgreSQL: a parameter takes the type that the statement asks for, a
//! column that of its value.

use std::borrow::Cow;

use tokio_postgres::Row as Columns;
use tokio_postgres::types::{ToSql, Type};

use super::refused::{refused, words};
use super::seal::Seal;
use crate::sql::{Fault, Param, Step, Trouble, Type as Kind, Value};

/// A parameter as its statement takes it.
pub(super) enum Bound<'a> {
    Int8(Option<i64>),
    Int4(Option<i32>),
    Int2(Option<i16>),
    Bool(Option<bool>),
    Text(Option<&'a str>),
    Bytes(Option<Cow<'a, [u8]>>),
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Blobs(Vec<Option<Cow<'a, [u8]>>>),
}

impl Bound<'_> {
    /// The form in which it is passed to the driver.
    pub(super) fn sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Int8(value) => value,
            Self::Int4(value) => value,
            Self::Int2(value) => value,
            Self::Bool(value) => value,
            Self::Text(value) => value,
            Self::Bytes(value) => value,
            Self::Ints(values) => values,
            Self::Texts(values) => values,
            Self::Blobs(values) => values,
        }
    }
}

/// The parameters of one run of a statement that asks for `types`.
pub(super) fn bind<'a>(types: &[Type], params: &[Param<'a>], seal: &Seal) -> Step<Vec<Bound<'a>>> {
    if types.len() != params.len() {
        return Err(words(Trouble::Other, "a statement with another number of parameters"));
    }
    types.iter().zip(params).map(|(asked, param)| one(asked, *param, seal)).collect()
}

fn one<'a>(asked: &Type, param: Param<'a>, seal: &Seal) -> Step<Bound<'a>> {
    Ok(match *asked {
        Type::INT8 => Bound::Int8(int(param)?),
        Type::INT4 => Bound::Int4(narrow(int(param)?)?),
        Type::INT2 => Bound::Int2(narrow(int(param)?)?),
        Type::BOOL => Bound::Bool(int(param)?.map(|value| value != 0)),
        Type::TEXT | Type::VARCHAR | Type::NAME => Bound::Text(text(param)?),
        Type::BYTEA => Bound::Bytes(blob(param, seal)?),
        _ => return Err(unfit()),
    })
}

/// The parameters of many sets: one array for each parameter.
pub(super) fn bind_each<'a>(kinds: &[Kind], sets: &[Vec<Param<'a>>], seal: &Seal) -> Step<Vec<Bound<'a>>> {
    if sets.iter().any(|set| set.len() != kinds.len()) {
        return Err(words(Trouble::Other, "a set with another number of parameters"));
    }
    let column = |n: usize| sets.iter().filter_map(move |set| set.get(n).copied());
    let bound = kinds.iter().enumerate().map(|(n, kind)| {
        Ok(match kind {
            Kind::Int => Bound::Ints(column(n).map(int).collect::<Step<_>>()?),
            Kind::Text => Bound::Texts(column(n).map(text).collect::<Step<_>>()?),
            Kind::Blob => Bound::Blobs(column(n).map(|param| blob(param, seal)).collect::<Step<_>>()?),
        })
    });
    bound.collect()
}

fn int(param: Param<'_>) -> Step<Option<i64>> {
    match param {
        Param::Null => Ok(None),
        Param::Int(value) => Ok(Some(value)),
        Param::Text(_) | Param::Blob(_) | Param::Sealed(..) | Param::SealedText(..) => Err(unfit()),
    }
}

fn narrow<T: TryFrom<i64>>(value: Option<i64>) -> Step<Option<T>> {
    value.map(|value| T::try_from(value).map_err(|_| unfit())).transpose()
}

fn text(param: Param<'_>) -> Step<Option<&str>> {
    match param {
        Param::Null => Ok(None),
        Param::Text(value) => Ok(Some(value)),
        Param::Int(_) | Param::Blob(_) | Param::Sealed(..) | Param::SealedText(..) => Err(unfit()),
    }
}

fn blob<'a>(param: Param<'a>, seal: &Seal) -> Step<Option<Cow<'a, [u8]>>> {
    match param {
        Param::Null => Ok(None),
        Param::Blob(value) => Ok(Some(Cow::Borrowed(value))),
        Param::Sealed(label, value) => Ok(Some(Cow::Owned(seal.seal(label, value)))),
        Param::SealedText(label, value) => Ok(Some(Cow::Owned(seal.seal(label, value.as_bytes())))),
        Param::Int(_) | Param::Text(_) => Err(unfit()),
    }
}

fn unfit() -> Fault {
    words(Trouble::Other, "a parameter of another type than its statement asks for")
}

/// The values of a row, from column `from` on.
pub(super) fn values(row: &Columns, from: usize) -> Step<Vec<Value>> {
    (from..row.len()).map(|at| value(row, at)).collect()
}

fn value(row: &Columns, at: usize) -> Step<Value> {
    let kind = row.columns().get(at).map(|column| column.type_().clone());
    let value = match kind {
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(at).map(|value| value.map(Value::Int)),
        Some(Type::INT4) => {
            row.try_get::<_, Option<i32>>(at).map(|value| value.map(|n| Value::Int(n.into())))
        }
        Some(Type::INT2) => {
            row.try_get::<_, Option<i16>>(at).map(|value| value.map(|n| Value::Int(n.into())))
        }
        Some(Type::BOOL) => {
            row.try_get::<_, Option<bool>>(at).map(|value| value.map(|b| Value::Int(b.into())))
        }
        Some(Type::TEXT | Type::VARCHAR | Type::NAME) => {
            row.try_get::<_, Option<String>>(at).map(|value| value.map(Value::Text))
        }
        Some(Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(at).map(|value| value.map(Value::Blob)),
        // Result type of functions without a result.
        Some(Type::VOID) => Ok(None),
        // For example NUMERIC, from a sum of BIGINT: the statement has to say CAST (.. AS BIGINT).
        _ => {
            return Err(words(
                Trouble::Other,
                "a column of a type that no row has; the statement must cast it",
            ));
        }
    };
    Ok(value.map_err(refused)?.unwrap_or(Value::Null))
}
