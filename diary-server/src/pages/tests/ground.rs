//! A keeper with its pages, and browsers that ask for them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use diary_core::text::Lang;
use diary_store::Role;
use tower::ServiceExt;
use zeroize::Zeroizing;

use crate::audit::Account;
use crate::config::Config;
use crate::pages::{PagesState, router};
use crate::site::SiteServices;
use crate::site::accounts::NewProofs;
use crate::tests::Keeper;

pub(super) const PASSWORD: &str = "correct horse";

/// A keeper with pages.
pub(super) struct Ground {
    pub(super) keeper: Keeper,
    pub(super) desk: SiteServices,
    pub(super) router: Router,
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
        let keeper = Keeper::new().await;
        let desk = SiteServices::new(
            keeper.store.clone(),
            keeper.keys.clone(),
            keeper.clock.clone(),
            keeper.entropy.clone(),
        );
        let config = Config::lifted();
        let router = router(PagesState::new(desk.clone(), &config, true));
        Self { keeper, desk, router }
    }

    /// An active account with this role at the keeper's site.
    pub(super) async fn account(&self, name: &str, role: Option<Role>) {
        let accounts = self.desk.accounts();
        let (by, account) = (Account::new("staff").unwrap(), Account::new(name).unwrap());
        let invited = accounts.invite(&by, &account, Lang::EN).await.unwrap();
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        accounts.enable(&invited.secret, proofs).await.unwrap();
        let roles = role.map(|role| (self.keeper.keys.site.clone(), role)).into_iter().collect();
        accounts.set_roles(&by, name, roles).await.unwrap();
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
        Reply { status: parts.status, parts, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Signs in; returns the cookie of the session.
    pub(super) async fn sign_in(&self, name: &str) -> String {
        let form = format!("name={name}&password=correct+horse");
        let reply = self.post("/sign-in", None, &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        reply.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
    }
}
