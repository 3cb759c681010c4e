//! Encodings: strictly decoded CBOR, and base64url for the few texts that contain bytes. No format is defined
//! here.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use minicbor::data::Type;
use minicbor::decode::Error as DecodeError;
use minicbor::{Decode, Decoder, Encode};

/// Reason for which bytes do not decode. Contains the kind of value, never its contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Too many bytes.
    #[error("{what}: {bytes} bytes, at most {max} are allowed")]
    TooLong {
        /// Kind of value.
        what: &'static str,
        /// Number of bytes.
        bytes: usize,
        /// Largest number allowed.
        max: usize,
    },
    /// Not that kind of value in this version of the format.
    #[error("{what}: not readable at byte {at}")]
    Malformed {
        /// Kind of value.
        what: &'static str,
        /// Offset of the error in bytes.
        at: usize,
    },
    /// A list with too many elements.
    #[error("{what}: a list of more than {max} elements")]
    TooMany {
        /// Kind of value.
        what: &'static str,
        /// Largest number of elements allowed.
        max: usize,
    },
    /// Bytes after the end of the value.
    #[error("{what}: bytes after the end")]
    Trailing {
        /// Kind of value.
        what: &'static str,
    },
}

/// Deepest nesting of arrays, maps and tags; the formats need fewer than ten levels.
const DEPTH_MAX: u32 = 32;

/// Decodes one `what` of at most `max` bytes that fills `bytes` exactly, without duplicate keys in any map: a
/// reader that takes the first of two and one that takes the last would read different contents under one
/// signature.
///
/// # Errors
/// [`WireError`] for the first rule that is broken.
pub fn decode<'b, T: Decode<'b, ()>>(
    what: &'static str,
    bytes: &'b [u8],
    max: usize,
) -> Result<T, WireError> {
    if bytes.len() > max {
        return Err(WireError::TooLong { what, bytes: bytes.len(), max });
    }
    let mut decoder = Decoder::new(bytes);
    // The library's own message may quote contents; only the position is passed on.
    let value = decoder.decode().map_err(|e| match std::error::Error::source(&e).and_then(too_many) {
        Some(TooMany { max }) => WireError::TooMany { what, max: *max },
        None => WireError::Malformed { what, at: e.position().unwrap_or(decoder.position()) },
    })?;
    if decoder.position() != bytes.len() {
        return Err(WireError::Trailing { what });
    }
    // The library accepts duplicate keys, so that a second pass looks for them.
    let mut again = Decoder::new(bytes);
    match says_nothing_twice(&mut again, DEPTH_MAX) {
        Ok(true) => Ok(value),
        Ok(false) | Err(_) => Err(WireError::Malformed { what, at: again.position() }),
    }
}

/// Skips one item. Returns `false` if a map in it has a key twice, in whichever encoding, or if it nests too
/// deeply.
fn says_nothing_twice(d: &mut Decoder<'_>, depth: u32) -> Result<bool, minicbor::decode::Error> {
    if depth == 0 {
        return Ok(false);
    }
    match d.datatype()? {
        Type::Array | Type::ArrayIndef => {
            let mut left = d.array()?;
            while more(d, &mut left)? {
                if !says_nothing_twice(d, depth - 1)? {
                    return Ok(false);
                }
            }
        }
        Type::Map | Type::MapIndef => {
            let mut left = d.map()?;
            let (mut numbers, mut others) = (BTreeSet::new(), BTreeSet::new());
            while more(d, &mut left)? {
                let from = d.position();
                // Integer keys are compared by value, because one can be encoded in more bytes than needed.
                let is_new = match d.datatype()? {
                    Type::U8
                    | Type::U16
                    | Type::U32
                    | Type::U64
                    | Type::Int
                    | Type::I8
                    | Type::I16
                    | Type::I32
                    | Type::I64 => numbers.insert(i128::from(d.int()?)),
                    _ => {
                        d.skip()?;
                        others.insert(d.input().get(from..d.position()))
                    }
                };
                if !is_new || !says_nothing_twice(d, depth - 1)? {
                    return Ok(false);
                }
            }
        }
        Type::Tag => {
            d.tag()?;
            return says_nothing_twice(d, depth - 1);
        }
        _ => d.skip()?,
    }
    Ok(true)
}

