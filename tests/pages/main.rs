//! The site's pages in a real browser: from the first administrator to a participant's first entry; every page in both
//! languages, light and dark, at three widths, checked by axe; by keyboard and without script; two people at one form; a
//! form that comes after the end of its session; roles; prints; hostile texts; and the oldest browser that is served.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod answers;
mod browser;
mod keeper;
mod pseudo;
mod scene;

use std::path::{Path, PathBuf};

use browser::Browser;
use diary_core::entry::{Content, Note};
use diary_core::time::{Clock, UtcMillis};
use diary_store::Role;
use keeper::Keeper;
use scene::{HOSTILE, Scene};
use serde_json::json;

const CLEAN: &[String] = &[];

/// Runs a part of the script on a site with a week of one participant.
async fn found(part: &str) -> Vec<String> {
    let Some(browser) = Browser::find() else { return Vec::new() };
    let scene = Scene::new().await;
    browser.run(part, &scene.input(), answers::answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_leads_to_the_first_entry_of_a_participant() {
    let Some(browser) = Browser::find() else { return };
    let keeper = Keeper::new();
    let input = json!({ "base": keeper.pages, "invitation": keeper.invitation });
    let found = browser.run("first", &input, |question| match question["diary"].as_array() {
        Some(words) => keeper.diary(&words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>()),
        None => answers::answer(question),
    });
    assert_eq!(found, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_both_languages_light_and_dark_at_three_widths() {
    assert_eq!(found("axe").await, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_is_walked_by_keyboard_alone_and_once_without_script() {
    assert_eq!(found("tour").await, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_and_the_end_of_a_session_lose_nothing_that_was_typed() {
    let Some(browser) = Browser::find() else { return };
    let scene = Scene::new().await;
    let clock = &scene.world.clock;
    let found = browser.run("together", &scene.input(), |question| match question["minutes"].as_i64() {
        Some(minutes) => {
            clock.step_to(UtcMillis(clock.now().0 + minutes * 60_000));
            json!({})
        }
        None => answers::answer(question),
    });
    assert_eq!(found, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_led_to_its_pages_and_refused_in_words_everywhere_else() {
    let Some(browser) = Browser::find() else { return };
    let mut scene = Scene::new().await;
    let at = |site: &str, role| [(site.parse().unwrap(), role)].into();
    scene.account("monitor", at("beijing", Role::Monitor)).await;
    scene.account("manager", at("beijing", Role::DataManager)).await;
    scene.account("elsewhere", at("shanghai", Role::Coordinator)).await;
    scene.account("nothing", [].into()).await;
    assert_eq!(browser.run("roles", &scene.input(), answers::answer), CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_are_printed_whole_with_the_participant_on_each() {
    assert_eq!(found("print").await, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_text_forced_colours_and_less_motion_keep_the_pages_whole() {
    assert_eq!(found("looks").await, CLEAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_of_participants_and_staff_do_nothing() {
    let Some(browser) = Browser::find() else { return };
    let mut scene = Scene::new().await;
    for text in HOSTILE {
        let content = Content::Note(Note { text: text.to_owned() });
        let tap = scene.world.tap(&scene.phone);
        scene.phone.diary.record(content, None, None, None, &tap).unwrap();
    }
    scene.world.sync(&mut scene.phone).await;
    assert_eq!(browser.run("attacks", &scene.input(), answers::answer), CLEAN);
}

/// A file of another package.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn styles_and_script_are_within_the_oldest_browser() {
    let Some(browser) = Browser::find() else { return };
    let assets =
        ["style.css", "script.js"].map(|name| file(&format!("diary-server/src/pages/assets/{name}")));
    let report = file("diary-server/report/src/report/html/report.css");
    assert_eq!(browser.lint(&[&assets[..], &[report]].concat()), CLEAN);
    let folder = tempfile::tempdir().unwrap();
    let too_new = [
        ("nested.css", "main { p { color: red } }"),
        ("property.css", "p { text-wrap: balance }"),
        ("function.css", "p { color: light-dark(red, blue) }"),
        ("rule.css", "@scope (main) { p { color: red } }"),
        ("selector.css", "p:open { color: red }"),
        ("syntax.js", "let a = b?.c;"),
        ("method.js", "Object.groupBy([], (one) => one);"),
    ];
    for (name, text) in too_new {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        assert_eq!(browser.lint(&[path]).len(), 1, "{name}");
    }
}
