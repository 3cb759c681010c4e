//! One participant: the days at a glance, and the printable report.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use diary_report::report::html::{Links, Pieces, pieces, render_linked, style};
use diary_report::report::{REPORT_MAX_DAYS, Report};
use diary_store::Participant;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::layout::{Notice, date, failure, notice};
use super::participant_frame::{Tab, frame};
use super::participant_scope::find;
use super::viewer::Viewer;
use crate::messages::{contradictions, participant_page as say};
use crate::site::views::report::ReportDays;

/// Days that are shown unless others are asked for.
const USUAL_DAYS: u16 = 28;

/// Span of days, as asked for.
#[derive(Deserialize, Default)]
pub(super) struct Span {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Span {
    /// The days that are meant; `None` if they cannot be read.
    fn days(&self) -> Option<ReportDays> {
        let day = |text: &str| match text.trim() {
            "" => Some(None),
            text => text.parse::<DiaryDay>().ok().map(Some),
        };
        let (from, until) = (day(&self.from)?, day(&self.to)?);
        let days = match (from, until) {
            (None, _) => USUAL_DAYS,
            // Without its end a span has the usual length.
            (Some(from), None) => {
                let until = Some(from.plus_days(i64::from(USUAL_DAYS) - 1));
                return Some(ReportDays { days: USUAL_DAYS, until });
            }
            (Some(from), Some(until)) => u16::try_from(until.since(from).checked_add(1)?).ok()?,
        };
        (1..=REPORT_MAX_DAYS).contains(&days).then_some(ReportDays { days, until })
    }
}

/// The report as far as the person may see it.
async fn built(ctx: &PageContext, participant: &Participant, days: ReportDays) -> Result<Report, Response> {
    let report = ctx.site().views().report_of(&ctx.viewer.account, participant, days).await;
    let report = report.map_err(|error| failure(ctx.viewer.lang, &error))?;
    if ctx.viewer.sites(Action::SeeStudyDrug).contains(&participant.site) {
        return Ok(report);
    }
    match ctx.site().setting().await {
        Ok(setting) => Ok(report.without_study_drug(setting.study.study_drug().map(|drug| &drug.name))),
        Err(error) => Err(failure(ctx.viewer.lang, &error)),
    }
}

pub(super) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(span): Query<Span>,
) -> Response {
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let asked = span.days();
    let days = asked.unwrap_or(ReportDays { days: USUAL_DAYS, until: None });
    let report = match built(&ctx, &participant, days).await {
        Ok(report) => report,
        Err(response) => return response,
    };
    if let Err(error) = ctx.site().views().note_look(&ctx.viewer.account, &participant).await {
        return failure(ctx.viewer.lang, &error);
    }
    let said =
        asked.is_none().then(|| notice(Notice::Refused, &say::bad_span(ctx.viewer.lang, REPORT_MAX_DAYS)));
    let title = say::title(ctx.viewer.lang, &participant.subject);
    let content = sheet(&ctx.viewer, &report, &said.unwrap_or_default());
    frame(&ctx.viewer, &participant, Some(Tab::Diary), (&title, &content)).into_response()
}

fn sheet(viewer: &Viewer, report: &Report, said: &Markup) -> Markup {
    let (lang, subject) = (viewer.lang, report.participant.as_str());
    let own = address::participant(subject);
    let links = Links { base: format!("{own}/") };
    let Pieces { header, attention, outside, short, grid, lists } = pieces(report, lang, Some(&links));
    let (first, last) = days_of(report);
    let long = i64::try_from(report.days.len()).unwrap_or(i64::MAX);
    let days = |from: DiaryDay, to: DiaryDay| spanned(&own, (from, to));
    let mut elsewhere: Vec<DiaryDay> = report.outside.iter().map(|entry| entry.day).collect();
    elsewhere.sort_unstable();
    elsewhere.dedup();
    let open =
        report.duplicates.iter().filter(|one| one.decided.as_ref().is_none_or(|of| of.more_since)).count();
    let contradicts = open + report.conflicts.len();
    html! {
        h1 { (say::title(lang, subject)) }
        (said)
        nav class="line" aria-label=(say::of_participant(lang)) {
            a class="button main" href=(spanned(&format!("{own}/report"), (first, last))) { (say::report(lang)) }
            (pdf_link(&spanned(&format!("{own}/report.pdf"), (first, last)), lang))
            @if !report.duplicates.is_empty() || contradicts > 0 {
                a class="button" href={ (own) "/contradictions" } {
                    (contradictions::to_here(lang)) @if contradicts > 0 { ": " (contradicts) }
                }
            }
            a class="button" href=(days(first.plus_days(-long), first.plus_days(-1))) { (say::earlier(lang)) }
            @if report.days.last().is_some_and(|day| !day.today) {
                a class="button" href=(days(last.plus_days(1), last.plus_days(long))) { (say::later(lang)) }
                a class="button" href=(own) { (say::up_to_today(lang)) }
            }
        }
        form method="get" action=(own) class="search" {
            div { label for="from" { (say::from(lang)) } input id="from" name="from" type="date" value=(first); }
            div { label for="to" { (say::to(lang)) } input id="to" name="to" type="date" value=(last); }
            button { (say::show(lang)) }
        }
        div class="diary" {
            div class="hint" { (header) }
            @if let Some(outside) = outside {
                (outside)
                p { (say::days_of_these(lang)) " "
                    @for day in elsewhere.iter().take(50) { a href=(links.day(*day)) { (date(lang, *day)) } " " }
                }
            }
            (attention)
            @if !viewer.may(Action::SeeStudyDrug) { (notice(Notice::Look, say::without_study_drug(lang))) }
            (grid)
            div class="lists" { (short) (lists) }
        }
    }
}

/// The printable report.
pub(super) async fn report(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(span): Query<Span>,
) -> Response {
    let lang = ctx.viewer.lang;
    match asked_for(&ctx, &subject, &span).await {
        Ok(report) => {
            let above = html! { nav class="above" aria-label=(say::of_participant(lang)) { (pdf_link(&spanned("report.pdf", days_of(&report)), lang)) } };
            Html(render_linked(&report, lang, ("report.css", &above))).into_response()
        }
        Err(response) => response,
    }
}

/// The report over the days that are asked for.
pub(super) async fn asked_for(ctx: &PageContext, subject: &str, span: &Span) -> Result<Report, Response> {
    let participant = find(ctx, Action::SeeDiary, subject).await?;
    let days = span.days().unwrap_or(ReportDays { days: USUAL_DAYS, until: None });
    built(ctx, &participant, days).await
}

/// First and last day of a report.
fn days_of(report: &Report) -> (DiaryDay, DiaryDay) {
    let first = report.days.first().map(|day| day.day).unwrap_or_default();
    (first, report.days.last().map(|day| day.day).unwrap_or_default())
}

fn spanned(path: &str, (from, to): (DiaryDay, DiaryDay)) -> String {
    format!("{path}?from={from}&to={to}")
}

/// Link to the report as PDF, if the server was built with it.
fn pdf_link(address: &str, lang: Lang) -> Markup {
    html! { @if cfg!(feature = "pdf") { a class="button" href=(address) { (say::pdf(lang)) } } }
}

/// Style of the printable report; the margins of its pages name the participant.
pub(super) async fn report_style(ctx: PageContext, Path(subject): Path<String>) -> Response {
    match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(found) => {
            let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
            (kind, style(&found.subject, ctx.viewer.lang)).into_response()
        }
        Err(response) => response,
    }
}
