//! Every page in the pseudo-language: each text on it comes from a catalogue, from the study, or from a person.

use diary_core::study::shipped;
use diary_core::time::Clock;
use diary_demo::accounts::PASSWORD;
use diary_messages::pseudo::{TAG, foreign_words_beside, own_texts, visible};
use diary_store::KeptForm;
use reqwest::{Client, Response, redirect};

use crate::scene::Scene;

/// Words that are no language: names, units and codes.
const NAMES: &[&str] = &[
    "Asia",
    "Shanghai",
    "beijing",
    "UTC",
    "MG",
    "mg",
    "QMG",
    "ADL",
    "ID",
    "coordinator",
    "investigator",
    "admin",
    "staff",
    "server",
    "English",
];

/// What the participant wrote, and the name of the app.
const WRITTEN: &[&str] = &["bold", "backwards", "diary-demo", "study.toml"];

/// A form that is kept.
const KEPT: &str = "once=1&seen=2&subject=7&reason=8&what=9&n1-amount=10&l2-times=11&start-date=12&kind=x";

/// A browser with the session of an account.
struct Session {
    client: Client,
    base: String,
    cookie: Option<String>,
}

impl Session {
    async fn of(scene: &Scene, account: Option<&str>) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let mut session = Self { client, base: scene.world.site.pages_url(), cookie: None };
        if let Some(account) = account {
            scene.world.site.desk.accounts().set_language(account, TAG.parse().unwrap()).await.unwrap();
            let reply = session.post("/sign-in", &format!("name={account}&password={PASSWORD}")).await;
            let cookie = reply.headers().get("set-cookie").expect("a session").to_str().unwrap();
            session.cookie = cookie.split(';').next().map(str::to_owned);
        }
        session
    }

    async fn get(&self, path: &str) -> Response {
        self.send(self.client.get(format!("{}{path}", self.base))).await
    }

    async fn post(&self, path: &str, form: &str) -> Response {
        let request = self.client.post(format!("{}{path}", self.base)).body(form.to_owned());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.header("origin", &self.base)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Response {
        let request = request.header("accept-language", TAG);
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().await.unwrap()
    }
}

/// The words of a page that are neither of a catalogue nor of the study or a person. Codes of the machine stand in
/// elements of their own, and digits of hashes are no words.
fn foreign(page: &str) -> Vec<String> {
    let package = shipped::nct06836973();
    let study = own_texts(package.names().filter_map(|name| package.file(name)));
    let own = study.iter().map(String::as_str).chain(NAMES.iter().copied()).chain(WRITTEN.iter().copied());
    let mut pieces = page.split("<code");
    let first = pieces.next().unwrap_or_default().to_owned();
    let page =
        pieces.fold(first, |all, piece| all + piece.split_once("</code>").map_or("", |(_, after)| after));
    let mut words = foreign_words_beside(&visible(&page), own);
    words.retain(|word| word.chars().any(|letter| !letter.is_ascii_hexdigit()));
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn each_text_of_a_page_is_of_a_catalogue() {
    let scene = Scene::new().await;
    let mut found = Vec::new();
    let mut looked_at = 0;
    let mut look = |what: String, page: &str| {
        looked_at += 1;
        let words = foreign(page);
        if !words.is_empty() {
            found.push(format!("{what}: {words:?}"));
        }
    };
    for account in [None, Some("coordinator"), Some("investigator"), Some("admin")] {
        let session = Session::of(&scene, account).await;
        if let Some(account) = account {
            let form =
                KeptForm { path: "/participants".to_owned(), body: KEPT.into(), at: scene.world.clock.now() };
            scene.world.site.desk.accounts().keep_form(account.to_owned(), form).await.unwrap();
        }
        for (path, _) in scene.pages().into_iter().filter(|(_, reader)| account.is_none() == reader.is_none())
        {
            let path = match path.contains("/paper") {
                true => format!("{path}?lang={TAG}"),
                false => path,
            };
            let page = session.get(&path).await.text().await.unwrap();
            look(format!("{account:?} {path}"), &page);
        }
        for path in scene.forms() {
            for form in [
                "",
                "x=1",
                "subject=%3F&digits=1&reason=&date=x&what=&from=x&n1-amount=x&name=%3F&kind=x&visit=screening",
            ] {
                let page = session.post(&path, form).await.text().await.unwrap();
                look(format!("{account:?} POST {path} {form}"), &page);
            }
        }
    }
    assert!(looked_at > 200, "{looked_at} pages");
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
}
