//! Reads a page of the server's log into the form of the store: certificate, receipts, acts of staff, the answer to the
//! key check. Everything is verified; an unreadable record is left out and never holds up the rest.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::api::Cursor;
use diary_core::diary::Diary;
use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, KeyId};
use diary_core::keys::{Bundle, Certificate, Revocation};
use diary_core::parcel::{Grant, GrantKey, Item, LogKind, LogRecord, SealedParcel, VerifiedGrant, open};
use diary_core::signed::Signed;
use diary_core::store::{Device, DownlinkPage, OpenedGrant, PhoneNews, Store};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::error::SyncError;
use crate::settle::ReceiptCheck;

/// Result of reading a page of the log.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// For the store.
    pub page: DownlinkPage,
    /// Records that could not be read.
    pub unreadable: u32,
    /// A parcel of this device's present incarnation that this store never sealed: another device continues its chain.
    pub not_ours: bool,
}

/// Verdict about a record.
enum Judged {
    /// It was accepted, or does not concern this device.
    Yes,
    /// Its author is none of the participant's phones and no keeper that the bundle at hand names: a newer bundle may.
    Stranger,
}

/// A page of the log that was seen to follow.
#[derive(Clone, Copy)]
pub struct VerifiedPage<'a> {
    /// Its records.
    pub records: &'a [LogRecord],
    /// The server whose head it leads to.
    pub by: KeyId,
    /// Place in the log after it.
    pub next: Cursor,
}

/// Reads the records of a page. Records signed by a former keeper's key count if a keeper in office hands them out: from
/// others their dates prove nothing, since the holder of that key can choose them. Records that cannot be judged under
/// `bundle` are left out and reported, and are read again under a newer one.
///
/// # Errors
/// Fails if the store refuses.
pub fn read(
    diary: &Diary,
    bundle: &Bundle,
    page: &VerifiedPage<'_>,
    now: UtcMillis,
) -> Result<Refreshed, SyncError> {
    let (store, device) = (diary.store(), diary.device());
    let _snapshot = store.snapshot()?;
    let mut phones: BTreeSet<KeyId> = store.other_phones()?.iter().map(|phone| phone.device).collect();
    phones.insert(device.signing.id());
    let mut out = Refreshed::default();
    out.page.cursor = Some(page.next);
    out.page.at = now;
    let vouched = bundle.is_in_office(page.by);
    let mut reader = Reader { store, device, bundle, phones, vouched, now, grants: Vec::new(), out };
    for record in page.records {
        reader.record(record)?;
    }
    Ok(reader.out)
}

/// Reads one page.
struct Reader<'a> {
    store: &'a Store,
    device: &'a Device,
    bundle: &'a Bundle,
    /// The participant's phones, this one among them.
    phones: BTreeSet<KeyId>,
    /// A keeper in office hands the page out.
    vouched: bool,
    now: UtcMillis,
    /// Grants of this page, with the keys of those that are for this device.
    grants: Vec<(VerifiedGrant, Option<GrantKey>)>,
    out: Refreshed,
}

