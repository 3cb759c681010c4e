//! Changes of a trial record that one parcel makes.

use std::sync::Arc;

use super::Source;
use crate::act::Act;
use crate::entry::EncodedRevision;
use crate::ids::{Hash, Incarnation};
use crate::parcel::Statement;
use crate::time::ReceivedAt;

/// One change of the trial record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Adds a revision.
    Revision(Arc<EncodedRevision>),
    /// Adds an act of staff.
    Act {
        /// The act.
        act: Act,
        /// SHA-256 of the act's bytes.
        hash: Hash,
    },
    /// Adds a statement of the device about itself.
    Statement(Statement),
    /// Names the incarnation that the author's store follows.
    Follows(Incarnation),
    /// Challenge of the key check, which the keeper returns to show that it can read. Changes nothing in the
    /// record.
    Challenge([u8; 32]),
}

/// Changes that one parcel makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergePlan {
    /// Author, incarnation and number of the parcel.
    pub source: Source,
    /// Instant at which it was received.
    pub received: ReceivedAt,
    /// Changes in the order of the items.
    pub changes: Vec<Change>,
}
