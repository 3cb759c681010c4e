//! `quarantine`: parcels that are stored and not merged, in plain words, and the actions open to staff. None of these
//! parcels blocks others.

use diary_core::ids::VaultId;
use diary_core::text::Lang;
use diary_report::staff_words::{ReasonWords, Remedy, remedies, unmerged};
use serde_json::json;

use super::args::quarantine::{DecideArgs, QuarantineArgs, QuarantineCommand};
use super::output::table;
use super::{CommandError, Exit, Invocation};
use crate::messages::{common as shared, quarantine as say};
use crate::site::{DecideParcel, Decision, SiteServices, StaffError, UnmergedView};

pub(super) async fn run(
    command: &mut Invocation<'_, '_>,
    args: &QuarantineArgs,
) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let desk = command.context.desk(&command.folder()?).await?;
    match &args.command {
        QuarantineCommand::List { of } => {
            let all = match of {
                Some(of) => desk.quarantine().list_of(vault(&desk, of).await?).await?,
                None => desk.quarantine().list().await?,
            };
            command.out.say(&all.iter().map(as_json).collect::<Vec<_>>(), || list(lang, &all))?;
        }
        QuarantineCommand::Show { of, record } => {
            let found = desk.quarantine().show(vault(&desk, of).await?, *record).await?;
            let view = found.ok_or(StaffError::NotSetAside { n: *record })?;
            command.out.say(&as_json(&view), || show(lang, &view))?;
        }
        QuarantineCommand::Retry { of, record } => {
            let by = command.account()?;
            let left = desk.quarantine().retry(&by, vault(&desk, of).await?, *record).await?;
            let waits_for = left.as_ref().map(|view| view.parcel.why.name());
            let json = json!({ "record": record, "merged": left.is_none(), "reason": waits_for });
            command.out.say(&json, || match &left {
                None => say::merged(lang, *record),
                Some(view) => format!("{}\n{}", say::still_not_merged(lang, *record), show(lang, view)),
            })?;
        }
        QuarantineCommand::Accept(args) => decide(&desk, command, args, Decision::Accepted).await?,
        QuarantineCommand::Reject(args) => decide(&desk, command, args, Decision::Rejected).await?,
    }
    Ok(Exit::Done)
}

async fn decide(
    desk: &SiteServices,
    command: &mut Invocation<'_, '_>,
    args: &DecideArgs,
    decision: Decision,
) -> Result<(), CommandError> {
    let DecideArgs { subject, record, reason } = args;
    let by = command.account()?;
    let participant = desk.participants().find(subject).await?;
    let decide = DecideParcel { n: *record, decision, reason };
    desk.quarantine().decide(&by, &participant, decide).await?;
    command.out.say(
        &json!({ "subject": subject, "record": record, "decision": decision }),
        || match decision {
            Decision::Accepted => say::accepted_record(command.options.lang, *record, subject),
            Decision::Rejected => say::rejected_record(command.options.lang, *record, subject),
        },
    )?;
    Ok(())
}

/// The vault of a subject number, or the one that is named itself.
async fn vault(desk: &SiteServices, of: &str) -> Result<VaultId, StaffError> {
    match (desk.participants().find(of).await, of.parse()) {
        (Err(StaffError::UnknownSubject { .. }), Ok(vault)) => Ok(vault),
        (participant, _) => Ok(participant?.vault),
    }
}

fn as_json(view: &UnmergedView) -> serde_json::Value {
    let parcel = &view.parcel;
    json!({
        "subject": parcel.subject,
        "vault": parcel.vault,
        "record": parcel.n,
        "reason": parcel.why.name(),
        "device": parcel.author,
        "incarnation": parcel.incarnation,
        "seq": parcel.seq,
        "core": parcel.core_hash,
        "received": parcel.received.0,
        "bytes": parcel.bytes,
        "judge": parcel.judge,
        "decision": view.decision,
    })
}

fn of(view: &UnmergedView) -> String {
    view.parcel.subject.clone().unwrap_or_else(|| view.parcel.vault.to_string())
}

fn list(lang: Lang, all: &[UnmergedView]) -> String {
    if all.is_empty() {
        return say::nothing_set_aside(lang).to_owned();
    }
    let head = [
        shared::column_subject(lang),
        say::column_record(lang),
        say::column_received(lang),
        shared::column_phone(lang),
        say::column_bytes(lang),
        say::column_reason(lang),
        say::column_decided(lang),
    ];
    let row = |view: &UnmergedView| {
        let parcel = &view.parcel;
        vec![
            of(view),
            parcel.n.to_string(),
            parcel.received.0.to_string(),
            super::output::short(&parcel.author.to_string()),
            parcel.bytes.to_string(),
            parcel.why.name().to_owned(),
            view.decision.map_or("-", |decision| decision_word(lang, decision)).to_owned(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    table(&std::iter::once(head).chain(all.iter().map(row)).collect::<Vec<_>>()) + say::show_explains(lang)
}

fn decision_word(lang: Lang, decision: Decision) -> &'static str {
    match decision {
        Decision::Rejected => say::rejected(lang),
        Decision::Accepted => say::accepted(lang),
    }
}

pub(super) fn show(lang: Lang, view: &UnmergedView) -> String {
    let parcel = &view.parcel;
    let ReasonWords { meaning, remedy, .. } = unmerged(parcel.why, lang);
    let (received, phone) = (parcel.received.0.to_string(), parcel.author.to_string());
    let mut lines = vec![
        say::parcel(lang, parcel.n, of(view), parcel.bytes, received),
        say::from_phone(lang, phone, parcel.seq, parcel.incarnation.to_string()),
        say::reason(lang, parcel.why.name(), meaning),
    ];
    lines.extend(view.decision.map(|decision| say::decided(lang, decision_word(lang, decision))));
    lines.push(say::what_to_do(lang, remedy));
    lines.extend(remedies(parcel.why).iter().map(|remedy| format!("  {}", command(*remedy, view, lang))));
    lines.join("\n") + "\n"
}

/// Command with which a remedy is taken.
fn command(remedy: Remedy, view: &UnmergedView, lang: Lang) -> String {
    let (of, record, phone) = (of(view), view.parcel.n, view.parcel.author.to_string());
    match remedy {
        Remedy::Retry => say::remedy_retry(lang, of, record),
        Remedy::Accept => say::remedy_accept(lang, of, record),
        Remedy::Reject => say::remedy_reject(lang, of, record),
        Remedy::ConfirmPhone => say::remedy_confirm(lang, of),
        Remedy::AllowMore => say::remedy_allow(lang, of, phone),
        Remedy::RevokePhone => say::remedy_revoke(lang, of, phone),
        Remedy::ListKeys => say::remedy_list_keys(lang).to_owned(),
    }
}
