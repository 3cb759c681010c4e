//! Test bench of this crate: a keeper with a real database, and a phone made of core alone.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "it is shared with the tests of the workspace, which use more of it"
)]
#[path = "../../tests/harness/postgres.rs"]
pub(crate) mod cluster;
mod growth;
mod sqlite;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{Request, header};
use diary_core::api::{
    self, Ask, CBOR, Cursor, Head, LogPage, ParcelResult, Problem, PushReply, PushRequest, TokenAsk,
    TokenChallenge, TokenProof, TokenReply,
};
use diary_core::entropy::{Entropy, SeededEntropy, SharedEntropy};
use diary_core::entry::{Content, EncodedRevision, Note, Revision};
use diary_core::hash::sha256;
use diary_core::ids::{EnrolmentId, Epoch, Hash, Incarnation, Nonce, RevisionId, RunId, VaultId};
use diary_core::keys::{
    Bundle, Certificate, EnrolmentSecret, HistoryScope, IncarnationEnd, JoinRequest, RecoveryKey, Revocation,
    RevocationReason, SealingKey, SealingPublic, ServerKey, ServerRole, SignedJoinRequest, SigningKey,
    SiteKey, SiteKeyStatus, StudyVersionRef,
};
use diary_core::parcel::{
    DeviceCredential, Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, Receipt, SealInput, SealedParcel,
    Statement, seal,
};
use diary_core::signed::Signed;
use diary_core::testing::first_revision;
use diary_core::time::{Clock, DAY_MS, Reading, UtcMillis, Zone};

use tower::ServiceExt;

use crate::config::Config;
use crate::context::{Context, Parts};
use crate::http::router;
use crate::http::state::HttpState;
use crate::keys::KeeperKeys;
use crate::merge::MergeWorker;
use diary_store::sqlite::{Missing, SqliteStore};
use diary_store::{
    DeviceChange, NewEnrolment, NewParticipant, NewServer, Signer, SiteStore, StudyFile, TrailEvent,
    VaultRecord,
};

/// Time at which every test begins.
pub(crate) const START: UtcMillis = UtcMillis(1_780_000_000_000);
/// Stands in for the study's file.
pub(crate) const STUDY_FILE: &[u8] = b"a study";

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn at(now: UtcMillis) -> Self {
        Self(AtomicI64::new(now.0))
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::Relaxed))
    }
}

/// A keeper with a database of its own.
pub(crate) struct Keeper {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) keys: Arc<KeeperKeys>,
    pub(crate) root: SigningKey,
    pub(crate) bundle: Bundle,
    pub(crate) recovery: SealingKey,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) epoch: Epoch,
}

