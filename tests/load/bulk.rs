//! Parcels into the store without a server: verified as pushes are, committed in groups, merged by the real worker or
//! left waiting.

use std::sync::Arc;

use diary_core::api::PushRequest;
use diary_core::keys::VerifyingKey;
use diary_core::time::UtcMillis;
use diary_server::ingest::verify::{grant_of, parcel_of};
use diary_server::site::{ActiveStudy, SiteServices};
use diary_store::{DeviceProof, PushOutcome, PushToCommit, Signer};

/// Pushes of one transaction, as the server takes them.
const GROUP: usize = 256;

/// Commits pushes and merges their parcels.
pub(crate) struct Loader<'a> {
    desk: &'a SiteServices,
    setting: &'a ActiveStudy,
    group: Vec<PushToCommit>,
}

impl<'a> Loader<'a> {
    /// A loader into the keeper's database.
    pub(crate) const fn new(desk: &'a SiteServices, setting: &'a ActiveStudy) -> Self {
        Self { desk, setting, group: Vec::new() }
    }

    /// Adds a push of a device that the keeper knows.
    pub(crate) async fn add(&mut self, body: &[u8], device: &VerifyingKey, received: UtcMillis) {
        let push = PushRequest::from_bytes(body).expect("it was just made");
        let (bundle, vault) = (&self.setting.bundle, push.vault);
        let parcel =
            |bytes: &Vec<u8>| parcel_of(bytes.clone(), bundle, vault, device).expect("it was just signed");
        self.group.push(PushToCommit {
            vault,
            device: device.id(),
            proof: DeviceProof::Known,
            incarnation: push.incarnation,
            grants: push.grants.iter().filter_map(|bytes| grant_of(bytes, bundle, vault, device)).collect(),
            recovery: None,
            parcels: push.parcels.iter().map(|bytes| parcel(bytes)).collect(),
            evidence: None,
            received,
        });
        if self.group.len() >= GROUP {
            self.commit().await;
        }
    }

    /// Commits the pushes added so far.
    pub(crate) async fn commit(&mut self) {
        let signer: Signer = Arc::clone(self.desk.keeper_keys()) as Signer;
        let group = std::mem::take(&mut self.group);
        let outcomes =
            self.desk.context().store().commit_group(group, signer).await.expect("the database takes it");
        let stored = |outcome: &Result<PushOutcome, _>| matches!(outcome, Ok(PushOutcome::Stored { .. }));
        assert!(outcomes.iter().all(stored), "every push is of a device that the keeper knows");
    }

    /// Commits the pushes added so far and merges all waiting parcels.
    pub(crate) async fn merge(&mut self) {
        self.commit().await;
        let settled = self.desk.merger().settle(&self.setting.bundle, self.desk.now()).await;
        settled.expect("the database answers");
    }
}
