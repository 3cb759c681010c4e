//! A relay between phones and keeper: parcels that it takes reach the record, records of the keeper reach the phones, and
//! a phone or keeper that is offline meanwhile loses nothing.

use std::collections::BTreeMap;

use diary_core::api::{self, HandedFile, HandoverRequest};
use diary_core::ids::{AnchorId, Nonce};
use diary_core::keys::ServerRole;
use diary_core::sqlcipher::{Missing, connect};
use diary_core::study::{StudyPackage, shipped};
use diary_core::text::Lang;
use diary_server::data_folder::DataFolder;
use diary_server::keys::ServerKeys;
use diary_server::relay::setup::take_bundle_file;
use diary_server::site::Saying;
use diary_server::site::{AnchorInput, VisitInput};
use diary_sync::Mode;
use diary_tests::Relayed;
use diary_tests::canary::Canaries;
use diary_tests::world::beijing;

use crate::lost_keeper::{backed_up, lost_and_restored};

use super::server_restored::restored;

#[tokio::test]
async fn an_entry_goes_through_the_relay_into_the_record_and_its_receipt_comes_back() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.set(0, "20:30");
    relayed.world.evening(&mut phone, 0, 2);
    let sent = relayed.world.sync_over(&mut phone, &relayed.world.site.transport, Mode::Once).await;
    assert_eq!((sent.pushed, sent.trouble), (1, None));
    assert!(sent.waiting > 0, "a relay's receipt is not the hospital's");
    let pulled = relayed.pull().await;
    assert!(pulled.taken >= 1 && pulled.settled >= 1 && pulled.handed >= 2, "{pulled:?}");
    let back = relayed.world.sync(&mut phone).await;
    assert_eq!((back.waiting, back.unmerged), (0, 0));
    let record = relayed.world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count() as u64, sent.waiting);
}

#[tokio::test]
async fn a_phone_joins_and_writes_while_the_keeper_is_away_and_is_merged_once_it_is_confirmed() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.join("MG-001").await;
    assert!(phone.joined.pending);
    relayed.world.note(&mut phone, "before anybody confirmed");
    let network = relayed.world.site.transport.clone();
    let sent = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    assert_eq!((sent.waiting, sent.trouble), (1, None));
    // A day later, long after the link's fifteen minutes, the keeper is back.
    relayed.world.set(1, "09:00");
    let pulled = relayed.pull().await;
    assert!(pulled.left.is_empty() && pulled.taken >= 3, "{pulled:?}");
    relayed.confirm(&participant, &phone).await;
    relayed.pull().await;
    let back = relayed.world.sync(&mut phone).await;
    assert_eq!((back.waiting, back.unmerged), (0, 0));
    assert!(phone.diary.device().certificate.is_some());
    assert_eq!(relayed.world.site.desk.record(participant.vault).await.unwrap().revision_count(), 1);
}

#[tokio::test]
async fn a_phone_whose_link_the_relay_has_not_heard_of_waits_there_and_is_taken_when_the_keeper_comes_by() {
    let relayed = Relayed::new().await;
    let site = &relayed.world.site;
    // The keeper could not reach the relay when the link was made.
    let (participant, invitation) = site.invite("MG-001").await.unwrap();
    let mut phone =
        site.join("MG-001", &invitation, Lang::EN, beijing(), &site.transport).await.expect("it waits");
    assert!(phone.joined.pending);
    relayed.world.note(&mut phone, "before the relay knew");
    let sent = relayed.world.sync_over(&mut phone, &site.transport, Mode::Once).await;
    assert_eq!((sent.pushed, sent.waiting), (0, 1), "nothing of strangers is stored");
    let pulled = relayed.pull().await;
    assert_eq!((pulled.taken, pulled.left.len()), (1, 0), "the join request, proven by now: {pulled:?}");
    relayed.confirm(&participant, &phone).await;
    relayed.pull().await;
    relayed.world.sync_over(&mut phone, &site.transport, Mode::Once).await;
    relayed.pull().await;
    let back = relayed.world.sync(&mut phone).await;
    assert_eq!((back.waiting, back.unmerged), (0, 0));
    assert_eq!(site.desk.record(participant.vault).await.unwrap().revision_count(), 1);
}

