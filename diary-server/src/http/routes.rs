//! The router of the server, put together from one router for each audience. Limits, the format of refusals and the way
//! in which bodies are read belong to the router, so that a new path has those of its audience.

use axum::{Router, middleware};

use super::admission::{self, Audience};
use super::ops::metrics;
use super::state::HttpState;
use super::{api, error, ops};

/// The router of all audiences. A path that is not served gets a neutral answer.
pub fn router(app: HttpState) -> Router {
    let admitted = |audience: Audience, routes: Router<HttpState>| {
        let admit = middleware::from_fn_with_state((app.clone(), audience), admission::admit);
        routes.method_not_allowed_fallback(error::nothing_here).layer(admit)
    };
    let public = admitted(ops::PUBLIC, ops::router().fallback(error::nothing_here));
    api::routers()
        .into_iter()
        .fold(public, |all, (audience, routes)| all.merge(admitted(audience, routes)))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::count))
        .with_state(app)
}
