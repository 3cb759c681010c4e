//! Phones that wait to be confirmed, and parcels that are not merged: the reason of each in words, and what the site can
//! do about it.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use diary_core::text::Lang;
use diary_core::time::Zone;
use diary_report::staff_words::{ReasonWords, Remedy, remedies, unmerged};
use diary_report::worklist::status::CurrentStatus;
use diary_store::{Participant, SiteQuery};
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, local_time, notice, page};
use super::once::{mark, once};
use super::participant_scope::find;
use super::parts::links;
use crate::messages::{contradictions, page as frame, waiting_page as say};
use crate::site::quarantine::DecideParcel;
use crate::site::{Decision, PendingDevice, StaffError, UnmergedView};

/// Parcels on a page.
const PARCELS: usize = 50;

struct Sheet {
    phones: Vec<PendingDevice>,
    parcels: Vec<UnmergedView>,
    contradicting: Vec<(Participant, CurrentStatus)>,
    /// Zone of each participant's site, by subject number.
    zones: BTreeMap<String, Zone>,
    /// Zone of vaults without a participant.
    zone: Zone,
    /// Zones, as the page names them.
    named: String,
}

impl Sheet {
    fn zone(&self, subject: &str) -> Zone {
        self.zones.get(subject).copied().unwrap_or(self.zone)
    }
}

/// What waits for participants of the sites of the viewer; for one participant alone where `of` names one.
async fn read(ctx: &PageContext) -> Result<Sheet, StaffError> {
    let sites = ctx.viewer.sites(Action::SeeParticipants);
    let setting = ctx.site().setting().await?;
    let site_of = ctx.site().participants().site_of().await?;
    let ours = |subject: &str| site_of.get(subject).is_some_and(|site| sites.contains(site));
    let phones = ctx.site().devices().pending().await?;
    let parcels = ctx.site().quarantine().list().await?;
    let all = SiteQuery {
        sites: sites.clone(),
        part: String::new(),
        after: String::new(),
        limit: i32::MAX.unsigned_abs(),
    };
    let all = ctx.site().views().participant_list(&ctx.viewer.account, all).await?;
    let contradicting = all.into_iter().filter_map(|(participant, status)| {
        Some((participant, status.filter(|status| status.doubles + status.conflicts > 0)?))
    });
    let unattached = ctx.site().participants().unattached().await?;
    let is_ours = |vault| unattached.iter().any(|one| one.vault == vault && sites.contains(&one.site));
    let zones = site_of.iter().map(|(subject, site)| (subject.clone(), setting.zone(site))).collect();
    Ok(Sheet {
        contradicting: contradicting.collect(),
        phones: phones.into_iter().filter(|one| ours(&one.subject)).collect(),
        // A vault that came back without its participant is of the site that its certificate names.
        parcels: parcels
            .into_iter()
            .filter(|one| match &one.parcel.subject {
                Some(subject) => ours(subject),
                None => is_ours(one.parcel.vault),
            })
            .collect(),
        zones,
        zone: super::zone(ctx, Action::SeeParticipants, &setting),
        named: super::zones(&sites, &setting),
    })
}

/// Part of the list of parcels.
#[derive(Deserialize, Default)]
pub(super) struct Place {
    #[serde(default)]
    part: usize,
}

pub(super) async fn show(ctx: PageContext, Query(place): Query<Place>) -> Response {
    sheet(&ctx, &place, None).await
}

async fn sheet(ctx: &PageContext, place: &Place, said: Option<(Notice, String)>) -> Response {
    let lang = ctx.viewer.lang;
    let sheet = match read(ctx).await {
        Ok(sheet) => sheet,
        Err(error) => return failure(lang, &error),
    };
    let count = sheet.parcels.len().div_ceil(PARCELS);
    let part = place.part.min(count.saturating_sub(1));
    let content = html! {
        h1 { (say::title(lang)) }
        @if let Some((kind, text)) = &said { (notice(*kind, text)) }
        p class="hint" { (frame::times_of(lang, &sheet.named)) }
        section {
            h2 { (say::phones(lang)) }
            @if sheet.phones.is_empty() { p { (say::no_phone(lang)) } } @else { (phone_list(lang, &sheet)) }
        }
        section {
            h2 { (contradictions::waiting_title(lang)) }
            @if sheet.contradicting.is_empty() { p { (contradictions::waiting_none(lang)) } }
            @else { (contradiction_list(lang, &sheet.contradicting)) }
        }
        section {
            h2 { (say::parcels(lang)) }
            p { (say::parcels_help(lang)) }
            @if sheet.parcels.is_empty() { p { (say::no_parcel(lang)) } }
            @for view in sheet.parcels.iter().skip(part * PARCELS).take(PARCELS) { (parcel(ctx, &sheet, view)) }
            (links(lang, "/waiting", (part, count)))
        }
    };
    page(&ctx.viewer, "/waiting", say::title(lang), content).into_response()
}

