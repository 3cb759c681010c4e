//! Reasons why a parcel that a server has stored is not in the record that it shows.

use crate::ids::KeyId;
use crate::parcel::QuarantineCode;

/// Why a stored parcel is not in the record: the one state that lists, reports and the worklist tell of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum UnmergedState {
    /// It could not be.
    Quarantined(QuarantineCode),
    /// Its device waits to be confirmed.
    Pending,
    /// Its grant has not come.
    GrantNeeded,
    /// Nothing holds it: the server merges it next.
    ToMerge,
    /// Nothing holds it, and a sealing key of the site that is in use is missing on this server.
    KeyNeeded,
}

impl UnmergedState {
    /// A short name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quarantined(code) => code.name(),
            Self::Pending => "pending",
            Self::GrantNeeded => "grant-needed",
            Self::ToMerge => "to-merge",
            Self::KeyNeeded => "key-needed",
        }
    }
}

impl serde::Serialize for UnmergedState {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// Parcels of one phone that are merged and were not read: more than may be read of one participant at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Their author.
    pub author: KeyId,
    /// Their records in the vault's log.
    pub parcels: Vec<u64>,
    /// Number of versions of entries in them.
    pub entries: u64,
}
