//! Correction or withdrawal of one act.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use diary_core::act::ActContent;
use diary_core::text::shown;
use maud::html;

use super::plan::fields::{form_of, of_act};
use super::plan::state::PlanState;
use super::plan::{Kind, words};
use crate::messages::plan as say;
use crate::pages::access::Action;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::layout::{Notice, failure, local_time, notice};
use crate::pages::participant_frame::{Tab, frame};
use crate::pages::participant_scope::{find, nothing};
use crate::pages::regimen::{correction, regimen_form};
use crate::site::acts::ActState;

pub(super) async fn show(ctx: PageContext, Path((subject, act)): Path<(String, String)>) -> Response {
    let participant = match find(&ctx, Action::RecordActs, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let state = match PlanState::read(&ctx, &participant).await {
        Ok(state) => state,
        Err(error) => return failure(ctx.viewer.lang, &error),
    };
    let Some(act) = act.parse().ok().and_then(|id| state.act(id)) else { return nothing(&ctx.viewer) };
    let Some(last) = act.versions.last().filter(|last| state.may_show(&last.content)) else {
        return nothing(&ctx.viewer);
    };
    let lang = ctx.viewer.lang;
    let title = say::correct_title(lang, &participant.subject);
    let corrects = ("corrects".to_owned(), last.act.to_string());
    let withdrawal = Form::of([corrects.clone()]);
    let correction = match &last.content {
        ActContent::Regimen(_) => correction(&state, lang, last.act).map(|form| (Kind::Regimen, form)),
        content => of_act(&state, content).map(|(kind, mut fields)| {
            fields.push(corrects);
            (kind, Form::of(fields))
        }),
    };
    let open = act.state != ActState::Withdrawn && last.content.is_replaceable();
    let content = html! {
        h1 { (title) }
        ul {
            @for version in act.versions.iter().rev() {
                li {
                    bdi { (shown(&words::content(&state, lang, &version.content))) }
                    " – " bdi { (shown(&version.by)) } ", " (local_time(lang, state.zone, version.at))
                    @if let Some(reason) = &version.reason { " – " bdi { (shown(reason)) } }
                }
            }
        }
        @if open {
            section {
                h2 { (say::correct(lang)) }
                @match correction {
                    Some((Kind::Regimen, form)) => { (regimen_form(&ctx.pages, &state, lang, &form)) }
                    Some((kind, form)) => { (form_of(&ctx.pages, &state, lang, (kind, &form))) }
                    None => { p { (say::no_correction(lang)) } }
                }
            }
            section {
                h2 { (say::withdraw(lang)) }
                p { (say::withdraw_help(lang)) }
                (form_of(&ctx.pages, &state, lang, (Kind::Withdraw, &withdrawal)))
            }
        } @else { (notice(Notice::Look, say::act_final(lang))) }
    };
    frame(&ctx.viewer, &participant, Some(Tab::Plan), (&title, &content)).into_response()
}
