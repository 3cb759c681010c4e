//! Checks of an act before it is made, and the questions that staff must confirm first: dates far from today or from
//! the anchor, a wrong order, what is recorded already, amounts far from the usual ones, other units. Pure.

use diary_core::act::{Act, ActContent, EndOfParticipation};
use diary_core::ids::{ActId, AnchorId};
use diary_core::measure::{DOSE_MAX, Decimal};
use diary_core::record::end_of_participation;
use diary_core::study::Study;
use diary_core::text::Lang;
use diary_core::time::{DAY_MS, DiaryDay, UtcMillis, Zone};

use super::InfusionInput;
use super::before::{Before, Infusion, day_at, short};
use super::error::ActError;
use crate::site::{StaffError, plausible};

/// Longest infusion that is taken for one.
const INFUSION_MAX_MS: i64 = 7 * DAY_MS;
/// Days from the expected day of an anchor beyond which it is asked about, at least.
const FAR_FROM_EXPECTED_DAYS: i64 = 28;

/// Under what an act is decided about.
#[derive(Clone, Copy, Debug)]
pub struct ActContext<'a> {
    /// The study.
    pub study: &'a Study,
    /// The site's zone.
    pub zone: Zone,
    /// Current time.
    pub now: UtcMillis,
}

impl ActContext<'_> {
    /// The civil day at the site.
    #[must_use]
    pub fn today(&self) -> DiaryDay {
        day_at(self.zone, self.now)
    }
}

/// An act that may be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// Content of the act.
    pub content: ActContent,
    /// Questions that a person must confirm first.
    pub asked: Vec<String>,
    /// The planned act that it fulfils.
    pub fulfils: Option<ActId>,
}

impl From<ActContent> for Planned {
    fn from(content: ActContent) -> Self {
        Self { content, asked: Vec::new(), fulfils: None }
    }
}

