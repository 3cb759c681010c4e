//! A form that came after the end of its session: kept until it is taken or dropped, or for a day.

use axum::response::{IntoResponse, Redirect, Response};
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;
use maud::html;
use percent_encoding::percent_decode_str;

use super::check::KEPT;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, notice, page};
use crate::messages::{
    accounts, contradictions, enrol_page, own as say, participants_page, plan, regimen_page, today,
    waiting_page,
};
use crate::site::accounts::KEPT_MS;
use crate::words::dates;

/// Fields that forms hide.
const HIDDEN: [&str; 14] = [
    "once",
    "seen",
    "corrects",
    "confirmed",
    "on",
    "rule",
    "phone",
    "lang",
    "version",
    "n",
    "secret",
    "kind",
    "about",
    "entry",
];
/// Length from which on a value has several lines, in bytes.
const LONG: usize = 80;

/// The form with what was typed, to be sent again.
pub(super) async fn show(ctx: PageContext) -> Response {
    let lang = ctx.viewer.lang;
    let kept = ctx.site().accounts().kept_form(ctx.viewer.account.as_str()).await;
    let (form, zone) = match (kept, super::zone(&ctx.pages).await) {
        (Ok(Some(form)), Ok(zone)) => (form, zone),
        (Ok(None), Ok(_)) => return Redirect::to("/").into_response(),
        (Err(error), _) | (_, Err(error)) => return failure(lang, &error),
    };
    let until = dates::moment(lang, zone, UtcMillis(form.at.0.saturating_add(KEPT_MS)));
    let fields = Form::parse(&form.body);
    let content = html! {
        h1 { (say::kept_title(lang)) }
        (notice(Notice::Look, &say::kept(lang, until)))
        form method="post" action={ (form.path) "?" (KEPT) } class="card" {
            p { (say::kept_form(lang)) ": " b { bdi { (shown(&named(lang, &form.path))) } } }
            @for (n, (name, value)) in fields.fields().enumerate() {
                @if HIDDEN.contains(&name) {
                    input type="hidden" name=(name) value=(value);
                } @else {
                    label for={ "kept-" (n) } { bdi { (label(lang, name)) } }
                    @if value.contains('\n') || value.len() > LONG {
                        textarea id={ "kept-" (n) } name=(name) rows="6" { "\n" (value) }
                    } @else {
                        input id={ "kept-" (n) } name=(name) value=(value);
                    }
                }
            }
            button class="main" { (say::kept_send(lang)) }
        }
        form method="post" action="/kept/drop" { button class="quiet" { (say::kept_drop(lang)) } }
    };
    page(&ctx.viewer, "", say::kept_title(lang), content).into_response()
}

/// Drops the form.
pub(super) async fn drop(ctx: PageContext) -> Response {
    match ctx.site().accounts().drop_form(ctx.viewer.account.as_str()).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

/// Name of the form that is sent to an address, with its participant.
fn named(lang: Lang, path: &str) -> String {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (form, subject) = match parts.as_slice() {
        ["participants"] => (participants_page::add_title(lang), None),
        ["participants", subject, "plan", ..] => (enrol_page::tab_plan(lang), Some(*subject)),
        ["participants", subject, "regimen"] => (enrol_page::tab_regimen(lang), Some(*subject)),
        ["participants", subject, "alerts"] => (today::deal(lang), Some(*subject)),
        ["participants", subject, "phones", ..] => (enrol_page::tab_phones(lang), Some(*subject)),
        ["participants", subject, "contradictions", ..] => (contradictions::title(lang), Some(*subject)),
        ["participants", subject, "parcels", ..] => (waiting_page::parcels(lang), Some(*subject)),
        ["accounts", ..] => (accounts::title(lang), None),
        _ => return path.to_owned(),
    };
    match subject {
        Some(subject) => say::kept_of(lang, form, percent_decode_str(subject).decode_utf8_lossy()),
        None => form.to_owned(),
    }
}

/// Name of a field, or that of the form where it has no other.
fn label(lang: Lang, name: &str) -> &str {
    match name {
        "reason" => waiting_page::reason(lang),
        "what" => today::what_was_done(lang),
        "date" | "start-date" | "stop-date" => plan::date(lang),
        "subject" => participants_page::subject(lang),
        "from" => regimen_page::from(lang),
        "name" => accounts::name(lang),
        "role" => accounts::role(lang),
        "site" => accounts::site(lang),
        "language" => accounts::language(lang),
        other => other,
    }
}
