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
    fn wrong(&mut self, n: u64, what: impl Into<String>) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        self.out.found(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn foreign(&mut self, n: u64, what: impl Into<String>) {
        let (file, vault) = (self.file.clone(), Some(self.id));
        self.out.foreign(Finding { file, vault, n: Some(n), what: what.into() });
    }

    fn wrong_file(&mut self, file: &str, what: impl Into<String>) {
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
                        self.wrong(record.n, format!("record {} is missing or out of order", n + 1));
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
                    self.wrong_file(&self.file.clone(), format!("after record {n}: {error}"));
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
        let head = Signed::from_bytes(&bytes).map_err(|error| error.to_string()).and_then(|signed| {
            Head::verify(&signed, self.export.bundle, self.id, nonce).map_err(|e| e.to_string())
        });
        match head {
            Err(error) => {
                self.wrong_file(&name, error);
                false
            }
            Ok((_, head)) if head.epoch != self.export.manifest.epoch => {
                self.wrong_file(&name, "it is of another database than the manifest");
                false
            }
            Ok((_, head)) if (head.n, head.chain) != (n, chain) => {
                let what =
                    "the log does not lead to its signed head: a record was altered, added or left out";
                self.wrong_file(&self.file.clone(), what);
                false
            }
            Ok(_) => {
                self.out.counts.signatures += 1;
                true
            }
        }
    }

    fn certificate(&mut self, record: &LogRecord) {
        let read = Signed::from_bytes(&record.record).map_err(|error| error.to_string()).and_then(|signed| {
            Certificate::verify(&signed, self.export.bundle).map_err(|error| error.to_string())
        });
        match read {
            Err(error) => self.wrong(record.n, format!("certificate: {error}")),
            Ok(certificate) if certificate.vault != self.id => {
                self.wrong(record.n, "certificate of another vault");
            }
            Ok(certificate) => {
                self.out.counts.certificates += 1;
                self.authors.admit(&certificate);
            }
        }
    }

    fn join_request(&mut self, record: &LogRecord) {
        let read = SignedJoinRequest::from_bytes(&record.record)
            .map_err(|error| error.to_string())
            .and_then(|signed| signed.verify().map_err(|error| error.to_string()));
        match read {
            Ok(request) if request.vault == self.id => {
                self.out.counts.signatures += 1;
                self.authors.joined(request.signing);
            }
            Ok(_) => self.foreign(record.n, "join request: it is of another vault"),
            Err(error) => self.wrong(record.n, format!("join request: {error}")),
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
                    .map_err(|error| error.to_string()),
                LogKind::RecoverySecret => self.recovery(&record),
                // Checked in the first pass.
                LogKind::Certificate | LogKind::JoinRequest => Ok(()),
                LogKind::Other(kind) => {
                    self.out.note(format!(
                        "records of kind {kind} are of a later version: only their place was checked"
                    ));
                    Ok(())
                }
            };
            match checked {
                Ok(()) => self.out.counts.records += 1,
                Err(what) => self.wrong(record.n, format!("{}: {what}", record.kind.name())),
            }
        }
    }

    fn parcel(&mut self, record: &LogRecord) -> Result<(), String> {
        let sealed = SealedParcel::from_bytes(&record.record).map_err(|error| error.to_string())?;
        let core = sealed.peek_core().map_err(|error| error.to_string())?;
        let (core_hash, body_hash) = (sealed.core_hash(), sealed.body_hash());
        match self.authors.key(core.author) {
            Some(key) => {
                sealed.verify(&key).map_err(|error| error.to_string())?;
                self.out.counts.parcels += 1;
            }
            None => self.unknown(core.author),
        }
        if core.vault != self.id || core.study != self.export.manifest.study {
            self.foreign(record.n, "parcel: it is of another vault or study");
        }
        self.by_core.insert(core_hash, record.n);
        self.parcels.insert(record.n, Parcel { core, core_hash, body_hash });
        Ok(())
    }

    fn unknown(&mut self, author: KeyId) {
        self.out.note(format!(
            "vault {}: device {author} was never confirmed, so its key is not in the log and what it sent could not be \
             proved to be its own",
            self.id
        ));
    }

    fn grant(&mut self, record: &LogRecord) -> Result<(), String> {
        let signed = Signed::from_bytes(&record.record).map_err(|error| error.to_string())?;
        let header = Grant::peek(&signed).map_err(|error| error.to_string())?;
        match self.authors.key(header.author) {
            Some(key) => {
                Grant::verify(&signed, &key).map_err(|error| error.to_string())?;
                self.out.counts.grants += 1;
            }
            None => self.unknown(header.author),
        }
        if header.vault != self.id || header.study != self.export.manifest.study {
            self.foreign(record.n, "grant: it is of another vault or study");
        }
        self.grants.insert(signed.hash(), header.author);
        Ok(())
    }

    fn rewrap(&mut self, record: &LogRecord) -> Result<(), String> {
        let signed = Signed::from_bytes(&record.record).map_err(|error| error.to_string())?;
        let rewrap = Rewrap::verify(&signed, self.export.bundle).map_err(|error| error.to_string())?;
        if !self.grants.contains_key(&rewrap.grant) {
            return Err("it is of a grant that is not in the log before it".to_owned());
        }
        self.out.counts.rewraps += 1;
        Ok(())
    }

    fn revocation(&mut self, record: &LogRecord) -> Result<(), String> {
        let signed = Signed::from_bytes(&record.record).map_err(|error| error.to_string())?;
        let revocation =
            Revocation::verify(&signed, self.export.bundle).map_err(|error| error.to_string())?;
        if revocation.vault != self.id {
            return Err("it is of another vault".to_owned());
        }
        self.out.counts.certificates += 1;
        Ok(())
    }

    fn recovery(&mut self, record: &LogRecord) -> Result<(), String> {
        let signed = Signed::from_bytes(&record.record).map_err(|error| error.to_string())?;
        let SealedRecoverySecret { vault, device, .. } =
            SealedRecoverySecret::peek(&signed).map_err(|error| error.to_string())?;
        match self.authors.key(device) {
            Some(key) => {
                SealedRecoverySecret::verify(&signed, &key).map_err(|error| error.to_string())?;
                self.out.counts.signatures += 1;
            }
            None => self.unknown(device),
        }
        if vault != self.id {
            self.foreign(record.n, "recovery secret: it is of another vault");
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
                    self.wrong(n, format!("receipt: {error}"));
                    continue;
                }
            };
            let about = self.by_core.get(&body.core_hash);
            let about = about.and_then(|at| Some((*at, self.parcels.get(at)?.body_hash)));
            match about {
                _ if body.vault != self.id => self.wrong(n, "receipt: it is of another vault"),
                None => self.wrong(n, "receipt: it is of a parcel that is not in the log"),
                Some((_, body_hash)) if body_hash != body.body_hash => {
                    self.wrong(n, "receipt: it is of another body than the parcel's");
                }
                // Record numbers in receipts of another epoch or of a relay refer to another log.
                Some((at, _)) if body.epoch == self.export.manifest.epoch && body.n != at => {
                    self.wrong(n, format!("receipt: it names record {}, the parcel is record {at}", body.n));
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
            self.wrong(n, "parcel: no receipt says that it is stored");
        }
    }

    /// Reports gaps and forks of each author's own chain: these were made by the author, not by a server.
    fn chains(&mut self) {
        let (mut chains, mut strange) = (Chains::default(), Vec::new());
        for (n, parcel) in &self.parcels {
            chains.add(*n, parcel);
            match self.grants.get(&parcel.core.grant) {
                None => self.out.note(format!("vault {}: the grant of record {n} has not come", self.id)),
                Some(author) if *author != parcel.core.author => strange.push(*n),
                Some(_) => {}
            }
        }
        for n in strange {
            self.foreign(n, "parcel: its grant is of another author");
        }
        chains.tell(self.id, self.out);
    }
}
