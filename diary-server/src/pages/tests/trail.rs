//! The audit trail as a page and as a file.

use axum::http::StatusCode;
use diary_store::Role;

use super::ground::Ground;
use crate::audit::{self, Account, Code};

async fn note(ground: &Ground, who: &str, target: String, reason: &str) {
    let by = Account::new(who).unwrap();
    let event = audit::event(&by, ground.desk.now(), Code::ReportView, target, Some(reason));
    ground.desk.note(event).await.unwrap();
}

#[tokio::test]
async fn the_trail_is_searched_by_person_participant_and_kind_and_what_people_wrote_is_text() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Investigator)).await;
    let vault = ground.participant("MG-001").await.vault;
    note(&ground, "wang", format!("vault={vault}"), "<script>alert(1)</script>\u{202e}").await;
    note(&ground, "zhao", String::new(), "=1+1").await;
    let cookie = ground.sign_in("li").await;
    let all = ground.get("/trail", Some(&cookie)).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.body);
    assert!(all.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", all.body);
    assert!(!all.body.contains('\u{202e}'));
    assert!(all.body.contains("events holds"), "{}", all.body);
    assert!(all.body.contains("Report viewed"), "{}", all.body);
    let of = |query: &str| {
        let path = format!("/trail?{query}");
        let (ground, cookie) = (&ground, &cookie);
        async move { ground.get(&path, Some(cookie)).await.body.matches("report.view").count() }
    };
    let counts = [
        of("who=wang").await,
        of("subject=mg-001").await,
        of("kind=report.").await,
        of("kind=account.").await,
        of("until=2000-01-01").await,
        of("subject=MG-009").await,
    ];
    assert_eq!(counts, [1, 1, 2, 0, 0, 0]);
    let file = ground.get("/trail.csv?kind=report.", Some(&cookie)).await;
    assert!(file.body.contains("'=1+1"), "{}", file.body);
    note(&ground, "qian", String::new(), " \u{ff1d}2+2").await;
    let full_width = ground.get("/trail.csv?who=qian", Some(&cookie)).await;
    assert!(full_width.body.contains("' \u{ff1d}2+2"), "{}", full_width.body);
    assert_eq!(file.body.lines().filter(|line| line.contains("report.view")).count(), 2);
    let bad = ground.get("/trail?from=yesterday", Some(&cookie)).await;
    assert!(bad.body.contains("is no day"), "{}", bad.body);
}

#[tokio::test]
async fn events_about_a_participant_of_another_site_are_not_shown() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Monitor)).await;
    let theirs = ground.participant_of("other", "ZZ-1").await;
    note(&ground, "wang", format!("vault={theirs}"), "theirs").await;
    let cookie = ground.sign_in("li").await;
    for path in ["/trail", "/trail?subject=ZZ-1", "/trail.csv"] {
        let body = ground.get(path, Some(&cookie)).await.body;
        assert!(!body.contains("theirs") && !body.contains(&theirs.to_string()), "{path}: {body}");
    }
}

#[test]
fn each_code_is_found_by_its_text() {
    for code in Code::ALL {
        assert_eq!(Code::of(code.as_str()), Some(code));
    }
}
