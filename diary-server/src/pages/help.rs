//! Help: one page for each role, which prints on one sheet, and the components of the design.

use axum::Extension;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect, Response};
use diary_core::text::Lang;
use diary_store::Role;
use maud::{Markup, html};

use super::accounts::role;
use super::layout::{Notice, notice, page};
use super::viewer::Viewer;
use crate::messages::help_page as say;

/// Text of a catalogue.
type Text = fn(Lang) -> &'static str;

/// A section: heading and paragraphs.
type Section = (Text, &'static [Text]);

const SIGN_IN: Section = (say::sign_in_title, &[say::sign_in, say::signed_out, say::trail]);
const VISIT: Section =
    (say::visit_title, &[say::visit_1, say::visit_2, say::visit_3, say::visit_4, say::visit_5]);
const PLAN: Section = (say::plan_title, &[say::plan_1, say::plan_2, say::plan_3, say::plan_4]);
const PHONE: Section = (say::phone_title, &[say::phone_1, say::phone_2, say::phone_3]);
const NOT_WATCHED: Section = (say::nobody_watches_title, &[say::nobody_watches]);
const DECIDE: Section = (say::decide_title, &[say::decide_1, say::decide_2]);
const MONITOR: Section = (say::monitor_title, &[say::visit_3, say::visit_4, say::monitor_1, say::monitor_2]);
const DATA: Section = (say::data_title, &[say::visit_3, say::data_1]);
const ADMIN: Section = (say::admin_title, &[say::admin_1, say::admin_2, say::admin_3, say::admin_4]);

const fn sections(role: Role) -> &'static [Section] {
    match role {
        Role::Coordinator => &[NOT_WATCHED, VISIT, PLAN, PHONE, SIGN_IN],
        Role::Investigator => &[NOT_WATCHED, VISIT, DECIDE, PLAN, PHONE, SIGN_IN],
        Role::Monitor => &[MONITOR, NOT_WATCHED, SIGN_IN],
        Role::DataManager => &[DATA, NOT_WATCHED, SIGN_IN],
        Role::Administrator => &[ADMIN, SIGN_IN],
    }
}

/// Help for the first role that the person has.
pub(super) async fn show(Extension(viewer): Extension<Viewer>) -> Redirect {
    let role = viewer.roles.values().next().copied().unwrap_or(Role::Coordinator);
    Redirect::to(&format!("/help/{}", role.code()))
}

pub(super) async fn of_role(Extension(viewer): Extension<Viewer>, Path(code): Path<String>) -> Response {
    let lang = viewer.lang;
    let Some(of) = Role::from_code(&code) else { return Redirect::to("/help").into_response() };
    let title = say::of_role(lang, role(lang, of));
    let content = html! {
        h1 { (title) }
        p class="hint" { (say::print_it(lang)) }
        @for (heading, paragraphs) in sections(of) {
            section { h2 { (heading(lang)) } @for text in *paragraphs { p { (text(lang)) } } }
        }
        nav aria-label=(say::other_roles(lang)) {
            h2 { (say::other_roles(lang)) }
            ul { @for other in Role::ALL { li { a href={ "/help/" (other.code()) } { (role(lang, other)) } } } }
            p { a href="/help/design" { (say::design(lang)) } }
        }
    };
    page(&viewer, "/help", &title, content).into_response()
}

/// All components on one page.
pub(super) async fn design(Extension(viewer): Extension<Viewer>) -> Html<String> {
    let lang = viewer.lang;
    let content = html! {
        h1 { (say::design(lang)) }
        p { (say::design_intro(lang)) }
        (design_text(lang))
        (design_tables(lang))
        (design_form(lang))
        section {
            h2 { (say::design_dialog(lang)) }
            p { (say::design_dialog_help(lang)) }
            section class="notice look" role="group" aria-label=(say::design_dialog(lang)) {
                p { (say::example(lang)) }
                form { button class="main" type="button" { (say::example(lang)) } " " button type="button" { (say::example(lang)) } }
            }
            details class="card" {
                summary { (say::design_details(lang)) }
                p { (say::example(lang)) }
            }
        }
    };
    page(&viewer, "/help", say::design(lang), content)
}

fn design_text(lang: Lang) -> Markup {
    html! {
        section {
            h2 { (say::design_notices(lang)) }
            (notice(Notice::Done, say::design_done(lang)))
            (notice(Notice::Look, say::design_look(lang)))
            (notice(Notice::Refused, say::design_refused(lang)))
        }
        section {
            h2 { (say::design_type(lang)) }
            h3 { (say::example(lang)) }
            p { (say::example(lang)) " " a href="/help/design" { (say::example(lang)) } " " code { "3f2a" } " " b { "36.8" } }
            p class="hint" { (say::example(lang)) }
        }
        section {
            h2 { (say::design_lists(lang)) }
            ul { li { (say::example(lang)) } li { (say::example(lang)) } }
            ol class="versions" { li { (say::example(lang)) } li { (say::example(lang)) } }
            ul class="findings" {
                li class="urgent" { b { "!!" } " " (say::design_urgent(lang)) " " b class="new" { (say::example(lang)) } }
                li class="look" { b { "!" } " " (say::example(lang)) }
                li class="know" { b { "·" } " " (say::example(lang)) }
            }
            dl { dt { (say::example(lang)) } dd { "36.8" } dt { (say::example(lang)) } dd { "37.1" } }
            nav class="line" aria-label=(say::example(lang)) {
                a class="button main" href="/help/design" { (say::example(lang)) }
                a class="button" href="/help/design" { (say::example(lang)) }
            }
        }
    }
}

fn design_tables(lang: Lang) -> Markup {
    let (name, values) = (say::example(lang), ["36.8", "37.1"]);
    html! {
        section {
            h2 { (say::design_tables(lang)) }
            p { (say::design_tables_help(lang)) }
            table class="stack" {
                thead { tr { th scope="col" { (name) } th scope="col" { (name) } th scope="col" { (name) } } }
                tbody {
                    @for value in values {
                        tr {
                            th scope="row" { (name) }
                            td data-label=(name) class="value" { (value) }
                            td data-label=(name) { (name) }
                        }
                    }
                }
            }
            div class="wide" tabindex="0" role="group" aria-label=(name) {
                table class="compare" {
                    thead { tr { td {} th scope="col" { (name) } th scope="col" { (name) } } }
                    tbody { tr { th scope="row" { (name) } @for value in values { td { b { (value) } } } } }
                }
            }
        }
    }
}

fn design_form(lang: Lang) -> Markup {
    let name = say::example(lang);
    html! {
        section {
            h2 { (say::design_forms(lang)) }
            form class="card" {
                label for="example" { (name) }
                input id="example" name="example" value="36.8" aria-describedby="example-help";
                p id="example-help" class="hint" { (name) }
                div class="fields" {
                    div { label for="example-date" { (name) } input id="example-date" type="date"; }
                    div {
                        label for="example-choice" { (name) }
                        select id="example-choice" { option { (name) } option { "36.8" } }
                    }
                }
                label for="example-long" { (name) }
                textarea id="example-long" rows="2" {}
                fieldset {
                    legend { (name) }
                    label class="choice" { input type="radio" name="one" checked; " " (name) }
                    label class="choice" { input type="radio" name="one"; " " (name) }
                    label class="choice" { input type="checkbox" checked; " " (name) }
                }
                button class="main" type="button" { (name) }
                button type="button" { (name) }
                button class="quiet" type="button" { (name) }
            }
            form class="search" {
                div { label for="example-search" { (name) } input id="example-search" type="search"; }
                button type="button" { (name) }
            }
        }
    }
}
