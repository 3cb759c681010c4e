//! Help: one page for each role, and the components of the design.

use axum::Extension;
use axum::response::Html;
use maud::html;

use super::layout::{Notice, notice, page};
use super::viewer::Viewer;
use crate::messages::help_page as say;

pub(super) async fn show(Extension(viewer): Extension<Viewer>) -> Html<String> {
    let lang = viewer.lang;
    let content = html! {
        h1 { (say::title(lang)) }
        p { (say::sign_in(lang)) }
        p { (say::roles(lang)) }
        p { a href="/help/design" { (say::design(lang)) } }
    };
    page(&viewer, "/help", say::title(lang), content)
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
                thead { tr { th { (say::example(lang)) } th { (say::example(lang)) } } }
                tbody { tr { th scope="row" { "1" } td { "36.8" } } tr { th scope="row" { "2" } td { "37.1" } } }
            }
            ul { li { (say::example(lang)) } li { (say::example(lang)) } }
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
