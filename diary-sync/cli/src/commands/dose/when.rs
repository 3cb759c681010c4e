//! When a dose was taken, where that is not plain: late, early, or with an amount that is far from the plan.

use diary_core::entry::MedicationRef;
use diary_core::measure::Quantity;
use diary_core::time::{DiaryDay, OccurredAt};

use super::planned::{Planned, Verb};
use super::{described, here, planned_of, walk};
use crate::choose::choose;
use crate::failure::{Failure, Refusal};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// What was said of when a dose was taken.
#[derive(Clone, Copy)]
pub(super) struct When<'a> {
    pub(super) at: Option<&'a str>,
    pub(super) as_planned: bool,
    pub(super) now: bool,
    /// It was meant, whatever the diary remarks on.
    pub(super) yes: bool,
}

/// Asks whether a dose was taken although its time has not come.
pub(super) fn is_early(screen: &mut Screen<'_>, session: &Session, planned: &Planned) -> Result<(), Failure> {
    let (dose, here) = (described(screen, session, planned), here(screen, session));
    let opens = words::when::moment(planned.opens, here.zone, screen.lang);
    if screen.may_ask() && screen.confirm(&words::dose::taken_early(&dose, screen.lang))? {
        return Ok(());
    }
    let all = planned_of(screen, session, (planned.day, planned.day))?;
    let command = planned.command(Verb::Take, &all, here.today, here.now) + " --yes";
    Err(Refusal::Early { dose, opens, command }.into())
}

/// When a dose was taken, where no time was given: now while its time is not over. Of one that is late it is never
/// taken for granted that it is now.
pub(super) fn taken_at(
    screen: &mut Screen<'_>,
    session: &Session,
    planned: &Planned,
    when: When<'_>,
) -> Result<OccurredAt, Failure> {
    let here = here(screen, session);
    if when.as_planned {
        return Ok(OccurredAt(planned.due));
    }
    if when.now || here.now < planned.closes {
        return Ok(OccurredAt(here.now));
    }
    let dose = described(screen, session, planned);
    if !screen.may_ask() {
        let all = planned_of(screen, session, (planned.day, planned.day))?;
        let as_planned = planned.command(Verb::Take, &all, here.today, here.now);
        let bare = as_planned.trim_end_matches(" --as-planned");
        let at = words::dose::at_another_time(screen.lang);
        let commands = vec![as_planned.clone(), format!("{bare} --now"), format!("{bare} --at {at}")];
        return Err(Refusal::WhenTaken(dose, commands).into());
    }
    screen.say(&dose)?;
    let shown = words::dose::when_taken(planned.time, screen.lang);
    let options: Vec<_> =
        [Some(planned.due), Some(here.now), None].into_iter().zip(shown.map(String::from)).collect();
    let chosen = choose(screen, words::dose::when_was_it(screen.lang), &options, |_| None)?;
    match chosen.ok_or(Refusal::BrokenOff)? {
        Some(at) => Ok(OccurredAt(at)),
        None => walk::ask_time(screen, session, planned)?.ok_or_else(|| Refusal::BrokenOff.into()),
    }
}

/// The amounts of a medication in the regimen of a day.
pub(in crate::commands) fn usual(
    screen: &Screen<'_>,
    session: &Session,
    medication: &MedicationRef,
    day: DiaryDay,
) -> Result<Vec<Quantity>, Failure> {
    let plan = session.diary.plan(screen.env.zone)?;
    let of = plan.course.regimen.on(day).filter(|(_, of)| of.medication.is_same(medication));
    Ok(of.map(|(_, of)| of.amount.clone()).collect())
}

/// Asks about an amount in a unit that is not the medication's, or far from every amount that is usual.
pub(in crate::commands) fn unusual(
    screen: &mut Screen<'_>,
    session: &Session,
    medication: &MedicationRef,
    amount: &Quantity,
    usual: &[Quantity],
    yes: bool,
) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let (study, lang) = (session.diary.study(), screen.lang);
    let known = study.medication_of(medication);
    let said = words::describe::amount(amount, lang);
    if let Some(known) = known.filter(|known| known.is_other_unit(amount))
        && usual.iter().all(|usual| usual.unit != amount.unit)
    {
        return if screen.may_ask() && screen.confirm(&words::dose::other_unit(&said, &known.units, lang))? {
            Ok(())
        } else {
            Err(Refusal::OtherUnit { amount: said, known: known.units.clone() }.into())
        };
    }
    let factor = study.limits().unusual_factor;
    let Some(near) = usual.first().filter(|_| usual.iter().all(|usual| amount.is_far_from(usual, factor)))
    else {
        return Ok(());
    };
    let usual = words::describe::amount(near, lang);
    if screen.may_ask() && screen.confirm(&words::dose::unusual(&said, &usual, lang))? {
        return Ok(());
    }
    Err(Refusal::Unusual { amount: said, usual }.into())
}
