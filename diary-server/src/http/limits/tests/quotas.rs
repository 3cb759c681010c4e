//! Tests of what devices may store, over real connections and across restarts.

use diary_core::api::{PushReply, PushRequest, PushStatus};
use diary_core::keys::HistoryScope;
use diary_core::parcel::DeviceCredential;
use diary_core::time::DAY_MS;
use diary_store::IngestStore as _;

use super::*;
use crate::audit::Account;
use crate::site::AllowDevice;
use crate::site::{SiteServices, StaffError};

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

/// Seconds after which a push that was over an allowance may come again.
#[track_caller]
fn allowance_used(reply: &Reply) -> u32 {
    let problem = Problem::from_bytes(&reply.body).unwrap();
    assert_eq!((reply.status, problem.code), (429, ProblemCode::AllowanceUsed));
    problem.retry_after_s.unwrap()
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
    assert_eq!(allowance_used(&started.push(&waits).await), 3600);
    keeper.clock.advance(DAY_MS);
    let again = start(&keeper, limits()).await;
    for _ in 0..3 {
        allowance_used(&again.push(&waits).await);
    }
    assert_eq!(again.server.record(vault).await.held_parcels.len(), 2, "nothing of it was stored");
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
    allowance_used(&started.push(&waits).await);
    let again = start(&keeper, limits()).await;
    allowance_used(&again.push(&waits).await);
    keeper.clock.advance(DAY_MS);
    for started in [&started, &again] {
        let reply = started.push(&waits).await;
        assert_eq!(reply.status, 200, "a new day has begun");
    }
    let rows = keeper.store.devices_with_usage(phone.vault, again.server.app.now());
    let used = rows.await.unwrap()[0].used.unwrap();
    assert_eq!((used.all.records, used.since.records), (5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_phone_that_used_up_its_room_leaves_the_honest_phone_all_of_its_allowance() {
    let keeper = Keeper::new().await;
    let mut thief = keeper.phone("S1").await;
    let mut honest = Phone::new(&keeper, thief.vault);
    honest.credential =
        Some(DeviceCredential::Certificate(keeper.certificate_of(&honest, HistoryScope::All)));
    let limits =
        Limits { device_records: 4, revoked_device_records: 2, unconfirmed_records: 3, ..Limits::default() };
    let started = start(&keeper, limits.clone()).await;
    // A grant and three parcels: all that it may.
    for _ in 0..3 {
        Started::stored(&started.push(&of_next(&mut thief)).await);
    }
    let mut over = of_next(&mut thief);
    assert_eq!(allowance_used(&started.push(&over).await), 3600);
    keeper.clock.advance(1);
    keeper.revoke(&thief).await;
    keeper.clock.advance(1);
    for _ in 0..2 {
        Started::stored(&started.push(&over).await);
        over = of_next(&mut thief);
    }
    let again = start(&keeper, limits).await;
    for started in [&started, &again] {
        assert_eq!(allowance_used(&started.push(&over).await), 3600, "its small room is full as well");
    }
    for _ in 0..3 {
        Started::stored(&again.push(&of_next(&mut honest)).await);
    }
    allowance_used(&again.push(&of_next(&mut honest)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_allow_a_phone_more_or_count_anew_and_it_holds_at_the_next_contact() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("S1").await;
    let limits = Limits { device_records: 2, ..Limits::default() };
    let started = start(&keeper, limits).await;
    Started::stored(&started.push(&of_next(&mut phone)).await);
    let (second, third) = (of_next(&mut phone), of_next(&mut phone));
    allowance_used(&started.push(&second).await);
    let (clock, entropy) = (keeper.clock.clone(), keeper.entropy.clone());
    let desk = SiteServices::new(keeper.store.clone(), keeper.keys.clone(), clock, entropy);
    let (li, participant) = (Account::new("li").unwrap(), desk.participants().find("S1").await.unwrap());
    let named = phone.signing.id().to_string();
    let no_reason = desk
        .devices()
        .allow(&li, &participant, AllowDevice { device: &named, times: Some(2), clear: false, reason: " " })
        .await;
    assert!(matches!(no_reason, Err(StaffError::ReasonForm)));
    let allowed = desk
        .devices()
        .allow(
            &li,
            &participant,
            AllowDevice { device: &named, times: Some(2), clear: false, reason: "a loop in version 3" },
        )
        .await
        .unwrap();
    assert_eq!(allowed.allowance.times, 2);
    Started::stored(&started.push(&second).await);
    Started::stored(&started.push(&third).await);
    let fourth = of_next(&mut phone);
    allowance_used(&started.push(&fourth).await);
    desk.devices()
        .allow(
            &li,
            &participant,
            AllowDevice { device: &named, times: Some(1), clear: true, reason: "seen and mended" },
        )
        .await
        .unwrap();
    keeper.clock.advance(1);
    Started::stored(&started.push(&fourth).await);
    let rows = desk.views().trail().await.unwrap().rows;
    let events: Vec<_> = rows.iter().filter(|row| row.event.what == "device.allow").collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].event.reason.as_deref(), Some("a loop in version 3"));
    assert!(events[0].event.target.ends_with(" times=2 cleared=false"), "{}", events[0].event.target);
}