impl Keeper {
    /// A founded keeper without participants.
    pub(crate) async fn new() -> Self {
        let entropy = Arc::new(SeededEntropy::new(11));
        let random: &dyn Entropy = entropy.as_ref();
        let root = SigningKey::generate(random);
        let recovery = SealingKey::generate(random);
        let (study, site) = ("S".parse().unwrap(), "A1".parse().unwrap());
        let keys = Arc::new(KeeperKeys::generate(study, site, root.verifying_key(), random));
        let bundle = bundle(&keys, &root, &recovery);
        let signed_bundle = bundle.sign(&root);
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, &keys, Missing::Create);
        let epoch = Epoch::from_bytes(random.array());
        let server = NewServer {
            epoch,
            incarnation: Incarnation::from_bytes(random.array()),
            study: keys.study.clone(),
            relay_of: None,
            at: START,
        };
        let file = StudyFile { hash: sha256(STUDY_FILE), version: 1, bytes: STUDY_FILE.to_vec() };
        store.put_bundle(Some(server), signed_bundle, vec![file], event("init")).await.unwrap();
        let clock = Arc::new(TestClock::at(START));
        Self { folder, store, keys, root, bundle, recovery, entropy, clock, epoch }
    }

    /// The database once more, as another process opens it.
    pub(crate) fn second_process(&self) -> Arc<SqliteStore> {
        open(&self.folder, &self.keys, Missing::Refuse)
    }

    pub(crate) fn signer(&self) -> Signer {
        Arc::clone(&self.keys) as Signer
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// A participant without a device.
    pub(crate) async fn participant(&self, subject: &str) -> VaultId {
        let vault = VaultId::from_bytes(self.random().array());
        let new = NewParticipant {
            subject: subject.to_owned(),
            site: self.keys.site.clone(),
            vault,
            at: self.clock.now(),
        };
        self.store.add_participant(new, event("participant.add")).await.unwrap();
        vault
    }

    /// A link for a vault.
    pub(crate) async fn link(&self, vault: VaultId) -> (EnrolmentId, EnrolmentSecret) {
        let id = EnrolmentId::from_bytes(self.random().array());
        let secret = EnrolmentSecret::generate(self.random());
        let made = self.clock.now();
        let until = made.plus_ms(diary_core::keys::enrolment::LINK_LIFE_MS);
        let new = NewEnrolment { id, vault, secret: secret.clone(), made, until, lent: None };
        self.store.add_enrolment(new, event("enrol")).await.unwrap();
        (id, secret)
    }

    /// Confirms the phone as staff do after comparing the six digits.
    pub(crate) async fn confirm(&self, phone: &Phone) -> Signed {
        let paper = self.certificate(phone);
        let (vault, device, at) = (phone.vault, phone.signing.id(), self.clock.now());
        let change = DeviceChange { vault, device, paper: paper.clone(), revokes: false, seen: None, at };
        self.store.change_device(change, event("device.confirm")).await.unwrap();
        paper
    }

    pub(crate) fn certificate(&self, phone: &Phone) -> Signed {
        self.certificate_of(phone, HistoryScope::All)
    }

    /// A certificate that allows so much of the past.
    pub(crate) fn certificate_of(&self, phone: &Phone, history: HistoryScope) -> Signed {
        let certificate = Certificate {
            vault: phone.vault,
            study: self.keys.study.clone(),
            site: self.keys.site.clone(),
            signing: phone.signing.verifying_key(),
            sealing: phone.sealing.public().clone(),
            participant: Vec::new(),
            history,
            issued: self.clock.now(),
            by: self.keys.signing.id(),
        };
        certificate.sign(&self.keys.signing)
    }

    /// Takes a phone's certificate back.
    pub(crate) async fn revoke(&self, phone: &Phone) {
        self.revoke_after(phone, Vec::new()).await;
    }

    /// The same, but for what it had sent up to these places.
    pub(crate) async fn revoke_after(&self, phone: &Phone, last: Vec<IncarnationEnd>) {
        let revocation = Revocation {
            vault: phone.vault,
            device: phone.signing.id(),
            last,
            reason: RevocationReason::Lost,
            at: self.clock.now(),
            by: self.keys.signing.id(),
        };
        let paper = revocation.sign(&self.keys.signing);
        let (vault, device, at) = (phone.vault, phone.signing.id(), self.clock.now());
        let change = DeviceChange { vault, device, paper, revokes: true, seen: None, at };
        self.store.change_device(change, event("device.revoke")).await.unwrap();
    }

    /// A phone that pushes with a certificate from the start.
    pub(crate) async fn phone(&self, subject: &str) -> Phone {
        let vault = self.participant(subject).await;
        let mut phone = Phone::new(self, vault);
        phone.credential = Some(DeviceCredential::Certificate(self.certificate(&phone)));
        phone
    }
}

fn open(folder: &tempfile::TempDir, keys: &KeeperKeys, missing: Missing) -> Arc<SqliteStore> {
    let key = zeroize::Zeroizing::new(*keys.database_secret());
    Arc::new(SqliteStore::open(&folder.path().join("diary-server.db"), &key, missing).unwrap())
}

fn bundle(keys: &KeeperKeys, root: &SigningKey, recovery: &SealingKey) -> Bundle {
    let key = keys.sealing(&keys.site, 1).unwrap().public().clone();
    Bundle {
        version: 1,
        study: keys.study.clone(),
        root: root.verifying_key(),
        issued: START,
        expires: START.plus_ms(365 * DAY_MS),
        servers: vec![ServerKey {
            key: keys.signing.verifying_key(),
            role: ServerRole::Keeper,
            retired: None,
        }],
        sites: vec![SiteKey { site: keys.site.clone(), generation: 1, status: SiteKeyStatus::Active, key }],
        recovery: vec![RecoveryKey { site: keys.site.clone(), key: recovery.public().clone() }],
        studies: vec![StudyVersionRef { version: 1, hash: sha256(STUDY_FILE) }],
    }
}

/// Event for a row of the audit trail.
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

/// A participant's phone without a store.
pub(crate) struct Phone {
    pub(crate) vault: VaultId,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    pub(crate) incarnation: Incarnation,
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) key: GrantKey,
    pub(crate) grant: Signed,
    pub(crate) credential: Option<DeviceCredential>,
    pub(crate) counter: u64,
    entropy: Arc<SeededEntropy>,
}

