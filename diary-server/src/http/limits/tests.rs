//! Tests of the guard over real connections: floods, slow and huge requests, too many connections.

mod edges;
mod quotas;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use diary_core::api::{self, JoinBody, Problem, TokenAsk};
use diary_core::ids::Nonce;
use tokio::net::TcpListener;

use super::*;
use crate::http::limits::connection_limit::Doors;
use crate::http::router;
use crate::serve::hurried;
use crate::testing::{Keeper, Phone, Reply, Server};
use diary_store::AuditStore as _;

async fn guarded(keeper: &Keeper, config: &Config) -> Server {
    keeper.serve_under(config).await
}

/// A server that listens on a port of this machine, as `serve` lets it.
async fn listening(server: &Server, config: &Config) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap().into_std().unwrap();
    let address = listener.local_addr().unwrap();
    let routes = router(server.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let connections = Arc::clone(server.app.guard().connections());
    let doors = axum_server::from_tcp(listener).unwrap().map(|acceptor| Doors::before(acceptor, connections));
    let serving = hurried(doors.http1_only(), &config.limits).serve(routes);
    tokio::spawn(async move { serving.await.unwrap() });
    address
}

fn limited(limits: Limits) -> Config {
    Config { limits, ..Config::default() }
}

/// A request that comes from an address.
fn from(address: &str, path: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = Request::post(path).body(Body::from(body)).unwrap();
    let peer: SocketAddr = format!("{address}:50000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// Writes, then reads to the end of the connection.
async fn talk(address: SocketAddr, said: &'static [u8]) -> String {
    let talked = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(said).unwrap();
        let mut heard = Vec::new();
        // A connection that is closed in the middle of a request ends with an error, and the answer is there.
        let ended = stream.read_to_end(&mut heard).is_ok();
        (ended, String::from_utf8_lossy(&heard).into_owned())
    });
    talked.await.unwrap().1
}

fn challenge(phone: &Phone) -> Vec<u8> {
    let ask = TokenAsk { vault: phone.vault, device: phone.signing.id() };
    serde_json::to_vec(&ask).unwrap()
}

#[track_caller]
fn turned_away(reply: &Reply) -> u32 {
    assert_eq!(reply.status, 429);
    let Problem { code, retry_after_s, .. } = reply.problem();
    assert_eq!(code, ProblemCode::TooMany);
    assert_eq!(reply.headers["retry-after"].to_str().unwrap().parse().ok(), retry_after_s);
    retry_after_s.unwrap()
}

#[tokio::test]
async fn a_flood_of_wishes_for_challenges_is_turned_away_and_harms_nobody_else() {
    let keeper = Keeper::new().await;
    let phone = keeper.phone("S1").await;
    let limits = Limits { source_burst: 5, source_per_minute: 60, ..Limits::default() };
    let server = guarded(&keeper, &limited(limits)).await;
    let ask = || challenge(&phone);
    for _ in 0..5 {
        assert_eq!(server.send(from("192.0.2.1", api::TOKEN_CHALLENGE, ask())).await.status, 200);
    }
    for _ in 0..100 {
        let reply = server.send(from("192.0.2.1", api::TOKEN_CHALLENGE, ask())).await;
        assert_eq!(turned_away(&reply), 1);
    }
    assert_eq!(server.send(from("192.0.2.2", api::TOKEN_CHALLENGE, ask())).await.status, 200);
    keeper.clock.advance(1_000);
    assert_eq!(server.send(from("192.0.2.1", api::TOKEN_CHALLENGE, ask())).await.status, 200);
}

#[tokio::test]
async fn a_device_that_pushes_without_end_is_told_when_to_come_back_and_nobody_can_use_up_its_allowance() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    let limits = Limits { device_burst: 3, device_per_minute: 60, ..Limits::default() };
    let server = guarded(&keeper, &limited(limits)).await;
    let parcel = phone.next("a note");
    let push = phone.push(&[parcel]).to_bytes();
    // A captured push is replayed from another source.
    for _ in 0..3 {
        assert_eq!(server.send(from("192.0.2.66", api::PARCELS, push.clone())).await.status, 200);
    }
    turned_away(&server.send(from("192.0.2.66", api::PARCELS, push.clone())).await);
    for _ in 0..3 {
        assert_eq!(server.send(from("192.0.2.1", api::PARCELS, push.clone())).await.status, 200);
    }
    turned_away(&server.send(from("192.0.2.1", api::PARCELS, push.clone())).await);
    keeper.clock.advance(1_000);
    assert_eq!(server.send(from("192.0.2.1", api::PARCELS, push)).await.status, 200);
}

#[tokio::test]
async fn behind_a_declared_proxy_the_header_names_the_source_and_elsewhere_it_is_not_believed() {
    let keeper = Keeper::new().await;
    let phone = keeper.phone("S1").await;
    for (behind_proxy, second) in [(true, 200), (false, 429)] {
        let mut config = limited(Limits { source_burst: 1, ..Limits::default() });
        config.server.behind_proxy = behind_proxy;
        let server = guarded(&keeper, &config).await;
        let mut statuses = Vec::new();
        for named in ["203.0.113.1", "203.0.113.2"] {
            let mut request = from("192.0.2.1", api::TOKEN_CHALLENGE, challenge(&phone));
            request.headers_mut().insert("x-forwarded-for", named.parse().unwrap());
            statuses.push(server.send(request).await.status);
        }
        assert_eq!(statuses, [200, second], "behind a proxy: {behind_proxy}");
    }
}

