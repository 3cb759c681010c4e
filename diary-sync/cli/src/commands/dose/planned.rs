//! Planned doses, which of them is meant, and how one is named so that it can be named back: pure.

use diary_core::diary::TodayItem;
use diary_core::entry::{MedicationRef, Route, Slot};
use diary_core::ids::EntryId;
use diary_core::measure::{Quantity, plain_digits};
use diary_core::study::regimen::Regimen;
use diary_core::study::{Prompt, SlotState, Study};
use diary_core::text::shown;
use diary_core::time::{DAY_MS, DiaryDay, TimeOfDay, UtcMillis};

use crate::args::WhichDose;
use crate::failure::Refusal;
use crate::input::moment;

/// One planned dose.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Planned {
    /// The day it belongs to.
    pub(super) day: DiaryDay,
    /// Its place.
    pub(super) slot: Slot,
    /// Number of its line among the participant's lines.
    line: Option<u16>,
    /// Of what.
    pub(super) medication: MedicationRef,
    /// How much.
    pub(super) amount: Quantity,
    /// How.
    pub(super) route: Route,
    /// At which time of day.
    pub(super) time: TimeOfDay,
    /// The same as an instant.
    pub(super) due: UtcMillis,
    /// From when on it can be recorded, but for one that was taken early.
    pub(super) opens: UtcMillis,
    /// From when on it is late.
    pub(super) closes: UtcMillis,
    /// How it stands.
    pub(super) state: SlotState,
    /// The entry that records it.
    pub(super) entry: Option<EntryId>,
}

/// What is said of a dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::commands) enum Verb {
    /// Taken.
    Take,
    /// Not taken.
    Skip,
    /// Not known.
    DontKnow,
}

/// Which dose is meant.
#[derive(Debug)]
pub(super) enum Pick {
    /// This one.
    One(Planned),
    /// One of these, each of which can be recorded now.
    Several(Vec<Planned>),
}

/// The doses among prompts, by day and time.
pub(in crate::commands) fn all(items: &[TodayItem], regimen: &Regimen) -> Vec<Planned> {
    items.iter().filter_map(|item| of_item(item, regimen)).collect()
}

fn of_item(item: &TodayItem, regimen: &Regimen) -> Option<Planned> {
    let at = &item.occurrence;
    let line = match &at.slot {
        Slot::PlannedDose { line, .. } => regimen.line(*line).map(|line| line.number),
        Slot::Scheduled(_) => None,
    };
    match &at.prompt {
        Prompt::Dose { medication, form: _, amount, route, time, reported: _ } => Some(Planned {
            day: at.day,
            slot: at.slot.clone(),
            line,
            medication: medication.clone(),
            amount: amount.clone(),
            route: *route,
            time: *time,
            due: at.due,
            opens: at.opens,
            closes: at.closes,
            state: item.state,
            entry: item.entry,
        }),
        Prompt::Instrument(_) => None,
    }
}

impl Planned {
    /// Whether it can be recorded now without more ado.
    pub(super) fn is_due(&self) -> bool {
        matches!(self.state, SlotState::Open | SlotState::Late)
    }

    /// Whether its time is further away than a day: it cannot have been taken early.
    pub(super) fn is_far(&self, now: UtcMillis) -> bool {
        self.due > now.plus_ms(DAY_MS)
    }

    /// Whether a prompt is this dose.
    pub(in crate::commands) fn is(&self, item: &TodayItem) -> bool {
        self.day == item.occurrence.day && self.slot == item.occurrence.slot
    }

    /// The command that records it, so that it means this dose alone among `all` also when it is typed later. What a
    /// person would say of it first is said with it: taken as planned once its time has come, else now.
    pub(in crate::commands) fn command(
        &self,
        verb: Verb,
        all: &[Self],
        today: DiaryDay,
        now: UtcMillis,
    ) -> String {
        let name = self.medication.code.as_ref().map_or(self.medication.name.as_str(), |code| code.as_str());
        let like =
            |other: &&Self| other.day == self.day && other.time == self.time && self.is_same_drug(other);
        let line = self.line.filter(|_| all.iter().filter(like).count() > 1);
        let mut command = match verb {
            Verb::Take => "diary dose take ".to_owned(),
            Verb::Skip => "diary dose skip ".to_owned(),
            Verb::DontKnow => "diary dose dont-know ".to_owned(),
        };
        command.push_str(&quoted(&shown(name)));
        command.push_str(&format!(" --time {}", self.time));
        command.push_str(&line.map(|line| format!(" --line {line}")).unwrap_or_default());
        if self.day != today {
            command.push_str(&format!(" --day {}", self.day));
        }
        command.push_str(match verb {
            Verb::Take if self.due <= now => " --as-planned",
            Verb::Take => " --now",
            Verb::Skip | Verb::DontKnow => "",
        });
        command
    }

