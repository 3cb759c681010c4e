//! The page: anchors, visits, infusions, the regimen in short, the end, and every act with its history.

use axum::response::Html;
use diary_core::act::ActContent;
use diary_core::study::Anchor;
use diary_core::text::{Lang, shown};
use diary_core::time::{DiaryDay, UtcMillis};
use maud::{Markup, html};

use super::fields::form_of;
use super::state::PlanState;
use super::{Kind, words};
use crate::messages::plan as say;
use crate::pages::address;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::layout::{self, Notice, local_time, notice};
use crate::pages::participant_frame::{Tab, frame};
use crate::pages::phones::receipts;
use crate::site::acts::list::ActVersion;
use crate::site::acts::{ActLine, ActState};
use crate::site::devices::receipts::PhoneReceipts;
use crate::words::acts::{interruption, state as state_word};
use crate::words::amount;
use crate::words::dates;

pub(super) fn page(
    ctx: &PageContext,
    (state, phones): (&PlanState, &[PhoneReceipts]),
    done: Option<&str>,
) -> Html<String> {
    let lang = ctx.viewer.lang;
    let title = say::title(lang, &state.participant.subject);
    let opened = |kind: Kind, words: &str| {
        html! {
            @if state.may_record {
                details { summary { (words) } (form_of(&ctx.pages, state, lang, (kind, &Form::default()))) }
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
        p { (say::today(lang, dates::day(lang, state.today), state.zone.to_string())) }
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
            p { a href={ (address::participant(&state.participant.subject)) "/regimen" } { (say::to_regimen(lang)) } }
        }
        section {
            h2 { (say::participation(lang)) }
            (participation(state, lang))
            (opened(Kind::End, say::add_end(lang)))
            (opened(Kind::FirstDay, say::set_first_day(lang)))
        }
        section {
            h2 { (say::acts(lang)) }
            (acts((state, phones), lang))
        }
    };
    frame(&ctx.viewer, &state.participant, Some(Tab::Plan), (&title, &content))
}

/// Cells of a row; the first one names it.
type Row = Vec<Markup>;

/// Table with these columns, or the sentence for none.
fn table(lang: Lang, columns: &[&str], rows: &[Row]) -> Markup {
    html! {
        @if rows.is_empty() { p { (say::nothing(lang)) } } @else {
            table class="stack" {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (n, (cell, column)) in row.iter().zip(columns).enumerate() {
                                @if n == 0 { th scope="row" { (cell) } } @else { td data-label=(column) { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn text(text: &str) -> Markup {
    html! { bdi { (shown(text)) } }
}

/// Author and time of an act, and the way to correct it.
fn set_by(state: &PlanState, lang: Lang, version: &ActVersion) -> [Markup; 2] {
    let author = html! { (text(&version.by)) ", " (local_time(lang, state.zone, version.at)) };
    let change = html! { @if state.may_record { (to_correct(state, lang, version)) } };
    [author, change]
}

fn to_correct(state: &PlanState, lang: Lang, version: &ActVersion) -> Markup {
    let path = format!("{}/acts/{}", address::participant(&state.participant.subject), version.act);
    html! { a class="nowrap" href=(path) { (say::correct(lang)) } }
}

fn anchors(state: &PlanState, lang: Lang) -> Markup {
    let row = |anchor: &Anchor| -> Row {
        let set = state.in_force().find_map(|(version, _)| match &version.content {
            ActContent::Anchor { anchor: id, date: Some(date) } if *id == anchor.id => Some((version, *date)),
            _ => None,
        });
        let title = html! { (anchor.title.get(lang)) };
        match set {
            Some((version, date)) => {
                let date = html! { b { (layout::date(lang, date)) } };
                [title, date].into_iter().chain(set_by(state, lang, version)).collect()
            }
            None => vec![title, html! { (say::not_set(lang)) }],
        }
    };
    let rows: Vec<Row> = state.setting.study.anchors().iter().map(row).collect();
    table(lang, &[say::anchor(lang), say::date(lang), say::set_by(lang), say::change(lang)], &rows)
}

fn visits(state: &PlanState, lang: Lang) -> Markup {
    let mut rows: Vec<(DiaryDay, Row)> = Vec::new();
    for (version, _) in state.in_force() {
        let ActContent::Visit { date, kind, held } = &version.content else { continue };
        let kind = text(state.setting.study.visit_kind_name(kind, lang));
        let held = if *held { say::held(lang) } else { say::planned(lang) };
        let cells = [layout::date(lang, *date), kind, html! { (held) }];
        rows.push((*date, cells.into_iter().chain(set_by(state, lang, version)).collect()));
    }
    rows.sort_by_key(|(date, _)| *date);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let columns = [say::date(lang), say::visit(lang), say::state(lang), say::set_by(lang), say::change(lang)];
    table(lang, &columns, &rows)
}

fn infusions(state: &PlanState, lang: Lang) -> Markup {
    let mut rows: Vec<(UtcMillis, Row)> = Vec::new();
    for (version, _) in state.in_force() {
        let ActContent::Infusion { start, stop, dose, cycle, day, interruptions } = &version.content else {
            continue;
        };
        let pauses = html! {
            @for one in interruptions { p { bdi { (interruption(lang, state.zone, one)) } } }
            @if interruptions.is_empty() { "–" }
        };
        let stopped = match stop {
            Some(stop) => local_time(lang, state.zone, *stop),
            None => html! { (say::not_stopped(lang)) },
        };
        let other = state.setting.study.is_other_unit_of_infusion(dose);
        let dose = html! {
            b { (amount(lang, dose)) }
            @if other { p class="hint" { (say::other_unit(lang)) } }
        };
        let which = html! { (words::anchor(state, lang, cycle)) ", " (say::nth_day(lang, *day)) };
        let cells = [which, local_time(lang, state.zone, *start), stopped, pauses, dose];
        rows.push((*start, cells.into_iter().chain(set_by(state, lang, version)).collect()));
    }
    rows.sort_by_key(|(start, _)| *start);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let columns = [
        say::cycle(lang),
        say::start(lang),
        say::stop(lang),
        say::interruptions(lang),
        say::dose_column(lang),
        say::set_by(lang),
        say::change(lang),
    ];
    table(lang, &columns, &rows)
}

fn participation(state: &PlanState, lang: Lang) -> Markup {
    let of = |version: &&ActVersion| {
        matches!(version.content, ActContent::EndOfParticipation { .. } | ActContent::FirstDay { .. })
    };
    let row = |version: &ActVersion| -> Row {
        let what = text(&words::content(state, lang, &version.content));
        std::iter::once(what).chain(set_by(state, lang, version)).collect()
    };
    let rows: Vec<Row> = state.in_force().map(|(version, _)| version).filter(of).map(row).collect();
    table(lang, &[say::what(lang), say::set_by(lang), say::change(lang)], &rows)
}

fn acts((state, phones): (&PlanState, &[PhoneReceipts]), lang: Lang) -> Markup {
    let rows: Vec<Row> =
        state.acts.iter().rev().flat_map(|act| act_rows((state, phones), lang, act)).collect();
    let columns = [
        say::what(lang),
        say::state(lang),
        say::set_by(lang),
        say::reason(lang),
        say::received(lang),
        say::change(lang),
    ];
    table(lang, &columns, &rows)
}

/// The versions of an act, the last one first.
fn act_rows((state, phones): (&PlanState, &[PhoneReceipts]), lang: Lang, act: &ActLine) -> Vec<Row> {
    let may_change = |version: &ActVersion| {
        state.may_record
            && act.state != ActState::Withdrawn
            && state.may_show(&version.content)
            && version.content.is_replaceable()
    };
    let row = |(n, version): (usize, &ActVersion)| {
        let said = text(&words::content(state, lang, &version.content));
        let [author, _] = set_by(state, lang, version);
        let standing = html! { span class="nowrap" { (state_word(act.state, lang)) } @if act.corrected { ", " (say::corrected(lang)) } };
        vec![
            html! { span class="act" { @if n > 0 { (say::before(lang)) " " } (said) } },
            if n == 0 { standing } else { Markup::default() },
            author,
            html! { @if let Some(reason) = version.reason.as_ref().filter(|_| state.may_show(&version.content)) { (text(reason)) } },
            receipts::of_act(lang, phones, (version.act, state.zone)),
            html! { @if n == 0 && may_change(version) { (to_correct(state, lang, version)) } },
        ]
    };
    act.versions.iter().rev().enumerate().map(row).collect()
}