/// True if an array or map has more items; counts down if its length was given.
fn more(d: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, minicbor::decode::Error> {
    match left {
        Some(0) => Ok(false),
        Some(n) => {
            *n -= 1;
            Ok(true)
        }
        None if d.datatype()? == Type::Break => {
            d.skip()?;
            Ok(false)
        }
        None => Ok(true),
    }
}

/// Error of a list with too many elements.
#[derive(Debug, thiserror::Error)]
#[error("more than {max} elements")]
struct TooMany {
    max: usize,
}

fn too_many<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e TooMany> {
    error.downcast_ref()
}

/// Decodes a list of at most `MAX` elements; every list of every format uses it. A list with a longer
/// announced length is refused before any element is read, one without a length at the first element too
/// many.
///
/// # Errors
/// [`WireError::TooMany`] after [`decode`] has mapped it, and those of the elements.
pub(crate) fn list<'b, const MAX: usize, C, T: Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Vec<T>, DecodeError> {
    let at = d.position();
    let refused = || DecodeError::custom(TooMany { max: MAX }).at(at);
    if d.probe().array()?.is_some_and(|announced| announced > MAX as u64) {
        return Err(refused());
    }
    let mut list = Vec::new();
    for element in d.array_iter_with(ctx)? {
        if list.len() == MAX {
            return Err(refused());
        }
        list.push(element?);
    }
    Ok(list)
}

/// Decodes one `what` like [`decode`], and refuses every encoding other than [`encode`]'s. For envelopes:
/// hashes cover their contents, so that two different envelopes with the same contents must not exist.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_exact<'b, T: Decode<'b, ()> + Encode<()>>(
    what: &'static str,
    bytes: &'b [u8],
    max: usize,
) -> Result<T, WireError> {
    let value = decode(what, bytes, max)?;
    if encode(&value) == bytes { Ok(value) } else { Err(WireError::Malformed { what, at: 0 }) }
}

/// Highest number of a record of a vault's log, which databases store in 32 bits.
pub const RECORD_MAX: u64 = u32::MAX as u64;
/// Highest value of any other count. Far below 2^63, so that neither databases nor additions overflow.
pub const COUNT_MAX: u64 = (1 << 48) - 1;

/// Decodes the sequence number of a parcel.
///
/// # Errors
/// If it is above [`SEQ_MAX`](crate::counter::SEQ_MAX).
pub fn seq<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u64, minicbor::decode::Error> {
    up_to(d, crate::counter::SEQ_MAX)
}

/// Decodes the number of a record in a vault's log.
///
/// # Errors
/// If it is above [`RECORD_MAX`].
pub fn record_number<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u64, minicbor::decode::Error> {
    up_to(d, RECORD_MAX)
}

/// Decodes any other count.
///
/// # Errors
/// If it is above [`COUNT_MAX`].
pub fn count<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u64, minicbor::decode::Error> {
    up_to(d, COUNT_MAX)
}

/// Decodes a count, clamped to [`COUNT_MAX`], so that a record with a larger one stays readable.
///
/// # Errors
/// If it is not a number.
pub fn count_at_most<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u64, minicbor::decode::Error> {
    Ok(d.u64()?.min(COUNT_MAX))
}

/// Decodes [`count_at_most`], or null.
///
/// # Errors
/// Those of [`count_at_most`].
pub fn optional_count_at_most<C>(
    d: &mut Decoder<'_>,
    ctx: &mut C,
) -> Result<Option<u64>, minicbor::decode::Error> {
    if d.datatype()? == Type::Null {
        d.skip()?;
        return Ok(None);
    }
    count_at_most(d, ctx).map(Some)
}

/// Decodes [`count`], or null.
///
/// # Errors
/// Those of [`count`].
pub fn optional_count<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Option<u64>, minicbor::decode::Error> {
    if d.datatype()? == Type::Null {
        d.skip()?;
        return Ok(None);
    }
    count(d, ctx).map(Some)
}

/// Value of an absent optional number.
#[must_use]
pub const fn absent() -> Option<Option<u64>> {
    Some(None)
}

fn up_to(d: &mut Decoder<'_>, most: u64) -> Result<u64, minicbor::decode::Error> {
    let at = d.position();
    let number = d.u64()?;
    let fits = number <= most;
    fits.then_some(number).ok_or_else(|| minicbor::decode::Error::message("number out of range").at(at))
}

/// CBOR encoding of `value`.
#[must_use]
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory and encoders of this crate do not fail")
}

/// Base64url of `bytes`, without padding.
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Bytes of base64url `text` without padding; `None` if it is malformed. Each byte sequence has exactly one
/// text.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Like [`from_base64url`], for exactly `N` bytes.
#[must_use]
pub fn array_from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_base64url(text)?.try_into().ok()
}

/// Defines an enum of codes that are numbers in CBOR and names in JSON, and keeps those of later versions as
/// `Other`.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $number:literal $variant:ident $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A code of a later version.
            Other(u16),
        }

        impl $name {
            /// Codes of this version.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Number in CBOR and in databases.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// Code with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }

            /// Name in JSON, reports and logs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(_) => "other",
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u16(self.number())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                d.u16().map(Self::from_number)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                Ok(Self::ALL.iter().copied().find(|code| code.name() == text).unwrap_or(Self::Other(0)))
            }
        }
    };
}
pub(crate) use codes;

