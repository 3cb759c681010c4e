//! Values on their way into a database.

/// One parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Param<'a> {
    /// Nothing.
    Null,
    /// An integer; 0 or 1 for a boolean.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// Bytes of an answer of a participant, or of another secret: encrypted in a database that is not encrypted as a
    /// whole. The label names the column, so that a value sealed for one column does not open in another.
    Sealed(&'static str, &'a [u8]),
    /// A text that is stored like [`Param::Sealed`].
    SealedText(&'static str, &'a str),
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Param::Int(value)
    }
}

impl From<&i64> for Param<'_> {
    fn from(value: &i64) -> Self {
        Param::Int(*value)
    }
}

impl From<i32> for Param<'_> {
    fn from(value: i32) -> Self {
        Param::Int(i64::from(value))
    }
}

impl From<u32> for Param<'_> {
    fn from(value: u32) -> Self {
        Param::Int(i64::from(value))
    }
}

impl From<u16> for Param<'_> {
    fn from(value: u16) -> Self {
        Param::Int(i64::from(value))
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Int(i64::from(value))
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Param::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Param::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Param::Blob(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Param::Blob(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Blob(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// The parameters of a statement, in order.
pub(crate) trait Params<'a> {
    /// As a list.
    fn list(self) -> Vec<Param<'a>>;
}

impl<'a> Params<'a> for () {
    fn list(self) -> Vec<Param<'a>> {
        Vec::new()
    }
}

impl<'a, T: Into<Param<'a>>, const N: usize> Params<'a> for [T; N] {
    fn list(self) -> Vec<Param<'a>> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))+) => {$(
        impl<'a, $($name: Into<Param<'a>>),+> Params<'a> for ($($name,)+) {
            #[expect(non_snake_case, reason = "each stands for the value of its type")]
            fn list(self) -> Vec<Param<'a>> {
                let ($($name,)+) = self;
                vec![$($name.into()),+]
            }
        }
    )+};
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) (A B C D E F G H I)
    (A B C D E F G H I J) (A B C D E F G H I J K)
}
