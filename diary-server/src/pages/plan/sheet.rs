//! The page: anchors, visits, infusions, the regimen in short, the end, and every act with its history.

use axum::response::Html;
use diary_core::act::ActContent;
use diary_core::text::{Lang, shown};
use maud::{Markup, html};

use super::fields::form_of;
use super::state::PlanState;
use super::{Kind, words};
use crate::messages::plan as say;
use crate::pages::PagesState;
use crate::pages::form::Form;
use crate::pages::layout::{Notice, notice};
use crate::pages::participant_frame::{Tab, frame, local_time};
use crate::pages::viewer::Viewer;
use crate::site::acts::list::ActVersion;
use crate::site::acts::{ActLine, ActState};
use crate::words::acts::state as state_word;
use crate::words::amount;

pub(super) fn page(
    pages: &PagesState,
    viewer: &Viewer,
    state: &PlanState,
    done: Option<&str>,
) -> Html<String> {
    let lang = viewer.lang;
    let title = say::title(lang, &state.participant.subject);
    let opened = |kind: Kind, words: &str| {
        html! {
            @if state.may_record {
                details { summary { (words) } (form_of(pages, state, lang, (kind, &Form::default()))) }
            }
        }
    };
    let content = html! {
        h1 { (title) }
        @match done {
            Some("anchor" | "end" | "first-day" | "withdraw" | "regimen") => { (notice(Notice::Done, say::done_phones(lang))) }
            Some(_) => { (notice(Notice::Done, say::done(lang))) }
            None => {}
        }
        p { (say::today(lang, state.today.to_string(), state.zone.to_string())) }
        section {
            h2 { (say::anchors(lang)) }
            (anchors(state, lang))
            (opened(Kind::Anchor, say::set_anchor(lang)))
        }
        section {
            h2 { (say::visits(lang)) }
            (visits(state, lang))
            (opened(Kind::Visit, say::add_visit(lang)))
        }
        @if state.sees_drug {
            section {
                h2 { (say::infusions(lang)) }
                (infusions(state, lang))
                (opened(Kind::Infusion, say::add_infusion(lang)))
            }
        }
        section {
            h2 { (say::regimen(lang)) }
            p { (say::asks_today(lang)) " – " bdi { (words::asks(state, lang, &state.regimen, state.today)) } }
            p { a href={ "/participants/" (state.participant.subject) "/regimen" } { (say::to_regimen(lang)) } }
        }
        section {
            h2 { (say::participation(lang)) }
            (participation(state, lang))
            (opened(Kind::End, say::add_end(lang)))
            (opened(Kind::FirstDay, say::set_first_day(lang)))
        }
        section {
            h2 { (say::acts(lang)) }
            (acts(state, lang))
        }
    };
    frame(viewer, &state.participant, Some(Tab::Plan), (&title, &content))
}

