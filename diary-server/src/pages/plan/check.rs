//! The page that a form leads to when something must be looked at first: questions, a record that changed meanwhile, a
//! field that is not as needed. What was typed is kept in every case.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::text::Lang;
use diary_store::Participant;
use maud::{Markup, html};

use super::fields::{action, form_of, hidden};
use super::input::{Trouble, refusal_or_failure};
use super::state::PlanState;
use super::{Kind, words};
use crate::messages::plan as say;
use crate::pages::PagesState;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::layout::{Notice, failure, local_time, notice};
use crate::pages::once::mark;
use crate::pages::participant_frame::{Tab, frame};

/// A form that made no act yet.
pub(in crate::pages) struct Tried<'f> {
    /// Kind of act.
    pub(in crate::pages) kind: Kind,
    /// What was typed.
    pub(in crate::pages) form: &'f Form,
    /// Reason.
    pub(in crate::pages) trouble: Trouble,
    /// Shows a form that is none of this page's.
    pub(in crate::pages) own_form: Option<OwnForm>,
}

/// Shows a form with what was typed.
pub(in crate::pages) type OwnForm = fn(&PagesState, &PlanState, Lang, &Form) -> Markup;

/// Shows what must be looked at, and the form again with what was typed.
pub(in crate::pages) async fn check_page(
    ctx: &PageContext,
    participant: &Participant,
    tried: Tried<'_>,
) -> Response {
    let (lang, Tried { kind, form, trouble, own_form }) = (ctx.viewer.lang, tried);
    let state = match PlanState::read(ctx, participant).await {
        Ok(state) => state,
        Err(error) => return failure(lang, &error),
    };
    let (status, said) = match trouble {
        Trouble::Field(text) => (StatusCode::UNPROCESSABLE_ENTITY, notice(Notice::Refused, &text)),
        Trouble::Asked(asked) => {
            let asked: Vec<String> = asked.iter().map(|one| words::question(&state, lang, one)).collect();
            (StatusCode::OK, questions(&ctx.pages, &state, lang, (kind, form, &asked)))
        }
        Trouble::Preview(so, asked) => {
            let questions = questions(&ctx.pages, &state, lang, (kind, form, &asked));
            let heading = if kind == Kind::Anchor { say::so_the_plan_is(lang) } else { say::so_it_is(lang) };
            (StatusCode::OK, html! { (questions) h2 { (heading) } (so) })
        }
        Trouble::Changed => (StatusCode::CONFLICT, changed(&state, lang, form)),
        Trouble::Other(error) => match refusal_or_failure(&state, lang, error) {
            Ok(text) => {
                let lines = html! {
                    div class="notice refused" role="alert" {
                        @for line in text.lines() { p { bdi { (line) } } }
                        p { (say::not_recorded(lang)) }
                    }
                };
                (StatusCode::UNPROCESSABLE_ENTITY, lines)
            }
            Err(error) => return failure(lang, &error),
        },
    };
    let title = say::check_title(lang, &participant.subject);
    let content = html! {
        h1 { (title) }
        (said)
        @if kind == Kind::Withdraw {
            @if let Some(act) = form.text("corrects").parse().ok().and_then(|id| state.act(id)) {
                @if let Some(version) = act.versions.last() { p { bdi { (words::content(&state, lang, &version.content)) } } }
            }
        }
        h2 { (say::typed(lang)) }
        @match own_form {
            Some(own_form) => { (own_form(&ctx.pages, &state, lang, form)) }
            None => { (form_of(&ctx.pages, &state, lang, (kind, form))) }
        }
    };
    let tab = if kind == Kind::Regimen { Tab::Regimen } else { Tab::Plan };
    (status, frame(&ctx.viewer, participant, Some(tab), (&title, &content))).into_response()
}

/// The questions, and a form that makes the act as it was typed.
fn questions(
    pages: &PagesState,
    state: &PlanState,
    lang: Lang,
    (kind, form, asked): (Kind, &Form, &[String]),
) -> Markup {
    let (look, set) = match kind {
        Kind::Anchor => (say::look_at_plan(lang), say::move_so(lang)),
        Kind::Visit | Kind::Infusion | Kind::End | Kind::FirstDay | Kind::Withdraw | Kind::Regimen => {
            (say::look_first(lang), say::set_so(lang))
        }
    };
    html! {
        section class="notice look" role="alert" {
            @if asked.is_empty() { p { b { (look) } } } @else {
                p { b { (say::asked(lang)) } }
                ul { @for one in asked { li { bdi { (one) } } } }
            }
            form method="post" action=(action(state, kind)) {
                (mark(pages))
                (hidden(form))
                input type="hidden" name="confirmed" value="yes";
                button class="main" { (if asked.is_empty() { set } else { say::as_it_is(lang) }) }
            }
            p { (say::or_change(lang)) }
        }
    }
}

/// Acts that were made after the form was built.
fn changed(state: &PlanState, lang: Lang, form: &Form) -> Markup {
    let seen = form.text("seen").parse().unwrap_or(0);
    html! {
        section class="notice look" role="alert" {
            p { b { (say::changed(lang)) } }
            ul {
                @for version in state.since(seen) {
                    li {
                        bdi { (words::content(state, lang, &version.content)) }
                        " – " bdi { (version.by) } ", " (local_time(lang, state.zone, version.at))
                    }
                }
            }
            p { (say::changed_help(lang)) }
        }
    }
}
