//! Checks that an inspector can make without the server and without a key: everything exported, to the last byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use diary_core::audit_trail::{AuditRow, TRAIL_START, trail_chain};
use diary_core::entropy::SeededEntropy;
use diary_core::export::{BUNDLES, FileEntry, LIST, MANIFEST, Manifest, OpenedRecord, PARTICIPANTS, TRAIL};
use diary_core::hash::sha256;
use diary_core::ids::{Hash, Incarnation};
use diary_core::keys::SigningKey;
use diary_core::parcel::{Grant, GrantScope, LogRecord};
use diary_core::signed::Signed;
use diary_core::text::Lang;
use diary_core::wire;
use diary_server::keys::KeeperKeys;
use diary_server::site::FilesWanted;
use diary_store::{DeviceProof, GrantToStore, PushToCommit};
use diary_tests::World;
use diary_verify::{Unproved, Verified, verify_folder};

/// Options of an export with plaintexts.
const WHOLE: FilesWanted = FilesWanted { sealed_only: false, lang: Lang::EN };

/// A trial with two participants and a correction of the keys, exported to files.
async fn exported(sealed_only: bool) -> (World, PathBuf, Hash) {
    let world = World::new().await;
    let (_, mut one) = world.enrol("MG-001").await;
    let (_, mut two) = world.enrol("MG-002").await;
    world.set(0, "20:30");
    world.evening(&mut one, 0, 1);
    world.note(&mut one, "Stairs were hard today");
    world.note(&mut two, "Slept badly");
    world.sync(&mut one).await;
    world.sync(&mut two).await;
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    desk.keys()
        .rotate(staff, (&desk.keeper_keys().site, &world.site.root_key().unwrap()), true, Some("yearly"))
        .await
        .unwrap();
    let folder = world.folder().join("export");
    let done = desk.exports().files(staff, &folder, FilesWanted { sealed_only, ..WHOLE }).await.unwrap();
    assert_eq!((done.vaults, done.opened > 0), (2, !sealed_only));
    let root = desk.keeper_keys().root_fingerprint();
    (world, folder, root)
}

fn sequence<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Vec<T> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut out = Vec::new();
    while decoder.position() < bytes.len() {
        out.push(decoder.decode().unwrap());
    }
    out
}

