//! The report of a participant as PDF, where the server was built with it.

use axum::extract::{Path, Query};
use axum::response::Response;

use super::context::PageContext;
use super::participant::Span;

/// The report as a file. Its name has the subject number, which is no person's name, and the last day.
#[cfg(feature = "pdf")]
pub(super) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(span): Query<Span>,
) -> Response {
    use axum::http::header;
    use axum::response::IntoResponse;

    let report = match super::participant::asked_for(&ctx, &subject, &span).await {
        Ok(report) => report,
        Err(response) => return response,
    };
    let last = report.days.last().map(|day| day.day).unwrap_or_default();
    let subject = report.participant.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    let name = format!("attachment; filename=\"diary-{}-{last}.pdf\"", subject.collect::<String>());
    match crate::site::views::print::pdf(report, ctx.viewer.lang).await {
        Ok(bytes) => {
            let kind = (header::CONTENT_TYPE, "application/pdf".to_owned());
            ([kind, (header::CONTENT_DISPOSITION, name)], bytes).into_response()
        }
        Err(error) => super::layout::failure(ctx.viewer.lang, &error),
    }
}

/// Nothing: this server was built without it.
#[cfg(not(feature = "pdf"))]
pub(super) async fn show(ctx: PageContext, _: Path<String>, _: Query<Span>) -> Response {
    super::layout::nothing_here(ctx.viewer.lang)
}
