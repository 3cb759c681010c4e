//! Acts in words, for a person at the command line. Days always have their year.

use diary_core::act::{
    ActContent, EndOfParticipation, LineChange, LinePatch, RegimenChange, RegimenLine, Timing,
};
use diary_core::ids::EntryId;
use diary_core::study::Study;
use diary_core::study::regimen::Regimen;
use diary_core::text::Lang;
use diary_core::time::{UtcMillis, Zone};

use super::before::short;
use crate::messages::staff as say;
use crate::site::plausible;

/// Data from which an act is described in words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The study.
    pub study: &'a Study,
    /// The site's zone.
    pub zone: Zone,
    /// The regimen, for the names of its lines.
    pub regimen: &'a Regimen,
}

impl Words<'_> {
    /// Full content of an act, in words.
    #[must_use]
    pub fn content(&self, content: &ActContent) -> String {
        match content {
            ActContent::Anchor { anchor, date: Some(date) } => format!("{anchor} is {date}"),
            ActContent::Anchor { anchor, date: None } => format!("{anchor} is not set"),
            ActContent::Regimen(change) => self.regimen(change),
            ActContent::Visit { date, kind, held } => {
                let name = self.study.visit_kind_name(kind, Lang::EN);
                let name = if name == kind { format!("{kind} visit") } else { name.to_owned() };
                format!("{name} on {date}, {}", if *held { "held" } else { "planned" })
            }
            ActContent::Infusion { start, stop, dose, cycle, day } => {
                let stop =
                    stop.map_or_else(|| ", not stopped yet".to_owned(), |at| format!(" to {}", self.at(at)));
                let (start, dose) = (self.at(*start), plausible::amount(dose));
                format!("infusion of {cycle} day {day}: {dose}, {start}{stop} ({})", self.zone)
            }
            ActContent::QuarantineDecision { core, accept } => {
                let what = if *accept { "accepted" } else { "left out" };
                format!("parcel {} of a revoked phone {what}", short(core))
            }
            ActContent::PhoneAsks { device, joined, .. } => {
                format!("phone {} asks to use the diary since {}", short(device), self.at(*joined))
            }
            ActContent::Adjudicate { primary, among } => {
                format!("entry {} counts, of {}", short(primary), entries(among))
            }
            ActContent::EndOfParticipation { how, last } => {
                let how = end_of_participation(*how, Lang::EN);
                format!("participation ended: {how}, last day {last}")
            }
            ActContent::Withdrawn => "withdrawn".to_owned(),
            ActContent::AlertsHandled { rule, entries: of } => {
                format!("alerts of {rule} dealt with: entries {}", entries(of))
            }
            ActContent::OtherParticipant { entries: of } => {
                format!("made under the wrong participant: entries {}", entries(of))
            }
            ActContent::TakenOver { from, entries: of } => {
                format!("taken over from vault {from}: entries {}", entries(of))
            }
            ActContent::FirstDay { date } => format!("the first day of the diary is {date}"),
            ActContent::Newer(_) => "an act of a newer version: update the server to read it".to_owned(),
        }
    }

    /// An instant by the site's clock.
    #[must_use]
    pub fn at(&self, at: UtcMillis) -> String {
        self.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    fn regimen(&self, change: &RegimenChange) -> String {
        if change.lines.is_empty() {
            return format!("no medication from {} on", change.from);
        }
        let lines: Vec<String> = change.lines.iter().map(|line| self.line(line)).collect();
        lines.join("; ")
    }

    fn line(&self, change: &LineChange) -> String {
        let line = self.regimen.line(change.line());
        let number = line.map_or_else(|| "-".to_owned(), |line| line.number.to_string());
        match change {
            LineChange::Begin(begun) => format!("line {number}: {}", whole(begun)),
            LineChange::Alter(patch) => {
                let name = line.and_then(|line| line.medication()).map_or("", |m| m.name.as_str());
                format!("line {number}: {name} from {} on: {}", patch.from, altered(patch))
            }
            LineChange::End { last, .. } => {
                let name = line.and_then(|line| line.medication()).map_or("", |m| m.name.as_str());
                format!("line {number}: {name} ends on {last}")
            }
        }
    }
}

/// The way in which a participation ended.
pub(crate) fn end_of_participation(how: EndOfParticipation, lang: Lang) -> &'static str {
    match how {
        EndOfParticipation::Completed => say::participation_completed(lang),
        EndOfParticipation::Withdrawn => say::participation_withdrawn(lang),
        EndOfParticipation::ScreenFailure => say::participation_screen_failure(lang),
        EndOfParticipation::LostToFollowUp => say::participation_lost_to_follow_up(lang),
    }
}

fn entries(of: &[EntryId]) -> String {
    of.iter().map(short).collect::<Vec<_>>().join(", ")
}

fn whole(line: &RegimenLine) -> String {
    let amount = plausible::amount(&line.amount);
    let mut out = format!(
        "{} {amount} {} {} from {}",
        line.medication.name,
        line.form,
        line.route.shown(Lang::EN),
        line.first
    );
    if let Some(last) = line.last {
        out += &format!(" to {last}");
    }
    out += &timing(&line.timing);
    if line.as_needed.is_some() {
        out += " as needed";
    }
    for step in &line.steps {
        out += &format!(", {} from {}", plausible::amount(&step.amount), step.from);
    }
    out
}

fn timing(of: &Timing) -> String {
    let mut out: String = of.times.iter().map(|time| format!(" {time}")).collect();
    if !of.weekdays.is_empty() {
        let days: Vec<String> = of.days_of_week().map(|day| day.to_string()).collect();
        out += &format!(" on {}", days.join(" "));
    } else if of.every_days > 1 {
        out += &format!(" every {} days", of.every_days);
    }
    out
}

fn altered(patch: &LinePatch) -> String {
    let mut parts = Vec::new();
    parts.extend(patch.amount.as_ref().map(plausible::amount));
    parts.extend(patch.form.clone());
    parts.extend(patch.route.map(|route| route.shown(Lang::EN).to_owned()));
    parts.extend(patch.timing.as_ref().map(|of| timing(of).trim().to_owned()));
    parts.extend(patch.medication.as_ref().map(|medication| format!("named {}", medication.name)));
    parts.extend(patch.as_needed.as_ref().map(|_| "other limits as needed".to_owned()));
    parts.join(", ")
}
