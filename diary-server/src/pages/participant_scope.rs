//! The participant that a page is about, found for its reader alone: one of another site is answered exactly as one that
//! does not exist.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_store::Participant;
use maud::html;

use super::PagesState;
use super::access::Action;
use super::layout::{failure, page};
use super::viewer::Viewer;
use crate::messages::page as say;
use crate::site::StaffError;

/// The participant of a subject number, where the reader has the right to `action` at the participant's site.
///
/// # Errors
/// The page that says that there is nothing, or that of a failure.
pub(super) async fn participant_in_scope(
    pages: &PagesState,
    viewer: &Viewer,
    action: Action,
    subject: &str,
) -> Result<Participant, Response> {
    match pages.site().participants().find_at(subject, &viewer.sites(action)).await {
        Ok(participant) => Ok(participant),
        Err(
            StaffError::UnknownSubject { .. }
            | StaffError::RenamedSubject { .. }
            | StaffError::LikeSubject { .. },
        ) => Err(nothing(viewer)),
        Err(error) => Err(failure(viewer.lang, &error)),
    }
}

/// The page of an address at which the reader finds nothing.
pub(super) fn nothing(viewer: &Viewer) -> Response {
    let title = say::nothing_here(viewer.lang);
    let content = html! { h1 { (title) } p { a href="/" { (say::to_the_start(viewer.lang)) } } };
    (StatusCode::NOT_FOUND, page(viewer, "", title, content)).into_response()
}
