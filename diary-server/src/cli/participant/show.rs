//! `participant show`: the present state of one participant.

use diary_core::text::{self, Lang};
use diary_core::time::UtcMillis;
use serde_json::json;

use crate::audit::Account;
use crate::cli::output::short;
use crate::cli::phones::{allowance, code, loan, revoked, state};
use crate::cli::words::acts::{end_of_participation, interruptions_in};
use crate::cli::words::regimen::in_lines;
use crate::cli::words::{amount, because, list};
use crate::cli::worklist::findings;
use crate::cli::{CommandError, Exit, Output};
use crate::messages::{common as shared, participant as say};
use crate::site::SiteServices;
use crate::site::devices::access::PhoneView;
use crate::site::participants::numbers::NumberDeed;
use crate::site::participants::show::{InfusionShown, ParticipantView, SetBy, VisitShown};
use crate::words::dates::DateForm;
use diary_store::Participant;

pub(super) async fn run(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let lang = out.lang();
    let shown = desk.participants().show(by, participant).await?;
    let study = desk.setting().await?.study;
    let mut json = serde_json::to_value(&shown).map_err(std::io::Error::other)?;
    let phones: Vec<_> = shown
        .phones
        .iter()
        .map(|phone| {
            let (state, since) = (code(phone.state), revoked(phone.state));
            json!({ "number": phone.number, "device": phone.device, "state": state, "revoked": since })
        })
        .collect();
    json["phones"] = phones.into();
    let regimen = in_lines((&study, lang), &shown.regimen, shown.today);
    json["regimen"] = regimen.clone().into();
    let needs = findings(&study, lang, shown.zone, &shown.findings);
    out.say(&json, || text(&Page { shown: &shown, lang }, regimen, needs))?;
    Ok(Exit::Done)
}

/// The shown content with its language.
struct Page<'a> {
    shown: &'a ParticipantView,
    lang: Lang,
}

fn text(page: &Page<'_>, regimen: Vec<String>, mut needs: Vec<String>) -> String {
    let Page { shown, lang } = *page;
    let mut sections: Vec<(&str, Vec<String>)> = vec![
        (say::section_participant(lang), page.participant()),
        (say::section_phones(lang), page.phones()),
        (say::section_diary(lang), page.diary()),
    ];
    let anchors = shown.anchors.iter().map(|anchor| {
        let (id, title) = (anchor.anchor.to_string(), anchor.title.get(lang));
        match &anchor.set {
            Some((day, by)) => say::anchor_on(lang, id, title, day.to_string(), page.set(by)),
            None => say::anchor_not_set(lang, id, title),
        }
    });
    sections.push((say::section_anchors(lang), anchors.collect()));
    sections.push((say::section_regimen(lang), regimen));
    sections.push((say::section_visits(lang), page.or_none(page.visits())));
    sections.push((say::section_infusions(lang), page.or_none(page.infusions())));
    if let Some(end) = &shown.end {
        let how = end_of_participation(end.how, lang);
        let mut lines = vec![say::ended(lang, how, end.last.to_string(), page.set(&end.set))];
        if end.later_entries > 0 {
            lines.push(say::later_entries(lang, end.later_entries));
        }
        sections.push((say::section_end(lang), lines));
    }
    if !shown.not_theirs.is_empty() {
        sections.push((say::section_others(lang), vec![list(lang, &shown.not_theirs)]));
    }
    let taken = shown.taken_over.iter().map(|one| {
        let vault = || say::from_vault(lang, one.from.to_string());
        let from = one.subject.clone().unwrap_or_else(vault);
        say::taken_over(lang, list(lang, &one.entries), from, page.set(&one.set))
    });
    let taken: Vec<String> = taken.collect();
    if !taken.is_empty() {
        sections.push((say::section_taken_over(lang), taken));
    }
    if shown.aside > 0 {
        needs.push(say::not_in_record(lang, shown.aside));
    }
    sections.push((say::section_to_do(lang), page.or_none(needs)));
    let lines = |lines: Vec<String>| {
        lines.iter().map(|line| format!("  {}\n", text::shown(line))).collect::<String>()
    };
    sections.into_iter().map(|(title, of)| format!("{title}\n{}", lines(of))).collect()
}