impl Phone {
    /// Phone of `vault` that has no certificate yet.
    pub(crate) fn new(keeper: &Keeper, vault: VaultId) -> Self {
        let random = keeper.random();
        let signing = SigningKey::generate(random);
        let incarnation = Incarnation::from_bytes(random.array());
        let site = keeper.keys.sealing(&keeper.keys.site, 1).unwrap();
        let (key, grant) =
            make_grant(keeper, vault, incarnation, 1, &signing, &[site.public(), keeper.recovery.public()]);
        Self {
            vault,
            signing,
            sealing: SealingKey::generate(random),
            incarnation,
            seq: 0,
            prev: NO_PREVIOUS,
            key,
            grant,
            credential: None,
            counter: 0,
            entropy: Arc::clone(&keeper.entropy),
        }
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Asks to be admitted, and pushes with the request from now on.
    pub(crate) fn join(&mut self, link: &(EnrolmentId, EnrolmentSecret)) -> SignedJoinRequest {
        let request = JoinRequest {
            enrolment: link.0,
            vault: self.vault,
            signing: self.signing.verifying_key(),
            sealing: self.sealing.public().clone(),
        };
        let signed = request.sign(&self.signing, &link.1);
        self.credential = Some(DeviceCredential::Join(signed.clone()));
        signed
    }

    /// A note, as an item of a parcel.
    pub(crate) fn note(&mut self, text: &str) -> Item {
        self.counter += 1;
        let id = RevisionId::new(START.0, self.random().array());
        let revision = Revision {
            counter: self.counter.into(),
            ..first_revision(id, Content::Note(Note { text: text.to_owned() }), reading(START))
        };
        Item::revision(&EncodedRevision::new(revision).unwrap())
    }

    /// Seals items into the next parcel.
    pub(crate) fn seal(&mut self, items: &[Item]) -> SealedParcel {
        self.seq += 1;
        let input = SealInput { seq: self.seq, prev: self.prev, items };
        let parcel = seal(&input, &self.key, &self.signing, self.random()).unwrap();
        self.prev = parcel.core_hash();
        parcel
    }

    /// The next parcel, with one note.
    pub(crate) fn next(&mut self, text: &str) -> SealedParcel {
        let note = self.note(text);
        self.seal(&[note])
    }

    /// Push of parcels with grant and certificate.
    pub(crate) fn push(&self, parcels: &[SealedParcel]) -> PushRequest {
        let nonce = Nonce::from_bytes(self.random().array());
        let ask = Ask { nonce, vault: self.vault, incarnation: self.incarnation };
        PushRequest {
            nonce,
            vault: self.vault,
            incarnation: self.incarnation,
            credential: self.credential.clone(),
            grants: vec![self.grant.to_bytes().into()],
            parcels: parcels.iter().map(|parcel| parcel.to_bytes().into()).collect(),
            recovery: None,
            evidence: None,
            asked: Some(ask.sign(&self.signing)),
        }
    }
}

/// A grant of a phone.
pub(crate) fn make_grant(
    keeper: &Keeper,
    vault: VaultId,
    incarnation: Incarnation,
    no: u32,
    author: &SigningKey,
    recipients: &[&SealingPublic],
) -> (GrantKey, Signed) {
    let scope = GrantScope { study: keeper.keys.study.clone(), vault, incarnation, no, generation: 1 };
    Grant::make(&scope, recipients, author, keeper.random()).unwrap()
}

/// Reading of a phone's clock.
pub(crate) fn reading(utc: UtcMillis) -> Reading {
    Reading::new(utc, Zone::UTC, RunId::from_bytes([3; 16]), None)
}

/// Statement of a phone about its own state.
pub(crate) fn statement() -> Item {
    Item::Statement(Statement {
        as_of: reading(START),
        entries_made: 1,
        unsent_days: Vec::new(),
        open_drafts: 0,
        clock: None,
        known_acts: Vec::new(),
        study: None,
    })
}

/// A keeper that answers requests. Nothing merges by itself: a test says when.
pub(crate) struct Server {
    pub(crate) app: HttpState,
    pub(crate) merger: MergeWorker,
    router: axum::Router,
}

impl Keeper {
    /// A worker as a process that starts anew has it.
    pub(crate) fn restart_worker(&self) -> MergeWorker {
        MergeWorker::new(self.context(&Config::lifted()), Arc::clone(&self.keys))
    }

