//! Checks one vault: its log as a chain to the signed head, and the signature of every record. The log is read twice,
//! since a parcel may precede the certificate of its author. A record with a valid signature in the wrong place is
//! foreign: its author put it there. A record with an invalid signature was altered.

mod authors;
mod chains;
mod plaintexts;

use std::collections::BTreeMap;

use diary_core::api::Head;
use diary_core::export::VAULTS;
use diary_core::ids::{Hash, KeyId, Nonce, VaultId};
use diary_core::keys::{Certificate, Revocation, SealedRecoverySecret, SignedJoinRequest};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{
    Grant, LogKind, LogRecord, ParcelCore, Receipt, ReceiptLevel, Rewrap, SealedParcel, chain_next,
};
use diary_core::signed::Signed;

use super::finding::{Finding, Verified};
use super::folder::Export;
use super::problem::{Note, Problem};
use authors::Authors;
use chains::Chains;

/// The vault under check.
pub(super) struct Vault<'a> {
    id: VaultId,
    export: Export<'a>,
    out: &'a mut Verified,
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
pub(super) fn check(id: VaultId, export: Export<'_>, out: &mut Verified) {
    let mut vault = Vault {
        id,
        export,
        out,
        file: format!("{VAULTS}/{id}.log"),
        authors: Authors::new(export.bundle),
        grants: BTreeMap::new(),
        parcels: BTreeMap::new(),
        by_core: BTreeMap::new(),
        receipts: BTreeMap::new(),
    };
    let whole = vault.chain();
    vault.records();
    vault.receipts();
    vault.chains();
    vault.plaintexts();
    if whole {
        vault.out.counts.vaults += 1;
    }
}

