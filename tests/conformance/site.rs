//! A server's keys and two handles on its database, as two processes have them. What is read is read through both.

use std::fmt::Debug;
use std::sync::Arc;

use diary_core::act::{Act, ActContent};
use diary_core::audit_trail::TRAIL_START;
use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::hash::sha256;
use diary_core::ids::{ActId, EnrolmentId, Epoch, Incarnation, KeyId, VaultId};
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::keys::{
    Bundle, Certificate, EnrolmentSecret, HistoryScope, IncarnationEnd, RecoveryKey, Revocation,
    RevocationReason, SealingKey, ServerKey, ServerRole, SigningKey, SiteKey, SiteKeyStatus, StudyVersionRef,
};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{Item, LogKind, LogRecord, Receipt, ReceiptBody, follow};
use diary_core::signed::Signed;
use diary_core::time::{DAY_MS, DiaryDay, UtcMillis};
use diary_server::clock::SystemClock;
use diary_server::context::Context;
use diary_server::keys::GrantKeys;
use diary_server::keys::{KeeperKeys, ServerKeys};
use diary_server::merge::MergeWorker;
use diary_server::merge::triage::Triage;
use diary_store::{
    AuditRow, DeviceChange, DeviceRow, JoinOutcome, JoinToTake, KeeperAppend, LogQuery, LogReader,
    NewEnrolment, NewParticipant, NewServer, PushOutcome, PushToCommit, Signer, StudyFile, TrailEvent,
    TrialStore, VaultMerge, VaultRecord, WaitingBatch, trail_chain,
};

use crate::ground::Ground;
use crate::phone::Phone;

/// Time at which every case begins.
pub(crate) const START: UtcMillis = UtcMillis(1_780_000_000_000);
/// Placeholder for the study's file.
pub(crate) const STUDY_FILE: &[u8] = b"a study";

/// A server and another one on the same database.
pub(crate) struct Site {
    /// Keeps the database until the site is dropped.
    _ground: Ground,
    /// The handle that writes in most cases.
    pub(crate) store: Arc<dyn TrialStore>,
    /// Handle of the other server.
    pub(crate) other: Arc<dyn TrialStore>,
    /// Keys of the keeper.
    pub(crate) keys: Arc<KeeperKeys>,
    /// Keys of a relay.
    pub(crate) relay: Arc<ServerKeys>,
    pub(crate) root: SigningKey,
    pub(crate) recovery: SealingKey,
    pub(crate) bundle: Bundle,
    pub(crate) signed_bundle: Signed,
    pub(crate) epoch: Epoch,
    pub(crate) entropy: Arc<SeededEntropy>,
    signer: Signer,
}

impl Site {
    /// A keeper without participants.
    pub(crate) async fn keeper(ground: Ground) -> Self {
        Self::found(ground, ServerRole::Keeper).await
    }

    /// A relay without participants.
    pub(crate) async fn relay(ground: Ground) -> Self {
        Self::found(ground, ServerRole::Relay).await
    }

    async fn found(ground: Ground, role: ServerRole) -> Self {
        let mut site = Self::empty(ground).await;
        site.epoch = Epoch::from_bytes(site.random().array());
        let server = NewServer {
            epoch: site.epoch,
            incarnation: Incarnation::from_bytes(site.random().array()),
            study: site.keys.study.clone(),
            relay_of: (role == ServerRole::Relay).then(|| site.keys.site.clone()),
            at: START,
        };
        if role == ServerRole::Relay {
            site.signer = Arc::clone(&site.relay) as Signer;
        }
        let file = StudyFile { hash: sha256(STUDY_FILE), version: 1, bytes: STUDY_FILE.to_vec() };
        let bundle = site.signed_bundle.clone();
        site.store.put_bundle(Some(server), bundle, vec![file], event("init")).await.unwrap();
        site
    }

