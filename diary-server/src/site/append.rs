//! Appends acts of staff to a vault's log: reads the head of the keeper's chain, lets the caller decide against the
//! record, seals, and writes. When another writer has extended the chain meanwhile, all of it is repeated.

use std::sync::Arc;

use diary_core::counter::Counter;
use diary_core::ids::VaultId;
use diary_core::keys::{Bundle, SealingPublic};
use diary_core::parcel::Item;
use diary_core::record::TrialRecord;
use diary_core::retry::ATTEMPTS;

use super::{SiteServices, StaffError};
use diary_store::{KeeperAppend, KeeperState, Signer, StoreError, TrailEvent};

/// Items to append.
#[derive(Debug)]
pub(super) struct Appendix {
    /// The items.
    pub(super) items: Vec<Item>,
    /// Readers besides the site; `None` for every confirmed phone.
    pub(super) readers: Option<Vec<SealingPublic>>,
    /// Highest Lamport counter of acts in them.
    pub(super) counter: Counter,
    /// Row of the audit trail, unless another row already covers it.
    pub(super) event: Option<TrailEvent>,
}

impl SiteServices {
    /// Merges waiting parcels. Done before a decision, so that it is made against all of them, and after it, so that
    /// it is in the record at once, whether a server runs or not.
    pub(super) async fn settle(&self, bundle: &Bundle) -> Result<(), StaffError> {
        settled(self.merger.settle(bundle, self.now()).await)
    }

    /// As [`Self::settle`], for one vault.
    pub(super) async fn settle_vault(&self, bundle: &Bundle, vault: VaultId) -> Result<(), StaffError> {
        settled(self.merger.settle_vault(bundle, vault, self.now()).await)
    }

    /// Appends what `decide` returns for the present record, and merges it. Returns the second value of `decide`.
    pub(super) async fn append<T>(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        mut decide: impl FnMut(&TrialRecord, &KeeperState) -> Result<(Appendix, T), StaffError>,
    ) -> Result<T, StaffError> {
        // Optimistic concurrency: the parcel is sealed against the head that was read, and the store refuses it if
        // the head has moved since. Each attempt decides anew, since the record may have changed with the head.
        for _ in 0..ATTEMPTS {
            self.settle_vault(bundle, vault).await?;
            let state = self.store().keeper_state(vault).await?;
            let record = self.record(vault).await?;
            let (appendix, out) = decide(&record, &state)?;
            let at = self.now();
            let authored = self.keeper_keys().author_parcel(
                bundle,
                vault,
                &state,
                appendix.readers.as_ref().unwrap_or(&state.devices),
                &appendix.items,
                at,
                self.random(),
            )?;
            let append = KeeperAppend { vault, after: state.head, authored, counter: appendix.counter, at };
            let signer: Signer = Arc::clone(self.keeper_keys()) as Signer;
            match self.store().append_keeper(append, signer, appendix.event).await {
                Ok(()) => {
                    self.settle_vault(bundle, vault).await?;
                    return Ok(out);
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(StaffError::Contended)
    }
}

/// Result of merging, where a database that takes no writes is none.
fn settled(merged: Result<usize, StoreError>) -> Result<(), StaffError> {
    match merged {
        // Merging resumes in the database to which the study moves, or once the clock is trusted; until then reading
        // works on the merged part.
        Ok(_) | Err(StoreError::Moving | StoreError::Moved | StoreError::Clock { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}