    /// A context as a process that starts anew has it.
    pub(crate) fn context(&self, config: &Config) -> Context {
        self.context_of(Arc::clone(&self.store), config)
    }

    /// The same, on the database as another process has opened it.
    pub(crate) fn context_of(&self, store: Arc<SqliteStore>, config: &Config) -> Context {
        Context::of(Parts {
            store,
            keys: Arc::clone(self.keys.server()),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            entropy: Arc::clone(&self.entropy) as SharedEntropy,
            config: config.clone(),
        })
    }

    /// Starts answering.
    pub(crate) async fn serve(&self) -> Server {
        self.serve_under(&Config::lifted()).await
    }

    /// Starts answering under a configuration.
    pub(crate) async fn serve_under(&self, config: &Config) -> Server {
        let merger = MergeWorker::new(self.context(config), Arc::clone(&self.keys));
        let app = HttpState::start(merger.context().clone()).await.unwrap();
        Server::of(app, merger)
    }
}

/// Reply to a request.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The problem it is, as CBOR or JSON.
    #[track_caller]
    pub(crate) fn problem(&self) -> Problem {
        match self.headers[header::CONTENT_TYPE].to_str().unwrap() {
            CBOR => Problem::from_bytes(&self.body).unwrap(),
            _ => serde_json::from_slice(&self.body).unwrap(),
        }
    }
}

impl Server {
    /// Answers as `app` does.
    pub(crate) fn of(app: HttpState, merger: MergeWorker) -> Self {
        Self { router: router(app.clone()), app, merger }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.send(Request::post(path).body(Body::from(body.into())).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Pushes, and reads the answer as a phone does.
    pub(crate) async fn push(&self, push: &PushRequest) -> (Vec<ParcelResult>, Head) {
        let reply = self.post(api::PARCELS, push.to_bytes()).await;
        assert_eq!(reply.status, 200, "{:?}", Problem::from_bytes(&reply.body));
        let reply = PushReply::from_bytes(&reply.body).unwrap();
        let facts = self.app.study();
        let (_, head) = Head::verify(&reply.head, &facts.bundle, push.vault, push.nonce).unwrap();
        for receipt in reply.results.iter().filter_map(|result| result.receipt.as_ref()) {
            Receipt::from_bytes(receipt).unwrap().verify(&facts.bundle).unwrap();
        }
        (reply.results, head)
    }

    /// Merges everything that waits.
    pub(crate) async fn settle(&self) -> usize {
        self.merger.settle(&self.app.study().bundle, self.app.now()).await.unwrap()
    }

    /// The record of a vault.
    pub(crate) async fn record(&self, vault: VaultId) -> VaultRecord {
        self.app.store().load_record(vault).await.unwrap()
    }

    /// A token of a phone.
    pub(crate) async fn token(&self, phone: &Phone) -> String {
        let ask = TokenAsk { vault: phone.vault, device: phone.signing.id() };
        let challenge = self.post(api::TOKEN_CHALLENGE, serde_json::to_vec(&ask).unwrap()).await;
        let challenge: TokenChallenge = serde_json::from_slice(&challenge.body).unwrap();
        let proof = TokenProof::answer(&challenge, phone.vault, &phone.signing);
        let reply = self.post(api::TOKEN, serde_json::to_vec(&proof).unwrap()).await;
        assert_eq!(reply.status, 200, "{:?}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice::<TokenReply>(&reply.body).unwrap().token
    }

    /// Asks for a page of the log.
    pub(crate) async fn ask_page(&self, token: &str, query: &str) -> Reply {
        let request = Request::get(format!("{}?{query}", api::VAULT_LOG))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A page of the log, read and followed as a phone does.
    pub(crate) async fn page(&self, phone: &Phone, cursor: Option<&Cursor>, more: &str) -> (LogPage, Cursor) {
        let token = self.token(phone).await;
        let nonce = Nonce::from_bytes([4; 16]);
        let at = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let reply = self.ask_page(&token, &format!("nonce={nonce}{at}{more}")).await;
        assert_eq!(reply.status, 200, "{:?}", Problem::from_bytes(&reply.body));
        let page = LogPage::from_bytes(&reply.body).unwrap();
        let facts = self.app.study();
        let (_, head) = Head::verify(&page.head, &facts.bundle, phone.vault, nonce).unwrap();
        let next = page.follow(cursor, &head).unwrap();
        (page, next)
    }
}
