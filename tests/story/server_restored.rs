//! The server's machine is lost, or its database put back: a backup is restored, phones send again the entries it had lost,
//! and staff join readmitted phones with their participants again.

use std::path::{Path, PathBuf};

use diary_core::ids::{AnchorId, Epoch};
use diary_core::keys::{Certificate, HistoryScope, SealingKey, SigningKey};
use diary_core::parcel::QuarantineCode;
use diary_demo::phone::Phone;
use diary_server::data_folder::DataFolder;
use diary_server::ops::backup::Target;
use diary_server::ops::restore::{KeySource, RestoreInput, restore};
use diary_server::site::{AnchorInput, AttachVault, ConfirmHeldDevice, DecideParcel, RevokeDevice};
use diary_server::site::{Decision, Saying, SiteServices, StaffError};
use diary_store::{DeviceState, Participant, UnmergedState};
use diary_sync::ContactOutcome;
use diary_tests::World;

/// A backup to another disk, while the keeper serves.
pub(super) async fn backed_up(world: &World) -> PathBuf {
    let disk = world.folder().join("disk");
    let folder = DataFolder::open(&world.site.data()).unwrap();
    world
        .site
        .desk
        .upkeep()
        .back_up(Some(&world.site.staff), &folder, Target::Folder(disk))
        .await
        .unwrap()
        .path
}

/// Loses the machine and restores it from the backup and the two offline files, or with the keys folder as well.
pub(super) async fn restored(world: &mut World, backup: &Path, keys_survive: bool) {
    world.site.stop().await.unwrap();
    let (data, lost) = (world.site.data(), world.folder().join("lost"));
    std::fs::rename(&data, &lost).unwrap();
    let offline = world.site.folder.join("offline-keys");
    let keys = if keys_survive {
        KeySource::Folder(lost.join("keys"))
    } else {
        KeySource::Backup {
            recovery: vec![offline.join("recovery.key")],
            root: offline.join("study-root.key"),
        }
    };
    let (by, now) = (world.site.staff.clone(), world.site.clock.now());
    let input = RestoreInput { backup, data: &data, keys: &keys, by: &by, now };
    restore(input, &*world.site.entropy).await.unwrap();
    open_again(world).await;
}

/// Starts the keeper again on its present folder, and opens the acts of staff there.
async fn open_again(world: &mut World) {
    let data = DataFolder::open(&world.site.data()).unwrap();
    let (clock, entropy) = (world.site.clock.clone(), world.site.entropy.clone());
    world.site.desk = SiteServices::open(&data, clock, entropy).await.unwrap();
    world.site.start_again().await.unwrap();
}

async fn epoch(world: &World) -> Epoch {
    world.site.desk.context().store().server_state().await.unwrap().unwrap().epoch
}

async fn revisions(world: &World, participant: &Participant) -> usize {
    // Waiting parcels are merged first.
    world.report(participant).await;
    world.site.desk.record(participant.vault).await.unwrap().revision_count()
}

/// Contacts until the phone has nothing left to do: it may first have to learn of a new key.
pub(super) async fn contacts(world: &World, phone: &mut Phone) -> ContactOutcome {
    let mut last = ContactOutcome::default();
    for _ in 0..3 {
        last = world.sync(phone).await;
    }
    last
}

pub(super) async fn same_when_rebuilt(world: &World, participant: &Participant) {
    for source in [diary_server::site::RebuildSource::Opened, diary_server::site::RebuildSource::Sealed] {
        let compared =
            world.site.desk.upkeep().rebuild(&world.site.staff, participant, &source, None).await.unwrap();
        assert!(compared.is_same(), "{:?}", compared.differences);
    }
}

#[tokio::test]
async fn a_lost_machine_is_restored_from_yesterdays_backup_and_nothing_that_was_saved_is_lost() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "before the backup");
    world.sync(&mut phone).await;
    let (backup, before) = (backed_up(&world).await, epoch(&world).await);
    world.set(1, "12:00");
    world.note(&mut phone, "received after the backup");
    assert_eq!(world.sync(&mut phone).await.waiting, 0);

    restored(&mut world, &backup, false).await;
    assert_ne!(epoch(&world).await, before);
    assert_eq!(revisions(&world, &participant).await, 1);
    world.set(2, "12:00");
    world.note(&mut phone, "saved while the server was away");
    let outcome = contacts(&world, &mut phone).await;
    assert_eq!((outcome.waiting, outcome.trouble.clone()), (0, None), "{outcome:?}");
    assert_eq!(revisions(&world, &participant).await, 3);
    same_when_rebuilt(&world, &participant).await;
    let overview = world.site.desk.views().overview(&diary_server::config::Limits::default()).await.unwrap();
    assert!(overview.put_back.unwrap().by_restore);
    assert_eq!(overview.unattached, []);
}

