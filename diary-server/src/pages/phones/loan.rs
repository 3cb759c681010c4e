//! Phones that the hospital lends: the question when a code is made, the mark in the list, the return.

use axum::extract::Path;
use axum::response::Response;
use diary_core::text::{Lang, shown};
use diary_core::time::Zone;
use diary_store::{DeviceState, Loan, Participant};
use maud::{Markup, html};

use super::{path, refused};
use crate::messages::enrol_page as say;
use crate::pages::access::Action;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::once::{mark as once_mark, once};
use crate::pages::participant_scope::find;
use crate::site::devices::access::PhoneView;
use crate::site::devices::loan::LABEL_MAX_CHARS;
use crate::site::{MarkDevice, ReturnDevice};
use crate::words::dates;

/// The question of whose phone it is, with what was typed.
pub(super) fn whose(lang: Lang, typed: &Form) -> Markup {
    let is_new = !typed.has("loan");
    let (lent, label) =
        if is_new { (typed.text("whose") == "lent", typed.text("label")) } else { (false, "") };
    choice(lang, "new", (lent, label))
}

fn choice(lang: Lang, id: &str, (lent, label): (bool, &str)) -> Markup {
    html! {
        fieldset {
            legend { (say::whose(lang)) }
            label class="choice" {
                input type="radio" name="whose" value="own" checked[!lent]; " " (say::own_phone(lang))
            }
            label class="choice" {
                input type="radio" name="whose" value="lent" checked[lent]; " " (say::lent_phone(lang))
            }
            label for={ "label-" (id) } { (say::label(lang)) }
            input id={ "label-" (id) } name="label" maxlength=(LABEL_MAX_CHARS) value=(label);
        }
    }
}

/// A lent phone with its label.
pub(super) fn lent_words(lang: Lang, label: &str) -> Markup {
    html! {
        (say::lent_by(lang))
        @if !label.is_empty() { " (" bdi { (shown(label)) } ")" }
    }
}

/// The loan of a phone.
pub(super) fn loan_words(lang: Lang, zone: Zone, loan: &Loan) -> Markup {
    html! {
        (lent_words(lang, &loan.label))
        @if let Some(at) = loan.returned { (say::given_back_on(lang, dates::moment(lang, zone, at))) }
    }
}

/// The forms with which a lent phone is given back, and the mark corrected.
pub(super) fn loan_forms(
    ctx: &PageContext,
    participant: &Participant,
    (phone, typed): (&PhoneView, &Form),
) -> Markup {
    let (lang, id) = (ctx.viewer.lang, phone.device.to_string());
    let of = |kind: &str| typed.text("loan") == kind && typed.text("phone") == id;
    let (back, corrected) = (of("back"), of("mark"));
    let out = phone.loan.as_ref().is_some_and(|loan| loan.returned.is_none());
    let lent = match corrected {
        true => (typed.text("whose") == "lent", typed.text("label")),
        false => (phone.loan.is_some(), phone.loan.as_ref().map_or("", |loan| loan.label.as_str())),
    };
    html! {
        @if out {
            details open[back] {
                summary { (say::give_back(lang)) }
                @if !matches!(phone.state, DeviceState::Revoked(_)) { p { (say::give_back_help(lang)) } }
                form method="post" action=(path(participant, "/return")) {
                    (once_mark(&ctx.pages))
                    input type="hidden" name="loan" value="back";
                    input type="hidden" name="phone" value=(id);
                    label for={ "back-" (id) } { (say::reason(lang)) }
                    input id={ "back-" (id) } name="reason" required maxlength="256"
                        value=[back.then(|| typed.text("reason"))];
                    button { (say::give_back(lang)) }
                }
            }
        }
        details open[corrected] {
            summary { (say::correct_mark(lang)) }
            form method="post" action=(path(participant, "/mark")) {
                (once_mark(&ctx.pages))
                input type="hidden" name="loan" value="mark";
                input type="hidden" name="phone" value=(id);
                (choice(lang, &id, lent))
                label for={ "mark-" (id) } { (say::reason(lang)) }
                input id={ "mark-" (id) } name="reason" required maxlength="256"
                    value=[corrected.then(|| typed.text("reason"))];
                button { (say::correct_mark(lang)) }
            }
        }
    }
}

/// Notes that a lent phone was given back.
pub(in crate::pages) async fn give_back(
    ctx: PageContext,
    Path(subject): Path<String>,
    form: Form,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let back = ReturnDevice { device: form.text("phone"), reason: form.text("reason") };
        match ctx.site().devices().give_back(&ctx.viewer.account, &participant, back).await {
            Ok(_) => Ok(path(&participant, "?done=returned")),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}

/// Corrects whose phone it is.
pub(in crate::pages) async fn mark(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let lent = (form.text("whose") == "lent").then(|| form.text("label"));
        let mark = MarkDevice { device: form.text("phone"), lent, reason: form.text("reason") };
        match ctx.site().devices().mark(&ctx.viewer.account, &participant, mark).await {
            Ok(_) => Ok(path(&participant, "?done=marked")),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}
