//! Today: visits of the week, the worklist, and what is new.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::text::{Lang, shown};
use diary_core::time::{DiaryDay, Zone};
use diary_report::report::outlook::Appointment;
use diary_report::worklist::{Finding, Row, Thresholds};
use maud::{Markup, html};
use serde::Deserialize;

use super::PagesState;
use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, date, failure, local_time, notice, page};
use super::once::{mark, once};
use super::participant_scope::find;
use super::participants::appointment_name;
use super::parts::links;
use crate::finding_words::FindingWords;
use crate::messages::{page as frame, today as say};
use crate::site::StaffError;
use crate::site::views::worklist::WorkingDay;

/// Most rows of the worklist on a page, and most findings of them together.
const ROWS: usize = 50;
const FINDINGS: usize = 64;
/// Most participants that are named as new, and most appointments.
const NAMED: usize = 50;
/// Days of the week that is shown, today included.
const WEEK: i64 = 7;

/// Part of the list, and what was done before.
#[derive(Deserialize, Default)]
pub(super) struct Place {
    #[serde(default)]
    part: usize,
    dealt: Option<usize>,
}

pub(super) async fn show(ctx: PageContext, Query(place): Query<Place>) -> Response {
    match sheet(&ctx, &place).await {
        Ok(content) => page(&ctx.viewer, "/today", say::title(ctx.viewer.lang), content).into_response(),
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

async fn sheet(ctx: &PageContext, place: &Place) -> Result<Markup, StaffError> {
    let (lang, views) = (ctx.viewer.lang, ctx.site().views());
    let sites = ctx.viewer.sites(Action::SeeParticipants);
    let WorkingDay { worklist, appointments, contacts, site_of } =
        views.working_day(&ctx.viewer.account, Thresholds::default(), Some(&sites)).await?;
    let looks = views.looks(&ctx.viewer.account).await?;
    let setting = ctx.site().setting().await?;
    let zone = super::zone(ctx, Action::SeeParticipants, &setting);
    let zone_of = |subject: &str| site_of.get(subject).map_or(zone, |site| setting.zone(site));
    let words_in = |zone| FindingWords { study: &setting.study, lang, zone, commands: false };
    let this_week = |(visit, subject): &&(Appointment, String)| {
        let today = DiaryDay(zone_of(subject).local(ctx.site().now()).date());
        visit.day >= today && visit.day < today.plus_days(WEEK)
    };
    let week: Vec<&(Appointment, String)> = appointments.iter().filter(this_week).collect();
    let at = |subject: &str| site_of.get(subject).filter(|_| sites.len() > 1);
    let new: Vec<_> = contacts
        .iter()
        .filter(|(_, vault, at)| at.is_some_and(|at| looks.get(vault).is_none_or(|look| at > *look)))
        .collect();
    let is_new = |row: &Row| new.iter().any(|(_, vault, _)| *vault == row.vault);
    let (parts, all) = (parts(&worklist.rows), worklist.rows.len());
    let part = place.part.min(parts.len().saturating_sub(1));
    let rows = parts.get(part).copied().unwrap_or_default();
    Ok(html! {
        h1 { (say::title(lang)) }
        @if let Some(n) = place.dealt { (notice(Notice::Done, &say::dealt(lang, n))) }
        @if worklist.server_clock.is_some() { (notice(Notice::Look, frame::database_clock(lang))) }
        p class="hint" { (say::received_until(lang, words_in(zone).moment(worklist.fresh.received_until))) " " (frame::times_of(lang, super::zones(&sites, &setting))) }
        section {
            h2 { (say::week(lang)) }
            @if week.is_empty() { p { (say::no_visits(lang)) } } @else {
                ul class="week" {
                    @for (visit, subject) in week.iter().take(NAMED) {
                        li {
                            (date(lang, visit.day)) " "
                            a href=(address::participant(subject)) { (subject) } " "
                            @if let Some(site) = at(subject) { "(" (site) ") " }
                            bdi { (appointment_name(&setting.study, visit, lang)) }
                            @if visit.held { " – " (say::took_place(lang)) }
                        }
                    }
                    @if week.len() > NAMED { li { (say::and_more(lang, week.len() - NAMED)) } }
                }
            }
        }
        section {
            h2 { (say::worklist(lang, all, worklist.participants)) }
            @if rows.is_empty() { p { (say::nothing_to_do(lang)) } } @else {
                table class="stack" {
                    thead { tr {
                        th scope="col" { (say::subject(lang)) }
                        th scope="col" { (say::findings(lang)) }
                        th scope="col" { (say::last_contact(lang)) }
                    } }
                    tbody { @for row in rows {
                        tr {
                            th scope="row" {
                                a href=(address::participant(&row.subject)) { (row.subject) }
                                @if let Some(site) = at(&row.subject) { " (" (site) ")" }
                                @if is_new(row) { " " b class="new" { (say::new(lang)) } }
                            }
                            td data-label=(say::findings(lang)) { (findings(ctx, row, &words_in(zone_of(&row.subject)))) }
                            td data-label=(say::last_contact(lang)) {
                                @match row.last_contact { Some(at) => (local_time(lang, zone_of(&row.subject), at)), None => (say::never(lang)) }
                            }
                        }
                    } }
                }
            }
            (links(lang, "/today", (part, parts.len())))
        }
        section {
            h2 { (say::new_title(lang)) }
            @if new.is_empty() { p { (say::nothing_new(lang)) } } @else {
                ul {
                    @for (subject, vault, at) in new.iter().take(NAMED) {
                        li {
                            a href=(address::participant(subject)) { (subject) } " "
                            @if let Some(at) = at { (say::came(lang)) " " (local_time(lang, zone_of(subject), *at)) }
                            @match looks.get(vault) {
                                Some(look) => { ", " (say::you_looked(lang)) " " (local_time(lang, zone_of(subject), *look)) }
                                None => { ", " (say::never_looked(lang)) }
                            }
                        }
                    }
                    @if new.len() > NAMED { li { (say::and_more(lang, new.len() - NAMED)) } }
                }
            }
        }
    })
}

/// Findings of a row, the most urgent first.
fn findings(ctx: &PageContext, row: &Row, words: &FindingWords<'_>) -> Markup {
    html! {
        ul class="findings" {
            @for finding in row.findings.iter().take(FINDINGS) { (line(ctx, row, finding, words)) }
            @if row.findings.len() > FINDINGS {
                li class="urgent" {
                    b { "!!" } " "
                    a href=(address::participant(&row.subject)) {
                        (say::and_more(ctx.viewer.lang, row.findings.len() - FINDINGS))
                    }
                }
            }
        }
    }
}

/// The list in parts that each fit on a page, the most urgent first.
fn parts(rows: &[Row]) -> Vec<&[Row]> {
    let (mut parts, mut rest) = (Vec::new(), rows);
    while !rest.is_empty() {
        let mut findings = 0;
        let fits = |row: &&Row| {
            findings += row.findings.len();
            findings <= FINDINGS
        };
        // A row that alone has more is a part of its own.
        let count = rest.iter().take(ROWS).take_while(fits).count().max(1);
        let (part, after) = rest.split_at(count);
        parts.push(part);
        rest = after;
    }
    parts
}

/// Address of the evidence for a finding.
fn evidence(ctx: &PageContext, row: &Row, finding: &Finding, zone: Zone) -> String {
    let own = address::participant(&row.subject);
    match finding {
        Finding::Alert(alert) => match alert.entry {
            Some(entry) => format!("{own}/entries/{entry}"),
            None => format!("{own}/days/{}", DiaryDay(zone.local(alert.last).date())),
        },
        Finding::Doubtful(doubt) => doubt.last.map_or_else(|| own.clone(), |day| format!("{own}/days/{day}")),
        Finding::Conflicts { .. } => format!("{own}/contradictions"),
        Finding::Quarantined { .. } => "/waiting".to_owned(),
        Finding::PhoneWaits { .. }
        | Finding::NoContact { .. }
        | Finding::Unsent { .. }
        | Finding::NoPhone { .. }
        | Finding::LentPhone { .. }
            if ctx.viewer.may(Action::ManagePhones) =>
        {
            format!("{own}/phones")
        }
        Finding::PhoneWaits { .. }
        | Finding::NoContact { .. }
        | Finding::Unsent { .. }
        | Finding::NoPhone { .. }
        | Finding::LentPhone { .. }
        | Finding::Unreadable
        | Finding::TooLarge
        | Finding::LeftOut { .. }
        | Finding::Completion { .. }
        | Finding::GrantMissing { .. }
        | Finding::ToMerge { .. } => own,
    }
}

/// A finding with its evidence; an alert that presses with the form that marks it as dealt with.
fn line(ctx: &PageContext, row: &Row, finding: &Finding, words: &FindingWords<'_>) -> Markup {
    let lang = ctx.viewer.lang;
    let (class, mark) = match finding.urgency() {
        0..=1 => ("urgent", "!!"),
        2..=8 => ("look", "!"),
        _ => ("know", "·"),
    };
    let open = match finding {
        Finding::Alert(alert) if alert.pressing > 0 && ctx.viewer.may(Action::DealWithAlerts) => Some(alert),
        _ => None,
    };
    html! {
        li class=(class) {
            b { (mark) } " "
            a href=(evidence(ctx, row, finding, words.zone)) {
                bdi { (shown(&words.finding(finding))) }
            }
            @if let Some(alert) = open {
                details {
                    summary { (say::deal(lang)) }
                    (deal_form((&ctx.pages, lang), (&row.subject, alert.rule.as_str()), ""))
                }
            }
        }
    }
}

fn deal_form((pages, lang): (&PagesState, Lang), (subject, rule): (&str, &str), typed: &str) -> Markup {
    html! {
        form method="post" action={ (address::participant(subject)) "/alerts" } class="card" {
            (mark(pages))
            input type="hidden" name="rule" value=(rule);
            label for={ "what-" (subject) "-" (rule) } { (say::what_was_done(lang)) }
            textarea id={ "what-" (subject) "-" (rule) } name="what" required rows="2" maxlength="1000" { (typed) }
            button class="main" { (say::deal(lang)) }
        }
    }
}

/// Marks the open alerts of a rule as dealt with.
pub(super) async fn deal(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let lang = ctx.viewer.lang;
    once(&ctx, &form, async {
        let participant = find(&ctx, Action::DealWithAlerts, &subject).await?;
        let (rule, what) = (form.text("rule"), form.text("what"));
        let Ok(named) = rule.parse() else { return Ok("/today".to_owned()) };
        let acts = ctx.site().acts().on(&ctx.viewer.account, &participant);
        let text = match acts.alerts_handled(&named, what).await {
            Ok(n) => return Ok(format!("/today?dealt={n}")),
            Err(StaffError::ReasonForm) => say::say_what(lang),
            Err(StaffError::NoSuchAlert { .. }) => say::no_such_alert(lang),
            Err(error) => return Err(failure(lang, &error)),
        };
        let content = html! {
            h1 { (say::deal(lang)) }
            (notice(Notice::Refused, text))
            (deal_form((&ctx.pages, lang), (&participant.subject, rule), what))
            p { a href="/today" { (say::title(lang)) } }
        };
        let sheet = page(&ctx.viewer, "/today", say::deal(lang), content);
        Err((StatusCode::UNPROCESSABLE_ENTITY, sheet).into_response())
    })
    .await
}

#[cfg(test)]
mod tests {
    use diary_core::ids::VaultId;

    use super::*;

    fn row(findings: usize) -> Row {
        let findings = vec![Finding::Unreadable; findings];
        let vault = VaultId::from_bytes([0; 16]);
        Row { subject: "S".to_owned(), vault, last_contact: None, findings }
    }

    #[test]
    fn the_list_is_cut_into_parts_by_rows_and_by_findings_and_nothing_is_left_out() {
        let of = |counts: &[usize]| {
            let rows: Vec<Row> = counts.iter().map(|count| row(*count)).collect();
            parts(&rows).iter().map(|part| part.len()).collect::<Vec<_>>()
        };
        assert!(of(&[]).is_empty());
        assert_eq!(of(&[1; 120]), [50, 50, 20]);
        assert_eq!(of(&[2; 40]), [32, 8]);
        assert_eq!(of(&[60, 4, 1, 300, 1]), [2, 1, 1, 1]);
    }
}