#[tokio::test]
async fn the_first_contact_after_a_restore_with_a_new_key_is_no_failure_and_says_what_was_received() {
    let mut world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    restored(&mut world, &backup, false).await;
    world.set(1, "12:00");
    world.note(&mut phone, "sent to a keeper whose key the phone has never heard of");
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.trouble, outcome.waiting, outcome.received), (None, 0, 1));
}

#[tokio::test]
async fn a_phone_that_was_enrolled_since_the_backup_is_readmitted_and_joined_with_its_participant_again() {
    let mut world = World::new().await;
    let backup = backed_up(&world).await;
    let (participant, mut phone) = world.enrol("MG-002").await;
    world.note(&mut phone, "of a vault that the backup does not know");
    world.sync(&mut phone).await;
    restored(&mut world, &backup, false).await;
    assert!(world.site.desk.context().store().participants().await.unwrap().is_empty());

    let outcome = contacts(&world, &mut phone).await;
    assert_eq!((outcome.waiting, outcome.trouble.clone()), (0, None), "{outcome:?}");
    let found = world.site.desk.participants().unattached().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].vault, found[0].subject.as_deref()), (participant.vault, Some("MG-002")));
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    let attach =
        |subject, reason| AttachVault { vault: participant.vault, subject, renamed_from: None, reason };
    let wrong = desk.participants().attach(staff, attach("MG-009", "guessed")).await.unwrap_err();
    assert!(matches!(&wrong, StaffError::OtherSubject { named, .. } if named == "MG-002"), "{wrong:?}");
    let again = desk.participants().attach(staff, attach("MG-002", "restored")).await.unwrap();
    assert_eq!(desk.participants().unattached().await.unwrap(), []);
    // The signing key is in no backup, and the old one's word is not enough any more: staff compare and confirm once.
    assert_eq!(revisions(&world, &again).await, 0);
    let pending = desk.devices().pending().await.unwrap();
    assert_eq!(
        pending.iter().map(|one| (&*one.subject, one.by_retired_key)).collect::<Vec<_>>(),
        [("MG-002", true)]
    );
    let named = phone.diary.device().signing.id().to_string();
    let reason = "compared with the phone";
    let confirm = ConfirmHeldDevice { device: &named, history: HistoryScope::All, reason };
    desk.devices().confirm_held(staff, &again, confirm).await.unwrap();
    contacts(&world, &mut phone).await;
    assert_eq!(world.site.desk.devices().pending().await.unwrap(), []);
    assert_eq!(revisions(&world, &again).await, 1);
    assert!(world.report(&again).await.devices.len() == 1);
    same_when_rebuilt(&world, &again).await;
}

#[tokio::test]
async fn what_staff_entered_since_the_backup_comes_back_from_the_phone_that_had_seen_it() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    let day = diary_tests::world::first_day();
    let (anchor, desk) = ("cycle1".parse::<AnchorId>().unwrap(), world.site.desk.clone());
    desk.acts()
        .on(&world.site.staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    world.sync(&mut phone).await;

    restored(&mut world, &backup, true).await;
    assert!(world.site.desk.record(participant.vault).await.unwrap().anchors().is_empty());
    world.note(&mut phone, "after the restore");
    contacts(&world, &mut phone).await;
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.anchors().get(&anchor), Some(&day));
    // Acts that staff enter now follow those that came back, on the phone as well.
    let later = day.plus_days(7);
    let desk = world.site.desk.clone();
    let moved = Saying { confirmed: true, ..Saying::because("moved") };
    desk.acts()
        .on(&world.site.staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(later) }, moved)
        .await
        .unwrap();
    contacts(&world, &mut phone).await;
    let on_phone = diary_core::record::anchors(phone.diary.store().acts().unwrap().iter());
    assert_eq!(on_phone.get(&anchor), Some(&later));
    same_when_rebuilt(&world, &participant).await;
    let overview = world.site.desk.views().overview(&diary_server::config::Limits::default()).await.unwrap();
    assert!(overview.put_back.unwrap().brought_back > 0);
}