fn contradiction_list(lang: Lang, contradicting: &[(Participant, CurrentStatus)]) -> Markup {
    html! {
        ul {
            @for (participant, status) in contradicting {
                li {
                    a href={ (address::participant(&participant.subject)) "/contradictions" } { bdi { (participant.subject) } }
                    ": "
                    @if status.doubles > 0 { (contradictions::waiting_places(lang, status.doubles)) }
                    @if status.doubles > 0 && status.conflicts > 0 { ", " }
                    @if status.conflicts > 0 { (contradictions::waiting_versions(lang, status.conflicts)) }
                }
            }
        }
    }
}

fn phone_list(lang: Lang, sheet: &Sheet) -> Markup {
    html! {
        ul {
            @for phone in &sheet.phones {
                li {
                    a href={ (address::participant(&phone.subject)) "/phones" } { bdi { (phone.subject) } }
                    ": " (say::joined(lang)) " " (local_time(lang, sheet.zone(&phone.subject), phone.joined))
                    @if phone.late { " – " (say::late(lang)) }
                    @if phone.by_retired_key { " – " (say::held(lang)) }
                }
            }
        }
    }
}

fn parcel(ctx: &PageContext, sheet: &Sheet, view: &UnmergedView) -> Markup {
    let (lang, one) = (ctx.viewer.lang, &view.parcel);
    let zone = one.subject.as_ref().map_or(sheet.zone, |subject| sheet.zone(subject));
    let ReasonWords { short, meaning, remedy } = unmerged(one.why, lang);
    let may = ctx.viewer.may(Action::Decide);
    html! {
        article class="card" {
            h3 { @match &one.subject { Some(subject) => bdi { (subject) }, None => (say::no_participant(lang)) } ": " (short) }
            p { (meaning) }
            p { (remedy) }
            dl {
                dt { (say::record(lang)) } dd { (one.n) }
                dt { (say::received(lang)) } dd { (local_time(lang, zone, one.received.0)) }
                dt { (say::bytes(lang)) } dd { (one.bytes) }
            }
            @match view.decision {
                Some(Decision::Accepted) => p { b { (say::accepted(lang)) } },
                Some(Decision::Rejected) => p { b { (say::rejected(lang)) } },
                None => {}
            }
            @if let (Some(subject), true) = (&one.subject, may) {
                @let base = format!("{}/parcels/{}", address::participant(subject), one.n);
                @for remedy in remedies(one.why) { (act(ctx, *remedy, &base, subject)) }
            }
        }
    }
}

/// The form or link of one remedy.
fn act(ctx: &PageContext, remedy: Remedy, base: &str, subject: &str) -> Markup {
    let lang = ctx.viewer.lang;
    let decide = |way: &str, button: &str| {
        html! {
            form method="post" action={ (base) "/" (way) } {
                (mark(&ctx.pages))
                label for={ (way) "-" (base) } { (say::reason(lang)) }
                input id={ (way) "-" (base) } name="reason" required maxlength="500";
                button { (button) }
            }
        }
    };
    match remedy {
        Remedy::Retry => html! {
            form method="post" action={ (base) "/retry" } { (mark(&ctx.pages)) button { (say::retry(lang)) } }
        },
        Remedy::Accept => decide("accept", say::accept(lang)),
        Remedy::Reject => decide("reject", say::reject(lang)),
        Remedy::ConfirmPhone | Remedy::AllowMore | Remedy::RevokePhone => html! {
            p { a class="button" href={ (address::participant(subject)) "/phones" } { (say::to_the_phones(lang)) } }
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

async fn decided(ctx: PageContext, (subject, n): (String, u64), form: Form, decision: Decision) -> Response {
    let work = async {
        let participant = find(&ctx, Action::Decide, &subject).await?;
        let decide = DecideParcel { n, decision, reason: form.text("reason") };
        match ctx.site().quarantine().decide(&ctx.viewer.account, &participant, decide).await {
            Ok(()) => Ok("/waiting".to_owned()),
            Err(error) => Err(answer(&ctx, &error).await),
        }
    };
    once(&ctx, &form, work).await
}

async fn answer(ctx: &PageContext, error: &StaffError) -> Response {
    match problem(ctx.viewer.lang, error) {
        Some(text) => sheet(ctx, &Place::default(), Some((Notice::Refused, text))).await,
        None => failure(ctx.viewer.lang, error),
    }
}

pub(super) async fn accept(ctx: PageContext, Path(of): Path<(String, u64)>, form: Form) -> Response {
    decided(ctx, of, form, Decision::Accepted).await
}

pub(super) async fn reject(ctx: PageContext, Path(of): Path<(String, u64)>, form: Form) -> Response {
    decided(ctx, of, form, Decision::Rejected).await
}

pub(super) async fn retry(ctx: PageContext, Path((subject, n)): Path<(String, u64)>, form: Form) -> Response {
    let work = async {
        let participant = find(&ctx, Action::Decide, &subject).await?;
        match ctx.site().quarantine().retry(&ctx.viewer.account, participant.vault, n).await {
            Ok(_) => Ok("/waiting".to_owned()),
            Err(error) => Err(answer(&ctx, &error).await),
        }
    };
    once(&ctx, &form, work).await
}
