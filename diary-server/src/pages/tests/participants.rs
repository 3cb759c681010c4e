//! Today, the list of participants, one participant, one entry.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use diary_store::Role;

use super::ground::Ground;

async fn coordinator() -> (Ground, String) {
    let ground = Ground::new().await;
    ground.account("wang", Some(Role::Coordinator)).await;
    let cookie = ground.sign_in("wang").await;
    (ground, cookie)
}

#[tokio::test]
async fn participants_are_searched_and_added_and_a_number_is_given_once() {
    let (ground, cookie) = coordinator().await;
    let cookie = Some(cookie.as_str());
    let made = ground.post("/participants", cookie, "once=a&subject=MG-001").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert_eq!(made.header(LOCATION), "/participants/MG-001");
    let again = ground.post("/participants", cookie, "once=a&subject=MG-001").await;
    assert_eq!(again.header(LOCATION), "/participants/MG-001", "a second click");
    for typed in ["mg-001", "MG001", "%EF%BC%AD%EF%BC%A7-001"] {
        let taken = ground.post("/participants", cookie, &format!("once=b&subject={typed}")).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.body.contains("MG-001 is there already"), "{typed}: {}", taken.body);
    }
    let bad = ground.post("/participants", cookie, "once=c&subject=%3Cb%3E%E2%80%AE").await;
    assert!(bad.body.contains("Nothing was added") && !bad.body.contains("<b>\u{202e}"), "{}", bad.body);
    let found = ground.get("/participants?q=mg0", cookie).await;
    assert!(found.body.contains("href=\"/participants/MG-001\""), "{}", found.body);
    let none = ground.get("/participants?q=%25", cookie).await;
    assert!(none.body.contains("No participant matches"), "{}", none.body);
}

#[tokio::test]
async fn a_number_that_looks_like_another_is_asked_about() {
    let (ground, cookie) = coordinator().await;
    let cookie = Some(cookie.as_str());
    // The study's own form has no letters that look like digits, so the other one stands in the database.
    ground.participant_of("beijing", "MG-OO1").await;
    let asked = ground.post("/participants", cookie, "once=a&subject=MG-001").await;
    assert!(asked.body.contains("easily read as MG-OO1"), "{}", asked.body);
    let made = ground.post("/participants", cookie, "once=b&subject=MG-001&confirmed=yes").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
}