#[tokio::test]
async fn what_a_replaced_key_signed_and_only_a_phone_still_has_counts_once_staff_accept_it() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    let (anchor, desk) = ("cycle1".parse::<AnchorId>().unwrap(), world.site.desk.clone());
    let day = diary_tests::world::first_day();
    desk.acts()
        .on(&world.site.staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    world.sync(&mut phone).await;
    world.set(1, "12:00");
    restored(&mut world, &backup, false).await;
    world.set(2, "12:00");
    world.note(&mut phone, "after the restore");
    contacts(&world, &mut phone).await;
    assert_eq!(revisions(&world, &participant).await, 1);
    let desk = world.site.desk.clone();
    assert!(desk.record(participant.vault).await.unwrap().anchors().is_empty());
    let aside = desk.quarantine().list().await.unwrap();
    assert!(!aside.is_empty(), "what the phone has handed back waits for staff");
    same_when_rebuilt(&world, &participant).await;
    for one in aside {
        assert_eq!(one.parcel.why, UnmergedState::Quarantined(QuarantineCode::Revoked));
        let n = one.parcel.n;
        desk.quarantine()
            .decide(
                &world.site.staff,
                &participant,
                DecideParcel { n, decision: Decision::Accepted, reason: "ours" },
            )
            .await
            .unwrap();
    }
    world.report(&participant).await;
    let record = desk.record(participant.vault).await.unwrap();
    assert_eq!(record.anchors().get(&anchor), Some(&day));
    same_when_rebuilt(&world, &participant).await;
}

#[tokio::test]
async fn a_stolen_keeper_key_admits_nobody_once_it_was_replaced_whatever_the_date() {
    let mut world = World::new().await;
    let (participant, phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    let stolen = world.site.desk.clone();
    let issued = world.site.clock.now();
    world.set(1, "12:00");
    restored(&mut world, &backup, false).await;
    world.set(2, "12:00");
    let entropy = &*world.site.entropy;
    let forge = || {
        let (signing, sealing) = (SigningKey::generate(entropy), SealingKey::generate(entropy));
        let paper = Certificate {
            vault: participant.vault,
            study: stolen.keeper_keys().study.clone(),
            site: stolen.keeper_keys().site.clone(),
            signing: signing.verifying_key(),
            sealing: sealing.public().clone(),
            participant: Vec::new(),
            history: HistoryScope::All,
            issued,
            by: stolen.keeper_keys().signing.id(),
        };
        (paper.sign(&stolen.keeper_keys().signing), signing)
    };
    let ((pushed, thief), (handed, _)) = (forge(), forge());
    let kind = diary_core::parcel::LogKind::Certificate;
    let record = diary_core::parcel::LogRecord { n: 9, kind, record: handed.to_bytes() };
    hand_back_with(&world, &phone, (pushed, &thief), record).await;
    world.report(&participant).await;
    let rows = world.site.desk.context().store().devices(participant.vault).await.unwrap();
    let states: Vec<_> = rows.iter().map(|row| (row.state, row.held_certificate.is_some())).collect();
    let held = (DeviceState::Pending, true);
    assert_eq!(states, [(DeviceState::Confirmed, false), held, held]);
    let keeper = world.site.desk.context().store().keeper_state(participant.vault).await.unwrap();
    assert_eq!(keeper.devices.len(), 1, "nothing is sealed to the thief");
}

/// Reads the log through a server that holds a stolen key and adds a record to the log under it.
struct Thief<'a> {
    inner: &'a diary_sync::transport::http::HttpTransport,
    key: &'a SigningKey,
    record: &'a diary_core::parcel::LogRecord,
    dated: diary_core::time::UtcMillis,
}

