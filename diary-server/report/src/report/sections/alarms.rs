//! Sentences about findings that need attention.

use std::collections::BTreeMap;

use diary_core::ids::RuleId;
use diary_core::measure::Quantity;
use diary_core::study::Severity;

use crate::messages::report as say;

use super::{Sections, number};
use crate::report::course::CycleDay;
use crate::report::{Bracket, ClockDoubt, ClockProblem, Finding, OnDays, RuleFinding, RuleHit, entry, words};
use crate::staff_words::unmerged;

/// Largest number of hits of one rule in the first lines; all are in a list of their own.
const SHOWN_HITS: usize = 3;

impl Sections<'_> {
    /// One finding in a sentence.
    pub(super) fn sentence(&self, alerts: &BTreeMap<&RuleId, &RuleFinding>, found: &Finding) -> String {
        let here = |at| self.dates().stamp(entry::here(at, self.report.zone));
        let on = |days: &[_]| self.dates().days(days);
        let colon = say::colon(self.lang);
        let of = |title: &diary_core::text::Text| words::of_study(title, self.lang);
        match found {
            Finding::Rule { rule } => {
                alerts.get(rule).map_or_else(String::new, |alert| self.newest_hits(alert))
            }
            Finding::TotalChanged { instrument }
            | Finding::TotalIncomplete { instrument }
            | Finding::NoBaseline { instrument } => self.total_finding(found, instrument),
            Finding::TooSoon { name, pairs } => {
                let pairs: Vec<String> = pairs.iter().map(|p| on(&[p.first, p.second])).collect();
                let text = say::taken_again_within_a_week(self.lang);
                format!("{}{colon}{text} ({})", of(name), pairs.join("; "))
            }
            Finding::ChangeRemark { change, remark } => self.change_with_remark(change, remark),
            Finding::Odd(odd) => self.odd_answers(odd),
            Finding::Units(odd) => self.odd_units(odd),
            Finding::ImpossibleDoses(odd) => self.impossible_doses(odd),
            Finding::Contradicts { subject, day, differences } => {
                self.contradicts((subject, *day), differences)
            }
            Finding::Undecided { subject, day, entries, reopened, differences } => {
                self.undecided_place((subject, *day), (*entries, *reopened), differences)
            }
            Finding::Outside { why, days } => self.outside_in_short(*why, days),
            Finding::Backfilled(sitting) => self.backfilled(sitting),
            Finding::Zone(doubt) => self.zone_doubt(doubt),
            Finding::ChangeOpen { name, from } => {
                let (name, from) = (of(name), self.dates().partial_date(*from));
                say::a_change_from_is_reported_no(self.lang, name, from)
            }
            Finding::NotMerged { device, why, count, last } => {
                let (phone, why, last) = (number(*device), unmerged(*why, self.lang).short, here(*last));
                say::parcel_s_of_phone_received_and(self.lang, *count, phone, why, last)
            }
            Finding::LeftOut { device, entries } => self.left_out(*device, *entries),
            Finding::NewIncarnation { device, at, count } => {
                self.new_incarnation(*device, &here(*at), *count)
            }
            Finding::Forked { device, places, last } => self.forked(*device, *places, &here(*last)),
            Finding::AnchorProposed { title, day, .. } => {
                let (anchor, day) = (of(title), self.dates().date(*day));
                say::the_participant_reports_for_the_site(self.lang, day, anchor)
            }
            Finding::FarFromPlan { day, name, taken, planned } => {
                let (day, name) = (self.dates().date(*day), words::of_study(name, self.lang));
                let (taken, planned) =
                    (words::quantity(taken, self.lang), words::quantity(planned, self.lang));
                say::on_taken_expected(self.lang, name, day, taken, planned)
            }
            Finding::InfusionUnit { cycle_day, day, dose } => {
                self.infusion_unit(cycle_day, &self.dates().date(*day), dose)
            }
            Finding::InfusionAfterPlan { cycle_day, title, ran, planned } => {
                let (ran, planned) = (self.dates().date(*ran), self.dates().date(*planned));
                say::infusion_after_plan(self.lang, of(title), cycle_day.day, ran, planned)
            }
            Finding::Clock(doubt) => self.clock_doubt(doubt),
            Finding::Raw { count, days } => {
                say::entries_cannot_be_explained_by_any(self.lang, *count, on(days))
            }
            Finding::NoPhone => say::no_phone_has_been_heard_of(self.lang).to_owned(),
            Finding::Days { what, days } => format!("{}{colon}{}", self.on_days(*what), on(days)),
        }
    }

    fn total_finding(&self, found: &Finding, instrument: &diary_core::ids::InstrumentId) -> String {
        let Some(series) = self.report.totals.iter().find(|series| series.instrument == *instrument) else {
            return String::new();
        };
        let (title, colon) = (words::of_study(&series.title, self.lang), say::colon(self.lang));
        let text = match (found, series.last()) {
            (Finding::NoBaseline { .. }, _) | (_, None) => {
                say::no_complete_total_from_before_the(self.lang).to_owned()
            }
            (_, Some(last)) => {
                format!("{}{colon}{}", self.dates().date(last.day), self.dates().total(series.max, last))
            }
        };
        format!("{title}{colon}{text}")
    }

    fn clock_doubt(&self, doubt: &ClockDoubt) -> String {
        if let Some(bracket) = &doubt.bracket {
            return self.compared(doubt.device, bracket);
        }
        let (phone, minutes, at) =
            (number(doubt.device), self.duration(doubt.minutes), self.dates().stamp(doubt.at));
        let what = match doubt.problem {
            ClockProblem::Ahead => say::clock_ran_ahead(self.lang),
            ClockProblem::Set => say::clock_was_set(self.lang),
            ClockProblem::Backwards => say::clock_went_back(self.lang),
            ClockProblem::Off { ahead: true } => say::clock_was_ahead(self.lang),
            ClockProblem::Off { ahead: false } => say::clock_was_behind(self.lang),
        };
        say::clock_of_phone_by_up_to(self.lang, phone, what, minutes, at)
    }

    /// Offset of a clock from the server's: `3 h 2 min to 3 h 4 min ahead between 2 Mar 09:00 and 4 Mar 21:10`.
    fn compared(&self, device: Option<u16>, bracket: &Bracket) -> String {
        let (phone, from, to) =
            (number(device), self.dates().stamp(bracket.from), self.dates().stamp(bracket.to));
        let (least, most) = (self.duration(bracket.least), self.duration(bracket.most));
        let by = if least == most { least } else { format!("{least}{}{most}", say::range_to(self.lang)) };
        let when = if bracket.from == bracket.to {
            say::on_instant(self.lang, from)
        } else {
            say::between_and(self.lang, from, to)
        };
        match bracket.ahead {
            true => say::clock_of_phone_was_ahead_its(self.lang, phone, by, when),
            false => say::clock_of_phone_was_behind_its(self.lang, phone, by, when),
        }
    }

    fn newest_hits(&self, alert: &RuleFinding) -> String {
        let earlier = alert.hits.len().saturating_sub(SHOWN_HITS);
        let hits: Vec<String> = alert.hits.iter().skip(earlier).map(|hit| self.hit(hit)).collect();
        let more = match earlier {
            0 => String::new(),
            n => say::earlier_hits(self.lang, n),
        };
        format!(
            "{}{}{}{more}",
            self.rule_name(alert),
            say::colon(self.lang),
            hits.join(say::comma(self.lang))
        )
    }

    fn hit(&self, hit: &RuleHit) -> String {
        let mut parts = Vec::new();
        if !hit.because.get(self.lang).is_empty() {
            parts.push(words::of_study(&hit.because, self.lang));
        }
        match (hit.met, hit.shown) {
            (Some(true), false) => {
                parts.push(say::no_record_that_the_instruction_was(self.lang).to_owned());
            }
            (Some(false), _) => parts.push(say::shown_the_answer_was_corrected_since(self.lang).to_owned()),
            (None, _) if hit.unfinished => {
                parts.push(say::shown_the_answers_were_not_finished(self.lang).to_owned());
            }
            (Some(true) | None, _) => {}
        }
        if hit.shown && hit.acknowledged.is_none() {
            parts.push(say::not_confirmed_as_read(self.lang).to_owned());
        }
        if hit.counted != hit.day {
            let (day, received) = (self.dates().date(hit.day), self.dates().date(hit.received));
            parts.push(say::dated_by_a_wrong_clock_received(self.lang, day, received));
        }
        if hit.unmerged {
            let waits = say::received_not_yet_part_of_the(self.lang);
            parts.push(waits.to_owned());
        }
        if let Some(handled) = &hit.handled {
            let at = self.dates().stamp(entry::here(handled.at, self.report.zone));
            parts.push(say::dealt_with_by(self.lang, &handled.by, at, &handled.what));
        }
        if let Some(visit) = hit.visited {
            let visit = self.dates().date(visit);
            parts.push(say::visit_on(self.lang, visit));
        }
        format!("{}{}", self.dates().stamp(hit.at), self.remarks(&parts))
    }

    /// All hits of rules with more than the first lines show.
    pub(super) fn alerts(&self) -> Vec<String> {
        let many = self.report.alerts.iter().filter(|alert| alert.hits.len() > SHOWN_HITS);
        many.map(|alert| {
            let hits: Vec<String> = alert.hits.iter().map(|hit| self.hit(hit)).collect();
            format!("{}{}{}", self.rule_name(alert), say::colon(self.lang), hits.join(say::comma(self.lang)))
        })
        .collect()
    }

    fn left_out(&self, device: Option<u16>, entries: u64) -> String {
        let phone = number(device);
        say::entries_of_phone_are_not_shown(self.lang, entries, phone)
    }

    fn infusion_unit(&self, of: &CycleDay, day: &str, dose: &Quantity) -> String {
        let (cycle, n) = (&of.cycle, of.day);
        let dose = format!("{} {}", dose.value, dose.unit.shown(self.lang));
        say::infusion_of_day_is_in_a(self.lang, cycle.as_str(), n, day, dose)
    }

    fn new_incarnation(&self, device: Option<u16>, at: &str, count: usize) -> String {
        let (phone, earlier) = (number(device), count.saturating_sub(1));
        match earlier {
            0 => say::restored(self.lang, phone, at),
            n => say::restored_again(self.lang, phone, at, n),
        }
    }

    fn forked(&self, device: Option<u16>, places: usize, last: &str) -> String {
        let phone = number(device);
        say::phone_and_a_copy_of_it(self.lang, phone, places, last)
    }

    fn on_days(&self, what: OnDays) -> &'static str {
        match what {
            OnDays::Newer => say::newer_entries(self.lang),
            OnDays::Conflicts => say::more_entries_whose_versions_contradict(self.lang),
            OnDays::Duplicates => say::more_places_with_several_entries_not(self.lang),
            OnDays::StillOnPhone => say::still_on_the_phone_not_received(self.lang),
            OnDays::Unknown => say::unknown_phone_not_heard_of_since(self.lang),
            OnDays::Missed => say::missed_entries_checks_or_answers_on(self.lang),
            OnDays::ClaimedAuthor => say::a_phone_sent_entries_that_claim(self.lang),
            OnDays::ImpossibleTime => say::a_time_that_cannot_be_is(self.lang),
            OnDays::EnteredByOthers => say::entered_by_somebody_else(self.lang),
        }
    }

    /// A number of minutes in words.
    pub(super) fn duration(&self, minutes: i64) -> String {
        let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
        let parts = [
            (days, say::days_short(self.lang, days)),
            (hours, say::hours_short(self.lang, hours)),
            (rest, say::minutes_short(self.lang, rest)),
        ];
        let shown = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, part)| part);
        shown
            .reduce(|longer, shorter| say::duration(self.lang, longer, shorter))
            .unwrap_or_else(|| say::minutes_short(self.lang, 0))
    }

    fn rule_name(&self, alert: &RuleFinding) -> String {
        let severity = match alert.severity {
            Severity::Emergency => say::severity_emergency(self.lang),
            Severity::Call => say::severity_call(self.lang),
            Severity::Notice => say::severity_notice(self.lang),
        };
        format!("{}{}", words::of_study(&alert.title, self.lang), self.remarks(&[severity.to_owned()]))
    }
}
