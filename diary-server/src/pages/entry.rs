//! One entry with its whole history, and the entries of one day.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::ids::EntryId;
use diary_core::text::{Lang, shown};
use diary_core::time::DiaryDay;
use diary_report::report::html::shown_line;
use diary_report::report::{By, EntryDetail, EntryStanding, Stamp, VersionDetail};
use diary_store::Participant;
use maud::{Markup, html};

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::layout::{Notice, date, failure, notice, page};
use super::participant_scope::find;
use super::viewer::Viewer;
use crate::messages::{contradictions, entry_page as say, page as frame};
use crate::words::dates;

pub(super) async fn show(ctx: PageContext, Path((subject, entry)): Path<(String, String)>) -> Response {
    let lang = ctx.viewer.lang;
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let Ok(id) = entry.parse::<EntryId>() else { return nothing(&ctx.viewer, &participant) };
    let wanted = (format!("entry={id}"), move |entry: EntryId, _: DiaryDay| entry == id);
    let found = ctx.site().views().entries(&ctx.viewer.account, &participant, wanted).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return failure(lang, &error),
    };
    let Some(detail) = found.first() else { return nothing(&ctx.viewer, &participant) };
    let title = say::title(lang, &participant.subject);
    let content = html! {
        h1 { (title) }
        (back(lang, &participant, Some(detail.day)))
        @if detail.doubled { (to_contradictions(lang, &participant)) }
        @if detail.study_drug && !sees_drug(&ctx, &participant) { (notice(Notice::Look, contradictions::hidden(lang))) } @else {
            (entry_block(lang, detail))
        }
    };
    page(&ctx.viewer, "/participants", &title, content).into_response()
}

pub(super) async fn of_day(ctx: PageContext, Path((subject, day)): Path<(String, String)>) -> Response {
    let lang = ctx.viewer.lang;
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let Ok(day) = day.parse::<DiaryDay>() else { return nothing(&ctx.viewer, &participant) };
    let wanted = (format!("day={day}"), move |_: EntryId, of: DiaryDay| of == day);
    let found = match ctx.site().views().entries(&ctx.viewer.account, &participant, wanted).await {
        Ok(found) => found,
        Err(error) => return failure(lang, &error),
    };
    let zone = match ctx.site().setting().await {
        Ok(setting) => setting.zone(&participant.site),
        Err(error) => return failure(lang, &error),
    };
    let sees = sees_drug(&ctx, &participant);
    let title = say::day_title(lang, &participant.subject, dates::day(lang, day));
    let content = html! {
        h1 { (title) }
        (back(lang, &participant, None))
        p class="hint" { (frame::times_of(lang, zone.to_string())) }
        @if found.iter().any(|detail| detail.doubled) { (to_contradictions(lang, &participant)) }
        @if found.is_empty() { p { (say::no_entries(lang)) } } @else {
            table class="stack" {
                thead { tr {
                    th scope="col" { (say::entry(lang)) }
                    th scope="col" { (say::says(lang)) }
                    th scope="col" { (say::state(lang)) }
                    th scope="col" { (say::by_phone(lang)) }
                } }
                tbody { @for detail in &found { (day_row(lang, &participant, (detail, sees))) } }
            }
        }
    };
    page(&ctx.viewer, "/participants", &title, content).into_response()
}

/// True if the reader may see doses of the study drug of a participant.
fn sees_drug(ctx: &PageContext, participant: &Participant) -> bool {
    ctx.viewer.sites(Action::SeeStudyDrug).contains(&participant.site)
}

fn to_contradictions(lang: Lang, participant: &Participant) -> Markup {
    html! {
        p class="notice look" {
            a href={ (address::participant(&participant.subject)) "/contradictions" } { (contradictions::to_here(lang)) }
        }
    }
}

fn day_row(lang: Lang, participant: &Participant, (detail, sees_drug): (&EntryDetail, bool)) -> Markup {
    let newest = detail.versions.iter().rfind(|version| version.holds).or(detail.versions.last());
    let hidden = detail.study_drug && !sees_drug;
    html! {
        tr {
            th scope="row" {
                a href={ (address::participant(&participant.subject)) "/entries/" (detail.entry) } {
                    (shown_line(detail.subject.get(lang)))
                }
            }
            @if let Some(version) = newest {
                td data-label=(say::says(lang)) {
                    @if hidden { (contradictions::hidden(lang)) } @else { (shown_line(version.says.get(lang))) }
                }
                td data-label=(say::state(lang)) {
                    (standing(lang, detail.standing))
                    @if detail.versions.len() > 1 { ", " (say::versions(lang, detail.versions.len())) }
                }
                td data-label=(say::by_phone(lang)) { (stamp(lang, version.recorded)) }
            }
        }
    }
}

fn nothing(viewer: &Viewer, participant: &Participant) -> Response {
    let lang = viewer.lang;
    let content = html! {
        h1 { (say::nothing(lang)) }
        (back(lang, participant, None))
    };
    (StatusCode::NOT_FOUND, page(viewer, "/participants", say::nothing(lang), content)).into_response()
}

fn back(lang: Lang, participant: &Participant, day: Option<DiaryDay>) -> Markup {
    html! {
        p class="line" {
            a href=(address::participant(&participant.subject)) { (say::to_participant(lang, &participant.subject)) }
            @if let Some(day) = day {
                a href={ (address::participant(&participant.subject)) "/days/" (day) } { (say::to_day(lang, dates::day(lang, day))) }
            }
        }
    }
}

