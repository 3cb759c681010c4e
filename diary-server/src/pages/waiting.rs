//! Phones that wait to be confirmed, and parcels that are not merged: the reason of each in words, and what the site can
//! do about it.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use diary_core::text::Lang;
use diary_core::time::Zone;
use diary_report::staff_words::{ReasonWords, Remedy, remedies, unmerged};
use maud::{Markup, html};

use super::PagesState;
use super::access::Action;
use super::form::Form;
use super::layout::{Notice, failure, local_time, notice, page};
use super::once::{mark, once};
use super::participant_scope::find;
use super::viewer::Viewer;
use crate::messages::{page as frame, waiting_page as say};
use crate::site::quarantine::DecideParcel;
use crate::site::{Decision, PendingDevice, StaffError, UnmergedView};

struct Sheet {
    phones: Vec<PendingDevice>,
    parcels: Vec<UnmergedView>,
    zone: Zone,
}

/// What waits for participants of the sites of the viewer; for one participant alone where `of` names one.
async fn read(pages: &PagesState, viewer: &Viewer) -> Result<Sheet, StaffError> {
    let sites = viewer.sites(Action::SeeParticipants);
    let zone = super::zone(pages).await?;
    let site_of: BTreeMap<String, _> = pages
        .site()
        .participants()
        .list()
        .await?
        .into_iter()
        .map(|one| (one.participant.subject, one.participant.site))
        .collect();
    let ours = |subject: &str| site_of.get(subject).is_some_and(|site| sites.contains(site));
    let phones = pages.site().devices().pending().await?;
    let parcels = pages.site().quarantine().list().await?;
    Ok(Sheet {
        phones: phones.into_iter().filter(|one| ours(&one.subject)).collect(),
        // A vault that came back without its participant belongs to this keeper's first site.
        parcels: parcels
            .into_iter()
            .filter(|one| match &one.parcel.subject {
                Some(subject) => ours(subject),
                None => sites.contains(&pages.site().keeper_keys().site),
            })
            .collect(),
        zone,
    })
}

pub(super) async fn show(State(pages): State<PagesState>, Extension(viewer): Extension<Viewer>) -> Response {
    sheet(&pages, &viewer, None).await
}

async fn sheet(pages: &PagesState, viewer: &Viewer, said: Option<(Notice, String)>) -> Response {
    let lang = viewer.lang;
    let Sheet { phones, parcels, zone } = match read(pages, viewer).await {
        Ok(sheet) => sheet,
        Err(error) => return failure(lang, &error),
    };
    let content = html! {
        h1 { (say::title(lang)) }
        @if let Some((kind, text)) = &said { (notice(*kind, text)) }
        p class="hint" { (frame::times_of(lang, zone.to_string())) }
        section {
            h2 { (say::phones(lang)) }
            @if phones.is_empty() { p { (say::no_phone(lang)) } } @else { (phone_list(lang, zone, &phones)) }
        }
        section {
            h2 { (say::parcels(lang)) }
            p { (say::parcels_help(lang)) }
            @if parcels.is_empty() { p { (say::no_parcel(lang)) } }
            @for view in &parcels { (parcel(pages, viewer, zone, view)) }
        }
    };
    page(viewer, "/waiting", say::title(lang), content).into_response()
}

fn phone_list(lang: Lang, zone: Zone, phones: &[PendingDevice]) -> Markup {
    html! {
        ul {
            @for phone in phones {
                li {
                    a href={ "/participants/" (phone.subject) "/phones" } { bdi { (phone.subject) } }
                    ": " (say::joined(lang)) " " (local_time(zone, phone.joined))
                    @if phone.late { " – " (say::late(lang)) }
                    @if phone.held { " – " (say::held(lang)) }
                }
            }
        }
    }
}

