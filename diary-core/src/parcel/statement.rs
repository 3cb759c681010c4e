//! What a device says of itself at a contact, so that the site can tell *missed* from *not yet sent*.

use crate::ids::ActId;
use crate::time::{DiaryDay, Reading, UtcMillis};
use crate::wire;

/// What a device says of itself at a contact.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Statement {
    /// The device's clock when it said so.
    #[n(0)]
    pub as_of: Reading,
    /// Revisions made on it so far in this incarnation.
    #[cbor(n(1), decode_with = "wire::count_at_most")]
    pub entries_made: u64,
    /// Diary days with something that is not in this parcel or an earlier one.
    #[cbor(n(2), decode_with = "wire::list::<UNSENT_DAYS_MAX, _, _>")]
    pub unsent_days: Vec<DiaryDay>,
    /// Assessments begun and not finished.
    #[n(3)]
    pub open_drafts: u32,
    /// How the device's clock stood to a server's when they last met.
    #[n(4)]
    pub clock: Option<ClockObservation>,
    /// Acts of staff that came down since the last statement, each with the device's clock then; at most
    /// [`KNOWN_ACTS_MAX`], the latest. They tell what nothing could have asked for before.
    #[cbor(n(5), skip_if = "Vec::is_empty", decode_with = "wire::list::<KNOWN_ACTS_MAX, _, _>")]
    pub known_acts: Vec<KnownAct>,
    /// Version of the study in force on the device.
    #[n(6)]
    pub study: Option<u32>,
}

/// Most acts that one statement names.
pub const KNOWN_ACTS_MAX: usize = 128;
/// Most days that one statement names: more than eleven years of a diary.
pub const UNSENT_DAYS_MAX: usize = 4096;

/// An act of staff that came down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct KnownAct {
    /// The act.
    #[n(0)]
    pub act: ActId,
    /// The device's clock when it came.
    #[n(1)]
    pub at: UtcMillis,
}

/// A server's time and the device's at the same moment, as far as the network lets one tell.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ClockObservation {
    /// The server's clock, as a signed reply gave it.
    #[n(0)]
    pub server_time: UtcMillis,
    /// The device's clock when that reply came.
    #[n(1)]
    pub reading: Reading,
}
