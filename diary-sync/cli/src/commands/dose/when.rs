//! Asks when a dose was taken, where that is not clear: late, early, or with an amount that is far from the plan.

use diary_core::entry::MedicationRef;
use diary_core::measure::Quantity;
use diary_core::time::{DiaryDay, OccurredAt};
use diary_view::dose::amount::{self as amounts, AmountDoubt};
use diary_view::dose::timing;
use diary_view::dose::{PlannedDose, Statement};

use super::{described, here, named, planned_of, walk};
use crate::choose::choose;
use crate::failure::{Failure, InputError};
use crate::session::Dialogue;
use crate::words;

/// Options that say when a dose was taken.
#[derive(Clone, Copy)]
pub(super) struct When<'a> {
    pub(super) at: Option<&'a str>,
    pub(super) as_planned: bool,
    pub(super) now: bool,
    /// Confirms the dose in advance: no question is asked about an early dose or an unusual amount.
    pub(super) yes: bool,
}

/// Asks whether a dose was taken although its time has not come.
pub(super) fn is_early(talk: &mut Dialogue<'_, '_>, planned: &PlannedDose) -> Result<(), Failure> {
    let (dose, here) = (described(talk, planned), here(talk));
    let opens = words::when::moment(planned.opens, here.zone, talk.screen.lang);
    if talk.screen.may_ask() && talk.screen.confirm(&words::dose::taken_early(talk.screen.lang, &dose))? {
        return Ok(());
    }
    let all = planned_of(talk, (planned.day, planned.day))?;
    let command = named::command(planned, Statement::Taken, &all, (here.today, here.now)) + " --yes";
    Err(InputError::Early { dose, opens, command }.into())
}

/// Moment at which a dose was taken, where no time was given: now while its time is not over. A late dose is never
/// assumed to be taken now.
pub(super) fn taken_at(
    talk: &mut Dialogue<'_, '_>,
    planned: &PlannedDose,
    when: When<'_>,
) -> Result<OccurredAt, Failure> {
    let here = here(talk);
    let said = match when {
        When { as_planned: true, .. } => timing::When::AsPlanned,
        When { now: true, .. } => timing::When::Now,
        When { .. } => timing::When::Unsaid,
    };
    if let Some(at) = timing::taken_at(planned, said, here.now) {
        return Ok(at);
    }
    let dose = described(talk, planned);
    if !talk.screen.may_ask() {
        let all = planned_of(talk, (planned.day, planned.day))?;
        let as_planned = named::command(planned, Statement::Taken, &all, (here.today, here.now));
        let bare = as_planned.trim_end_matches(" --as-planned");
        let at = words::dose::time_placeholder(talk.screen.lang);
        let commands = vec![as_planned.clone(), format!("{bare} --now"), format!("{bare} --at {at}")];
        return Err(InputError::WhenTaken(dose, commands).into());
    }
    talk.screen.say(&dose)?;
    let shown = words::dose::when_taken(planned.time, talk.screen.lang);
    let options: Vec<_> =
        [Some(planned.due), Some(here.now), None].into_iter().zip(shown.map(String::from)).collect();
    let chosen = choose(talk.screen, words::dose::when_was_it(talk.screen.lang), &options, |_| None)?;
    match chosen.ok_or(InputError::BrokenOff)? {
        Some(at) => Ok(OccurredAt(at)),
        None => walk::ask_time(talk, planned)?.ok_or_else(|| InputError::BrokenOff.into()),
    }
}

/// The amounts of a medication in the regimen of a day.
pub(in crate::commands) fn usual(
    talk: &mut Dialogue<'_, '_>,
    medication: &MedicationRef,
    day: DiaryDay,
) -> Result<Vec<Quantity>, Failure> {
    let plan = talk.session.diary.plan(talk.screen.env.zone)?;
    Ok(amounts::usual(&plan.course.regimen, medication, day))
}

/// Asks about an amount in a unit that is not the medication's, or far from every amount that is usual.
pub(in crate::commands) fn unusual(
    talk: &mut Dialogue<'_, '_>,
    medication: &MedicationRef,
    amount: &Quantity,
    usual: &[Quantity],
    yes: bool,
) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let (study, lang) = (talk.session.diary.study(), talk.screen.lang);
    let said = words::describe::amount(amount, lang);
    let (question, refusal) = match amounts::doubt(study, medication, amount, usual) {
        None => return Ok(()),
        Some(AmountDoubt::OtherUnit { known }) => {
            (words::dose::other_unit(&said, &known, lang), InputError::OtherUnit { amount: said, known })
        }
        Some(AmountDoubt::FarFrom { usual }) => {
            let usual = words::describe::amount(&usual, lang);
            (words::dose::amount_unusual(lang, &said, &usual), InputError::Unusual { amount: said, usual })
        }
    };
    if talk.screen.may_ask() && talk.screen.confirm(&question)? { Ok(()) } else { Err(refusal.into()) }
}
