//! Every route with every role.

use axum::http::StatusCode;
use diary_store::Role;

use super::ground::Ground;
use crate::pages::access::{Action, allows};
use crate::pages::{Need, routes};

/// The table of rights, one line for each action: C coordinator, I investigator, M monitor, D data manager,
/// A administrator.
const RIGHTS: &str = "\
SeeParticipants    CIMD.
SeeDiary           CIMD.
SeeStudyDrug       CIM..
ChangeParticipants CI...
RecordActs         CI...
DealWithAlerts     CI...
ManagePhones       CI...
SeeRecoverySecret  CI...
Decide             .I...
Export             ...D.
SeeTrail           .IMDA
SeeStudy           CIMDA
ManageAccounts     ....A
";

#[test]
fn the_rights_of_each_role_are_these() {
    let line = |action: Action| {
        let letters = Role::ALL.iter().zip("CIMDA".chars());
        let rights: String =
            letters.map(|(role, letter)| if allows(*role, action) { letter } else { '.' }).collect();
        format!("{:<18} {rights}\n", format!("{action:?}"))
    };
    assert_eq!(Action::ALL.map(line).concat(), RIGHTS);
}

/// A path of the route, with something in place of each name.
fn path(route: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "x".to_owned() } else { part.to_owned() };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn each_route_is_answered_to_the_roles_that_have_its_right_and_to_nobody_else() {
    let ground = Ground::new().await;
    let mut seen = 0;
    for role in Role::ALL {
        ground.account(role.code(), Some(role)).await;
        for route in routes() {
            let Need::May(action) = route.need else { continue };
            let cookie = ground.sign_in(role.code()).await;
            let reply = ground.send(&route.method.to_uppercase(), &path(route.path), Some(&cookie), "").await;
            let refused = reply.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !allows(role, action), "{role:?} {} {}", route.method, route.path);
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[tokio::test]
async fn without_a_session_every_route_but_the_sign_in_leads_there_and_a_stale_cookie_is_none() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Administrator)).await;
    let stale = ground.sign_in("li").await;
    ground.clock.advance(15 * 60 * 1000);
    for route in routes().into_iter().filter(|route| route.need != Need::Public) {
        for cookie in [None, Some("diary-session=0000"), Some(stale.as_str())] {
            let reply = ground.send(&route.method.to_uppercase(), &path(route.path), cookie, "").await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{} {}", route.method, route.path);
            assert!(reply.header(axum::http::header::LOCATION).starts_with("/sign-in"));
        }
    }
}

#[tokio::test]
async fn a_form_from_another_origin_is_refused_and_changes_nothing() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Administrator)).await;
    let cookie = ground.sign_in("li").await;
    for (name, value) in
        [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")]
    {
        let request = axum::http::Request::post("/sign-out")
            .header("host", "pages")
            .header("cookie", &cookie)
            .header(name, value)
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(ground.ask(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(ground.get("/account", Some(&cookie)).await.status, StatusCode::OK);
}
