//! Pushes of a real, joined phone, sealed one after the other without its store: as many as a test or a measurement
//! needs, in incarnations of their own, so that the store on the phone is not involved.

use diary_core::api::{PushRequest, TokenChallenge, TokenProof, TokenRequest};
use diary_core::entropy::Entropy;
use diary_core::entry::{Content, Dose, DoseStatus, EncodedRevision, MedicationRef, Note, Revision, Route};
use diary_core::ids::{Hash, Incarnation, Nonce, RevisionId, RunId, SiteId, StudyId, VaultId};
use diary_core::keys::{Bundle, SigningKey, VerifyingKey};
use diary_core::measure::{Quantity, TEXT_MAX_BYTES, Unit};
use diary_core::parcel::{DeviceCredential, Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, SealInput, seal};
use diary_core::testing::first_revision;
use diary_core::text::Lang;
use diary_core::time::{Reading, UtcMillis};
use diary_demo::phone::Phone;

use crate::world::beijing;

/// Time at which the doses were taken.
pub const START: UtcMillis = UtcMillis(1_790_000_000_000);
/// Most parcels of one incarnation, which has one grant: a grant is valid for no more.
const LIFE_MAX: u64 = 500;
/// Longest notes that fit into one parcel.
pub const FLOOD_NOTES: u64 = 31;

/// A dose as it is taken three times a day.
#[must_use]
pub fn dose() -> Content {
    Content::Dose(Dose {
        medication: MedicationRef { code: "pyridostigmine".parse().ok(), name: "溴吡斯的明".to_owned() },
        status: DoseStatus::Taken,
        amount: Some(Quantity { value: 60.into(), unit: Unit::MG }),
        route: Some(Route::Oral),
        extra: false,
        note: None,
        planned: None,
    })
}

/// A dose as a device encodes it.
#[must_use]
pub fn revision(counter: u64, entropy: &dyn Entropy) -> EncodedRevision {
    entry(counter, dose(), entropy)
}

/// First version of an entry, as a device encodes it.
#[must_use]
pub fn entry(counter: u64, content: Content, entropy: &dyn Entropy) -> EncodedRevision {
    let now = START.plus_ms(i64::try_from(counter).ok().and_then(|n| n.checked_mul(1000)).unwrap_or(0));
    let id = RevisionId::new(now.0, entropy.array());
    EncodedRevision::new(Revision {
        counter: counter.into(),
        lang: Lang::ZH_CN,
        app: "sealer 1".to_owned(),
        ..first_revision(id, content, Reading::new(now, beijing(), RunId::from_bytes([1; 16]), None))
    })
    .expect("it is an entry")
}

/// Seals pushes of one parcel each with the keys of one phone.
pub struct Sealer {
    study: StudyId,
    site: SiteId,
    vault: VaultId,
    signing: SigningKey,
    bundle: Bundle,
    credential: Option<DeviceCredential>,
    incarnation: Option<Life>,
    counter: u64,
}

struct Life {
    incarnation: Incarnation,
    key: GrantKey,
    grant: Vec<u8>,
    seq: u64,
    prev: Hash,
}

/// A push with one sealed parcel.
pub struct Sealed {
    /// The parcel in it.
    pub core: Hash,
    /// Nonce of the request, which the reply repeats.
    pub nonce: Nonce,
    /// Encoded request.
    pub body: Vec<u8>,
}

impl Sealer {
    /// Seals with the keys of `phone`.
    #[must_use]
    pub fn of(phone: &Phone) -> Self {
        let device = phone.diary.device();
        Self {
            study: device.study.clone(),
            site: device.site.clone(),
            vault: device.vault,
            signing: SigningKey::from_seed(device.signing.seed()),
            bundle: phone.diary.bundle().expect("the phone has joined"),
            credential: None,
            incarnation: None,
            counter: 0,
        }
    }

