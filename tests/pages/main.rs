//! The site's pages in a real browser: every page in both languages, light and dark, at three widths, checked by axe;
//! the tour by keyboard and without script; a form that comes after the end of its session.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod browser;

use browser::{Browser, Page};
use diary_core::text::Lang;
use diary_demo::accounts::{self, PASSWORD};
use diary_server::pages::{Need, routes};
use diary_server::site::{Saying, VisitInput};
use diary_tests::World;
use diary_tests::world::first_day;

/// Subject of the participant whose pages are shown.
const SUBJECT: &str = "MG-001";

/// A site with a participant whose phone has sent a week, and the ids in the paths of its pages.
struct Scene {
    world: World,
    entry: String,
    act: String,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        accounts::make(&world.site, Lang::EN).await.unwrap();
        let (participant, mut phone) = world.enrol(SUBJECT).await;
        for day in 0..7 {
            world.set(day, "20:30");
            world.evening(&mut phone, day, 1);
        }
        let entry = world.note(&mut phone, "<b>bold?</b> \u{202e}backwards").to_string();
        world.sync(&mut phone).await;
        let visit = VisitInput { date: first_day(), kind: "screening".to_owned(), held: true };
        let acts = world.site.desk.acts().on(&world.site.staff, &participant);
        let made = acts.add_visit(&visit, Saying::default()).await.unwrap();
        Self { world, entry, act: made.act.id.to_string() }
    }

    /// A path of a route, with what stands here for each name.
    fn path(&self, route: &str) -> String {
        let part = |part: &str| match part {
            "{subject}" => SUBJECT.to_owned(),
            "{role}" => "coordinator".to_owned(),
            "{secret}" | "{link}" => "0".repeat(32),
            "{day}" => first_day().plus_days(2).to_string(),
            "{entry}" => self.entry.clone(),
            "{act}" => self.act.clone(),
            other => {
                assert!(!other.starts_with('{'), "{route}: the check does not know what stands for {other}");
                other.to_owned()
            }
        };
        route.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// Every page that is shown as HTML, with an account that may see it.
    fn pages(&self) -> Vec<Page> {
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
                Page { path: self.path(route.path), account }
            })
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_both_languages_light_and_dark_at_three_widths() {
    let Some(browser) = Browser::find() else { return };
    let scene = Scene::new().await;
    let found = browser.run("axe", &scene.world.site.pages_url(), PASSWORD, &scene.pages()).await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_is_walked_by_keyboard_alone_and_once_without_script() {
    let Some(browser) = Browser::find() else { return };
    let scene = Scene::new().await;
    let found = browser.run("tour", &scene.world.site.pages_url(), PASSWORD, &scene.pages()).await;
    assert_eq!(found, Vec::<String>::new());
}
