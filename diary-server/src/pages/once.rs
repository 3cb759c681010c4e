//! Forms that do something once: a second click, the way back and a reload lead to where the first one led.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::PagesState;
use super::context::PageContext;
use super::form::Form;

/// Longest mark of a form that is remembered.
const MARK_MAX_BYTES: usize = 64;

/// Hidden field that marks one rendering of a form.
pub(super) fn mark(pages: &PagesState) -> Markup {
    let mark = u128::from_be_bytes(pages.site().random().array());
    html! { input type="hidden" name="once" value=(format!("{mark:032x}")); }
}

/// Does what a form asks for and leads to the place that `act` returns, unless the same form was sent before. Forms are
/// worked off one after the other, so that the second click waits for the first.
pub(super) async fn once(
    ctx: &PageContext,
    form: &Form,
    act: impl Future<Output = Result<String, Response>>,
) -> Response {
    let _turn = ctx.pages.turn().await;
    if let Some(to) = ctx.pages.sent(ctx.viewer.session.hash, mark_of(form)) {
        return Redirect::to(&to).into_response();
    }
    match act.await {
        Ok(to) => {
            note(ctx, form, &to);
            Redirect::to(&to).into_response()
        }
        Err(response) => response,
    }
}

/// Remembers the place to which a form led.
pub(super) fn note(ctx: &PageContext, form: &Form, to: &str) {
    let mark = mark_of(form);
    if (1..=MARK_MAX_BYTES).contains(&mark.len()) {
        ctx.pages.note_sent(ctx.viewer.session.hash, mark.to_owned(), to.to_owned());
    }
}

fn mark_of(form: &Form) -> &str {
    form.text("once")
}
