//! Answers that are saved while a request is under way: the contact borrows the diary for each step alone.

use diary_core::entropy::Entropy;
use diary_core::time::Clock;
use diary_demo::phone::Phone;
use diary_sync::transport::{Request, Response, Transport, TransportError};
use diary_sync::{Contact, ContactOutcome, Conversation, Mode, Moment, Next};
use diary_tests::world::{World, beijing, first_day};

/// Answers saved while a push hangs, one every 600 ms of the phone's clock.
const ANSWERS: usize = 100;
const PACE_MS: i64 = 600;

fn moment(world: &World) -> Moment<'_> {
    let entropy: &dyn Entropy = &*world.site.entropy;
    Moment { now: world.clock.now(), zone: beijing(), entropy }
}

fn save_answers(world: &World, phone: &mut Phone) {
    for n in 0..ANSWERS {
        world.clock.step_to(moment(world).now.plus_ms(PACE_MS));
        world.note(phone, &format!("answer {n}"));
    }
}

/// A host with an HTTP client of its own. `carry` is given each push before it is sent, with the phone free for use.
async fn contact(
    world: &World,
    phone: &mut Phone,
    mut carry: impl FnMut(&mut Phone, &Request) -> Option<TransportError>,
) -> ContactOutcome {
    let mut contact = Contact::new(Mode::Once);
    loop {
        let request = match contact.next_request(&mut phone.diary, &moment(world)).unwrap() {
            Next::Send(request) => request,
            Next::Done(outcome) => return outcome,
        };
        let reply: Result<Response, TransportError> = match carry(phone, &request) {
            Some(why) => Err(why),
            None => world.site.transport.send(request).await,
        };
        let now = moment(world);
        match reply {
            Ok(reply) => contact.took(&mut phone.diary, &reply, &now).unwrap(),
            Err(why) => contact.failed(&mut phone.diary, why, &now).unwrap(),
        }
    }
}

fn is_push(request: &Request) -> bool {
    request.path == diary_core::api::PARCELS
}

#[tokio::test]
async fn a_hundred_answers_saved_while_a_push_hangs_go_out_with_the_same_contact() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.note(&mut phone, "what the push carries");
    let before = moment(&world).now;
    let mut pushes = 0;
    let outcome = contact(&world, &mut phone, |phone, request| {
        pushes += u32::from(is_push(request));
        if pushes == 1 && is_push(request) {
            save_answers(&world, phone);
            assert_eq!(phone.diary.store().not_received().unwrap(), 1 + ANSWERS as u64);
        }
        None
    })
    .await;
    assert_eq!(moment(&world).now.since_ms(before), 60_000);
    assert_eq!((outcome.waiting, outcome.trouble, outcome.pushes), (0, None, 2));
    world.sync(&mut phone).await;
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 1 + ANSWERS);
}

#[tokio::test]
async fn a_hundred_answers_saved_while_a_push_hangs_and_fails_go_out_with_the_next_contact() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.note(&mut phone, "what the push carries");
    let outcome = contact(&world, &mut phone, |phone, request| {
        let hangs = is_push(request);
        if hangs {
            save_answers(&world, phone);
        }
        hangs.then_some(TransportError::TimedOut)
    })
    .await;
    let waiting = 1 + ANSWERS as u64;
    assert_eq!((outcome.waiting, outcome.trouble.map(|why| why.code())), (waiting, Some("timed-out")));
    assert_eq!(
        (outcome.sealed, outcome.pushes),
        (2, 1),
        "the answers are sealed; the push waits for its time"
    );
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.received, outcome.trouble), (0, waiting, None));
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 1 + ANSWERS);
    let held = phone.diary.store().revisions(first_day(), first_day()).unwrap();
    assert_eq!(held.len(), 1 + ANSWERS);
}

#[tokio::test]
async fn a_contact_that_is_dropped_with_a_push_under_way_loses_nothing() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "sealed and offered");
    let mut dropped = Contact::new(Mode::Once);
    let asked = dropped.next_request(&mut phone.diary, &moment(&world)).unwrap();
    let Next::Send(push) = asked else { panic!("something waits") };
    assert!(is_push(&push));
    // The server has it; the reply finds no contact, and the phone offers the same again.
    let reply = world.site.transport.send(push).await.unwrap();
    let mut next = Contact::new(Mode::Once);
    next.took(&mut phone.diary, &reply, &moment(&world)).unwrap();
    assert_eq!(phone.diary.store().not_received().unwrap(), 1, "a reply that was not asked for");
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.unmerged, outcome.trouble), (0, 0, None));
    assert_eq!(world.site.desk.record(participant.vault).await.unwrap().revision_count(), 1);
}
