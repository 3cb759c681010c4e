//! Joining over a stand-in for the hospital's server: a lost reply costs nothing, a link is good for one diary.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use diary_core::api::{self, JoinBody, JoinReply, Problem, ProblemCode};
use diary_core::entropy::SeededEntropy;
use diary_core::ids::{SiteId, VaultId};
use diary_core::keys::{
    Bundle, EnrolmentLink, EnrolmentSecret, RecoveryKey, SealingKey, SigningKey, SiteKey, SiteKeyStatus,
    StudyVersionRef, root_fingerprint,
};
use diary_core::store::DatabaseKey;
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_sync::transport::{Request, Response, Transport, TransportError};

use super::Pick;
use super::world::{PIN, World, at};
use crate::Exit;

/// A server that admits every phone with the link, and loses some replies.
struct Hospital {
    root: SigningKey,
    bundle: Bundle,
    /// The site that it names to phones.
    site: &'static str,
    loses: AtomicU32,
    refuses: Mutex<Option<ProblemCode>>,
    /// The join requests that arrived.
    asked: Mutex<Vec<Vec<u8>>>,
}

fn secret() -> EnrolmentSecret {
    EnrolmentSecret::from_bytes(b"canary-secret-16")
}

impl Hospital {
    fn new() -> Self {
        let entropy = SeededEntropy::new(3);
        let root = SigningKey::generate(&entropy);
        let key = || SealingKey::generate(&entropy).public().clone();
        let bundle = Bundle {
            version: 1,
            study: "NCT06836973".parse().unwrap(),
            root: root.verifying_key(),
            issued: at(0, "00:00"),
            expires: at(700, "00:00"),
            servers: Vec::new(),
            sites: vec![SiteKey {
                site: "beijing".parse().unwrap(),
                generation: 1,
                status: SiteKeyStatus::Active,
                key: key(),
            }],
            recovery: vec![RecoveryKey { site: "beijing".parse().unwrap(), key: key() }],
            studies: vec![StudyVersionRef { version: 1, hash: shipped::nct06836973().hash() }],
        };
        let (refuses, asked) = (Mutex::new(None), Mutex::new(Vec::new()));
        Self { root, bundle, site: "beijing", loses: AtomicU32::new(0), refuses, asked }
    }

    /// The link of the `n`th enrolment, each of its own participant.
    fn link(&self, n: u8) -> String {
        let link = EnrolmentLink {
            app: "https://app.example".parse().unwrap(),
            api: "https://keeper.example".parse().unwrap(),
            root: root_fingerprint(&self.root.verifying_key()),
            vault: VaultId::from_bytes([n; 16]),
            enrolment: secret().enrolment(VaultId::from_bytes([n; 16]), &"beijing".parse().unwrap()),
            secret: secret(),
        };
        link.to_text().to_string()
    }

    fn join(&self, body: &[u8]) -> Response {
        let body: JoinBody = serde_json::from_slice(body).unwrap();
        let request = body.request().unwrap();
        request.check_secret(&secret()).unwrap();
        self.asked.lock().unwrap().push(request.to_bytes());
        if let Some(code) = *self.refuses.lock().unwrap() {
            let problem = Problem { code, message: String::new(), retry_after_s: None };
            return response(code.status(), serde_json::to_vec(&problem).unwrap());
        }
        // A relay in front of several sites names none.
        let site: Option<SiteId> = self.site.parse().ok();
        let reply = JoinReply::new(body.nonce, site, &self.bundle.sign(&self.root), None);
        response(200, serde_json::to_vec(&reply).unwrap())
    }
}

fn response(status: u16, body: Vec<u8>) -> Response {
    Response { status, content_type: Some(api::JSON.to_owned()), retry_after_s: None, body }
}

impl Transport for &Hospital {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let response = match request.path.as_str() {
            api::JOIN => self.join(&request.body),
            path if path.starts_with(api::STUDY) => response(200, shipped::nct06836973().encode()),
            _ => return Err(TransportError::Offline),
        };
        let lost = self.loses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if lost.is_ok() { Err(TransportError::TimedOut) } else { Ok(response) }
    }
}

