//! A phone without internet: its diary goes to the hospital in files and the answer comes back in files, in any order,
//! any number of times, cut or whole; and when there is internet again, nothing is doubled.

use std::collections::BTreeMap;
use std::path::Path;

use diary_cli::Exit;
use diary_core::api::AnswerFile;
use diary_core::entropy::Entropy;
use diary_core::keys::HistoryScope;
use diary_core::parcel::file::FILE_MAX_BYTES;
use diary_core::parcel::{DeviceCredential, ParcelFile};
use diary_core::study::{StudyPackage, shipped};
use diary_core::text::Lang;
use diary_core::time::Clock;
use diary_demo::phone::Phone;
use diary_server::data_folder::DataFolder;
use diary_server::site::ConfirmDevice;
use diary_server::site::devices::receive::{Fate, FileReport, NotTaken, ReceivedOutcome, WaitsFor};
use diary_server::site::{CarriedFile, Intake, Received, SiteServices};
use diary_store::Participant;
use diary_sync::hand_over::{HandOver, Which, hand_over};
use diary_sync::take::{TakeError, Taken, take};
use diary_sync::{Mode, Moment};
use diary_tests::World;
use diary_tests::cli::diary;
use diary_tests::world::{beijing, first_day};

/// A participant whose phone joined at the hospital and has had no network since.
async fn without_internet(world: &World, subject: &str) -> (Participant, Phone) {
    let site = &world.site;
    let (participant, invitation) = site.invite(subject).await.unwrap();
    let phone = site.join(subject, &invitation, Lang::EN, beijing(), &site.transport).await.unwrap();
    site.desk
        .devices()
        .confirm(
            &site.staff,
            &participant,
            ConfirmDevice { digits: phone.joined.digits, history: HistoryScope::All, reason: None },
        )
        .await
        .unwrap();
    (participant, phone)
}

fn packed(world: &World, phone: &mut Phone, max_bytes: usize) -> HandOver {
    let entropy: &dyn Entropy = &*world.site.entropy;
    let now = world.clock.now();
    hand_over(&mut phone.diary, Which::NotReceived, max_bytes, &Moment { now, zone: phone.zone, entropy })
        .unwrap()
}

fn one_file(world: &World, phone: &mut Phone) -> Vec<u8> {
    let packed = packed(world, phone, FILE_MAX_BYTES);
    assert_eq!(packed.files.len(), 1);
    packed.files[0].to_bytes()
}

fn intake(world: &World) -> Intake {
    Intake::of(&DataFolder::open(&world.site.data()).unwrap())
}

async fn received(world: &World, files: &[&[u8]]) -> Received {
    at(&world.site.desk, world, &intake(world), files).await
}

async fn at(desk: &SiteServices, world: &World, intake: &Intake, files: &[&[u8]]) -> Received {
    let carried =
        |bytes: &&[u8]| CarriedFile { name: "stick/diary.parcel".to_owned(), bytes: bytes.to_vec() };
    let files: Vec<CarriedFile> = files.iter().map(carried).collect();
    desk.devices().receive(&world.site.staff, intake, &files).await.unwrap()
}

fn taken(world: &World, phone: &mut Phone, answer: &AnswerFile) -> Taken {
    take(&mut phone.diary, &answer.to_bytes(), world.clock.now()).unwrap()
}

fn fates(report: &FileReport) -> Vec<Fate> {
    match &report.outcome {
        ReceivedOutcome::Received { parcels, .. } => parcels.iter().map(|parcel| parcel.fate).collect(),
        other => panic!("not received: {other:?}"),
    }
}

async fn revisions(world: &World, participant: &Participant) -> usize {
    world.site.desk.record(participant.vault).await.unwrap().revision_count()
}

#[tokio::test]
async fn a_phone_that_is_never_online_learns_from_a_file_that_everything_is_in_the_record() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 1);
    world.note(&mut phone, "no network in the mountains");
    let file = one_file(&world, &mut phone);
    let day = |phone: &Phone| phone.diary.days(first_day(), first_day()).unwrap()[0].1;
    assert_eq!((day(&phone).received, phone.diary.store().not_received().unwrap()), (0, 2));

    let answered = received(&world, &[&file]).await;
    assert_eq!(fates(&answered.files[0]), [Fate::Stored]);
    assert!(!answered.files[0].damaged);
    assert_eq!(revisions(&world, &participant).await, 2);

    let before = phone.diary.certificate().unwrap();
    let brought = taken(&world, &mut phone, &answered.answers[0].file);
    assert_eq!((brought.waiting, brought.unmerged, brought.left_out, brought.gap), (0, 0, 0, false));
    assert_eq!((day(&phone).received, day(&phone).merged), (2, 2));
    assert!(before.is_none() && phone.diary.certificate().unwrap().is_some());
    assert!(phone.diary.device().challenge_returned.is_some(), "the key check was answered by file");
    let trail = world.site.desk.views().trail().await.unwrap();
    assert!(trail.broken_at.is_none() && trail.rows.iter().any(|row| row.event.what == "file.receive"));
}

