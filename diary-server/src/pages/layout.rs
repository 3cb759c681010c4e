//! The frame of every page: head, navigation, notices; and the pages of failures.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use maud::{DOCTYPE, Markup, html};

use super::access::Action;
use super::viewer::{IDLE_MS, Viewer};
use super::words;
use crate::messages::page as say;
use crate::site::StaffError;
use crate::words::dates;

/// Entries of the navigation: path, right, words.
type Entry = (&'static str, Option<Action>, fn(Lang) -> &'static str);

const NAVIGATION: [Entry; 9] = [
    ("/today", Some(Action::SeeParticipants), say::nav_today),
    ("/participants", Some(Action::SeeParticipants), say::nav_participants),
    ("/waiting", Some(Action::SeeParticipants), say::nav_waiting),
    ("/exports", Some(Action::Export), say::nav_exports),
    ("/trail", Some(Action::SeeTrail), say::nav_trail),
    ("/study", Some(Action::SeeStudy), say::nav_study),
    ("/accounts", Some(Action::ManageAccounts), say::nav_accounts),
    ("/account", None, say::nav_own_account),
    ("/help", None, say::nav_help),
];

fn document(lang: Lang, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) dir=(lang.dir()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/script.js" defer {}
            }
            body { (body) }
        }
    }
}

/// A page of a person who is signed in. `path` is the entry of the navigation that it belongs to.
pub(super) fn page(viewer: &Viewer, path: &str, title: &str, content: Markup) -> Html<String> {
    let lang = viewer.lang;
    let entries = NAVIGATION.iter().filter(|(_, right, _)| right.is_none_or(|action| viewer.may(action)));
    let body = html! {
        a class="skip" href="#content" { (say::to_the_content(lang)) }
        header class="top" {
            a class="brand" href="/" { (say::brand(lang)) }
            nav aria-label=(say::navigation(lang)) {
                ul {
                    @for (target, _, words) in entries {
                        li { a href=(target) aria-current=[(*target == path).then_some("page")] { (words(lang)) } }
                    }
                }
            }
            form class="session" method="post" action="/sign-out" {
                span { (viewer.account.as_str()) }
                button class="quiet" { (say::sign_out(lang)) }
            }
        }
        main id="content" { (content) }
        footer data-idle-ms=(IDLE_MS) data-soon=(say::sign_out_soon(lang)) {
            p { (say::signed_out_after(lang, IDLE_MS / 60_000)) }
        }
    };
    Html(document(lang, &format!("{title} – {}", say::brand(lang)), &body).into_string())
}

/// A page without navigation.
pub(super) fn bare(lang: Lang, title: &str, content: Markup) -> Html<String> {
    let body = html! {
        main id="content" class="narrow" {
            p class="brand" { (say::brand(lang)) }
            (content)
        }
    };
    Html(document(lang, &format!("{title} – {}", say::brand(lang)), &body).into_string())
}

/// A sheet to print, in the language of its reader.
pub(super) fn sheet(lang: Lang, title: &str, content: &Markup) -> Html<String> {
    let body = html! { main id="content" class="sheet" { (content) } };
    Html(document(lang, title, &body).into_string())
}

/// Reply where there is no page.
pub(super) fn nothing_here(lang: Lang) -> Response {
    let title = say::nothing_here(lang);
    let content = html! { h1 { (title) } p { a href="/" { (say::to_the_start(lang)) } } };
    (StatusCode::NOT_FOUND, bare(lang, title, content)).into_response()
}

/// A notice above the content.
pub(super) fn notice(kind: Notice, text: &str) -> Markup {
    html! { p class={ "notice " (kind.class()) } role=(kind.role()) { (text) } }
}

/// Kind of a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notice {
    /// Something was done.
    Done,
    /// Something is to be looked at.
    Look,
    /// Something was refused.
    Refused,
}

impl Notice {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Look => "look",
            Self::Refused => "refused",
        }
    }

    const fn role(self) -> &'static str {
        match self {
            Self::Done | Self::Look => "status",
            Self::Refused => "alert",
        }
    }
}

/// A page that the person has no right to.
pub(super) fn refused(viewer: &Viewer, reason: &str) -> Response {
    let content = html! { h1 { (say::refused(viewer.lang)) } (notice(Notice::Refused, reason)) };
    (StatusCode::FORBIDDEN, page(viewer, "", say::refused(viewer.lang), content)).into_response()
}

/// A failure of the services, with its reason.
pub(super) fn failure(lang: Lang, error: &StaffError) -> Response {
    tracing::warn!(%error, "a page failed");
    let content = html! {
        h1 { (say::failed(lang)) }
        (notice(Notice::Refused, &words::failure(lang, error)))
        p { (say::nothing_changed(lang)) }
        p { a href="/" { (say::to_the_start(lang)) } }
    };
    (StatusCode::SERVICE_UNAVAILABLE, bare(lang, say::failed(lang), content)).into_response()
}

/// A form whose work broke off, so that it is not known how far it came.
pub(super) fn broken_off(lang: Lang) -> Response {
    let content = html! {
        h1 { (say::failed(lang)) }
        (notice(Notice::Refused, say::other_failure(lang)))
        p { a href="/" { (say::to_the_start(lang)) } }
    };
    (StatusCode::INTERNAL_SERVER_ERROR, bare(lang, say::failed(lang), content)).into_response()
}

/// A time in the site's zone, to the minute.
pub(super) fn local_time(lang: Lang, zone: Zone, at: UtcMillis) -> Markup {
    let utc = at.to_chrono().format("%Y-%m-%dT%H:%M:%SZ");
    html! { time datetime=(utc) { (dates::moment(lang, zone, at)) } }
}

/// A day.
pub(super) fn date(lang: Lang, day: DiaryDay) -> Markup {
    html! { time datetime=(day) { (dates::day(lang, day)) } }
}
