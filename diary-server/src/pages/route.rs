//! The table of routes. Each names the right it needs, so that a page without one cannot be added; the router is made
//! from the table.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::csrf::CsrfLayer;

use super::access::{Action, Need};
use super::{
    PagesState, accounts, assets, check, contradictions, correction, entry, exports, help, joining_sheet,
    kept, layout, own, paper, participant, participant_pdf, participants, phones, plan, recovery, regimen,
    sign_in, study, today, trail, viewer, waiting,
};

/// A route.
#[derive(Debug)]
pub struct Route {
    /// Path, with names of its parts in braces.
    pub path: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Right that it needs.
    pub need: Need,
    handler: MethodRouter<PagesState>,
}

macro_rules! table {
    ($($method:ident $path:literal $need:expr => $handler:path;)+) => {
        vec![$(Route {
            path: $path,
            method: stringify!($method),
            need: $need,
            handler: $method($handler),
        }),+]
    };
}

/// All routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Need::{May, Public, SignedIn};
    let mut all = table! {
        get "/assets/style.css" Public => assets::style;
        get "/assets/icon.svg" Public => assets::icon;
        get "/assets/script.js" Public => assets::script;
        get "/sign-in" Public => sign_in::show;
        post "/sign-in" Public => sign_in::sign_in;
        get "/invitation/{secret}" Public => sign_in::invitation;
        post "/invitation/{secret}" Public => sign_in::accept;
        get "/" SignedIn => own::home;
        post "/sign-out" SignedIn => own::sign_out;
        get "/kept" SignedIn => kept::show;
        post "/kept/drop" SignedIn => kept::drop;
        get "/account" SignedIn => own::show;
        post "/account/language" SignedIn => own::set_language;
        post "/account/password" SignedIn => own::set_password;
        post "/account/sessions" SignedIn => own::end_others;
        get "/today" May(Action::SeeParticipants) => today::show;
        get "/participants" May(Action::SeeParticipants) => participants::list;
        post "/participants" May(Action::ChangeParticipants) => participants::add;
        get "/participants/{subject}" May(Action::SeeDiary) => participant::show;
        get "/participants/{subject}/report" May(Action::SeeDiary) => participant::report;
        get "/participants/{subject}/report.pdf" May(Action::SeeDiary) => participant_pdf::show;
        get "/participants/{subject}/report.css" May(Action::SeeDiary) => participant::report_style;
        get "/participants/{subject}/days/{day}" May(Action::SeeDiary) => entry::of_day;
        get "/participants/{subject}/entries/{entry}" May(Action::SeeDiary) => entry::show;
        post "/participants/{subject}/alerts" May(Action::DealWithAlerts) => today::deal;
        get "/accounts" May(Action::ManageAccounts) => accounts::list;
        post "/accounts" May(Action::ManageAccounts) => accounts::invite;
        post "/accounts/{name}/role" May(Action::ManageAccounts) => accounts::set_role;
        post "/accounts/{name}/disable" May(Action::ManageAccounts) => accounts::disable;
        get "/trail" May(Action::SeeTrail) => trail::show;
        get "/trail.csv" May(Action::SeeTrail) => trail::download;
        get "/study" May(Action::SeeStudy) => study::show;
        get "/participants/{subject}/plan" May(Action::SeeDiary) => plan::show;
        post "/participants/{subject}/plan/{kind}" May(Action::RecordActs) => plan::record;
        get "/participants/{subject}/acts/{act}" May(Action::RecordActs) => correction::show;
        get "/participants/{subject}/regimen" May(Action::SeeDiary) => regimen::show;
        post "/participants/{subject}/regimen" May(Action::RecordActs) => regimen::set;
        get "/participants/{subject}/phones" May(Action::ManagePhones) => phones::show;
        post "/participants/{subject}/phones" May(Action::ManagePhones) => phones::make_link;
        get "/participants/{subject}/phones/{link}" May(Action::ManagePhones) => phones::show_link;
        post "/participants/{subject}/phones/confirm" May(Action::ManagePhones) => phones::confirm;
        post "/participants/{subject}/phones/confirm-held" May(Action::ManagePhones) => phones::confirm_held;
        post "/participants/{subject}/phones/revoke" May(Action::ManagePhones) => phones::revoke;
        post "/participants/{subject}/phones/allow" May(Action::ManagePhones) => phones::allow;
        post "/participants/{subject}/phones/return" May(Action::ManagePhones) => phones::give_back;
        post "/participants/{subject}/phones/mark" May(Action::ManagePhones) => phones::mark;
        get "/participants/{subject}/joining-sheet/{link}" May(Action::ManagePhones) => joining_sheet::show;
        get "/participants/{subject}/paper" May(Action::SeeDiary) => paper::show;
        get "/participants/{subject}/recovery" May(Action::SeeRecoverySecret) => recovery::show;
        post "/participants/{subject}/recovery" May(Action::SeeRecoverySecret) => recovery::reveal;
        get "/participants/{subject}/contradictions" May(Action::SeeDiary) => contradictions::show;
        post "/participants/{subject}/contradictions" May(Action::Decide) => contradictions::decide;
        get "/waiting" May(Action::SeeParticipants) => waiting::show;
        post "/participants/{subject}/parcels/{n}/accept" May(Action::Decide) => waiting::accept;
        post "/participants/{subject}/parcels/{n}/reject" May(Action::Decide) => waiting::reject;
        post "/participants/{subject}/parcels/{n}/retry" May(Action::Decide) => waiting::retry;
        get "/exports" May(Action::Export) => exports::show;
        post "/exports" May(Action::Export) => exports::make;
        get "/help" SignedIn => help::show;
        get "/help/design" SignedIn => help::design;
        get "/help/{role}" SignedIn => help::of_role;
    };
    all.retain(|route| cfg!(feature = "pdf") || !route.path.ends_with(".pdf"));
    all
}

/// Content that a page may load: nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The router of the pages.
pub fn router(pages: PagesState) -> Router {
    let mut router = Router::new();
    for Route { path, need, handler, .. } in routes() {
        let check = middleware::from_fn_with_state((pages.clone(), need), check::check);
        router = router.route(path, handler.layer(check));
    }
    router
        .fallback(nothing_here)
        .layer(CsrfLayer::new().with_rejection_response(|_| StatusCode::FORBIDDEN.into_response()))
        .layer(middleware::from_fn_with_state(pages.clone(), guard))
        .with_state(pages)
}

async fn nothing_here(request: Request) -> Response {
    layout::nothing_here(viewer::asked_language(request.headers()))
}

/// Limits of a source before every request, and headers of every reply.
async fn guard(State(pages): State<PagesState>, mut request: Request, next: Next) -> Response {
    let peer =
        request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|peer| peer.0);
    let source = pages.guard().source_of(peer, request.headers());
    let mut response = match source.map(|source| pages.guard().source(source, pages.site().now())) {
        Some(Err(refusal)) => StatusCode::from_u16(refusal.code.status())
            .unwrap_or(StatusCode::TOO_MANY_REQUESTS)
            .into_response(),
        Some(Ok(())) | None => {
            source.map(|source| request.extensions_mut().insert(source));
            next.run(request).await
        }
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::CACHE_CONTROL, "no-store");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if pages.is_secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
