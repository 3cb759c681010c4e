//! Contents of a kind that a later version of the diary defines: kept as their bytes, passed on, and shown as needing an
//! update. Entries and acts share the encoding of a kind, `[number, fields]`.

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Serialize, Serializer};

/// Contents that this version cannot read.
#[derive(Clone, PartialEq, Eq)]
pub struct Newer {
    kind: u32,
    bytes: Vec<u8>,
}

/// Number that stands for [`Newer`] in the derived encodings of kinds. It is written nowhere and refused when it is read.
pub(crate) const NUMBER: u32 = u32::MAX;

impl Newer {
    /// Number of the kind.
    #[must_use]
    pub const fn kind(&self) -> u32 {
        self.kind
    }
}

crate::log_safe::redacted!(Newer);

/// The kind's number. The contents are in the bytes of the entry or act itself.
impl Serialize for Newer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.kind)
    }
}

impl<C> Encode<C> for Newer {
    fn encode<W: Write>(&self, _: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        Err(EncodeError::message("contents of a later version are encoded as a whole"))
    }
}

impl<'b, C> Decode<'b, C> for Newer {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        Err(DecodeError::message("no kind has this number").at(d.position()))
    }
}

/// A set of kinds with a place for those of later versions.
pub(crate) trait Kinds: Sized {
    /// Number of the last kind of this version.
    const LAST: u32;

    fn newer(newer: Newer) -> Self;

    fn as_newer(&self) -> Option<&Newer>;
}

/// Decodes one of the known kinds, or keeps the bytes of a later one.
pub(crate) fn decode<'b, C, T: Kinds + Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<T, DecodeError> {
    let start = d.position();
    let mut look = d.probe();
    // Two elements, as every kind: a later version that needs another shape has another schema.
    if look.array()? == Some(2) {
        let kind = look.u32()?;
        if kind > T::LAST && kind < NUMBER {
            look.skip()?;
            let end = look.position();
            d.skip()?;
            let bytes = d.input().get(start..end).unwrap_or_default().to_vec();
            return Ok(T::newer(Newer { kind, bytes }));
        }
    }
    d.decode_with(ctx)
}

/// Encodes a known kind, or the kept bytes of a later one.
pub(crate) fn encode<C, T: Kinds + Encode<C>, W: Write>(
    value: &T,
    e: &mut Encoder<W>,
    ctx: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    match value.as_newer() {
        Some(newer) => e.writer_mut().write_all(&newer.bytes).map_err(EncodeError::write),
        None => value.encode(e, ctx),
    }
}

#[cfg(test)]
mod tests {
    use crate::act::{Act, ActContent};
    use crate::counter::Counter;
    use crate::entry::{Content, EncodedRevision, Note, Revision};
    use crate::ids::{ActId, RevisionId, RunId};
    use crate::testing::first_revision;
    use crate::time::{DiaryDay, Reading, UtcMillis};

    fn revision() -> Revision {
        let id = RevisionId::from_bytes([7; 16]);
        let utc = UtcMillis(1_772_600_000_000);
        Revision {
            counter: Counter::of_device(1),
            day: DiaryDay::default(),
            app: "diary-test 1".to_owned(),
            ..first_revision(
                id,
                Content::Note(Note { text: "x".to_owned() }),
                Reading {
                    utc,
                    zone: "Asia/Shanghai".parse().unwrap(),
                    offset_s: 28_800,
                    monotonic_ms: None,
                    run: RunId::from_bytes([1; 16]),
                },
            )
        }
    }

    /// The encoding of a note, `[4, [{0: "x"}]]`, and the same with another kind's number.
    const NOTE: [u8; 7] = [0x82, 0x04, 0x81, 0xa1, 0x00, 0x61, b'x'];

    fn with_kind(bytes: &[u8], known: &[u8], kind: &[u8]) -> Vec<u8> {
        let at = bytes.windows(known.len()).position(|window| window == known).unwrap();
        let mut out = bytes[..=at].to_vec();
        out.extend(kind);
        out.extend(&bytes[at + 2..]);
        out
    }

    #[test]
    fn an_entry_of_a_later_kind_keeps_its_bytes_and_all_that_is_known_of_it() {
        let known = EncodedRevision::new(revision()).unwrap();
        for kind in [&[0x08][..], &[0x18, 0x63], &[0x1a, 0xff, 0xff, 0xff, 0xfe]] {
            let bytes = with_kind(known.bytes(), &NOTE, kind);
            let read = EncodedRevision::decode(&bytes).unwrap();
            assert!(matches!(&read.revision().content, Content::Newer(_)));
            assert_eq!((read.bytes(), read.revision().id), (&bytes[..], revision().id));
            assert_eq!(minicbor::to_vec(read.revision()).unwrap(), bytes, "encoded again as it came");
            assert!(EncodedRevision::new(read.revision().clone()).is_err(), "no program makes one");
        }
        for kind in [&[0x1a, 0xff, 0xff, 0xff, 0xff][..], &[0x1b, 0, 0, 0, 1, 0, 0, 0, 0], &[0x20]] {
            assert!(EncodedRevision::decode(&with_kind(known.bytes(), &NOTE, kind)).is_err());
        }
    }

    #[test]
    fn an_act_of_a_later_kind_is_kept_and_can_not_be_replaced() {
        let act = Act {
            id: ActId::from_bytes([3; 16]),
            counter: Counter::of_device(1),
            by: "wang".to_owned(),
            at: UtcMillis(1),
            reason: None,
            content: ActContent::Withdrawn,
            replaces: None,
        };
        let bytes = crate::wire::encode(&act);
        let read = Act::decode(&with_kind(&bytes, &[0x82, 0x08, 0x80], &[0x18, 0x20])).unwrap();
        let ActContent::Newer(newer) = &read.content else { panic!("a kind that this version knows") };
        assert_eq!((newer.kind(), read.content.is_replaceable()), (0x20, false));
    }
}
