//! Sentences about findings that need attention.

use std::collections::BTreeMap;

use diary_core::ids::RuleId;
use diary_core::measure::Quantity;
use diary_core::study::Severity;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::{doubtful, number, remarks};
use crate::report::course::CycleDay;
use crate::report::{
    Bracket, ClockDoubt, ClockProblem, Finding, OnDays, Report, RuleFinding, RuleHit, entry, words,
};
use crate::staff_words::unmerged;

/// Largest number of hits of one rule in the first lines; all are in a list of their own.
const SHOWN_HITS: usize = 3;

/// One finding in a sentence.
pub(super) fn sentence(
    report: &Report,
    alerts: &BTreeMap<&RuleId, &RuleFinding>,
    found: &Finding,
    lang: Lang,
) -> String {
    let here = |at| words::stamp(entry::here(at, report.zone), report.year(), lang);
    let on = |days: &[_]| words::days(days, report.year(), lang);
    let colon = say::colon(lang);
    let of = |title: &diary_core::text::Text| words::of_study(title, lang);
    match found {
        Finding::Rule { rule } => {
            alerts.get(rule).map_or_else(String::new, |alert| newest_hits(report, alert, lang))
        }
        Finding::TotalChanged { instrument }
        | Finding::TotalIncomplete { instrument }
        | Finding::NoBaseline { instrument } => total(report, found, instrument, lang),
        Finding::TooSoon { name, pairs } => {
            let pairs: Vec<String> = pairs.iter().map(|p| on(&[p.first, p.second])).collect();
            let text = say::taken_again_within_a_week(lang);
            format!("{}{colon}{text} ({})", of(name), pairs.join("; "))
        }
        Finding::ChangeRemark { change, remark } => doubtful::change(report, change, remark, lang),
        Finding::Odd(odd) => doubtful::odd(report, odd, lang),
        Finding::Units(odd) => doubtful::units(report, odd, lang),
        Finding::ImpossibleDoses(odd) => doubtful::impossible_doses(report, odd, lang),
        Finding::Contradicts { subject, day, differences } => {
            doubtful::contradicts(report, (subject, *day), differences, lang)
        }
        Finding::Undecided { subject, day, entries, reopened, differences } => {
            doubtful::undecided(report, (subject, *day), (*entries, *reopened), differences, lang)
        }
        Finding::Outside { why, days } => doubtful::outside_in_short(report, *why, days, lang),
        Finding::Backfilled(sitting) => doubtful::backfilled(report, sitting, lang),
        Finding::Zone(doubt) => doubtful::zone(report, doubt, lang),
        Finding::ChangeOpen { name, from } => {
            let (name, from) = (of(name), words::partial_date(*from, report.year(), lang));
            say::a_change_from_is_reported_no(lang, name, from)
        }
        Finding::NotMerged { device, why, count, last } => {
            let (phone, why, last) = (number(*device), unmerged(*why, lang).short, here(*last));
            say::parcel_s_of_phone_received_and(lang, *count, phone, why, last)
        }
        Finding::LeftOut { device, entries } => left_out(*device, *entries, lang),
        Finding::NewIncarnation { device, at, count } => new_incarnation(*device, &here(*at), *count, lang),
        Finding::Forked { device, places, last } => forked(*device, *places, &here(*last), lang),
        Finding::AnchorProposed { title, day, .. } => {
            let (anchor, day) = (of(title), words::date(*day, report.year(), lang));
            say::the_participant_reports_for_the_site(lang, day, anchor)
        }
        Finding::FarFromPlan { day, name, taken, planned } => {
            let (day, name) = (words::date(*day, report.year(), lang), words::of_study(name, lang));
            let (taken, planned) = (words::quantity(taken, lang), words::quantity(planned, lang));
            say::on_taken_expected(lang, name, day, taken, planned)
        }
        Finding::InfusionUnit { cycle_day, day, dose } => {
            infusion_unit(cycle_day, &words::date(*day, report.year(), lang), dose, lang)
        }
        Finding::Clock(doubt) => clock(report, doubt, lang),
        Finding::Raw { count, days } => say::entries_cannot_be_explained_by_any(lang, *count, on(days)),
        Finding::NoPhone => say::no_phone_has_been_heard_of(lang).to_owned(),
        Finding::Days { what, days } => format!("{}{colon}{}", on_days(*what, lang), on(days)),
    }
}