fn parcel(pages: &PagesState, viewer: &Viewer, zone: Zone, view: &UnmergedView) -> Markup {
    let (lang, one) = (viewer.lang, &view.parcel);
    let ReasonWords { short, meaning, remedy } = unmerged(one.why, lang);
    let may = viewer.may(Action::Decide);
    html! {
        article class="card" {
            h3 { @match &one.subject { Some(subject) => bdi { (subject) }, None => (say::no_participant(lang)) } ": " (short) }
            p { (meaning) }
            p { (remedy) }
            dl {
                dt { (say::record(lang)) } dd { (one.n) }
                dt { (say::received(lang)) } dd { (local_time(zone, one.received.0)) }
                dt { (say::bytes(lang)) } dd { (one.bytes) }
            }
            @match view.decision {
                Some(Decision::Accepted) => p { b { (say::accepted(lang)) } },
                Some(Decision::Rejected) => p { b { (say::rejected(lang)) } },
                None => {}
            }
            @if let (Some(subject), true) = (&one.subject, may) {
                @let base = format!("/participants/{subject}/parcels/{}", one.n);
                @for remedy in remedies(one.why) { (act(pages, viewer, *remedy, &base, subject)) }
            }
        }
    }
}

/// The form or link of one remedy.
fn act(pages: &PagesState, viewer: &Viewer, remedy: Remedy, base: &str, subject: &str) -> Markup {
    let lang = viewer.lang;
    let decide = |way: &str, button: &str| {
        html! {
            form method="post" action={ (base) "/" (way) } {
                (mark(pages))
                label for={ (way) "-" (base) } { (say::reason(lang)) }
                input id={ (way) "-" (base) } name="reason" required maxlength="500";
                button { (button) }
            }
        }
    };
    match remedy {
        Remedy::Retry => html! {
            form method="post" action={ (base) "/retry" } { (mark(pages)) button { (say::retry(lang)) } }
        },
        Remedy::Accept => decide("accept", say::accept(lang)),
        Remedy::Reject => decide("reject", say::reject(lang)),
        Remedy::ConfirmPhone | Remedy::AllowMore | Remedy::RevokePhone => html! {
            p { a class="button" href={ "/participants/" (subject) "/phones" } { (say::to_the_phones(lang)) } }
        },
        Remedy::ListKeys => html! { p { a class="button" href="/study" { (say::to_the_keys(lang)) } } },
    }
}

fn problem(lang: Lang, error: &StaffError) -> Option<String> {
    match error {
        StaffError::ReasonForm => Some(say::reason_needed(lang).to_owned()),
        StaffError::NotSetAside { .. } | StaffError::NotToDecide { .. } => Some(say::gone(lang).to_owned()),
        _ => None,
    }
}

async fn decided(
    pages: PagesState,
    viewer: Viewer,
    (subject, n): (String, u64),
    form: Form,
    decision: Decision,
) -> Response {
    let work = async {
        let participant = find((&pages, &viewer), Action::Decide, &subject).await?;
        let decide = DecideParcel { n, decision, reason: form.text("reason") };
        match pages.site().quarantine().decide(&viewer.account, &participant, decide).await {
            Ok(()) => Ok("/waiting".to_owned()),
            Err(error) => Err(answer(&pages, &viewer, &error).await),
        }
    };
    once(&pages, &viewer, &form, work).await
}

async fn answer(pages: &PagesState, viewer: &Viewer, error: &StaffError) -> Response {
    match problem(viewer.lang, error) {
        Some(text) => sheet(pages, viewer, Some((Notice::Refused, text))).await,
        None => failure(viewer.lang, error),
    }
}

pub(super) async fn accept(
    State(pages): State<PagesState>,
    Extension(viewer): Extension<Viewer>,
    Path(of): Path<(String, u64)>,
    form: Form,
) -> Response {
    decided(pages, viewer, of, form, Decision::Accepted).await
}

pub(super) async fn reject(
    State(pages): State<PagesState>,
    Extension(viewer): Extension<Viewer>,
    Path(of): Path<(String, u64)>,
    form: Form,
) -> Response {
    decided(pages, viewer, of, form, Decision::Rejected).await
}

pub(super) async fn retry(
    State(pages): State<PagesState>,
    Extension(viewer): Extension<Viewer>,
    Path((subject, n)): Path<(String, u64)>,
    form: Form,
) -> Response {
    let work = async {
        let participant = find((&pages, &viewer), Action::Decide, &subject).await?;
        match pages.site().quarantine().retry(&viewer.account, participant.vault, n).await {
            Ok(_) => Ok("/waiting".to_owned()),
            Err(error) => Err(answer(&pages, &viewer, &error).await),
        }
    };
    once(&pages, &viewer, &form, work).await
}
