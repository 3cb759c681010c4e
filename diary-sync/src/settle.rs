//! Reads the server's answer to a push into the form of the store: receipts are verified by key and role before they
//! count. No answer ever removes an entry.

use diary_core::api::{ParcelResult, PushReply, PushStatus, RefusalCode};
use diary_core::diary::Diary;
use diary_core::ids::{Hash, Incarnation, VaultId};
use diary_core::keys::{Bundle, ServerRole};
use diary_core::parcel::{Receipt, ReceiptLevel, SealedParcel};
use diary_core::store::{self, HeldParcel, HeldReceipt, Store};
use diary_core::time::UtcMillis;

use crate::error::SyncError;
use crate::sync_issue::SyncIssue;

/// Result of a push.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Parcels the server has now.
    pub stored: u32,
    /// The server does not know the device and asks for its certificate or join request.
    pub certificate_needed: bool,
    /// The server misses a grant.
    pub grant_needed: bool,
    /// The server has another parcel in the place of one of these that is of the incarnation asked about.
    pub fork: bool,
    /// The first thing that went wrong.
    pub trouble: Option<SyncIssue>,
    /// Receipts that hold, not written yet.
    pub receipts: Vec<HeldReceipt>,
}

/// Parcels that were offered with a question about one incarnation.
#[derive(Clone, Copy)]
pub struct Offered<'a> {
    /// The incarnation whose head the reply reports.
    pub incarnation: Incarnation,
    /// The parcels, in the order of the request.
    pub parcels: &'a [HeldParcel],
}

/// Checks receipts of one vault under one bundle.
#[derive(Clone, Copy)]
pub struct ReceiptCheck<'a> {
    /// Names the servers' keys.
    pub bundle: &'a Bundle,
    /// The vault that a receipt must be of.
    pub vault: VaultId,
    /// The device's clock when the receipts came.
    pub heard: UtcMillis,
}

impl ReceiptCheck<'_> {
    /// Reads the results for the offered parcels, in the same order. The caller writes the receipts only after the
    /// server's head: a store that has a receipt then knows how far the server's log had come, and detects that the server
    /// falls back.
    ///
    /// # Errors
    /// Fails if the store refuses.
    pub fn settle(
        &self,
        diary: &mut Diary,
        offered: &Offered<'_>,
        reply: &PushReply,
    ) -> Result<Settled, SyncError> {
        let mut settled = Settled::default();
        if reply.results.len() != offered.parcels.len() {
            settled.trouble = Some(SyncIssue::NotTheServer);
            return Ok(settled);
        }
        for (parcel, result) in offered.parcels.iter().zip(&reply.results) {
            match self.one(parcel, result) {
                Ok(receipt) => {
                    settled.stored += 1;
                    settled.grant_needed |= result.flags.grant_needed;
                    // A fork of a past incarnation is no fork of the one that is asked about.
                    let of = || diary.store().core_at(&parcel.core_hash);
                    settled.fork |=
                        result.flags.fork && of()?.is_some_and(|(of, _)| of == offered.incarnation);
                    settled.receipts.push(receipt);
                }
                Err(SyncIssue::Refused(RefusalCode::CertificateNeeded)) => settled.certificate_needed = true,
                Err(trouble) => {
                    settled.trouble.get_or_insert(trouble);
                }
            }
        }
        // Only missing grants are noted here: that none is missing is reported for the offered grants alone.
        if settled.grant_needed {
            diary.want_grants(true)?;
        }
        Ok(settled)
    }

    fn one(&self, parcel: &HeldParcel, result: &ParcelResult) -> Result<HeldReceipt, SyncIssue> {
        match result.status {
            PushStatus::Stored | PushStatus::Duplicate => {
                let bytes = result.receipt.as_ref().ok_or(SyncIssue::NotTheServer)?;
                let (held, body) = self.verified(bytes)?;
                let is_of_this = held.core_hash == parcel.core_hash && has_body(&parcel.bytes, body);
                if is_of_this { Ok(held) } else { Err(SyncIssue::Signature) }
            }
            PushStatus::Retry | PushStatus::Refused => {
                Err(SyncIssue::Refused(result.code.unwrap_or(RefusalCode::Busy)))
            }
        }
    }

    /// A receipt from a log or a file, in the store's form; `None` if it does not verify, or is of another vault or of other
    /// bytes than those of the parcel here.
    ///
    /// # Errors
    /// Fails if the store refuses.
    pub fn received(&self, store: &Store, bytes: &[u8]) -> Result<Option<HeldReceipt>, SyncError> {
        let Ok((held, body)) = self.verified(bytes) else { return Ok(None) };
        let parcel = store.sealed_parcel(&held.core_hash)?;
        Ok(parcel.is_none_or(|parcel| has_body(&parcel, body)).then_some(held))
    }

    /// A receipt in the store's terms, with the hash of the parcel's body, once its signature and role are good. How long
    /// a relay has had a parcel is counted from the device's own clock: no relay can put off by its dates that the parcel
    /// is offered again.
    fn verified(&self, bytes: &[u8]) -> Result<(HeldReceipt, Hash), SyncIssue> {
        let receipt = Receipt::from_bytes(bytes).map_err(|_| SyncIssue::Signature)?;
        let (role, body) = receipt.verify(self.bundle).map_err(|_| SyncIssue::Signature)?;
        if body.vault != self.vault {
            return Err(SyncIssue::Signature);
        }
        let (level, code) = match body.level {
            ReceiptLevel::Stored => (store::ReceiptLevel::Stored, None),
            ReceiptLevel::Merged => (store::ReceiptLevel::Merged, None),
            ReceiptLevel::Quarantined(code) => (store::ReceiptLevel::Quarantined, Some(code.to_string())),
            ReceiptLevel::BackedUp => (store::ReceiptLevel::BackedUp, None),
        };
        let (role, at) = match role {
            ServerRole::Keeper => (store::ReceiptRole::Keeper, body.server_time),
            ServerRole::Relay => (store::ReceiptRole::Relay, self.heard),
        };
        let held = HeldReceipt { core_hash: body.core_hash, role, level, at, code, bytes: bytes.to_vec() };
        Ok((held, body.body_hash))
    }
}

