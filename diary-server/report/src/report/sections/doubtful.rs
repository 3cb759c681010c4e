//! Sentences about values that are odd, contradict each other or have an impossible day; each names the value and its
//! day.

use std::collections::BTreeMap;

use diary_core::measure::Quantity;
use diary_core::text::{Lang, Text};
use diary_core::time::DiaryDay;

use crate::messages::report as say;

use super::{origin, remarks};
use crate::report::{
    Backfilled, ChangeLine, Difference, OddAnswers, OddDoses, OddUnits, Outside, OutsideEntry, Report,
    ZoneDoubt, words,
};

/// Values of one line; earlier ones are counted.
const SHOWN_VALUES: usize = 3;

/// `58.2 °C on 4 Mar, 60 °C on 5 Mar, 2 earlier`.
fn values(report: &Report, values: &[(DiaryDay, String)], lang: Lang) -> String {
    let earlier = values.len().saturating_sub(SHOWN_VALUES);
    let shown = values.iter().skip(earlier).map(|(day, value)| {
        let day = words::date(*day, report.year(), lang);
        say::value_on_day(lang, value, day)
    });
    let mut shown: Vec<String> = shown.collect();
    if earlier > 0 {
        shown.push(say::earlier_values(lang, earlier));
    }
    shown.join(say::comma(lang))
}

/// `Temperature 58.2 °C on 4 Mar, outside 34 to 43`.
pub(super) fn odd(report: &Report, odd: &OddAnswers, lang: Lang) -> String {
    let answers: Vec<(DiaryDay, String)> =
        odd.answers.iter().map(|(day, said)| (*day, words::of_study(said, lang))).collect();
    let answers = values(report, &answers, lang);
    let label = words::of_study(&odd.label, lang);
    let wrong = words::of_study(&odd.wrong, lang);
    if words::is_question(&label) {
        say::odd_answer(lang, label, answers, wrong)
    } else {
        say::odd_value(lang, label, answers, wrong)
    }
}

/// `Tacrolimus 3 g on 4 Mar, its units are mg`.
pub(super) fn units(report: &Report, odd: &OddUnits, lang: Lang) -> String {
    let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, lang));
    let doses = values(report, &odd.doses.iter().map(of).collect::<Vec<_>>(), lang);
    let known: Vec<&str> = odd.known.iter().map(|unit| unit.shown(lang)).collect();
    let (name, known) = (words::of_study(&odd.name, lang), known.join(say::or(lang)));
    say::not_in_as_it_should_be(lang, name, doses, known)
}

/// `Prednisone -99999 mg on 4 Mar: no dose can be so; counted in no sum`.
pub(super) fn impossible_doses(report: &Report, odd: &OddDoses, lang: Lang) -> String {
    let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, lang));
    let doses = values(report, &odd.doses.iter().map(of).collect::<Vec<_>>(), lang);
    let name = words::of_study(&odd.name, lang);
    say::no_dose_can_be_so_counted(lang, name, doses)
}

/// A reported change with its remarks: `Methotrexate 10 mg, once a day, from 4 Mar: ...`.
pub(super) fn change(report: &Report, change: &ChangeLine, remark: &Text, lang: Lang) -> String {
    let amount = change.dose.as_ref().map(|dose| words::quantity(dose, lang));
    let often = change.frequency.map(|often| often.shown(lang).to_owned());
    let name = [Some(words::of_study(&change.name, lang)), amount]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let from = words::partial_date(change.from, report.year(), lang);
    let from = say::from(lang, from);
    let parts: Vec<String> = [Some(name), often, Some(from)].into_iter().flatten().collect();
    format!("{}{}{}", parts.join(say::comma(lang)), say::colon(lang), words::of_study(remark, lang))
}

/// Differences between two versions: `Fatigue: Tired / Very tired; 2 more`.
fn both(differences: &[Difference], lang: Lang) -> String {
    let said = |text: &Text| match words::of_study(text, lang).as_str() {
        "" => say::no_answer(lang).to_owned(),
        text => text.to_owned(),
    };
    let one = |d: &Difference| {
        words::labelled(
            &words::of_study(&d.label, lang),
            &format!("{} / {}", said(&d.before), said(&d.after)),
            lang,
        )
    };
    let mut shown: Vec<String> = differences.iter().take(SHOWN_VALUES).map(one).collect();
    let more = differences.len().saturating_sub(SHOWN_VALUES);
    if more > 0 {
        shown.push(say::more_differences(lang, more));
    }
    if shown.is_empty() {
        return say::they_say_the_same(lang).to_owned();
    }
    shown.join(say::semicolon(lang))
}

