//! The secret that opens a diary whose PIN is forgotten: shown once for a reason, after the row of the audit trail.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_store::Participant;
use maud::{Markup, html};

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, notice};
use super::once::{mark, note};
use super::participant_frame::{Tab, frame};
use super::participant_scope::find;
use super::phones;
use crate::messages::enrol_page as say;
use crate::site::{ShownSecret, StaffError};
use crate::words::dates;

pub(super) async fn show(ctx: PageContext, Path(subject): Path<String>) -> Response {
    match find(&ctx, Action::SeeRecoverySecret, &subject).await {
        Ok(participant) => sheet(&ctx, &participant, &Markup::default()),
        Err(response) => response,
    }
}

fn sheet(ctx: &PageContext, participant: &Participant, said: &Markup) -> Response {
    let lang = ctx.viewer.lang;
    let title = say::recovery_title(lang, &participant.subject);
    let content = html! {
        h1 { (title) }
        (said)
        p { (say::recovery_help(lang)) }
        form method="post" action={ (address::participant(&participant.subject)) "/recovery" } class="card" {
            (mark(&ctx.pages))
            label for="reason" { (say::reason(lang)) }
            input id="reason" name="reason" required maxlength="256" autocomplete="off";
            button class="main" { (say::recovery_show(lang)) }
        }
    };
    frame(&ctx.viewer, participant, Some(Tab::Phones), (&title, &content)).into_response()
}

pub(super) async fn reveal(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::SeeRecoverySecret, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let lang = ctx.viewer.lang;
    let _turn = ctx.pages.turn().await;
    if ctx.pages.sent(ctx.viewer.session.hash, form.text("once")).is_some() {
        let said = notice(Notice::Look, say::recovery_shown_before(lang));
        return sheet(&ctx, &participant, &said);
    }
    match secrets(&ctx, &participant, form.text("reason")).await {
        Ok(shown) => {
            note(&ctx, &form, "");
            sheet(&ctx, &participant, &shown)
        }
        Err(error) => match phones::refusal(lang, &error) {
            Some(text) => {
                let sheet = sheet(&ctx, &participant, &notice(Notice::Refused, &text));
                (StatusCode::UNPROCESSABLE_ENTITY, sheet).into_response()
            }
            None => failure(lang, &error),
        },
    }
}

async fn secrets(ctx: &PageContext, participant: &Participant, reason: &str) -> Result<Markup, StaffError> {
    let lang = ctx.viewer.lang;
    let zone = ctx.site().setting().await?.zone(&participant.site);
    let secrets = ctx.site().devices().recovery_secrets(&ctx.viewer.account, participant, reason).await?;
    let line = |one: &ShownSecret| {
        html! {
            p { (say::recovery_of(lang, dates::moment(lang, zone, one.joined))) }
            p { code class="secret" { (one.secret.to_text().as_str()) } }
        }
    };
    Ok(html! {
        section class="notice done" role="status" {
            @for one in &secrets { (line(one)) }
            p { (say::recovery_handling(lang)) }
        }
    })
}