/// State of an entry, in a sentence.
pub(super) fn standing(lang: Lang, standing: EntryStanding) -> &'static str {
    match standing {
        EntryStanding::Holds => say::holds(lang),
        EntryStanding::Conflict => say::conflict(lang),
        EntryStanding::Withdrawn => say::withdrawn(lang),
        EntryStanding::Ahead => say::ahead(lang),
        EntryStanding::AfterEnd => say::after_end(lang),
        EntryStanding::OtherParticipant => say::other_participant(lang),
    }
}

fn entry_block(lang: Lang, detail: &EntryDetail) -> Markup {
    let kind = if detail.standing == EntryStanding::Holds { Notice::Done } else { Notice::Look };
    html! {
        h2 { (shown_line(detail.subject.get(lang))) ", " (date(lang, detail.day)) }
        (notice(kind, standing(lang, detail.standing)))
        p class="hint" { (say::id(lang)) " " code { (detail.entry) } }
        ol reversed class="versions" {
            @for (n, version) in detail.versions.iter().enumerate().rev() { li { (version_block(lang, n + 1, version)) } }
        }
    }
}

/// A civil time, with its distance from UTC if that is not the site's.
pub(super) fn stamp(lang: Lang, at: Stamp) -> Markup {
    let zone = at.elsewhere.map(|minutes| {
        let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
        format!(" (UTC{sign}{}:{:02})", minutes / 60, minutes % 60)
    });
    html! {
        time datetime=(at.utc.to_chrono().format("%Y-%m-%dT%H:%M:%SZ")) { (dates::day(lang, DiaryDay(at.local.date()))) " " (at.local.format("%H:%M:%S")) }
        (zone.unwrap_or_default())
    }
}

/// Author of a version of an entry.
pub(super) fn author(lang: Lang, by: &By) -> Markup {
    let named = |kind: &str, name: &str, reason: &str| {
        html! { (kind) ": " bdi { (shown(name)) } " (" bdi { (shown(reason)) } ")" }
    };
    match by {
        By::Participant => html! { (say::by_participant(lang)) },
        By::System | By::ClaimsSystem => html! { (say::by_diary(lang)) },
        By::Caregiver { name, reason } => named(say::by_caregiver(lang), name, reason),
        By::ClaimsStaff { name, reason } => named(say::by_claimed_staff(lang), name, reason),
    }
}

/// Phones that sent a version, and the program.
pub(super) fn phones_of(lang: Lang, version: &VersionDetail) -> Markup {
    let phones: Vec<String> = version.origin.devices.iter().map(ToString::to_string).collect();
    html! { (say::phones(lang, phones.join(" "))) ", " (shown(&version.app)) }
}

fn version_block(lang: Lang, number: usize, version: &VersionDetail) -> Markup {
    html! {
        h3 {
            (say::version(lang, number))
            @if version.holds { " – " (say::version_holds(lang)) } @else { " – " (say::version_earlier(lang)) }
        }
        @if version.withdraws { p { b { (say::withdraws(lang)) } } } @else { p { (shown_line(version.says.get(lang))) } }
        @if !version.changes.is_empty() && !version.withdraws {
            table class="stack" {
                thead { tr {
                    th scope="col" { (say::field(lang)) }
                    th scope="col" { (say::before(lang)) }
                    th scope="col" { (say::after(lang)) }
                } }
                tbody { @for change in &version.changes {
                    tr {
                        th scope="row" { (shown_line(change.label.get(lang))) }
                        td data-label=(say::before(lang)) { (shown_line(change.before.get(lang))) }
                        td data-label=(say::after(lang)) { (shown_line(change.after.get(lang))) }
                    }
                } }
            }
        }
        dl {
            @if let Some(reason) = &version.reason { dt { (say::reason(lang)) } dd { bdi { (shown(reason)) } } }
            dt { (say::who(lang)) } dd { (author(lang, &version.origin.by)) }
            dt { (say::occurred(lang)) } dd { @match version.occurred {
                Some(at) => (stamp(lang, at)),
                None => (say::as_recorded(lang)),
            } }
            dt { (say::by_phone(lang)) } dd { (stamp(lang, version.recorded)) " " (version.phone_zone) }
            dt { (say::by_server(lang)) } dd { @if let Some(at) = version.received { (stamp(lang, at)) } }
            @if let Some(late) = &version.late {
                dt { (say::late(lang)) } dd { @match late {
                    Some(reason) => bdi { (shown(reason)) },
                    None => (say::no_reason(lang)),
                } }
            }
            dt { (say::device(lang)) } dd { (phones_of(lang, version)) }
            dt { (say::language(lang)) } dd { (version.lang.tag()) }
            dt { (say::study(lang)) } dd { (say::study_version(lang, version.study_version)) }
            @if let Some((instrument, pack)) = &version.instrument {
                dt { (say::instrument(lang)) }
                dd { bdi { (shown(instrument)) } @if let Some(pack) = pack { ", " bdi { (shown(pack)) } } }
            }
            dt { (say::receipt(lang)) }
            dd { @for (phone, parcel) in &version.parcels {
                (say::parcel(lang, phone.map_or_else(|| "?".to_owned(), |phone| phone.to_string()), *parcel)) " "
            } }
            dt { (say::id(lang)) } dd { code { (version.id) } }
        }
    }
}
