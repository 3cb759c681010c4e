//! Participants: searched, and added.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::ids::SiteId;
use diary_core::text::{Lang, shown};
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use diary_report::report::outlook::Appointment;
use diary_report::worklist::status::CurrentStatus;
use diary_store::{Participant, SiteQuery};
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, date, failure, local_time, notice, page};
use super::once::{mark, once};
use crate::messages::{page as frame, participants_page as say};
use crate::site::participants::subject::{Likeness, key, likeness};
use crate::site::{ActiveStudy, StaffError};

/// Rows of a page.
const ROWS: u32 = 100;

/// Search of the form.
#[derive(Deserialize, Default)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// What became of adding a participant.
#[derive(Default)]
struct Added {
    typed: String,
    site: String,
    said: Option<(Notice, String)>,
    /// It is to be confirmed that another participant is meant.
    ask: bool,
}

pub(super) async fn list(ctx: PageContext, Query(search): Query<Search>) -> Response {
    sheet(&ctx, &search, Added::default()).await
}

async fn sheet(ctx: &PageContext, search: &Search, added: Added) -> Response {
    let lang = ctx.viewer.lang;
    let query = SiteQuery {
        sites: ctx.viewer.sites(Action::SeeParticipants),
        part: key(&search.q),
        after: search.after.clone(),
        limit: ROWS + 1,
    };
    let sites = query.sites.clone();
    let found = ctx.site().views().participant_list(&ctx.viewer.account, query).await;
    let (mut rows, setting) = match (found, ctx.site().setting().await) {
        (Ok(found), Ok(setting)) => (found, setting),
        (Err(error), _) | (_, Err(error)) => return failure(lang, &error),
    };
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let next = rows.last().filter(|_| more).map(|(last, _)| {
        let mut address = form_urlencoded::Serializer::new(String::from("/participants?"));
        address.append_pair("q", search.q.trim()).append_pair("after", &last.subject).finish()
    });
    let content = html! {
        h1 { (say::title(lang)) }
        form method="get" action="/participants" class="search" role="search" {
            div {
                label for="q" { (say::subject(lang)) }
                input id="q" name="q" type="search" value=(search.q) maxlength="64" autocomplete="off";
            }
            button { (say::search(lang)) }
        }
        p class="hint" { (frame::times_of(lang, super::zones(&sites, &setting))) }
        @if rows.is_empty() { p { (say::nothing_found(lang)) } } @else {
            table class="stack" {
                thead { tr {
                    th scope="col" { (say::subject(lang)) }
                    th scope="col" { (say::status(lang)) }
                    th scope="col" { (say::last_contact(lang)) }
                    th scope="col" { (say::next_visit(lang)) }
                    th scope="col" { (say::completion(lang)) }
                } }
                tbody { @for (one, status) in &rows {
                    tr {
                        th scope="row" {
                            a href=(address::participant(&one.subject)) { (one.subject) }
                            @if sites.len() > 1 { " (" (one.site) ")" }
                        }
                        (cells((lang, setting.zone(&one.site), ctx.site().now()), status.as_ref(), |visit| {
                            appointment_name(&setting.study, visit, lang)
                        }))
                    }
                } }
            }
        }
        @if let Some(next) = next {
            nav class="line" aria-label=(say::more(lang)) { a class="button" href=(next) { (say::more(lang)) } }
        }
        @if ctx.viewer.may(Action::ChangeParticipants) { (form(ctx, &setting, &added)) }
    };
    let status = if added.said.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, page(&ctx.viewer, "/participants", say::title(lang), content)).into_response()
}

fn cells(
    (lang, zone, now): (Lang, Zone, UtcMillis),
    status: Option<&CurrentStatus>,
    name: impl Fn(&Appointment) -> String,
) -> Markup {
    let today = DiaryDay(zone.local(now).date());
    let Some(now) = status else {
        return html! { td colspan="4" { (say::status_unknown(lang)) } };
    };
    let next = now.appointments.iter().find(|visit| visit.day >= today && !visit.held);
    html! {
        td data-label=(say::status(lang)) { (state(lang, now)) }
        td data-label=(say::last_contact(lang)) {
            @match now.last_contact { Some(at) => (local_time(lang, zone, at)), None => (say::never(lang)) }
        }
        td data-label=(say::next_visit(lang)) {
            @match next { Some(visit) => { (date(lang, visit.day)) " " (name(visit)) }, None => (say::none_planned(lang)) }
        }
        td data-label=(say::completion(lang)) {
            @if now.due == 0 { (say::nothing_due(lang)) } @else {
                (say::done_of_due(lang, now.done * 100 / now.due, now.done, now.due))
            }
        }
    }
}

fn state(lang: Lang, now: &CurrentStatus) -> String {
    match now.phones {
        _ if now.unreadable => say::status_unreadable(lang).to_owned(),
        _ if now.too_large => say::status_too_large(lang).to_owned(),
        0 => say::status_no_phone(lang).to_owned(),
        phones => say::status_phones(lang, phones),
    }
}

/// Name of a visit or a planned infusion.
pub(super) fn appointment_name(study: &diary_core::study::Study, of: &Appointment, lang: Lang) -> String {
    match of.infusion {
        None => shown(study.visit_kind_name(&of.kind, lang)).into_owned(),
        Some(day) => {
            let anchor = study.anchors().iter().find(|anchor| anchor.id.as_str() == of.kind);
            let title = anchor.map_or(of.kind.as_str(), |anchor| anchor.title.get(lang));
            say::infusion(lang, title, day)
        }
    }
}

