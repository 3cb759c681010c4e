//! The participant that a page is about, found for its reader alone: one of another site is answered exactly as one that
//! does not exist.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::text::shown;
use diary_store::Participant;
use maud::html;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::layout::{Notice, failure, notice, page};
use super::viewer::Viewer;
use crate::messages::{page as frame, participant_page as say};
use crate::site::StaffError;

/// The participant of an address, of the sites of `action`, or the page that says that there is none.
pub(super) async fn find(ctx: &PageContext, action: Action, subject: &str) -> Result<Participant, Response> {
    let lang = ctx.viewer.lang;
    let other = match ctx.site().participants().find_at(subject, &ctx.viewer.sites(action)).await {
        Ok(found) => return Ok(found),
        Err(StaffError::RenamedSubject { now, .. }) => Some((say::renamed(lang, &now), now)),
        Err(StaffError::LikeSubject { like, .. }) => Some((say::like(lang, &like), like)),
        Err(StaffError::UnknownSubject { .. }) => None,
        Err(error) => return Err(failure(lang, &error)),
    };
    let content = html! {
        h1 { (say::nobody(lang)) }
        (notice(Notice::Refused, &say::not_there(lang, shown(subject))))
        @if let Some((text, subject)) = other { p { a href=(address::participant(&subject)) { (text) } } }
        p { a href="/participants" { (say::to_the_list(lang)) } }
    };
    Err((StatusCode::NOT_FOUND, page(&ctx.viewer, "/participants", say::nobody(lang), content))
        .into_response())
}

/// The page of an address at which the reader finds nothing.
pub(super) fn nothing(viewer: &Viewer) -> Response {
    let title = frame::nothing_here(viewer.lang);
    let content = html! { h1 { (title) } p { a href="/" { (frame::to_the_start(viewer.lang)) } } };
    (StatusCode::NOT_FOUND, page(viewer, "", title, content)).into_response()
}