fn names(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for below in ["", "studies", "vaults"] {
        for entry in fs::read_dir(folder.join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                out.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    out.sort();
    out
}

fn log_of(folder: &Path) -> String {
    names(folder).into_iter().find(|name| name.ends_with(".log")).unwrap()
}

/// Forges a file as a malicious keeper could: puts other bytes into it and signs the export again.
fn sign_again(world: &World, folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).unwrap();
    let mut list: Vec<FileEntry> = sequence(&fs::read(folder.join(LIST)).unwrap());
    let entry = list.iter_mut().find(|entry| entry.name == name).unwrap();
    (entry.bytes, entry.hash) = (bytes.len() as u64, sha256(bytes));
    let list: Vec<u8> = list.iter().flat_map(wire::encode).collect();
    fs::write(folder.join(LIST), &list).unwrap();
    let signed = Signed::from_bytes(&fs::read(folder.join(MANIFEST)).unwrap()).unwrap();
    let mut manifest = Manifest::peek(&signed).unwrap();
    manifest.list = sha256(&list);
    if name == TRAIL {
        manifest.trail_chain = sequence::<AuditRow>(bytes).last().unwrap().chain;
    }
    let keys = KeeperKeys::load(&world.site.data().join("keys")).unwrap();
    fs::write(folder.join(MANIFEST), manifest.sign(&keys.signing).to_bytes()).unwrap();
}

#[track_caller]
fn finds(found: &Verified, what: &str) {
    assert!(
        found.findings.iter().any(|one| one.what.to_string().contains(what)),
        "{what}: {:?}",
        found.findings
    );
}

#[tokio::test]
async fn a_valid_export_holds_and_says_for_how_many_entries() {
    let (world, folder, root) = exported(false).await;
    let found = verify_folder(&folder, Some(root));
    assert!(found.holds(), "{:?}", found.findings);
    let counts = found.counts;
    assert_eq!((counts.bundles, counts.studies, counts.vaults), (2, 1, 2));
    let mut entries = 0;
    for subject in ["MG-001", "MG-002"] {
        let participant = world.site.desk.participants().find(subject).await.unwrap();
        entries += world.site.desk.record(participant.vault).await.unwrap().revision_count();
    }
    // Downlink parcels may repeat entries of phones, so that there can be more than were made; none may be missing.
    assert!(counts.entries >= entries as u64, "{counts:?}");
    assert!(counts.parcels == counts.plaintexts && counts.receipts >= counts.parcels, "{counts:?}");
    assert!(counts.certificates == 2 && counts.checkpoints == 1, "{counts:?}");
    assert_eq!(counts.files, names(&folder).len() as u64 - 1, "all but the manifest itself");
    // The export cannot prove its own root key: the fingerprint has to come from elsewhere.
    let unpinned = verify_folder(&folder, None);
    assert!(unpinned.holds() && unpinned.unproved.contains(&Unproved::Root));
    let foreign = verify_folder(&folder, Some(sha256(b"another root")));
    finds(&foreign, "another study root");
    // The inspector's export is in the trail, and is not written over.
    let rows = world.site.desk.views().trail().await.unwrap().rows;
    assert!(rows.iter().any(|row| row.event.what == "export.files"));
    world.site.desk.exports().files(&world.site.staff, &folder, WHOLE).await.unwrap_err();
}

/// Servers before this version took such a grant: an export with one in a log must not be called altered.
#[tokio::test]
async fn a_record_that_an_author_put_where_it_does_not_belong_is_told_from_an_altered_one() {
    let (world, folder, root) = exported(false).await;
    fs::remove_dir_all(&folder).unwrap();
    let desk = &world.site.desk;
    let participant = desk.participants().find("MG-001").await.unwrap();
    let row = &desk.context().store().devices(participant.vault).await.unwrap()[0];
    let stranger = SigningKey::from_seed(&[5; 32]);
    let scope = GrantScope {
        study: "NCT00000001".parse().unwrap(),
        vault: participant.vault,
        incarnation: Incarnation::from_bytes([1; 16]),
        no: 1,
        generation: 1,
    };
    let (key, grant) = Grant::make(&scope, &[&row.sealing], &stranger, &SeededEntropy::new(1)).unwrap();
    let push = PushToCommit {
        vault: participant.vault,
        device: row.key,
        proof: DeviceProof::Known,
        incarnation: scope.incarnation,
        grants: vec![GrantToStore { hash: key.hash(), bytes: grant.to_bytes() }],
        recovery: None,
        parcels: Vec::new(),
        evidence: None,
        received: desk.now(),
    };
    let signer = std::sync::Arc::clone(desk.keeper_keys()) as diary_store::Signer;
    desk.context().store().commit_group(vec![push], signer).await.unwrap().remove(0).unwrap();
    desk.exports().files(&world.site.staff, &folder, WHOLE).await.unwrap();
    let found = verify_folder(&folder, Some(root));
    assert!(found.holds(), "nothing was altered: {:?}", found.findings);
    let foreign: Vec<_> = found.foreign.iter().map(|one| one.what.to_string()).collect();
    assert_eq!(foreign, ["grant: it is of another vault or study"]);
}

#[tokio::test]
async fn without_plaintexts_who_wrote_what_is_still_proved() {
    let (_world, folder, root) = exported(true).await;
    let found = verify_folder(&folder, Some(root));
    assert!(found.holds() && found.counts.plaintexts == 0 && found.counts.parcels > 0, "{found:?}");
    assert!(found.unproved.contains(&Unproved::Plaintexts));
    for name in names(&folder) {
        let bytes = fs::read(folder.join(&name)).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"Stairs"), "{name} tells what was written");
    }
}

