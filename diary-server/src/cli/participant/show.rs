//! `participant show`: the present state of one participant.

use diary_core::text::{self, Lang};
use diary_core::time::UtcMillis;
use serde_json::json;

use crate::audit::Account;
use crate::cli::output::short;
use crate::cli::phones::{allowance, state};
use crate::cli::worklist::findings;
use crate::cli::{Exit, Output, Refusal};
use crate::site::SiteServices;
use crate::site::acts::plausible;
use crate::site::acts::words::end_of_participation;
use crate::site::devices::access::PhoneView;
use crate::site::participants::show::{InfusionShown, ParticipantView, SetBy, VisitShown};
use diary_store::Participant;

pub(super) async fn run(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    lang: Lang,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let shown = desk.participants().show(by, participant).await?;
    let study = desk.setting().await?.study;
    let mut json = serde_json::to_value(&shown).map_err(std::io::Error::other)?;
    let phones: Vec<_> = shown
        .phones
        .iter()
        .map(|phone| {
            let (word, since) = state(phone.state);
            json!({ "number": phone.number, "device": phone.device, "state": word, "revoked": since })
        })
        .collect();
    json["phones"] = phones.into();
    let needs = findings(&study, lang, shown.zone, &shown.findings);
    out.say(&json, || text(&shown, &needs, lang))?;
    Ok(Exit::Done)
}

fn text(shown: &ParticipantView, needs: &[String], lang: Lang) -> String {
    let mut sections: Vec<(&str, Vec<String>)> =
        vec![("Participant", participant(shown)), ("Phones", phones(shown)), ("Diary", diary(shown))];
    let anchors = shown.anchors.iter().map(|anchor| match &anchor.set {
        Some((day, by)) => {
            format!("{} ({}): {day} {}", anchor.anchor, anchor.title.get(lang), set(shown, by))
        }
        None => format!("{} ({}): not set", anchor.anchor, anchor.title.get(lang)),
    });
    sections.push(("Anchors", anchors.collect()));
    sections.push(("Regimen", shown.regimen.clone()));
    sections.push(("Visits", or_none(visits(shown))));
    sections.push(("Infusions", or_none(infusions(shown))));
    if let Some(end) = &shown.end {
        let mut lines = vec![format!(
            "{}, last day {} {}",
            end_of_participation(end.how, lang),
            end.last,
            set(shown, &end.set)
        )];
        if end.later_entries > 0 {
            lines.push(format!("{} entries of later days are kept apart", end.later_entries));
        }
        sections.push(("End of participation", lines));
    }
    if !shown.not_theirs.is_empty() {
        sections.push(("Entries of another participant", vec![shown.not_theirs.join(", ")]));
    }
    let taken = shown.taken_over.iter().map(|one| {
        let from = one.subject.clone().unwrap_or_else(|| format!("vault {}", one.from));
        format!("{} from {from} {}", one.entries.join(", "), set(shown, &one.set))
    });
    let taken: Vec<String> = taken.collect();
    if !taken.is_empty() {
        sections.push(("Entries taken over", taken));
    }
    let mut needs = needs.to_vec();
    if shown.aside > 0 {
        needs.push(format!("{} parcels are not in the record: `quarantine list`", shown.aside));
    }
    sections.push(("To do", or_none(needs)));
    let lines = |lines: Vec<String>| {
        lines.iter().map(|line| format!("  {}\n", text::shown(line))).collect::<String>()
    };
    sections.into_iter().map(|(title, of)| format!("{title}\n{}", lines(of))).collect()
}

fn moment(shown: &ParticipantView, at: UtcMillis) -> String {
    shown.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}

fn because(reason: Option<&String>) -> String {
    reason.map_or_else(String::new, |reason| format!(", because: {reason}"))
}

fn set(shown: &ParticipantView, set: &SetBy) -> String {
    let (at, reason) = (moment(shown, set.at), because(set.reason.as_ref()));
    format!("(act {} by {} {at}{reason})", set.short, set.by)
}

fn participant(shown: &ParticipantView) -> Vec<String> {
    let (added, vault) = (moment(shown, shown.added), shown.vault);
    let mut lines = vec![format!(
        "{} at site {} ({}), added {added}, vault {vault}",
        shown.subject, shown.site, shown.zone
    )];
    lines.extend(shown.numbers.history.iter().map(|change| {
        let (at, reason) = (moment(shown, change.at), because(change.reason.as_ref()));
        format!("{} ({} {at}{reason})", change.what, change.by)
    }));
    if !shown.numbers.linked.is_empty() {
        lines.push(format!("same person as {}", shown.numbers.linked.join(", ")));
    }
    lines
}

fn phones(shown: &ParticipantView) -> Vec<String> {
    let phone = |phone: &PhoneView| {
        let number = phone.number.map_or_else(|| "not confirmed".to_owned(), |n| format!("phone {n}"));
        let (word, since) = state(phone.state);
        let since = since.map_or_else(String::new, |at| format!(" {}", moment(shown, at)));
        let key = short(&phone.device.to_string());
        let allowance = allowance(phone).map_or_else(String::new, |said| format!(", {said}"));
        format!("{number}: {word}{since}, joined {}, key {key}{allowance}", moment(shown, phone.joined))
    };
    let last = shown.last_contact;
    let last =
        last.map_or_else(|| "no contact yet".to_owned(), |at| format!("last contact {}", moment(shown, at)));
    shown.phones.iter().map(phone).chain([last]).collect()
}

fn diary(shown: &ParticipantView) -> Vec<String> {
    let first = shown.first_day.map_or_else(|| "not begun".to_owned(), |day| format!("first day {day}"));
    let versions: Vec<String> = shown.recorded_under.iter().map(ToString::to_string).collect();
    let under = match versions.as_slice() {
        [] => String::new(),
        versions => format!(", made under version {}", versions.join(", ")),
    };
    vec![
        format!("{first}, {} entries{under}", shown.entries),
        format!("study version {}", shown.study_version),
    ]
}

fn visits(shown: &ParticipantView) -> Vec<String> {
    let visit = |visit: &VisitShown| {
        let state = match (visit.held, visit.day <= shown.today) {
            (true, _) => "held",
            (false, true) => "planned; record it again once it was held",
            (false, false) => "planned",
        };
        format!("{}, {}, {state} {}", visit.day, visit.kind, set(shown, &visit.set))
    };
    shown.visits.iter().map(visit).collect()
}

fn infusions(shown: &ParticipantView) -> Vec<String> {
    let infusion = |one: &InfusionShown| {
        let stop = one.stop.map(|at| format!(" to {}", moment(shown, at)));
        let stop = stop.unwrap_or_else(|| ", not stopped yet".to_owned());
        let unit = if one.other_unit { ", NOT A UNIT OF THE STUDY DRUG" } else { "" };
        let (start, dose) = (moment(shown, one.start), plausible::amount(&one.dose));
        format!("{} day {}: {start}{stop}, {dose}{unit} {}", one.cycle, one.day, set(shown, &one.set))
    };
    shown.infusions.iter().map(infusion).collect()
}

fn or_none(lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() { vec!["none".to_owned()] } else { lines }
}
