//! The check before each page: a session, and the right that the route names.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use diary_core::time::UtcMillis;
use diary_store::{KeptForm, SessionRow};

use super::access::Need;
use super::form::FORM_MAX_BYTES;
use super::viewer::{IDLE_MS, Viewer, asked_language, language};
use super::{PagesState, layout};
use crate::audit::{self, Account, Code};
use crate::messages::page as say;
use crate::site::StaffError;

/// Query of the address to which a kept form is sent again: it is dropped once it is taken.
pub(super) const KEPT: &str = "kept";
/// Form with passwords, which is never kept.
const PASSWORDS: &str = "/account/password";
/// Least time between two notes of a session's use.
const TOUCH_MS: i64 = 30 * 1000;

/// True if the time of a session is over.
fn is_over(session: &SessionRow, now: UtcMillis) -> bool {
    session.until <= now || session.used.0.saturating_add(IDLE_MS) <= now.0
}

/// The check before each page: a session, and a right at some site. Without a session the way leads to the sign-in, and a
/// form that was sent is kept for its author; without the right the refusal is noted.
pub(super) async fn check(
    State((pages, need)): State<(PagesState, Need)>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    if need == Need::Public {
        return next.run(request).await;
    }
    let lang = asked_language(request.headers());
    let viewer = match viewer(&pages, request.headers()).await {
        Ok(Found::SignedIn(viewer)) => *viewer,
        Ok(Found::Over(account)) => return keep(&pages, request, account).await,
        Ok(Found::Nobody) => return Redirect::to("/sign-in").into_response(),
        Err(error) => return layout::failure(lang, &error),
    };
    let may = match need {
        Need::Public | Need::SignedIn => true,
        Need::May(action) => viewer.may(action),
    };
    if !may {
        let target = request.extensions().get::<axum::extract::MatchedPath>();
        let target = target.map(|path| path.as_str().to_owned()).unwrap_or_default();
        let event = audit::event(&viewer.account, pages.site().now(), Code::PageRefused, target, None);
        return match pages.site().note(event).await {
            Ok(()) => layout::refused(&viewer, say::no_right(viewer.lang)),
            Err(error) => layout::failure(viewer.lang, &error),
        };
    }
    let is_post = request.method() == Method::POST;
    let kept = (is_post && request.uri().query() == Some(KEPT)).then(|| viewer.account.as_str().to_owned());
    request.extensions_mut().insert(viewer);
    if !is_post {
        return next.run(request).await;
    }
    // A second click ends the connection of the first. On a task of its own the form goes on to its end, so that what it
    // did is remembered.
    let acted = tokio::spawn(async move {
        let response = next.run(request).await;
        match kept.filter(|_| response.status().is_success() || response.status().is_redirection()) {
            Some(account) => match pages.site().accounts().drop_form(&account).await {
                Ok(()) => response,
                Err(error) => layout::failure(lang, &error),
            },
            None => response,
        }
    });
    acted.await.unwrap_or_else(|_| layout::broken_off(lang))
}

enum Found {
    SignedIn(Box<Viewer>),
    Over(String),
    Nobody,
}

async fn viewer(pages: &PagesState, headers: &HeaderMap) -> Result<Found, StaffError> {
    let Some(secret) = pages.secret(headers) else { return Ok(Found::Nobody) };
    let Some((session, account)) = pages.site().accounts().session(&secret).await? else {
        return Ok(Found::Nobody);
    };
    let now = pages.site().now();
    if is_over(&session, now) {
        return Ok(Found::Over(account.name));
    }
    if now.0.saturating_sub(session.used.0) >= TOUCH_MS {
        pages.site().accounts().touch(&session).await?;
    }
    let (name, lang) = (Account::new(&account.name)?, language(&account.language, headers));
    Ok(Found::SignedIn(Box::new(Viewer { account: name, roles: account.roles, lang, session })))
}

/// Keeps a form that came after the end of its session.
async fn keep(pages: &PagesState, request: Request<Body>, account: String) -> Response {
    let lang = asked_language(request.headers());
    let over = Redirect::to("/sign-in?over").into_response();
    if request.method() != Method::POST || request.uri().path() == PASSWORDS {
        return over;
    }
    let path = request.uri().path().to_owned();
    let Ok(body) = to_bytes(request.into_body(), FORM_MAX_BYTES).await else { return over };
    let form = KeptForm { path, body: body.to_vec(), at: pages.site().now() };
    match pages.site().accounts().keep_form(account, form).await {
        Ok(()) => Redirect::to("/sign-in?kept").into_response(),
        Err(error) => layout::failure(lang, &error),
    }
}
