//! `participant`: adds and lists participants, and records anchors, regimens, visits, infusions and alerts dealt with.

use diary_core::readers;
use diary_core::time::Zone;
use serde_json::json;

use super::args::{AnchorDate, CivilTime, Common, InfusionArgs, ParticipantArgs, ParticipantCommand};
use super::output::table;
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder};
use crate::staff::regimen::{RegimenInput, in_lines};
use crate::staff::{Account, Desk, InfusionInput, StaffError};
use crate::toml_place;
use diary_core::time::UtcMillis;

pub(super) async fn run(
    common: &Common,
    args: &ParticipantArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    if let ParticipantCommand::List = args.command {
        return list(&desk, out).await;
    }
    let by = account(common)?;
    match &args.command {
        ParticipantCommand::List => list(&desk, out).await,
        ParticipantCommand::Add { subject, site } => {
            if let Some(asked) = site.clone().filter(|site| *site != desk.keys.site) {
                return Err(StaffError::OtherSite { asked, ours: desk.keys.site.clone() }.into());
            }
            let added = desk.add_participant(&by, subject).await?;
            let json = json!({ "subject": added.subject, "site": added.site, "vault": added.vault });
            out.say(&json, || {
                format!("Added {subject} at site {}. Next: diary-server enrol {subject}", added.site)
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Attach { subject, vault, reason } => {
            let attached = desk.attach(&by, subject, *vault, reason).await?;
            out.say(&json!({ "subject": attached.subject, "vault": attached.vault }), || {
                format!("Vault {vault} is the diary of {subject} again.")
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Anchor { subject, anchor, date, reason } => {
            let participant = desk.participant(subject).await?;
            let AnchorDate(date) = *date;
            desk.set_anchor(&by, &participant, anchor, date, reason.as_deref()).await?;
            out.say(&json!({ "subject": subject, "anchor": anchor, "date": date }), || match date {
                Some(date) => {
                    format!("{anchor} of {subject} is {date}. Phones learn it at their next contact.")
                }
                None => {
                    format!("{anchor} of {subject} is no longer set. Phones learn it at their next contact.")
                }
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Regimen { subject, file, yes } => {
            regimen(&desk, &by, subject, file, *yes, out).await
        }
        ParticipantCommand::Visit { subject, date, kind, reason } => {
            let participant = desk.participant(subject).await?;
            desk.add_visit(&by, &participant, *date, kind, reason.as_deref()).await?;
            out.say(&json!({ "subject": subject, "visit": date, "kind": kind }), || {
                format!("Recorded the {kind} visit of {subject} on {date}.")
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Infusion(args) => infusion(&desk, &by, args, around.clock.now(), out).await,
        ParticipantCommand::Adjudicate { subject, entry, reason } => {
            let participant = desk.participant(subject).await?;
            let primary = desk.adjudicate(&by, &participant, entry, reason).await?;
            out.say(&json!({ "subject": subject, "entry": primary }), || {
                format!(
                    "From now on entry {primary} of {subject} counts at its place. The others stay readable."
                )
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Handled { subject, rule, what } => {
            let participant = desk.participant(subject).await?;
            let alerts = desk.alerts_handled(&by, &participant, rule, what).await?;
            out.say(&json!({ "subject": subject, "rule": rule, "alerts": alerts }), || match alerts {
                0 => format!("Every alert {rule} of {subject} was dealt with before. Nothing was changed."),
                1 => format!("Dealt with: 1 alert {rule} of {subject}, by {}: {what}", by.as_str()),
                n => format!("Dealt with: {n} alerts {rule} of {subject}, by {}: {what}", by.as_str()),
            })?;
            Ok(Exit::Done)
        }
    }
}

async fn list(desk: &Desk, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let all = desk.store.participants(crate::store::Participants::All).await.map_err(StaffError::from)?;
    let json: Vec<_> = all
        .iter()
        .map(|p| json!({ "subject": p.subject, "site": p.site, "vault": p.vault, "added": p.added }))
        .collect();
    out.say(&json, || {
        if all.is_empty() {
            return "No participants yet. `participant add SUBJECT` makes one.".to_owned();
        }
        let head = ["SUBJECT", "SITE", "ADDED", "VAULT"].map(str::to_owned).to_vec();
        let row = |p: &crate::store::Participant| {
            vec![p.subject.clone(), p.site.to_string(), p.added.to_string(), p.vault.to_string()]
        };
        table(&std::iter::once(head).chain(all.iter().map(row)).collect::<Vec<_>>())
    })?;
    Ok(Exit::Done)
}

async fn regimen(
    desk: &Desk,
    by: &Account,
    subject: &str,
    file: &std::path::Path,
    confirmed: bool,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let participant = desk.participant(subject).await?;
    let path = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|source| Refusal::File { path: path.clone(), source })?;
    let input: RegimenInput = toml_place::parse(&path, &text)?;
    let set = desk.set_regimen(by, &participant, &input, confirmed).await?;
    let today = desk.today().await?;
    let lines = in_lines(&set, today);
    out.say(&json!({ "subject": subject, "regimen": lines }), || {
        format!("The regimen of {subject} from {} on:\n{}", input.from, lines.join("\n"))
    })?;
    Ok(Exit::Done)
}

async fn infusion(
    desk: &Desk,
    by: &Account,
    args: &InfusionArgs,
    now: UtcMillis,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let participant = desk.participant(&args.subject).await?;
    let zone = desk.setting().await?.zone(&desk.keys);
    let input = InfusionInput {
        cycle: args.cycle.clone(),
        day: args.day,
        start: instant(zone, now, args.start)?,
        stop: args.stop.map(|stop| instant(zone, now, stop)).transpose()?,
        dose: args.dose.clone(),
    };
    desk.add_infusion(by, &participant, &input, args.reason.as_deref()).await?;
    let (subject, cycle, day) = (&args.subject, &args.cycle, args.day);
    let json = json!({
        "subject": subject, "cycle": cycle, "day": day,
        "start": input.start, "stop": input.stop, "dose": input.dose,
    });
    out.say(&json, || {
        let stop = match args.stop {
            Some(stop) => format!(" to {} {}", stop.date, stop.time),
            None => ", not stopped yet".to_owned(),
        };
        let CivilTime { date, time, .. } = args.start;
        format!("Recorded the infusion of {subject}, {cycle} day {day}: {date} {time}{stop} ({zone}).")
    })?;
    Ok(Exit::Done)
}

fn instant(zone: Zone, now: UtcMillis, of: CivilTime) -> Result<UtcMillis, Refusal> {
    Ok(readers::instant(of.date, of.time, of.pass, readers::Here { now, zone })?)
}
