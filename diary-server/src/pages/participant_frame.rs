//! The frame of a participant's pages: the way between them.

use axum::response::Html;
use diary_store::Participant;
use maud::{Markup, html};

use super::access::Action;
use super::address;
use super::layout::page;
use super::viewer::Viewer;
use crate::messages::enrol_page as say;

/// A page of a participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tab {
    /// The days at a glance.
    Diary,
    /// Events and plans.
    Plan,
    /// The regimen.
    Regimen,
    /// The phones.
    Phones,
    /// The diary on paper.
    Paper,
}

/// A page of `participant`, with the way to the others that the reader may see.
pub(super) fn frame(
    viewer: &Viewer,
    participant: &Participant,
    tab: Option<Tab>,
    (title, content): (&str, &Markup),
) -> Html<String> {
    let (lang, subject) = (viewer.lang, participant.subject.as_str());
    let others = [
        (Tab::Plan, "plan", Action::SeeDiary, say::tab_plan(lang)),
        (Tab::Regimen, "regimen", Action::SeeDiary, say::tab_regimen(lang)),
        (Tab::Phones, "phones", Action::ManagePhones, say::tab_phones(lang)),
        (Tab::Paper, "paper", Action::SeeDiary, say::tab_paper(lang)),
    ];
    let others =
        others.into_iter().filter(|(_, _, right, _)| viewer.sites(*right).contains(&participant.site));
    let all = html! {
        nav class="tabs" aria-label=(say::tabs(lang, subject)) {
            ul {
                li {
                    a href=(address::participant(subject)) aria-current=[(tab == Some(Tab::Diary)).then_some("page")] {
                        bdi { (subject) } " " (say::tab_participant(lang))
                    }
                }
                @for (other, path, _, words) in others {
                    li {
                        a href={ (address::participant(subject)) "/" (path) }
                            aria-current=[(Some(other) == tab).then_some("page")] { (words) }
                    }
                }
            }
        }
        (content)
    };
    page(viewer, "/participants", title, all)
}
