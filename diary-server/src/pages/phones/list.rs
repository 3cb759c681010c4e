//! The list of a participant's phones, with what can be done about each.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::text::Lang;
use diary_core::time::Zone;
use diary_store::{DeviceState, Participant};
use maud::{Markup, html};
use serde::Deserialize;

use super::confirm::confirm_form;
use super::loan::{loan_forms, loan_words, whose};
use super::{REASONS, path, reason_word};
use crate::ingest::quotas::Quota;
use crate::messages::enrol_page as say;
use crate::pages::PagesState;
use crate::pages::access::Action;
use crate::pages::address;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::layout::{Notice, failure, local_time, notice};
use crate::pages::once::mark;
use crate::pages::participant_frame::{Tab, frame};
use crate::pages::participant_scope::find;
use crate::pages::phones::receipts;
use crate::site::StaffError;
use crate::site::devices::access::PhoneView;
use crate::site::devices::enrolment::TRIES_MAX;
use crate::site::devices::receipts::PhoneReceipts;
use crate::words::dates;

/// Result of the form that led here.
#[derive(Deserialize)]
pub(in crate::pages) struct Done {
    done: Option<String>,
}

pub(in crate::pages) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(done): Query<Done>,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let lang = ctx.viewer.lang;
    let said = match done.done.as_deref() {
        Some("confirmed") => Some(say::confirmed(lang)),
        Some("approved") => Some(say::confirmed_approved(lang)),
        Some("reason") => Some(say::confirmed_reason(lang)),
        Some("again") => Some(say::confirmed_before(lang)),
        Some("revoked") => Some(say::revoke_done(lang)),
        Some("allowed") => Some(say::allow_done(lang)),
        Some("returned") => Some(say::return_done(lang)),
        Some("marked") => Some(say::mark_done(lang)),
        Some(_) | None => None,
    };
    sheet(&ctx, &participant, (&Form::default(), said.map(|said| (Notice::Done, said)))).await
}

/// The list, with what was typed in a form that was refused.
pub(super) async fn sheet(
    ctx: &PageContext,
    participant: &Participant,
    (typed, said): (&Form, Option<(Notice, &str)>),
) -> Response {
    let Gathered { phones, received, zone, newest } = match gathered(&ctx.pages, participant).await {
        Ok(gathered) => gathered,
        Err(error) => return failure(ctx.viewer.lang, &error),
    };
    let lang = ctx.viewer.lang;
    let title = say::title(lang, &participant.subject);
    let waiting: Vec<&PhoneView> =
        phones.iter().filter(|phone| phone.state == DeviceState::Pending && !phone.by_retired_key).collect();
    let in_use = phones.iter().any(|phone| phone.state == DeviceState::Confirmed);
    let content = html! {
        h1 { (title) }
        @if let Some((kind, text)) = said { (notice(kind, text)) }
        @if !waiting.is_empty() {
            section {
                h2 { (say::confirm_title(lang)) }
                @for phone in &waiting {
                    p { (say::confirm_waiting(lang, dates::moment(lang, zone, phone.joined))) }
                    @if phone.late { (notice(Notice::Look, say::late(lang))) }
                }
                (confirm_form(ctx, participant, typed))
            }
        }
        section {
            h2 { (say::enrol(lang)) }
            @if in_use { p { (say::another_in_use(lang)) } }
            p { (say::enrol_help(lang, LINK_LIFE_MS / 60_000)) }
            form method="post" action=(path(participant, "")) {
                (mark(&ctx.pages))
                (whose(lang, typed))
                button class=[waiting.is_empty().then_some("main")] { (say::enrol_button(lang)) }
            }
        }
        section {
            h2 { (say::tab_phones(lang)) }
            @if phones.is_empty() { p { (say::none(lang)) } } @else {
                div {
                    table class="stack" {
                        thead {
                            tr {
                                th scope="col" { (say::number(lang)) }
                                th scope="col" { (say::state(lang)) }
                                th scope="col" { (say::joined(lang)) }
                                th scope="col" { (say::remarks(lang)) }
                                th scope="col" { (say::change(lang)) }
                            }
                        }
                        tbody { @for phone in &phones { (row(ctx, participant, (phone, zone, typed))) } }
                    }
                }
                p class="hint" { (say::zone(lang, zone.to_string())) }
            }
            p { a href={ (address::participant(&participant.subject)) "/recovery" } { (say::recovery(lang)) } }
        }
        (receipts::table(lang, &received, (zone, newest)))
    };
    frame(&ctx.viewer, participant, Some(Tab::Phones), (&title, &content)).into_response()
}

/// Data of the page.
struct Gathered {
    phones: Vec<PhoneView>,
    received: Vec<PhoneReceipts>,
    zone: Zone,
    /// Version of the study in force.
    newest: u32,
}

async fn gathered(pages: &PagesState, participant: &Participant) -> Result<Gathered, StaffError> {
    let devices = pages.site().devices();
    let (phones, received) = (devices.list(participant).await?, devices.receipts(participant).await?);
    let setting = pages.site().setting().await?;
    Ok(Gathered { phones, received, zone: setting.zone(&participant.site), newest: setting.study.version() })
}