/// Lesson 19: records that arrive a second time add nothing.
#[tokio::test]
async fn files_and_answers_in_the_wrong_order_and_again_change_nothing_and_later_contact_doubles_nothing() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    world.note(&mut phone, "one");
    let first = one_file(&world, &mut phone);
    world.set(1, "20:30");
    world.evening(&mut phone, 1, 1);
    let second = one_file(&world, &mut phone);

    let late = received(&world, &[&second]).await;
    assert!(fates(&late.files[0]).iter().all(|fate| *fate == Fate::Stored));
    let early = received(&world, &[&first, &second, &first]).await;
    for report in &early.files {
        assert!(fates(report).iter().all(|fate| *fate == Fate::Duplicate));
    }
    assert_eq!(revisions(&world, &participant).await, 2);

    let newer = taken(&world, &mut phone, &early.answers[0].file);
    assert_eq!((newer.waiting, newer.unmerged), (0, 0));
    for answer in [&late, &early, &late] {
        let again = taken(&world, &mut phone, &answer.answers[0].file);
        assert_eq!((again.records, again.waiting, again.left_out), (0, 0, 0));
    }
    // Online again: only the statement of the contact itself is left to send.
    world.set(2, "09:00");
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.trouble, outcome.waiting, outcome.unmerged), (None, 0, 0));
    assert_eq!(revisions(&world, &participant).await, 2);
    let old = taken(&world, &mut phone, &late.answers[0].file);
    assert_eq!((old.records, old.left_out, old.gap), (0, 0, false));
    assert_eq!(world.sync(&mut phone).await.trouble, None);
}

#[tokio::test]
async fn an_answer_that_went_missing_is_made_up_by_the_next_one() {
    let world = World::new().await;
    let (_, mut phone) = without_internet(&world, "MG-001").await;
    world.note(&mut phone, "one");
    let first = one_file(&world, &mut phone);
    received(&world, &[&first]).await;
    world.note(&mut phone, "two");
    let second = one_file(&world, &mut phone);
    let answer = received(&world, &[&second]).await;
    let brought = taken(&world, &mut phone, &answer.answers[0].file);
    assert_eq!((brought.waiting, brought.unmerged, brought.gap), (0, 0, false));
}

#[tokio::test]
async fn a_file_that_was_cut_or_damaged_gives_what_is_whole_in_it() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    for text in ["one", "two", "three"] {
        world.note(&mut phone, text);
        one_file(&world, &mut phone);
    }
    let whole = one_file(&world, &mut phone);
    let parcels = ParcelFile::from_bytes(&whole).unwrap().parcels;
    let last = parcels.last().unwrap().len();
    let at = whole.windows(150).position(|window| window == &parcels.last().unwrap()[..150]).unwrap();
    let cut = received(&world, &[&whole[..at + last / 2]]).await;
    assert!(cut.files[0].damaged);
    assert_eq!(fates(&cut.files[0]).len(), parcels.len() - 1);
    assert_eq!(revisions(&world, &participant).await, 2);
    let halfway = taken(&world, &mut phone, &cut.answers[0].file);
    assert_eq!((halfway.waiting, halfway.unmerged), (1, 1), "two of three are there");

    // One flipped bit in a body: that parcel alone is refused.
    let mut flipped = whole.clone();
    flipped[at + last / 2] ^= 1;
    let report = received(&world, &[&flipped]).await;
    let refused = |fate: &&Fate| matches!(fate, Fate::Refused(_));
    assert_eq!(fates(&report.files[0]).iter().filter(refused).count(), 1);

    let report = received(&world, &[&whole]).await;
    assert_eq!(fates(&report.files[0]).last(), Some(&Fate::Stored));
    assert_eq!(revisions(&world, &participant).await, 3);
    for nothing in [&b""[..], b"a holiday picture", &whole[..40]] {
        let report = received(&world, &[nothing]).await;
        assert_eq!(report.files[0].outcome, ReceivedOutcome::NotTaken { reason: NotTaken::NotAParcelFile });
    }
    let answer = report.answers[0].file.to_bytes();
    let report = received(&world, &[&answer]).await;
    assert_eq!(report.files[0].outcome, ReceivedOutcome::NotTaken { reason: NotTaken::Answer });
}