/// An entry with contradicting versions.
pub(super) fn contradicts(
    report: &Report,
    (subject, day): (&Text, DiaryDay),
    differences: &[Difference],
    lang: Lang,
) -> String {
    let (subject, day) = (words::of_study(subject, lang), words::date(day, report.year(), lang));
    let values = both(differences, lang);
    say::of_versions_contradict_each_other(lang, subject, day, values)
}

/// A place with several entries that the site has to decide about.
pub(super) fn undecided(
    report: &Report,
    (subject, day): (&Text, DiaryDay),
    (entries, reopened): (usize, bool),
    differences: &[Difference],
    lang: Lang,
) -> String {
    let (subject, day) = (words::of_study(subject, lang), words::date(day, report.year(), lang));
    let values = both(differences, lang);
    match reopened {
        false => say::of_entries_for_one_place_the(lang, subject, day, entries, values),
        true => say::of_entries_for_one_place_more(lang, subject, day, entries, values),
    }
}

/// Days that were filled in together: `2–4 Mar filled in together on 4 Mar 21:00 to 21:04`.
pub(super) fn backfilled(report: &Report, sitting: &Backfilled, lang: Lang) -> String {
    let year = report.year();
    let days = words::days(&sitting.days, year, lang);
    let from = words::stamp(sitting.from, year, lang);
    let to = words::stamp_on(DiaryDay(sitting.from.local.date()), sitting.to, year, lang);
    say::filled_in_together_to_entries_of(lang, from, to, days)
}

/// A phone in another zone than its site.
pub(super) fn zone(report: &Report, doubt: &ZoneDoubt, lang: Lang) -> String {
    let phone = super::number(doubt.device);
    let (zone, site, since) = (doubt.zone, doubt.site, words::date(doubt.since, report.year(), lang));
    say::phone_lives_in_the_site_in(lang, phone, zone.to_string(), site.to_string(), since)
}

/// Entries without a column, in one line.
pub(super) fn outside_in_short(report: &Report, why: Outside, days: &[DiaryDay], lang: Lang) -> String {
    let mut of: Vec<DiaryDay> = days.to_vec();
    of.dedup();
    let (n, days) = (days.len(), words::days(&of, report.year(), lang));
    match why {
        Outside::Ahead => say::entries_of_days_that_had_not(lang, n, days),
        Outside::AfterEnd => say::entries_of_days_after_the_end(lang, n, days),
        Outside::OtherParticipant => say::entries_made_under_the_wrong_participant(lang, n, days),
        Outside::BeforeDiary => say::entries_received_in_these_days_of(lang, n, days),
        Outside::Before => say::entries_received_in_these_days_of_days(lang, n, days),
    }
}

/// Entries without a column, each with day, content, and when it was received. Those of earlier days of a subject that
/// came together share a line: they have their places in an earlier report.
pub(super) fn outside(report: &Report, lang: Lang) -> Vec<String> {
    let mut groups: Vec<Vec<&OutsideEntry>> = Vec::new();
    let mut places = BTreeMap::new();
    for entry in &report.outside {
        let at = match entry.why {
            Outside::Before => {
                *places.entry((&entry.subject, entry.received, &entry.origin)).or_insert(groups.len())
            }
            Outside::Ahead | Outside::AfterEnd | Outside::OtherParticipant | Outside::BeforeDiary => {
                groups.len()
            }
        };
        match groups.get_mut(at) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups.iter().filter_map(|group| line(report, group, lang)).collect()
}

fn line(report: &Report, group: &[&OutsideEntry], lang: Lang) -> Option<String> {
    let first = group.first()?;
    let year = report.year();
    let mut days: Vec<DiaryDay> = group.iter().map(|entry| entry.day).collect();
    days.dedup();
    let days = words::days(&days, year, lang);
    let received = words::stamp(first.received, year, lang);
    let mut about = Vec::new();
    if first.why != Outside::Before {
        about.push(format!("{}{}", say::phone_clock(lang), words::stamp(first.recorded, year, lang)));
    }
    about.push(format!("{}{received}", say::received(lang)));
    about.extend(origin(report, &first.origin, lang));
    let what = if group.len() > 1 {
        format!(" ×{}", group.len())
    } else {
        match words::of_study(&first.says, lang).as_str() {
            "" => String::new(),
            says => format!("{}{says}", say::colon(lang)),
        }
    };
    Some(format!("{days} {}{what}{}", words::of_study(&first.subject, lang), remarks(&about, lang)))
}