/// True for a sealed parcel with this body. A core alone does not name one: a server that stored the core with other bytes
/// has not stored the parcel.
fn has_body(parcel: &[u8], body: Hash) -> bool {
    SealedParcel::from_bytes(parcel).is_ok_and(|parcel| parcel.body_hash() == body)
}

#[cfg(test)]
mod tests {
    use diary_core::ids::Epoch;
    use diary_core::keys::{ServerKey, SigningKey};
    use diary_core::parcel::{ReceiptBody, sign_group};

    use super::*;

    #[test]
    fn a_relay_that_dates_its_receipt_far_ahead_does_not_put_off_the_next_offer() {
        let [root, server] = [[1; 32], [2; 32]].map(|seed| SigningKey::from_seed(&seed));
        let bundle = |role| Bundle {
            version: 1,
            study: "S".parse().unwrap(),
            root: root.verifying_key(),
            issued: UtcMillis(0),
            expires: UtcMillis(0),
            servers: vec![ServerKey { key: server.verifying_key(), role, retired: None }],
            sites: Vec::new(),
            recovery: Vec::new(),
            studies: Vec::new(),
        };
        let (heard, dated) = (UtcMillis(5_000), UtcMillis(9_000_000_000_000));
        let body = ReceiptBody {
            level: ReceiptLevel::Stored,
            core_hash: Hash::from_bytes([3; 32]),
            body_hash: Hash::from_bytes([4; 32]),
            vault: VaultId::from_bytes([5; 16]),
            n: 1,
            epoch: Epoch::from_bytes([6; 16]),
            server_time: dated,
            key: server.id(),
        };
        let bytes = sign_group(&[body], &server)[0].to_bytes();
        let at = |role, vault| {
            let check = ReceiptCheck { bundle: &bundle(role), vault, heard };
            check.verified(&bytes).map(|(held, _)| held.at)
        };
        let (vault, other) = (VaultId::from_bytes([5; 16]), VaultId::from_bytes([6; 16]));
        assert_eq!(at(ServerRole::Relay, vault), Ok(heard));
        assert_eq!(at(ServerRole::Keeper, vault), Ok(dated));
        assert_eq!(at(ServerRole::Keeper, other), Err(SyncIssue::Signature), "a receipt of another vault");
    }
}
