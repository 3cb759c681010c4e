//! Requests that cost more to take than to send: lists of very many tiny items, grants that belong to others, and pages of
//! a log as large as there are.

use std::path::Path;

use diary_core::api::{self, PushRequest};
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::ids::{Incarnation, Nonce, VaultId};
use diary_core::keys::SigningKey;
use diary_core::parcel::{Grant, GrantScope};
use diary_tests::client::Client;
use diary_tests::hostile::{address, client, fill, token};
use diary_tests::machine::cpu_s;
use diary_tests::process::{Second, Site};
use diary_tests::sealer::Sealer;
use minicbor::bytes::ByteVec;
use tokio::task::JoinSet;

use crate::ground::{Ground, MEMORY_MIB, WAIT_S, honest_push, in_a_runtime, post};
use crate::line::{Line, number};

/// Requests of each kind one after the other, and at once.
const IN_TURN: usize = 10;
const AT_ONCE: usize = 40;
/// Parcels of about 240 KiB in the log that is read: more than a page of it.
const LARGE_PARCELS: usize = 40;
/// Pushes of an honest phone during the attack.
const HONEST: u8 = 3;
/// Readers of the log at the same time.
const READERS: usize = 30;

fn push_of(vault: VaultId, parcels: Vec<Vec<u8>>, grants: Vec<Vec<u8>>) -> Vec<u8> {
    let list = |all: Vec<Vec<u8>>| all.into_iter().map(ByteVec::from).collect();
    let request = PushRequest {
        nonce: Nonce::from_bytes([1; 16]),
        vault,
        incarnation: Incarnation::from_bytes([3; 16]),
        credential: None,
        grants: list(grants),
        parcels: list(parcels),
        recovery: None,
        evidence: None,
        asked: None,
    };
    request.to_bytes()
}

/// A device that no server knows sends a million empty parcels, thousands of small grants, and as many small parcels as a
/// push may have.
pub(crate) fn many_tiny_items(program: &Path) -> Line {
    let mut site = Site::with_phones(1);
    site.with_usual_limits();
    let mut honest = Client::new(site.phones.pop().expect("there is one"));
    let (ground, vault) = (Ground::of(program, site), honest.vault());
    let bodies = [
        push_of(vault, vec![Vec::new(); 1_000_000], Vec::new()),
        push_of(vault, Vec::new(), vec![vec![0; 150]; 6_700]),
        push_of(vault, vec![vec![0; 900]; 1_024], Vec::new()),
    ];
    let mut line =
        Line::of("a million empty parcels, 6,700 grants, 1,024 small parcels of an unknown device");
    in_a_runtime(async {
        let (http, before) = (client(address(1)), stored(&ground, vault).await);
        let (mut cpu_ms, mut log) = (0.0_f64, 0.0_f64);
        for body in &bodies {
            let (cpu, bytes) = (cpu_s(ground.keeper.pid()), ground.log_bytes());
            for _ in 0..IN_TURN {
                post(&http, &ground.url, body.clone()).await;
            }
            let turns = number(IN_TURN);
            cpu_ms = cpu_ms.max((cpu_s(ground.keeper.pid()) - cpu) * 1e3 / turns);
            log = log.max(number(ground.log_bytes() - bytes) / turns);
        }
        let mut at_once = JoinSet::new();
        for body in bodies.iter().cycle().take(AT_ONCE).cloned() {
            let (http, url) = (client(address(2)), ground.url.clone());
            at_once.spawn(async move { post(&http, &url, body).await });
        }
        let mut longest = 0.0_f64;
        for n in 1..=HONEST {
            let (again, took) = honest_push(honest, &ground.url, n).await;
            honest = again;
            longest = longest.max(took.unwrap_or(f64::INFINITY));
        }
        at_once.join_all().await;
        let stored = stored(&ground, vault).await - before;
        line.at_most("CPU of a request", "ms", 150.0, cpu_ms);
        line.at_most("log of a request", "bytes", 2_000.0, log);
        line.at_most(&format!("memory of {AT_ONCE} at once"), "MiB", MEMORY_MIB, ground.more_mib());
        line.at_most("another's wait", "s", WAIT_S, longest);
        line.must(
            "the honest pushes alone are stored",
            format!("{stored} of {HONEST}"),
            stored == usize::from(HONEST),
        );
    });
    line
}

/// Parcels that are stored of a participant.
async fn stored(ground: &Ground, vault: VaultId) -> usize {
    ground.desk().await.context().store().stored_parcels(vault).await.expect("the database answers").len()
}

