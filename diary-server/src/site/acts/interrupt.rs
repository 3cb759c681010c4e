//! One interruption of an infusion, recorded as a correction of it. Pure.

use diary_core::act::{ActContent, AfterPause, Interruption};
use diary_core::measure::Quantity;
use diary_core::time::UtcMillis;

use super::InfusionInput;
use super::before::{Before, short};
use super::context::{ActContext, Planned};
use super::error::ActError;
use super::plan::infusion;
use crate::site::StaffError;

/// Input of staff for one interruption of the corrected infusion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterruptionInput {
    /// Time of the pause. A recorded interruption of the same time is replaced.
    pub paused: UtcMillis,
    /// Course after it; `None` to take the interruption away.
    pub then: Option<AfterPause>,
    /// Amount given up to the pause, if known.
    pub given: Option<Quantity>,
}

/// Plans the correction of an infusion by one interruption. An infusion that was ended early stops with the pause.
///
/// # Errors
/// [`ActError`] where no infusion is corrected, and those of an infusion.
pub fn interruption(
    light: &ActContext<'_>,
    before: &Before<'_>,
    input: &InterruptionInput,
    reason: Option<&str>,
) -> Result<Planned, StaffError> {
    let reason = reason.ok_or(ActError::Reason)?;
    let named = || before.corrected.map_or_else(String::new, |act| short(act.id));
    let Some(ActContent::Infusion { start, stop, dose, cycle, day, interruptions }) =
        before.corrected.map(|act| &act.content)
    else {
        return Err(ActError::NoInfusion { act: named() }.into());
    };
    let mut all = interruptions.clone();
    let found = all.iter().position(|one| one.paused == input.paused);
    if let Some(at) = found {
        all.remove(at);
    } else if input.then.is_none() {
        return Err(ActError::NoInterruption.into());
    }
    if let Some(then) = input.then {
        let (given, reason) = (input.given.clone(), reason.to_owned());
        let one = Interruption { paused: input.paused, then, reason, given };
        all.insert(found.unwrap_or(all.len()), one);
    }
    let stop = if input.then == Some(AfterPause::Ended) { Some(input.paused) } else { *stop };
    let input = InfusionInput {
        cycle: cycle.clone(),
        day: *day,
        start: *start,
        stop,
        dose: dose.clone(),
        interruptions: Some(all),
    };
    infusion(light, before, &input)
}