fn form(ctx: &PageContext, setting: &ActiveStudy, added: &Added) -> Markup {
    let (lang, sites) = (ctx.viewer.lang, addable(ctx, setting));
    html! {
        section id="add" {
            h2 { (say::add_title(lang)) }
            @if let Some((kind, text)) = &added.said { (notice(*kind, text)) }
            form method="post" action="/participants#add" class="card" {
                (mark(&ctx.pages))
                @if sites.len() > 1 {
                    label for="site" { (say::site(lang)) }
                    select id="site" name="site" required {
                        @for site in &sites {
                            option value=(site) selected[added.site == site.as_str()] {
                                (site) " " (setting.study.site(site).map_or("", |site| site.title.get(lang)))
                            }
                        }
                    }
                }
                label for="subject" { (say::subject(lang)) }
                input id="subject" name="subject" value=(added.typed) required maxlength="64" autocomplete="off"
                    autocapitalize="characters" spellcheck="false" aria-describedby="subject-help";
                p id="subject-help" class="hint" { (say::add_help(lang)) }
                @if added.ask {
                    p {
                        input type="checkbox" id="confirmed" name="confirmed" value="yes";
                        " " label for="confirmed" { (say::confirm(lang)) }
                    }
                }
                button class="main" { (say::add(lang)) }
            }
        }
    }
}

/// Sites of this keeper to which the viewer may add participants.
fn addable(ctx: &PageContext, setting: &ActiveStudy) -> Vec<SiteId> {
    let sites = ctx.viewer.sites(Action::ChangeParticipants);
    setting.bundle.kept_sites().filter(|site| sites.contains(*site)).cloned().collect()
}

pub(super) async fn add(ctx: PageContext, form: Form) -> Response {
    once(&ctx, &form, async {
        let new = NewSubject { typed: form.text("subject"), confirmed: form.text("confirmed") == "yes" };
        let setting = match ctx.site().setting().await {
            Ok(setting) => setting,
            Err(error) => return Err(failure(ctx.viewer.lang, &error)),
        };
        let asked = form.text("site");
        // Where there is one site to choose, the form does not ask for it.
        let site = match addable(&ctx, &setting).as_slice() {
            [only] if asked.is_empty() => Some(only.clone()),
            several => several.iter().find(|site| site.as_str() == asked).cloned(),
        };
        let Some(site) = site else {
            return Err(super::layout::refused(&ctx.viewer, frame::no_right(ctx.viewer.lang)));
        };
        match try_add(&ctx, &site, new).await {
            Ok(made) => Ok(address::participant(&made.subject)),
            Err(error) => Err(not_added(&ctx, (&site, new.typed), &error).await),
        }
    })
    .await
}

/// Number of a new participant, as the form has it.
#[derive(Clone, Copy)]
struct NewSubject<'a> {
    typed: &'a str,
    confirmed: bool,
}

/// The page with the reason for which a participant was not added, or what is asked first.
async fn not_added(ctx: &PageContext, (site, typed): (&SiteId, &str), error: &StaffError) -> Response {
    let lang = ctx.viewer.lang;
    let (text, ask) = match error {
        StaffError::SubjectForm { .. } => (say::bad_form(lang).to_owned(), false),
        StaffError::SubjectPattern { pattern, .. } => {
            (say::bad_pattern(lang, shown(typed), pattern.to_string(), pattern.example()), false)
        }
        StaffError::SubjectTaken { subject } if is_seen(ctx, subject).await => {
            (say::taken(lang, subject), false)
        }
        StaffError::SubjectBefore { now, .. } if is_seen(ctx, now).await => {
            (say::taken_before(lang, shown(typed), now), false)
        }
        StaffError::SubjectTaken { .. } | StaffError::SubjectBefore { .. } => {
            (say::not_free(lang, shown(typed)), false)
        }
        StaffError::SubjectAlike { alike, .. } => (say::alike(lang, shown(typed), alike), true),
        other => return failure(lang, other),
    };
    let kind = if ask { Notice::Look } else { Notice::Refused };
    let (typed, site) = (typed.to_owned(), site.to_string());
    let added = Added { typed, site, said: Some((kind, text)), ask };
    sheet(ctx, &Search::default(), added).await
}

async fn is_seen(ctx: &PageContext, subject: &str) -> bool {
    let sites = ctx.viewer.sites(Action::SeeParticipants);
    ctx.site().participants().find_at(subject, &sites).await.is_ok()
}

/// Adds a participant. A number that looks like one of another site is not asked about, since that one is not seen.
async fn try_add(
    ctx: &PageContext,
    site: &SiteId,
    NewSubject { typed, confirmed }: NewSubject<'_>,
) -> Result<Participant, StaffError> {
    let add =
        |confirmed: bool| ctx.site().participants().add_at(&ctx.viewer.account, Some(site), typed, confirmed);
    let error = match add(confirmed).await {
        Err(StaffError::SubjectAlike { subject, .. }) => subject,
        done => return done,
    };
    let sites = ctx.viewer.sites(Action::SeeParticipants);
    let all = ctx.site().participants().search(SiteQuery::all(sites)).await?;
    match all.into_iter().find(|one| likeness(&one.subject, typed) == Likeness::Alike) {
        Some(alike) => Err(StaffError::SubjectAlike { subject: error, alike: alike.subject }),
        None => add(true).await,
    }
}
