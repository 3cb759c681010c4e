//! The diary on paper, made from the study and the regimen, for days without a phone: each question with its choices,
//! each dose with its time.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use chrono::Datelike;
use diary_core::record::TrialRecord;
use diary_core::study::instrument::{Instrument, Item, ItemKind};
use diary_core::study::{Course, Occurrence, Plan, Prompt, Reported, occurrences};
use diary_core::text::{Lang, shown};
use diary_core::time::DiaryDay;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::joining_sheet::{contacts, not_printed, sheet_language};
use super::layout::{failure, sheet};
use super::participant_scope::find;
use super::plan::state::PlanState;
use super::viewer::Viewer;
use crate::messages::sheets as say;
use crate::words::amount;
use crate::words::dates;
use crate::words::regimen::weekday;

/// Most days of one print.
const DAYS_MAX: u16 = 31;
/// Empty rows for doses that were taken besides.
const FURTHER_DOSES: usize = 3;

/// What is printed.
#[derive(Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
    from: Option<String>,
    days: Option<String>,
}

pub(super) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let read = async {
        let state = PlanState::read(&ctx, &participant).await?;
        Ok((state, ctx.site().record(participant.vault).await?))
    };
    let (state, record) = match read.await {
        Ok(read) => read,
        Err(error) => return failure(ctx.viewer.lang, &error),
    };
    let lang = sheet_language(&state.setting.study, asked.lang.as_deref());
    let from = asked.from.as_deref().and_then(|day| day.parse().ok()).unwrap_or(state.today);
    let days = asked.days.as_deref().and_then(|days| days.parse().ok()).unwrap_or(1).clamp(1, DAYS_MAX);
    let all = planned(&state, &record, from, days);
    let back = format!("{}/plan", address::participant(&participant.subject));
    let content = html! {
        (not_printed(&ctx.viewer, &back, &format!("?from={from}&days={days}&")))
        (choice(&ctx.viewer, (lang, from, days)))
        @for day in from.through(from.plus_days(i64::from(days) - 1)) {
            (day_sheet(&state, lang, day, &all))
        }
    };
    let title = say::paper_title(lang, &participant.subject);
    (sheet(lang, &title, &content)).into_response()
}

/// What the phone would ask on these days.
fn planned(state: &PlanState, record: &TrialRecord, from: DiaryDay, days: u16) -> Vec<Occurrence> {
    let acts: Vec<_> = record.acts().map(|(act, _)| act).collect();
    let histories = record.histories();
    let shown = || histories.iter().filter_map(|history| history.shown());
    let reported = shown().filter_map(|revision| Reported::of(revision)).collect();
    let course = Course::of(&acts, reported, |_| None);
    let first = course.first_day.or_else(|| shown().map(|revision| revision.day).min());
    let first_day = first.unwrap_or(from);
    let plan = Plan { study: &state.setting.study, course: Arc::new(course), first_day, zone: state.zone };
    occurrences(&plan, from, from.plus_days(i64::from(days) - 1))
}

/// Form for other days, which is not printed.
fn choice(viewer: &Viewer, (of, from, days): (Lang, DiaryDay, u16)) -> Markup {
    let lang = viewer.lang;
    html! {
        form class="line not-printed" method="get" lang=(lang.tag()) {
            input type="hidden" name="lang" value=(of.tag());
            label for="from" { (say::from(lang)) }
            input id="from" name="from" type="date" value=(from);
            label for="days" { (say::days(lang)) }
            input id="days" name="days" inputmode="numeric" maxlength="2" value=(days);
            button { (say::show(lang)) }
        }
    }
}

fn day_sheet(state: &PlanState, lang: Lang, day: DiaryDay, all: &[Occurrence]) -> Markup {
    let of_day = || all.iter().filter(|one| one.day == day);
    let instruments = of_day().filter_map(|one| match &one.prompt {
        Prompt::Instrument(id) => Some((one, state.setting.study.instrument(id)?)),
        Prompt::Dose { .. } => None,
    });
    let title = say::day(lang, weekday(lang, day.0.weekday()), dates::day(lang, day));
    html! {
        article class="paper" {
            div class="running" aria-hidden="true" { p { (title) " · " (say::subject(lang, &state.participant.subject)) } }
            header class="sheet-head" {
                h1 { (title) }
                p { (state.setting.study.title(lang)) " · " (say::subject(lang, &state.participant.subject)) }
                p { (say::filled_in(lang)) " ____________________" }
            }
            @for (one, instrument) in instruments { (questions(state, lang, (one, instrument))) }
            (doses(state, lang, day, all))
            section {
                h2 { (say::events(lang)) }
                ul class="boxes" {
                    @for event in state.setting.study.events() { li { (BOX) " " (event.title.get(lang)) } }
                }
                p { (say::events_more(lang)) }
                (lines(2))
            }
            (contacts(&state.setting, &state.participant, lang))
        }
    }
}

/// A box to tick.
const BOX: &str = "□";