    fn is_same_drug(&self, other: &Self) -> bool {
        match (&self.medication.code, &other.medication.code) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.medication.name.to_lowercase() == other.medication.name.to_lowercase(),
        }
    }
}

/// A name as a shell takes it for one word.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

/// The planned dose that is meant. Without a day, one that is due is meant before one that is not, and today's before
/// an earlier one; where no time is said either, every dose that is due may be meant.
pub(super) fn pick(
    all: &[Planned],
    study: &Study,
    which: &WhichDose,
    day: Option<DiaryDay>,
    today: DiaryDay,
) -> Result<Pick, Refusal> {
    let line = which.line.as_deref().map(number).transpose()?;
    let named: Vec<&Planned> = all
        .iter()
        .filter(|planned| which.medication.as_deref().is_none_or(|name| is(study, &planned.medication, name)))
        .filter(|planned| line.is_none_or(|line| planned.line == Some(line)))
        .collect();
    let of = |day: DiaryDay| named.iter().filter(move |planned| planned.day == day).copied();
    if let Some(text) = &which.slot {
        let n = usize::from(number(text)?).checked_sub(1);
        let found = n.and_then(|n| of(day.unwrap_or(today)).nth(n));
        return found.cloned().map(Pick::One).ok_or_else(|| none(all));
    }
    let time = which.time.as_deref().map(moment::time).transpose()?;
    let in_scope = |planned: &&Planned| {
        day.is_none_or(|day| planned.day == day) && time.is_none_or(|time| planned.time == time)
    };
    let scope: Vec<&Planned> = named.iter().copied().filter(in_scope).collect();
    let due = || scope.iter().copied().filter(|planned| planned.is_due());
    if time.is_some() && day.is_none() {
        let open = due().filter(|planned| planned.state == SlotState::Open).map(|planned| planned.day).max();
        let last = due().map(|planned| planned.day).max();
        let day = open.or(last).unwrap_or(today);
        let of_day = scope.iter().copied().filter(|planned| planned.day == day);
        let (ready, rest): (Vec<&Planned>, Vec<&Planned>) = of_day.partition(|planned| planned.is_due());
        return one(if ready.is_empty() { rest } else { ready }, all);
    }
    match due().collect::<Vec<_>>() {
        // Nothing is due: the only one of the day, so that it is said why not (too early, recorded already).
        none if none.is_empty() => {
            let day = day.unwrap_or(today);
            one(scope.into_iter().filter(|planned| planned.day == day).collect(), all)
        }
        due => one(due, all),
    }
}

fn one(found: Vec<&Planned>, all: &[Planned]) -> Result<Pick, Refusal> {
    match found.as_slice() {
        [] => Err(none(all)),
        [only] => Ok(Pick::One((*only).clone())),
        several => Ok(Pick::Several(several.iter().map(|planned| (*planned).clone()).collect())),
    }
}

/// There is no such dose: those there are, each as it can be named.
fn none(all: &[Planned]) -> Refusal {
    let name = |planned: &Planned| {
        let name =
            planned.medication.code.as_ref().map_or(planned.medication.name.as_str(), |code| code.as_str());
        format!("{} --time {} --day {}", quoted(&shown(name)), planned.time, planned.day)
    };
    Refusal::NoDose(all.iter().map(name).collect())
}

fn number(text: &str) -> Result<u16, Refusal> {
    plain_digits(text).parse().ok().filter(|n| *n > 0).ok_or(Refusal::DoseNumber)
}

fn is(study: &Study, medication: &MedicationRef, name: &str) -> bool {
    let by_code =
        study.find_medication(name).is_some_and(|known| medication.code.as_ref() == Some(&known.code));
    by_code || medication.name.to_lowercase() == name.trim().to_lowercase()
}