    /// A database that no server was founded in.
    pub(crate) async fn empty(ground: Ground) -> Self {
        let entropy = Arc::new(SeededEntropy::new(11));
        let random: &dyn Entropy = entropy.as_ref();
        let (root, recovery) = (SigningKey::generate(random), SealingKey::generate(random));
        let (study, site) = ("S".parse().unwrap(), "A1".parse().unwrap());
        let keys = KeeperKeys::generate(study, site, root.verifying_key(), random);
        let (study, site) = (keys.study.clone(), keys.site.clone());
        let relay = ServerKeys::generate(study, site, root.verifying_key(), ServerRole::Relay, random);
        let bundle = bundle(&keys, &relay, &root, &recovery);
        let (keys, relay) = (Arc::new(keys), Arc::new(relay));
        let store = ground.open(keys.database_secret()).await;
        let other = ground.open(keys.database_secret()).await;
        Self {
            _ground: ground,
            store,
            other,
            signer: Arc::clone(&keys) as Signer,
            keys,
            relay,
            signed_bundle: bundle.sign(&root),
            root,
            recovery,
            bundle,
            epoch: Epoch::from_bytes([0; 16]),
            entropy,
        }
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    pub(crate) fn signer(&self) -> Signer {
        Arc::clone(&self.signer)
    }

    /// Asks both servers; panics unless their answers are equal.
    #[track_caller]
    pub(crate) fn seen<T, F>(&self, ask: impl Fn(Arc<dyn TrialStore>) -> F) -> impl Future<Output = T>
    where
        T: PartialEq + Debug,
        F: Future<Output = T>,
    {
        let (one, other) = (ask(Arc::clone(&self.store)), ask(Arc::clone(&self.other)));
        async move {
            let (one, other) = (one.await, other.await);
            assert_eq!(one, other, "two servers on one database see the same");
            one
        }
    }

    /// A confirmed or revoked device.
    pub(crate) async fn change(&self, change: DeviceChange, what: &str) {
        self.store.change_device(change, event(what)).await.unwrap();
    }

    /// A participant without a device.
    pub(crate) async fn participant(&self, subject: &str) -> VaultId {
        let new = self.new_participant(subject);
        let vault = new.vault;
        self.store.add_participant(new, event("participant.add")).await.unwrap();
        vault
    }

    pub(crate) fn new_participant(&self, subject: &str) -> NewParticipant {
        let vault = VaultId::from_bytes(self.random().array());
        NewParticipant { subject: subject.to_owned(), site: self.keys.site.clone(), vault, at: START }
    }

    /// A link for a vault.
    pub(crate) async fn link(&self, vault: VaultId) -> (EnrolmentId, EnrolmentSecret) {
        self.lent_link(vault, None).await
    }

    /// A link for a phone that the hospital lends, with its label.
    pub(crate) async fn lent_link(
        &self,
        vault: VaultId,
        lent: Option<&str>,
    ) -> (EnrolmentId, EnrolmentSecret) {
        let id = EnrolmentId::from_bytes(self.random().array());
        let secret = EnrolmentSecret::generate(self.random());
        let until = START.plus_ms(LINK_LIFE_MS);
        let new = NewEnrolment {
            id,
            vault,
            secret: secret.clone(),
            made: START,
            until,
            lent: lent.map(str::to_owned),
        };
        self.store.add_enrolment(new, event("enrol")).await.unwrap();
        (id, secret)
    }

    /// A phone that asks to be admitted by `link` at `received`.
    pub(crate) async fn ask(
        &self,
        phone: &Phone,
        link: &(EnrolmentId, EnrolmentSecret),
        received: UtcMillis,
    ) -> JoinOutcome {
        self.store.take_join(phone.join(link, received)).await.unwrap()
    }

    /// A phone that has joined and is waiting to be confirmed.
    pub(crate) async fn joined(&self, vault: VaultId) -> Phone {
        let (phone, link) = (Phone::new(self, vault), self.link(vault).await);
        let outcome = self.ask(&phone, &link, START).await;
        assert!(matches!(outcome, JoinOutcome::Joined { certificate: None, .. }), "{outcome:?}");
        phone
    }

    /// A participant with a confirmed phone.
    pub(crate) async fn phone(&self, subject: &str) -> Phone {
        let vault = self.participant(subject).await;
        self.confirmed(vault).await
    }

    /// A further confirmed phone of a vault.
    pub(crate) async fn confirmed(&self, vault: VaultId) -> Phone {
        let phone = self.joined(vault).await;
        self.confirm(&phone).await;
        phone
    }

    /// Confirms a phone as staff do after comparing the six digits.
    pub(crate) async fn confirm(&self, phone: &Phone) -> Signed {
        let paper = self.certificate(phone).sign(&self.keys.signing);
        self.change(self.device_change(phone, &paper, false), "device.confirm").await;
        paper
    }

    pub(crate) fn device_change(&self, phone: &Phone, paper: &Signed, revokes: bool) -> DeviceChange {
        let (vault, device, paper) = (phone.vault, phone.key(), paper.clone());
        DeviceChange { vault, device, paper, revokes, seen: None, at: START }
    }

    pub(crate) fn certificate(&self, phone: &Phone) -> Certificate {
        Certificate {
            vault: phone.vault,
            study: self.keys.study.clone(),
            site: self.keys.site.clone(),
            signing: phone.signing.verifying_key(),
            sealing: phone.sealing.public().clone(),
            participant: Vec::new(),
            history: HistoryScope::All,
            issued: START,
            by: self.keys.signing.id(),
        }
    }

    /// Revokes a phone's certificate, except for parcels up to `last`.
    pub(crate) async fn revoke(&self, phone: &Phone, last: Vec<IncarnationEnd>) -> Signed {
        let paper = self.revocation(phone, last).sign(&self.keys.signing);
        self.change(self.device_change(phone, &paper, true), "device.revoke").await;
        paper
    }

    pub(crate) fn revocation(&self, phone: &Phone, last: Vec<IncarnationEnd>) -> Revocation {
        Revocation {
            vault: phone.vault,
            device: phone.key(),
            last,
            reason: RevocationReason::Lost,
            at: START,
            by: self.keys.signing.id(),
        }
    }

    /// Commits a group of pushes.
    pub(crate) async fn group(&self, group: Vec<PushToCommit>) -> Vec<PushOutcome> {
        let outcomes = self.store.commit_group(group, self.signer()).await.unwrap();
        outcomes.into_iter().map(|outcome| outcome.unwrap()).collect()
    }

    pub(crate) async fn push(&self, push: PushToCommit) -> PushOutcome {
        self.group(vec![push]).await.pop().unwrap()
    }

    /// A merge worker of the first server.
    pub(crate) fn worker(&self) -> MergeWorker {
        self.worker_on(Arc::clone(&self.store))
    }

    /// A merge worker of a server on `store`.
    pub(crate) fn worker_on(&self, store: Arc<dyn TrialStore>) -> MergeWorker {
        let (keys, clock) = (Arc::clone(self.keys.server()), Arc::new(SystemClock));
        MergeWorker::new(Context::new(store, keys, clock, self.entropy.clone()), Arc::clone(&self.keys))
    }

    /// Parcel of the keeper for a vault, at the next place of its chain.
    pub(crate) async fn authored(&self, vault: VaultId, items: &[Item], counter: u64) -> KeeperAppend {
        let state = self.store.keeper_state(vault).await.unwrap();
        let (keys, bundle, random) = (&self.keys, &self.bundle, self.random());
        let authored =
            keys.author_parcel(bundle, vault, &state, &state.devices, items, START, random).unwrap();
        KeeperAppend { vault, after: state.head, authored, counter: counter.into(), at: START }
    }

    /// An act of staff, as an item.
    pub(crate) fn act(&self, counter: u64, content: ActContent) -> Item {
        let id = ActId::new(START.0, self.random().array());
        Item::act(&Act {
            id,
            counter: counter.into(),
            by: "staff".to_owned(),
            at: START,
            reason: None,
            content,
            replaces: None,
        })
    }

    /// A visit, as an item.
    pub(crate) fn visit(&self, counter: u64) -> Item {
        self.act(
            counter,
            ActContent::Visit { date: DiaryDay::default(), kind: "screening".to_owned(), held: true },
        )
    }

    /// Outcome of each parcel of a batch, by the worker's own rules.
    pub(crate) fn judged(&self, batch: &WaitingBatch) -> VaultMerge {
        let (held, grants) = (self.keys.all_sealing(), GrantKeys::default());
        let sealing: Vec<_> = held.iter().map(|(_, key)| &**key).collect();
        let judge = Triage { sealing: &sealing, bundle: &self.bundle, grants: &grants };
        let parcels = batch.parcels.iter();
        let outcomes = parcels.map(|parcel| judge.judge(parcel, &batch.grants[&parcel.grant]).outcome);
        let outcomes = outcomes.collect();
        VaultMerge {
            vault: batch.vault,
            outcomes,
            reply: None,
            notice: None,
            backed_up: None,
            status: None,
            at: START,
        }
    }

    /// The only waiting batch.
    pub(crate) async fn batch(&self) -> WaitingBatch {
        let mut waiting = self.store.waiting(0, 1_000).await.unwrap();
        assert_eq!((waiting.batches.len(), waiting.mark), (1, 0));
        waiting.batches.remove(0)
    }

    /// Commits the outcomes of parcels; returns the number settled.
    pub(crate) async fn merge(&self, merges: Vec<VaultMerge>) -> usize {
        self.store.commit_merge(merges, self.signer()).await.unwrap()
    }

    /// Merges all waiting parcels.
    pub(crate) async fn settle(&self) -> usize {
        self.worker().settle(&self.bundle, START).await.unwrap()
    }

    pub(crate) async fn record(&self, vault: VaultId) -> VaultRecord {
        self.seen(|store| async move { store.load_record(vault).await.unwrap() }).await
    }

    pub(crate) async fn device(&self, phone: &Phone) -> DeviceRow {
        let (vault, device) = (phone.vault, phone.key());
        self.seen(|store| async move { store.device(vault, device).await.unwrap() }).await.unwrap()
    }

    pub(crate) async fn devices(&self, vault: VaultId) -> Vec<KeyId> {
        keys(&self.seen(|store| async move { store.devices(vault).await.unwrap() }).await)
    }

    pub(crate) async fn pending(&self) -> Vec<KeyId> {
        keys(&self.seen(|store| async move { store.pending_devices().await.unwrap() }).await)
    }

    pub(crate) async fn unattached(&self) -> Vec<KeyId> {
        keys(&self.seen(|store| async move { store.unattached_devices().await.unwrap() }).await)
    }

    /// A vault's whole log, its numbers and its chain checked.
    pub(crate) async fn log(&self, vault: VaultId) -> Vec<LogRecord> {
        let query = LogQuery {
            vault,
            reader: LogReader::Keeper,
            cursor: None,
            limit: u32::MAX,
            max_bytes: usize::MAX,
        };
        let page = self.seen(|store| async move { store.log_page(query).await.unwrap() }).await;
        let numbers: Vec<u64> = page.records.iter().map(|record| record.n).collect();
        assert_eq!(numbers, (1..=page.head.n).collect::<Vec<_>>(), "a log has no gaps");
        assert_eq!(follow(0, &CHAIN_START, &page.records).unwrap(), page.head.chain);
        page.records
    }

    /// Kinds of the records of a vault's log.
    pub(crate) async fn kinds(&self, vault: VaultId) -> Vec<LogKind> {
        self.log(vault).await.into_iter().map(|record| record.kind).collect()
    }

    /// Bodies of the receipts in a vault's log, each verified.
    pub(crate) async fn receipts(&self, vault: VaultId) -> Vec<ReceiptBody> {
        let records = self.log(vault).await;
        let receipts = records.iter().filter(|record| record.kind == LogKind::Receipt);
        receipts.map(|record| self.receipt(&record.record)).collect()
    }

    pub(crate) fn receipt(&self, bytes: &[u8]) -> ReceiptBody {
        Receipt::from_bytes(bytes).unwrap().verify(&self.bundle).unwrap().1
    }

    /// The whole trail, its numbers and its chain checked.
    pub(crate) async fn trail(&self) -> Vec<AuditRow> {
        let rows = self.seen(|store| async move { store.audit_trail(0, u32::MAX).await.unwrap() }).await;
        let mut chain = TRAIL_START;
        for (row, n) in rows.iter().zip(1..) {
            chain = trail_chain(&chain, n, &row.event);
            assert_eq!((row.n, row.chain), (n, chain));
        }
        rows
    }

    /// Codes of the events of the trail.
    pub(crate) async fn told(&self) -> Vec<String> {
        self.trail().await.into_iter().map(|row| row.event.what).collect()
    }
}

fn bundle(keys: &KeeperKeys, relay: &ServerKeys, root: &SigningKey, recovery: &SealingKey) -> Bundle {
    let server = |key: &SigningKey, role| ServerKey { key: key.verifying_key(), role, retired: None };
    let key = keys.sealing(&keys.site, 1).unwrap().public().clone();
    Bundle {
        version: 1,
        study: keys.study.clone(),
        root: root.verifying_key(),
        issued: START,
        expires: START.plus_ms(365 * DAY_MS),
        servers: vec![server(&keys.signing, ServerRole::Keeper), server(&relay.signing, ServerRole::Relay)],
        sites: vec![SiteKey { site: keys.site.clone(), generation: 1, status: SiteKeyStatus::Active, key }],
        recovery: vec![RecoveryKey { site: keys.site.clone(), key: recovery.public().clone() }],
        studies: vec![StudyVersionRef { version: 1, hash: sha256(STUDY_FILE) }],
    }
}

/// A row for the trail.
pub(crate) fn event(what: &str) -> TrailEvent {
    TrailEvent {
        at: START,
        who: "staff".to_owned(),
        role: "coordinator".to_owned(),
        what: what.to_owned(),
        target: String::new(),
        reason: None,
    }
}

/// A join request, verified as far as possible without the database.
pub(crate) fn join_to_take(signed: diary_core::keys::SignedJoinRequest, received: UtcMillis) -> JoinToTake {
    JoinToTake { request: signed.verify().unwrap(), signed, received, pushed: false }
}

fn keys(rows: &[DeviceRow]) -> Vec<KeyId> {
    rows.iter().map(|row| row.key).collect()
}
