//! Questions about unusual acts, and reasons for which an infusion is impossible, in words.

use diary_core::act::{ActKind, INTERRUPTIONS_MAX};
use diary_core::measure::DOSE_MAX;
use diary_core::text::Lang;
use diary_report::staff_words::act_kind;

use super::{amount, joined, list};
use crate::messages::acts as say;
use crate::site::acts::Question;
use crate::site::acts::plausible::FAR_DAYS;
use crate::site::acts::question::{Dated, FarDate, InfusionDay, InfusionProblem, LineGone, PauseDoubt};

/// A question about an act.
pub(crate) fn question(lang: Lang, question: &Question) -> String {
    match question {
        Question::Far(far) => far_date(lang, far),
        Question::AfterEnd { of, date, last } => {
            say::after_end(lang, dated(lang, of), date.to_string(), last.to_string())
        }
        Question::InfusionWas { infusion, becomes } => {
            let InfusionDay { cycle, day, on, act } = infusion;
            let (cycle, on) = (cycle.to_string(), on.to_string());
            match becomes {
                Some(n) => say::infusion_would_be(lang, cycle, *day, on, act, *n),
                None => say::infusion_was_on(lang, cycle, *day, on, act),
            }
        }
        Question::AfterUnset { anchor, after } => {
            say::comes_after_unset(lang, anchor.to_string(), after.to_string())
        }
        Question::NotAfter { anchor, date, after, first } => {
            say::not_after(lang, anchor.to_string(), date.to_string(), after.to_string(), first.to_string())
        }
        Question::AwayFromExpected { anchor, date, after, first, expected } => {
            let (anchor, after, days) = (anchor.to_string(), after.to_string(), date.since(*first));
            say::away_from_expected(lang, anchor, date.to_string(), days, after, first.to_string(), *expected)
        }
        Question::VisitNear { kind, on, held, days, act } => {
            let on = on.to_string();
            match (held, days) {
                (true, 0) => say::visit_recorded_already(lang, kind, on, act),
                (false, 0) => say::visit_planned_already(lang, kind, on, act),
                (true, days) => say::visit_recorded_near(lang, kind, on, *days, act),
                (false, days) => say::visit_planned_near(lang, kind, on, *days, act),
            }
        }
        Question::BeforeFirstVisit { kind, anchor, first, date } => {
            let (anchor, days) = (anchor.to_string(), first.since(*date));
            say::before_first_visit(lang, kind, anchor, first.to_string(), date.to_string(), days)
        }
        Question::DoseUnit { dose, drug, units } => {
            let units = joined(say::or(lang), units.iter().map(|unit| unit.shown(lang)));
            say::dose_unit(lang, amount(lang, dose), drug.get(lang), units)
        }
        Question::NoSuchDay { cycle, day, known } => {
            say::no_such_day(lang, cycle.to_string(), *day, list(lang, known.iter().map(u32::to_string)))
        }
        Question::StartsAhead => say::starts_ahead(lang).to_owned(),
        Question::StopsBeforeStart => say::stops_before_start(lang).to_owned(),
        Question::LongerThanCycle { cycle, days } => say::longer_than_cycle(lang, *days, cycle.to_string()),
        Question::Pause { paused, doubt } => {
            let at = paused.format("%Y-%m-%d %H:%M").to_string();
            say::interruption_at(lang, at, pause_doubt(lang, doubt))
        }
        Question::StopsAhead => say::stops_ahead(lang).to_owned(),
        Question::CycleNotSet { cycle } => say::cycle_not_set(lang, cycle.to_string()),
        Question::OtherDay { cycle, first, on, day } => {
            let n = on.since(*first) + 1;
            say::other_day(lang, on.to_string(), n, cycle.to_string(), first.to_string(), *day)
        }
        Question::InfusionRecorded(InfusionDay { cycle, day, act, .. }) => {
            say::infusion_recorded_already(lang, cycle.to_string(), *day, act)
        }
        Question::InfusionOverlaps(InfusionDay { cycle, day, act, .. }) => {
            say::infusion_overlaps(lang, cycle.to_string(), *day, act)
        }
        Question::InfusionOtherOrder(InfusionDay { cycle, day, on, act }) => {
            say::infusion_other_order(lang, cycle.to_string(), *day, act, on.to_string())
        }
        Question::DoseFar { dose, before, factor } => {
            say::dose_far(lang, amount(lang, dose), amount(lang, before), factor.to_string())
        }
        Question::LastDayToCome { last } => say::last_day_to_come(lang, last.to_string()),
        Question::VisitAfterLast { kind, on, last, act } => {
            say::visit_after_last(lang, kind, on.to_string(), last.to_string(), act)
        }
        Question::InfusionAfterLast { infusion, last } => {
            let InfusionDay { cycle, day, on, act } = infusion;
            say::infusion_after_last(lang, cycle.to_string(), *day, on.to_string(), last.to_string(), act)
        }
        Question::Gone(gone) => line_gone(lang, gone),
    }
}

