//! Planning of the changes that an opened parcel makes in the trial record. Pure: no database, no clock, no
//! floats. The order of arrival does not matter, and a parcel that arrives twice changes nothing.

use std::sync::Arc;

pub use crate::record::{Change, MergePlan};

use crate::act::Act;
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::parcel::{Item, ParcelContent, QuarantineCode};
use crate::record::{Source, TrialRecord};
use crate::time::ReceivedAt;

/// Role of the author of a parcel in a vault log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorRole {
    /// A device of the participant.
    Device,
    /// The keeper, for acts of staff and messages to devices.
    Keeper,
}

/// Plans the changes of one opened parcel.
///
/// # Errors
/// The reason for quarantine. A parcel is merged as a whole or not at all, so that a later version that
/// understands it starts from nothing.
pub fn plan(
    role: AuthorRole,
    content: &ParcelContent,
    received: ReceivedAt,
) -> Result<MergePlan, QuarantineCode> {
    let source = Source { author: content.author, incarnation: content.incarnation, seq: content.seq };
    let mut changes = Vec::with_capacity(content.items.len());
    for item in &content.items {
        match (role, item) {
            (_, Item::Revision(bytes)) => {
                let encoded = EncodedRevision::decode(bytes).map_err(|_| QuarantineCode::Undecodable)?;
                // The limit follows from the parcel's number alone, so that the order of arrival cannot
                // change the result.
                if role == AuthorRole::Device && !encoded.revision().counter.fits_device(content.seq) {
                    return Err(QuarantineCode::Counter);
                }
                changes.push(Change::Revision(Arc::new(encoded)));
            }
            (AuthorRole::Keeper, Item::Act(bytes)) => {
                let act = Act::decode(bytes).map_err(|_| QuarantineCode::Undecodable)?;
                changes.push(Change::Act { act, hash: sha256(bytes) });
            }
            // A device that claims to act as staff is faulty or hostile, and a person must look at it.
            (AuthorRole::Device, Item::Act(_)) => return Err(QuarantineCode::NotAllowed),
            (AuthorRole::Device, Item::Statement(statement)) => {
                changes.push(Change::Statement(statement.clone()));
            }
            (AuthorRole::Device, Item::Challenge(challenge)) => {
                changes.push(Change::Challenge(*challenge));
            }
            (_, Item::Succeeds { incarnation, .. }) => {
                changes.push(Change::Follows(*incarnation));
            }
            // Messages of the keeper to devices, and items that only a device uses.
            (AuthorRole::Keeper, Item::Statement(_) | Item::Challenge(_))
            | (_, Item::ChallengeReply(_) | Item::StudyVersion { .. }) => {}
        }
    }
    Ok(MergePlan { source, received, changes })
}

/// Trial record of a whole vault log, from its opened parcels in any order.
#[must_use]
pub fn merge_v1(plans: &[MergePlan]) -> TrialRecord {
    let mut record = TrialRecord::default();
    for plan in plans {
        record.apply(plan);
    }
    record
}

#[cfg(test)]
mod tests;
