//! Statement of a device about itself at a contact, by which the site distinguishes *missed* from *not yet
//! sent*.

use crate::ids::ActId;
use crate::time::{DiaryDay, Reading, UtcMillis};
use crate::wire;

/// Statement of a device about itself at a contact.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Statement {
    /// Reading of the device's clock at its making.
    #[n(0)]
    pub as_of: Reading,
    /// Number of revisions made on it so far in this incarnation.
    #[cbor(n(1), decode_with = "wire::count_at_most")]
    pub entries_made: u64,
    /// Diary days with a revision that is neither in this parcel nor in an earlier one.
    #[cbor(n(2), decode_with = "wire::list::<UNSENT_DAYS_MAX, _, _>")]
    pub unsent_days: Vec<DiaryDay>,
    /// Number of assessments begun and not finished.
    #[n(3)]
    pub open_drafts: u32,
    /// Comparison of the device's clock with a server's at their last contact.
    #[n(4)]
    pub clock: Option<ClockObservation>,
    /// Acts of staff received since the last statement, each with the device's clock at that moment; at most
    /// [`KNOWN_ACTS_MAX`], the latest. Before that moment the device could not have asked for anything that
    /// they schedule.
    #[cbor(n(5), skip_if = "Vec::is_empty", decode_with = "wire::list::<KNOWN_ACTS_MAX, _, _>")]
    pub known_acts: Vec<KnownAct>,
    /// Number of the study version in force on the device.
    #[n(6)]
    pub study: Option<u32>,
}

/// Most acts that one statement names.
pub const KNOWN_ACTS_MAX: usize = 128;
/// Most days that one statement names: more than eleven years of a diary.
pub const UNSENT_DAYS_MAX: usize = 4096;

/// An act of staff received by the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct KnownAct {
    /// The act.
    #[n(0)]
    pub act: ActId,
    /// Device's clock at its arrival.
    #[n(1)]
    pub at: UtcMillis,
}

/// Clocks of a server and of the device at the same moment, apart from the network's delay.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ClockObservation {
    /// Server's clock, from a signed reply.
    #[n(0)]
    pub server_time: UtcMillis,
    /// Device's clock at the arrival of that reply.
    #[n(1)]
    pub reading: Reading,
}
