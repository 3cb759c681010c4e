//! Checks of the replies of a run, made when it is over: each must hold a receipt of the parcel that was sent, and in a
//! sample of them every signature is checked.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::api::{Head, ParcelResult, PushReply, PushStatus};
use diary_core::ids::{Hash, VaultId};
use diary_core::keys::Bundle;
use diary_core::parcel::{Receipt, ReceiptLevel};
use diary_store::TrialStore;

use crate::crowd::Answered;

/// One of so many replies has its signatures checked.
const SAMPLE: usize = 16;
/// Bytes of the signature with which a receipt ends.
const SIGNATURE: usize = 64;

/// Parcels with a receipt, over all runs.
#[derive(Default)]
pub(crate) struct Acknowledged {
    /// The parcels, by vault.
    pub(crate) parcels: BTreeMap<VaultId, BTreeSet<Hash>>,
    /// Pushes that were refused and have to be repeated.
    pub(crate) turned_away: usize,
}

/// Counts over the replies of one run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said {
    /// Receipts.
    pub(crate) receipts: usize,
    /// Groups that were committed together: each has one signature.
    pub(crate) groups: usize,
    /// Replies of which every signature was checked.
    pub(crate) checked: usize,
}

impl Acknowledged {
    /// Takes the replies of one run.
    pub(crate) fn take(&mut self, answered: &[Answered], bundle: &Bundle) -> Said {
        let (mut said, mut signatures) = (Said::default(), BTreeSet::new());
        for (n, one) in answered.iter().enumerate() {
            if one.status != 200 {
                self.turned_away += 1;
                continue;
            }
            let reply = PushReply::from_bytes(&one.body).expect("an answer is a push reply");
            let [ParcelResult { status: PushStatus::Stored, receipt: Some(receipt), .. }] =
                reply.results.as_slice()
            else {
                unreachable!("a parcel that was sent for the first time is stored: {:?}", reply.results)
            };
            if n % SAMPLE == 0 {
                check(one, &reply, receipt, bundle);
                said.checked += 1;
            }
            said.receipts += 1;
            signatures.insert(receipt.iter().rev().take(SIGNATURE).copied().collect::<Vec<u8>>());
            self.parcels.entry(one.push.vault).or_default().insert(one.push.core);
        }
        said.groups = signatures.len();
        said
    }

    /// Number of acknowledged parcels.
    pub(crate) fn count(&self) -> usize {
        self.parcels.values().map(BTreeSet::len).sum()
    }

    /// Number of them that are not in the database, or not exactly once.
    pub(crate) async fn missing(&self, store: &dyn TrialStore) -> usize {
        let mut missing = 0;
        for (vault, cores) in &self.parcels {
            let stored = store.stored_parcels(*vault).await.expect("the database answers");
            let mut times: BTreeMap<Hash, usize> = BTreeMap::new();
            for parcel in stored {
                let sealed = diary_core::parcel::SealedParcel::from_bytes(&parcel.parcel.bytes);
                *times.entry(sealed.expect("it was read before").core_hash()).or_default() += 1;
            }
            missing += cores.iter().filter(|core| times.get(core) != Some(&1)).count();
        }
        missing
    }
}

/// Everything that a phone would check.
fn check(one: &Answered, reply: &PushReply, receipt: &[u8], bundle: &Bundle) {
    Head::verify(&reply.head, bundle, one.push.vault, one.push.nonce).expect("the server signs what it says");
    let receipt = Receipt::from_bytes(receipt).expect("a receipt");
    let (_, body) = receipt.verify(bundle).expect("the server signs its receipts");
    assert_eq!((body.core_hash, body.level), (one.push.core, ReceiptLevel::Stored), "it is for this parcel");
}
