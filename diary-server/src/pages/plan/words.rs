//! Words of these pages for acts, questions and refusals. They name the study's titles and no command.

use diary_core::act::{ActContent, LineChange};
use diary_core::ids::AnchorId;
use diary_core::study::regimen::{Regimen, Stretch};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use super::state::PlanState;
use crate::messages::plan as say;
use crate::site::acts::regimen::{LINES_MAX, LineNote};
use crate::site::acts::{ActError, Question};
use crate::site::{REASON_MAX_BYTES, RegimenNote, StaffError};
use crate::words;
use crate::words::acts::{ActWords, interruptions_in};
use crate::words::dates::{DateForm, day};

/// Name of an anchor.
pub(in crate::pages) fn anchor(state: &PlanState, lang: Lang, id: &AnchorId) -> String {
    let anchor = state.setting.study.anchor(id);
    anchor.map_or_else(|| id.to_string(), |anchor| anchor.title.get(lang).to_owned())
}

/// Content of an act.
pub(in crate::pages) fn content(state: &PlanState, lang: Lang, content: &ActContent) -> String {
    if !state.may_show(content) {
        return say::not_shown(lang).to_owned();
    }
    let (study, zone, regimen) = (&state.setting.study, state.zone, &state.regimen);
    let acts = ActWords { lang, study, zone, regimen, dates: DateForm::Read };
    match content {
        ActContent::Anchor { anchor: id, date: Some(date) } => {
            say::anchor_on(lang, anchor(state, lang, id), day(lang, *date))
        }
        ActContent::Anchor { anchor: id, date: None } => say::anchor_none(lang, anchor(state, lang, id)),
        ActContent::Infusion { start, stop, dose, cycle, day, interruptions } => {
            let (cycle, dose) = (anchor(state, lang, cycle), words::amount(lang, dose));
            let said = match stop {
                Some(stop) => say::infusion_said(lang, cycle, *day, dose, acts.at(*start), acts.at(*stop)),
                None => say::infusion_running(lang, cycle, *day, dose, acts.at(*start)),
            };
            said + &interruptions_in(lang, zone, interruptions)
        }
        ActContent::Regimen(change) => {
            let mut change = change.clone();
            for one in &mut change.lines {
                match one {
                    LineChange::Begin(line) => line.form = form_name(state, lang, &line.form),
                    LineChange::Alter(patch) => {
                        patch.form = patch.form.as_ref().map(|form| form_name(state, lang, form));
                    }
                    LineChange::End { .. } => {}
                }
            }
            acts.content(&ActContent::Regimen(change))
        }
        other => acts.content(other),
    }
}

fn form_name(state: &PlanState, lang: Lang, form: &str) -> String {
    state.setting.study.form_name(form, lang).to_owned()
}

/// A stretch of a line with the name of its form instead of the code.
pub(in crate::pages) fn with_form_name(state: &PlanState, lang: Lang, of: &Stretch) -> Stretch {
    Stretch { form: form_name(state, lang, &of.form), ..of.clone() }
}

/// A question about an act.
pub(super) fn question(state: &PlanState, lang: Lang, of: &Question) -> String {
    match of {
        Question::LongerThanCycle { cycle, days } => {
            say::longer_than_cycle(lang, *days, anchor(state, lang, cycle))
        }
        Question::NoSuchDay { cycle, day, .. } => say::no_such_day(lang, anchor(state, lang, cycle), *day),
        Question::CycleNotSet { cycle } => say::cycle_not_set(lang, anchor(state, lang, cycle)),
        Question::InfusionRecorded(one) => {
            say::infusion_recorded(lang, anchor(state, lang, &one.cycle), one.day, day(lang, one.on))
        }
        Question::VisitNear { kind, on, held: false, days, .. } if *days > 0 => {
            let kind = state.setting.study.visit_kind_name(kind, lang);
            say::visit_planned_near(lang, kind, day(lang, *on), *days)
        }
        other => words::question::question(lang, other),
    }
}

