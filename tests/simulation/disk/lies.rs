//! Faulty keepers, for the tests that show that the simulation detects them.

use std::sync::Arc;

use diary_core::entry::{Content, EncodedRevision, Note};
use diary_core::ids::{Epoch, RevisionId};
use diary_core::merge::Change;
use diary_core::parcel::{ReceiptBody, ReceiptLevel, SEQ_MAX};
use diary_store::{
    IncarnationAt, ParcelOutcome, ParcelToStore, PushOutcome, PushToCommit, Signer, StoreError, StoredPage,
    VaultHead, VaultMerge, Verdict,
};

use super::Lie;

/// Gives receipts for all parcels and stores none.
pub(super) fn forget(group: &[PushToCommit], signer: &Signer) -> Vec<Result<PushOutcome, StoreError>> {
    group.iter().map(|push| Ok(forget_one(push, signer))).collect()
}

fn forget_one(push: &PushToCommit, signer: &Signer) -> PushOutcome {
    let parcels = push.parcels.iter().map(|parcel| acknowledged(push, parcel, signer)).collect();
    let last = push.parcels.last();
    PushOutcome::Stored {
        parcels,
        incarnation: IncarnationAt {
            seq: last.map_or(u64::MAX, |parcel| parcel.seq),
            hash: last.map_or(diary_core::parcel::NO_PREVIOUS, |parcel| parcel.core_hash),
        },
        head: VaultHead { n: 0, chain: diary_core::parcel::log::CHAIN_START },
        revocation: None,
        added: Box::default(),
    }
}

fn acknowledged(push: &PushToCommit, parcel: &ParcelToStore, signer: &Signer) -> ParcelOutcome {
    let body = ReceiptBody {
        level: ReceiptLevel::Stored,
        core_hash: parcel.core_hash,
        body_hash: parcel.body_hash,
        vault: push.vault,
        n: 1,
        epoch: Epoch::from_bytes([0; 16]),
        server_time: push.received,
        key: signer.key(),
    };
    let receipt = signer.sign(&[body]).iter().map(diary_core::parcel::Receipt::to_bytes).next();
    ParcelOutcome {
        duplicate: false,
        gap: false,
        fork: false,
        pending: false,
        grant_needed: false,
        quarantined: false,
        receipt: receipt.unwrap_or_default(),
    }
}

/// The true outcomes, with heads far ahead of the stored chain.
pub(super) fn claim_all(
    outcomes: Vec<Result<PushOutcome, StoreError>>,
) -> Vec<Result<PushOutcome, StoreError>> {
    let claim = |outcome| match outcome {
        PushOutcome::Stored { parcels, incarnation, head, revocation, added } => {
            let incarnation = IncarnationAt { seq: SEQ_MAX, ..incarnation };
            PushOutcome::Stored { parcels, incarnation, head, revocation, added }
        }
        PushOutcome::Unknown | PushOutcome::TurnedAway => outcome,
    };
    outcomes.into_iter().map(|outcome| outcome.map(claim)).collect()
}

/// A page without its second record.
pub(super) fn skip(mut page: StoredPage) -> StoredPage {
    if page.records.len() > 1 {
        page.records.remove(1);
    }
    page
}

/// A merge with the fault that `lie` stands for.
pub(super) fn merge(lie: Lie, mut merge: VaultMerge) -> VaultMerge {
    for outcome in &mut merge.outcomes {
        let Verdict::Merged(plan) = &mut outcome.verdict else { continue };
        let last = plan.changes.iter().rposition(|change| matches!(change, Change::Revision(_)));
        let Some(last) = last else { continue };
        let Change::Revision(encoded) = plan.changes[last].clone() else { continue };
        match lie {
            Lie::MergesInPart => {
                plan.changes.remove(last);
            }
            Lie::Invents => plan.changes.push(Change::Revision(Arc::new(invented(&encoded)))),
            Lie::Changes => plan.changes[last] = Change::Revision(Arc::new(changed(&encoded))),
            Lie::None | Lie::ForgetsPushes | Lie::ForgetsMerges | Lie::SkipsRecords | Lie::ClaimsAll => {}
        }
    }
    merge
}

fn invented(like: &EncodedRevision) -> EncodedRevision {
    let mut revision = like.revision().clone();
    let id = RevisionId::from_bytes([0xEE; 16]);
    (revision.id, revision.entry, revision.parents, revision.reason) = (id, id.into(), Vec::new(), None);
    EncodedRevision::new(revision).unwrap_or_else(|_| like.clone())
}

fn changed(like: &EncodedRevision) -> EncodedRevision {
    let mut revision = like.revision().clone();
    revision.content = Content::Note(Note { text: "something else".to_owned() });
    EncodedRevision::new(revision).unwrap_or_else(|_| like.clone())
}