/// A question about a date that is far from today.
pub(crate) fn far_date(lang: Lang, far: &FarDate) -> String {
    let (what, date, days) = (dated(lang, &far.of), far.date.to_string(), far.days.abs());
    match (days > FAR_DAYS, far.days < 0) {
        (true, true) => say::years_past(lang, what, date, days / 365),
        (true, false) => say::years_ahead(lang, what, date, days / 365),
        (false, true) => say::other_year_past(lang, what, date, days),
        (false, false) => say::other_year_ahead(lang, what, date, days),
    }
}

/// A line that a correction takes away.
pub(super) fn line_gone(lang: Lang, gone: &LineGone) -> String {
    say::line_gone(lang, gone.number, &gone.name, list(lang, &gone.acts))
}

/// A reason for which an infusion is impossible.
pub(crate) fn infusion_problem(lang: Lang, problem: &InfusionProblem) -> String {
    match problem {
        InfusionProblem::DayZero => say::day_zero(lang).to_owned(),
        InfusionProblem::Dose(dose) => say::dose_out_of_range(lang, dose.to_string(), DOSE_MAX.to_string()),
        InfusionProblem::TooManyInterruptions => say::too_many_interruptions(lang, INTERRUPTIONS_MAX),
    }
}

fn pause_doubt(lang: Lang, doubt: &PauseDoubt) -> String {
    match doubt {
        PauseDoubt::BeforeStart => say::pause_before_start(lang).to_owned(),
        PauseDoubt::AfterStop => say::pause_after_stop(lang).to_owned(),
        PauseDoubt::Ahead => say::pause_ahead(lang).to_owned(),
        PauseDoubt::ResumedBefore => say::resumed_before_pause(lang).to_owned(),
        PauseDoubt::ResumedAhead => say::resumed_ahead(lang).to_owned(),
        PauseDoubt::ResumedAfterStop => say::resumed_after_stop(lang).to_owned(),
        PauseDoubt::Overlaps => say::pauses_overlap(lang).to_owned(),
        PauseDoubt::NotResumed => say::pause_not_resumed(lang).to_owned(),
        PauseDoubt::EndedAtOtherTime => say::ended_at_other_time(lang).to_owned(),
        PauseDoubt::GivenUnit(given) => say::given_in_other_unit(lang, amount(lang, given)),
        PauseDoubt::GivenAboveDose(given) => say::given_above_dose(lang, amount(lang, given)),
        PauseDoubt::GivenLess(given) => say::given_less_than_before(lang, amount(lang, given)),
    }
}

fn dated(lang: Lang, of: &Dated) -> String {
    match of {
        Dated::Anchor(anchor) => anchor.to_string(),
        Dated::Visit => act_kind(ActKind::Visit, lang).to_owned(),
        Dated::Infusion => act_kind(ActKind::Infusion, lang).to_owned(),
        Dated::From => say::what_from(lang).to_owned(),
        Dated::First => say::what_first(lang).to_owned(),
        Dated::Last => say::what_last(lang).to_owned(),
        Dated::Step => say::what_step(lang).to_owned(),
        Dated::FirstDay => say::what_first_day(lang).to_owned(),
        Dated::LastDay => say::what_last_day(lang).to_owned(),
    }
}