#[test]
fn joining_shows_six_digits_and_the_diary_can_be_used_at_once() {
    for lang in [Lang::ZH_CN, Lang::EN] {
        let mut world = World::empty();
        world.vars.clear();
        let hospital = Hospital::new();
        let typed = format!("{}\n{PIN}\n{PIN}\n", hospital.link(1));
        let ran = world.run_over(&["--lang", lang.tag(), "join"], &typed, || &hospital);
        assert_eq!(ran.exit, Exit::Ok, "{}{}", ran.out, ran.err);
        assert!(
            ran.out.contains('╔') && ran.out.contains(lang.pick("six digits", "六位数字")),
            "{}",
            ran.out
        );
        assert!(ran.err.contains(lang.pick("history", "历史记录")), "{}", ran.err);
        let today = world.run("today", &format!("{PIN}\n"));
        assert!(today.out.contains(lang.pick("Evening check", "晚间记录")), "{}{}", today.out, today.err);
    }
}

#[test]
fn a_lost_reply_is_asked_for_again_with_the_same_keys() {
    let world = World::empty();
    let hospital = Hospital::new();
    hospital.loses.store(1, Ordering::Relaxed);
    let link = hospital.link(1);
    let lost = world.run_over(&["join", "-"], &format!("{link}\n"), || &hospital);
    assert_eq!(lost.exit, Exit::NotSent, "{}", lost.err);
    assert!(lost.err.contains("use the same link again"), "{}", lost.err);
    let ran = world.run_over(&["join", "-"], &format!("{link}\n"), || &hospital);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let asked = hospital.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], asked[1]);
}

#[test]
fn the_same_link_shows_the_digits_again_and_another_is_refused() {
    let world = World::empty();
    let hospital = Hospital::new();
    let digits = |ran: &super::world::Ran| ran.document()["digits"].clone();
    let first = world.run_over(&["join", "--json", &hospital.link(1)], "", || &hospital);
    let again = world.run_over(&["join", "--json", &hospital.link(1)], "", || &hospital);
    assert_eq!(digits(&first), digits(&again));
    assert_eq!(hospital.asked.lock().unwrap().len(), 1);
    let other = world.run_over(&["join", "--json", &hospital.link(2)], "", || &hospital);
    assert_eq!(other.exit, Exit::Refused);
    assert!(other.err.contains("has joined a study already"), "{}", other.err);
}

#[test]
fn a_try_with_another_link_leaves_a_recovery_secret_that_opens() {
    let world = World::empty();
    let hospital = Hospital::new();
    hospital.loses.store(2, Ordering::Relaxed);
    for n in [1, 2] {
        let lost = world.run_over(&["join", &hospital.link(n)], "", || &hospital);
        assert_eq!(lost.exit, Exit::NotSent, "{}", lost.err);
    }
    let home = crate::home::Home::find(Some(&world.home()), &|_| None).unwrap();
    let lock = home.lock().unwrap().unwrap();
    let key = lock.open_with_pin(PIN).unwrap();
    let path = home.database();
    let open = |key: &DatabaseKey| {
        diary_core::store::Store::open(path.to_str().unwrap(), key, diary_core::sqlcipher::Missing::Refuse)
            .unwrap()
    };
    let begun = open(&key).joining(&hospital.link(2)).unwrap().unwrap();
    assert!(lock.open_with_recovery(begun.recovery.as_bytes()).is_ok());
    let joined = world.run_over(&["join", &hospital.link(2)], "", || &hospital);
    assert_eq!(joined.exit, Exit::Ok, "{}", joined.err);
    let lock = home.lock().unwrap().unwrap();
    assert!(lock.open_with_recovery(begun.recovery.as_bytes()).is_ok());
}

