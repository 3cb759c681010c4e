//! A keeper of the shipped study with the participant S1, and browsers that are signed in.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use diary_core::ids::SiteId;
use diary_core::text::Lang;
use diary_store::Role;
use tower::ServiceExt;
use zeroize::Zeroizing;

use super::ground::{PASSWORD, Reply};
use crate::audit::Account;
use crate::cli::bench::Bench;
use crate::pages::{PagesState, router};
use crate::site::SiteServices;
use crate::site::accounts::NewProofs;

/// A keeper with pages, and S1.
pub(super) struct Trial {
    pub(super) bench: Bench,
    pub(super) desk: SiteServices,
    router: Router,
}

/// A browser with a session.
pub(super) struct Browser<'t> {
    trial: &'t Trial,
    cookie: String,
}

impl Trial {
    pub(super) async fn new() -> Self {
        Self::on(Bench::new().await).await
    }

    /// A keeper of Beijing and Urumqi with pages, and a participant of each: B1 and U1.
    pub(super) async fn of_two_sites() -> Self {
        Self::on(Bench::of_two_sites().await).await
    }

    async fn on(bench: Bench) -> Self {
        let desk = bench.desk().await;
        let router = router(PagesState::new(desk.clone(), desk.context().config(), true));
        Self { bench, desk, router }
    }

    /// A person with this role at Beijing, signed in.
    pub(super) async fn person(&self, name: &str, role: Role, lang: Lang) -> Browser<'_> {
        self.person_at("beijing", name, (role, lang)).await
    }

    /// The same at another site.
    pub(super) async fn person_at(&self, site: &str, name: &str, (role, lang): (Role, Lang)) -> Browser<'_> {
        let accounts = self.desk.accounts();
        let (by, account) = (Account::new("staff").unwrap(), Account::new(name).unwrap());
        let invited = accounts.invite(&by, &account, lang).await.unwrap();
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        accounts.enable(&invited.secret, proofs).await.unwrap();
        let site: SiteId = site.parse().unwrap();
        accounts.set_roles(&by, name, [(site, role)].into_iter().collect()).await.unwrap();
        self.sign_in(name).await
    }

    /// One more session of a person.
    pub(super) async fn sign_in(&self, name: &str) -> Browser<'_> {
        let stranger = Browser { trial: self, cookie: String::new() };
        let reply = stranger.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let cookie = reply.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
        Browser { trial: self, cookie }
    }
}

impl Browser<'_> {
    pub(super) async fn get(&self, path: &str) -> Reply {
        let request = Request::get(path).header("host", "pages").header(header::COOKIE, &self.cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// A page that is there.
    pub(super) async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
        reply.body
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.ask(self.form(path, fields)).await
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let request = Request::post(path)
            .header("host", "pages")
            .header("origin", "http://pages")
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(form.finish())).unwrap()
    }

    /// Sends a form that is answered with an archive; returns the disposition and the files.
    pub(super) async fn download(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (String, BTreeMap<String, String>) {
        let response = self.trial.router.clone().oneshot(self.form(path, fields)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let name = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(body)).unwrap();
        let mut files = BTreeMap::new();
        for n in 0..archive.len() {
            let mut file = archive.by_index(n).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            files.insert(file.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned());
        }
        (name, files)
    }

    /// Sends a form that is taken; returns the place to which it leads.
    pub(super) async fn sent(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let reply = self.post(path, fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}: {}", reply.body);
        reply.header(header::LOCATION).to_owned()
    }

    async fn ask(&self, request: Request<Body>) -> Reply {
        let response = self.trial.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, parts, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}

/// Value of the first field of a name on a page.
pub(super) fn field(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field is there");
    after.split('"').next().unwrap().to_owned()
}
