//! Help: one page for each role, which prints on one sheet, and the components of the design.

use axum::Extension;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect, Response};
use diary_core::text::Lang;
use diary_store::Role;
use maud::html;

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
        (notice(Notice::Done, say::example(lang)))
        (notice(Notice::Look, say::example(lang)))
        (notice(Notice::Refused, say::example(lang)))
        section {
            h2 { (say::example(lang)) }
            table {
                thead { tr { th scope="col" { (say::example(lang)) } th scope="col" { (say::example(lang)) } } }
                tbody { tr { th scope="row" { "1" } td { "36.8" } } tr { th scope="row" { "2" } td { "37.1" } } }
            }
            ul { li { (say::example(lang)) } li { (say::example(lang)) } }
            dl { dt { (say::example(lang)) } dd { "36.8" } }
        }
        form class="card" {
            label for="example" { (say::example(lang)) }
            input id="example" name="example" value="36.8";
            p class="hint" { (say::example(lang)) }
            button class="main" type="button" { (say::example(lang)) }
            button type="button" { (say::example(lang)) }
            button class="quiet" type="button" { (say::example(lang)) }
        }
    };
    page(&viewer, "/help", say::design(lang), content)
}
