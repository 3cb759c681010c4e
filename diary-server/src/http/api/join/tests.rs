//! Joining over its route.

use diary_core::api::{self, JoinBody, JoinReply, JoinState, ProblemCode};
use diary_core::ids::{EnrolmentId, Nonce};
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::keys::{Bundle, EnrolmentSecret, SignedJoinRequest, short_auth_string};

use crate::testing::{Keeper, Phone, Reply, Server};
use diary_store::{AuditStore, DeviceState, IngestStore, SiteStore};

const NONCE: Nonce = Nonce::from_bytes([6; 16]);

async fn join(server: &Server, request: &SignedJoinRequest) -> Reply {
    server.post(api::JOIN, serde_json::to_vec(&JoinBody::new(NONCE, request)).unwrap()).await
}

#[track_caller]
fn joined(reply: &Reply) -> JoinReply {
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    serde_json::from_slice(&reply.body).unwrap()
}

#[tokio::test]
async fn a_device_joins_with_a_link_and_gets_the_same_answer_again() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    let request = phone.join(&link);
    let first = joined(&join(&server, &request).await);
    assert_eq!(
        (first.nonce, first.state, first.site.as_ref()),
        (NONCE, JoinState::Pending, Some(&keeper.keys.site))
    );
    Bundle::verify(&first.bundle().unwrap(), &keeper.keys.root_fingerprint()).unwrap();
    keeper.clock.advance(LINK_LIFE_MS * 10);
    assert_eq!(joined(&join(&server, &request).await), first);

    // Digits that staff compare.
    let row = keeper.store.pending_devices().await.unwrap().pop().unwrap();
    let root = keeper.keys.root_fingerprint();
    assert_eq!(
        short_auth_string(row.secret.as_ref().unwrap(), &row.signing, &row.sealing, &root),
        short_auth_string(&link.1, &phone.signing.verifying_key(), phone.sealing.public(), &root),
    );
    assert_eq!(row.join, Some(request.clone()));

    let paper = keeper.confirm(&phone).await;
    let confirmed = joined(&join(&server, &request).await);
    assert_eq!(confirmed.state, JoinState::Confirmed);
    assert_eq!(confirmed.certificate().unwrap(), Some(paper));
    assert!(keeper.store.pending_devices().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_is_good_for_fifteen_minutes_and_one_device() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let (late, used) = (keeper.link(vault).await, keeper.link(vault).await);
    let (mut one, mut two) = (Phone::new(&keeper, vault), Phone::new(&keeper, vault));
    joined(&join(&server, &one.join(&used)).await);
    let reply = join(&server, &two.join(&used)).await;
    assert_eq!((reply.status, reply.problem().code), (409, ProblemCode::LinkUsed));
    keeper.clock.advance(LINK_LIFE_MS + 1);
    let reply = join(&server, &two.join(&late)).await;
    assert_eq!((reply.status, reply.problem().code), (410, ProblemCode::LinkExpired));
    assert_eq!(keeper.store.devices(vault).await.unwrap().len(), 1);
}

#[tokio::test]
async fn requests_without_the_secret_get_one_answer_whatever_there_is_and_cost_the_owner_of_the_link_nothing()
{
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let (link, used) = (keeper.link(vault).await, keeper.link(vault).await);
    let mut phone = Phone::new(&keeper, vault);
    joined(&join(&server, &Phone::new(&keeper, vault).join(&used)).await);
    let wrong = EnrolmentSecret::from_bytes(&[1; 16]);
    let nowhere = phone.join(&(EnrolmentId::from_bytes([1; 16]), link.1.clone()));
    let none = join(&server, &nowhere).await;
    assert_eq!((none.status, none.problem().code), (404, ProblemCode::LinkUnknown));
    for link in [&link, &used] {
        let guessed = phone.join(&(link.0, wrong.clone()));
        for _ in 0..3 {
            let reply = join(&server, &guessed).await;
            assert_eq!((reply.status, reply.body), (404, none.body.clone()), "nothing is told of the link");
        }
    }
    joined(&join(&server, &phone.join(&link)).await);
}

#[tokio::test]
async fn a_device_that_was_turned_away_does_not_join_again() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    let request = phone.join(&link);
    joined(&join(&server, &request).await);
    keeper.revoke(&phone).await;
    let reply = join(&server, &request).await;
    assert_eq!((reply.status, reply.problem().code), (403, ProblemCode::JoinRefused));
    let row = keeper.store.device(vault, phone.signing.id()).await.unwrap().unwrap();
    assert!(matches!(row.state, DeviceState::Revoked(_)));
}

#[tokio::test]
async fn what_is_no_join_request_is_refused_with_a_code() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut signed =
        serde_json::to_value(JoinBody::new(NONCE, &Phone::new(&keeper, vault).join(&link))).unwrap();
    signed["request"] = "AAAA".into();
    for body in [b"{}".to_vec(), b"\xff".to_vec(), serde_json::to_vec(&signed).unwrap()] {
        let reply = server.post(api::JOIN, body).await;
        assert_eq!((reply.status, reply.problem().code), (400, ProblemCode::BadRequest));
    }
}

#[tokio::test]
async fn joining_leaves_a_row_in_the_trail() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    join(&server, &phone.join(&link)).await;
    let last = keeper.store.audit_trail(0, 100).await.unwrap().pop().unwrap().event;
    assert_eq!((last.what.as_str(), last.who), ("device.join", phone.signing.id().to_string()));
}
