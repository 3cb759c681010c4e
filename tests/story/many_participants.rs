//! Pages among few and among many participants: what is asked of the database for a page is the same, and the lists
//! read no record.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use diary_tests::World;
use diary_tests::browser::Browser;
use diary_tests::statements::Statements;

/// Pages, and whether each may read the record of a participant.
const PAGES: [(&str, bool); 8] = [
    ("/today", false),
    ("/participants", false),
    ("/participants?q=mg", false),
    ("/participants/MG-000", true),
    ("/waiting", false),
    ("/trail", false),
    ("/trail?who=nurse", false),
    ("/study", false),
];

/// A site with so many participants, each with one evening in the record; its server has ended.
async fn site(participants: usize) -> World {
    let mut world = World::new().await;
    for n in 0..participants {
        world.set(0, "12:00");
        let (_, mut phone) = world.enrol(&format!("MG-{n:03}")).await;
        world.set(0, "20:30");
        world.evening(&mut phone, 0, 1);
        world.sync(&mut phone).await;
    }
    world.site.keeper.stop();
    world.site.keeper.ended().await.unwrap();
    world
}

/// A page, and the statements that it runs, by name.
async fn page(browser: &Browser, path: &str) -> (String, BTreeMap<String, usize>) {
    let (counted, _guard) = Statements::of_this_thread();
    let (status, body) = browser.get(path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    (body, counted.take())
}

async fn statements(participants: usize) -> Vec<BTreeMap<String, usize>> {
    let world = site(participants).await;
    let browser = Browser::signed_in(world.site.desk.clone(), "nurse").await;
    let mut all = Vec::new();
    for (path, of_a_record) in PAGES {
        page(&browser, path).await;
        let (_, counted) = page(&browser, path).await;
        let records = counted.keys().filter(|name| name.starts_with("record::")).count();
        assert!(of_a_record || records == 0, "{path}: {counted:?}");
        all.push(counted);
    }
    all
}

#[tokio::test]
async fn a_page_asks_as_much_of_the_database_among_many_participants_as_among_few() {
    let (few, many) = (statements(2).await, statements(7).await);
    for (((path, _), few), many) in PAGES.iter().zip(few).zip(many) {
        assert_eq!(few, many, "{path}");
        assert!(!few.is_empty(), "{path}: statements are counted");
    }
}

#[tokio::test]
async fn a_day_that_has_passed_is_counted_without_reading_a_record() {
    let world = site(1).await;
    let browser = Browser::signed_in(world.site.desk.clone(), "nurse").await;
    let (before, _) = page(&browser, "/participants").await;
    world.set(2, "12:00");
    let browser = Browser::signed_in(world.site.desk.clone(), "physician").await;
    let (after, counted) = page(&browser, "/participants").await;
    let row = |page: &str| page.split("<tbody>").nth(1).unwrap_or_default().to_owned();
    assert_ne!(row(&before), row(&after), "what was due has grown");
    assert!(!counted.keys().any(|name| name.starts_with("record::")), "{counted:?}");
}
