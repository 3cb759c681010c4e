//! Checks of an act before it is made, and the questions that staff must confirm first: dates far from today or from
//! the anchor, a wrong order, what is recorded already, amounts far from the usual ones, other units. Pure.

use diary_core::act::{Act, ActContent, AfterPause};
use diary_core::ids::AnchorId;
use diary_core::measure::{DOSE_MAX, Decimal};
use diary_core::record::end_of_participation;
use diary_core::study::Study;
use diary_core::time::{DAY_MS, DiaryDay, UtcMillis, Zone};

use super::before::{Before, Infusion, day_at, short};
use super::context::{ActContext, Planned};
use super::error::ActError;
use super::question::{Dated, InfusionDay, InfusionProblem, Question};
use super::{AnchorInput, EndInput, InfusionInput, VisitInput, interruptions};
use crate::site::StaffError;
use crate::site::acts::plausible;

/// Days of a cycle of which the study names no infusion days.
const CYCLE_DAYS: i64 = 7;
/// Days from the expected day of an anchor beyond which it is asked about, at least.
const FAR_FROM_EXPECTED_DAYS: i64 = 28;

/// Plans an anchor that is set, moved or taken away.
///
/// # Errors
/// Reason for which it is refused.
pub fn anchor(
    light: &ActContext<'_>,
    before: &Before<'_>,
    AnchorInput { anchor, date }: &AnchorInput,
    has_reason: bool,
) -> Result<Planned, StaffError> {
    let date = *date;
    known_anchor(light.study, anchor)?;
    let present = before.anchors().get(anchor).copied();
    if before.corrected.is_none() {
        if present == date {
            return Err(StaffError::AnchorSame { anchor: anchor.clone(), date });
        }
        if present.is_some() && !has_reason {
            return Err(StaffError::AnchorReason { anchor: anchor.clone(), date: present });
        }
    }
    let mut asked = Vec::new();
    if let Some(date) = date {
        let of = || Dated::Anchor(anchor.clone());
        asked.extend(plausible::date(of(), date, light.today()).map(Question::Far));
        asked.extend(order(light.study, before, anchor, date));
        asked.extend(after_end(before, of(), date));
    }
    for one in before.infusions().into_iter().filter(|one| one.cycle == anchor) {
        let infusion = infusion_day(light.zone, &one);
        let becomes = date.map(|date| infusion.on.since(date) + 1);
        if becomes != Some(i64::from(one.day)) {
            asked.push(Question::InfusionWas { infusion, becomes });
        }
    }
    let content = ActContent::Anchor { anchor: anchor.clone(), date };
    Ok(Planned { content, asked, fulfils: None })
}

fn known_anchor(study: &Study, anchor: &AnchorId) -> Result<(), StaffError> {
    if study.anchor(anchor).is_some() {
        return Ok(());
    }
    let known = study.anchors().iter().map(|anchor| anchor.id.clone()).collect();
    Err(StaffError::UnknownAnchor { anchor: anchor.clone(), known })
}

/// Anchors that would stand in another order than in the study, or far from where they are expected.
fn order(study: &Study, before: &Before<'_>, anchor: &AnchorId, date: DiaryDay) -> Vec<Question> {
    let set = before.anchors();
    let mut asked = Vec::new();
    if let Some(expected) = study.anchor(anchor).and_then(|anchor| anchor.expected.as_ref()) {
        let after = &expected.after;
        match set.get(after).map(|first| (first, date.since(first.plus_days(i64::from(expected.days))))) {
            None => asked.push(Question::AfterUnset { anchor: anchor.clone(), after: after.clone() }),
            Some((first, _)) if date <= *first => {
                let (anchor, after) = (anchor.clone(), after.clone());
                asked.push(Question::NotAfter { anchor, date, after, first: *first });
            }
            Some((first, away)) if away.abs() > FAR_FROM_EXPECTED_DAYS.max(i64::from(expected.days)) => {
                let (anchor, after, expected) = (anchor.clone(), after.clone(), expected.days);
                asked.push(Question::AwayFromExpected { anchor, date, after, first: *first, expected });
            }
            Some(_) => {}
        }
    }
    let follows = |one: &&diary_core::study::Anchor| {
        one.expected.as_ref().is_some_and(|expected| expected.after == *anchor)
    };
    for later in study.anchors().iter().filter(follows) {
        if let Some(set) = set.get(&later.id).filter(|set| **set <= date) {
            let (later, after) = (later.id.clone(), anchor.clone());
            asked.push(Question::NotAfter { anchor: later, date: *set, after, first: date });
        }
    }
    asked
}

/// Something on a day after the end of the participation.
fn after_end(before: &Before<'_>, of: Dated, date: DiaryDay) -> Option<Question> {
    let (_, last) = end_of_participation(before.in_force().into_iter())?;
    (date > last).then_some(Question::AfterEnd { of, date, last })
}

