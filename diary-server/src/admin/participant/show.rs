//! `participant show`: everything that is in force for one participant.

use diary_core::text::Lang;
use serde_json::json;

use crate::admin::output::short;
use crate::admin::phones::state;
use crate::admin::worklist::findings;
use crate::admin::{Exit, Output, Refusal};
use crate::staff::show::{SetBy, Shown};
use crate::staff::{Account, Desk, plausible};
use crate::store::Participant;

pub(super) async fn run(
    desk: &Desk,
    by: &Account,
    participant: &Participant,
    lang: Lang,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let shown = desk.show(by, participant).await?;
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

fn text(shown: &Shown, needs: &[String], lang: Lang) -> String {
    let moment = |at: diary_core::time::UtcMillis| shown.zone.local(at).format("%Y-%m-%d %H:%M").to_string();
    let set = |set: &SetBy| {
        let reason = set.reason.as_ref().map_or_else(String::new, |reason| format!(", because: {reason}"));
        format!("(act {} by {} {}{reason})", set.short, set.by, moment(set.at))
    };
    let mut sections: Vec<(&str, Vec<String>)> = Vec::new();
    let mut participant = vec![format!(
        "{} at site {} ({}), added {}, vault {}",
        shown.subject,
        shown.site,
        shown.zone,
        moment(shown.added),
        shown.vault
    )];
    participant.extend(shown.numbers.history.iter().map(|change| {
        let reason = change.reason.as_ref().map_or_else(String::new, |reason| format!(", because: {reason}"));
        format!("{} ({} {}{reason})", change.what, change.by, moment(change.at))
    }));
    if !shown.numbers.linked.is_empty() {
        participant.push(format!("same person as {}", shown.numbers.linked.join(", ")));
    }
    sections.push(("Participant", participant));
    let phone = |phone: &crate::staff::phones::PhoneView| {
        let number = phone.number.map_or_else(|| "not confirmed".to_owned(), |n| format!("phone {n}"));
        let (word, since) = state(phone.state);
        let since = since.map_or_else(String::new, |at| format!(" {}", moment(at)));
        let key = short(&phone.device.to_string());
        format!("{number}: {word}{since}, joined {}, key {key}", moment(phone.joined))
    };
    let mut phones: Vec<String> = shown.phones.iter().map(phone).collect();
    phones.push(
        shown
            .last_contact
            .map_or_else(|| "no contact yet".to_owned(), |at| format!("last contact {}", moment(at))),
    );
    sections.push(("Phones", phones));
    let first = shown.first_day.map_or_else(|| "not begun".to_owned(), |day| format!("first day {day}"));
    let versions: Vec<String> = shown.recorded_under.iter().map(ToString::to_string).collect();
    let under = if versions.is_empty() {
        String::new()
    } else {
        format!(", made under version {}", versions.join(", "))
    };
    let study = format!("study version {}", shown.study_version);
    sections.push(("Diary", vec![format!("{first}, {} entries{under}", shown.entries), study]));
    let anchors = shown.anchors.iter().map(|anchor| match &anchor.set {
        Some((day, by)) => format!("{} ({}): {day} {}", anchor.anchor, anchor.title.get(lang), set(by)),
        None => format!("{} ({}): not set", anchor.anchor, anchor.title.get(lang)),
    });
    sections.push(("Anchors", anchors.collect()));
    sections.push(("Regimen", shown.regimen.clone()));
    let visits = shown.visits.iter().map(|visit| {
        let state = match (visit.held, visit.day <= shown.today) {
            (true, _) => "held",
            (false, true) => "planned; record it again once it was held",
            (false, false) => "planned",
        };
        format!("{}, {}, {state} {}", visit.day, visit.kind, set(&visit.set))
    });
    sections.push(("Visits", or_none(visits.collect())));
    let infusions = shown.infusions.iter().map(|one| {
        let stop =
            one.stop.map_or_else(|| ", not stopped yet".to_owned(), |at| format!(" to {}", moment(at)));
        let unit = if one.other_unit { ", NOT A UNIT OF THE STUDY DRUG" } else { "" };
        let (start, dose) = (moment(one.start), plausible::amount(&one.dose));
        format!("{} day {}: {start}{stop}, {dose}{unit} {}", one.cycle, one.day, set(&one.set))
    });
    sections.push(("Infusions", or_none(infusions.collect())));
    if let Some(end) = &shown.end {
        let mut lines = vec![format!("{}, last day {} {}", end.how.shown(lang), end.last, set(&end.set))];
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
        format!("{} from {from} {}", one.entries.join(", "), set(&one.set))
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
    let mut out = String::new();
    for (title, lines) in sections {
        out += &format!("{title}\n");
        for line in lines {
            out += &format!("  {line}\n");
        }
    }
    out
}

fn or_none(lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() { vec!["none".to_owned()] } else { lines }
}
