//! Sentences about values that are odd, contradict each other or have an impossible day; each names the value and its
//! day.

use std::collections::BTreeMap;

use diary_core::measure::Quantity;
use diary_core::text::Text;
use diary_core::time::DiaryDay;

use crate::messages::report as say;

use super::Sections;
use crate::report::{
    Backfilled, ChangeLine, Difference, OddAnswers, OddDoses, OddUnits, Outside, OutsideEntry, ZoneDoubt,
    words,
};

/// Values of one line; earlier ones are counted.
const SHOWN_VALUES: usize = 3;

impl Sections<'_> {
    /// `58.2 °C on 4 Mar, 60 °C on 5 Mar, 2 earlier`.
    fn odd_values(&self, values: &[(DiaryDay, String)]) -> String {
        let earlier = values.len().saturating_sub(SHOWN_VALUES);
        let shown = values.iter().skip(earlier).map(|(day, value)| {
            let day = self.dates().date(*day);
            say::value_on_day(self.lang, value, day)
        });
        let mut shown: Vec<String> = shown.collect();
        if earlier > 0 {
            shown.push(say::earlier_values(self.lang, earlier));
        }
        shown.join(say::comma(self.lang))
    }

    /// `Temperature 58.2 °C on 4 Mar, outside 34 to 43`.
    pub(super) fn odd_answers(&self, odd: &OddAnswers) -> String {
        let answers: Vec<(DiaryDay, String)> =
            odd.answers.iter().map(|(day, said)| (*day, words::of_study(said, self.lang))).collect();
        let answers = self.odd_values(&answers);
        let label = words::of_study(&odd.label, self.lang);
        let wrong = words::of_study(&odd.wrong, self.lang);
        if words::is_question(&label) {
            say::odd_answer(self.lang, label, answers, wrong)
        } else {
            say::odd_value(self.lang, label, answers, wrong)
        }
    }

    /// `Tacrolimus 3 g on 4 Mar, its units are mg`.
    pub(super) fn odd_units(&self, odd: &OddUnits) -> String {
        let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, self.lang));
        let doses = self.odd_values(&odd.doses.iter().map(of).collect::<Vec<_>>());
        let known: Vec<&str> = odd.known.iter().map(|unit| unit.shown(self.lang)).collect();
        let (name, known) = (words::of_study(&odd.name, self.lang), known.join(say::or(self.lang)));
        say::not_in_as_it_should_be(self.lang, name, doses, known)
    }

    /// `Prednisone -99999 mg on 4 Mar: no dose can be so; counted in no sum`.
    pub(super) fn impossible_doses(&self, odd: &OddDoses) -> String {
        let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, self.lang));
        let doses = self.odd_values(&odd.doses.iter().map(of).collect::<Vec<_>>());
        let name = words::of_study(&odd.name, self.lang);
        say::no_dose_can_be_so_counted(self.lang, name, doses)
    }

    /// A reported change with its remarks: `Methotrexate 10 mg, once a day, from 4 Mar: ...`.
    pub(super) fn change_with_remark(&self, change: &ChangeLine, remark: &Text) -> String {
        let amount = change.dose.as_ref().map(|dose| words::quantity(dose, self.lang));
        let often = change.frequency.map(|often| often.shown(self.lang).to_owned());
        let name = [Some(words::of_study(&change.name, self.lang)), amount]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        let from = self.dates().partial_date(change.from);
        let from = say::from(self.lang, from);
        let parts: Vec<String> = [Some(name), often, Some(from)].into_iter().flatten().collect();
        format!(
            "{}{}{}",
            parts.join(say::comma(self.lang)),
            say::colon(self.lang),
            words::of_study(remark, self.lang)
        )
    }

    /// An entry with contradicting versions.
    pub(super) fn contradicts(
        &self,
        (subject, day): (&Text, DiaryDay),
        differences: &[Difference],
    ) -> String {
        let (subject, day) = (words::of_study(subject, self.lang), self.dates().date(day));
        let values = self.both(differences);
        say::of_versions_contradict_each_other(self.lang, subject, day, values)
    }

    /// A place with several entries that the site has to decide about.
    pub(super) fn undecided_place(
        &self,
        (subject, day): (&Text, DiaryDay),
        (entries, reopened): (usize, bool),
        differences: &[Difference],
    ) -> String {
        let (subject, day) = (words::of_study(subject, self.lang), self.dates().date(day));
        let values = self.both(differences);
        match reopened {
            false => say::of_entries_for_one_place_the(self.lang, subject, day, entries, values),
            true => say::of_entries_for_one_place_more(self.lang, subject, day, entries, values),
        }
    }

    /// Days that were filled in together: `2–4 Mar filled in together on 4 Mar 21:00 to 21:04`.
    pub(super) fn backfilled(&self, sitting: &Backfilled) -> String {
        let days = self.dates().days(&sitting.days);
        let from = self.dates().stamp(sitting.from);
        let to = self.dates().stamp_on(DiaryDay(sitting.from.local.date()), sitting.to);
        say::filled_in_together_to_entries_of(self.lang, from, to, days)
    }

    /// A phone in another zone than its site.
    pub(super) fn zone_doubt(&self, doubt: &ZoneDoubt) -> String {
        let phone = super::number(doubt.device);
        let (zone, site, since) = (doubt.zone, doubt.site, self.dates().date(doubt.since));
        say::phone_lives_in_the_site_in(self.lang, phone, zone.to_string(), site.to_string(), since)
    }

    /// Entries without a column, in one line.
    pub(super) fn outside_in_short(&self, why: Outside, days: &[DiaryDay]) -> String {
        let mut of: Vec<DiaryDay> = days.to_vec();
        of.dedup();
        let (n, days) = (days.len(), self.dates().days(&of));
        match why {
            Outside::Ahead => say::entries_of_days_that_had_not(self.lang, n, days),
            Outside::AfterEnd => say::entries_of_days_after_the_end(self.lang, n, days),
            Outside::OtherParticipant => say::entries_made_under_the_wrong_participant(self.lang, n, days),
            Outside::BeforeDiary => say::entries_received_in_these_days_of(self.lang, n, days),
            Outside::Before => say::entries_received_in_these_days_of_days(self.lang, n, days),
        }
    }

    /// Entries without a column, each with day, content, and when it was received. Those of earlier days of a subject that
    /// came together share a line: they have their places in an earlier report.
    pub(super) fn outside_entries(&self) -> Vec<String> {
        let mut groups: Vec<Vec<&OutsideEntry>> = Vec::new();
        let mut places = BTreeMap::new();
        for entry in &self.report.outside {
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
        groups.iter().filter_map(|group| self.outside_line(group)).collect()
    }

    fn outside_line(&self, group: &[&OutsideEntry]) -> Option<String> {
        let first = group.first()?;
        let mut days: Vec<DiaryDay> = group.iter().map(|entry| entry.day).collect();
        days.dedup();
        let days = self.dates().days(&days);
        let received = self.dates().stamp(first.received);
        let mut about = Vec::new();
        if first.why != Outside::Before {
            about.push(format!("{}{}", say::phone_clock(self.lang), self.dates().stamp(first.recorded)));
        }
        about.push(format!("{}{received}", say::received(self.lang)));
        about.extend(self.origin(&first.origin));
        let what = if group.len() > 1 {
            format!(" ×{}", group.len())
        } else {
            match words::of_study(&first.says, self.lang).as_str() {
                "" => String::new(),
                says => format!("{}{says}", say::colon(self.lang)),
            }
        };
        Some(format!("{days} {}{what}{}", words::of_study(&first.subject, self.lang), self.remarks(&about)))
    }

    /// Differences between two versions: `Fatigue: Tired / Very tired; 2 more`.
    fn both(&self, differences: &[Difference]) -> String {
        let said = |text: &Text| match words::of_study(text, self.lang).as_str() {
            "" => say::no_answer(self.lang).to_owned(),
            text => text.to_owned(),
        };
        let one = |d: &Difference| {
            words::labelled(
                &words::of_study(&d.label, self.lang),
                &format!("{} / {}", said(&d.before), said(&d.after)),
                self.lang,
            )
        };
        let mut shown: Vec<String> = differences.iter().take(SHOWN_VALUES).map(one).collect();
        let more = differences.len().saturating_sub(SHOWN_VALUES);
        if more > 0 {
            shown.push(say::more_differences(self.lang, more));
        }
        if shown.is_empty() {
            return say::they_say_the_same(self.lang).to_owned();
        }
        shown.join(say::semicolon(self.lang))
    }
}
