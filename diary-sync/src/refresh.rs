//! From a page of the server's log to what the store knows: certificate, receipts, acts of staff, the answer to the
//! key check. Everything is verified; what cannot be read is left out and never holds up the rest.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::api::Cursor;
use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, KeyId};
use diary_core::keys::{Bundle, Certificate, Revocation};
use diary_core::parcel::{Grant, GrantKey, Item, LogKind, LogRecord, SealedParcel, VerifiedGrant, open};
use diary_core::signed::Signed;
use diary_core::store::{Device, DownlinkPage, OpenedGrant, PhoneNews, Store};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::contact::SyncError;
use crate::settle;

/// What a page brought besides what goes into the store.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// For the store.
    pub page: DownlinkPage,
    /// Records that could not be read.
    pub unreadable: u32,
    /// A parcel of this device's present life that this store never sealed: somebody else goes on in it.
    pub not_ours: bool,
}

/// Verdict about a record.
enum Judged {
    /// It was taken, or is none of this device's business.
    Yes,
    /// Its author is none of the participant's phones and no keeper that the bundle at hand names: a newer bundle may.
    Stranger,
}

fn of_no_keeper(phones: &BTreeSet<KeyId>, author: KeyId) -> Judged {
    if phones.contains(&author) { Judged::Yes } else { Judged::Stranger }
}

/// Reads the records of a page that was seen to follow, `by` the server whose head it leads to. `cursor` is where the log
/// stands after it. Papers by a key of a former keeper count where a keeper in office hands them out: to others their
/// dates are what the holder of that key says. What cannot be judged under `bundle` is left out, and the page says so:
/// under a newer one it is read again.
///
/// # Errors
/// When the store refuses.
pub fn read(
    store: &Store,
    device: &Device,
    bundle: &Bundle,
    (records, by): (&[LogRecord], KeyId),
    cursor: Cursor,
    now: UtcMillis,
) -> Result<Refreshed, SyncError> {
    let mut out = Refreshed::default();
    let vouched = bundle.is_in_office(by);
    out.page.cursor = Some(cursor);
    out.page.at = now;
    let mut phones: BTreeSet<KeyId> = store.other_phones()?.iter().map(|phone| phone.device).collect();
    phones.insert(device.signing.id());
    // Grants of this page, with the keys of those that are for this device.
    let mut grants: Vec<(VerifiedGrant, Option<GrantKey>)> = Vec::new();
    for record in records {
        let read = match record.kind {
            LogKind::Receipt => receipt(store, device, bundle, record, now, &mut out)?,
            LogKind::Certificate => certificate(device, bundle, record, vouched, &mut out),
            LogKind::Grant => grant(device, bundle, &phones, record, &mut grants, &mut out),
            LogKind::Parcel => parcel(store, device, bundle, &phones, record, &grants, now, &mut out)?,
            LogKind::Revocation => revocation(device, bundle, record, vouched, &mut out),
            LogKind::Rewrap | LogKind::RecoverySecret | LogKind::JoinRequest | LogKind::Other(_) => {
                Some(Judged::Yes)
            }
        };
        match read {
            Some(Judged::Yes) => {}
            Some(Judged::Stranger) => out.page.unjudged = Some(bundle.version),
            None => {
                out.unreadable += 1;
                out.page.unjudged = Some(bundle.version);
            }
        }
    }
    Ok(out)
}

fn receipt(
    store: &Store,
    device: &Device,
    bundle: &Bundle,
    record: &LogRecord,
    now: UtcMillis,
    out: &mut Refreshed,
) -> Result<Option<Judged>, SyncError> {
    let held = settle::received(store, bundle, device.vault, &record.record, now)?;
    Ok(held.map(|held| {
        out.page.receipts.push(held);
        Judged::Yes
    }))
}

fn certificate(
    device: &Device,
    bundle: &Bundle,
    record: &LogRecord,
    vouched: bool,
    out: &mut Refreshed,
) -> Option<Judged> {
    let signed = Signed::from_bytes(&record.record).ok()?;
    let certificate = Certificate::verify(&signed, bundle).ok()?;
    if certificate.vault != device.vault || certificate.study != device.study {
        return None;
    }
    if certificate.is_by_retired(bundle) && !vouched {
        return Some(Judged::Yes);
    }
    if certificate.device() == device.signing.id() {
        if certificate.sealing != *device.sealing().public() {
            return None;
        }
        out.page.certificate = Some(record.record.clone());
        out.page.other_site = (certificate.site != device.site).then(|| certificate.site.clone());
    } else {
        let (device, added) = (certificate.device(), Some(certificate.issued));
        out.page.phones.push(PhoneNews { device, added, ended: None });
    }
    out.page.kept.push(record.clone());
    Some(Judged::Yes)
}

fn revocation(
    device: &Device,
    bundle: &Bundle,
    record: &LogRecord,
    vouched: bool,
    out: &mut Refreshed,
) -> Option<Judged> {
    let signed = Signed::from_bytes(&record.record).ok()?;
    let revocation = Revocation::verify(&signed, bundle).ok()?;
    if revocation.vault != device.vault {
        return None;
    }
    if revocation.is_by_retired(bundle) && !vouched {
        return Some(Judged::Yes);
    }
    if revocation.device == device.signing.id() {
        out.page.revocation = Some(record.record.clone());
    } else {
        let (device, ended) = (revocation.device, Some(revocation.at));
        out.page.phones.push(PhoneNews { device, added: None, ended });
    }
    out.page.kept.push(record.clone());
    Some(Judged::Yes)
}