    /// Seals with the keys of a phone that has no store: it was admitted by `credential`, which goes with the first push
    /// of each incarnation, so that any server of the study accepts it.
    #[must_use]
    pub fn with(
        (study, site, vault): (StudyId, SiteId, VaultId),
        signing: SigningKey,
        bundle: Bundle,
        credential: DeviceCredential,
    ) -> Self {
        Self {
            study,
            site,
            vault,
            signing,
            bundle,
            credential: Some(credential),
            incarnation: None,
            counter: 0,
        }
    }

    /// The vault it writes to.
    #[must_use]
    pub const fn vault(&self) -> VaultId {
        self.vault
    }

    /// The bundle against which replies are checked.
    #[must_use]
    pub const fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Site of the phone.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        &self.site
    }

    /// Signing key of the phone, for documents that no diary would sign.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The public half of the key it signs with.
    #[must_use]
    pub fn device(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// The answer to a challenge, for a token.
    #[must_use]
    pub fn answer(&self, challenge: &TokenChallenge) -> TokenRequest {
        TokenProof::answer(challenge, self.vault, &self.signing)
    }

    /// Ends the incarnation: the next push begins another one.
    pub fn begin_incarnation(&mut self) {
        self.incarnation = None;
    }

    /// The next push: one parcel of so many doses, with its grant if it is the first of its incarnation.
    pub fn next(&mut self, entries: u64, entropy: &dyn Entropy) -> Sealed {
        let first = self.counter + 1;
        self.counter += entries;
        let items: Vec<Item> =
            (first..=self.counter).map(|counter| Item::revision(&revision(counter, entropy))).collect();
        self.push_of(&items, entropy)
    }

    /// The next push of a phone that floods: one parcel, as full of text as it may be, which hardly takes a kibibyte on the
    /// wire.
    pub fn next_flood(&mut self, entropy: &dyn Entropy) -> Sealed {
        let note = || Content::Note(Note { text: "a".repeat(TEXT_MAX_BYTES) });
        let first = self.counter + 1;
        self.counter += FLOOD_NOTES;
        let items: Vec<Item> =
            (first..=self.counter).map(|n| Item::revision(&entry(n, note(), entropy))).collect();
        self.push_of(&items, entropy)
    }

    /// The next push: one parcel of these items, with its grant if it is the first of its incarnation.
    pub fn push_of(&mut self, items: &[Item], entropy: &dyn Entropy) -> Sealed {
        if self.incarnation.as_ref().is_none_or(|incarnation| incarnation.seq >= LIFE_MAX) {
            self.incarnation = Some(self.born(entropy));
        }
        let incarnation = self.incarnation.as_mut().expect("it was born above");
        incarnation.seq += 1;
        let input = SealInput { seq: incarnation.seq, prev: incarnation.prev, items };
        let parcel = seal(&input, &incarnation.key, &self.signing, entropy).expect("it fits");
        incarnation.prev = parcel.core_hash();
        let grants = if incarnation.seq == 1 { vec![incarnation.grant.clone().into()] } else { Vec::new() };
        let nonce = Nonce::from_bytes(entropy.array());
        let request = PushRequest {
            nonce,
            vault: self.vault,
            incarnation: incarnation.incarnation,
            credential: if incarnation.seq == 1 { self.credential.clone() } else { None },
            grants,
            parcels: vec![parcel.to_bytes().into()],
            recovery: None,
            evidence: None,
            asked: None,
        };
        Sealed { core: incarnation.prev, nonce, body: request.to_bytes() }
    }

    fn born(&self, entropy: &dyn Entropy) -> Life {
        let site = self.bundle.site_key(&self.site).expect("the site has a key");
        let recovery = self.bundle.recovery_key(&self.site).expect("the site has a recovery key");
        let incarnation = Incarnation::from_bytes(entropy.array());
        let scope = GrantScope {
            study: self.study.clone(),
            vault: self.vault,
            incarnation,
            no: 1,
            generation: site.generation,
        };
        let (key, signed) =
            Grant::make(&scope, &[&site.key, recovery], &self.signing, entropy).expect("the keys are keys");
        Life { incarnation, key, grant: signed.to_bytes(), seq: 0, prev: NO_PREVIOUS }
    }
}