#[tokio::test]
async fn a_diary_too_large_for_one_file_goes_in_several_that_arrive_in_any_order() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    // Noise does not compress: text of random digits fills parcels.
    let entropy: &dyn Entropy = &*world.site.entropy;
    for _ in 0..200 {
        let noise: String = (0..125).map(|_| diary_core::ids::to_hex(&entropy.array::<32>())).collect();
        world.note(&mut phone, &noise);
    }
    let packed = packed(&world, &mut phone, diary_sync::hand_over::SPLIT_MIN_BYTES);
    let files: Vec<Vec<u8>> = packed.files.iter().rev().map(ParcelFile::to_bytes).collect();
    assert!(files.len() > 1, "{} files", files.len());
    for file in &files {
        let report = received(&world, &[file]).await;
        assert!(fates(&report.files[0]).iter().all(|fate| *fate == Fate::Stored));
    }
    assert_eq!(revisions(&world, &participant).await, 200);
    let last = received(&world, &[&files[0]]).await;
    let brought = taken(&world, &mut phone, &last.answers[0].file);
    assert_eq!((brought.waiting, brought.unmerged), (0, 0));
}

#[tokio::test]
async fn what_cannot_be_verified_yet_waits_until_the_certificate_comes() {
    let mut world = World::new().await;
    let (participant, invitation) = world.site.invite("MG-001").await.unwrap();
    // A keeper that was set back to before the phone joined.
    world.site.stop().await.unwrap();
    let earlier = world.folder().join("earlier");
    copy_folder(&world.site.data(), &earlier);
    world.site.start_again().await.unwrap();
    let site = &world.site;
    let mut phone = site.join("MG-001", &invitation, Lang::EN, beijing(), &site.transport).await.unwrap();
    site.desk
        .devices()
        .confirm(
            &site.staff,
            &participant,
            ConfirmDevice { digits: phone.joined.digits, history: HistoryScope::All, reason: None },
        )
        .await
        .unwrap();
    world.sync(&mut phone).await;
    world.note(&mut phone, "who am I");
    let with_paper = packed(&world, &mut phone, FILE_MAX_BYTES).files.remove(0);
    assert!(matches!(with_paper.credential, Some(DeviceCredential::Certificate(_))));
    let without = ParcelFile { credential: None, ..with_paper.clone() }.to_bytes();
    let paper = ParcelFile { parcels: Vec::new(), ..with_paper }.to_bytes();

    let folder = DataFolder::open(&earlier).unwrap();
    let desk =
        SiteServices::open(&folder, world.site.clock.clone(), world.site.entropy.clone()).await.unwrap();
    let intake = Intake::of(&folder);
    let waits = at(&desk, &world, &intake, &[&without]).await;
    assert_eq!(waits.files[0].outcome, ReceivedOutcome::Waits { reason: WaitsFor::Phone });
    assert!(waits.answers.is_empty());
    assert!(at(&desk, &world, &intake, &[]).await.files.is_empty(), "it still waits");
    // An unreadable file is ahead of it in the intake, and holds up neither it nor the answers.
    let held = std::fs::read_dir(earlier.join("intake")).unwrap().next().unwrap().unwrap().path();
    let ending = held.extension().unwrap().to_str().unwrap();
    std::fs::create_dir(held.with_file_name(format!("0000000000001-broken.{ending}"))).unwrap();

    let came = at(&desk, &world, &intake, &[&paper]).await;
    assert_eq!(came.files.len(), 2, "the paper, and what had waited for it");
    assert_eq!(fates(&came.files[1]), [Fate::Stored]);
    assert_eq!(desk.record(participant.vault).await.unwrap().revision_count(), 1);
    assert!(at(&desk, &world, &intake, &[]).await.files.is_empty(), "nothing waits any more");
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The shipped study under another id.
fn another_study() -> StudyPackage {
    let shipped = shipped::nct06836973();
    let file = |name: &str| Some((name.to_owned(), shipped.file(name)?.to_vec()));
    let mut files: BTreeMap<String, Vec<u8>> = shipped.names().filter_map(file).collect();
    let toml = String::from_utf8(files["study.toml"].clone()).unwrap();
    files.insert("study.toml".to_owned(), toml.replace("NCT06836973", "NCT00000001").into_bytes());
    StudyPackage::new(files).unwrap()
}

#[tokio::test]
async fn files_and_answers_of_others_are_refused_by_name() {
    let world = World::new().await;
    let (_, mut phone) = without_internet(&world, "MG-001").await;
    let (_, mut other) = without_internet(&world, "MG-002").await;
    let elsewhere = World::of(&another_study(), "beijing").await;
    let (_, mut stranger) = without_internet(&elsewhere, "MG-001").await;

    let foreign = one_file(&elsewhere, &mut stranger);
    let report = received(&world, &[&foreign]).await;
    assert_eq!(report.files[0].outcome, ReceivedOutcome::NotTaken { reason: NotTaken::OtherStudy });

    let same_study = World::new().await;
    let (_, mut unknown) = without_internet(&same_study, "MG-001").await;
    let file = one_file(&same_study, &mut unknown);
    let report = received(&world, &[&file]).await;
    assert_eq!(report.files[0].outcome, ReceivedOutcome::Waits { reason: WaitsFor::Participant });

    let file = one_file(&world, &mut phone);
    let mut answer = received(&world, &[&file]).await.answers.remove(0).file;
    let bytes = answer.to_bytes();
    let now = world.clock.now();
    assert!(matches!(take(&mut other.diary, &bytes, now), Err(TakeError::OtherDiary)));
    assert!(matches!(take(&mut phone.diary, &bytes[..bytes.len() / 2], now), Err(TakeError::NotAnAnswer)));
    assert!(matches!(take(&mut phone.diary, &file, now), Err(TakeError::NotAnAnswer)));
    // The same words under another root's bundle.
    answer.bundle = elsewhere.site.desk.setting().await.unwrap().signed_bundle.clone();
    assert!(matches!(take(&mut phone.diary, &answer.to_bytes(), now), Err(TakeError::OtherStudy)));
}

#[tokio::test]
async fn an_answer_with_anything_altered_in_it_is_believed_in_nothing_that_was_altered() {
    let world = World::new().await;
    let (_, mut phone) = without_internet(&world, "MG-001").await;
    world.note(&mut phone, "one");
    let file = one_file(&world, &mut phone);
    let answer = received(&world, &[&file]).await.answers.remove(0).file;
    // A record left out: the page does not follow. A receipt changed: it is left out.
    let mut altered = answer.clone();
    altered.pages[0].records.remove(1);
    let mut receipt: Vec<u8> = altered.receipts[0].clone().into();
    *receipt.last_mut().unwrap() ^= 1;
    altered.receipts[0] = receipt.into();
    let brought = taken(&world, &mut phone, &altered);
    assert_eq!((brought.left_out, brought.records, brought.waiting), (2, 0, 1));
    let brought = taken(&world, &mut phone, &answer);
    assert_eq!((brought.left_out, brought.waiting, brought.unmerged), (0, 0, 0));
}

#[tokio::test]
async fn the_commands_hand_over_and_take_say_what_they_did_in_both_languages() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    world.note(&mut phone, "by command");
    let home = phone.folder.clone();
    drop(phone);
    let (file, answer) = (world.folder().join("diary.parcel"), world.folder().join("answer.receipts"));
    let (file_name, answer_name) = (file.display().to_string(), answer.display().to_string());
    let ran = diary(&world, &home, &["hand-over", &file_name], "").await;
    assert_eq!(ran.exit, Exit::Ok, "{ran:?}");
    assert!(ran.out.contains("1 entry is in the file"), "{ran:?}");
    let again = diary(&world, &home, &["--lang", "zh-CN", "hand-over", &file_name], "").await;
    assert_eq!(again.exit, Exit::Refused);
    assert!(again.err.contains("已有同名文件"), "{again:?}");
    let picture = diary(&world, &home, &["take", &file_name], "").await;
    assert_eq!(picture.exit, Exit::Refused);
    assert!(picture.err.contains("not an answer file"), "{picture:?}");

    let bytes = std::fs::read(&file).unwrap();
    let answered = received(&world, &[&bytes]).await;
    std::fs::write(&answer, answered.answers[0].file.to_bytes()).unwrap();
    let ran = diary(&world, &home, &["take", &answer_name], "").await;
    assert_eq!(ran.exit, Exit::Ok, "{ran:?}");
    assert!(ran.out.contains("The hospital has everything, and it is in the record."), "{ran:?}");
    assert_eq!(revisions(&world, &participant).await, 1);
    let said = diary(&world, &home, &["--lang", "zh-CN", "take", &answer_name], "").await;
    assert!(said.out.contains("研究中心已收到全部记录"), "{said:?}");
}

#[tokio::test]
async fn by_file_and_by_network_at_the_same_time_every_entry_is_there_once() {
    let world = World::new().await;
    let (participant, mut phone) = without_internet(&world, "MG-001").await;
    world.note(&mut phone, "one");
    let file = one_file(&world, &mut phone);
    world.sync_over(&mut phone, &world.site.transport, Mode::Once).await;
    world.note(&mut phone, "two");
    let report = received(&world, &[&file]).await;
    assert!(fates(&report.files[0]).iter().all(|fate| *fate == Fate::Duplicate));
    taken(&world, &mut phone, &report.answers[0].file);
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.unmerged), (0, 0));
    assert_eq!(revisions(&world, &participant).await, 2);
}