/// Table with these columns, or the sentence for none.
fn table(lang: Lang, columns: &[&str], rows: &[Markup]) -> Markup {
    html! {
        @if rows.is_empty() { p { (say::nothing(lang)) } } @else {
            div class="wide" {
                table {
                    thead { tr { @for column in columns { th scope="col" { (column) } } } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    }
}

/// Author and time of an act, and the way to correct it.
fn set_by(state: &PlanState, lang: Lang, version: &ActVersion) -> Markup {
    html! {
        td { bdi { (shown(&version.by)) } ", " (local_time(state.zone, version.at)) }
        td {
            @if state.may_record {
                a href={ "/participants/" (state.participant.subject) "/acts/" (version.act) } { (say::correct(lang)) }
            }
        }
    }
}

fn anchors(state: &PlanState, lang: Lang) -> Markup {
    let rows: Vec<Markup> = state.setting.study.anchors().iter().map(|anchor| {
        let set = state.in_force().find_map(|(version, _)| match &version.content {
            ActContent::Anchor { anchor: id, date: Some(date) } if *id == anchor.id => Some((version, *date)),
            _ => None,
        });
        html! {
            tr {
                th scope="row" { (anchor.title.get(lang)) }
                @match set {
                    Some((version, date)) => { td class="value" { (date) } (set_by(state, lang, version)) }
                    None => { td { (say::not_set(lang)) } td {} td {} }
                }
            }
        }
    }).collect();
    table(lang, &[say::anchor(lang), say::date(lang), say::set_by(lang), say::change(lang)], &rows)
}

fn visits(state: &PlanState, lang: Lang) -> Markup {
    let mut found: Vec<_> = state
        .in_force()
        .filter_map(|(version, _)| match &version.content {
            ActContent::Visit { date, kind, held } => Some((*date, kind, *held, version)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|(date, ..)| *date);
    let rows: Vec<Markup> = found
        .into_iter()
        .map(|(date, kind, held, version)| {
            html! {
                tr {
                    th scope="row" { (date) }
                    td { bdi { (shown(state.setting.study.visit_kind_name(kind, lang))) } }
                    td { (if held { say::held(lang) } else { say::planned(lang) }) }
                    (set_by(state, lang, version))
                }
            }
        })
        .collect();
    let columns = [say::date(lang), say::visit(lang), say::state(lang), say::set_by(lang), say::change(lang)];
    table(lang, &columns, &rows)
}

fn infusions(state: &PlanState, lang: Lang) -> Markup {
    let mut found: Vec<_> = state
        .in_force()
        .filter_map(|(version, _)| match &version.content {
            ActContent::Infusion { start, stop, dose, cycle, day } => {
                Some((*start, *stop, dose, cycle, *day, version))
            }
            _ => None,
        })
        .collect();
    found.sort_by_key(|(start, ..)| *start);
    let rows: Vec<Markup> = found.into_iter().map(|(start, stop, dose, cycle, day, version)| html! {
        tr {
            th scope="row" { (words::anchor(state, lang, cycle)) ", " (say::nth_day(lang, day)) }
            td { (local_time(state.zone, start)) }
            td { @match stop { Some(stop) => { (local_time(state.zone, stop)) } None => { (say::not_stopped(lang)) } } }
            td class="value" {
                (amount(lang, dose))
                @if state.setting.study.is_other_unit_of_infusion(dose) { p class="hint" { (say::other_unit(lang)) } }
            }
            (set_by(state, lang, version))
        }
    }).collect();
    let columns = [
        say::cycle(lang),
        say::start(lang),
        say::stop(lang),
        say::dose(lang),
        say::set_by(lang),
        say::change(lang),
    ];
    table(lang, &columns, &rows)
}

fn participation(state: &PlanState, lang: Lang) -> Markup {
    let of = |version: &&ActVersion| {
        matches!(version.content, ActContent::EndOfParticipation { .. } | ActContent::FirstDay { .. })
    };
    let rows: Vec<Markup> = state.in_force().map(|(version, _)| version).filter(of).map(|version| html! {
        tr { th scope="row" { (words::content(state, lang, &version.content)) } (set_by(state, lang, version)) }
    }).collect();
    table(lang, &[say::what(lang), say::set_by(lang), say::change(lang)], &rows)
}

fn acts(state: &PlanState, lang: Lang) -> Markup {
    let rows: Vec<Markup> = state.acts.iter().rev().map(|act| act_row(state, lang, act)).collect();
    let columns =
        [say::what(lang), say::state(lang), say::set_by(lang), say::reason(lang), say::change(lang)];
    table(lang, &columns, &rows)
}

fn act_row(state: &PlanState, lang: Lang, act: &ActLine) -> Markup {
    let may_change = |version: &ActVersion| {
        state.may_record
            && act.state != ActState::Withdrawn
            && state.may_show(&version.content)
            && version.content.is_replaceable()
    };
    html! {
        @for (n, version) in act.versions.iter().rev().enumerate() {
            tr class=[(n > 0).then_some("earlier")] {
                td {
                    @if n > 0 { (say::before(lang)) " " }
                    bdi { (shown(&words::content(state, lang, &version.content))) }
                }
                td { @if n == 0 { (state_word(act.state, lang)) @if act.corrected { ", " (say::corrected(lang)) } } }
                td { bdi { (shown(&version.by)) } ", " (local_time(state.zone, version.at)) }
                td { @if let Some(reason) = &version.reason { bdi { (shown(reason)) } } }
                td {
                    @if n == 0 && may_change(version) {
                        a href={ "/participants/" (state.participant.subject) "/acts/" (version.act) } { (say::correct(lang)) }
                    }
                }
            }
        }
    }
}
