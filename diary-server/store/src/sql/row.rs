//! Values on their way out of a database.

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

/// A row.
pub(crate) struct Row {
    values: Vec<Value>,
    sealed: Option<Arc<dyn OpenSealed>>,
}

impl Row {
    /// A row; `sealed` opens its sealed columns, if the database has any.
    pub(crate) fn new(values: Vec<Value>, sealed: Option<Arc<dyn OpenSealed>>) -> Self {
        Self { values, sealed }
    }

    /// The values.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of a column, counted from 0.
    pub(crate) fn get<T: FromValue>(&self, column: usize) -> Step<T> {
        self.values.get(column).and_then(T::from_value).ok_or_else(|| corrupt("a column of another type"))
    }

    /// Bytes of a column, borrowed from the row.
    pub(crate) fn bytes(&self, column: usize) -> Step<&[u8]> {
        match self.values.get(column) {
            Some(Value::Blob(bytes)) => Ok(bytes),
            _ => Err(corrupt("a column of another type")),
        }
    }

    /// The bytes of a column that is sealed under `label`, see [`super::Param::Sealed`].
    pub(crate) fn sealed(&self, label: &'static str, column: usize) -> Step<Vec<u8>> {
        let bytes = self.bytes(column)?;
        match &self.sealed {
            None => Ok(bytes.to_vec()),
            Some(key) => key.open(label, bytes).ok_or_else(|| corrupt("a sealed column does not open")),
        }
    }

    /// The text of a column that is sealed under `label`, where there is one, see [`super::Param::SealedText`].
    pub(crate) fn sealed_text(&self, label: &'static str, column: usize) -> Step<Option<String>> {
        if matches!(self.values.get(column), Some(Value::Null | Value::Text(_))) {
            return self.get(column);
        }
        let bytes = self.sealed(label, column)?;
        String::from_utf8(bytes).map(Some).map_err(|_| corrupt("a sealed text is none"))
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
