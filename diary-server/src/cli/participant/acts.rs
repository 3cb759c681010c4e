//! Acts on a participant: recorded, repeated in full for checking, listed with their histories.

use diary_core::act::ActContent;
use diary_core::readers;
use diary_core::text::shown;
use diary_core::time::{UtcMillis, Zone};
use serde_json::json;

use crate::audit::Account;
use crate::cli::args::CivilTime;
use crate::cli::args::participant::InfusionArgs;
use crate::cli::{Exit, Output, Refusal};
use crate::site::acts::before::short;
use crate::site::acts::{ActLine, Words};
use crate::site::regimen::{RegimenInput, in_lines};
use crate::site::{InfusionInput, Made, Saying, SiteServices};
use crate::toml_place;
use diary_store::Participant;

/// Prints an act in full for checking: its content, the previous content, and its id.
pub(super) async fn echo(
    desk: &SiteServices,
    participant: &Participant,
    made: &Made,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let setting = desk.setting().await?;
    let regimen = desk.record(participant.vault).await?.regimen();
    let words = Words { study: &setting.study, zone: setting.zone(&desk.keys), regimen: &regimen };
    let (subject, act) = (&participant.subject, &made.act);
    let what = words.content(&act.content);
    let was = made.was.as_ref().map(|was| words.content(&was.content));
    let json = json!({
        "subject": subject, "act": act.id, "kind": act.content.kind(), "content": act.content, "what": what,
        "by": act.by, "at": act.at, "reason": act.reason, "replaces": act.replaces, "was": was,
    });
    out.say(&json, || {
        let mut said = match (&act.content, &was) {
            (ActContent::Withdrawn, Some(was)) => format!("Withdrawn for {subject}: {was}."),
            (_, Some(was)) => format!("{subject}: {what}. It was: {was}."),
            (_, None) => format!("{subject}: {what}."),
        };
        if reaches_phones(&act.content) {
            said += " Phones learn it at their next contact.";
        }
        let reason =
            act.reason.as_ref().map_or_else(String::new, |reason| format!(", because: {}", shown(reason)));
        said += &format!("\nAct {} by {} at {}{reason}", short(act.id), act.by, words.at(act.at));
        said
    })?;
    Ok(Exit::Done)
}

/// True if such an act is sent to phones.
const fn reaches_phones(content: &ActContent) -> bool {
    match content {
        ActContent::Anchor { .. }
        | ActContent::Regimen(_)
        | ActContent::EndOfParticipation { .. }
        | ActContent::Withdrawn
        | ActContent::OtherParticipant { .. }
        | ActContent::TakenOver { .. }
        | ActContent::FirstDay { .. } => true,
        ActContent::Visit { .. }
        | ActContent::Infusion { .. }
        | ActContent::QuarantineDecision { .. }
        | ActContent::PhoneAsks { .. }
        | ActContent::Adjudicate { .. }
        | ActContent::AlertsHandled { .. }
        | ActContent::Newer(_) => false,
    }
}

pub(super) async fn regimen(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    file: &std::path::Path,
    saying: Saying<'_>,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let path = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|source| Refusal::File { path: path.clone(), source })?;
    let input: RegimenInput = toml_place::parse(&path, &text)?;
    let made = desk.set_regimen(by, participant, &input, saying).await?;
    let regimen = desk.record(participant.vault).await?.regimen();
    let lines = in_lines(&regimen, desk.today().await?);
    let subject = &participant.subject;
    let json = json!({
        "subject": subject, "act": made.act.id, "replaces": made.act.replaces, "regimen": lines,
    });
    out.say(&json, || {
        let act = short(made.act.id);
        format!(
            "The regimen of {subject} from {} on:\n{}\nAct {act} by {by}",
            input.from,
            lines.join("\n"),
            by = by.as_str()
        )
    })?;
    Ok(Exit::Done)
}

pub(super) async fn infusion(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    args: &InfusionArgs,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let zone = desk.setting().await?.zone(&desk.keys);
    let input = InfusionInput {
        cycle: args.cycle.clone(),
        day: args.day,
        start: instant(zone, desk.now(), args.start)?,
        stop: args.stop.map(|stop| instant(zone, desk.now(), stop)).transpose()?,
        dose: args.dose.clone(),
    };
    let made = desk.add_infusion(by, participant, &input, args.saying.saying()).await?;
    echo(desk, participant, &made, out).await
}

fn instant(zone: Zone, now: UtcMillis, of: CivilTime) -> Result<UtcMillis, Refusal> {
    Ok(readers::instant(of.date, of.time, of.pass, readers::Here { now, zone })?)
}

/// Every act with its history.
pub(super) async fn list(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let acts = desk.acts(by, participant).await?;
    let zone = desk.setting().await?.zone(&desk.keys);
    out.say(&acts, || match acts.as_slice() {
        [] => format!("No acts on {}.", participant.subject),
        acts => acts.iter().map(|act| lines(act, zone)).collect(),
    })?;
    Ok(Exit::Done)
}

/// The last version first, the others indented under it.
fn lines(act: &ActLine, zone: Zone) -> String {
    let mut out = String::new();
    for (n, version) in act.versions.iter().rev().enumerate() {
        let at = zone.local(version.at).format("%Y-%m-%d %H:%M");
        let reason = version
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| format!(", because: {}", shown(reason)));
        let lead = match (n, act.corrected) {
            (0, true) => format!("{}  {}, corrected: ", version.short, act.state.word()),
            (0, false) => format!("{}  {}: ", version.short, act.state.word()),
            (_, _) => format!("    before, {}: ", version.short),
        };
        out += &format!("{lead}{} ({} {at}{reason})\n", version.what, version.by);
    }
    out
}