#[test]
fn a_crash_between_lock_and_database_is_joined_over() {
    let world = World::empty();
    let hospital = Hospital::new();
    hospital.loses.store(1, Ordering::Relaxed);
    world.run_over(&["join", &hospital.link(1)], "", || &hospital);
    for name in ["diary.db", "diary.db-wal", "diary.db-shm"] {
        let path = world.home().join(name);
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    let ran = world.run_over(&["join", &hospital.link(1)], "", || &hospital);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
}

#[test]
fn what_is_wrong_with_a_link_is_said_without_repeating_it() {
    let hospital = Hospital::new();
    for (lang, code, words) in [
        (Lang::EN, ProblemCode::LinkExpired, "has expired"),
        (Lang::ZH_CN, ProblemCode::LinkExpired, "已过期"),
        (Lang::EN, ProblemCode::LinkUsed, "used by another device"),
        (Lang::EN, ProblemCode::LinkUnknown, "does not know this link"),
        (Lang::ZH_CN, ProblemCode::JoinRefused, "拒绝了这台设备"),
    ] {
        let world = World::empty();
        *hospital.refuses.lock().unwrap() = Some(code);
        let ran = world.run_over(&["--lang", lang.tag(), "join", &hospital.link(1)], "", || &hospital);
        assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    let cut: String = hospital.link(1).chars().take(120).collect();
    for (link, words) in [
        (cut.as_str(), "whole link"),
        ("https://app.example/", "begins with https://"),
        ("http://app.example/join#v1.a.b.c.d.e", "http"),
    ] {
        let ran = World::empty().run_over(&["join", link], "", || &hospital);
        assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
        assert!(ran.err.contains(words) && !ran.err.contains("canary"), "{}", ran.err);
    }
}

#[test]
fn a_server_of_another_study_is_not_joined() {
    let (hospital, impostor) =
        (Hospital::new(), Hospital { root: SigningKey::generate(&SeededEntropy::new(8)), ..Hospital::new() });
    let world = World::empty();
    let ran = world.run_over(&["join", &hospital.link(1)], "", || &impostor);
    assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
    assert!(ran.err.contains("not the one of your study"), "{}", ran.err);
    assert_eq!(world.run("today", "").exit, Exit::Locked);
}

#[test]
fn a_server_that_names_another_site_than_the_link_is_not_joined() {
    let (mut hospital, world) = (Hospital::new(), World::empty());
    let key = SealingKey::generate(&SeededEntropy::new(9)).public().clone();
    let other =
        SiteKey { site: "xian".parse().unwrap(), key: key.clone(), ..hospital.bundle.sites[0].clone() };
    hospital.bundle.sites.push(other);
    hospital.bundle.recovery.push(RecoveryKey { site: "xian".parse().unwrap(), key });
    let link = hospital.link(1);
    let elsewhere = Hospital { site: "xian", ..hospital };
    let ran = world.run_over(&["join", &link], "", || &elsewhere);
    assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
    assert!(ran.err.contains("not the one of your study"), "{}", ran.err);
    assert_eq!(world.run("today", "").exit, Exit::Locked);
}

#[test]
fn where_the_server_names_no_site_the_link_tells_which_of_the_study_it_is() {
    let (mut hospital, world) = (Hospital::new(), World::empty());
    let key = SealingKey::generate(&SeededEntropy::new(9)).public().clone();
    let other =
        SiteKey { site: "xian".parse().unwrap(), key: key.clone(), ..hospital.bundle.sites[0].clone() };
    hospital.bundle.sites.insert(0, other);
    hospital.bundle.recovery.insert(0, RecoveryKey { site: "xian".parse().unwrap(), key });
    let link = hospital.link(1);
    let relay = Hospital { site: "", ..hospital };
    let ran = world.run_over(&["join", &link], "", || &relay);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);

    let (mut nowhere, world) = (Hospital::new(), World::empty());
    nowhere.bundle.recovery[0].site = "xian".parse().unwrap();
    let relay = Hospital { site: "", ..nowhere };
    let ran = world.run_over(&["join", &link], "", || &relay);
    assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
    assert!(ran.err.contains("not the one of your study"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_folder_and_no_file_holds_the_secret() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::empty();
    let hospital = Hospital::new();
    let ran = world.run_over(&["join", "-"], &format!("{}\n", hospital.link(1)), || &hospital);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.home()), 0o700);
    for name in ["diary.lock", "diary.db", "settings.toml"] {
        assert_eq!(mode(&world.home().join(name)), 0o600, "{name}");
    }
    let link = hospital.link(1);
    let piece = link.rsplit('.').next().unwrap();
    for entry in std::fs::read_dir(world.home()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for word in [b"canary".as_slice(), piece.as_bytes(), PIN.as_bytes()] {
            assert!(!bytes.windows(word.len()).any(|window| window == word));
        }
    }
}
