//! The start page of everybody who sees participants: the worklist, the most urgent first, with what is new to the reader.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use diary_core::ids::{RuleId, VaultId};
use diary_core::study::Study;
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;
use diary_report::worklist::{Finding, Row, Thresholds};
use maud::{Markup, html};
use serde::Deserialize;

use super::PagesState;
use super::access::Action;
use super::form::Form;
use super::layout::{Notice, failure, local_time, notice, page};
use super::once::{mark, once};
use super::participant_scope::participant_in_scope;
use super::viewer::Viewer;
use crate::findings::{FindingWords, moment};
use crate::messages::today_page as say;
use crate::site::{ActiveStudy, StaffError, Worklist};

/// What a form has done.
#[derive(Deserialize, Default)]
pub(super) struct Done {
    done: Option<String>,
}

struct Sheet {
    list: Worklist,
    setting: ActiveStudy,
    looks: BTreeMap<VaultId, UtcMillis>,
}

async fn read(pages: &PagesState, viewer: &Viewer) -> Result<Sheet, StaffError> {
    let site = pages.site();
    let sites = viewer.sites(Action::SeeParticipants);
    let mut list = site.views().worklist(&viewer.account, Thresholds::default()).await?;
    let ours: Vec<VaultId> = site
        .participants()
        .list()
        .await?
        .into_iter()
        .filter(|one| sites.contains(&one.participant.site))
        .map(|one| one.participant.vault)
        .collect();
    list.rows.retain(|row| ours.contains(&row.vault));
    list.participants = ours.len();
    let looks = site.accounts().looks(&viewer.account).await?;
    Ok(Sheet { list, setting: site.setting().await?, looks })
}

pub(super) async fn show(
    State(pages): State<PagesState>,
    Extension(viewer): Extension<Viewer>,
    Query(done): Query<Done>,
) -> Response {
    let said = match done.done.as_deref() {
        Some("dealt") => Some((Notice::Done, say::dealt_done(viewer.lang))),
        Some("nothing") => Some((Notice::Look, say::dealt_nothing(viewer.lang))),
        Some(_) | None => None,
    };
    sheet(&pages, &viewer, said).await
}

async fn sheet(pages: &PagesState, viewer: &Viewer, said: Option<(Notice, &str)>) -> Response {
    let lang = viewer.lang;
    let Sheet { list, setting, looks } = match read(pages, viewer).await {
        Ok(sheet) => sheet,
        Err(error) => return failure(lang, &error),
    };
    let zone = setting.zone(&pages.site().keeper_keys().site);
    let words = FindingWords { study: &setting.study, lang, zone, commands: false };
    let head = match list.rows.len() {
        0 => say::nothing_urgent(lang, list.participants),
        some => say::some(lang, some, list.participants),
    };
    let content = html! {
        h1 { (say::title(lang)) }
        p class="hint" { (say::site_now(lang, zone.to_string(), moment(zone, pages.site().now()))) }
        @if list.server_clock.is_some() { (notice(Notice::Refused, say::clock_doubted(lang))) }
        @if let Some((kind, text)) = said { (notice(kind, text)) }
        p { (head) " " (say::new_since(lang)) }
        @for row in &list.rows { (entry(pages, viewer, &words, (row, looks.get(&row.vault).copied()))) }
    };
    page(viewer, "/today", say::title(lang), content).into_response()
}

/// Time of a finding that may be new to the reader.
const fn time_of(finding: &Finding) -> Option<UtcMillis> {
    match finding {
        Finding::Alert(alert) => Some(alert.last),
        Finding::PhoneWaits { since, .. } => Some(*since),
        Finding::Quarantined { last, .. } => Some(*last),
        Finding::Doubtful(_)
        | Finding::Unreadable
        | Finding::TooLarge
        | Finding::LeftOut { .. }
        | Finding::NoContact { .. }
        | Finding::Conflicts { .. }
        | Finding::Completion { .. }
        | Finding::Unsent { .. }
        | Finding::GrantMissing { .. }
        | Finding::ToMerge { .. }
        | Finding::NoPhone { .. } => None,
    }
}

