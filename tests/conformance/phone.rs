//! A phone made of core alone: keys, a chain of parcels, and pushes in the form they have after verification.

use std::sync::Arc;

use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::entry::{Content, EncodedRevision, Note, Revision};
use diary_core::ids::{EnrolmentId, Hash, Incarnation, KeyId, RevisionId, RunId, VaultId};
use diary_core::keys::{Bundle, EnrolmentSecret, JoinRequest, SealingKey, SealingPublic, SigningKey};
use diary_core::parcel::{
    Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, SealInput, SealedParcel, Statement, seal,
};
use diary_core::signed::Signed;
use diary_core::testing::first_revision;
use diary_core::time::{Reading, UtcMillis, Zone};
use diary_server::ingest::verify::{grant_of, parcel_of};
use diary_store::{
    DeviceProof, GrantToStore, IncarnationAt, JoinToTake, ParcelOutcome, ParcelToStore, PushOutcome,
    PushToCommit, VaultHead,
};

use crate::site::{START, Site, join_to_take};

/// A phone without a store.
pub(crate) struct Phone {
    pub(crate) vault: VaultId,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    pub(crate) incarnation: Incarnation,
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) grant: Signed,
    grant_key: GrantKey,
    counter: u64,
    bundle: Bundle,
    entropy: Arc<SeededEntropy>,
}

impl Phone {
    /// A phone whose device is unknown to the server.
    pub(crate) fn new(site: &Site, vault: VaultId) -> Self {
        let random = site.random();
        let signing = SigningKey::generate(random);
        let incarnation = Incarnation::from_bytes(random.array());
        let key = site.keys.sealing(&site.keys.site, 1).unwrap();
        let readers = [key.public(), site.recovery.public()];
        let (grant_key, grant) = make_grant(site, vault, incarnation, 1, &signing, &readers);
        Self {
            vault,
            signing,
            sealing: SealingKey::generate(random),
            incarnation,
            seq: 0,
            prev: NO_PREVIOUS,
            grant,
            grant_key,
            counter: 0,
            bundle: site.bundle.clone(),
            entropy: Arc::clone(&site.entropy),
        }
    }

