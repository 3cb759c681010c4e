//! Time at which a planned dose was taken: as planned, now, early, late, or too far from the plan to be meant.

use diary_core::readers;
use diary_core::study::SlotState;
use diary_core::time::{DAY_MS, OccurredAt, UtcMillis};

use super::PlannedDose;

/// Statement about the time at which a dose was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// At its planned time.
    AsPlanned,
    /// Just now.
    Now,
    /// Nothing was said.
    Unsaid,
}

/// Time at which a dose was taken; none where it has to be asked. Unsaid, it is now while the time of the dose is not over:
/// of one that is late it is never taken for granted.
#[must_use]
pub fn taken_at(planned: &PlannedDose, when: When, now: UtcMillis) -> Option<OccurredAt> {
    match when {
        When::AsPlanned => Some(OccurredAt(planned.due)),
        When::Now => Some(OccurredAt(now)),
        When::Unsaid => (now < planned.closes).then_some(OccurredAt(now)),
    }
}

/// Tells whether the planned time has come, so that the dose can have been taken then.
#[must_use]
pub fn was_due(planned: &PlannedDose, now: UtcMillis) -> bool {
    planned.due <= now
}

/// Time that "as planned" stands for: the planned one once it has come, else now.
#[must_use]
pub fn as_planned(planned: &PlannedDose, now: UtcMillis) -> OccurredAt {
    OccurredAt(if was_due(planned, now) { planned.due } else { now })
}

/// Tells whether it would be recorded before its time, which is asked about.
#[must_use]
pub const fn is_early(planned: &PlannedDose) -> bool {
    matches!(planned.state, SlotState::Upcoming)
}

/// Tells whether its time is further away than a day: it cannot have been taken early.
#[must_use]
pub fn is_far(planned: &PlannedDose, now: UtcMillis) -> bool {
    planned.due > now.plus_ms(DAY_MS)
}

/// Tells whether a dose taken at `at` counts as early, so that it is not asked for again.
#[must_use]
pub fn counts_as_early(planned: &PlannedDose, at: OccurredAt) -> bool {
    at.0 < planned.opens
}

/// Tells whether a time lies so far from the planned one that it is rarely meant for this dose.
#[must_use]
pub fn cannot_belong(planned: &PlannedDose, at: OccurredAt) -> bool {
    readers::cannot_belong(at.0, planned.due)
}

/// Number of the next doses that have come due as the first has: one answer means the same for each of them.
#[must_use]
pub fn alike(rest: &[PlannedDose], now: UtcMillis) -> usize {
    let first = rest.first().map(|planned| was_due(planned, now));
    rest.iter().take_while(|planned| Some(was_due(planned, now)) == first).count()
}

/// Number of doses whose planned time has come: as many can be taken as planned by one answer.
#[must_use]
pub fn due_by_now(rest: &[PlannedDose], now: UtcMillis) -> usize {
    rest.iter().filter(|planned| was_due(planned, now)).count()
}
