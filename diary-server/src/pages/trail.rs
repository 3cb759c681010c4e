//! The audit trail: searched, its chain checked, and as a table to download.

mod words;

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveTime;
use diary_core::text::{Lang, shown};
use diary_core::time::{DiaryDay, Zone};
use diary_report::tables_csv::cell::neutral;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::context::PageContext;
use super::layout::{Notice, failure, local_time, notice, page};
use crate::messages::{common, page as frame, trail, trail_page as say};
use crate::site::{StaffError, TrailLine, TrailPage, TrailQuery};

/// Rows of a page.
const ROWS: usize = 100;
/// Most rows of a file.
const FILE_ROWS: usize = 100_000;

/// Search of the form; empty fields ask for everything.
#[derive(Deserialize, Default)]
pub(super) struct Search {
    #[serde(default)]
    who: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    before: Option<u64>,
}

/// A search that cannot be carried out.
enum Unreadable {
    /// A day that is none.
    Day(String),
    /// A participant that is not there.
    Subject(String),
    /// The services failed.
    Staff(StaffError),
}

impl From<StaffError> for Unreadable {
    fn from(error: StaffError) -> Self {
        Self::Staff(error)
    }
}

impl Search {
    async fn query(&self, ctx: &PageContext, zone: Zone) -> Result<TrailQuery, Unreadable> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<DiaryDay>().map(Some).map_err(|_| Unreadable::Day(text.to_owned())),
        };
        let start = |day: DiaryDay| zone.instant(day.0, NaiveTime::MIN);
        let vault = match given(&self.subject) {
            Some(subject) => match ctx.site().participants().find(&subject).await {
                Ok(found) if ctx.viewer.sites(Action::SeeTrail).contains(&found.site) => Some(found.vault),
                Err(StaffError::Store(error)) => return Err(StaffError::Store(error).into()),
                Ok(_) | Err(_) => return Err(Unreadable::Subject(subject)),
            },
            None => None,
        };
        Ok(TrailQuery {
            who: given(&self.who),
            kind: given(&self.kind),
            vault,
            from: day(&self.from)?.map(start),
            until: day(&self.until)?.map(|day| start(day.plus_days(1))),
            before: self.before,
            limit: ROWS,
        })
    }

    /// The search as the query of an address, without the place where it goes on.
    fn address(&self) -> String {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("who", &self.who),
            ("subject", &self.subject),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ] {
            if !value.trim().is_empty() {
                fields.append_pair(name, value.trim());
            }
        }
        fields.finish()
    }
}

pub(super) async fn show(ctx: PageContext, Query(search): Query<Search>) -> Response {
    let lang = ctx.viewer.lang;
    let zone = match ctx.site().setting().await {
        Ok(setting) => super::zone(&ctx, Action::SeeTrail, &setting),
        Err(error) => return failure(lang, &error),
    };
    let (found, said) = match found(&ctx, &search, zone).await {
        Ok(found) => (found, None),
        Err(Unreadable::Day(day)) => (nothing(), Some(say::bad_day(lang, shown(&day)))),
        Err(Unreadable::Subject(subject)) => (nothing(), Some(say::no_subject(lang, shown(&subject)))),
        Err(Unreadable::Staff(error)) => return failure(lang, &error),
    };
    let state = match ctx.site().views().trail_holds().await {
        Ok(rows) => notice(Notice::Done, &trail::chain_holds(lang, rows)),
        Err(StaffError::TrailBroken { n }) => notice(Notice::Refused, &say::broken(lang, n)),
        Err(error) => return failure(lang, &error),
    };
    let content = html! {
        h1 { (say::title(lang)) }
        (state)
        (form(lang, &search))
        @if let Some(text) = said { (notice(Notice::Refused, &text)) }
        p class="hint" { (frame::times_of(lang, zone.to_string())) }
        (table(lang, zone, &found.rows))
        @if found.rows.is_empty() { p { (say::nothing_found(lang)) } }
        nav class="line" aria-label=(say::more_pages(lang)) {
            @if let Some(next) = found.next {
                a class="button" href={ "/trail?" (search.address()) "&before=" (next) } { (say::older(lang)) }
            }
            a class="button" href={ "/trail.csv?" (search.address()) } { (say::download(lang)) }
        }
    };
    page(&ctx.viewer, "/trail", say::title(lang), content).into_response()
}

fn nothing() -> TrailPage {
    TrailPage { rows: Vec::new(), next: None }
}

async fn found(ctx: &PageContext, search: &Search, zone: Zone) -> Result<TrailPage, Unreadable> {
    let query = search.query(ctx, zone).await?;
    Ok(ctx.site().views().trail_page(&query, &ctx.viewer.sites(Action::SeeTrail)).await?)
}