    fn random(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    pub(crate) const fn grant_key(&self) -> &GrantKey {
        &self.grant_key
    }

    pub(crate) fn key(&self) -> KeyId {
        self.signing.id()
    }

    /// A request to be admitted.
    pub(crate) fn join(&self, link: &(EnrolmentId, EnrolmentSecret), received: UtcMillis) -> JoinToTake {
        let request = JoinRequest {
            enrolment: link.0,
            vault: self.vault,
            signing: self.signing.verifying_key(),
            sealing: self.sealing.public().clone(),
        };
        join_to_take(request.sign(&self.signing, &link.1), received)
    }

    /// A note, as an item of a parcel.
    pub(crate) fn note(&mut self, text: &str) -> Item {
        self.counter += 1;
        let id = RevisionId::new(START.0, self.random().array());
        let revision = Revision {
            counter: self.counter.into(),
            ..first_revision(id, Content::Note(Note { text: text.to_owned() }), reading())
        };
        Item::revision(&EncodedRevision::new(revision).unwrap())
    }

    /// Seals items into the next parcel.
    pub(crate) fn seal(&mut self, items: &[Item]) -> SealedParcel {
        self.seq += 1;
        let input = SealInput { seq: self.seq, prev: self.prev, items };
        let parcel = seal(&input, &self.grant_key, &self.signing, self.random()).unwrap();
        self.prev = parcel.core_hash();
        parcel
    }

    /// The next parcel, with one note.
    pub(crate) fn next(&mut self, text: &str) -> SealedParcel {
        let note = self.note(text);
        self.seal(&[note])
    }

    /// Seals so many more parcels.
    pub(crate) fn several(&mut self, count: usize) -> Vec<SealedParcel> {
        (0..count).map(|n| self.next(&n.to_string())).collect()
    }

    /// Another parcel at the place of the last one.
    pub(crate) fn again(&mut self, before: Hash, text: &str) -> SealedParcel {
        self.seq -= 1;
        self.prev = before;
        self.next(text)
    }

    /// Begins another incarnation.
    pub(crate) fn begin_anew(&mut self, site: &Site) {
        let incarnation = Incarnation::from_bytes(self.random().array());
        self.live(site, incarnation);
    }

    /// Begins the chain of `incarnation`, under a grant of its own.
    pub(crate) fn live(&mut self, site: &Site, incarnation: Incarnation) {
        self.incarnation = incarnation;
        let key = site.keys.sealing(&site.keys.site, 1).unwrap();
        self.seal_to(site, key.public());
        (self.seq, self.prev) = (0, NO_PREVIOUS);
    }

    /// From now on seals to this key of the site.
    pub(crate) fn seal_to(&mut self, site: &Site, key: &SealingPublic) {
        let readers = [key, site.recovery.public()];
        let grant = make_grant(site, self.vault, self.incarnation, 1, &self.signing, &readers);
        (self.grant_key, self.grant) = grant;
    }

    /// A parcel as it is once it was verified.
    pub(crate) fn verified(&self, parcel: &SealedParcel) -> ParcelToStore {
        let device = self.signing.verifying_key();
        parcel_of(parcel.to_bytes(), &self.bundle, self.vault, &device).unwrap()
    }

    /// Grant of the phone, in the form it has after verification.
    pub(crate) fn verified_grant(&self) -> GrantToStore {
        grant_of(&self.grant.to_bytes(), &self.bundle, self.vault, &self.signing.verifying_key()).unwrap()
    }

    /// A verified push of parcels, by a device that is known, without its grant.
    pub(crate) fn bare(&self, parcels: &[SealedParcel]) -> PushToCommit {
        PushToCommit {
            vault: self.vault,
            device: self.key(),
            proof: DeviceProof::Known,
            incarnation: self.incarnation,
            grants: Vec::new(),
            recovery: None,
            parcels: parcels.iter().map(|parcel| self.verified(parcel)).collect(),
            evidence: None,
            received: START,
        }
    }

    /// The same push by the certificate that it brings.
    pub(crate) fn with_certificate(&self, site: &Site, push: PushToCommit) -> PushToCommit {
        let certificate = site.certificate(self);
        let signed = certificate.sign(&site.keys.signing);
        PushToCommit { proof: DeviceProof::Certificate(Box::new((signed, certificate))), ..push }
    }

    /// A verified push with its grant.
    pub(crate) fn push(&self, parcels: &[SealedParcel]) -> PushToCommit {
        PushToCommit { grants: vec![self.verified_grant()], ..self.bare(parcels) }
    }
}

/// A grant of a phone.
pub(crate) fn make_grant(
    site: &Site,
    vault: VaultId,
    incarnation: Incarnation,
    no: u32,
    author: &SigningKey,
    recipients: &[&SealingPublic],
) -> (GrantKey, Signed) {
    let scope = GrantScope { study: site.keys.study.clone(), vault, incarnation, no, generation: 1 };
    Grant::make(&scope, recipients, author, site.random()).unwrap()
}

/// Clock reading of the phone.
pub(crate) fn reading() -> Reading {
    Reading::new(START, Zone::UTC, RunId::from_bytes([3; 16]), None)
}

/// Statement of the phone about itself.
pub(crate) fn statement() -> Item {
    Item::Statement(Statement {
        as_of: reading(),
        entries_made: 1,
        unsent_days: Vec::new(),
        open_drafts: 0,
        clock: None,
        known_acts: Vec::new(),
        study: None,
    })
}

/// Fields of the outcome of a stored push.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) parcels: Vec<ParcelOutcome>,
    pub(crate) incarnation: IncarnationAt,
    pub(crate) head: VaultHead,
    pub(crate) revocation: Option<Signed>,
}

/// Outcome of a push that was stored.
#[track_caller]
pub(crate) fn stored(outcome: PushOutcome) -> Stored {
    match outcome {
        PushOutcome::Stored { parcels, incarnation, head, revocation, added: _ } => {
            Stored { parcels, incarnation, head, revocation }
        }
        other => panic!("it is not stored: {other:?}"),
    }
}
