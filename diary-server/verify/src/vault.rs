//! Checks one vault: its log as a chain to the signed head, and the signature of every record. The log is read twice,
//! since a parcel may precede the certificate of its author. A record with a valid signature in the wrong place is
//! foreign: its author put it there. A record with an invalid signature was altered.

mod authors;
mod chains;
mod plaintexts;

use std::collections::BTreeMap;

use diary_core::api::Head;
use diary_core::export::{Manifest, VAULTS};
use diary_core::ids::{Hash, KeyId, Nonce, VaultId};
use diary_core::keys::{Bundle, Certificate, Revocation, SealedRecoverySecret, SignedJoinRequest};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{
    Grant, LogKind, LogRecord, ParcelCore, Receipt, ReceiptLevel, Rewrap, SealedParcel, chain_next,
};
use diary_core::signed::Signed;

use super::finding::{Finding, Verified};
use super::folder::Folder;
use super::problem::{Note, Problem};
use authors::Authors;
use chains::Chains;

/// The vault under check.
pub(super) struct Vault<'a> {
    id: VaultId,
    bundle: &'a Bundle,
    manifest: &'a Manifest,
    file: String,
    authors: Authors,
    grants: BTreeMap<Hash, KeyId>,
    parcels: BTreeMap<u64, Parcel>,
    by_core: BTreeMap<Hash, u64>,
    receipts: BTreeMap<u64, Receipt>,
}

/// A parcel with a valid signature, or of an unknown author.
struct Parcel {
    core: ParcelCore,
    core_hash: Hash,
    body_hash: Hash,
}

/// Checks one vault.
pub(super) fn check(folder: &Folder, id: VaultId, manifest: &Manifest, bundle: &Bundle, out: &mut Verified) {
    let mut vault = Vault {
        id,
        bundle,
        manifest,
        file: format!("{VAULTS}/{id}.log"),
        authors: Authors::new(bundle),
        grants: BTreeMap::new(),
        parcels: BTreeMap::new(),
        by_core: BTreeMap::new(),
        receipts: BTreeMap::new(),
    };
    let whole = vault.chain(folder, out);
    vault.records(folder, out);
    vault.receipts(out);
    vault.chains(out);
    plaintexts::check(folder, &vault, out);
    if whole {
        out.counts.vaults += 1;
    }
}