impl Vault<'_> {
    fn wrong(&mut self, n: u64, what: impl Into<Problem>) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        self.out.found(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn foreign(&mut self, n: u64, what: impl Into<Problem>) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        self.out.foreign(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn wrong_file(&mut self, file: &str, what: impl Into<Problem>) {
        self.out.found(Finding { file: file.to_owned(), vault: Some(self.id), n: None, what: what.into() });
    }

    /// Follows the chain to the signed head, and collects the keys of certificates and join requests.
    fn chain(&mut self) -> bool {
        let Some(mut sequence) = self.export.folder.sequence(&self.file, self.out) else { return false };
        let (mut n, mut chain) = (0, CHAIN_START);
        loop {
            match sequence.next::<LogRecord>() {
                Ok(Some(record)) => {
                    if record.n != n + 1 {
                        self.wrong(record.n, Problem::RecordMissing { record: n + 1 });
                    }
                    n = record.n;
                    chain = chain_next(&chain, n, record.kind, &record.record);
                    if record.kind == LogKind::Certificate {
                        self.certificate(&record);
                    }
                    if record.kind == LogKind::JoinRequest {
                        self.join_request(&record);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let what = Problem::LogEnd { after: n, problem: Box::new(error) };
                    self.wrong_file(&self.file.clone(), what);
                    break;
                }
            }
        }
        self.head(n, chain)
    }

    fn head(&mut self, n: u64, chain: Hash) -> bool {
        let name = format!("{VAULTS}/{}.head", self.id);
        let Some(bytes) = self.export.folder.read(&name, self.out) else { return false };
        let nonce = Nonce::from_bytes([0; 16]);
        let head = Signed::from_bytes(&bytes)
            .map_err(Problem::from)
            .and_then(|signed| Ok(Head::verify(&signed, self.export.bundle, self.id, nonce)?));
        match head {
            Err(error) => {
                self.wrong_file(&name, error);
                false
            }
            Ok((_, head)) if head.epoch != self.export.manifest.epoch => {
                self.wrong_file(&name, Problem::OtherDatabase);
                false
            }
            Ok((_, head)) if (head.n, head.chain) != (n, chain) => {
                self.wrong_file(&self.file.clone(), Problem::OtherHead);
                false
            }
            Ok(_) => {
                self.out.counts.signatures += 1;
                true
            }
        }
    }

    fn certificate(&mut self, record: &LogRecord) {
        let read = Signed::from_bytes(&record.record)
            .map_err(Problem::from)
            .and_then(|signed| Ok(Certificate::verify(&signed, self.export.bundle)?));
        match read {
            Err(error) => self.wrong(record.n, error.of(record.kind)),
            Ok(certificate) if certificate.vault != self.id => {
                self.wrong(record.n, Problem::OtherVault.of(record.kind));
            }
            Ok(certificate) => {
                self.out.counts.certificates += 1;
                self.authors.admit(&certificate);
            }
        }
    }

    fn join_request(&mut self, record: &LogRecord) {
        let read = SignedJoinRequest::from_bytes(&record.record)
            .map_err(Problem::from)
            .and_then(|signed| Ok(signed.verify()?));
        match read {
            Ok(request) if request.vault == self.id => {
                self.out.counts.signatures += 1;
                self.authors.joined(request.signing);
            }
            Ok(_) => self.foreign(record.n, Problem::OtherVault.of(record.kind)),
            Err(error) => self.wrong(record.n, error.of(record.kind)),
        }
    }

    /// Checks the signature of every other record.
    fn records(&mut self) {
        let Some(mut sequence) = self.export.folder.sequence(&self.file, self.out) else { return };
        while let Ok(Some(record)) = sequence.next::<LogRecord>() {
            let checked = match record.kind {
                LogKind::Parcel => self.parcel(&record),
                LogKind::Grant => self.grant(&record),
                LogKind::Rewrap => self.rewrap(&record),
                LogKind::Revocation => self.revocation(&record),
                LogKind::Receipt => Receipt::from_bytes(&record.record)
                    .map(|receipt| self.receipts.insert(record.n, receipt))
                    .map(|_| ())
                    .map_err(Problem::from),
                LogKind::RecoverySecret => self.recovery(&record),
                // Checked in the first pass.
                LogKind::Certificate | LogKind::JoinRequest => Ok(()),
                LogKind::Other(kind) => {
                    self.out.note(Note::LaterKind { kind });
                    Ok(())
                }
            };
            match checked {
                Ok(()) => self.out.counts.records += 1,
                Err(what) => self.wrong(record.n, what.of(record.kind)),
            }
        }
    }

    fn parcel(&mut self, record: &LogRecord) -> Result<(), Problem> {
        let sealed = SealedParcel::from_bytes(&record.record)?;
        let core = sealed.peek_core()?;
        let (core_hash, body_hash) = (sealed.core_hash(), sealed.body_hash());
        match self.authors.key(core.author) {
            Some(key) => {
                sealed.verify(&key)?;
                self.out.counts.parcels += 1;
            }
            None => self.unknown(core.author),
        }
        if core.vault != self.id || core.study != self.export.manifest.study {
            self.foreign(record.n, Problem::OtherVaultOrStudy.of(record.kind));
        }
        self.by_core.insert(core_hash, record.n);
        self.parcels.insert(record.n, Parcel { core, core_hash, body_hash });
        Ok(())
    }

    fn unknown(&mut self, author: KeyId) {
        self.out.note(Note::Unconfirmed { vault: self.id, device: author });
    }

    fn grant(&mut self, record: &LogRecord) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let header = Grant::peek(&signed)?;
        match self.authors.key(header.author) {
            Some(key) => {
                Grant::verify(&signed, &key)?;
                self.out.counts.grants += 1;
            }
            None => self.unknown(header.author),
        }
        if header.vault != self.id || header.study != self.export.manifest.study {
            self.foreign(record.n, Problem::OtherVaultOrStudy.of(record.kind));
        }
        self.grants.insert(signed.hash(), header.author);
        Ok(())
    }

    fn rewrap(&mut self, record: &LogRecord) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let rewrap = Rewrap::verify(&signed, self.export.bundle)?;
        if !self.grants.contains_key(&rewrap.grant) {
            return Err(Problem::NoGrant);
        }
        self.out.counts.rewraps += 1;
        Ok(())
    }

    fn revocation(&mut self, record: &LogRecord) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let revocation = Revocation::verify(&signed, self.export.bundle)?;
        if revocation.vault != self.id {
            return Err(Problem::OtherVault);
        }
        self.out.counts.certificates += 1;
        Ok(())
    }

    fn recovery(&mut self, record: &LogRecord) -> Result<(), Problem> {
        let signed = Signed::from_bytes(&record.record)?;
        let SealedRecoverySecret { vault, device, .. } = SealedRecoverySecret::peek(&signed)?;
        match self.authors.key(device) {
            Some(key) => {
                SealedRecoverySecret::verify(&signed, &key)?;
                self.out.counts.signatures += 1;
            }
            None => self.unknown(device),
        }
        if vault != self.id {
            self.foreign(record.n, Problem::OtherVault.of(record.kind));
        }
        Ok(())
    }

    /// Checks that every receipt is signed by a server of the bundle and names a parcel of this log.
    fn receipts(&mut self) {
        let mut stored = std::collections::BTreeSet::new();
        for (n, receipt) in std::mem::take(&mut self.receipts) {
            let (_, body) = match receipt.verify(self.export.bundle) {
                Ok(read) => read,
                Err(error) => {
                    self.wrong(n, Problem::from(error).of(LogKind::Receipt));
                    continue;
                }
            };
            let about = self.by_core.get(&body.core_hash);
            let about = about.and_then(|at| Some((*at, self.parcels.get(at)?.body_hash)));
            match about {
                _ if body.vault != self.id => self.wrong(n, Problem::OtherVault.of(LogKind::Receipt)),
                None => self.wrong(n, Problem::NoParcel.of(LogKind::Receipt)),
                Some((_, body_hash)) if body_hash != body.body_hash => {
                    self.wrong(n, Problem::OtherBody.of(LogKind::Receipt));
                }
                // Record numbers in receipts of another epoch or of a relay refer to another log.
                Some((at, _)) if body.epoch == self.export.manifest.epoch && body.n != at => {
                    let what = Problem::OtherRecord { named: body.n, at };
                    self.wrong(n, what.of(LogKind::Receipt));
                }
                Some((at, _)) => {
                    self.out.counts.receipts += 1;
                    if body.level == ReceiptLevel::Stored {
                        stored.insert(at);
                    }
                }
            }
        }
        let unproved: Vec<u64> = self.parcels.keys().filter(|n| !stored.contains(n)).copied().collect();
        for n in unproved {
            self.wrong(n, Problem::NoReceipt.of(LogKind::Parcel));
        }
    }

    /// Reports gaps and forks of each author's own chain: these were made by the author, not by a server.
    fn chains(&mut self) {
        let (mut chains, mut strange) = (Chains::default(), Vec::new());
        for (n, parcel) in &self.parcels {
            chains.add(*n, parcel);
            match self.grants.get(&parcel.core.grant) {
                None => self.out.note(Note::GrantToCome { vault: self.id, record: *n }),
                Some(author) if *author != parcel.core.author => strange.push(*n),
                Some(_) => {}
            }
        }
        for n in strange {
            self.foreign(n, Problem::OtherGrant.of(LogKind::Parcel));
        }
        chains.tell(self.id, self.out);
    }
}