/// A problem of a regimen, or a question about it.
pub(in crate::pages) fn note(lang: Lang, of: &RegimenNote) -> String {
    match of {
        RegimenNote::TooManyLines => say::too_many_lines(lang, LINES_MAX),
        RegimenNote::NoLineToEnd(number) => say::no_line(lang, *number),
        RegimenNote::NoLineOn { number, from, .. } => say::no_line_on(lang, *number, day(lang, *from)),
        RegimenNote::Ambiguous { name, .. } => say::ambiguous(lang, name),
        RegimenNote::Line { name, note: LineNote::BeginsLater { number, from }, .. } => {
            say::begins_later(lang, name, *number, day(lang, *from))
        }
        RegimenNote::From(_) | RegimenNote::Drops(_) | RegimenNote::Line { .. } | RegimenNote::Gone(_) => {
            words::regimen::note(lang, of)
        }
    }
}

/// Sentence for a refusal that a form of these pages answers; none for a failure.
pub(in crate::pages) fn refusal(state: &PlanState, lang: Lang, error: &StaffError) -> Option<String> {
    Some(match error {
        StaffError::UnknownAnchor { anchor: id, .. } => say::no_anchor(lang, id.as_str()),
        StaffError::AnchorReason { anchor: id, .. } => say::anchor_reason(lang, anchor(state, lang, id)),
        StaffError::AnchorSame { anchor: id, .. } => say::anchor_same(lang, anchor(state, lang, id)),
        StaffError::ReasonForm => say::reason_form(lang, REASON_MAX_BYTES),
        StaffError::VisitKind => say::visit_kind(lang).to_owned(),
        StaffError::Infusion { problem } => words::question::infusion_problem(lang, problem),
        StaffError::Act(error) => return act_refusal(lang, error),
        _ => return None,
    })
}

fn act_refusal(lang: Lang, error: &ActError) -> Option<String> {
    Some(match error {
        ActError::Unknown { .. } => say::no_act(lang).to_owned(),
        ActError::Final { .. } => say::act_final(lang).to_owned(),
        ActError::Withdrawn { .. } => say::act_withdrawn(lang).to_owned(),
        ActError::OtherKind { .. } => say::act_other_kind(lang).to_owned(),
        ActError::Same { .. } => say::act_same(lang).to_owned(),
        ActError::RegimenSame => say::regimen_same(lang).to_owned(),
        ActError::Reason => say::reason_form(lang, REASON_MAX_BYTES),
        ActError::NoInfusion { .. } | ActError::NoInterruption => say::no_act(lang).to_owned(),
        ActError::VisitKind { .. } => say::visit_kind(lang).to_owned(),
        ActError::NotYet { date } => say::visit_not_yet(lang, day(lang, *date)),
        ActError::Ended { last, .. } => say::ended_before(lang, day(lang, *last)),
        ActError::CountsElsewhere { .. } => say::counts_elsewhere(lang).to_owned(),
        ActError::Unusual { .. }
        | ActError::Changed
        | ActError::NoEntry { .. }
        | ActError::MarkedBefore { .. }
        | ActError::NotMarked { .. }
        | ActError::TakenBefore { .. }
        | ActError::SameParticipant
        | ActError::TooMany => return None,
    })
}

/// What the phone asks about doses on `day`: `4 doses a day: 07:30 …`.
pub(in crate::pages) fn asks(state: &PlanState, lang: Lang, regimen: &Regimen, day: DiaryDay) -> String {
    let mut doses: Vec<_> = regimen.doses_on(day).filter(|dose| state.may_show_line(dose.of)).collect();
    doses.sort_by_key(|dose| (dose.time, dose.line.number));
    if doses.is_empty() {
        return say::asks_nothing(lang).to_owned();
    }
    let each = doses.iter().map(|dose| {
        let name = state.setting.study.medication_name(&dose.of.medication, lang);
        let amount = words::amount(lang, &dose.of.amount);
        say::asked_dose(lang, dose.time.to_string(), name, amount)
    });
    say::asks(lang, doses.len(), words::list(lang, each))
}