impl diary_sync::transport::Transport for Thief<'_> {
    async fn send(
        &self,
        request: diary_sync::transport::Request,
    ) -> Result<diary_sync::transport::Response, diary_sync::transport::TransportError> {
        use diary_core::api::{Head, LogPage, VAULT_LOG};
        let is_log = request.path.starts_with(VAULT_LOG);
        let mut response = self.inner.send(request).await?;
        if let (true, Ok(mut page)) = (is_log, LogPage::from_bytes(&response.body)) {
            let head: Head = minicbor::decode(page.head.unverified()).unwrap();
            let n = head.n + 1;
            let added = diary_core::parcel::LogRecord { n, ..self.record.clone() };
            let chain = diary_core::parcel::chain_next(&head.chain, n, added.kind, &added.record);
            page.records.push(added);
            let server = self.key.id();
            page.head = Head { n, chain, server, server_time: self.dated, ..head }.sign(self.key);
            response.body = page.to_bytes();
        }
        Ok(response)
    }
}

#[tokio::test]
async fn a_stolen_keeper_key_revokes_no_phone_once_it_was_replaced_whatever_the_date() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    // A record that the thief of the key can make, dated when the key was still valid.
    let forged = revocation(&world, &participant, &phone);
    let stolen = SigningKey::from_seed(world.site.desk.keeper_keys().signing.seed());
    let dated = world.site.clock.now();
    world.set(1, "12:00");
    restored(&mut world, &backup, false).await;
    world.set(2, "12:00");
    contacts(&world, &mut phone).await;
    hand_back(&world, &phone, forged.clone()).await;
    let views = world.site.desk.devices().list(&participant).await.unwrap();
    assert_eq!(
        (views[0].state, views[0].held_revocation),
        (DeviceState::Confirmed, true),
        "shown, no effect"
    );
    let rows = world.site.desk.views().trail().await.unwrap().rows;
    assert!(rows.iter().any(|row| row.event.what == "device.revocation-held"));
    world.note(&mut phone, "still counts");
    let inner = world.site.transport.clone();
    let thief = Thief { inner: &inner, key: &stolen, record: &forged, dated };
    world.sync_over(&mut phone, &thief, diary_sync::Mode::Once).await;
    assert!(phone.diary.device().revocation.is_none(), "the phone takes it from a keeper in office alone");
    contacts(&world, &mut phone).await;
    assert_eq!(revisions(&world, &participant).await, 1);
    // Where it is right, staff revoke the phone themselves.
    let (desk, staff) = (world.site.desk.clone(), world.site.staff.clone());
    let because = diary_core::keys::RevocationReason::Lost;
    desk.devices()
        .revoke(
            &staff,
            &participant,
            RevokeDevice { device: "1", because, reason: "lost, as the paper says" },
        )
        .await
        .unwrap();
    let views = desk.devices().list(&participant).await.unwrap();
    assert!(matches!(views[0].state, DeviceState::Revoked(_)) && !views[0].held_revocation);
}

#[tokio::test]
async fn a_phone_that_was_revoked_since_the_backup_stays_revoked_when_another_hands_the_revocation_back() {
    let mut world = World::new().await;
    let (participant, phone) = world.enrol("MG-001").await;
    let backup = backed_up(&world).await;
    let revoked = diary_tests::world::at(0, "06:00");
    let evidence = revocation(&world, &participant, &phone);
    restored(&mut world, &backup, true).await;
    let state = |rows: Vec<diary_store::DeviceRow>| rows[0].state;
    let devices = || world.site.desk.context().store().devices(participant.vault);
    assert_eq!(state(devices().await.unwrap()), DeviceState::Confirmed);
    hand_back(&world, &phone, evidence).await;
    assert_eq!(state(devices().await.unwrap()), DeviceState::Revoked(revoked));
}

/// Revokes the phone's certificate, and gives the signed revocation as any phone of the vault keeps it.
fn revocation(world: &World, participant: &Participant, phone: &Phone) -> diary_core::parcel::LogRecord {
    use diary_core::keys::{Revocation, RevocationReason};
    let desk = &world.site.desk;
    let paper = Revocation {
        vault: participant.vault,
        device: phone.diary.device().signing.id(),
        last: Vec::new(),
        reason: RevocationReason::Lost,
        at: world.site.clock.now(),
        by: desk.keeper_keys().signing.id(),
    }
    .sign(&desk.keeper_keys().signing);
    let kind = diary_core::parcel::LogKind::Revocation;
    diary_core::parcel::LogRecord { n: 9, kind, record: paper.to_bytes() }
}