impl Vault<'_> {
    fn wrong(&self, n: u64, what: impl Into<Problem>, out: &mut Verified) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        out.found(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn foreign(&self, n: u64, what: impl Into<Problem>, out: &mut Verified) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        out.foreign(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn wrong_file(&self, file: &str, what: impl Into<Problem>, out: &mut Verified) {
        out.found(Finding { file: file.to_owned(), vault: Some(self.id), n: None, what: what.into() });
    }

    /// Follows the chain to the signed head, and collects the keys of certificates and join requests.
    fn chain(&mut self, folder: &Folder, out: &mut Verified) -> bool {
        let Some(mut sequence) = folder.sequence(&self.file, out) else { return false };
        let (mut n, mut chain) = (0, CHAIN_START);
        loop {
            match sequence.next::<LogRecord>() {
                Ok(Some(record)) => {
                    if record.n != n + 1 {
                        self.wrong(record.n, Problem::RecordMissing { record: n + 1 }, out);
                    }
                    n = record.n;
                    chain = chain_next(&chain, n, record.kind, &record.record);
                    if record.kind == LogKind::Certificate {
                        self.certificate(&record, out);
                    }
                    if record.kind == LogKind::JoinRequest {
                        self.join_request(&record, out);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let what = Problem::LogEnd { after: n, problem: Box::new(error) };
                    self.wrong_file(&self.file, what, out);
                    break;
                }
            }
        }
        self.head(folder, n, chain, out)
    }

    fn head(&self, folder: &Folder, n: u64, chain: Hash, out: &mut Verified) -> bool {
        let name = format!("{VAULTS}/{}.head", self.id);
        let Some(bytes) = folder.read(&name, out) else { return false };
        let nonce = Nonce::from_bytes([0; 16]);
        let head = Signed::from_bytes(&bytes)
            .map_err(Problem::from)
            .and_then(|signed| Ok(Head::verify(&signed, self.bundle, self.id, nonce)?));
        match head {
            Err(error) => {
                self.wrong_file(&name, error, out);
                false
            }
            Ok((_, head)) if head.epoch != self.manifest.epoch => {
                self.wrong_file(&name, Problem::OtherDatabase, out);
                false
            }
            Ok((_, head)) if (head.n, head.chain) != (n, chain) => {
                self.wrong_file(&self.file, Problem::OtherHead, out);
                false
            }
            Ok(_) => {
                out.counts.signatures += 1;
                true
            }
        }
    }

    fn certificate(&mut self, record: &LogRecord, out: &mut Verified) {
        let read = Signed::from_bytes(&record.record)
            .map_err(Problem::from)
            .and_then(|signed| Ok(Certificate::verify(&signed, self.bundle)?));
        match read {
            Err(error) => self.wrong(record.n, error.of(record.kind), out),
            Ok(certificate) if certificate.vault != self.id => {
                self.wrong(record.n, Problem::OtherVault.of(record.kind), out);
            }
            Ok(certificate) => {
                out.counts.certificates += 1;
                self.authors.admit(&certificate);
            }
        }
    }

    fn join_request(&mut self, record: &LogRecord, out: &mut Verified) {
        let read = SignedJoinRequest::from_bytes(&record.record)
            .map_err(Problem::from)
            .and_then(|signed| Ok(signed.verify()?));
        match read {
            Ok(request) if request.vault == self.id => {
                out.counts.signatures += 1;
                self.authors.joined(request.signing);
            }
            Ok(_) => self.foreign(record.n, Problem::OtherVault.of(record.kind), out),
            Err(error) => self.wrong(record.n, error.of(record.kind), out),
        }
    }

    /// Checks the signature of every other record.
    fn records(&mut self, folder: &Folder, out: &mut Verified) {
        let Some(mut sequence) = folder.sequence(&self.file, out) else { return };
        while let Ok(Some(record)) = sequence.next::<LogRecord>() {
            let checked = match record.kind {
                LogKind::Parcel => self.parcel(&record, out),
                LogKind::Grant => self.grant(&record, out),
                LogKind::Rewrap => self.rewrap(&record, out),
                LogKind::Revocation => self.revocation(&record, out),
                LogKind::Receipt => Receipt::from_bytes(&record.record)
                    .map(|receipt| self.receipts.insert(record.n, receipt))
                    .map(|_| ())
                    .map_err(Problem::from),
                LogKind::RecoverySecret => self.recovery(&record, out),
                // Checked in the first pass.
                LogKind::Certificate | LogKind::JoinRequest => Ok(()),
                LogKind::Other(kind) => {
                    out.note(Note::LaterKind { kind });
                    Ok(())
                }
            };
            match checked {
                Ok(()) => out.counts.records += 1,
                Err(what) => self.wrong(record.n, what.of(record.kind), out),
            }
        }
    }

    fn parcel(&mut self, record: &LogRecord, out: &mut Verified) -> Result<(), Problem> {
        let sealed = SealedParcel::from_bytes(&record.record)?;
        let core = sealed.peek_core()?;
        let (core_hash, body_hash) = (sealed.core_hash(), sealed.body_hash());
        match self.authors.key(core.author) {
            Some(key) => {
                sealed.verify(&key)?;
                out.counts.parcels += 1;
            }
            None => self.unknown(core.author, out),
        }
        if core.vault != self.id || core.study != self.manifest.study {
            self.foreign(record.n, Problem::OtherVaultOrStudy.of(record.kind), out);
        }
        self.by_core.insert(core_hash, record.n);
        self.parcels.insert(record.n, Parcel { core, core_hash, body_hash });
        Ok(())
    }

    fn unknown(&self, author: KeyId, out: &mut Verified) {
        out.note(Note::Unconfirmed { vault: self.id, device: author });
    }

    fn grant(&mut self, record: &LogRecord, out: &mut Verified) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let header = Grant::peek(&signed)?;
        match self.authors.key(header.author) {
            Some(key) => {
                Grant::verify(&signed, &key)?;
                out.counts.grants += 1;
            }
            None => self.unknown(header.author, out),
        }
        if header.vault != self.id || header.study != self.manifest.study {
            self.foreign(record.n, Problem::OtherVaultOrStudy.of(record.kind), out);
        }
        self.grants.insert(signed.hash(), header.author);
        Ok(())
    }

    fn rewrap(&self, record: &LogRecord, out: &mut Verified) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let rewrap = Rewrap::verify(&signed, self.bundle)?;
        if !self.grants.contains_key(&rewrap.grant) {
            return Err(Problem::NoGrant);
        }
        out.counts.rewraps += 1;
        Ok(())
    }

    fn revocation(&self, record: &LogRecord, out: &mut Verified) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let revocation = Revocation::verify(&signed, self.bundle)?;
        if revocation.vault != self.id {
            return Err(Problem::OtherVault);
        }
        out.counts.certificates += 1;
        Ok(())
    }

    fn recovery(&self, record: &LogRecord, out: &mut Verified) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let SealedRecoverySecret { vault, device, .. } = SealedRecoverySecret::peek(&signed)?;
        match self.authors.key(device) {
            Some(key) => {
                SealedRecoverySecret::verify(&signed, &key)?;
                out.counts.signatures += 1;
            }
            None => self.unknown(device, out),
        }
        if vault != self.id {
            self.foreign(record.n, Problem::OtherVault.of(record.kind), out);
        }
        Ok(())
    }

    /// Checks that every receipt is signed by a server of the bundle and names a parcel of this log.
    fn receipts(&self, out: &mut Verified) {
        let mut stored = std::collections::BTreeSet::new();
        let wrong = |n, what: Problem, out: &mut Verified| self.wrong(n, what.of(LogKind::Receipt), out);
        for (n, receipt) in &self.receipts {
            let (_, body) = match receipt.verify(self.bundle) {
                Ok(read) => read,
                Err(error) => {
                    wrong(*n, error.into(), out);
                    continue;
                }
            };
            let about = self.by_core.get(&body.core_hash).and_then(|at| Some((*at, self.parcels.get(at)?)));
            match about {
                _ if body.vault != self.id => wrong(*n, Problem::OtherVault, out),
                None => wrong(*n, Problem::NoParcel, out),
                Some((_, parcel)) if parcel.body_hash != body.body_hash => {
                    wrong(*n, Problem::OtherBody, out);
                }
                // Record numbers in receipts of another epoch or of a relay refer to another log.
                Some((at, _)) if body.epoch == self.manifest.epoch && body.n != at => {
                    wrong(*n, Problem::OtherRecord { named: body.n, at }, out);
                }
                Some((at, _)) => {
                    out.counts.receipts += 1;
                    if body.level == ReceiptLevel::Stored {
                        stored.insert(at);
                    }
                }
            }
        }
        for n in self.parcels.keys().filter(|n| !stored.contains(n)) {
            self.wrong(*n, Problem::NoReceipt.of(LogKind::Parcel), out);
        }
    }

    /// Reports gaps and forks of each author's own chain: these were made by the author, not by a server.
    fn chains(&self, out: &mut Verified) {
        let mut chains = Chains::default();
        for (n, parcel) in &self.parcels {
            chains.add(*n, parcel);
            match self.grants.get(&parcel.core.grant) {
                None => out.note(Note::GrantToCome { vault: self.id, record: *n }),
                Some(author) if *author != parcel.core.author => {
                    self.foreign(*n, Problem::OtherGrant.of(LogKind::Parcel), out);
                }
                Some(_) => {}
            }
        }
        chains.tell(self.id, out);
    }
}