/// Plans a visit. One that was planned for the same day and is over becomes held.
///
/// # Errors
/// Reason for which it is refused.
pub fn visit(
    light: &ActContext<'_>,
    before: &Before<'_>,
    VisitInput { date, kind, held }: &VisitInput,
) -> Result<Planned, StaffError> {
    let date = *date;
    // A kind follows the rule for codes of the study: the same letters, the same length.
    kind.parse::<AnchorId>().map_err(|_| StaffError::VisitKind)?;
    let known: Vec<_> = light.study.visit_kinds().iter().map(|kind| kind.code.clone()).collect();
    if !known.is_empty() && known.iter().all(|code| code.as_str() != kind) {
        return Err(ActError::VisitKind { kind: kind.clone(), known }.into());
    }
    let today = light.today();
    if *held && date > today {
        return Err(ActError::NotYet { date }.into());
    }
    // A visit to come is planned; it changes nothing until it is held.
    let held = date <= today;
    let content = ActContent::Visit { date, kind: kind.clone(), held };
    let others: Vec<(&Act, DiaryDay, bool)> = before
        .in_force()
        .into_iter()
        .filter_map(|act| match &act.content {
            ActContent::Visit { date, kind: of, held } if of == kind => Some((act, *date, *held)),
            _ => None,
        })
        .collect();
    let planned = others.iter().find(|(_, on, was_held)| held && !was_held && *on == date);
    if let (Some((act, ..)), None) = (planned, before.corrected) {
        return Ok(Planned { content, asked: Vec::new(), fulfils: Some(act.id) });
    }
    let mut asked: Vec<Question> =
        plausible::date(Dated::Visit, date, today).map(Question::Far).into_iter().collect();
    asked.extend(after_end(before, Dated::Visit, date));
    let every = interval(light.study, kind);
    for (act, on, was_held) in others {
        let days = date.since(on).abs();
        if days == 0 || every.is_some_and(|every| 2 * days < every) {
            let (kind, act) = (kind.clone(), short(act.id));
            asked.push(Question::VisitNear { kind, on, held: was_held, days, act });
        }
    }
    asked.extend(before_first_visit(light.study, before, kind, date));
    Ok(Planned { content, asked, fulfils: None })
}

/// Days from one visit of this kind to the next, where the study plans them.
fn interval(study: &Study, kind: &str) -> Option<i64> {
    let planned = study.visit_kinds().iter().any(|one| one.planned && one.code.as_str() == kind);
    study.visits().filter(|_| planned).map(|visits| i64::from(visits.every_days))
}

/// A planned visit more than half an interval before the first of them.
fn before_first_visit(study: &Study, before: &Before<'_>, kind: &str, date: DiaryDay) -> Option<Question> {
    let (visits, every) = (study.visits()?, interval(study, kind)?);
    let first = before.anchors().get(&visits.from).copied()?;
    let (kind, anchor) = (kind.to_owned(), visits.from.clone());
    (2 * first.since(date) > every).then_some(Question::BeforeFirstVisit { kind, anchor, first, date })
}

/// Plans an infusion.
///
/// # Errors
/// Reason for which it is impossible.
pub fn infusion(
    light: &ActContext<'_>,
    before: &Before<'_>,
    input: &InfusionInput,
) -> Result<Planned, StaffError> {
    let InfusionInput { cycle, day, start, stop, dose, interruptions } = input.clone();
    known_anchor(light.study, &cycle)?;
    let refuse = |problem| Err(StaffError::Infusion { problem });
    if day == 0 {
        return refuse(InfusionProblem::DayZero);
    }
    if dose.value <= Decimal::from(0) || dose.value > DOSE_MAX {
        return refuse(InfusionProblem::Dose(dose.value));
    }
    let recorded = || match before.corrected.map(|act| &act.content) {
        Some(ActContent::Infusion { interruptions, .. }) => interruptions.clone(),
        _ => Vec::new(),
    };
    let interruptions = interruptions.unwrap_or_else(recorded);
    interruptions::check(&interruptions)?;
    let ended = interruptions.iter().find(|one| one.then == AfterPause::Ended);
    let stop = stop.or_else(|| ended.map(|one| one.paused));
    let mut asked = infusion_questions(light, before, &InfusionInput { stop, ..input.clone() });
    asked.extend(interruptions::questions(light, (start, stop, &dose), &interruptions));
    let content = ActContent::Infusion { start, stop, dose, cycle, day, interruptions };
    Ok(Planned { content, asked, fulfils: None })
}