#[tokio::test]
async fn pulling_again_from_the_beginning_changes_nothing() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.note(&mut phone, "once");
    relayed.world.sync(&mut phone).await;
    relayed.pull().await;
    let desk = &relayed.world.site.desk;
    let before = desk.record(participant.vault).await.unwrap().digest();
    let again = relayed.puller_at(relayed.host.clone()).pull_again().await.unwrap();
    assert_eq!((again.taken, again.settled, again.refused), (again.taken, 0, 0));
    assert!(again.read > 0 && again.left.is_empty(), "{again:?}");
    assert_eq!(desk.record(participant.vault).await.unwrap().digest(), before);
    assert!(!relayed.pull().await.is_something(), "and then there is nothing left to do");
}

#[tokio::test]
async fn a_relay_that_stops_between_two_pulls_loses_nothing() {
    let mut relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    let network = relayed.world.site.transport.clone();
    relayed.world.note(&mut phone, "one");
    relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    relayed.stop().await;
    assert!(relayed.try_pull().await.is_err());
    relayed.world.note(&mut phone, "two");
    let outcome = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    assert_eq!(outcome.trouble.map(|trouble| trouble.code()), Some("offline"));
    relayed.start_again().await;
    relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    relayed.pull().await;
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
    assert_eq!(relayed.world.site.desk.record(participant.vault).await.unwrap().revision_count(), 2);
}

#[tokio::test]
async fn what_staff_do_reaches_the_phone_through_the_relay() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    let acts = phone.diary.store().acts().unwrap().len();
    let site = &relayed.world.site;
    let (date, kind) = ("2026-10-01".parse().unwrap(), "screening");
    site.desk
        .acts()
        .on(&site.staff, &participant)
        .add_visit(&VisitInput { date, kind: kind.to_owned(), held: false }, Saying::MEANT)
        .await
        .unwrap();
    relayed.pull().await;
    relayed.world.sync(&mut phone).await;
    assert_eq!(phone.diary.store().acts().unwrap().len(), acts + 1);
}

#[tokio::test]
async fn what_a_restored_keeper_signs_with_its_new_key_is_read_again_once_the_phone_knows_that_key() {
    let mut relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.note(&mut phone, "before the loss");
    relayed.world.sync(&mut phone).await;
    relayed.pull().await;
    relayed.world.sync(&mut phone).await;
    let acts = phone.diary.store().acts().unwrap().len();
    let backup = backed_up(&relayed.world).await;
    restored(&mut relayed.world, &backup, false).await;
    let site = &relayed.world.site;
    let (date, kind) = ("2026-10-01".parse().unwrap(), "screening");
    site.desk
        .acts()
        .on(&site.staff, &participant)
        .add_visit(&VisitInput { date, kind: kind.to_owned(), held: false }, Saying::MEANT)
        .await
        .unwrap();
    // The relay is given the bundle that names the new key.
    let bundle = Some(site.desk.context().store().server_state().await.unwrap().unwrap().bundle);
    let nonce = Nonce::from_bytes([0; 16]);
    let file =
        HandoverRequest { nonce, bundle, files: Vec::new(), records: Vec::new(), links: None }.to_bytes();
    relayed.stop().await;
    let (folder, site) = (DataFolder::open(&relayed.folder).unwrap(), &relayed.world.site);
    take_bundle_file(&folder, &site.staff, &file, &*relayed.world.clock, &site.entropy).await.unwrap();
    relayed.start_again().await;
    relayed.pull().await;
    relayed.pull().await;

    // The relay signs its pages with a key that the phone knows; the keeper's records in them it cannot verify yet.
    for _ in 0..2 {
        let outcome = relayed.world.sync(&mut phone).await;
        assert_eq!(outcome.trouble, None);
    }
    assert_eq!(phone.diary.store().acts().unwrap().len(), acts + 1);
}

#[tokio::test]
async fn nothing_that_a_participant_wrote_and_no_subject_number_is_in_the_files_of_a_relay() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-CANARY-7").await;
    relayed.world.note(&mut phone, "xyzzy canary phrase");
    relayed.world.sync(&mut phone).await;
    relayed.pull().await;
    let bytes = every_value(&relayed);
    assert!(bytes.len() > 10_000, "the decrypted database was not read");
    let id = participant.vault.as_bytes();
    assert!(bytes.windows(id.len()).any(|window| window == id), "ids are there, so this shows something");
    Canaries::new(&["xyzzy canary phrase", "canary phrase", "MG-CANARY-7"])
        .assert_clean("the relay's database", &bytes);
}

