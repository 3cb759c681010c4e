//! A sheet to print for the participant: the code with pictures of how to scan it, what the app asks, whom to call.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use diary_core::study::Study;
use diary_core::text::{Lang, shown};
use diary_store::Participant;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::layout::{failure, sheet};
use super::participant_scope::find;
use super::phones::made_here;
use super::sign_in::qr;
use super::viewer::Viewer;
use crate::messages::sheets as say;
use crate::site::{ActiveStudy, Invitation};
use crate::words::dates;

/// Language of a sheet.
#[derive(Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
}

/// Language of a sheet: the one that was asked for, else the first of the study.
pub(super) fn sheet_language(study: &Study, asked: Option<&str>) -> Lang {
    let chosen = asked.and_then(|tag| diary_core::words::choose(tag).ok());
    let first = study.languages().first().and_then(|lang| diary_core::words::choose(lang.tag()).ok());
    chosen.or(first).unwrap_or(Lang::EN)
}

/// Line above a sheet that is not printed: back, and the languages.
pub(super) fn not_printed(viewer: &Viewer, back: &str, path: &str) -> Markup {
    let lang = viewer.lang;
    html! {
        nav class="not-printed" aria-label=(say::sheet_navigation(lang)) lang=(lang.tag()) {
            a href=(back) { (say::back(lang)) }
            @for one in diary_core::words::languages() {
                a href={ (path) "lang=" (one.tag()) } lang=(one.tag()) { (crate::messages::page::this_language(*one)) }
            }
            span { (say::print_help(lang)) }
        }
    }
}

pub(super) async fn show(
    ctx: PageContext,
    Path((subject, link)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let Some(made) = made_here(&ctx, &participant, &link) else {
        return Redirect::to(&format!("{}/phones/{link}", address::participant(&participant.subject)))
            .into_response();
    };
    match ctx.site().setting().await {
        Ok(setting) => {
            let lang = sheet_language(&setting.study, asked.lang.as_deref());
            let back = format!("{}/phones/{link}", address::participant(&participant.subject));
            let content = html! {
                (not_printed(&ctx.viewer, &back, "?"))
                (content(&setting, &participant, (&made, lang)))
            };
            sheet(lang, &say::joining_title(lang, &participant.subject), &content).into_response()
        }
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

fn content(setting: &ActiveStudy, participant: &Participant, (made, lang): (&Invitation, Lang)) -> Markup {
    let (study, zone) = (&setting.study, setting.zone(&participant.site));
    html! {
        header class="sheet-head" {
            h1 { (say::joining(lang)) }
            p { (study.title(lang)) " · " (say::subject(lang, &participant.subject)) }
            @if let Some(label) = &made.lent {
                p { b { (say::lent(lang)) } @if !label.is_empty() { " " (say::lent_label(lang)) " " bdi { (shown(label)) } } }
            }
        }
        ol class="steps" {
            li {
                div {
                    (camera())
                    div {
                        p { (say::step_scan(lang)) }
                        div class="qr" { (qr(&made.link.to_text(), say::code_picture(lang))) }
                        p { (say::until(lang, dates::moment(lang, zone, made.until), zone.to_string())) }
                    }
                }
            }
            li { div { (touch()) p { (say::step_open(lang)) } } }
            li { div { (lock()) p { (say::step_pin(lang, study.pin_min_chars())) } } }
            li { div { (digits()) p { (say::step_digits(lang)) } } }
        }
        section {
            h2 { (say::asks(lang)) }
            ul {
                @for slot in study.slots().iter().filter(|slot| slot.enabled) {
                    li { (slot.title.get(lang)) ": " (slot.due.unwrap_or(slot.opens)) }
                }
                li { (say::asks_doses(lang)) }
                li { (say::asks_events(lang)) }
            }
        }
        (contacts(setting, participant, lang))
    }
}

/// Site's notice, and whom to call.
pub(super) fn contacts(setting: &ActiveStudy, participant: &Participant, lang: Lang) -> Markup {
    let Some(site) = setting.study.site(&participant.site) else { return Markup::default() };
    html! {
        section class="contacts" {
            h2 { (say::whom(lang)) }
            p { b { (shown(setting.study.notice(site).get(lang))) } }
            dl {
                dt { (say::emergency(lang)) } dd { (shown(site.emergency.get(lang))) }
                dt { (say::contact(lang)) } dd { (shown(site.contact.get(lang))) }
            }
        }
    }
}

/// A picture in black lines, with the outline of a phone.
fn picture(inside: &Markup) -> Markup {
    html! {
        svg viewBox="0 0 120 120" width="120" height="120" aria-hidden="true" fill="none" stroke="#000" stroke-width="3"
            stroke-linecap="round" stroke-linejoin="round" {
            rect x="35" y="8" width="50" height="104" rx="8" fill="#fff" {}
            path d="M54 16h12" {}
            (inside)
        }
    }
}

/// A phone that sees a code.
fn camera() -> Markup {
    picture(&html! {
        path d="M44 44v-8h8M68 36h8v8M76 68v8h-8M52 76h-8v-8" {}
        path d="M50 46h8v8h-8zM62 46h8v8h-8zM50 58h8v8h-8zM64 60h4M62 68h8" {}
    })
}

/// A finger on an address.
fn touch() -> Markup {
    picture(&html! {
        rect x="41" y="34" width="38" height="16" rx="4" {}
        path d="M47 42h18" {}
        path d="M66 100V62a4 4 0 0 1 8 0v16l14 5a5 5 0 0 1 4 5v12" fill="#fff" {}
    })
}

/// A lock.
fn lock() -> Markup {
    picture(&html! {
        rect x="46" y="58" width="28" height="22" rx="3" {}
        path d="M52 58v-7a8 8 0 0 1 16 0v7M60 67v5" {}
    })
}

/// Six digits.
fn digits() -> Markup {
    picture(&html! {
        text x="60" y="68" font-size="13" font-family="sans-serif" text-anchor="middle" stroke="none" fill="#000" { "123 456" }
        path d="M43 76h34" {}
    })
}