/// Serde for bytes in JSON bodies.
pub mod base64url_serde {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes bytes as base64url.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: AsRef<[u8]>, S: Serializer>(bytes: &T, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&super::to_base64url(bytes.as_ref()))
    }

    /// Reads base64url of the length that the field takes.
    ///
    /// # Errors
    /// If the text is not base64url, or has another length.
    pub fn deserialize<'de, T: TryFrom<Vec<u8>>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        super::from_base64url(&text)
            .and_then(|bytes| T::try_from(bytes).ok())
            .ok_or_else(|| D::Error::custom("expected base64url without padding, of the right length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64url_agrees_with_the_examples_of_its_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(to_base64url(bytes.as_bytes()), text);
            assert_eq!(from_base64url(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        for bad in ["Z", "Zh", "Zg==", "Zm9=", "Z g", "Zm9v\n", "Zm9+"] {
            assert_eq!(from_base64url(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn base64url_gives_back_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(from_base64url(&to_base64url(&bytes)), Some(bytes));
        }
    }

    #[derive(Debug, PartialEq, Encode, Decode)]
    struct Listed {
        #[cbor(n(0), decode_with = "list::<3, _, _>")]
        numbers: Vec<u8>,
    }

    #[test]
    fn a_list_is_refused_by_its_announced_length_before_an_element_is_read() {
        let read = |bytes: &[u8]| decode::<Listed>("list", bytes, 99).map(|listed| listed.numbers);
        let too_many = Err(WireError::TooMany { what: "list", max: 3 });
        assert_eq!(read(&[0x81, 0x83, 1, 2, 3]), Ok(vec![1, 2, 3]));
        assert_eq!(read(&[0x81, 0x84, 1, 2, 3, 4]), too_many);
        // 2^64 - 1 announced elements, none of which is there.
        let announced = [&[0x81, 0x9b][..], &[0xff; 8]].concat();
        assert_eq!(read(&announced), too_many);
        assert_eq!(read(&[0x81, 0x9f, 1, 2, 3, 0xff]), Ok(vec![1, 2, 3]), "no length announced");
        assert_eq!(read(&[0x81, 0x9f, 1, 2, 3, 4, 0xff]), too_many);
        assert_eq!(read(&[0x81, 0x83, 1, 2]), Err(WireError::Malformed { what: "list", at: 4 }));
    }

    #[test]
    fn a_key_that_is_there_twice_is_refused_however_it_is_written_and_however_deep() {
        #[derive(minicbor::Encode, minicbor::Decode)]
        #[cbor(map)]
        struct One {
            #[n(0)]
            number: u8,
            #[n(1)]
            inner: Option<Vec<One>>,
        }
        let good = encode(&One { number: 7, inner: Some(vec![One { number: 8, inner: None }]) });
        assert!(decode::<One>("one", &good, 99).is_ok());
        let refused =
            |bytes: &[u8]| matches!(decode::<One>("one", bytes, 99), Err(WireError::Malformed { .. }));
        assert!(refused(&[0xa2, 0, 7, 0, 8]));
        assert!(refused(&[0xa2, 0, 7, 0x18, 0, 8]), "the same key in more bytes");
        assert!(refused(&[0xbf, 0, 7, 0, 8, 0xff]), "a map without a length");
        assert!(refused(&[0xa2, 0, 7, 1, 0x81, 0xa2, 0, 8, 0, 9]), "in a map inside");
        assert!(refused(&[0xa3, 0, 7, 5, 1, 5, 2]), "a field of a later version");
        assert!(refused(&[0xa3, 0, 7, 0x61, b'x', 1, 0x61, b'x', 2]), "a key that is a text");
        assert!(decode::<One>("one", &[0xa3, 0, 7, 5, 1, 6, 2], 99).is_ok(), "later versions may say more");
        let deep = [[0xa2, 0, 7, 9].as_slice(), &[0x81; 40], &[0]].concat();
        assert!(refused(&deep), "nothing is nested without end");
    }

    #[test]
    fn bytes_after_the_end_and_too_many_bytes_are_refused() {
        assert_eq!(decode::<u8>("number", &[7], 9), Ok(7));
        assert_eq!(decode::<u8>("number", &[7, 7], 9), Err(WireError::Trailing { what: "number" }));
        assert!(matches!(decode::<u8>("number", &[7], 0), Err(WireError::TooLong { .. })));
        assert!(matches!(decode::<u8>("number", &[], 9), Err(WireError::Malformed { .. })));
    }
}
