//! The regimen: planned changes side by side, what the phone asks, and the form that changes it.

mod base;
mod form;
mod input;
mod preview;
mod values;

pub(super) use form::form as regimen_form;

use std::collections::BTreeSet;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use diary_core::ids::ActId;
use diary_core::study::regimen::{Regimen, Stretch};
use diary_core::text::{Lang, shown};
use diary_core::time::DiaryDay;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, notice};
use super::once::once;
use super::participant_frame::{Tab, frame};
use super::participant_scope::find;
use super::plan::state::PlanState;
use super::plan::{Kind, Tried, check_page, saying, words};
use crate::messages::regimen_page as say;
use crate::words::dates;
use crate::words::regimen::{name as name_of, stretch};

/// Most days of change that stand side by side.
const COLUMNS_MAX: usize = 12;

/// Result of the form that led here.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

pub(super) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(done): Query<Done>,
) -> Response {
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let state = match PlanState::read(&ctx, &participant).await {
        Ok(state) => state,
        Err(error) => return failure(ctx.viewer.lang, &error),
    };
    let lang = ctx.viewer.lang;
    let title = say::title(lang, &participant.subject);
    let content = html! {
        h1 { (title) }
        @if done.done.is_some() { (notice(Notice::Done, say::done(lang))) }
        p { (say::today(lang, dates::day(lang, state.today), state.zone.to_string())) }
        (side_by_side(&state, lang, &state.regimen))
        @if state.may_record {
            section {
                h2 { (say::change(lang)) }
                (regimen_form(&ctx.pages, &state, lang, &Form::default()))
            }
        }
    };
    frame(&ctx.viewer, &participant, Some(Tab::Regimen), (&title, &content)).into_response()
}

/// Sets the regimen of a form, after it was shown as it will be.
pub(super) async fn set(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let participant = match find(&ctx, Action::RecordActs, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let tried = async {
            let state = PlanState::read(&ctx, &participant).await?;
            let input = input::read(&state, ctx.viewer.lang, &form)?;
            let saying = saying(&form);
            if !saying.confirmed {
                return Err(preview::of(&ctx, &state, (&input, saying)));
            }
            ctx.site().acts().on(&ctx.viewer.account, &participant).set_regimen(&input, saying).await?;
            Ok(())
        };
        match tried.await {
            Ok(()) => Ok(format!("{}/regimen?done=set", address::participant(&participant.subject))),
            Err(trouble) => {
                let tried = Tried { kind: Kind::Regimen, form: &form, trouble, own_form: Some(regimen_form) };
                Err(check_page(&ctx, &participant, tried).await)
            }
        }
    })
    .await
}

/// The form that corrects a change of the regimen, filled with what the act says.
pub(super) fn correction(state: &PlanState, lang: Lang, act: ActId) -> Option<Form> {
    let corrects = act.to_string();
    let named = Form::of([("corrects".to_owned(), corrects.clone())]);
    base::Base::of(state, &named).ok()?.filled(lang, &corrects)
}

/// Days from which on the regimen is another one: today, and each later change.
fn days_of_change(state: &PlanState, regimen: &Regimen) -> Vec<DiaryDay> {
    let stretches = regimen.lines().iter().flat_map(|line| &line.stretches);
    let changes = stretches.flat_map(|of| [Some(of.from), of.to.map(|to| to.plus_days(1))]);
    let days: BTreeSet<DiaryDay> = changes.flatten().filter(|day| *day > state.today).collect();
    std::iter::once(state.today).chain(days).take(COLUMNS_MAX).collect()
}

/// One column for each day of change, one row for each line.
fn side_by_side(state: &PlanState, lang: Lang, regimen: &Regimen) -> Markup {
    let days = days_of_change(state, regimen);
    let alive = |of: &Stretch| of.to.is_none_or(|to| to >= state.today);
    let lines = regimen.lines().iter().filter(|line| {
        line.stretches.last().is_some_and(alive) && line.stretches.iter().all(|of| state.may_show_line(of))
    });
    html! {
        div class="wide" {
            table {
                thead {
                    tr {
                        th scope="col" { (say::medication(lang)) }
                        @for (n, day) in days.iter().enumerate() {
                            th scope="col" {
                                (if n == 0 { say::now(lang).to_owned() } else { say::from_day(lang, dates::day(lang, *day)) })
                            }
                        }
                    }
                }
                tbody {
                    @for line in lines {
                        tr {
                            th scope="row" {
                                bdi { (shown(name_of(&state.setting.study, lang, line))) }
                                " " span class="hint" { (say::line_number(lang, line.number)) }
                            }
                            @for (n, day) in days.iter().enumerate() {
                                @let before = n.checked_sub(1).and_then(|n| days.get(n)).and_then(|day| line.on(*day));
                                @let now = line.on(*day);
                                td class="value" {
                                    @match now {
                                        Some(of) => { bdi { (shown(&stretch(lang, &words::with_form_name(state, lang, of)))) } }
                                        None => { (say::not_taken(lang)) }
                                    }
                                    @if n > 0 && before != now { p { b { (say::changes(lang)) } } }
                                }
                            }
                        }
                    }
                    tr {
                        th scope="row" { (say::phone_asks(lang)) }
                        @for day in &days { td { bdi { (shown(&words::asks(state, lang, regimen, *day))) } } }
                    }
                }
            }
        }
    }
}
