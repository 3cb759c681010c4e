//! One file: its kind, its vault and phone, and its parcels through the same verification and the same transaction as
//! those of a push.

use diary_core::api::{AnswerFile, Cursor, ParcelResult, PushRequest, RefusalCode};
use diary_core::ids::{Hash, Incarnation, KeyId, Nonce, VaultId};
use diary_core::keys::{Bundle, Certificate, JoinRequest, SealedRecoverySecret};
use diary_core::parcel::{DeviceCredential, Grant, ParcelFile, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::{Fate, NotTaken, ParcelReport, WaitsFor};
use crate::ingest::verify::{
    self, Pusher, Verified, Verifying, WrongRecoverySecret, certified, claimed_author, joining,
};
use crate::site::{DeviceService, StaffError};
use diary_store::{DeviceProof, ParcelOutcome, PushOutcome};

/// Parcels of one transaction.
const GROUP: usize = 256;

/// Kind of a file.
pub(super) enum Read {
    /// A parcel file.
    File {
        /// Contents of the file.
        contents: Box<ParcelFile>,
        /// Found piece by piece, since it does not read as a whole.
        damaged: bool,
    },
    /// Nothing to take in.
    Not(NotTaken),
}

/// Sync state of the phone that a file states.
#[derive(Clone, Copy)]
pub(super) struct FileSays {
    pub(super) cursor: Option<Cursor>,
    pub(super) study: Option<Hash>,
}

/// Accepted content of a file.
pub(super) struct TakenFile {
    pub(super) subject: String,
    pub(super) vault: VaultId,
    pub(super) device: KeyId,
    pub(super) parcels: Vec<ParcelReport>,
    pub(super) receipts: Vec<Vec<u8>>,
}

/// Result for one file.
pub(super) enum FileOutcome {
    Taken(TakenFile),
    Waits(WaitsFor),
    Not(NotTaken),
}

/// Reads a file, as a whole or what is whole in it.
pub(super) fn read(bytes: &[u8]) -> Read {
    if let Ok(contents) = ParcelFile::from_bytes(bytes) {
        return Read::File { contents: Box::new(contents), damaged: false };
    }
    // An answer file holds parcels as well and must not be taken for a damaged parcel file.
    if AnswerFile::from_bytes(bytes).is_ok() {
        return Read::Not(NotTaken::Answer);
    }
    match ParcelFile::salvage(bytes) {
        Some(contents) => Read::File { contents: Box::new(contents), damaged: true },
        None => Read::Not(NotTaken::NotAParcelFile),
    }
}

/// Vault that a file claims to be of, and the study where it states one.
fn claims(file: &ParcelFile) -> Option<(VaultId, Option<String>)> {
    let of_credential = match &file.credential {
        Some(DeviceCredential::Certificate(signed)) => Certificate::peek(signed)
            .ok()
            .map(|certificate| (certificate.vault, Some(certificate.study.to_string()))),
        Some(DeviceCredential::Join(signed)) => {
            signed.verify().ok().map(|JoinRequest { vault, .. }| (vault, None))
        }
        None => None,
    };
    let core = file
        .parcels
        .iter()
        .find_map(|bytes| SealedParcel::from_bytes(bytes).ok()?.peek_core().ok())
        .map(|core| (core.vault, Some(core.study.to_string())));
    let grant = || {
        let header = file.grants.iter().find_map(|bytes| Grant::peek(&Signed::from_bytes(bytes).ok()?).ok());
        header.map(|header| (header.vault, Some(header.study.to_string())))
    };
    let study = core.as_ref().and_then(|(_, study)| study.clone());
    of_credential
        .map(|(vault, of)| (vault, of.or(study)))
        .or(core)
        .or_else(grant)
        .or_else(|| Some((SealedRecoverySecret::peek(file.recovery.as_ref()?).ok()?.vault, None)))
}

impl DeviceService<'_> {
    /// Takes a file in.
    pub(super) async fn take_file(
        &self,
        bundle: &Bundle,
        file: ParcelFile,
        received: UtcMillis,
    ) -> Result<FileOutcome, StaffError> {
        let Some((vault, study)) = claims(&file) else {
            return Ok(FileOutcome::Not(NotTaken::NotAParcelFile));
        };
        if study.is_some_and(|study| study != bundle.study.to_string()) {
            return Ok(FileOutcome::Not(NotTaken::OtherStudy));
        }
        let Some(participant) = self.store().participant_of(vault).await? else {
            return Ok(FileOutcome::Waits(WaitsFor::Participant));
        };
        let mut taken = None::<TakenFile>;
        for push in pushes(file, vault) {
            let Some(pusher) = self.pusher(bundle, &push, received).await? else {
                return Ok(FileOutcome::Waits(WaitsFor::Phone));
            };
            let device = pusher.key.id();
            let Ok(Verified { to_commit, refused, bad: _, proven: _ }) =
                verify(bundle, push, pusher, received)
            else {
                return Ok(FileOutcome::Not(NotTaken::NotAParcelFile));
            };
            let signer = self.context().signer();
            let outcome = self.store().commit_group(vec![to_commit], signer).await?.pop();
            let parcels = match outcome.transpose()? {
                Some(PushOutcome::Stored { parcels, .. }) => parcels,
                Some(PushOutcome::TurnedAway) => return Ok(FileOutcome::Not(NotTaken::TurnedAway)),
                Some(PushOutcome::Unknown) | None => return Ok(FileOutcome::Waits(WaitsFor::Phone)),
            };
            let subject = participant.subject.clone();
            let all = taken.get_or_insert(TakenFile {
                subject,
                vault,
                device,
                parcels: Vec::new(),
                receipts: Vec::new(),
            });
            all.add(refused, parcels);
        }
        Ok(taken.map_or(FileOutcome::Waits(WaitsFor::Phone), FileOutcome::Taken))
    }

    /// Phone of a file: by the certificate or join request in it, else by the author that its parcels claim, where
    /// that is known.
    async fn pusher(
        &self,
        bundle: &Bundle,
        push: &PushRequest,
        received: UtcMillis,
    ) -> Result<Option<Pusher>, StaffError> {
        let by_paper = match &push.credential {
            Some(DeviceCredential::Certificate(signed)) => certified(bundle, push.vault, signed),
            Some(DeviceCredential::Join(signed)) => joining(push.vault, signed, received),
            None => None,
        };
        if by_paper.is_some() {
            return Ok(by_paper);
        }
        let Some(device) = claimed_author(push) else { return Ok(None) };
        let row = self.store().device(push.vault, device).await?;
        Ok(row.map(|row| Pusher { key: row.signing, proof: DeviceProof::Known }))
    }
}