impl Reader<'_> {
    fn record(&mut self, record: &LogRecord) -> Result<(), SyncError> {
        let judged = match record.kind {
            LogKind::Receipt => self.receipt(record)?,
            LogKind::Certificate => self.certificate(record),
            LogKind::Grant => self.grant(record),
            LogKind::Parcel => self.parcel(record)?,
            LogKind::Revocation => self.revocation(record),
            LogKind::Rewrap | LogKind::RecoverySecret | LogKind::JoinRequest | LogKind::Other(_) => {
                Some(Judged::Yes)
            }
        };
        match judged {
            Some(Judged::Yes) => {}
            Some(Judged::Stranger) => self.out.page.unjudged = Some(self.bundle.version),
            None => {
                self.out.unreadable += 1;
                self.out.page.unjudged = Some(self.bundle.version);
            }
        }
        Ok(())
    }

    fn of_no_keeper(&self, author: KeyId) -> Judged {
        if self.phones.contains(&author) { Judged::Yes } else { Judged::Stranger }
    }

    fn receipt(&mut self, record: &LogRecord) -> Result<Option<Judged>, SyncError> {
        let check = ReceiptCheck { bundle: self.bundle, vault: self.device.vault, heard: self.now };
        let held = check.received(self.store, &record.record)?;
        Ok(held.map(|held| {
            self.out.page.receipts.push(held);
            Judged::Yes
        }))
    }

    fn certificate(&mut self, record: &LogRecord) -> Option<Judged> {
        let device = self.device;
        let signed = Signed::from_bytes(&record.record).ok()?;
        let certificate = Certificate::verify(&signed, self.bundle).ok()?;
        if certificate.vault != device.vault || certificate.study != device.study {
            return None;
        }
        if certificate.is_by_retired(self.bundle) && !self.vouched {
            return Some(Judged::Yes);
        }
        let page = &mut self.out.page;
        if certificate.device() == device.signing.id() {
            if certificate.sealing != *device.sealing().public() {
                return None;
            }
            page.certificate = Some(record.record.clone());
            page.other_site = (certificate.site != device.site).then(|| certificate.site.clone());
        } else {
            let (device, added) = (certificate.device(), Some(certificate.issued));
            page.phones.push(PhoneNews { device, added, ended: None });
        }
        page.kept.push(record.clone());
        Some(Judged::Yes)
    }

    fn revocation(&mut self, record: &LogRecord) -> Option<Judged> {
        let signed = Signed::from_bytes(&record.record).ok()?;
        let revocation = Revocation::verify(&signed, self.bundle).ok()?;
        if revocation.vault != self.device.vault {
            return None;
        }
        if revocation.is_by_retired(self.bundle) && !self.vouched {
            return Some(Judged::Yes);
        }
        let page = &mut self.out.page;
        if revocation.device == self.device.signing.id() {
            page.revocation = Some(record.record.clone());
        } else {
            let (device, ended) = (revocation.device, Some(revocation.at));
            page.phones.push(PhoneNews { device, added: None, ended });
        }
        page.kept.push(record.clone());
        Some(Judged::Yes)
    }

    /// Opens a keeper's grant that is wrapped to this device. Other devices' grants are none of its business.
    fn grant(&mut self, record: &LogRecord) -> Option<Judged> {
        let device = self.device;
        let signed = Signed::from_bytes(&record.record).ok()?;
        let header = Grant::peek(&signed).ok()?;
        let Some(keeper) = self.bundle.keeper(header.author) else {
            return Some(self.of_no_keeper(header.author));
        };
        let verified = Grant::verify(&signed, &keeper.key).ok()?;
        if verified.header().vault != device.vault {
            return None;
        }
        self.out.page.kept.push(record.clone());
        let mine = verified.covers(&[device.sealing().id()]);
        let key = if mine { Some(verified.open(device.sealing()).ok()?) } else { None };
        if let Some(key) = &key {
            self.out.page.grants.push(OpenedGrant {
                hash: key.hash(),
                author: header.author,
                bytes: record.record.clone(),
                secret: Zeroizing::new(*key.secret()),
            });
        }
        self.grants.push((verified, key));
        Some(Judged::Yes)
    }

    fn parcel(&mut self, record: &LogRecord) -> Result<Option<Judged>, SyncError> {
        let device = self.device;
        let Ok(sealed) = SealedParcel::from_bytes(&record.record) else { return Ok(None) };
        let Ok(core) = sealed.peek_core() else { return Ok(None) };
        if core.vault != device.vault {
            return Ok(None);
        }
        if core.author == device.signing.id() && core.incarnation == device.incarnation {
            let name = sealed.core_hash();
            let signed = sealed.verify(&device.signing.verifying_key()).is_ok();
            self.out.not_ours |= signed && self.store.core_at(&name)?.is_none();
            return Ok(Some(Judged::Yes));
        }
        // Devices' parcels are for the site to read.
        let Some(keeper) = self.bundle.keeper(core.author) else {
            return Ok(Some(self.of_no_keeper(core.author)));
        };
        let Ok(verified) = sealed.verify(&keeper.key) else { return Ok(None) };
        self.out.page.kept.push(record.clone());
        let here = self.grants.iter().find(|(grant, _)| grant.hash() == core.grant);
        let opened = match here {
            Some((_, Some(key))) => open(&verified, key),
            Some((_, None)) => return Ok(Some(Judged::Yes)),
            None => match held_key(self.store, &core.grant, &keeper.key)? {
                Some(key) => open(&verified, &key),
                None => return Ok(Some(Judged::Yes)),
            },
        };
        let Ok(opened) = opened else { return Ok(None) };
        for item in opened.content.items {
            self.take(item);
        }
        Ok(Some(Judged::Yes))
    }

    fn take(&mut self, item: Item) {
        let out = &mut self.out;
        match item {
            Item::Act(bytes) => match Act::decode(&bytes) {
                Ok(_) => out.page.acts.push(bytes),
                Err(_) => out.unreadable += 1,
            },
            Item::ChallengeReply(reply) => {
                if reply == self.device.challenge {
                    out.page.challenge_returned = Some(self.now);
                }
            }
            Item::StudyVersion { hash, .. } => out.page.study = Some(hash),
            Item::Revision(bytes) => match EncodedRevision::decode(&bytes) {
                Ok(revision) => out.page.revisions.push(revision),
                Err(_) => out.unreadable += 1,
            },
            // These are authored by devices alone: in a keeper's parcel they have no meaning.
            Item::Statement(_) | Item::Challenge(_) | Item::Succeeds { .. } => {}
        }
    }
}

/// True if a keeper has revoked this very device, by the reply of the server `by` to a push.
#[must_use]
pub fn revokes(device: &Device, bundle: &Bundle, signed: &Signed, by: KeyId) -> bool {
    Revocation::verify(signed, bundle).is_ok_and(|revocation| {
        revocation.vault == device.vault
            && revocation.device == device.signing.id()
            && (!revocation.is_by_retired(bundle) || bundle.is_in_office(by))
    })
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