/// A push without parcels that hands one record back.
async fn hand_back(world: &World, phone: &Phone, record: diary_core::parcel::LogRecord) {
    let paper = phone.diary.device().certificate.clone().unwrap();
    let paper = diary_core::signed::Signed::from_bytes(&paper).unwrap();
    hand_back_with(world, phone, (paper, &phone.diary.device().signing), record).await;
}

/// The same for the device that `paper` was issued to and whose private key is `key`.
async fn hand_back_with(
    world: &World,
    phone: &Phone,
    (paper, key): (diary_core::signed::Signed, &SigningKey),
    record: diary_core::parcel::LogRecord,
) {
    use diary_core::api::{self, Ask, Evidence, PushRequest};
    use diary_core::ids::Nonce;
    use diary_core::parcel::DeviceCredential;
    use diary_sync::transport::{Method, Request, Transport};
    let device = phone.diary.device();
    let (nonce, vault, incarnation) = (Nonce::from_bytes([7; 16]), device.vault, device.incarnation);
    let push = PushRequest {
        nonce,
        vault,
        incarnation,
        credential: Some(DeviceCredential::Certificate(paper)),
        grants: Vec::new(),
        parcels: Vec::new(),
        recovery: None,
        evidence: Some(Evidence { head: None, bundle: None, records: vec![record] }),
        asked: Some(Ask { nonce, vault, incarnation }.sign(key)),
    };
    let request = Request {
        method: Method::Post,
        host: device.api_host.clone(),
        path: api::PARCELS.to_owned(),
        content_type: api::CBOR,
        body: push.to_bytes(),
        token: None,
        timeout_s: 20,
    };
    assert_eq!(world.site.transport.send(request).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_database_that_somebody_put_back_by_hand_begins_a_new_life_by_itself() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.site.stop().await.unwrap();
    let database = DataFolder::open(&world.site.data()).unwrap().database();
    let (copy, journal) = (world.folder().join("copy.db"), database.with_extension("db-wal"));
    std::fs::copy(&database, &copy).unwrap();
    std::fs::copy(&journal, world.folder().join("copy.db-wal")).unwrap();
    world.site.start_again().await.unwrap();
    let before = epoch(&world).await;
    world.note(&mut phone, "received, and lost with the newer database");
    world.sync(&mut phone).await;

    world.site.stop().await.unwrap();
    for file in [&database, &journal, &database.with_extension("db-shm")] {
        std::fs::remove_file(file).unwrap_or_default();
    }
    std::fs::copy(&copy, &database).unwrap();
    std::fs::copy(world.folder().join("copy.db-wal"), &journal).unwrap();
    open_again(&mut world).await;
    assert_ne!(epoch(&world).await, before, "the mark beside the database is newer than it");
    let overview = world.site.desk.views().overview(&diary_server::config::Limits::default()).await.unwrap();
    assert!(!overview.put_back.unwrap().by_restore);
    contacts(&world, &mut phone).await;
    assert_eq!(revisions(&world, &participant).await, 1);
    let after = epoch(&world).await;
    world.site.stop().await.unwrap();
    open_again(&mut world).await;
    assert_eq!(epoch(&world).await, after, "once is enough");
}

#[tokio::test]
async fn a_snapshot_that_nobody_announced_is_found_out_by_the_head_that_a_phone_shows() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.site.stop().await.unwrap();
    let snapshot = world.folder().join("snapshot");
    copy_tree(&world.site.data(), &snapshot);
    world.site.start_again().await.unwrap();
    let before = epoch(&world).await;
    world.note(&mut phone, "received, and lost with the newer machine");
    world.sync(&mut phone).await;
    world.site.stop().await.unwrap();
    std::fs::remove_dir_all(world.site.data()).unwrap();
    copy_tree(&snapshot, &world.site.data());
    open_again(&mut world).await;
    assert_eq!(epoch(&world).await, before, "database and mark go together: nothing tells");

    contacts(&world, &mut phone).await;
    assert_ne!(epoch(&world).await, before, "the keeper's chain must not go on under numbers that it used");
    assert_eq!(revisions(&world, &participant).await, 1);
    let trail = world.site.desk.views().trail().await.unwrap();
    let what: Vec<&str> = trail.rows.iter().map(|row| row.event.what.as_str()).collect();
    assert!(what.contains(&"server.rolled-back") && what.contains(&"evidence.taken"), "{what:?}");
    same_when_rebuilt(&world, &participant).await;
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
