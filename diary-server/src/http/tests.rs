//! Routes without authentication, the table of URLs, and one conversation over a real socket.

use std::io::{Read, Write};

use diary_core::api::{self, Hello, ProblemCode, PushReply};
use diary_core::ids::Nonce;
use diary_core::parcel::REQUEST_MAX_BYTES;
use diary_core::signed::Signed;

use super::router;
use crate::testing::{Keeper, STUDY_FILE};
use diary_store::MergeStore;

#[tokio::test]
async fn hello_is_signed_and_answers_its_nonce() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let nonce = Nonce::from_bytes([5; 16]);
    let reply = server.get(&format!("{}?nonce={nonce}", api::HELLO)).await;
    assert_eq!(reply.status, 200);
    let signed = Signed::from_bytes(&reply.body).unwrap();
    let (hello, bundle) = Hello::verify(&signed, &keeper.keys.root_fingerprint(), nonce).unwrap();
    assert_eq!((hello.epoch, &bundle), (keeper.epoch, &keeper.bundle));
    for bad in ["", "?nonce=1", "?other=1"] {
        let reply = server.get(&format!("{}{bad}", api::HELLO)).await;
        assert_eq!((reply.status, reply.problem().code), (400, ProblemCode::BadRequest));
    }
}

#[tokio::test]
async fn the_study_is_public_under_its_hash() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let hash = diary_core::hash::sha256(STUDY_FILE);
    let reply = server.get(&format!("{}{hash}", api::STUDY)).await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, STUDY_FILE));
    for bad in ["00".repeat(32), "x".to_owned(), "..%2f..".to_owned()] {
        let reply = server.get(&format!("{}{bad}", api::STUDY)).await;
        assert_eq!((reply.status, reply.problem().code), (404, ProblemCode::NotFound));
    }
}

#[tokio::test]
async fn the_server_says_that_it_is_alive_and_ready() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_server_whose_clock_lies_before_what_it_has_signed_takes_nothing_and_says_so_until_it_is_right() {
    const TEN_DAYS: i64 = 10 * diary_core::time::DAY_MS;
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("P-1").await;
    let parcel = phone.next("under a good clock");
    server.push(&phone.push(&[parcel])).await;
    keeper.clock.advance(-TEN_DAYS);
    let parcel = phone.next("under a bad one");
    let push = phone.push(&[parcel]);
    let refused = server.post(api::PARCELS, push.to_bytes()).await;
    assert_eq!((refused.status, refused.problem().code), (503, ProblemCode::Unavailable));
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
    keeper.clock.advance(TEN_DAYS);
    assert_eq!(server.get("/readyz").await.status, 200);
    let (results, _) = server.push(&push).await;
    assert!(results[0].receipt.is_some());
    let record = keeper.store.load_record(phone.vault).await.unwrap();
    assert!(
        record.plans.iter().all(|plan| plan.received.0 >= crate::testing::START),
        "no time before is in it"
    );
}

#[tokio::test]
async fn whatever_is_sent_wherever_gets_a_coded_answer() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let study = format!("{}00", api::STUDY);
    let paths = [
        api::HELLO,
        api::JOIN,
        &study,
        api::PARCELS,
        api::VAULT_LOG,
        api::TOKEN,
        api::TOKEN_CHALLENGE,
        "/",
        "/v2",
    ];
    let bodies: [&[u8]; 5] = [b"", b"{}", b"[[[[[[[[", &[0xff; 999], &[0xbf; 999]];
    for path in paths {
        for body in bodies {
            let posted = server.post(path, body).await;
            assert!((400..500).contains(&posted.status), "POST {path}: {}", posted.status);
            assert_ne!(posted.problem().code, ProblemCode::Internal);
        }
        let got = server.get(path).await;
        assert!((400..500).contains(&got.status), "GET {path}: {}", got.status);
        assert_ne!(got.problem().code, ProblemCode::Internal);
    }
}

#[tokio::test]
async fn a_path_that_is_not_served_gets_the_neutral_answer_of_no_audience() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let beside = ["/", "/v2", "/v1", "/healthz/more"].map(str::to_owned);
    let below = [api::PARCELS, api::JOIN, api::FEED, api::HELLO].map(|path| format!("{path}/more"));
    let json = |reply: &crate::testing::Reply| {
        reply.headers[axum::http::header::CONTENT_TYPE] == api::JSON
            && reply.problem().code == ProblemCode::NotFound
    };
    for path in beside.iter().chain(&below) {
        assert!(json(&server.get(path).await), "GET {path}");
        assert!(json(&server.post(path, vec![0xff; 99]).await), "POST {path}");
    }
    assert!(json(&server.get(api::PARCELS).await), "of a method that is not served");
}

/// Sends raw bytes over a new connection and reads until the server closes it.
fn raw(address: std::net::SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut socket = std::net::TcpStream::connect(address).unwrap();
    // The server may answer and close before it has read everything.
    if socket.write_all(request).is_err() {
        assert!(request.len() > REQUEST_MAX_BYTES);
    }
    let mut reply = Vec::new();
    if socket.read_to_end(&mut reply).is_err() {
        assert!(!reply.is_empty());
    }
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_over_a_real_socket_is_answered_and_an_endless_one_is_cut_off() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    let push = phone.push(&[parcel]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router(server.app.clone())).into_future());

    let body = push.to_bytes();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        api::PARCELS,
        body.len()
    );
    let request = [head.as_bytes(), &body].concat();
    let reply = tokio::task::spawn_blocking(move || raw(address, &request)).await.unwrap();
    assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&reply));
    let at = reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let reply = PushReply::from_bytes(&reply[at..]).unwrap();
    assert!(reply.results[0].receipt.is_some());

    // A body in chunks, without a length, that goes on beyond the limit.
    let mut endless = format!(
        "POST {} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n",
        api::PARCELS
    )
    .into_bytes();
    for _ in 0..=REQUEST_MAX_BYTES / 0x8000 {
        endless.extend_from_slice(b"8000\r\n");
        endless.extend_from_slice(&[0; 0x8000]);
        endless.extend_from_slice(b"\r\n");
    }
    let reply = tokio::task::spawn_blocking(move || raw(address, &endless)).await.unwrap();
    assert!(reply.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&reply));
}
