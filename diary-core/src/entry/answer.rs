//! Answers to an instrument, as codes and exact values, never as the texts shown.

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

use crate::ids::InstrumentId;
use crate::measure::{Decimal, Quantity};
use crate::time::TimeOfDay;

/// Answers to one instrument.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Assessment {
    /// Instrument with its version and wording.
    #[n(0)]
    pub instrument: InstrumentRef,
    /// One answer per answered item, in the instrument's order. Items without an answer are absent.
    #[cbor(n(1), decode_with = "crate::wire::list::<2048, _, _>")]
    pub answers: Vec<Answer>,
    /// Number of changes to answers before finishing.
    #[n(2)]
    pub changed_before_finish: u32,
    /// Instant of the first answer, by the device's clock.
    #[n(3)]
    pub started: Option<crate::time::UtcMillis>,
}

/// An instrument in the version that was answered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct InstrumentRef {
    /// Id of the instrument.
    #[n(0)]
    pub id: InstrumentId,
    /// Version of the Questionnaire.
    #[n(1)]
    pub version: String,
    /// Content pack of the wording, if there was one.
    #[n(2)]
    pub pack: Option<ContentPackRef>,
}

/// Licensed wording loaded by a site.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ContentPackRef {
    /// Pack.
    #[n(0)]
    pub id: String,
    /// Version of the pack.
    #[n(1)]
    pub version: String,
}

/// The answer to one item.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Answer {
    /// `linkId` of the item.
    #[n(0)]
    pub link_id: String,
    /// Values; several only for an item that repeats.
    #[cbor(n(1), decode_with = "crate::wire::list::<1024, _, _>")]
    pub values: Vec<Value>,
}

/// One value, by FHIR item type.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// `choice`: the chosen coding.
    #[n(0)]
    Coding {
        /// Code system, if the option has one.
        #[n(0)]
        system: Option<String>,
        /// Code in the option's spelling.
        #[n(1)]
        code: String,
    },
    /// `integer`
    #[n(1)]
    Integer(#[n(0)] i64),
    /// `decimal`
    #[n(2)]
    Decimal(#[n(0)] Decimal),
    /// `quantity`
    #[n(3)]
    Quantity(#[n(0)] Quantity),
    /// `boolean`
    #[n(4)]
    Boolean(#[n(0)] bool),
    /// `string` or `text`
    #[n(5)]
    Text(#[n(0)] String),
    /// `date`
    #[n(6)]
    Date(#[cbor(n(0), with = "date_cbor")] NaiveDate),
    /// `time`
    #[n(7)]
    Time(#[n(0)] TimeOfDay),
    /// `dateTime`: civil date and time with seconds east of UTC.
    #[n(8)]
    DateTime {
        /// Date.
        #[cbor(n(0), with = "date_cbor")]
        date: NaiveDate,
        /// Time.
        #[n(1)]
        time: TimeOfDay,
        /// Seconds east of UTC.
        #[cbor(n(2), decode_with = "crate::time::offset")]
        offset_s: i32,
    },
}

impl Value {
    /// Time of day of a `time` or `dateTime` value.
    #[must_use]
    pub fn time(&self) -> Option<NaiveTime> {
        match self {
            Self::Time(time) | Self::DateTime { time, .. } => Some(time.to_chrono()),
            _ => None,
        }
    }

    /// Civil date of a `date` or `dateTime` value.
    #[must_use]
    pub const fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(date) | Self::DateTime { date, .. } => Some(*date),
            Self::Coding { .. }
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Quantity(_)
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::Time(_) => None,
        }
    }
}

/// Civil dates as days since 1970-01-01, like diary days.
mod date_cbor {
    use chrono::NaiveDate;
    use minicbor::{
        Decoder, Encoder, decode::Error as DecodeError, encode::Error as EncodeError, encode::Write,
    };

    use crate::time::DiaryDay;

    pub(super) fn encode<C, W: Write>(
        date: &NaiveDate,
        e: &mut Encoder<W>,
        c: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.encode_with(DiaryDay(*date), c)?.ok()
    }

    pub(super) fn decode<'b, C>(d: &mut Decoder<'b>, c: &mut C) -> Result<NaiveDate, DecodeError> {
        d.decode_with::<C, DiaryDay>(c).map(|day| day.0)
    }
}

crate::log_safe::redacted!(Assessment, Answer, Value);
