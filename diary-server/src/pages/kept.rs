//! A form that came after the end of its session: kept until it is taken or dropped, or for a day.

use axum::response::{IntoResponse, Redirect, Response};
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;
use maud::{Markup, html};
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

/// Longest value that is shown on one line.
const LINE_BYTES: usize = 80;

/// The form with what was typed, to be sent again.
pub(super) async fn show(ctx: PageContext) -> Response {
    let lang = ctx.viewer.lang;
    let kept = ctx.site().accounts().kept_form(ctx.viewer.account.as_str()).await;
    let (form, zone) = match (kept, super::own_zone(&ctx).await) {
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
                (field(lang, n, (name, value)))
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

/// A field as it was typed. What a person did not type or left empty goes along unseen.
fn field(lang: Lang, n: usize, (name, value): (&str, &str)) -> Markup {
    let id = format!("kept-{n}");
    html! {
        @match label(lang, name) {
            Some(label) if !value.is_empty() => {
                label for=(id) { (label) }
                @if value.contains('\n') || value.len() > LINE_BYTES {
                    textarea id=(id) name=(name) rows="6" { "\n" (value) }
                } @else {
                    input id=(id) name=(name) value=(value);
                }
            }
            Some(_) | None => { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// Words for a field that people type into, whichever form it is of; none for another.
fn label(lang: Lang, name: &str) -> Option<&'static str> {
    let is_line = |part: &str| {
        let number = part.strip_prefix('l').or_else(|| part.strip_prefix('n'));
        number.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
    };
    match name.split_once('-') {
        Some((part, field)) if is_line(part) => label_of_line(lang, field),
        Some((part, field)) if part.starts_with("pause") => label_of_pause(lang, field),
        Some((part, "date" | "time")) if part.starts_with("resume") => Some(plan::resumed(lang)),
        Some(_) | None => label_of_form(lang, name),
    }
}

fn label_of_line(lang: Lang, field: &str) -> Option<&'static str> {
    Some(match field {
        "amount" => regimen_page::amount(lang),
        "apart" => regimen_page::apart(lang),
        "days" => regimen_page::weekdays(lang),
        "every" => regimen_page::every(lang),
        "first" => regimen_page::first(lang),
        "form" => regimen_page::form(lang),
        "last" => regimen_page::last(lang),
        "medication" => regimen_page::medication(lang),
        "most" => regimen_page::most(lang),
        "route" => regimen_page::route(lang),
        "step1-amount" | "step2-amount" => regimen_page::step_amount(lang),
        "step1-date" | "step2-date" => regimen_page::step_from(lang),
        "times" => regimen_page::times(lang),
        _ => return None,
    })
}

fn label_of_pause(lang: Lang, field: &str) -> Option<&'static str> {
    Some(match field {
        "date" | "time" => plan::paused(lang),
        "given" => plan::given(lang),
        "reason" => plan::interruption_reason(lang),
        _ => return None,
    })
}

fn label_of_form(lang: Lang, name: &str) -> Option<&'static str> {
    Some(match name {
        "anchor" => plan::anchor(lang),
        "cycle" => plan::cycle(lang),
        "date" => plan::date(lang),
        "day" => plan::cycle_day(lang),
        "days" => enrol_page::days(lang),
        "digits" => enrol_page::digits(lang),
        "dose" => plan::dose(lang),
        "from" => regimen_page::from(lang),
        "how" => plan::how(lang),
        "label" => enrol_page::label(lang),
        "language" => accounts::language(lang),
        "name" => accounts::name(lang),
        "reason" => enrol_page::reason(lang),
        "role" => accounts::role(lang),
        "scope" => enrol_page::scope(lang),
        "site" => accounts::site(lang),
        "start-date" | "start-time" => plan::start(lang),
        "stop-date" | "stop-time" => plan::stop(lang),
        "subject" => participants_page::subject(lang),
        "times" => enrol_page::allow_times(lang),
        "visit" => plan::visit(lang),
        "what" => today::what_was_done(lang),
        _ => return None,
    })
}
