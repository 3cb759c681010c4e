//! Resource limits at their edges: garbage, replies that are not read, connections without progress.

use std::io;
use std::sync::Mutex as StdMutex;

use diary_core::api::{
    CBOR, Cursor, LogPage, PUSH_MAX_PARCELS, PushReply, PushRequest, PushStatus, RefusalCode,
};
use diary_core::ids::Incarnation;
use minicbor::bytes::ByteVec;

use super::*;
use crate::http::api::parcels::check::pusher;
use crate::ingest::verify::{BAD_MAX, Verifying, verify};

fn parcels(request: PushRequest, parcels: Vec<ByteVec>) -> Vec<u8> {
    PushRequest { parcels, ..request }.to_bytes()
}

#[tokio::test]
async fn a_million_empty_parcels_are_refused_by_their_count_and_cost_the_address_its_allowance() {
    let keeper = Keeper::new().await;
    let phone = keeper.phone("S1").await;
    let limits = Limits { source_burst: 40, source_per_minute: 60, ..Limits::default() };
    let server = guarded(&keeper, &limited(limits)).await;
    let empty = |count: usize| parcels(phone.push(&[]), vec![ByteVec::from(Vec::new()); count]);
    for body in [empty(PUSH_MAX_PARCELS + 1), empty(1_000_000)] {
        let reply = server.send(from("192.0.2.1", api::PARCELS, body)).await;
        assert_eq!((reply.status, reply.problem().message.as_str()), (400, "not a push request"));
    }
    // Each of them counts as much as nine requests.
    for _ in 0..22 {
        assert_eq!(server.send(from("192.0.2.1", api::TOKEN_CHALLENGE, challenge(&phone))).await.status, 200);
    }
    turned_away(&server.send(from("192.0.2.1", api::TOKEN_CHALLENGE, challenge(&phone))).await);
}

/// Lines of a log.
#[derive(Clone, Default)]
struct Lines(Arc<StdMutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn of_a_push_in_which_nothing_holds_a_few_parcels_are_looked_at_and_one_line_tells_of_them() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("S1").await;
    let good: ByteVec = phone.next("a note").to_bytes().into();
    let bad = |count: usize| (0..count).map(|n| ByteVec::from(vec![0; n % 7]));
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let log = tracing::Dispatch::new(log);
    let looked_at = async |given: Vec<ByteVec>| {
        let push = PushRequest { parcels: given, ..phone.push(&[]) };
        let pusher = pusher(&server.app, &push, server.app.now()).await.unwrap().unwrap();
        let checks = Verifying { bundle: &keeper.bundle, bad_max: BAD_MAX };
        let verify = || verify(checks, push, pusher, server.app.now()).unwrap();
        tracing::dispatcher::with_default(&log, verify)
    };
    let verified = looked_at(bad(1_000).collect()).await;
    let count = |status, code| {
        let fits = |result: &&api::ParcelResult| (result.status, result.code) == (status, Some(code));
        verified.refused.iter().flatten().filter(fits).count()
    };
    assert_eq!(count(PushStatus::Refused, RefusalCode::Undecodable), 32);
    assert_eq!(count(PushStatus::Retry, RefusalCode::Busy), 968);
    assert_eq!(verified.bad, 32);
    let verified = looked_at(bad(31).chain([good]).chain(bad(100)).collect()).await;
    assert_eq!((verified.bad, verified.to_commit.parcels.len()), (131, 1), "after one that holds all are");
    let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let told: Vec<_> = told.lines().filter(|line| line.contains("parcels were refused")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("busy=968 undecodable=32"), "{}", told[0]);
}

#[tokio::test]
async fn a_device_that_waits_to_be_confirmed_reads_nothing_and_then_everything() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut confirmed = keeper.phone("S1").await;
    let parcel = confirmed.next("a note");
    server.push(&confirmed.push(&[parcel])).await;
    let mut waits = Phone::new(&keeper, confirmed.vault);
    let link = keeper.link(confirmed.vault).await;
    let join = waits.join(&link);
    let body = serde_json::to_vec(&JoinBody::new(Nonce::from_bytes([1; 16]), &join)).unwrap();
    assert_eq!(server.post(api::JOIN, body).await.status, 200);
    let (page, at) = server.page(&waits, None, "").await;
    assert_eq!((page.after, page.records.len(), at.n), (0, 0, 0));
    // A phone that has read before, and is not known any more as confirmed, stays where it was.
    let (_, far) = server.page(&confirmed, None, "").await;
    let (page, at) = server.page(&waits, Some(&far), "").await;
    assert_eq!((page.after, page.records.len(), at), (far.n, 0, far));
    keeper.confirm(&waits).await;
    let (page, at): (LogPage, Cursor) = server.page(&waits, Some(&at), "").await;
    assert!(!page.records.is_empty() && at.n > far.n);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_not_taken_is_given_up_and_its_memory_is_free_again() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    let config = limited(Limits { reply_seconds: 1, ..Limits::lifted() });
    let server = guarded(&keeper, &config).await;
    let noise = |seed: u8| {
        let mut hash = diary_core::hash::sha256(&[seed]);
        let mut bytes = Vec::new();
        while bytes.len() < 200 * 1024 {
            bytes.extend_from_slice(hash.as_bytes());
            hash = diary_core::hash::sha256(hash.as_bytes());
        }
        diary_core::parcel::Item::Revision(bytes)
    };
    for seed in 0..16 {
        let parcel = phone.seal(&[noise(seed)]);
        server.push(&phone.push(&[parcel])).await;
    }
    let address = listening(&server, &config).await;
    let token = server.token(&phone).await;
    let path = format!("{}?nonce={}", api::VAULT_LOG, "04".repeat(16));
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n");
    let readers: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    let replies = server.app.guard().replies();
    while replies.used() < 4 * 3 * 1024 * 1024 {
        tokio::task::yield_now().await;
    }
    // The clients neither read nor disconnect: the server must free the memory itself.
    while replies.used() > 0 {
        tokio::task::yield_now().await;
    }
    drop(readers);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_announced_hold_no_room_and_nobody_is_kept_out_by_them() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    // Memory for two of the largest requests; one part in eight is reserved for known addresses.
    let config = limited(Limits { request_memory_mib: 2, ..Limits::default() });
    let server = guarded(&keeper, &config).await;
    let address = listening(&server, &config).await;
    let head = |length: usize| {
        let path = api::PARCELS;
        format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
    };
    let silent: Vec<TcpStream> = (0..48)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(head(1024 * 1024).as_bytes()).unwrap();
            stream
        })
        .collect();
    let parcel = phone.next("a note");
    let push = PushRequest { incarnation: Incarnation::from_bytes([9; 16]), ..phone.push(&[parcel]) };
    let body = push.to_bytes();
    let request = [head(body.len()).into_bytes(), body].concat();
    let asked = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request).unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        heard
    });
    let heard = asked.await.unwrap();
    assert!(heard.starts_with(b"HTTP/1.1 200 OK"), "{}", String::from_utf8_lossy(&heard));
    assert!(String::from_utf8_lossy(&heard).contains(CBOR));
    let at = heard.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(PushReply::from_bytes(&heard[at..]).unwrap().results[0].status, PushStatus::Stored);
    drop(silent);
    while server.app.guard().requests().used() > 0 {
        tokio::task::yield_now().await;
    }
}
