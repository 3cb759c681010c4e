//! Takes back records that a device shows this server once had: certificates, revocations, and the keeper's own
//! parcels. Each is taken once; the audit trail says what was restored, and what is known to be lost.

use std::collections::BTreeSet;

use diary_core::api::Head;
use diary_core::ids::{Epoch, Hash, Incarnation, KeyId};
use diary_core::keys::{Certificate, Revocation};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::{Author, Intake, Vault};
use crate::devices::{adopt_certificate, find_device, hold_revocation, revoke, take_retired};
use crate::epoch::{epoch, renew_in};
use crate::place::place;
use crate::sql::{Step, Tx};
use crate::{GrantToStore, ParcelToStore, TrailEvent, audit};

const CHAIN_AT: &str = "-- store::evidence::chain_at
SELECT chain FROM log WHERE place = ?1";
const CORES: &str = "-- store::evidence::cores
SELECT p.core_hash FROM incarnation l JOIN parcel p ON p.incarnation_no = l.no WHERE l.vault = ?1";

/// Evidence that a device hands back to a server that was put back to an earlier state: each part verified by its
/// signature, invalid parts left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvidenceToTake {
    /// The last head of this vault that a server of the study signed.
    pub head: Option<Head>,
    /// Certificates of the vault.
    pub certificates: Vec<(Signed, Certificate)>,
    /// Certificates of the vault by a keeper's key that was replaced since.
    pub retired: Vec<(Signed, Certificate)>,
    /// Revocations of the vault.
    pub revocations: Vec<(Signed, Revocation)>,
    /// Revocations of the vault by a keeper's key that was replaced since; a stolen key can sign them.
    pub held: Vec<(Signed, Revocation)>,
    /// Grants of keepers.
    pub grants: Vec<GrantToStore>,
    /// Parcels of keepers, each with its author.
    pub parcels: Vec<(KeyId, ParcelToStore)>,
    /// Parcels for which a keeper has signed receipts.
    pub receipted: Vec<Hash>,
    /// Epoch and incarnation to begin if the head shows that this database was put back unnoticed.
    pub fresh: (Epoch, Incarnation),
}

/// Number of restored records, by kind.
#[derive(Default)]
struct Count {
    certificates: u32,
    revocations: u32,
    parcels: u32,
    receipts_lost: u32,
}

/// Takes missing records. `device` handed them back; `keeper` is this server's own key.
pub(crate) fn take(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    vault: Vault,
    (device, keeper): (KeyId, KeyId),
    evidence: &EvidenceToTake,
    at: UtcMillis,
) -> Step<()> {
    intake.flush()?;
    let behind = match &evidence.head {
        Some(seen) => is_behind(t, intake, vault, keeper, seen)?,
        None => false,
    };
    if behind {
        let (epoch, incarnation) = evidence.fresh;
        let seen = evidence.head.as_ref().map_or(0, |head| head.n);
        let target = format!("vault={} device={device} n-seen={seen}", vault.id);
        renew_in(t, (epoch, incarnation), &event(at, "server.rolled-back", target))?;
        intake.begin_epoch(epoch);
    }
    let mut count = Count { receipts_lost: lost(t, vault, evidence)?, ..Count::default() };
    for (signed, certificate) in &evidence.certificates {
        if find_device(t, vault.no, certificate.device())?.is_none_or(|device| !device.confirmed) {
            adopt_certificate(t, &mut intake.log, vault.no, signed, certificate, at)?;
            count.certificates += 1;
        }
    }
    for (signed, certificate) in &evidence.retired {
        let taken = take_retired(t, &mut intake.log, vault.no, signed, certificate, at)?;
        count.certificates += u32::from(taken);
    }
    for (signed, revocation) in &evidence.revocations {
        if let Some(device) = find_device(t, vault.no, revocation.device)?.filter(|device| !device.revoked) {
            revoke(t, &mut intake.log, vault.no, device, &signed.to_bytes(), at)?;
            count.revocations += 1;
        }
    }
    for (signed, revocation) in &evidence.held {
        hold_revocation(t, vault.no, signed, revocation, at)?;
    }
    for grant in &evidence.grants {
        intake.grant(vault, grant, at)?;
    }
    for (author, parcel) in &evidence.parcels {
        let author = Author { key: *author, device: None, pending: false };
        count.parcels += u32::from(!intake.parcel(vault, author, parcel, at)?.duplicate);
    }
    let Count { certificates, revocations, parcels, receipts_lost } = count;
    if certificates + revocations + parcels + receipts_lost == 0 {
        return Ok(());
    }
    let target = format!(
        "vault={} device={device} certificates={certificates} revocations={revocations} keeper-parcels={parcels} \
         receipted-parcels-lost={receipts_lost}",
        vault.id
    );
    audit::append(t, &event(at, "evidence.taken", target))
}

fn event(at: UtcMillis, what: &str, target: String) -> TrailEvent {
    let (who, role) = ("server".to_owned(), "server".to_owned());
    TrailEvent { at, who, role, what: what.to_owned(), target, reason: None }
}

/// True if this server signed a head in this epoch that its log does not go through.
fn is_behind(t: &dyn Tx, intake: &mut Intake<'_>, vault: Vault, keeper: KeyId, seen: &Head) -> Step<bool> {
    if seen.server != keeper || seen.epoch != epoch(t)? {
        return Ok(false);
    }
    if seen.n > intake.log.head(vault.no)?.n {
        return Ok(true);
    }
    if seen.n == 0 {
        return Ok(false);
    }
    let chain: Option<[u8; 32]> = t.first(CHAIN_AT, [place(vault.no, seen.n)?], |row| row.only())?;
    Ok(chain.as_ref() != Some(seen.chain.as_bytes()))
}

/// Number of parcels with a keeper's receipt that are missing here. Phones keep their parcels, and send them again.
fn lost(t: &dyn Tx, vault: Vault, evidence: &EvidenceToTake) -> Step<u32> {
    if evidence.receipted.is_empty() {
        return Ok(0);
    }
    let here: BTreeSet<Hash> = t.all(CORES, [vault.no], |row| Ok(Hash::from_bytes(row.only()?)))?;
    let lost: BTreeSet<_> = evidence.receipted.iter().filter(|core| !here.contains(*core)).collect();
    Ok(u32::try_from(lost.len()).unwrap_or(u32::MAX))
}
