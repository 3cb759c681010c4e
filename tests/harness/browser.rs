//! A browser of staff at the router of the pages, without the network.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use diary_core::text::Lang;
use diary_server::audit::Account;
use diary_server::pages::{PagesState, router};
use diary_server::site::SiteServices;
use diary_server::site::accounts::NewProofs;
use diary_store::Role;
use tower::ServiceExt;
use zeroize::Zeroizing;

/// Password of every account.
const PASSWORD: &str = "correct horse";

/// A browser, with the cookie of its session once it is signed in.
pub struct Browser {
    router: Router,
    cookie: String,
}

impl Browser {
    /// A browser at pages that were just started, not signed in.
    #[must_use]
    pub fn new(desk: SiteServices) -> Self {
        let pages = PagesState::new(desk.clone(), desk.context().config(), true);
        Self { router: router(pages), cookie: String::new() }
    }

    /// Makes an account of an investigator at the keeper's site.
    ///
    /// # Panics
    /// Panics if the services refuse it.
    pub async fn enable(desk: &SiteServices, name: &str) {
        let (accounts, by) = (desk.accounts(), Account::new("staff").expect("a plain name"));
        let account = Account::new(name).expect("a plain name");
        let invited = accounts.invite(&by, &account, Lang::EN).await.expect("a new account");
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        accounts.enable(&invited.secret, proofs).await.expect("the link is good");
        let roles = [(desk.keeper_keys().site.clone(), Role::Investigator)].into_iter().collect();
        accounts.set_roles(&by, name, roles).await.expect("the account is there");
    }

    /// A browser at pages that were just started, signed in under a new account.
    ///
    /// # Panics
    /// Panics if the services refuse it.
    pub async fn signed_in(desk: SiteServices, name: &str) -> Self {
        Self::enable(&desk, name).await;
        let mut browser = Self::new(desk);
        let (status, cookie) = browser.sign_in(name, true).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "the account is active");
        browser.cookie = cookie;
        browser
    }

    /// A page, with its status.
    ///
    /// # Panics
    /// Panics if the reply has no end.
    pub async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header("host", "pages").header(header::COOKIE, &self.cookie);
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// Sends the form of the sign-in from one address, with the right password or a wrong one. Returns the status and the
    /// cookie, if there is one.
    ///
    /// # Panics
    /// Panics if the router does not answer.
    pub async fn sign_in(&self, name: &str, right: bool) -> (StatusCode, String) {
        let password = if right { PASSWORD } else { "wrong horse" };
        let request = Request::post("/sign-in")
            .header("host", "pages")
            .header(header::ORIGIN, "http://pages")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 40_000))))
            .body(Body::from(format!("name={name}&password={}", password.replace(' ', "+"))));
        let request = request.expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        (response.status(), cookie)
    }
}
