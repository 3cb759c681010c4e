//! A keeper with its pages, and browsers that ask for them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use diary_core::entropy::{SeededEntropy, SharedEntropy};
use diary_core::ids::{SiteId, VaultId};
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_store::{NewParticipant, Participant, Role};
use tower::ServiceExt;
use zeroize::Zeroizing;

use crate::audit::{self, Account, Code};
use crate::config::Config;
use crate::ops::setup::{SetupInput, set_up};
use crate::pages::{PagesState, router};
use crate::site::SiteServices;
use crate::site::accounts::NewProofs;
use crate::tests::{START, TestClock};

pub(super) const PASSWORD: &str = "correct horse";

/// A keeper of the shipped study with pages.
pub(super) struct Ground {
    pub(super) desk: SiteServices,
    pub(super) clock: Arc<TestClock>,
    pub(super) site: SiteId,
    pub(super) staff: Account,
    pub(super) router: Router,
    _folder: tempfile::TempDir,
}

/// A reply, read.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) parts: axum::http::response::Parts,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: header::HeaderName) -> &str {
        self.parts.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Ground {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let entropy: SharedEntropy = Arc::new(SeededEntropy::new(5));
        let clock = Arc::new(TestClock::at(START));
        let (site, staff) = ("beijing".parse().unwrap(), Account::new("staff").unwrap());
        let input = SetupInput {
            data: &folder.path().join("data"),
            offline: &folder.path().join("offline"),
            package: &shipped::nct06836973(),
            site: &site,
            public: Some(&"diary.example.org".parse().unwrap()),
            database: None,
            demo: true,
            by: &staff,
        };
        let made = set_up(&input, &*clock, &entropy).await.unwrap();
        let desk = SiteServices::open(&made.folder, clock.clone(), entropy).await.unwrap();
        let router = router(PagesState::new(desk.clone(), &Config::lifted(), true));
        Self { desk, clock, site, staff, router, _folder: folder }
    }

    /// An active account with this role at the keeper's site.
    pub(super) async fn account(&self, name: &str, role: Option<Role>) {
        let accounts = self.desk.accounts();
        let (by, account) = (&self.staff, Account::new(name).unwrap());
        let invited = accounts.invite(by, &account, Lang::EN).await.unwrap();
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        accounts.enable(&invited.secret, proofs).await.unwrap();
        let roles = role.map(|role| (self.site.clone(), role)).into_iter().collect();
        accounts.set_roles(by, name, roles).await.unwrap();
    }

    /// A participant of another site, straight in the database.
    pub(super) async fn participant_of(&self, site: &str, subject: &str) -> VaultId {
        let vault = VaultId::from_bytes(self.desk.random().array());
        let (subject, site) = (subject.to_owned(), site.parse().unwrap());
        let new = NewParticipant { subject, site, vault, at: self.desk.now() };
        let event = audit::event(&self.staff, self.desk.now(), Code::ParticipantAdd, String::new(), None);
        self.desk.context().store().add_participant(new, event).await.unwrap();
        vault
    }

    /// A participant of this site.
    pub(super) async fn participant(&self, subject: &str) -> Participant {
        self.desk.participants().add(&self.staff, subject, true).await.unwrap()
    }

    /// Asks for a page. `cookie` is that of a session.
    pub(super) async fn get(&self, path: &str, cookie: Option<&str>) -> Reply {
        self.send("GET", path, cookie, "").await
    }

    /// Sends a form from the same origin.
    pub(super) async fn post(&self, path: &str, cookie: Option<&str>, form: &str) -> Reply {
        self.send("POST", path, cookie, form).await
    }

    pub(super) async fn send(&self, method: &str, path: &str, cookie: Option<&str>, form: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("host", "pages");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if method == "POST" {
            request = request
                .header("origin", "http://pages")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        self.ask(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Reply {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, parts, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Signs in; returns the cookie of the session.
    pub(super) async fn sign_in(&self, name: &str) -> String {
        let form = format!("name={name}&password=correct+horse");
        let reply = self.post("/sign-in", None, &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        reply.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
    }
}
