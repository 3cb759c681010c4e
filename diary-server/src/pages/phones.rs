//! Phones of a participant: a code for a new one, the six digits that confirm it, revocation, and more room.

mod confirm;
mod link;
mod list;
mod loan;
pub(super) mod receipts;

pub(super) use confirm::{confirm, confirm_held};
pub(super) use link::{made_here, make_link, show_link};
pub(super) use list::show;
pub(super) use loan::{give_back, mark};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::keys::RevocationReason;
use diary_core::text::Lang;
use diary_store::Participant;

use super::PagesState;
use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure};
use super::once::once;
use super::participant_scope::find;
use crate::messages::enrol_page as say;
use crate::site::devices::enrolment::Hosts;
use crate::site::devices::loan::LABEL_MAX_CHARS;
use crate::site::{AllowDevice, REASON_MAX_BYTES, RevokeDevice, StaffError};

/// Most times the usual room that a phone may be given.
const TIMES_MAX: u32 = 100;

/// Reasons for which a phone is revoked, with their codes in forms.
const REASONS: [(&str, RevocationReason); 5] = [
    ("lost", RevocationReason::Lost),
    ("replaced", RevocationReason::Replaced),
    ("mistake", RevocationReason::Mistake),
    ("left", RevocationReason::Left),
    ("other", RevocationReason::Other),
];

fn reason_word(lang: Lang, reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Lost => say::why_lost(lang),
        RevocationReason::Replaced => say::why_replaced(lang),
        RevocationReason::Mistake => say::why_mistake(lang),
        RevocationReason::Left => say::why_left(lang),
        RevocationReason::Other => say::why_other(lang),
    }
}

/// Sentence for a refusal that a form of these pages answers; none for a failure.
pub(super) fn refusal(lang: Lang, error: &StaffError) -> Option<String> {
    Some(match error {
        StaffError::NobodyWaits { .. } => say::nobody_waits(lang).to_owned(),
        StaffError::WrongDigits { left, .. } => say::wrong_digits(lang, *left),
        StaffError::Locked { .. } => say::locked(lang).to_owned(),
        StaffError::NotApproved { .. } => say::not_approved(lang).to_owned(),
        StaffError::LinkLate { .. } => say::link_late(lang).to_owned(),
        StaffError::UnknownPhone { .. } => say::unknown_phone(lang).to_owned(),
        StaffError::RevokedBefore { .. } => say::revoked_before(lang).to_owned(),
        StaffError::NotLent { .. } => say::not_lent(lang).to_owned(),
        StaffError::LabelForm => say::label_form(lang, LABEL_MAX_CHARS),
        StaffError::ReasonForm => say::reason_form(lang, REASON_MAX_BYTES),
        StaffError::NoPublicName { .. } | StaffError::Host { .. } => say::no_public_name(lang).to_owned(),
        StaffError::NoRecoverySecret { .. } => say::recovery_none(lang).to_owned(),
        _ => return None,
    })
}

/// The list once more with the reason for a refusal, and what was typed.
async fn refused(
    ctx: &PageContext,
    participant: &Participant,
    (form, error): (&Form, &StaffError),
) -> Response {
    match refusal(ctx.viewer.lang, error) {
        Some(text) => again(ctx, participant, (form, &text)).await,
        None => failure(ctx.viewer.lang, error),
    }
}

async fn again(ctx: &PageContext, participant: &Participant, (form, text): (&Form, &str)) -> Response {
    let list = list::sheet(ctx, participant, (form, Some((Notice::Refused, text)))).await;
    (StatusCode::UNPROCESSABLE_ENTITY, list).into_response()
}

fn path(participant: &Participant, rest: &str) -> String {
    format!("{}/phones{rest}", address::participant(&participant.subject))
}

fn hosts(pages: &PagesState) -> Result<Hosts, StaffError> {
    Hosts::configured(pages.site().context().config())
}

/// Revokes a phone, or turns one away that waits.
pub(super) async fn revoke(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let because = REASONS.iter().find(|(code, _)| *code == form.text("because"));
        let because = because.map_or(RevocationReason::Other, |(_, because)| *because);
        let (device, reason) = (form.text("phone"), form.text("reason"));
        let revoke = RevokeDevice { device, because, reason };
        match ctx.site().devices().revoke(&ctx.viewer.account, &participant, revoke).await {
            Ok(_) => Ok(path(&participant, "?done=revoked")),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}

/// Lets a phone store more.
pub(super) async fn allow(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let times = form.text("times").parse().ok().filter(|times| (1..=TIMES_MAX).contains(times));
        let Some(times) = times else {
            return Err(again(&ctx, &participant, (&form, say::times_form(ctx.viewer.lang))).await);
        };
        let (device, reason) = (form.text("phone"), form.text("reason"));
        let allow = AllowDevice { device, times: Some(times), clear: form.has("clear"), reason };
        match ctx.site().devices().allow(&ctx.viewer.account, &participant, allow).await {
            Ok(_) => Ok(path(&participant, "?done=allowed")),
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}