/// Every value of the relay's database, decrypted.
fn every_value(relayed: &Relayed) -> Vec<u8> {
    let folder = DataFolder::open(&relayed.folder).unwrap();
    let keys = ServerKeys::load(&folder.keys(), ServerRole::Relay).unwrap();
    let database = connect(&folder.database(), keys.database_secret(), Missing::Refuse).unwrap();
    let mut names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut bytes = Vec::new();
    for name in names {
        let mut statement = database.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    rusqlite::types::ValueRef::Text(value) | rusqlite::types::ValueRef::Blob(value) => {
                        bytes.extend_from_slice(value);
                        bytes.push(0);
                    }
                    _ => {}
                }
            }
        }
    }
    bytes
}

/// The shipped study as a later version that takes more than half of a request's size limit.
fn large_version(version: u32) -> StudyPackage {
    let first = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> =
        first.names().filter_map(|name| Some((name.to_owned(), first.file(name)?.to_vec()))).collect();
    let toml = String::from_utf8(files["study.toml"].clone()).unwrap();
    let toml = toml.replacen("version = 1", &format!("version = {version}"), 1) + "\n";
    files.insert("study.toml".to_owned(), (toml + &"# large\n".repeat(350_000)).into_bytes());
    StudyPackage::new(files).unwrap()
}

#[tokio::test]
async fn a_relay_is_handed_a_bundle_whose_study_files_are_too_large_for_one_request() {
    let relayed = Relayed::new().await;
    let (_, mut phone) = relayed.enrol("MG-001").await;
    let site = &relayed.world.site;
    let root = site.root_key().unwrap();
    for version in [2, 3] {
        site.desk.studies().publish(&site.staff, &large_version(version), &root).await.unwrap();
    }
    assert!(relayed.pull().await.bundle);
    assert!(!relayed.pull().await.bundle, "it has it now");
    for _ in 0..4 {
        relayed.world.sync(&mut phone).await;
    }
    assert_eq!(phone.diary.study().version(), 3);
}

#[tokio::test]
async fn a_relay_takes_a_bundle_from_a_stranger_with_the_study_that_it_names_and_not_before() {
    let relayed = Relayed::new().await;
    let site = &relayed.world.site;
    let root = site.root_key().unwrap();
    let http = diary_tests::hostile::client(std::net::Ipv4Addr::new(127, 0, 0, 3));
    let hand = async |files: Vec<HandedFile>| {
        let bundle = Some(site.desk.context().store().server_state().await.unwrap().unwrap().bundle);
        let nonce = Nonce::from_bytes([0; 16]);
        let request = HandoverRequest { nonce, bundle, files, records: Vec::new(), links: None };
        let url = format!("{}{}", relayed.host.url(), api::RECORDS);
        let post = http.post(url).header("content-type", api::CBOR).body(request.to_bytes());
        assert_eq!(post.send().await.unwrap().status().as_u16(), 200);
    };
    site.desk.studies().publish(&site.staff, &large_version(2), &root).await.unwrap();
    hand(Vec::new()).await;
    assert!(relayed.pull().await.bundle, "a stranger's counted without the study");
    let package = large_version(3);
    site.desk.studies().publish(&site.staff, &package, &root).await.unwrap();
    hand(vec![HandedFile { version: 3, bytes: package.encode().into() }]).await;
    assert!(!relayed.pull().await.bundle, "it has it now");
}

#[tokio::test]
async fn what_a_keeper_with_a_new_key_hands_to_the_relay_is_read_once_the_phone_has_the_bundle_that_names_it()
{
    let mut relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    let backup = backed_up(&relayed.world).await;
    lost_and_restored(&mut relayed.world, backup).await;
    relayed.world.note(&mut phone, "to the keeper that has a new key");
    relayed.world.sync(&mut phone).await;
    // The root's signature lets the bundle that names the new key in, before there is a token for that key.
    assert!(relayed.pull().await.bundle);
    let (anchor, day) = ("cycle1".parse::<AnchorId>().unwrap(), diary_tests::world::first_day());
    let (desk, staff) = (relayed.world.site.desk.clone(), relayed.world.site.staff.clone());
    desk.acts()
        .on(&staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    relayed.pull().await;
    relayed.pull().await;
    // The relay serves records of the new keeper; the phone still has the bundle before it when it reads the page.
    let held = phone.diary.bundle().unwrap().version;
    let network = relayed.world.site.transport.clone();
    for _ in 0..2_000 {
        relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
        if phone.diary.bundle().unwrap().version > held {
            break;
        }
    }
    assert!(phone.diary.bundle().unwrap().version > held);
    let outcome = relayed.world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.unmerged), (0, 0), "{outcome:?}");
    let on_phone = diary_core::record::anchors(phone.diary.store().acts().unwrap().iter());
    assert_eq!(on_phone.get(&anchor), Some(&day), "nothing that it could not judge is lost to it");
}