/// Plans an anchor that is set, moved or taken away.
///
/// # Errors
/// Reason for which it is refused.
pub fn anchor(
    light: &ActContext<'_>,
    before: &Before<'_>,
    anchor: &AnchorId,
    date: Option<DiaryDay>,
    has_reason: bool,
) -> Result<Planned, StaffError> {
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
        asked.extend(plausible::date(anchor.as_str(), date, light.today()));
        asked.extend(order(light.study, before, anchor, date));
        asked.extend(after_end(before, anchor.as_str(), date));
    }
    for one in before.infusions().into_iter().filter(|one| one.cycle == anchor) {
        let of = day_at(light.zone, one.start);
        let says =
            format!("the infusion of {anchor} day {} was on {of} (act {})", one.day, short(one.act.id));
        match date.map(|date| of.since(date) + 1) {
            Some(n) if n == i64::from(one.day) => {}
            Some(n) => asked.push(format!("{says}, which would be day {n}")),
            None => asked.push(says),
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
fn order(study: &Study, before: &Before<'_>, anchor: &AnchorId, date: DiaryDay) -> Vec<String> {
    let set = before.anchors();
    let mut asked = Vec::new();
    if let Some(expected) = study.anchor(anchor).and_then(|anchor| anchor.expected.as_ref()) {
        let after = &expected.after;
        match set.get(after).map(|first| (first, date.since(first.plus_days(i64::from(expected.days))))) {
            None => asked.push(format!("{anchor} comes after {after}, which is not set")),
            Some((first, _)) if date <= *first => {
                asked.push(format!("{anchor} on {date} does not come after {after} on {first}"));
            }
            Some((first, away)) if away.abs() > FAR_FROM_EXPECTED_DAYS.max(i64::from(expected.days)) => {
                asked.push(format!(
                    "{anchor} on {date} is {} days after {after} on {first}; {} are expected",
                    date.since(*first),
                    expected.days
                ));
            }
            Some(_) => {}
        }
    }
    let follows = |one: &&diary_core::study::Anchor| {
        one.expected.as_ref().is_some_and(|expected| expected.after == *anchor)
    };
    for later in study.anchors().iter().filter(follows) {
        if let Some(set) = set.get(&later.id).filter(|set| **set <= date) {
            asked.push(format!("{} on {set} does not come after {anchor} on {date}", later.id));
        }
    }
    asked
}

/// Something on a day after the end of the participation.
fn after_end(before: &Before<'_>, what: &str, date: DiaryDay) -> Option<String> {
    let (_, last) = end_of_participation(before.in_force().into_iter())?;
    (date > last).then(|| format!("{what} {date} lies after the end of the participation on {last}"))
}

/// Plans a visit. One that was planned for the same day and is over becomes held.
///
/// # Errors
/// Reason for which it is refused.
pub fn visit(
    light: &ActContext<'_>,
    before: &Before<'_>,
    date: DiaryDay,
    kind: &str,
    held: bool,
) -> Result<Planned, StaffError> {
    // A kind follows the rule for codes of the study: the same letters, the same length.
    kind.parse::<AnchorId>().map_err(|_| StaffError::VisitKind)?;
    let known: Vec<_> = light.study.visit_kinds().iter().map(|kind| kind.code.clone()).collect();
    if !known.is_empty() && known.iter().all(|code| code.as_str() != kind) {
        return Err(ActError::VisitKind { kind: kind.to_owned(), known }.into());
    }
    let today = light.today();
    if held && date > today {
        return Err(ActError::NotYet { date }.into());
    }
    // A visit to come is planned; it changes nothing until it is held.
    let held = date <= today;
    let content = ActContent::Visit { date, kind: kind.to_owned(), held };
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
    let mut asked: Vec<String> = plausible::date("visit", date, today).into_iter().collect();
    asked.extend(after_end(before, "visit", date));
    let every = interval(light.study, kind);
    for (act, on, was_held) in others {
        let (away, id) = (date.since(on).abs(), short(act.id));
        let state = if was_held { "recorded" } else { "planned" };
        if away == 0 {
            asked.push(format!("a {kind} visit on {on} is {state} already (act {id})"));
        } else if every.is_some_and(|every| 2 * away < every) {
            let moved = if was_held { "" } else { ": if it was moved, give --corrects and this id" };
            asked.push(format!(
                "a {kind} visit is {state} on {on}, {away} days from this one (act {id}){moved}"
            ));
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
fn before_first_visit(study: &Study, before: &Before<'_>, kind: &str, date: DiaryDay) -> Option<String> {
    let (visits, every) = (study.visits()?, interval(study, kind)?);
    let first = before.anchors().get(&visits.from).copied()?;
    let early = first.since(date);
    (2 * early > every).then(|| {
        format!(
            "{kind} visits are counted from {} on {first}; {date} lies {early} days before it",
            visits.from
        )
    })
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
    let InfusionInput { cycle, day, start, stop, dose } = input.clone();
    known_anchor(light.study, &cycle)?;
    let refuse = |problem: String| Err(StaffError::Infusion { problem });
    let anchor = light.study.anchor(&cycle);
    let days: Vec<u16> = anchor.map(|anchor| anchor.infusion_days.clone()).unwrap_or_default();
    // The study counts from 0 at the anchor, people from 1.
    let from_one: Vec<String> = days.iter().map(|offset| (u32::from(*offset) + 1).to_string()).collect();
    if day == 0 || (!days.is_empty() && !days.contains(&(day - 1))) {
        return refuse(format!(
            "{cycle} has no infusion on its day {day}, but on days {}",
            from_one.join(", ")
        ));
    }
    if dose.value <= Decimal::from(0) || dose.value > DOSE_MAX {
        return refuse(format!("dose {}: more than 0 and at most {DOSE_MAX} is needed", dose.value));
    }
    if start > light.now {
        return refuse("it starts in the future; record it once it has begun".to_owned());
    }
    match stop {
        Some(stop) if stop <= start => return refuse("it stops before it starts".to_owned()),
        Some(stop) if stop.since_ms(start) > INFUSION_MAX_MS => {
            return refuse("it lasts more than 7 days; check the dates".to_owned());
        }
        Some(_) | None => {}
    }
    let asked = infusion_questions(light, before, input);
    let content = ActContent::Infusion { start, stop, dose, cycle, day };
    Ok(Planned { content, asked, fulfils: None })
}

fn infusion_questions(light: &ActContext<'_>, before: &Before<'_>, input: &InfusionInput) -> Vec<String> {
    let InfusionInput { cycle, day, start, stop, dose } = input;
    let on = day_at(light.zone, *start);
    let mut asked = Vec::new();
    if let Some(drug) = light.study.study_drug().filter(|_| light.study.is_other_unit_of_infusion(dose)) {
        let units: Vec<&str> = drug.units.iter().map(|unit| unit.shown(Lang::EN)).collect();
        let (dose, drug) = (plausible::amount(dose), drug.name.get(Lang::EN));
        asked.push(format!("dose {dose}: {drug} is given in {}", units.join(" or ")));
    }
    asked.extend(plausible::date("infusion", on, light.today()));
    asked.extend(after_end(before, "infusion", on));
    if stop.is_some_and(|stop| stop > light.now) {
        asked.push("it stops in the future; a stop is recorded once it has stopped".to_owned());
    }
    match before.anchors().get(cycle) {
        None => asked.push(format!("{cycle} is not set; set it with `participant anchor` first")),
        Some(first) => {
            let n = on.since(*first) + 1;
            if n != i64::from(*day) {
                asked.push(format!("{on} is day {n} of {cycle}, which began on {first}, not day {day}"));
            }
        }
    }
    let others = before.infusions();
    for one in &others {
        let which = format!("{} day {} (act {})", one.cycle, one.day, short(one.act.id));
        if (one.cycle, one.day) == (cycle, *day) {
            asked.push(format!("{which} is recorded already: correct it with --corrects and this id"));
        } else if overlap(one, *start, *stop) {
            asked.push(format!("it overlaps with the infusion of {which}"));
        } else if one.cycle == cycle && (one.day < *day) != (one.start < *start) {
            asked.push(format!(
                "{which} began on {}: the days are in another order",
                day_at(light.zone, one.start)
            ));
        }
    }
    let factor = light.study.limits().unusual_factor;
    let last = others.iter().filter(|one| one.start < *start).max_by_key(|one| one.start);
    if let Some(last) = last.filter(|last| last.dose.is_far_from(dose, factor)) {
        let (dose, before) = (plausible::amount(dose), plausible::amount(last.dose));
        asked.push(format!("dose {dose} after {before}: {factor} times as much or as little"));
    }
    asked
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
    how: EndOfParticipation,
    last: DiaryDay,
) -> Result<Planned, StaffError> {
    let present = before.in_force().into_iter().rev().find_map(|act| match &act.content {
        ActContent::EndOfParticipation { last, .. } => Some((*last, short(act.id))),
        _ => None,
    });
    if let Some((last, act)) = present {
        return Err(ActError::Ended { last, act }.into());
    }
    let mut asked: Vec<String> = plausible::date("last day", last, light.today()).into_iter().collect();
    if last > light.today() {
        asked.push(format!("the last day {last} is still to come"));
    }
    for act in before.in_force() {
        let what = match &act.content {
            ActContent::Visit { date, kind, .. } => Some((format!("a {kind} visit"), *date)),
            ActContent::Infusion { start, cycle, day, .. } => {
                Some((format!("the infusion of {cycle} day {day}"), day_at(light.zone, *start)))
            }
            _ => None,
        };
        if let Some((what, on)) = what.filter(|(_, on)| *on > last) {
            asked.push(format!("{what} is on {on}, after the last day {last} (act {})", short(act.id)));
        }
    }
    Ok(Planned { content: ActContent::EndOfParticipation { how, last }, asked, fulfils: None })
}