fn left_out(device: Option<u16>, entries: u64, lang: Lang) -> String {
    let phone = number(device);
    say::entries_of_phone_are_not_shown(lang, entries, phone)
}

fn infusion_unit(of: &CycleDay, day: &str, dose: &Quantity, lang: Lang) -> String {
    let (cycle, n) = (&of.cycle, of.day);
    let dose = format!("{} {}", dose.value, dose.unit.shown(lang));
    say::infusion_of_day_is_in_a(lang, cycle.as_str(), n, day, dose)
}

fn new_incarnation(device: Option<u16>, at: &str, count: usize, lang: Lang) -> String {
    let (phone, earlier) = (number(device), count.saturating_sub(1));
    match earlier {
        0 => say::restored(lang, phone, at),
        n => say::restored_again(lang, phone, at, n),
    }
}

fn forked(device: Option<u16>, places: usize, last: &str, lang: Lang) -> String {
    let phone = number(device);
    say::phone_and_a_copy_of_it(lang, phone, places, last)
}

fn on_days(what: OnDays, lang: Lang) -> &'static str {
    match what {
        OnDays::Newer => say::newer_entries(lang),
        OnDays::Conflicts => say::more_entries_whose_versions_contradict(lang),
        OnDays::Duplicates => say::more_places_with_several_entries_not(lang),
        OnDays::StillOnPhone => say::still_on_the_phone_not_received(lang),
        OnDays::Unknown => say::unknown_phone_not_heard_of_since(lang),
        OnDays::Missed => say::missed_entries_checks_or_answers_on(lang),
        OnDays::ClaimedAuthor => say::a_phone_sent_entries_that_claim(lang),
        OnDays::ImpossibleTime => say::a_time_that_cannot_be_is(lang),
        OnDays::EnteredByOthers => say::entered_by_somebody_else(lang),
    }
}

fn total(report: &Report, found: &Finding, instrument: &diary_core::ids::InstrumentId, lang: Lang) -> String {
    let Some(series) = report.totals.iter().find(|series| series.instrument == *instrument) else {
        return String::new();
    };
    let (title, colon) = (words::of_study(&series.title, lang), say::colon(lang));
    let text = match (found, series.last()) {
        (Finding::NoBaseline { .. }, _) | (_, None) => {
            say::no_complete_total_from_before_the(lang).to_owned()
        }
        (_, Some(last)) => {
            format!(
                "{}{colon}{}",
                words::date(last.day, report.year(), lang),
                words::total(series.max, last, report.year(), lang)
            )
        }
    };
    format!("{title}{colon}{text}")
}

fn clock(report: &Report, doubt: &ClockDoubt, lang: Lang) -> String {
    if let Some(bracket) = &doubt.bracket {
        return compared(report, doubt.device, bracket, lang);
    }
    let (phone, minutes, at) =
        (number(doubt.device), duration(doubt.minutes, lang), words::stamp(doubt.at, report.year(), lang));
    let what = match doubt.problem {
        ClockProblem::Ahead => say::clock_ran_ahead(lang),
        ClockProblem::Set => say::clock_was_set(lang),
        ClockProblem::Backwards => say::clock_went_back(lang),
        ClockProblem::Off { ahead: true } => say::clock_was_ahead(lang),
        ClockProblem::Off { ahead: false } => say::clock_was_behind(lang),
    };
    say::clock_of_phone_by_up_to(lang, phone, what, minutes, at)
}

