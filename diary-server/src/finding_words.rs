//! Findings of the worklist in sentences, for the command line and the pages.

use diary_core::study::{Severity, Study};
use diary_core::text::{Lang, shown};
use diary_core::time::{UtcMillis, Zone};

use crate::messages::{common, today as plain, worklist as say};
use crate::words::dates::DateForm;
use diary_report::report::{Doubt, Pressing};
use diary_report::worklist::Finding;
use diary_report::worklist::status::AlertStatus;

/// Data from which findings are described in words.
pub(crate) struct FindingWords<'a> {
    pub(crate) study: &'a Study,
    pub(crate) lang: Lang,
    pub(crate) zone: Zone,
    /// Sentences name the command that helps.
    pub(crate) commands: bool,
}

fn list(lang: Lang, items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(common::list_separator(lang))
}

impl FindingWords<'_> {
    /// A finding in a sentence.
    pub(crate) fn finding(&self, finding: &Finding) -> String {
        let lang = self.lang;
        match finding {
            Finding::Alert(alert) => self.alert(alert),
            Finding::Doubtful(one) => self.doubt(one),
            Finding::Unreadable if self.commands => say::unreadable(lang).to_owned(),
            Finding::Unreadable => plain::unreadable(lang).to_owned(),
            Finding::TooLarge if self.commands => say::too_large(lang).to_owned(),
            Finding::TooLarge => plain::too_large(lang).to_owned(),
            Finding::LeftOut { entries } if self.commands => say::left_out(lang, *entries),
            Finding::LeftOut { entries } => plain::left_out(lang, *entries),
            Finding::NoContact { since: Some(since), days } => {
                say::no_contact_since(lang, *days, self.moment(*since))
            }
            Finding::NoContact { since: None, days } => say::nothing_ever_came(lang, *days),
            Finding::PhoneWaits { count, since } => say::phones_wait(lang, *count, self.moment(*since)),
            Finding::Quarantined { count, last } => say::quarantined(lang, *count, self.moment(*last)),
            Finding::Conflicts { entries, places } => {
                let entries = (*entries > 0).then(|| say::contradicting_entries(lang, *entries));
                let places = (*places > 0).then(|| say::places_answered_twice(lang, *places));
                say::to_decide(lang, list(lang, entries.into_iter().chain(places)))
            }
            Finding::Completion { due, done, missed, percent } => {
                say::completion(lang, *percent, *done, *due, *missed, due - done - missed)
            }
            Finding::Unsent { phone, said, days: 0 } => match said {
                Some(at) => say::parcel_not_arrived_after(lang, *phone, self.moment(*at)),
                None => say::parcel_not_arrived(lang, *phone),
            },
            Finding::Unsent { phone, said, days } => match said {
                Some(at) => say::phone_said_holds_entries(lang, *phone, *days, self.moment(*at)),
                None => say::phone_holds_entries(lang, *phone, *days),
            },
            Finding::GrantMissing { count } => say::grant_missing(lang, *count),
            Finding::ToMerge { count } if self.commands => say::to_merge(lang, *count),
            Finding::ToMerge { count } => plain::to_merge(lang, *count),
            Finding::LentPhone { label, ended } => {
                let why = if *ended { say::lent_study_over(lang) } else { say::lent_revoked(lang) };
                match label.is_empty() {
                    true => say::lent_to_return(lang, why),
                    false => say::lent_to_return_labelled(lang, shown(label), why),
                }
            }
            Finding::NoPhone { since: Some(since) } => say::no_phone_in_use(lang, self.moment(*since)),
            Finding::NoPhone { since: None } => say::no_phone_yet(lang).to_owned(),
        }
    }

    fn alert(&self, alert: &AlertStatus) -> String {
        let AlertStatus {
            rule,
            severity,
            times,
            last,
            shown,
            acknowledged,
            pressing,
            unfinished,
            unmerged,
            visited,
            handled,
            entry: _,
        } = alert;
        let lang = self.lang;
        let times_said = match (*times, *pressing) {
            (1, _) => String::new(),
            (times, pressing) if pressing > 0 && pressing < times => {
                say::alert_times_pressing(lang, times, pressing)
            }
            (times, _) => say::alert_times(lang, times),
        };
        let how = match (shown, acknowledged) {
            (true, true) => say::shown_and_read(lang),
            (true, false) => say::shown_not_confirmed(lang),
            (false, _) => say::not_shown(lang),
        };
        let mut details = vec![how.to_owned()];
        details.extend(unfinished.then(|| say::answers_not_finished(lang).to_owned()));
        details.extend(match *unmerged {
            0 => None,
            all if all == *times && self.commands => Some(say::none_in_record(lang).to_owned()),
            some if self.commands => Some(say::some_not_in_record(lang, some)),
            some => Some(plain::not_in_record(lang, some)),
        });
        details.extend(visited.then(|| say::visit_since(lang).to_owned()));
        details.extend(
            handled
                .as_ref()
                .map(|handled| say::dealt_with(lang, &handled.by, self.moment(handled.at), &handled.what)),
        );
        let title = self.study.alarm(rule).map_or(rule.as_str(), |(title, _)| title.get(lang));
        let title = if self.commands { format!("{title} ({rule})") } else { title.to_owned() };
        let alert = say::alert(lang, title, times_said, self.moment(*last), list(lang, details));
        match (severity, *pressing > 0) {
            (Severity::Emergency, true) => say::alert_emergency(lang, alert),
            (Severity::Call, true) => say::alert_call(lang, alert),
            (Severity::Emergency | Severity::Call, false) => say::alert_was_pressing(lang, alert),
            (Severity::Notice, _) => say::alert_notice(lang, alert),
        }
    }

    fn doubt(&self, one: &Pressing) -> String {
        let lang = self.lang;
        let name = one.name.as_ref().map_or("", |name| name.get(lang));
        let phone =
            one.phone.map_or_else(|| say::a_phone(lang).to_owned(), |number| say::phone(lang, number));
        let last = one.last.map_or_else(String::new, |last| say::last(lang, self.dates().day(lang, last)));
        match one.doubt {
            Doubt::Newer => say::doubt_newer(lang, last),
            Doubt::TooSoon => say::doubt_too_soon(lang, name, last),
            Doubt::ChangeRemark => say::doubt_change(lang, name, last),
            Doubt::Units => say::doubt_unit(lang, name, last),
            Doubt::Zone => say::doubt_zone(lang, phone),
            Doubt::Clock => say::doubt_clock(lang, phone, last),
            Doubt::Ahead => say::doubt_ahead(lang, last),
            Doubt::AfterEnd => say::doubt_after_end(lang, last),
            Doubt::BeforeDiary => say::doubt_before_diary(lang, last),
        }
    }

    /// Date and time by the site's clock.
    pub(crate) fn moment(&self, at: UtcMillis) -> String {
        self.dates().moment(self.lang, self.zone, at)
    }

    fn dates(&self) -> DateForm {
        if self.commands { DateForm::Iso } else { DateForm::Read }
    }
}
