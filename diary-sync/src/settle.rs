//! From the server's answer to a push to what the store knows: receipts are verified by key and role before they
//! count. Nothing is ever removed for an answer.

use diary_core::api::{ParcelResult, PushReply, PushStatus, RefusalCode};
use diary_core::keys::{Bundle, ServerRole};
use diary_core::parcel::{Receipt, ReceiptLevel};
use diary_core::store::{self, HeldParcel, HeldReceipt, Store};

use crate::drive::SyncError;
use crate::trouble::Trouble;

/// What a push brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Parcels the server has now.
    pub stored: u32,
    /// The server does not know the device and asks for its certificate or join request.
    pub certificate_needed: bool,
    /// The server misses a grant.
    pub grant_needed: bool,
    /// The server has another parcel in the place of one of these.
    pub fork: bool,
    /// The first thing that went wrong.
    pub trouble: Option<Trouble>,
}

/// Takes over the results for `offered`, in the same order.
///
/// # Errors
/// When the store refuses.
pub fn settle(
    store: &mut Store,
    bundle: &Bundle,
    offered: &[HeldParcel],
    reply: &PushReply,
) -> Result<Settled, SyncError> {
    let mut settled = Settled::default();
    let mut receipts = Vec::with_capacity(offered.len());
    if reply.results.len() != offered.len() {
        settled.trouble = Some(Trouble::NotTheServer);
        return Ok(settled);
    }
    for (parcel, result) in offered.iter().zip(&reply.results) {
        match one(bundle, parcel, result) {
            Ok(receipt) => {
                settled.stored += 1;
                settled.grant_needed |= result.flags.grant_needed;
                settled.fork |= result.flags.fork;
                receipts.push(receipt);
            }
            Err(Trouble::Refused(RefusalCode::CertificateNeeded)) => settled.certificate_needed = true,
            Err(trouble) => {
                settled.trouble.get_or_insert(trouble);
            }
        }
    }
    store.add_receipts(&receipts)?;
    // That it misses none is only said of the grants that were offered.
    if settled.grant_needed {
        store.want_grants(true)?;
    }
    Ok(settled)
}

fn one(bundle: &Bundle, parcel: &HeldParcel, result: &ParcelResult) -> Result<HeldReceipt, Trouble> {
    match result.status {
        PushStatus::Stored | PushStatus::Duplicate => {
            let bytes = result.receipt.as_ref().ok_or(Trouble::NotTheServer)?;
            let held = verified(bundle, bytes)?;
            if held.core_hash == parcel.core_hash { Ok(held) } else { Err(Trouble::Signature) }
        }
        PushStatus::Retry | PushStatus::Refused => {
            Err(Trouble::Refused(result.code.unwrap_or(RefusalCode::Busy)))
        }
    }
}

/// A receipt in the store's terms, once its signature and role are good.
///
/// # Errors
/// [`Trouble::Signature`] for anything else.
pub fn verified(bundle: &Bundle, bytes: &[u8]) -> Result<HeldReceipt, Trouble> {
    let receipt = Receipt::from_bytes(bytes).map_err(|_| Trouble::Signature)?;
    let (role, body) = receipt.verify(bundle).map_err(|_| Trouble::Signature)?;
    let (level, code) = match body.level {
        ReceiptLevel::Stored => (store::ReceiptLevel::Stored, None),
        ReceiptLevel::Merged => (store::ReceiptLevel::Merged, None),
        ReceiptLevel::Quarantined(code) => (store::ReceiptLevel::Quarantined, Some(code.to_string())),
        ReceiptLevel::BackedUp => (store::ReceiptLevel::BackedUp, None),
    };
    let role = match role {
        ServerRole::Keeper => store::ReceiptRole::Keeper,
        ServerRole::Relay => store::ReceiptRole::Relay,
    };
    Ok(HeldReceipt {
        core_hash: body.core_hash,
        role,
        level,
        at: body.server_time,
        code,
        bytes: bytes.to_vec(),
    })
}
