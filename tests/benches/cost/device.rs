//! The device's side: saving, sealing, opening a year's diary.

use std::path::Path;

use diary_core::diary::{Circumstances, Diary};
use diary_core::entropy::SystemEntropy;
use diary_core::entry::{Author, EncodedRevision};
use diary_core::ids::{Hash, Incarnation, VaultId};
use diary_core::keys::{SealingKey, SigningKey};
use diary_core::merge::{AuthorRole, plan};
use diary_core::parcel::{
    Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, SealInput, SealedParcel, open, seal,
};
use diary_core::record::TrialRecord;
use diary_core::sqlcipher::Missing;
use diary_core::store::{DatabaseKey, NewDevice, Store};
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, ReceivedAt};
use diary_tests::sealer::{START, dose, revision};
use diary_tests::world::beijing;

use diary_tests::meter::{Figures, ROUNDS};

const SAVED: u32 = 200;
const SEALED: u32 = 500;
/// Entries of a year: seven a day.
const YEAR: u32 = 2_555;

pub(crate) fn measure(folder: &Path) -> Vec<Figures> {
    let mut all = vec![saving(folder)];
    all.push(opening(folder));
    all.extend(parcels(1));
    all.extend(parcels(20));
    all
}

fn joined(path: &Path) -> Store {
    let entropy = SystemEntropy;
    let key = DatabaseKey::from_bytes([1; 32]);
    let mut store = Store::open(&path.to_string_lossy(), &key, Missing::Create).expect("a store is made");
    let package = shipped::nct06836973();
    let device = NewDevice {
        study: "NCT06836973".parse().expect("a code"),
        site: "beijing".parse().expect("a code"),
        vault: VaultId::from_bytes([1; 16]),
        api_host: "http://127.0.0.1:1".to_owned(),
        root: Hash::from_bytes([2; 32]),
        enrolment_secret: vec![3; 16],
        signing: SigningKey::generate(&entropy),
        sealing: SealingKey::generate(&entropy),
        join_request: vec![4],
        incarnation: Incarnation::from_bytes([5; 16]),
        first_day: DiaryDay::at(START, beijing(), chrono::NaiveTime::MIN),
        lang: Lang::EN,
        challenge: [6; 32],
        recovery_record: vec![7],
        bundle: vec![8],
        study_hash: package.hash(),
        study_bytes: package.encode(),
    };
    store.join(&device).expect("the device is written");
    store
}

fn saving(folder: &Path) -> Figures {
    let entropy = SystemEntropy;
    let store = joined(&folder.join("saving.db"));
    let mut diary = Diary::open(store, "cost 1", &entropy).expect("the shipped study loads");
    let mut figures = Figures::new("device: save one dose (checked, on disk)", SAVED);
    for round in 0..ROUNDS {
        figures.round(|| {
            for n in 0..SAVED {
                let ms = i64::from(n) + i64::try_from(round).unwrap_or(0) * 1_000_000;
                let tap = Circumstances {
                    now: START.plus_ms(ms),
                    zone: beijing(),
                    monotonic_ms: None,
                    author: Author::Participant,
                    lang: Lang::EN,
                    entropy: &entropy,
                };
                diary.record(dose(), None, None, None, &tap).expect("a dose is saved");
            }
        });
    }
    figures
}

fn opening(folder: &Path) -> Figures {
    let path = folder.join("year.db");
    let entropy = SystemEntropy;
    let mut store = joined(&path);
    let year: Vec<EncodedRevision> = (1..=u64::from(YEAR)).map(|n| revision(n, &entropy)).collect();
    store.save(&year, diary_core::store::Urgency::Gather, START).expect("a year is saved");
    drop(store);
    let mut figures = Figures::new("device: open a year's diary, list today", 1);
    for _ in 0..ROUNDS {
        figures.round(|| {
            let key = DatabaseKey::from_bytes([1; 32]);
            let store = Store::open(&path.to_string_lossy(), &key, Missing::Refuse).expect("it opens");
            let diary = Diary::open(store, "cost 1", &entropy).expect("the study loads");
            diary.today(START, beijing()).expect("today is worked out").items.len()
        });
    }
    figures
}

/// A grant of one device to a site and its recovery key.
pub(crate) fn grant(device: &SigningKey, vault: VaultId, site: &[SealingKey; 2]) -> (GrantKey, Vec<u8>) {
    let scope = GrantScope {
        study: "NCT06836973".parse().expect("a code"),
        vault,
        incarnation: Incarnation::from_bytes(*vault.as_bytes()),
        no: 1,
        generation: 1,
    };
    let (key, signed) = Grant::make(&scope, &[site[0].public(), site[1].public()], device, &SystemEntropy)
        .expect("the site's keys are keys");
    (key, signed.to_bytes())
}

/// Sealing, then verifying, opening and merging parcels of `entries` entries.
fn parcels(entries: u64) -> Vec<Figures> {
    let entropy = SystemEntropy;
    let device = SigningKey::generate(&entropy);
    let site = [SealingKey::generate(&entropy), SealingKey::generate(&entropy)];
    let (key, _) = grant(&device, VaultId::from_bytes([1; 16]), &site);
    let names = match entries {
        1 => ["parcel of 1: seal and sign", "parcel of 1: verify, open, plan, apply"],
        _ => ["parcel of 20: seal and sign", "parcel of 20: verify, open, plan, apply"],
    };
    let (mut sealing, mut merging) = (Figures::new(names[0], SEALED), Figures::new(names[1], SEALED));
    for _ in 0..ROUNDS {
        let items: Vec<Vec<Item>> = (0..u64::from(SEALED))
            .map(|p| (1..=entries).map(|n| Item::revision(&revision(p * entries + n, &entropy))).collect())
            .collect();
        let sealed: Vec<SealedParcel> = sealing.round(|| {
            let mut prev = NO_PREVIOUS;
            (1..)
                .zip(&items)
                .map(|(seq, items)| {
                    let parcel =
                        seal(&SealInput { seq, prev, items }, &key, &device, &entropy).expect("it fits");
                    prev = parcel.core_hash();
                    parcel
                })
                .collect()
        });
        merging.round(|| {
            let mut record = TrialRecord::default();
            for parcel in sealed {
                let verified = parcel.verify(&device.verifying_key()).expect("its own signature");
                let opened = open(&verified, &key).expect("its own key");
                let planned =
                    plan(AuthorRole::Device, &opened.content, ReceivedAt(START)).expect("it is readable");
                record.apply(&planned);
            }
            record.revision_count()
        });
    }
    vec![sealing, merging]
}