/// Page with the evidence of a finding.
fn evidence(finding: &Finding, subject: &str) -> String {
    match finding {
        Finding::PhoneWaits { .. }
        | Finding::NoPhone { .. }
        | Finding::Unsent { .. }
        | Finding::NoContact { .. } => {
            format!("/participants/{subject}/phones")
        }
        Finding::Quarantined { .. } | Finding::GrantMissing { .. } | Finding::ToMerge { .. } => {
            "/waiting".to_owned()
        }
        Finding::Alert(_)
        | Finding::Doubtful(_)
        | Finding::Unreadable
        | Finding::TooLarge
        | Finding::LeftOut { .. }
        | Finding::Conflicts { .. }
        | Finding::Completion { .. } => format!("/participants/{subject}"),
    }
}

fn entry(
    pages: &PagesState,
    viewer: &Viewer,
    words: &FindingWords<'_>,
    (row, looked): (&Row, Option<UtcMillis>),
) -> Markup {
    let lang = viewer.lang;
    html! {
        article class="card wide-card" {
            h2 { a href={ "/participants/" (row.subject) } { bdi { (shown(&row.subject)) } } }
            p class="hint" {
                (say::last_contact(lang)) ": "
                @match row.last_contact {
                    Some(at) => { (local_time(words.zone, at)) }
                    None => { (say::no_contact(lang)) }
                }
                @if looked.is_none() { " – " (say::never_opened(lang)) }
            }
            ul class="findings" {
                @for finding in &row.findings {
                    li {
                        @if time_of(finding).is_some_and(|at| looked.is_none_or(|looked| at > looked)) {
                            strong class="new" { (say::new(lang)) } " "
                        }
                        a href=(evidence(finding, &row.subject)) { (shown(&words.finding(finding))) }
                    }
                }
            }
            @if viewer.may(Action::DealWithAlerts) { (deal(pages, lang, words.study, row)) }
        }
    }
}

/// A form for the alerts of a participant that are not dealt with.
fn deal(pages: &PagesState, lang: Lang, study: &Study, row: &Row) -> Markup {
    let open: Vec<&RuleId> = row
        .findings
        .iter()
        .filter_map(|finding| match finding {
            Finding::Alert(alert) if alert.handled.is_none() => Some(&alert.rule),
            _ => None,
        })
        .collect();
    if open.is_empty() {
        return Markup::default();
    }
    let title =
        |rule: &RuleId| study.alarm(rule).map_or(rule.to_string(), |(title, _)| title.get(lang).to_owned());
    let subject = &row.subject;
    html! {
        details {
            summary { (say::dealt(lang)) }
            form method="post" action={ "/participants/" (subject) "/alerts" } {
                (mark(pages))
                label for={ "rule-" (subject) } { (say::dealt_rule(lang)) }
                select id={ "rule-" (subject) } name="rule" {
                    @for rule in open { option value=(rule) { (title(rule)) } }
                }
                label for={ "what-" (subject) } { (say::dealt_what(lang)) }
                input id={ "what-" (subject) } name="what" required maxlength="500";
                button { (say::dealt_button(lang)) }
            }
        }
    }
}

/// Notes that an alert was dealt with.
pub(super) async fn deal_with(
    State(pages): State<PagesState>,
    Extension(viewer): Extension<Viewer>,
    Path(subject): Path<String>,
    form: Form,
) -> Response {
    let work = async {
        let participant = participant_in_scope(&pages, &viewer, Action::DealWithAlerts, &subject).await?;
        let Ok(rule) = form.text("rule").parse::<RuleId>() else {
            return Ok("/today?done=nothing".to_owned());
        };
        let acts = pages.site().acts();
        match acts.alerts_handled(&viewer.account, &participant, &rule, form.text("what")).await {
            Ok(0) | Err(StaffError::NoSuchAlert { .. }) => Ok("/today?done=nothing".to_owned()),
            Ok(_) => Ok("/today?done=dealt".to_owned()),
            Err(StaffError::ReasonForm) => {
                Err(sheet(&pages, &viewer, Some((Notice::Refused, say::dealt_reason(viewer.lang)))).await)
            }
            Err(error) => Err(failure(viewer.lang, &error)),
        }
    };
    once(&pages, &viewer, &form, work).await
}