/// Whether a keeper has switched this very device off, as the server `by` says in answer to a push.
#[must_use]
pub fn revokes(device: &Device, bundle: &Bundle, signed: &Signed, by: KeyId) -> bool {
    Revocation::verify(signed, bundle).is_ok_and(|revocation| {
        revocation.vault == device.vault
            && revocation.device == device.signing.id()
            && (!revocation.is_by_retired(bundle) || bundle.is_in_office(by))
    })
}

/// Opens a keeper's grant that is wrapped to this device. Other devices' grants are none of its business.
fn grant(
    device: &Device,
    bundle: &Bundle,
    phones: &BTreeSet<KeyId>,
    record: &LogRecord,
    grants: &mut Vec<(VerifiedGrant, Option<GrantKey>)>,
    out: &mut Refreshed,
) -> Option<Judged> {
    let signed = Signed::from_bytes(&record.record).ok()?;
    let header = Grant::peek(&signed).ok()?;
    let Some(keeper) = bundle.keeper(header.author) else { return Some(of_no_keeper(phones, header.author)) };
    let verified = Grant::verify(&signed, &keeper.key).ok()?;
    if verified.header().vault != device.vault {
        return None;
    }
    out.page.kept.push(record.clone());
    let mine = verified.covers(&[device.sealing().id()]);
    let key = if mine { Some(verified.open(device.sealing()).ok()?) } else { None };
    if let Some(key) = &key {
        out.page.grants.push(OpenedGrant {
            hash: key.hash(),
            author: header.author,
            bytes: record.record.clone(),
            secret: Zeroizing::new(*key.secret()),
        });
    }
    grants.push((verified, key));
    Some(Judged::Yes)
}

#[expect(clippy::too_many_arguments, reason = "what a parcel is judged by, each needed once")]
fn parcel(
    store: &Store,
    device: &Device,
    bundle: &Bundle,
    phones: &BTreeSet<KeyId>,
    record: &LogRecord,
    grants: &[(VerifiedGrant, Option<GrantKey>)],
    now: UtcMillis,
    out: &mut Refreshed,
) -> Result<Option<Judged>, SyncError> {
    let Ok(sealed) = SealedParcel::from_bytes(&record.record) else { return Ok(None) };
    let Ok(core) = sealed.peek_core() else { return Ok(None) };
    if core.vault != device.vault {
        return Ok(None);
    }
    if core.author == device.signing.id() && core.incarnation == device.incarnation {
        let name = sealed.core_hash();
        let signed = sealed.verify(&device.signing.verifying_key()).is_ok();
        out.not_ours |= signed && store.core_at(&name)?.is_none();
        return Ok(Some(Judged::Yes));
    }
    // Devices' parcels are for the site to read.
    let Some(keeper) = bundle.keeper(core.author) else { return Ok(Some(of_no_keeper(phones, core.author))) };
    let Ok(verified) = sealed.verify(&keeper.key) else { return Ok(None) };
    out.page.kept.push(record.clone());
    let here = grants.iter().find(|(grant, _)| grant.hash() == core.grant);
    let opened = match here {
        Some((_, Some(key))) => open(&verified, key),
        Some((_, None)) => return Ok(Some(Judged::Yes)),
        None => match held_key(store, &core.grant, &keeper.key)? {
            Some(key) => open(&verified, &key),
            None => return Ok(Some(Judged::Yes)),
        },
    };
    let Ok(opened) = opened else { return Ok(None) };
    for item in opened.content.items {
        take(device, item, now, out);
    }
    Ok(Some(Judged::Yes))
}

fn held_key(
    store: &Store,
    grant: &Hash,
    keeper: &diary_core::keys::VerifyingKey,
) -> Result<Option<GrantKey>, SyncError> {
    let Some(held) = store.opened_grant(grant)? else { return Ok(None) };
    let verified =
        Signed::from_bytes(&held.bytes).ok().and_then(|signed| Grant::verify(&signed, keeper).ok());
    Ok(verified.map(|verified| verified.with_secret(&held.secret)))
}

fn take(device: &Device, item: Item, now: UtcMillis, out: &mut Refreshed) {
    match item {
        Item::Act(bytes) => match Act::decode(&bytes) {
            Ok(_) => out.page.acts.push(bytes),
            Err(_) => out.unreadable += 1,
        },
        Item::ChallengeReply(reply) => {
            if reply == device.challenge {
                out.page.challenge_returned = Some(now);
            }
        }
        Item::StudyVersion { hash, .. } => out.page.study = Some(hash),
        Item::Revision(bytes) => match EncodedRevision::decode(&bytes) {
            Ok(revision) => out.page.revisions.push(revision),
            Err(_) => out.unreadable += 1,
        },
        // What a device says of itself is not the keeper's to say.
        Item::Statement(_) | Item::Challenge(_) | Item::Succeeds { .. } => {}
    }
}
