//! The start page.

use axum::http::{StatusCode, header};
use diary_store::Role;

use super::ground::Ground;

#[tokio::test]
async fn the_start_page_lists_who_needs_attention_and_no_one_of_another_site() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Coordinator)).await;
    ground.participant("MG-001").await;
    ground.participant_of("other", "ZZ-001").await;
    ground.clock.advance(9 * 24 * 60 * 60 * 1000);
    let cookie = ground.sign_in("li").await;
    let home = ground.get("/", Some(&cookie)).await;
    assert_eq!(home.header(header::LOCATION), "/today");
    let today = ground.get("/today", Some(&cookie)).await;
    assert_eq!(today.status, StatusCode::OK, "{}", today.body);
    assert!(today.body.contains("MG-001") && today.body.contains("no phone yet"), "{}", today.body);
    assert!(today.body.contains("/participants/MG-001/phones"), "{}", today.body);
    assert!(!today.body.contains("ZZ-001") && !today.body.contains('`'), "{}", today.body);
}

#[tokio::test]
async fn an_alert_is_dealt_with_by_those_who_may_and_for_participants_of_their_site_alone() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Coordinator)).await;
    ground.participant("MG-001").await;
    ground.participant_of("other", "ZZ-001").await;
    let cookie = ground.sign_in("li").await;
    let form = "rule=choking&what=called";
    let nothing = ground.post("/participants/MG-001/alerts", Some(&cookie), form).await;
    assert_eq!(nothing.header(header::LOCATION), "/today?done=nothing");
    let theirs = ground.post("/participants/ZZ-001/alerts", Some(&cookie), form).await;
    let none = ground.post("/participants/ZZ-009/alerts", Some(&cookie), form).await;
    assert_eq!([theirs.status, none.status], [StatusCode::NOT_FOUND; 2]);
    assert_eq!(theirs.body, none.body);
}