#[tokio::test]
async fn guessing_links_is_soon_not_looked_at_and_is_one_row_of_the_trail() {
    let keeper = Keeper::new().await;
    let vault = keeper.participant("S1").await;
    let (_, link) = (keeper.link(vault).await, keeper.link(vault).await);
    let limits = Limits { join_failures_burst: 4, join_failures_per_hour: 60, ..Limits::default() };
    let server = guarded(&keeper, &limited(limits)).await;
    let rows = keeper.store.audit_trail(0, 100).await.unwrap().len();
    let mut wrong = link.clone();
    wrong.1 = diary_core::keys::EnrolmentSecret::generate(keeper.random());
    let ask = |link: &_| {
        let mut phone = Phone::new(&keeper, vault);
        let body = JoinBody::new(Nonce::from_bytes([1; 16]), &phone.join(link));
        serde_json::to_vec(&body).unwrap()
    };
    for _ in 0..4 {
        assert_eq!(server.send(from("192.0.2.66", api::JOIN, ask(&wrong))).await.status, 404);
    }
    for _ in 0..50 {
        turned_away(&server.send(from("192.0.2.66", api::JOIN, ask(&wrong))).await);
    }
    assert_eq!(server.send(from("192.0.2.1", api::JOIN, ask(&link))).await.status, 200);
    let trail = keeper.store.audit_trail(0, 100).await.unwrap();
    let told: Vec<_> = trail.iter().filter(|row| row.event.what == "join.failed").collect();
    assert_eq!((trail.len() - rows, told.len()), (2, 1), "one row for the guesses, one for the device");
    assert_eq!(told[0].event.target, "count=1 sources=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_slow_bodies_and_idle_connections_are_cut_off() {
    let keeper = Keeper::new().await;
    let config = limited(Limits { header_seconds: 1, body_seconds: 1, ..Limits::default() });
    let server = guarded(&keeper, &config).await;
    let address = listening(&server, &config).await;
    let slow_head = talk(address, b"POST /v1/parcels HTTP/1.1\r\nhost: a\r\ncontent-le").await;
    assert!(!slow_head.contains(" 200 "), "{slow_head}");
    let idle = talk(address, b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(idle.contains(" 200 OK") && idle.ends_with("ok\n"), "{idle}");
    for path in ["/v1/parcels", "/v1/join"] {
        let head: &'static str =
            format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 50\r\n\r\nabc")
                .leak();
        let said = talk(address, head.as_bytes()).await;
        assert!(said.contains(" 400 ") && said.contains("too slowly"), "{path}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_announced_too_large_is_refused_before_it_is_read() {
    let keeper = Keeper::new().await;
    let config = limited(Limits::default());
    let server = guarded(&keeper, &config).await;
    let address = listening(&server, &config).await;
    let head =
        b"POST /v1/parcels HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 99999999\r\n\r\n";
    let said = talk(address, head).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_beyond_the_most_is_closed_and_a_place_that_is_given_up_is_free_again() {
    let keeper = Keeper::new().await;
    let config = limited(Limits { connections: 2, ..Limits::default() });
    let server = guarded(&keeper, &config).await;
    let address = listening(&server, &config).await;
    let ask = |stream: &mut TcpStream| -> String {
        let written = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
        let mut heard = [0; 512];
        let read = written.and_then(|()| stream.read(&mut heard)).unwrap_or(0);
        String::from_utf8_lossy(&heard[..read]).into_owned()
    };
    let tried = tokio::task::spawn_blocking(move || {
        let connect = || TcpStream::connect(address).unwrap();
        let (mut first, mut second) = (connect(), connect());
        let inside = [ask(&mut first), ask(&mut second)];
        let turned_away = ask(&mut connect());
        drop(first);
        // The server notices the disconnect asynchronously.
        let again = (0..10_000).map(|_| ask(&mut connect())).find(|said| said.contains("200 OK"));
        (inside, turned_away, again.is_some())
    });
    let (inside, turned_away, again) = tried.await.unwrap();
    assert!(inside.iter().all(|said| said.contains("200 OK")), "{inside:?}");
    assert_eq!(turned_away, "");
    assert!(again);
}

#[tokio::test]
async fn figures_are_shown_where_they_are_configured_and_name_no_participant() {
    let keeper = Keeper::new().await;
    assert_eq!(keeper.serve().await.get("/metrics").await.status, 404);
    let mut config = Config::default();
    config.server.metrics = true;
    let server = guarded(&keeper, &config).await;
    let mut phone = keeper.phone("P-1").await;
    let parcel = phone.next("counted");
    server.push(&phone.push(&[parcel])).await;
    server.get(&format!("/v1/vault/log?cursor={}", phone.vault)).await;
    server.get("/v1/KANARIENVOGEL").await;
    let shown = server.get("/metrics").await;
    let text = String::from_utf8(shown.body).unwrap();
    for line in [
        "diary_requests_total{route=\"/v1/parcels\",status=\"200\"} 1",
        "diary_requests_total{route=\"none\",status=\"404\"} 1",
        "diary_database_full 0",
        "diary_clock_doubted 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
    for name in [phone.vault.to_string(), "P-1".to_owned(), "KANARIENVOGEL".to_owned()] {
        assert!(!text.contains(&name), "{name}");
    }
}