/// Verifies a push; a recovery secret that does not verify is left out, since its phone does not wait for the answer.
fn verify(
    bundle: &Bundle,
    push: PushRequest,
    pusher: Pusher,
    received: UtcMillis,
) -> Result<Verified, WrongRecoverySecret> {
    let holds = push.recovery.as_ref().is_none_or(|recovery| {
        SealedRecoverySecret::verify(recovery, &pusher.key).is_ok_and(|secret| secret.vault == push.vault)
    });
    let recovery = push.recovery.clone().filter(|_| holds);
    // No limit on parts that do not verify: unlike a push, a file is not sent again, so its valid parts must all be
    // taken.
    let checks = Verifying { bundle, bad_max: usize::MAX };
    verify::verify(checks, PushRequest { recovery, ..push }, pusher, received)
}

/// Splits a file into pushes that each fit one transaction; certificate or join request go with each.
fn pushes(file: ParcelFile, vault: VaultId) -> Vec<PushRequest> {
    let ParcelFile { credential, grants, parcels, recovery, cursor: _, study: _ } = file;
    let push = |grants: Vec<_>, parcels: &[_], recovery| PushRequest {
        nonce: Nonce::from_bytes([0; 16]),
        vault,
        incarnation: Incarnation::from_bytes([0; 16]),
        credential: credential.clone(),
        grants,
        parcels: parcels.to_vec(),
        recovery,
        evidence: None,
        asked: None,
    };
    let mut groups = parcels.chunks(GROUP);
    let first = push(grants, groups.next().unwrap_or_default(), recovery);
    std::iter::once(first).chain(groups.map(|group| push(Vec::new(), group, None))).collect()
}

impl TakenFile {
    fn add(&mut self, refused: Vec<Option<ParcelResult>>, stored: Vec<ParcelOutcome>) {
        let mut stored = stored.into_iter();
        for refused in refused {
            let report = match refused {
                Some(result) => refusal(result.code.unwrap_or(RefusalCode::Undecodable)),
                None => match stored.next() {
                    Some(outcome) => {
                        self.receipts.push(outcome.receipt.clone());
                        report(&outcome)
                    }
                    None => refusal(RefusalCode::Busy),
                },
            };
            self.parcels.push(report);
        }
    }
}

fn report(outcome: &ParcelOutcome) -> ParcelReport {
    ParcelReport {
        fate: if outcome.duplicate { Fate::Duplicate } else { Fate::Stored },
        gap: outcome.gap,
        fork: outcome.fork,
        pending: outcome.pending,
        grant_needed: outcome.grant_needed,
        quarantined: outcome.quarantined,
    }
}

const fn refusal(code: RefusalCode) -> ParcelReport {
    let fate = Fate::Refused(code);
    ParcelReport { fate, gap: false, fork: false, pending: false, grant_needed: false, quarantined: false }
}