fn lines(n: usize) -> Markup {
    html! { @for _ in 0..n { div class="write" {} } }
}

fn questions(state: &PlanState, lang: Lang, (one, instrument): (&Occurrence, &Instrument)) -> Markup {
    let due = dates::moment(lang, state.zone, one.due);
    let time = due.rsplit(' ').next().unwrap_or_default();
    let displays: BTreeSet<&str> = instrument
        .shown(&[])
        .into_iter()
        .filter(|item| item.kind == ItemKind::Display)
        .map(|item| item.link_id.as_str())
        .collect();
    let printed = |item: &&Item| {
        let first = item.repetition.is_none_or(|n| n == 1);
        first && (item.is_asked() || displays.contains(item.link_id.as_str()))
    };
    html! {
        section class="questions" {
            h2 { (instrument.title(lang)) " (" (say::about(lang, time)) ")" }
            @for item in instrument.all_items().filter(printed) { (question(lang, (instrument, item))) }
        }
    }
}

fn question(lang: Lang, (instrument, item): (&Instrument, &Item)) -> Markup {
    if item.kind == ItemKind::Display {
        return html! { p { (shown(item.text.get(lang))) } };
    }
    let above: Vec<&str> =
        instrument.above(&item.link_id).into_iter().map(|group| group.text.get(lang)).collect();
    let units: Vec<&str> = item.units.iter().map(|unit| unit.shown(lang)).collect();
    html! {
        div class="question" {
            p {
                @for text in above.iter().filter(|text| !text.is_empty()) { (shown(text)) " – " }
                b { (shown(item.text.get(lang))) }
                @if !item.enable_when.is_empty() { " " (say::if_it_applies(lang)) }
                @if item.repeats { " " (say::several(lang)) }
            }
            @match item.kind {
                ItemKind::Boolean | ItemKind::Choice => {
                    ul class="boxes" {
                        @for answer in item.keyed_answers() {
                            li { (BOX) " " (answer.key) " " (shown(answer.label.get(lang))) }
                        }
                        @if item.open { li { (BOX) " ______________________" } }
                    }
                }
                ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity => {
                    p { "______________ " (units.join(" / ")) }
                }
                ItemKind::Date => { p { (say::write_date(lang)) " ____________" } }
                ItemKind::Time => { p { (say::write_time(lang)) " ______" } }
                ItemKind::DateTime => { p { (say::write_date(lang)) " ____________ " (say::write_time(lang)) " ______" } }
                ItemKind::Text { .. } => { (lines(2)) }
                ItemKind::Group | ItemKind::Display => {}
            }
        }
    }
}

fn doses(state: &PlanState, lang: Lang, day: DiaryDay, all: &[Occurrence]) -> Markup {
    let planned = all.iter().filter(|one| one.day == day).filter_map(|one| match &one.prompt {
        Prompt::Dose { medication, form, amount, time, .. } => Some((medication, form, amount, *time)),
        Prompt::Instrument(_) => None,
    });
    let hidden = |medication: &diary_core::entry::MedicationRef| {
        let drug = state.setting.study.study_drug();
        !state.sees_drug && drug.is_some() && state.setting.study.medication_of(medication) == drug
    };
    html! {
        section {
            h2 { (say::doses(lang)) }
            table {
                thead {
                    tr {
                        th scope="col" { (say::planned(lang)) }
                        th scope="col" { (say::medication(lang)) }
                        th scope="col" { (say::amount(lang)) }
                        th scope="col" { (say::taken(lang)) }
                        th scope="col" { (say::taken_at(lang)) }
                        th scope="col" { (say::other_amount(lang)) }
                    }
                }
                tbody {
                    @for (medication, form, planned, time) in planned.filter(|(medication, ..)| !hidden(medication)) {
                        tr {
                            th scope="row" { (time) }
                            td { (shown(state.setting.study.medication_name(medication, lang))) ", " (shown(state.setting.study.form_name(form, lang))) }
                            td { (amount(lang, planned)) }
                            td { (BOX) " " (say::yes(lang)) " " (BOX) " " (say::no(lang)) }
                            td { "______" }
                            td { "__________" }
                        }
                    }
                    @for (_, of) in state.regimen.as_needed_on(day).filter(|(_, of)| state.may_show_line(of)) {
                        tr {
                            th scope="row" { (say::as_needed(lang)) }
                            td { (shown(state.setting.study.medication_name(&of.medication, lang))) ", " (shown(state.setting.study.form_name(&of.form, lang))) }
                            td { (amount(lang, &of.amount)) }
                            td { (BOX) " " (say::yes(lang)) " " (BOX) " " (say::no(lang)) }
                            td { "______" }
                            td { "__________" }
                        }
                    }
                    @for _ in 0..FURTHER_DOSES {
                        tr { th scope="row" { "______" } td { "" } td { "" } td { (BOX) " " (say::yes(lang)) } td { "______" } td { "" } }
                    }
                }
            }
        }
    }
}
