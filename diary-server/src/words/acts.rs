//! Acts in words. Days always have their year.

use diary_core::act::{ActContent, AfterPause, EndOfParticipation, Interruption};
use diary_core::ids::EntryId;
use diary_core::text::{Lang, shown};
use diary_core::time::{DiaryDay, UtcMillis, Zone};

pub(crate) use super::ActWords;
use super::{amount, list, regimen};
use crate::messages::{acts as say, staff};
use crate::site::acts::ActState;
use crate::site::acts::before::short;

impl ActWords<'_> {
    /// Full content of an act.
    pub(crate) fn content(&self, content: &ActContent) -> String {
        let lang = self.lang;
        match content {
            ActContent::Anchor { anchor, date: Some(date) } => {
                say::anchor_is(lang, anchor.to_string(), self.day(*date))
            }
            ActContent::Anchor { anchor, date: None } => say::anchor_not_set(lang, anchor.to_string()),
            ActContent::Regimen(change) => regimen::change(*self, change),
            ActContent::Visit { date, kind, held } => {
                let name = self.study.visit_kind_name(kind, lang);
                let name = if name == kind { say::visit_of_kind(lang, kind) } else { name.to_owned() };
                let said = if *held { say::visit_held } else { say::visit_planned };
                said(lang, name, self.day(*date))
            }
            ActContent::Infusion { start, stop, dose, cycle, day, interruptions } => {
                let (cycle, dose, start) = (cycle.to_string(), amount(lang, dose), self.at(*start));
                let zone = self.zone.to_string();
                let said = match stop {
                    Some(stop) => say::infusion(lang, cycle, *day, dose, start, self.at(*stop), zone),
                    None => say::infusion_not_stopped(lang, cycle, *day, dose, start, zone),
                };
                said + &interruptions_in(lang, self.zone, interruptions)
            }
            ActContent::QuarantineDecision { core, accept: true } => say::parcel_accepted(lang, short(core)),
            ActContent::QuarantineDecision { core, accept: false } => say::parcel_left_out(lang, short(core)),
            ActContent::PhoneAsks { device, joined, .. } => {
                say::phone_asks(lang, short(device), self.at(*joined))
            }
            ActContent::Adjudicate { primary, among } => {
                say::entry_counts(lang, short(primary), entries(lang, among))
            }
            ActContent::EndOfParticipation { how, last } => {
                say::participation_ended(lang, end_of_participation(*how, lang), self.day(*last))
            }
            ActContent::Withdrawn => say::withdrawn(lang).to_owned(),
            ActContent::AlertsHandled { rule, entries: of } => {
                say::alerts_dealt_with(lang, rule.to_string(), entries(lang, of))
            }
            ActContent::OtherParticipant { entries: of } => say::wrong_participant(lang, entries(lang, of)),
            ActContent::TakenOver { from, entries: of } => {
                say::taken_over(lang, from.to_string(), entries(lang, of))
            }
            ActContent::FirstDay { date } => say::first_day_is(lang, self.day(*date)),
            ActContent::Newer(_) => say::newer_act(lang).to_owned(),
        }
    }

    /// An instant by the site's clock.
    pub(crate) fn at(&self, at: UtcMillis) -> String {
        self.dates.moment(self.lang, self.zone, at)
    }

    fn day(&self, day: DiaryDay) -> String {
        self.dates.day(self.lang, day)
    }
}

/// Interruptions of an infusion, to follow what is said about it.
pub(crate) fn interruptions_in(lang: Lang, zone: Zone, all: &[Interruption]) -> String {
    all.iter().map(|one| format!("{}{}", say::pause_separator(lang), interruption(lang, zone, one))).collect()
}

/// An interruption of an infusion.
pub(crate) fn interruption(lang: Lang, zone: Zone, one: &Interruption) -> String {
    let paused = moment(zone, one.paused);
    let said = match one.then {
        AfterPause::Paused => say::interrupted(lang, paused),
        AfterPause::Resumed(at) => say::interrupted_resumed(lang, paused, moment(zone, at)),
        AfterPause::Ended => say::ended_early(lang, paused),
    };
    let given = one.given.as_ref().map(|given| say::given_until_then(lang, amount(lang, given)));
    said + &given.unwrap_or_default() + &say::pause_reason(lang, shown(&one.reason))
}

/// Date and time by the site's clock, as they are typed.
fn moment(zone: Zone, at: UtcMillis) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// The way in which a participation ended.
pub(crate) fn end_of_participation(how: EndOfParticipation, lang: Lang) -> &'static str {
    match how {
        EndOfParticipation::Completed => staff::participation_completed(lang),
        EndOfParticipation::Withdrawn => staff::participation_withdrawn(lang),
        EndOfParticipation::ScreenFailure => staff::participation_screen_failure(lang),
        EndOfParticipation::LostToFollowUp => staff::participation_lost_to_follow_up(lang),
    }
}

/// State of an act.
pub(crate) fn state(state: ActState, lang: Lang) -> &'static str {
    use crate::messages::participant as say;
    match state {
        ActState::Holds => say::state_holds(lang),
        ActState::Planned => say::state_planned(lang),
        ActState::Overtaken => say::state_overtaken(lang),
        ActState::Withdrawn => say::state_withdrawn(lang),
    }
}

fn entries(lang: Lang, of: &[EntryId]) -> String {
    list(lang, of.iter().map(short))
}
