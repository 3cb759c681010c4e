//! Identifiers of the diary, one type each, made by two macros. No rule is defined here.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

/// Fault of an identifier's text. Never contains the text, which may stand beside a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: expected {expected}")]
pub struct IdError {
    /// Kind of identifier.
    pub kind: &'static str,
    /// Expected form.
    pub expected: &'static str,
}

/// Lower-case hexadecimal of `bytes`.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Bytes of hexadecimal `text` (either case); `None` unless it is hexadecimal of exactly `N` bytes.
#[must_use]
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    // The decoder panics where text and bytes do not fit.
    if text.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq)]
        pub struct $name([u8; $len]);

        crate::steps::compared!($name, 0);
        crate::steps::hashed!($name, 0);

        impl $name {
            /// The identifier with exactly these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                from_hex(text).map(Self).ok_or(IdError { kind: stringify!($name), expected: $expected })
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = IdError;
            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError { kind: stringify!($name), expected: $expected })
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Self::try_from(d.bytes()?)
                    .map_err(|_| minicbor::decode::Error::message(concat!(stringify!($name), ": wrong length")).at(at))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

byte_id!(
    /// A participant's log on the servers. Random; never derived from the subject number.
    VaultId, 16, "32 hexadecimal digits"
);
byte_id!(
    /// One incarnation of a device's store under the same device key. A restored or cloned store starts a new
    /// one.
    Incarnation, 16, "32 hexadecimal digits"
);
byte_id!(
    /// One enrolment link, valid for one use.
    EnrolmentId, 16, "32 hexadecimal digits"
);
byte_id!(
    /// One epoch of a server's database. Changes when a backup is restored.
    Epoch, 16, "32 hexadecimal digits"
);
byte_id!(
    /// First 16 bytes of `SHA-256("diary/key/v1" || kind || public key)`.
    KeyId, 16, "32 hexadecimal digits"
);
byte_id!(
    /// One run of a program, within which monotonic readings can be compared.
    RunId, 16, "32 hexadecimal digits"
);
byte_id!(
    /// Random bytes of a request, repeated in the signed reply, so that an old reply cannot pass for a new
    /// one.
    Nonce, 16, "32 hexadecimal digits"
);
byte_id!(
    /// One line of a participant's regimen, constant while amount and times change. Random, made with the act
    /// of staff.
    LineId, 8, "16 hexadecimal digits"
);
byte_id!(
    /// A SHA-256 value.
    Hash, 32, "64 hexadecimal digits"
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        byte_id!($(#[$doc])* #[doc = "\n\nA UUIDv7 made where the tap happens; shown as 32 hexadecimal digits."] $name, 16, "32 hexadecimal digits");

        impl $name {
            /// New UUIDv7 from `unix_ms` and ten random bytes.
            #[must_use]
            pub fn new(unix_ms: i64, random: [u8; 10]) -> Self {
                let ms = u64::try_from(unix_ms).unwrap_or(0);
                Self(*uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid().as_bytes())
            }
        }
    };
}

uuid_id!(
    /// One entry. Equal to the [`RevisionId`] of its first revision.
    EntryId
);
uuid_id!(
    /// One revision of an entry.
    RevisionId
);
uuid_id!(
    /// One act of staff that changes a record.
    ActId
);

impl From<RevisionId> for EntryId {
    fn from(first: RevisionId) -> Self {
        Self(first.0)
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Eq, Debug, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        crate::steps::compared!($name, 0);
        crate::steps::hashed!($name, 0);

        impl $name {
            /// The code as written in the study.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let fits = !text.is_empty()
                    && text.len() <= CODE_MAX_LEN
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { kind: stringify!($name), expected: "1 to 64 letters, digits, '-', '_' or '.'" })
                }
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                d.str()?
                    .parse()
                    .map_err(|_| minicbor::decode::Error::message(concat!(stringify!($name), ": not a code")).at(at))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Longest code (of a study, site, slot, instrument, medication), in bytes.
pub const CODE_MAX_LEN: usize = 64;

code!(
    /// The study, for example `NCT06836973`.
    StudyId
);
code!(
    /// One site of the study.
    SiteId
);
code!(
    /// An instrument of the study, for example `evening`.
    InstrumentId
);
code!(
    /// A place in the schedule, for example `safety-morning`.
    SlotId
);
code!(
    /// A medication of the study's list, for example `pyridostigmine`.
    MedicationCode
);
code!(
    /// A named anchor of the schedule, for example `cycle1`.
    AnchorId
);
code!(
    /// A named range of days around anchors, for example `safety`.
    PeriodId
);
code!(
    /// An alert rule of the study.
    RuleId
);
code!(
    /// A kind of event of the study's list, for example `fall`.
    EventCode
);
code!(
    /// A kind of visit of the study's list, for example `screening`.
    VisitCode
);

impl From<EventCode> for RuleId {
    /// Conversion for serious events, which are listed among the alert rules.
    fn from(code: EventCode) -> Self {
        Self(code.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_text_and_refuse_other_lengths() {
        let id = VaultId::from_bytes([0xA7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("a7".parse::<VaultId>().is_err());
        assert!("g".repeat(32).parse::<VaultId>().is_err());
        assert!("é".repeat(16).parse::<VaultId>().is_err());
    }

    #[test]
    fn entry_ids_are_uuid_version_7_of_their_millisecond() {
        let id = EntryId::new(1_700_000_000_000, [9; 10]);
        let uuid = uuid::Uuid::from_bytes(*id.as_bytes());
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_timestamp().map(|t| t.to_unix().0), Some(1_700_000_000));
    }

    #[test]
    fn codes_are_plain_words() {
        assert!("cycle1".parse::<AnchorId>().is_ok());
        for bad in ["", "a b", "眼", &"x".repeat(65)] {
            assert!(bad.parse::<AnchorId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn codes_follow_the_same_rule_in_cbor_as_in_text() {
        for bad in ["", "a b", "眼", "a\u{202e}b", "a\n", "<b>", &"x".repeat(65)] {
            let bytes = minicbor::to_vec(bad).unwrap();
            assert!(minicbor::decode::<SiteId>(&bytes).is_err(), "{bad:?}");
            assert!(minicbor::decode::<MedicationCode>(&bytes).is_err(), "{bad:?}");
        }
        let good: SlotId = "safety-morning".parse().unwrap();
        let bytes = minicbor::to_vec(&good).unwrap();
        assert_eq!(bytes, minicbor::to_vec("safety-morning").unwrap());
        assert_eq!(minicbor::decode::<SlotId>(&bytes).unwrap(), good);
    }
}
