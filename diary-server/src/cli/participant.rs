//! `participant`: adds, names and lists participants, shows what is in force for one, and records acts on them.

mod acts;
mod show;

use serde_json::json;

use super::args::AnchorDate;
use super::args::participant::{EntriesCommand, ParticipantArgs, ParticipantCommand};
use super::output::table;
use super::{CommandError, Exit, Invocation, Output, tell_if_left, words};
use crate::audit::Account;
use crate::messages::{common as shared, participant as say};
use crate::site::{
    AnchorInput, AttachVault, EndInput, LinkParticipants, ListedParticipant, Numbers, RenameParticipant,
    Saying, SiteServices, VisitInput,
};

pub(super) async fn run(
    command: &mut Invocation<'_, '_>,
    args: &ParticipantArgs,
) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    if let ParticipantCommand::List = args.command {
        return list(&desk, command.out).await;
    }
    let by = command.account()?;
    match &args.command {
        ParticipantCommand::List => list(&desk, command.out).await,
        ParticipantCommand::Add { subject, site, yes } => {
            let added = desk.participants().add_at(&by, site.as_ref(), subject, *yes).await?;
            let json = json!({ "subject": added.subject, "site": added.site, "vault": added.vault });
            command.out.say(&json, || say::added(command.options.lang, subject, added.site.to_string()))?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Show { subject } => {
            let participant = desk.participants().find(subject).await?;
            show::run(&desk, &by, &participant, command.out).await
        }
        ParticipantCommand::Acts { subject } => {
            let participant = desk.participants().find(subject).await?;
            acts::list(&desk, &by, &participant, command.out).await
        }
        ParticipantCommand::Adjudicate { subject, entry, reason } => {
            let participant = desk.participants().find(subject).await?;
            let primary = desk.acts().on(&by, &participant).adjudicate(entry, reason).await?;
            let subject = &participant.subject;
            command.out.say(&json!({ "subject": subject, "entry": primary }), || {
                say::counts_from_now(command.options.lang, primary.to_string(), subject)
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Handled { subject, rule, what } => {
            let participant = desk.participants().find(subject).await?;
            let alerts = desk.acts().on(&by, &participant).alerts_handled(rule, what).await?;
            command.out.say(
                &json!({ "subject": subject, "rule": rule, "alerts": alerts }),
                || match alerts {
                    0 => say::handled_before(command.options.lang, rule.to_string(), subject),
                    n => say::handled(command.options.lang, n, rule.to_string(), subject, by.as_str(), what),
                },
            )?;
            Ok(Exit::Done)
        }
        act => name(&desk, &by, act, command.out).await,
    }
}

/// The commands that change what a participant is called.
async fn name(
    desk: &SiteServices,
    by: &Account,
    command: &ParticipantCommand,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let lang = out.lang();
    match command {
        ParticipantCommand::Rename { subject, new, reason, yes } => {
            let before = desk.participants().find(subject).await?;
            let rename = RenameParticipant { subject: new, reason, confirmed: *yes };
            let now = desk.participants().rename(by, &before, rename).await?;
            out.say(&json!({ "subject": now.subject, "before": before.subject }), || {
                say::renamed(lang, &before.subject, &now.subject)
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Link { subject, other, reason, undo } => {
            let (one, other) =
                (desk.participants().find(subject).await?, desk.participants().find(other).await?);
            let link = LinkParticipants { one: &one, other: &other, linked: !undo, reason };
            desk.participants().link(by, link).await?;
            out.say(&json!({ "subject": one.subject, "other": other.subject, "linked": !undo }), || {
                let said = if *undo { say::unlinked } else { say::linked };
                said(lang, &one.subject, &other.subject)
            })?;
            Ok(Exit::Done)
        }
        ParticipantCommand::Attach { subject, vault, renamed_from, reason } => {
            let renamed_from = renamed_from.as_deref();
            let attach = AttachVault { vault: *vault, subject, renamed_from, reason };
            let attached = desk.participants().attach(by, attach).await?;
            out.say(&json!({ "subject": attached.subject, "vault": attached.vault }), || {
                say::attached(lang, vault.to_string(), subject)
            })?;
            Ok(Exit::Done)
        }
        act => record(desk, by, act, out).await,
    }
}

/// The commands that make an act and say it back.
async fn record(
    desk: &SiteServices,
    by: &Account,
    command: &ParticipantCommand,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    match command {
        ParticipantCommand::Anchor { subject, anchor, date: AnchorDate(date), saying } => {
            let participant = desk.participants().find(subject).await?;
            let input = AnchorInput { anchor: anchor.clone(), date: *date };
            let made = desk.acts().on(by, &participant).set_anchor(&input, saying.saying()).await?;
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::Regimen { subject, file, saying } => {
            let participant = desk.participants().find(subject).await?;
            acts::regimen(desk, by, (&participant, file), saying.saying(), out).await
        }
        ParticipantCommand::Visit { subject, date, kind, held, saying } => {
            let participant = desk.participants().find(subject).await?;
            let input = VisitInput { date: *date, kind: kind.clone(), held: *held };
            let made = desk.acts().on(by, &participant).add_visit(&input, saying.saying()).await?;
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::Infusion(args) => {
            let participant = desk.participants().find(&args.subject).await?;
            acts::infusion(desk, by, &participant, args, out).await
        }
        ParticipantCommand::Interruption(args) => {
            let participant = desk.participants().find(&args.subject).await?;
            acts::interruption(desk, by, &participant, args, out).await
        }
        ParticipantCommand::End { subject, how, last, reason, corrects, yes } => {
            let participant = desk.participants().find(subject).await?;
            let saying =
                Saying { reason: Some(reason), corrects: corrects.as_deref(), confirmed: *yes, seen: None };
            let made = desk
                .acts()
                .on(by, &participant)
                .end_participation(EndInput { how: *how, last: *last }, saying)
                .await?;
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::FirstDay { subject, date, reason, yes } => {
            let participant = desk.participants().find(subject).await?;
            let saying = Saying { reason: Some(reason), confirmed: *yes, ..Saying::NOTHING };
            let made = desk.acts().on(by, &participant).set_first_day(*date, saying).await?;
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::Withdraw { subject, act, reason, yes } => {
            let participant = desk.participants().find(subject).await?;
            let saying = Saying { reason: Some(reason), corrects: Some(act), confirmed: *yes, seen: None };
            let made = desk.acts().on(by, &participant).withdraw(saying).await?;
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::Entries { subject, command } => {
            let participant = desk.participants().find(subject).await?;
            let made = match command {
                EntriesCommand::NotTheirs { entries, reason } => {
                    desk.acts().on(by, &participant).mark_not_theirs(entries, reason).await?
                }
                EntriesCommand::TakeOver { entries, from, reason } => {
                    let from = desk.participants().find(from).await?;
                    desk.acts().on(by, &participant).take_over(&from, entries, reason).await?
                }
            };
            acts::echo(desk, &participant, &made, out).await
        }
        ParticipantCommand::List
        | ParticipantCommand::Add { .. }
        | ParticipantCommand::Rename { .. }
        | ParticipantCommand::Link { .. }
        | ParticipantCommand::Attach { .. }
        | ParticipantCommand::Show { .. }
        | ParticipantCommand::Acts { .. }
        | ParticipantCommand::Adjudicate { .. }
        | ParticipantCommand::Handled { .. } => Ok(Exit::Usage),
    }
}

async fn list(desk: &SiteServices, out: &mut Output<'_>) -> Result<Exit, CommandError> {
    let lang = out.lang();
    let all = desk.participants().list().await?;
    let notes = |of: &Numbers| {
        let earlier = (!of.earlier.is_empty()).then(|| say::formerly(lang, words::list(lang, &of.earlier)));
        let linked = (!of.linked.is_empty()).then(|| say::same_person(lang, words::list(lang, &of.linked)));
        words::clauses(lang, earlier.into_iter().chain(linked))
    };
    let json: Vec<_> = all
        .iter()
        .map(|ListedParticipant { participant: p, numbers: of }| {
            json!({
                "subject": p.subject, "site": p.site, "vault": p.vault, "added": p.added,
                "earlier": of.earlier, "linked": of.linked,
            })
        })
        .collect();
    out.say(&json, || {
        if all.is_empty() {
            return shared::no_participants(lang).to_owned();
        }
        let head = [
            shared::column_subject(lang),
            shared::column_site(lang),
            shared::column_added(lang),
            shared::column_vault(lang),
            "",
        ];
        let head = head.map(str::to_owned).to_vec();
        let row = |ListedParticipant { participant: p, numbers }: &ListedParticipant| {
            let (subject, site, added) = (p.subject.clone(), p.site.to_string(), p.added.to_string());
            vec![subject, site, added, p.vault.to_string(), notes(numbers)]
        };
        table(&std::iter::once(head).chain(all.iter().map(row)).collect::<Vec<_>>())
    })?;
    Ok(Exit::Done)
}