#[tokio::test]
async fn one_altered_byte_anywhere_is_named() {
    let (_world, folder, root) = exported(false).await;
    for name in names(&folder) {
        let path = folder.join(&name);
        let whole = fs::read(&path).unwrap();
        let stride = if whole.len() <= 512 { 1 } else { whole.len() / 48 };
        for at in (0..whole.len()).step_by(stride).chain([whole.len() - 1]) {
            let mut altered = whole.clone();
            altered[at] ^= 1 << (at % 8);
            fs::write(&path, &altered).unwrap();
            let found = verify_folder(&folder, Some(root));
            let named = found.findings.iter().any(|one| one.file == name);
            assert!(named, "{name}, byte {at}: {:?}", found.findings);
        }
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(
            verify_folder(&folder, Some(root)).findings.iter().any(|one| one.file == name),
            "{name}, cut"
        );
        fs::remove_file(&path).unwrap();
        assert!(!verify_folder(&folder, Some(root)).holds(), "{name}, left out");
        fs::write(&path, &whole).unwrap();
    }
    assert!(verify_folder(&folder, Some(root)).holds());
    fs::write(folder.join("vaults").join("more.log"), "x").unwrap();
    finds(&verify_folder(&folder, Some(root)), "did not sign for this file");
}

#[tokio::test]
async fn a_keeper_that_signs_for_altered_files_is_found_out_by_what_others_signed() {
    let (world, folder, root) = exported(false).await;
    let log = log_of(&folder);
    let opened = log.replace(".log", ".opened");
    let before: BTreeMap<String, Vec<u8>> = names(&folder)
        .into_iter()
        .map(|name| (name.clone(), fs::read(folder.join(&name)).unwrap()))
        .collect();
    let restore = || before.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());

    // Another answer than the one the phone signed for.
    let mut plain: Vec<OpenedRecord> = sequence(&before[&opened]);
    let last = plain[0].plain.len() - 1;
    plain[0].plain[last] ^= 1;
    let bytes: Vec<u8> = plain.iter().flat_map(wire::encode).collect();
    sign_again(&world, &folder, &opened, &bytes);
    finds(&verify_folder(&folder, Some(root)), "not what the parcel's author committed to");
    restore();

    // Any byte of any record, though the list is signed anew.
    let records: Vec<LogRecord> = sequence(&before[&log]);
    for at in 0..records.len() {
        let mut altered = records.clone();
        let middle = altered[at].record.len() / 2;
        altered[at].record[middle] ^= 1;
        let bytes: Vec<u8> = altered.iter().flat_map(wire::encode).collect();
        sign_again(&world, &folder, &log, &bytes);
        let found = verify_folder(&folder, Some(root));
        let named = found.findings.iter().any(|one| one.n == Some(at as u64 + 1));
        assert!(named, "record {}: {:?}", at + 1, found.findings);
        restore();
    }

    // A trail that was rewritten from its middle on, chain and all.
    let mut rows: Vec<AuditRow> = sequence(&before[TRAIL]);
    rows[2].event.who = "somebody-else".to_owned();
    let mut chain = TRAIL_START;
    for row in &mut rows {
        chain = trail_chain(&chain, row.n, &row.event);
        row.chain = chain;
    }
    let bytes: Vec<u8> = rows.iter().flat_map(wire::encode).collect();
    sign_again(&world, &folder, TRAIL, &bytes);
    finds(&verify_folder(&folder, Some(root)), "of another trail");
    restore();

    // Keys that forget a former one, or come in another order.
    let mut bundles: Vec<Signed> = sequence(&before[BUNDLES]);
    bundles.reverse();
    let bytes: Vec<u8> = bundles.iter().flat_map(Signed::to_bytes).collect();
    sign_again(&world, &folder, BUNDLES, &bytes);
    finds(&verify_folder(&folder, Some(root)), "no newer than the one before");
    restore();

    sign_again(&world, &folder, PARTICIPANTS, b"vault,subject,site,added\n");
    assert!(
        verify_folder(&folder, Some(root)).holds(),
        "subject numbers are the site's word alone, and said to be"
    );
}
