//! Values on their way out of a database.

use std::cell::Cell;
use std::sync::Arc;

use super::{Step, corrupt};

/// Decrypts sealed columns.
pub(crate) trait OpenSealed: Send + Sync {
    /// Decrypts bytes sealed for the column `label`; `None` if they do not verify.
    fn open(&self, label: &'static str, sealed: &[u8]) -> Option<Vec<u8>>;
}

/// One value of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// An integer or a boolean.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Names of the columns of a result, shared by its rows.
pub(crate) type Columns = Arc<[String]>;

/// A row. Its columns are read by their names.
pub(crate) struct Row {
    columns: Columns,
    values: Vec<Value>,
    sealed: Option<Arc<dyn OpenSealed>>,
    /// The column after the one that was read last: columns are mostly read in their order.
    next: Cell<usize>,
}

impl Row {
    /// A row; `sealed` opens its sealed columns, if the database has any.
    pub(crate) fn new(columns: &Columns, values: Vec<Value>, sealed: Option<Arc<dyn OpenSealed>>) -> Self {
        Self { columns: Arc::clone(columns), values, sealed, next: Cell::new(0) }
    }

    /// The values.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    fn value(&self, column: &str) -> Step<&Value> {
        let is_it = |at: &usize| self.columns.get(*at).is_some_and(|name| name == column);
        let next = Some(self.next.get()).filter(is_it);
        let at = next.or_else(|| self.columns.iter().position(|name| name == column));
        let at = at.ok_or_else(|| corrupt("a column that the statement does not select"))?;
        self.next.set(at + 1);
        self.values.get(at).ok_or_else(|| corrupt("a row with too few columns"))
    }

    /// The value of a column.
    pub(crate) fn get<T: FromValue>(&self, column: &str) -> Step<T> {
        T::from_value(self.value(column)?).ok_or_else(|| corrupt("a column of another type"))
    }

    /// The value of the only column.
    pub(crate) fn only<T: FromValue>(&self) -> Step<T> {
        match self.values.as_slice() {
            [value] => T::from_value(value).ok_or_else(|| corrupt("a column of another type")),
            _ => Err(corrupt("a row with another number of columns")),
        }
    }

    /// Bytes of a column, borrowed from the row.
    pub(crate) fn bytes(&self, column: &str) -> Step<&[u8]> {
        match self.value(column)? {
            Value::Blob(bytes) => Ok(bytes),
            Value::Null | Value::Int(_) | Value::Text(_) => Err(corrupt("a column of another type")),
        }
    }

    /// The bytes of a column that is sealed under `label`, see [`super::Param::Sealed`].
    pub(crate) fn sealed(&self, label: &'static str, column: &str) -> Step<Vec<u8>> {
        let bytes = self.bytes(column)?;
        match &self.sealed {
            None => Ok(bytes.to_vec()),
            Some(key) => key.open(label, bytes).ok_or_else(|| corrupt("a sealed column does not open")),
        }
    }

    /// The text of a column that is sealed under `label`, where there is one, see [`super::Param::SealedText`].
    pub(crate) fn sealed_text(&self, label: &'static str, column: &str) -> Step<Option<String>> {
        if matches!(self.value(column)?, Value::Null | Value::Text(_)) {
            return self.get(column);
        }
        let bytes = self.sealed(label, column)?;
        String::from_utf8(bytes).map(Some).map_err(|_| corrupt("sealed text that is not UTF-8"))
    }
}

/// A type that a value can be read as.
pub(crate) trait FromValue: Sized {
    /// The value, if it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($name:ty),+) => {$(
        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                Self::try_from(i64::from_value(value)?).ok()
            }
        }
    )+};
}
integers!(i32, u16, u32);

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