/// A confirmed phone puts grants into its pushes that others signed, or that belong elsewhere: an export made afterwards
/// still verifies.
pub(crate) fn foreign_grants(program: &Path) -> Line {
    let mut site = Site::with_phones(2);
    let (mut other, mut bad) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let mut line = Line::of("foreign grants in the pushes of a phone");
    in_a_runtime(async {
        let http = client(address(1));
        let random: &dyn Entropy = &SystemEntropy;
        let of_other = PushRequest::from_bytes(&other.next(1, random).body).expect("a push").grants;
        let stranger = SigningKey::generate(random);
        let foreign: Vec<ByteVec> = of_other
            .into_iter()
            .chain([
                // Of this vault, signed by an unknown key; signed by the phone for another vault; not a grant at all.
                grant(&bad, bad.vault(), &stranger),
                grant(&bad, other.vault(), bad.signing()),
                ByteVec::from(vec![7; 300]),
            ])
            .collect();
        let mut answers = Vec::new();
        for one in foreign {
            bad.begin_incarnation();
            let mut push = PushRequest::from_bytes(&bad.next(1, random).body).expect("a push");
            push.grants.push(one);
            answers.push(post(&http, &ground.url, push.to_bytes()).await.to_string());
        }
        let honest = post(&http, &ground.url, other.next(1, random).body).await;
        let desk = ground.desk().await;
        crate::ground::until_merged(&desk).await;
        let (folder, root) =
            (ground.site.folder.path().join("files"), desk.keeper_keys().root_fingerprint().to_string());
        let to = folder.display().to_string();
        let exported = ground.staff(&["export", "files", &to]).await;
        let verified = ground.staff(&["verify", &to, "--root-fingerprint", &root]).await;
        let whole = verified.done && !verified.said.contains("do not belong there");
        line.must(
            "verify holds over the whole export",
            format!("exported {}, verified {whole}", exported.done),
            exported.done && whole,
        );
        line.must("another's push is taken", format!("{honest}"), honest == 200);
        line.must("answers to the pushes", answers.join(" "), true);
    });
    line
}

fn grant(of: &Sealer, vault: VaultId, author: &SigningKey) -> ByteVec {
    let random: &dyn Entropy = &SystemEntropy;
    let site = of.bundle().site_key(of.site()).expect("the site has a key");
    let scope = GrantScope {
        study: of.bundle().study.clone(),
        vault,
        incarnation: Incarnation::from_bytes(random.array()),
        no: 1,
        generation: site.generation,
    };
    let (_, signed) = Grant::make(&scope, &[&site.key], author, random).expect("the key is one");
    ByteVec::from(signed.to_bytes())
}

/// Readers of a phone that waits to be confirmed, and of one that is, all ask for pages as large as there are.
pub(crate) fn maximal_pages(program: &Path) -> Line {
    let mut site = Site::with_second_phone(2, Second::Waiting);
    let pending = site.phones.pop().expect("three");
    let honest = Client::new(site.phones.pop().expect("three"));
    let mut writer = site.phones.pop().expect("three");
    let ground = Ground::of(program, site);
    let mut line = Line::of("30 readers of a pending and 30 of a confirmed phone ask for maximal pages");
    in_a_runtime(async {
        fill(&ground.url, &mut writer, address(99), LARGE_PARCELS).await;
        let waits = token(&ground.url, &pending, address(98)).await;
        let reads = token(&ground.url, &writer, address(99)).await;
        let mut readers = JoinSet::new();
        for token in [waits, reads] {
            for _ in 0..READERS {
                let (http, token) = (client(address(99)), token.clone());
                let url = format!("{}{}?nonce={}", ground.url, api::VAULT_LOG, "04".repeat(16));
                readers.spawn(async move {
                    let reply = http.get(url).bearer_auth(token).send().await.ok();
                    match reply {
                        Some(reply) => reply.bytes().await.map_or(0, |bytes| bytes.len()),
                        None => 0,
                    }
                });
            }
        }
        let (mut honest, mut longest) = (honest, 0.0_f64);
        for n in 1..=HONEST {
            let (again, took) = honest_push(honest, &ground.url, n).await;
            honest = again;
            longest = longest.max(took.unwrap_or(f64::INFINITY));
        }
        let read = readers.join_all().await;
        line.at_most("memory", "MiB", MEMORY_MIB, ground.more_mib());
        line.at_most("another's wait", "s", WAIT_S, longest);
        let full = read.iter().filter(|bytes| **bytes > 1024 * 1024).count();
        line.must(
            "pages of more than a MiB to the confirmed one alone",
            format!("{full}"),
            (1..=READERS).contains(&full),
        );
    });
    line
}