fn form(lang: Lang, search: &Search) -> Markup {
    let field = |name: &str, label: &str, kind: &str, value: &str| {
        html! {
            div {
                label for=(name) { (label) }
                input id=(name) name=(name) type=(kind) value=(value) maxlength="64";
            }
        }
    };
    html! {
        form method="get" action="/trail" class="search" role="search" {
            (field("who", trail::column_who(lang), "text", &search.who))
            (field("subject", common::column_subject(lang), "text", &search.subject))
            (field("kind", trail::column_what(lang), "text", &search.kind))
            (field("from", say::from(lang), "date", &search.from))
            (field("until", say::until(lang), "date", &search.until))
            button { (say::search(lang)) }
        }
    }
}

fn table(lang: Lang, zone: Zone, rows: &[TrailLine]) -> Markup {
    html! {
        table class="stack" {
            thead { tr {
                th scope="col" { (trail::column_number(lang)) }
                th scope="col" { (trail::column_at(lang)) }
                th scope="col" { (trail::column_who(lang)) }
                th scope="col" { (trail::column_what(lang)) }
                th scope="col" { (common::column_subject(lang)) }
                th scope="col" { (trail::column_target(lang)) }
                th scope="col" { (trail::column_reason(lang)) }
            } }
            tbody { @for line in rows { (row(lang, zone, line)) } }
        }
    }
}

fn row(lang: Lang, zone: Zone, line: &TrailLine) -> Markup {
    let event = &line.row.event;
    let others =
        event.target.split(' ').filter(|part| !part.starts_with("vault=") && !part.starts_with("signed="));
    let others: Vec<&str> = others.collect();
    html! {
        tr {
            th scope="row" { (line.row.n) }
            td data-label=(trail::column_at(lang)) { (local_time(lang, zone, event.at)) }
            td data-label=(trail::column_who(lang)) { bdi { (shown(&event.who)) } }
            td data-label=(trail::column_what(lang)) { @if let Some(kind) = words::kind(lang, &event.what) { (kind) } div class="hint" { code { (event.what) } } }
            td data-label=(common::column_subject(lang)) { bdi { (line.subject.as_deref().unwrap_or_default()) } }
            td class="long" data-label=(trail::column_target(lang)) { bdi { code { (shown(&others.join(" "))) } } }
            td data-label=(trail::column_reason(lang)) {
                bdi { (shown(event.reason.as_deref().unwrap_or_default())) }
            }
        }
    }
}

/// The rows of a search as a table for spreadsheets.
pub(super) async fn download(ctx: PageContext, Query(search): Query<Search>) -> Response {
    let lang = ctx.viewer.lang;
    let zone = match ctx.site().setting().await {
        Ok(setting) => super::zone(&ctx, Action::SeeTrail, &setting),
        Err(error) => return failure(lang, &error),
    };
    let query = match search.query(&ctx, zone).await {
        Ok(query) => query,
        Err(Unreadable::Staff(error)) => return failure(lang, &error),
        Err(Unreadable::Day(_) | Unreadable::Subject(_)) => {
            return show(ctx, Query(search)).await;
        }
    };
    let mut lines = Vec::new();
    let mut query = TrailQuery { limit: 1000, ..query };
    loop {
        let found = ctx.site().views().trail_page(&query, &ctx.viewer.sites(Action::SeeTrail)).await;
        let TrailPage { rows, next } = match found {
            Ok(found) => found,
            Err(error) => return failure(lang, &error),
        };
        lines.extend(rows);
        match next {
            Some(next) if lines.len() < FILE_ROWS => query.before = Some(next),
            Some(_) | None => break,
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-trail.csv\""),
    ];
    (headers, csv(&lines)).into_response()
}

fn csv(lines: &[TrailLine]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    let head = ["n", "at", "who", "role", "what", "subject", "target", "reason", "chain"];
    let mut written = out.write_record(head);
    for line in lines {
        let (row, event) = (&line.row, &line.row.event);
        written = written.and(out.write_record([
            row.n.to_string(),
            event.at.to_string(),
            neutral(&event.who).into_owned(),
            neutral(&event.role).into_owned(),
            neutral(&event.what).into_owned(),
            neutral(line.subject.as_deref().unwrap_or_default()).into_owned(),
            neutral(&event.target).into_owned(),
            neutral(event.reason.as_deref().unwrap_or_default()).into_owned(),
            row.chain.to_string(),
        ]));
    }
    // Writing into memory does not fail.
    written.ok().and_then(|()| out.into_inner().ok()).unwrap_or_default()
}