fn row(
    ctx: &PageContext,
    participant: &Participant,
    (phone, zone, typed): (&PhoneView, Zone, &Form),
) -> Markup {
    let lang = ctx.viewer.lang;
    let id = phone.device.to_string();
    html! {
        tr {
            th scope="row" {
                @match phone.number { Some(number) => { (number) } None => { (say::unnumbered(lang)) } }
            }
            td data-label=(say::state(lang)) { (state(lang, zone, phone.state)) }
            td data-label=(say::joined(lang)) { (local_time(lang, zone, phone.joined)) }
            td data-label=(say::remarks(lang)) { (remarks(lang, (phone, zone))) }
            td data-label=(say::change(lang)) {
                @if phone.state == DeviceState::Pending && phone.by_retired_key {
                    (held_form(ctx, participant, &id))
                }
                @if !matches!(phone.state, DeviceState::Revoked(_)) {
                    (revoke_form(ctx, participant, (phone, typed)))
                }
                @if phone.state == DeviceState::Confirmed {
                    (allow_form(ctx, participant, (phone, typed)))
                }
                (loan_forms(ctx, participant, (phone, typed)))
            }
        }
    }
}

fn state(lang: Lang, zone: Zone, state: DeviceState) -> String {
    match state {
        DeviceState::Pending => say::waits(lang).to_owned(),
        DeviceState::Confirmed => say::in_use(lang).to_owned(),
        DeviceState::Revoked(at) => say::revoked_at(lang, dates::moment(lang, zone, at)),
    }
}

fn remarks(lang: Lang, (phone, zone): (&PhoneView, Zone)) -> Markup {
    let (opened, times) = (phone.allowance.opened, phone.allowance.times);
    let most = Quota::most_opened(times);
    let pending = phone.state == DeviceState::Pending;
    let said = [
        (pending && phone.late).then(|| say::late(lang).to_owned()),
        (pending && phone.by_retired_key).then(|| say::held(lang, phone.device.to_string())),
        (pending && phone.wrong_digits > 0).then(|| say::wrong_so_far(lang, phone.wrong_digits, TRIES_MAX)),
        (phone.incarnations > 1).then(|| say::store_began_anew(lang, phone.incarnations - 1)),
        phone.held_revocation.then(|| say::held_revocation(lang).to_owned()),
        (times > 1).then(|| say::room_raised(lang, times)),
        match (Quota::is_reached(opened, most), Quota::is_near(opened, most)) {
            (true, _) => Some(say::room_used_up(lang).to_owned()),
            (false, true) => Some(say::room_near(lang).to_owned()),
            (false, false) => None,
        },
    ];
    html! {
        @if let Some(loan) = &phone.loan { p { b { (loan_words(lang, zone, loan)) } } }
        @for one in said.into_iter().flatten() { p { (one) } }
    }
}

fn held_form(ctx: &PageContext, participant: &Participant, id: &str) -> Markup {
    let lang = ctx.viewer.lang;
    html! {
        details {
            summary { (say::confirm_held(lang)) }
            form method="post" action=(path(participant, "/confirm-held")) {
                (mark(&ctx.pages))
                input type="hidden" name="phone" value=(id);
                label for={ "held-" (id) } { (say::held_reason(lang)) }
                input id={ "held-" (id) } name="reason" required maxlength="256";
                button { (say::confirm_held(lang)) }
            }
        }
    }
}

fn revoke_form(ctx: &PageContext, participant: &Participant, (phone, typed): (&PhoneView, &Form)) -> Markup {
    let (lang, id) = (ctx.viewer.lang, phone.device.to_string());
    let confirmed = phone.state == DeviceState::Confirmed;
    let words = if confirmed { say::revoke(lang) } else { say::turn_away(lang) };
    let mine = typed.has("because") && typed.text("phone") == id;
    html! {
        details open[mine] {
            summary { (words) }
            form method="post" action=(path(participant, "/revoke")) {
                (mark(&ctx.pages))
                input type="hidden" name="phone" value=(id);
                label for={ "why-" (id) } { (say::revoke_why(lang)) }
                select id={ "why-" (id) } name="because" {
                    @for (code, reason) in REASONS {
                        option value=(code) selected[mine && typed.text("because") == code] { (reason_word(lang, reason)) }
                    }
                }
                label for={ "reason-" (id) } { (say::reason(lang)) }
                input id={ "reason-" (id) } name="reason" required maxlength="256"
                    value=[mine.then(|| typed.text("reason"))];
                button { (words) }
            }
        }
    }
}

fn allow_form(ctx: &PageContext, participant: &Participant, (phone, typed): (&PhoneView, &Form)) -> Markup {
    let (lang, id) = (ctx.viewer.lang, phone.device.to_string());
    let mine = typed.has("times") && typed.text("phone") == id;
    let times = if mine { typed.text("times").to_owned() } else { phone.allowance.times.to_string() };
    html! {
        details open[mine] {
            summary { (say::allow(lang)) }
            form method="post" action=(path(participant, "/allow")) {
                (mark(&ctx.pages))
                input type="hidden" name="phone" value=(id);
                label for={ "times-" (id) } { (say::allow_times(lang)) }
                input id={ "times-" (id) } name="times" inputmode="numeric" required maxlength="3" value=(times);
                label { input type="checkbox" name="clear" value="yes" checked[mine && typed.has("clear")]; " " (say::allow_clear(lang)) }
                label for={ "room-" (id) } { (say::reason(lang)) }
                input id={ "room-" (id) } name="reason" required maxlength="256"
                    value=[mine.then(|| typed.text("reason"))];
                button { (say::allow(lang)) }
            }
        }
    }
}