/// Offset of a clock from the server's: `3 h 2 min to 3 h 4 min ahead between 2 Mar 09:00 and 4 Mar 21:10`.
fn compared(report: &Report, device: Option<u16>, bracket: &Bracket, lang: Lang) -> String {
    let (phone, from, to) = (
        number(device),
        words::stamp(bracket.from, report.year(), lang),
        words::stamp(bracket.to, report.year(), lang),
    );
    let (least, most) = (duration(bracket.least, lang), duration(bracket.most, lang));
    let by = if least == most { least } else { format!("{least}{}{most}", say::range_to(lang)) };
    let when = if bracket.from == bracket.to {
        say::on_instant(lang, from)
    } else {
        say::between_and(lang, from, to)
    };
    match bracket.ahead {
        true => say::clock_of_phone_was_ahead_its(lang, phone, by, when),
        false => say::clock_of_phone_was_behind_its(lang, phone, by, when),
    }
}

/// A number of minutes in words.
pub(super) fn duration(minutes: i64, lang: Lang) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let parts = [
        (days, say::days_short(lang, days)),
        (hours, say::hours_short(lang, hours)),
        (rest, say::minutes_short(lang, rest)),
    ];
    let shown = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, part)| part);
    shown
        .reduce(|longer, shorter| say::duration(lang, longer, shorter))
        .unwrap_or_else(|| say::minutes_short(lang, 0))
}

fn newest_hits(report: &Report, alert: &RuleFinding, lang: Lang) -> String {
    let earlier = alert.hits.len().saturating_sub(SHOWN_HITS);
    let hits: Vec<String> = alert.hits.iter().skip(earlier).map(|hit| self::hit(report, hit, lang)).collect();
    let more = match earlier {
        0 => String::new(),
        n => say::earlier_hits(lang, n),
    };
    format!("{}{}{}{more}", name(alert, lang), say::colon(lang), hits.join(say::comma(lang)))
}

fn name(alert: &RuleFinding, lang: Lang) -> String {
    let severity = match alert.severity {
        Severity::Emergency => say::severity_emergency(lang),
        Severity::Call => say::severity_call(lang),
        Severity::Notice => say::severity_notice(lang),
    };
    format!("{}{}", words::of_study(&alert.title, lang), remarks(&[severity.to_owned()], lang))
}

fn hit(report: &Report, hit: &RuleHit, lang: Lang) -> String {
    let mut parts = Vec::new();
    if !hit.because.get(lang).is_empty() {
        parts.push(words::of_study(&hit.because, lang));
    }
    match (hit.met, hit.shown) {
        (Some(true), false) => {
            parts.push(say::no_record_that_the_instruction_was(lang).to_owned());
        }
        (Some(false), _) => parts.push(say::shown_the_answer_was_corrected_since(lang).to_owned()),
        (None, _) if hit.unfinished => parts.push(say::shown_the_answers_were_not_finished(lang).to_owned()),
        (Some(true) | None, _) => {}
    }
    if hit.shown && hit.acknowledged.is_none() {
        parts.push(say::not_confirmed_as_read(lang).to_owned());
    }
    if hit.counted != hit.day {
        let (day, received) =
            (words::date(hit.day, report.year(), lang), words::date(hit.received, report.year(), lang));
        parts.push(say::dated_by_a_wrong_clock_received(lang, day, received));
    }
    if hit.unmerged {
        let waits = say::received_not_yet_part_of_the(lang);
        parts.push(waits.to_owned());
    }
    if let Some(handled) = &hit.handled {
        let at = words::stamp(entry::here(handled.at, report.zone), report.year(), lang);
        parts.push(say::dealt_with_by(lang, &handled.by, at, &handled.what));
    }
    if let Some(visit) = hit.visited {
        let visit = words::date(visit, report.year(), lang);
        parts.push(say::visit_on(lang, visit));
    }
    format!("{}{}", words::stamp(hit.at, report.year(), lang), remarks(&parts, lang))
}

/// All hits of rules with more than the first lines show.
pub(super) fn all(report: &Report, lang: Lang) -> Vec<String> {
    let many = report.alerts.iter().filter(|alert| alert.hits.len() > SHOWN_HITS);
    many.map(|alert| {
        let hits: Vec<String> = alert.hits.iter().map(|hit| self::hit(report, hit, lang)).collect();
        format!("{}{}{}", name(alert, lang), say::colon(lang), hits.join(say::comma(lang)))
    })
    .collect()
}
