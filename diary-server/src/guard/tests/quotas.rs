//! Tests of what devices may store, over real connections and across restarts.

use diary_core::api::{PushReply, PushRequest, PushStatus};
use diary_core::keys::HistoryScope;
use diary_core::parcel::Standing;
use diary_core::time::DAY_MS;

use super::*;
use crate::store::Devices;

/// A server that has just started, and where it listens.
struct Started {
    server: Server,
    address: SocketAddr,
}

async fn start(keeper: &Keeper, limits: Limits) -> Started {
    let config = limited(limits);
    let server = guarded(keeper, &config).await;
    let address = listening(&server, &config).await;
    Started { server, address }
}

impl Started {
    /// Pushes over a connection of its own.
    async fn push(&self, push: &PushRequest) -> Reply {
        let (address, body) = (self.address, push.to_bytes());
        let asked = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            let (path, length) = (api::PARCELS, body.len());
            let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n");
            stream.write_all(format!("{head}content-length: {length}\r\n\r\n").as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).unwrap();
            heard
        });
        let heard = asked.await.unwrap();
        let end = heard.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(heard[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Reply { status, headers, body: heard[end + 4..].to_vec() }
    }

    #[track_caller]
    fn stored(reply: &Reply) {
        assert_eq!(reply.status, 200, "{:?}", Problem::from_bytes(&reply.body));
        let results = PushReply::from_bytes(&reply.body).unwrap().results;
        assert!(results.iter().all(|result| result.status == PushStatus::Stored), "{results:?}");
    }
}

fn of_next(phone: &mut Phone) -> PushRequest {
    let parcel = phone.next("a note");
    phone.push(&[parcel])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_waits_to_be_confirmed_stores_so_much_and_the_rest_once_it_is_confirmed() {
    let keeper = Keeper::new().await;
    let vault = keeper.participant("S1").await;
    let mut phone = Phone::new(&keeper, vault);
    phone.join(&keeper.link(vault).await);
    // A grant and two parcels.
    let limits = || Limits { pending_device_records: 3, ..Limits::default() };
    let started = start(&keeper, limits()).await;
    Started::stored(&started.push(&of_next(&mut phone)).await);
    Started::stored(&started.push(&of_next(&mut phone)).await);
    let waits = of_next(&mut phone);
    assert_eq!(turned_away(&started.push(&waits).await), 3600);
    keeper.clock.advance(DAY_MS);
    let again = start(&keeper, limits()).await;
    for _ in 0..3 {
        turned_away(&again.push(&waits).await);
    }
    assert_eq!(again.server.record(vault).await.held.len(), 2, "nothing of it was stored");
    let mut other = keeper.phone("S2").await;
    for _ in 0..4 {
        Started::stored(&again.push(&of_next(&mut other)).await);
    }
    keeper.confirm(&phone).await;
    Started::stored(&again.push(&waits).await);
    Started::stored(&again.push(&of_next(&mut phone)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_stores_so_much_a_day_and_more_on_the_next_and_what_it_repeats_does_not_count() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    let limits = || Limits { device_records_per_day: 4, ..Limits::default() };
    let started = start(&keeper, limits()).await;
    let first = of_next(&mut phone);
    Started::stored(&started.push(&first).await);
    for _ in 0..10 {
        let reply = started.push(&first).await;
        assert_eq!(PushReply::from_bytes(&reply.body).unwrap().results[0].status, PushStatus::Duplicate);
    }
    Started::stored(&started.push(&of_next(&mut phone)).await);
    Started::stored(&started.push(&of_next(&mut phone)).await);
    let waits = of_next(&mut phone);
    turned_away(&started.push(&waits).await);
    let again = start(&keeper, limits()).await;
    turned_away(&again.push(&waits).await);
    keeper.clock.advance(DAY_MS);
    for started in [&started, &again] {
        let reply = started.push(&waits).await;
        assert_eq!(reply.status, 200, "a new day has begun");
    }
    let rows = keeper.store.devices(Devices::Using { vault: phone.vault, since: again.server.app.now() });
    let used = rows.await.unwrap()[0].used.unwrap();
    assert_eq!((used.all.records, used.since.records), (5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_of_one_participant_store_so_much_together_until_staff_allow_more() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    let mut second = Phone::new(&keeper, phone.vault);
    second.standing = Some(Standing::Certificate(keeper.certificate_of(&second, HistoryScope::All)));
    let first = of_next(&mut phone);
    let bytes = first.parcels[0].len() + first.grants[0].len();
    let limits = Limits { vault_bytes: bytes as u64 + 1, ..Limits::default() };
    let started = start(&keeper, limits.clone()).await;
    Started::stored(&started.push(&first).await);
    Started::stored(&started.push(&of_next(&mut second)).await);
    let waits = [of_next(&mut phone), of_next(&mut second)];
    keeper.clock.advance(DAY_MS);
    for started in [&started, &start(&keeper, limits).await] {
        for push in &waits {
            turned_away(&started.push(push).await);
        }
    }
    let mut elsewhere = keeper.phone("S2").await;
    Started::stored(&started.push(&of_next(&mut elsewhere)).await);
    let more = start(&keeper, Limits::default()).await;
    for push in &waits {
        Started::stored(&more.push(push).await);
    }
}
