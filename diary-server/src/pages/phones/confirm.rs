//! The six digits that a phone shows, typed by staff, and how much of the past it is given.

use axum::extract::Path;
use axum::response::Response;
use diary_core::keys::{HistoryScope, ShortAuthString};
use diary_store::Participant;
use maud::{Markup, html};

use super::{again, path, refused};
use crate::messages::enrol_page as say;
use crate::pages::access::Action;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::once::{mark, once};
use crate::pages::participant_scope::find;
use crate::site::{ConfirmDevice, ConfirmHeldDevice, Confirmed};

/// Most days of the past that are asked for.
const DAYS_MAX: u32 = 3660;
/// Days that are offered.
const DAYS_OFFERED: &str = "28";

/// The form for the digits, with what was typed.
pub(super) fn confirm_form(ctx: &PageContext, participant: &Participant, typed: &Form) -> Markup {
    let lang = ctx.viewer.lang;
    let scopes =
        [("all", say::scope_all(lang)), ("days", say::scope_days(lang)), ("none", say::scope_none(lang))];
    let chosen = if typed.has("scope") { typed.text("scope") } else { "all" };
    let days = if typed.has("days") { typed.text("days") } else { DAYS_OFFERED };
    let reason = if typed.has("digits") { typed.text("reason") } else { "" };
    html! {
        form method="post" action=(path(participant, "/confirm")) class="card" {
            (mark(&ctx.pages))
            label for="digits" { (say::digits(lang)) }
            input id="digits" name="digits" class="digits" inputmode="numeric" autocomplete="off" required maxlength="12"
                value=(typed.text("digits"));
            fieldset {
                legend { (say::scope(lang)) }
                @for (code, words) in scopes {
                    label class="choice" {
                        input type="radio" name="scope" value=(code) checked[code == chosen]; " " (words)
                    }
                    @if code == "days" {
                        input name="days" class="short" aria-label=(say::days(lang)) inputmode="numeric" maxlength="4" value=(days);
                    }
                }
            }
            label for="confirm-reason" { (say::confirm_reason(lang)) }
            input id="confirm-reason" name="reason" maxlength="256" value=(reason);
            button class="main" { (say::confirm(lang)) }
        }
    }
}

/// The part of the past that a form asks for.
fn scope(form: &Form) -> Option<HistoryScope> {
    match form.text("scope") {
        "all" | "" => Some(HistoryScope::All),
        "none" => Some(HistoryScope::None),
        "days" => {
            let days = form.text("days").parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
            days.map(HistoryScope::Days)
        }
        _ => None,
    }
}

fn done(done: &Confirmed, reason: Option<&str>) -> &'static str {
    match (done.again, done.approved, reason) {
        (true, _, _) => "?done=again",
        (false, true, _) => "?done=approved",
        (false, false, Some(_)) => "?done=reason",
        (false, false, None) => "?done=confirmed",
    }
}

pub(in crate::pages) async fn confirm(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let lang = ctx.viewer.lang;
    once(&ctx, &form, async {
        let Ok(digits) = form.text("digits").parse::<ShortAuthString>() else {
            return Err(again(&ctx, &participant, (&form, say::digits_form(lang))).await);
        };
        let Some(scope) = scope(&form) else {
            return Err(again(&ctx, &participant, (&form, say::days_form(lang))).await);
        };
        let reason = form.has("reason").then(|| form.text("reason"));
        let devices = ctx.site().devices();
        let confirm = ConfirmDevice { digits, history: scope, reason };
        match devices.confirm(&ctx.viewer.account, &participant, confirm).await {
            Ok(confirmed) => Ok(path(&participant, done(&confirmed, reason))),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}

/// Confirms a phone whose certificate is by a replaced key, after its key was compared.
pub(in crate::pages) async fn confirm_held(
    ctx: PageContext,
    Path(subject): Path<String>,
    form: Form,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let (device, reason) = (form.text("phone"), form.text("reason"));
        let confirm = ConfirmHeldDevice { device, history: HistoryScope::All, reason };
        let devices = ctx.site().devices();
        match devices.confirm_held(&ctx.viewer.account, &participant, confirm).await {
            Ok(_) => Ok(path(&participant, "?done=confirmed")),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}