#[tokio::test]
async fn a_participant_of_another_site_is_as_one_that_does_not_exist() {
    let (ground, cookie) = coordinator().await;
    let cookie = Some(cookie.as_str());
    ground.participant("MG-001").await;
    ground.participant_of("other", "MG-OO2").await;
    let same = |body: &str, subject: &str| body.replace(subject, "*");
    let id = "00000000-0000-0000-0000-000000000000";
    for rest in ["", "/report", "/report.css", "/report.pdf", "/days/2026-03-01", &format!("/entries/{id}")] {
        let theirs = ground.get(&format!("/participants/MG-OO2{rest}"), cookie).await;
        let nobody = ground.get(&format!("/participants/MG-099{rest}"), cookie).await;
        assert_eq!((theirs.status, nobody.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{rest}");
        assert_eq!(same(&theirs.body, "MG-OO2"), same(&nobody.body, "MG-099"), "{rest}");
    }
    let theirs = ground.post("/participants/MG-OO2/alerts", cookie, "rule=x&what=y").await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    for path in
        ["/participants", "/participants?q=mg", "/today", "/participants/MG-002", "/participants/MG-1"]
    {
        let body = ground.get(path, cookie).await.body;
        assert!(!body.contains("MG-OO2"), "{path}: {body}");
    }
    let alike = ground.post("/participants", cookie, "once=a&subject=MG-002").await;
    assert_eq!(alike.status, StatusCode::SEE_OTHER, "it is not asked about: {}", alike.body);
    let taken = ground.post("/participants", cookie, "once=b&subject=MG-OO2").await;
    assert!(!taken.body.contains("is there already"), "{}", taken.body);
}

#[tokio::test]
async fn the_list_has_a_hundred_rows_a_page_and_stays_small() {
    let (ground, cookie) = coordinator().await;
    let cookie = Some(cookie.as_str());
    for n in 0..150 {
        ground.participant_of("beijing", &format!("MG-{n:03}")).await;
    }
    let first = ground.get("/participants", cookie).await.body;
    assert_eq!(first.matches("scope=\"row\"").count(), 100);
    assert!(first.len() < 100_000, "{}", first.len());
    assert!(first.contains("after=MG-099"), "{first}");
    let second = ground.get("/participants?q=&after=MG-099", cookie).await.body;
    assert_eq!(second.matches("scope=\"row\"").count(), 50);
    let today = ground.get("/today", cookie).await.body;
    assert!(today.len() < 100_000, "{}", today.len());
}

#[tokio::test]
async fn a_participants_days_are_shown_for_any_span_in_both_languages() {
    let (ground, cookie) = coordinator().await;
    let cookie = Some(cookie.as_str());
    ground.participant("MG-001").await;
    let page = ground.get("/participants/mg-001", cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("<h1>Participant MG-001</h1>"));
    assert!(!page.body.contains("style=") && !page.body.contains("<style"), "{}", page.body);
    assert!(page.body.len() < 100_000, "{}", page.body.len());
    let span = ground.get("/participants/MG-001?from=2026-01-01&to=2026-01-10", cookie).await;
    assert!(span.body.contains("days/2026-01-01") && span.body.contains("days/2026-01-10"), "{}", span.body);
    assert!(!span.body.contains("days/2026-01-11"), "{}", span.body);
    let bad = ground.get("/participants/MG-001?from=2026-01-10&to=2026-01-01", cookie).await;
    assert!(bad.body.contains("The last 28 days are shown"), "{}", bad.body);
    let report = ground.get("/participants/MG-001/report", cookie).await;
    assert!(
        report.body.contains("href=\"report.css\"") && !report.body.contains("<style"),
        "{}",
        report.body
    );
    let style = ground.get("/participants/MG-001/report.css", cookie).await;
    assert!(style.body.contains("@page"), "{}", style.body);
    let day = ground.get("/participants/MG-001/days/2026-03-01", cookie).await;
    assert!(day.body.contains("No entries of this day"), "{}", day.body);
    ground.post("/account/language", cookie, "language=zh-CN").await;
    for (path, words) in
        [("/today", "今日"), ("/participants", "受试者编号"), ("/participants/MG-001", "打印报告")]
    {
        assert!(ground.get(path, cookie).await.body.contains(words), "{path}");
    }
}

#[cfg(feature = "pdf")]
#[tokio::test]
async fn the_report_is_there_as_a_pdf_whose_name_names_no_person_and_the_trail_notes_who_looked() {
    use axum::http::header;
    let (ground, cookie) = coordinator().await;
    ground.account("mo", Some(Role::Monitor)).await;
    let (cookie, monitor) = (Some(cookie.as_str()), ground.sign_in("mo").await);
    ground.participant("MG-001").await;
    let span = "from=2026-01-01&amp;to=2026-01-10";
    let page = ground.get("/participants/MG-001?from=2026-01-01&to=2026-01-10", cookie).await.body;
    assert!(page.contains(&format!("href=\"/participants/MG-001/report.pdf?{span}\"")), "{page}");
    let report = ground.get("/participants/MG-001/report?from=2026-01-01&to=2026-01-10", cookie).await.body;
    assert!(report.contains(&format!("href=\"report.pdf?{span}\"")), "{report}");
    let trail = async || {
        let body = ground.get("/trail?kind=report.", Some(&monitor)).await.body;
        body.matches("report.view").count()
    };
    let before = trail().await;
    let path = "/participants/MG-001/report.pdf?from=2026-01-01&to=2026-01-10";
    let made = ground.get(path, cookie).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert!(made.body.starts_with("%PDF-1.7"), "{:.20}", made.body);
    assert_eq!(made.header(header::CONTENT_TYPE), "application/pdf");
    let name = "attachment; filename=\"diary-MG-001-2026-01-10.pdf\"";
    assert_eq!(made.header(header::CONTENT_DISPOSITION), name);
    assert_eq!(made.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(trail().await, before + 1);
    ground.post("/account/language", cookie, "language=zh-CN").await;
    assert!(ground.get(path, cookie).await.body.contains("/Lang(zh-CN)"));
}

#[tokio::test]
async fn an_alert_that_is_dealt_with_needs_words_and_an_alert() {
    let (ground, cookie) = coordinator().await;
    ground.participant("MG-001").await;
    let silent = ground.post("/participants/MG-001/alerts", Some(&cookie), "rule=x&what=+").await;
    assert!(silent.body.contains("Say what was done"), "{}", silent.body);
    let none = ground.post("/participants/MG-001/alerts", Some(&cookie), "rule=x&what=called").await;
    assert!(none.body.contains("no such alert") && none.body.contains("called"), "{}", none.body);
}
