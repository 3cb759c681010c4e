//! From an opened parcel to the changes it makes in the trial record. Pure: no database, no clock, no floats. Order
//! of arrival does not matter, and a parcel that comes twice changes nothing.

use std::sync::Arc;

use crate::act::Act;
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::{Hash, Incarnation};
use crate::parcel::{Item, ParcelContent, QuarantineCode, Statement};
use crate::record::{Source, TrialRecord};
use crate::time::ReceivedAt;

/// Who may author a parcel of a vault log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorRole {
    /// A device of the participant.
    Device,
    /// The keeper, for acts of staff and what devices are told.
    Keeper,
}

/// One change of the trial record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A revision exists.
    Revision(Arc<EncodedRevision>),
    /// Staff acted.
    Act {
        /// The act.
        act: Act,
        /// SHA-256 of the act's bytes.
        hash: Hash,
    },
    /// The device said this of itself.
    Statement(Statement),
    /// The author's store is the successor of another.
    Follows(Incarnation),
    /// The device asks for this to be returned, to check that the keeper can read it. Changes nothing in the record.
    Challenge([u8; 32]),
}

/// What one parcel changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergePlan {
    /// The parcel.
    pub source: Source,
    /// When it was received.
    pub received: ReceivedAt,
    /// What it changes, in the order of its items.
    pub changes: Vec<Change>,
}

/// Plans one opened parcel.
///
/// # Errors
/// The reason for quarantine. A parcel is taken whole or not at all, so that a later version that understands it
/// takes it from scratch.
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
                if role == AuthorRole::Device && !encoded.revision().counter.fits_device(content.seq) {
                    return Err(QuarantineCode::Counter);
                }
                changes.push(Change::Revision(Arc::new(encoded)));
            }
            (AuthorRole::Keeper, Item::Act(bytes)) => {
                let act = Act::decode(bytes).map_err(|_| QuarantineCode::Undecodable)?;
                changes.push(Change::Act { act, hash: sha256(bytes) });
            }
            // A device that claims to act as staff is lying or broken: a person has to look at it.
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
            // What a keeper tells devices, and what only a device has any use for.
            (AuthorRole::Keeper, Item::Statement(_) | Item::Challenge(_))
            | (_, Item::ChallengeReply(_) | Item::StudyVersion { .. }) => {}
        }
    }
    Ok(MergePlan { source, received, changes })
}

/// The trial record of a whole vault log: every opened parcel, in any order.
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
