//! The site's pages in a real browser: every page in both languages, light and dark, at three widths, checked by axe;
//! the tour by keyboard and without script; a form that comes after the end of its session.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod browser;

use browser::{Browser, Page};
use diary_core::text::Lang;
use diary_demo::accounts::{self, PASSWORD};
use diary_server::pages::{Need, routes};
use diary_tests::World;

/// Subject of the participant whose pages are shown.
const SUBJECT: &str = "MG-001";

/// A path of a route, with what stands in this world for each name.
fn path(route: &str) -> String {
    let part = |part: &str| match part {
        "{subject}" => SUBJECT.to_owned(),
        "{role}" => "coordinator".to_owned(),
        "{secret}" => "0000".to_owned(),
        other => {
            assert!(!other.starts_with('{'), "{route}: the check does not know what stands for {other}");
            other.to_owned()
        }
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Every page that is shown as HTML, with an account that may see it.
fn pages() -> Vec<Page> {
    let shown = routes().into_iter().filter(|route| route.method == "get" && !route.path.contains('.'));
    shown
        .map(|route| {
            let account = match route.need {
                Need::Public => None,
                Need::SignedIn => Some("coordinator"),
                Need::May(action) => accounts::ACCOUNTS
                    .iter()
                    .find(|(_, role)| diary_server::pages::access::allows(*role, action))
                    .map(|(name, _)| *name),
            };
            Page { path: path(route.path), account }
        })
        .collect()
}

/// A site with a participant whose phone has sent a week.
async fn world() -> World {
    let world = World::new().await;
    accounts::make(&world.site, Lang::EN).await.unwrap();
    let (_, mut phone) = world.enrol(SUBJECT).await;
    for day in 0..7 {
        world.set(day, "20:30");
        world.evening(&mut phone, day, 1);
    }
    world.note(&mut phone, "<b>bold?</b> \u{202e}backwards");
    world.sync(&mut phone).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_both_languages_light_and_dark_at_three_widths() {
    let Some(browser) = Browser::find() else { return };
    let world = world().await;
    let found = browser.run("axe", &world.site.pages_url(), PASSWORD, &pages()).await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_is_walked_by_keyboard_alone_and_once_without_script() {
    let Some(browser) = Browser::find() else { return };
    let world = world().await;
    let found = browser.run("tour", &world.site.pages_url(), PASSWORD, &pages()).await;
    assert_eq!(found, Vec::<String>::new());
}