/// Days of an infusion that lie outside its cycle, or times in an impossible order.
fn course(light: &ActContext<'_>, input: &InfusionInput) -> Vec<Question> {
    let InfusionInput { cycle, day, start, stop, .. } = input;
    let anchor = light.study.anchor(cycle);
    // The study counts from 0 at the anchor, people from 1.
    let known: Vec<u32> = anchor
        .map(|anchor| anchor.infusion_days.iter().map(|offset| u32::from(*offset) + 1).collect())
        .unwrap_or_default();
    let days = known.iter().max().map_or(CYCLE_DAYS, |last| i64::from(*last));
    let mut asked = Vec::new();
    if !known.is_empty() && !known.contains(&u32::from(*day)) {
        asked.push(Question::NoSuchDay { cycle: cycle.clone(), day: *day, known });
    }
    if *start > light.now {
        asked.push(Question::StartsAhead);
    }
    match stop {
        Some(stop) if stop <= start => asked.push(Question::StopsBeforeStart),
        Some(stop) if stop.since_ms(*start) > days * DAY_MS => {
            asked.push(Question::LongerThanCycle { cycle: cycle.clone(), days });
        }
        Some(_) | None => {}
    }
    asked
}

fn infusion_questions(light: &ActContext<'_>, before: &Before<'_>, input: &InfusionInput) -> Vec<Question> {
    let InfusionInput { cycle, day, start, stop, dose, .. } = input;
    let on = day_at(light.zone, *start);
    let mut asked = course(light, input);
    if let Some(drug) = light.study.study_drug().filter(|_| light.study.is_other_unit_of_infusion(dose)) {
        let (drug, units) = (drug.name.clone(), drug.units.clone());
        asked.push(Question::DoseUnit { dose: dose.clone(), drug, units });
    }
    asked.extend(plausible::date(Dated::Infusion, on, light.today()).map(Question::Far));
    asked.extend(after_end(before, Dated::Infusion, on));
    if stop.is_some_and(|stop| stop > light.now) {
        asked.push(Question::StopsAhead);
    }
    match before.anchors().get(cycle) {
        None => asked.push(Question::CycleNotSet { cycle: cycle.clone() }),
        Some(first) => {
            if on.since(*first) + 1 != i64::from(*day) {
                asked.push(Question::OtherDay { cycle: cycle.clone(), first: *first, on, day: *day });
            }
        }
    }
    let others = before.infusions();
    for one in &others {
        let which = infusion_day(light.zone, one);
        if (one.cycle, one.day) == (cycle, *day) {
            asked.push(Question::InfusionRecorded(which));
        } else if overlap(one, *start, *stop) {
            asked.push(Question::InfusionOverlaps(which));
        } else if one.cycle == cycle && (one.day < *day) != (one.start < *start) {
            asked.push(Question::InfusionOtherOrder(which));
        }
    }
    let factor = light.study.limits().unusual_factor;
    let last = others.iter().filter(|one| one.start < *start).max_by_key(|one| one.start);
    if let Some(last) = last.filter(|last| last.dose.is_far_from(dose, factor)) {
        asked.push(Question::DoseFar { dose: dose.clone(), before: last.dose.clone(), factor });
    }
    asked
}

fn infusion_day(zone: Zone, one: &Infusion<'_>) -> InfusionDay {
    let (on, act) = (day_at(zone, one.start), short(one.act.id));
    InfusionDay { cycle: one.cycle.clone(), day: one.day, on, act }
}

/// True if two infusions overlap. An infusion without a known stop counts as an instant, since its length is unknown.
fn overlap(one: &Infusion<'_>, start: UtcMillis, stop: Option<UtcMillis>) -> bool {
    let (one_stop, stop) = (one.stop.unwrap_or(one.start), stop.unwrap_or(start));
    one.start == start || (one.start < stop && start < one_stop)
}

/// The end of the participation.
///
/// # Errors
/// [`ActError::Ended`].
pub fn end(
    light: &ActContext<'_>,
    before: &Before<'_>,
    EndInput { how, last }: EndInput,
) -> Result<Planned, StaffError> {
    let present = before.in_force().into_iter().rev().find_map(|act| match &act.content {
        ActContent::EndOfParticipation { last, .. } => Some((*last, short(act.id))),
        _ => None,
    });
    if let Some((last, act)) = present {
        return Err(ActError::Ended { last, act }.into());
    }
    let mut asked: Vec<Question> =
        plausible::date(Dated::LastDay, last, light.today()).map(Question::Far).into_iter().collect();
    if last > light.today() {
        asked.push(Question::LastDayToCome { last });
    }
    for act in before.in_force() {
        match &act.content {
            ActContent::Visit { date, kind, .. } if *date > last => {
                let (kind, on, act) = (kind.clone(), *date, short(act.id));
                asked.push(Question::VisitAfterLast { kind, on, last, act });
            }
            ActContent::Infusion { start, cycle, day, .. } if day_at(light.zone, *start) > last => {
                let (cycle, on, act) = (cycle.clone(), day_at(light.zone, *start), short(act.id));
                let infusion = InfusionDay { cycle, day: *day, on, act };
                asked.push(Question::InfusionAfterLast { infusion, last });
            }
            _ => {}
        }
    }
    Ok(Planned { content: ActContent::EndOfParticipation { how, last }, asked, fulfils: None })
}
