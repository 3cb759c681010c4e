//! Checks of the interruptions of an infusion, and the questions about them. Pure.

use diary_core::act::{AfterPause, INTERRUPTIONS_MAX, Interruption};
use diary_core::measure::{DOSE_MAX, Decimal, Quantity};
use diary_core::time::UtcMillis;

use super::context::ActContext;
use super::question::{InfusionProblem, PauseDoubt, Question};
use crate::site::{StaffError, check_reason};

/// Checks the form of interruptions.
///
/// # Errors
/// [`StaffError::ReasonForm`], [`StaffError::Infusion`].
pub(super) fn check(interruptions: &[Interruption]) -> Result<(), StaffError> {
    if interruptions.len() > INTERRUPTIONS_MAX {
        return Err(StaffError::Infusion { problem: InfusionProblem::TooManyInterruptions });
    }
    for one in interruptions {
        check_reason(&one.reason)?;
        if let Some(given) = one.given.as_ref().map(|given| given.value)
            && (given.is_negative() || given > DOSE_MAX)
        {
            return Err(StaffError::Infusion { problem: InfusionProblem::Dose(given) });
        }
    }
    Ok(())
}

/// Questions about the interruptions of an infusion, in the order of their times.
pub(super) fn questions(
    light: &ActContext<'_>,
    (start, stop, dose): (UtcMillis, Option<UtcMillis>, &Quantity),
    interruptions: &[Interruption],
) -> Vec<Question> {
    let mut all: Vec<&Interruption> = interruptions.iter().collect();
    all.sort_by_key(|one| one.paused);
    let mut asked = Vec::new();
    for (n, one) in all.iter().enumerate() {
        let later = all.get(n + 1);
        let earlier = n.checked_sub(1).and_then(|n| all.get(n));
        let mut doubts = times(light.now, (start, stop), one);
        doubts.extend(later.filter(|later| overlaps(one, later.paused)).map(|_| PauseDoubt::Overlaps));
        if let Some(given) = &one.given {
            let less =
                |given: &Quantity, than: &Quantity| given.unit == than.unit && given.value < than.value;
            if given.unit != dose.unit && light.study.is_other_unit_of_infusion(given) {
                doubts.push(PauseDoubt::GivenUnit(given.clone()));
            } else if given.is_far_above(dose, Decimal::from(1)) {
                doubts.push(PauseDoubt::GivenAboveDose(given.clone()));
            }
            if earlier.and_then(|earlier| earlier.given.as_ref()).is_some_and(|than| less(given, than)) {
                doubts.push(PauseDoubt::GivenLess(given.clone()));
            }
        }
        let paused = light.zone.local(one.paused);
        asked.extend(doubts.into_iter().map(|doubt| Question::Pause { paused, doubt }));
    }
    asked
}

/// Doubts about the times of one interruption.
fn times(
    now: UtcMillis,
    (start, stop): (UtcMillis, Option<UtcMillis>),
    one: &Interruption,
) -> Vec<PauseDoubt> {
    let after_stop = |at: UtcMillis| stop.is_some_and(|stop| at > stop);
    let mut doubts = Vec::new();
    if one.paused < start {
        doubts.push(PauseDoubt::BeforeStart);
    }
    if one.paused > now {
        doubts.push(PauseDoubt::Ahead);
    }
    match one.then {
        AfterPause::Resumed(resumed) => {
            if after_stop(one.paused) {
                doubts.push(PauseDoubt::AfterStop);
            }
            if resumed <= one.paused {
                doubts.push(PauseDoubt::ResumedBefore);
            }
            if resumed > now {
                doubts.push(PauseDoubt::ResumedAhead);
            }
            if after_stop(resumed) {
                doubts.push(PauseDoubt::ResumedAfterStop);
            }
        }
        AfterPause::Ended => {
            if stop.is_some_and(|stop| stop != one.paused) {
                doubts.push(PauseDoubt::EndedAtOtherTime);
            }
        }
        AfterPause::Paused => {
            if after_stop(one.paused) {
                doubts.push(PauseDoubt::AfterStop);
            } else if stop.is_some() {
                doubts.push(PauseDoubt::NotResumed);
            }
        }
    }
    doubts
}

/// True if an interruption is not over before the next one begins.
fn overlaps(one: &Interruption, next: UtcMillis) -> bool {
    one.then.resumed().is_none_or(|resumed| resumed > next) || one.paused == next
}