impl Page<'_> {
    fn moment(&self, at: UtcMillis) -> String {
        DateForm::Iso.moment(self.lang, self.shown.zone, at)
    }

    fn set(&self, set: &SetBy) -> String {
        let because = because(self.lang, set.reason.as_ref());
        say::set_by(self.lang, &set.short, &set.by, self.moment(set.at), because)
    }

    fn or_none(&self, lines: Vec<String>) -> Vec<String> {
        if lines.is_empty() { vec![shared::none(self.lang).to_owned()] } else { lines }
    }

    fn participant(&self) -> Vec<String> {
        let Self { shown, lang } = *self;
        let (site, zone, vault) = (shown.site.to_string(), shown.zone.to_string(), shown.vault.to_string());
        let mut lines =
            vec![say::subject_line(lang, &shown.subject, site, zone, self.moment(shown.added), vault)];
        lines.extend(shown.numbers.history.iter().map(|change| {
            let what = match &change.what {
                NumberDeed::Renamed { was, now } => say::number_renamed(lang, was, now),
                NumberDeed::Linked { with } => say::number_linked(lang, with),
                NumberDeed::Unlinked { with } => say::number_unlinked(lang, with),
            };
            let because = because(lang, change.reason.as_ref());
            say::number_change(lang, what, &change.by, self.moment(change.at), because)
        }));
        if !shown.numbers.linked.is_empty() {
            lines.push(say::same_person(lang, list(lang, &shown.numbers.linked)));
        }
        lines
    }

    fn phones(&self) -> Vec<String> {
        let Self { shown, lang } = *self;
        let phone = |phone: &PhoneView| {
            let unconfirmed = || say::phone_not_confirmed(lang).to_owned();
            let number = phone.number.map_or_else(unconfirmed, |number| say::phone_numbered(lang, number));
            let since = revoked(phone.state).map_or_else(String::new, |at| format!(" {}", self.moment(at)));
            let state = format!("{}{since}", state(lang, phone.state));
            let key = short(&phone.device.to_string());
            let line = say::phone_line(lang, number, state, self.moment(phone.joined), key);
            list(lang, std::iter::once(line).chain(loan(lang, phone)).chain(allowance(lang, phone)))
        };
        let last = match shown.last_contact {
            Some(at) => say::last_contact(lang, self.moment(at)),
            None => say::no_contact_yet(lang).to_owned(),
        };
        shown.phones.iter().map(phone).chain([last]).collect()
    }

    fn diary(&self) -> Vec<String> {
        let Self { shown, lang } = *self;
        let first = match shown.first_day {
            Some(day) => say::diary_begun(lang, day.to_string(), shown.entries),
            None => say::diary_not_begun(lang, shown.entries),
        };
        let under = match shown.recorded_under.is_empty() {
            true => String::new(),
            false => say::made_under(lang, list(lang, shown.recorded_under.iter().map(u32::to_string))),
        };
        vec![format!("{first}{under}"), say::study_version(lang, shown.study_version)]
    }

    fn visits(&self) -> Vec<String> {
        let visit = |visit: &VisitShown| {
            let said = match (visit.held, visit.day <= self.shown.today) {
                (true, _) => say::visit_held,
                (false, true) => say::visit_to_record,
                (false, false) => say::visit_planned,
            };
            said(self.lang, visit.day.to_string(), &visit.kind, self.set(&visit.set))
        };
        self.shown.visits.iter().map(visit).collect()
    }

    fn infusions(&self) -> Vec<String> {
        let lang = self.lang;
        let infusion = |one: &InfusionShown| {
            let unit = if one.other_unit { say::other_unit(lang) } else { "" };
            let (start, dose) = (self.moment(one.start), amount(lang, &one.dose));
            let (cycle, day, set) = (one.cycle.to_string(), one.day, self.set(&one.set));
            let said = match one.stop {
                Some(stop) => say::infusion_line(lang, cycle, day, start, self.moment(stop), dose, unit, set),
                None => say::infusion_not_stopped(lang, cycle, day, start, dose, unit, set),
            };
            said + &interruptions_in(lang, self.shown.zone, &one.interruptions)
        };
        self.shown.infusions.iter().map(infusion).collect()
    }
}
