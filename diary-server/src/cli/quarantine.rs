//! `quarantine`: parcels that are stored and not merged, in plain words, and the actions open to staff. None of these
//! parcels blocks others.

use diary_core::ids::VaultId;
use diary_core::parcel::QuarantineCode;
use serde_json::json;

use super::args::Common;
use super::args::quarantine::{DecideArgs, QuarantineArgs, QuarantineCommand};
use super::output::table;
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder};
use crate::site::{Decision, SiteServices, StaffError, UnmergedView};
use diary_store::{UnmergedQuery, UnmergedState};

pub(super) async fn run(
    common: &Common,
    args: &QuarantineArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    match &args.command {
        QuarantineCommand::List { of } => {
            let vault = match of {
                Some(of) => Some(vault(&desk, of).await?),
                None => None,
            };
            let all = desk.quarantine().list(UnmergedQuery { vault, n: None }).await?;
            out.say(&all.iter().map(as_json).collect::<Vec<_>>(), || list(&all))?;
        }
        QuarantineCommand::Show { of, record } => {
            let query = UnmergedQuery { vault: Some(vault(&desk, of).await?), n: Some(*record) };
            let found = desk.quarantine().list(query).await?.pop();
            let view = found.ok_or(StaffError::NotSetAside { n: *record })?;
            out.say(&as_json(&view), || show(&view))?;
        }
        QuarantineCommand::Retry { of, record } => {
            let by = account(common)?;
            let left = desk.quarantine().retry(&by, vault(&desk, of).await?, *record).await?;
            let waits_for = left.as_ref().map(|view| view.parcel.why.name());
            let json = json!({ "record": record, "merged": left.is_none(), "reason": waits_for });
            out.say(&json, || match &left {
                None => format!("Record {record} is in the trial record now."),
                Some(view) => format!("Record {record} is still not merged.\n{}", show(view)),
            })?;
        }
        QuarantineCommand::Accept(args) => decide(&desk, common, args, Decision::Accepted, out).await?,
        QuarantineCommand::Reject(args) => decide(&desk, common, args, Decision::Rejected, out).await?,
    }
    Ok(Exit::Done)
}

async fn decide(
    desk: &SiteServices,
    common: &Common,
    args: &DecideArgs,
    decision: Decision,
    out: &mut Output<'_>,
) -> Result<(), Refusal> {
    let DecideArgs { subject, record, reason } = args;
    let by = account(common)?;
    let participant = desk.participants().find(subject).await?;
    desk.quarantine().decide(&by, &participant, *record, decision, reason).await?;
    out.say(&json!({ "subject": subject, "record": record, "decision": decision }), || match decision {
        Decision::Accepted => format!("Record {record} of {subject} is in the trial record now."),
        Decision::Rejected => {
            format!("Record {record} of {subject} stays out of the trial record. It remains stored.")
        }
    })?;
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

fn list(all: &[UnmergedView]) -> String {
    if all.is_empty() {
        return "Nothing is set aside: every parcel that was received is in the record.".to_owned();
    }
    let head =
        ["SUBJECT", "RECORD", "RECEIVED", "PHONE", "BYTES", "REASON", "DECIDED"].map(str::to_owned).to_vec();
    let row = |view: &UnmergedView| {
        let parcel = &view.parcel;
        vec![
            of(view),
            parcel.n.to_string(),
            parcel.received.0.to_string(),
            super::output::short(&parcel.author.to_string()),
            parcel.bytes.to_string(),
            parcel.why.name().to_owned(),
            view.decision.map_or("-", decision_word).to_owned(),
        ]
    };
    table(&std::iter::once(head).chain(all.iter().map(row)).collect::<Vec<_>>())
        + "`quarantine show SUBJECT RECORD` says what each reason means and what to do.\n"
}

const fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Rejected => "rejected",
        Decision::Accepted => "accepted",
    }
}

fn show(view: &UnmergedView) -> String {
    let parcel = &view.parcel;
    let (what, todo) = words(parcel.why);
    let decided =
        view.decision.map_or(String::new(), |decision| format!("Decided: {}\n", decision_word(decision)));
    format!(
        "Record {} of {}: {} bytes, received {}\nFrom the phone {}, number {} of its incarnation {}\n\
         Reason: {}. {what}\n{decided}What to do: {todo}\n",
        parcel.n,
        of(view),
        parcel.bytes,
        parcel.received.0,
        parcel.author,
        parcel.seq,
        parcel.incarnation,
        parcel.why.name(),
    )
}

/// Meaning of a reason, and the remedy.
pub(super) const fn words(why: UnmergedState) -> (&'static str, &'static str) {
    match why {
        UnmergedState::Quarantined(code) => code_words(code),
        UnmergedState::Pending => (
            "It is held back: its phone was not yet confirmed.",
            "compare the six digits of the phone and `confirm` it; the parcel is then merged by itself.",
        ),
        UnmergedState::GrantNeeded => (
            "It is held back: the key that it is sealed under has not arrived.",
            "nothing; the phone sends the key with its next contact, and the parcel is then merged by itself.",
        ),
        UnmergedState::ToMerge => (
            "Nothing holds it: the server merges it next.",
            "nothing, if it came just now; else `quarantine retry`, and look into the log of the server.",
        ),
        UnmergedState::KeyNeeded => (
            "Nothing holds it, but a sealing key of the site that phones use is missing in the keys folder here.",
            "put the missing key file back into the keys folder (`keys list` names it), then `quarantine retry`.",
        ),
    }
}

const fn code_words(code: QuarantineCode) -> (&'static str, &'static str) {
    const KEPT: &str =
        "nothing is lost: the phone keeps its entries. Tell the makers of the diary, with record and phone.";
    match code {
        QuarantineCode::Decrypt => ("Its content does not open with the key that it names.", KEPT),
        QuarantineCode::Commit => ("Its content is not what its author had committed to.", KEPT),
        QuarantineCode::InnerMismatch => ("What stands inside contradicts what stands outside.", KEPT),
        QuarantineCode::Undecodable => ("What is inside cannot be read.", KEPT),
        QuarantineCode::Oversize => ("What is inside is larger than allowed.", KEPT),
        QuarantineCode::NewerSchema => (
            "It was made by a newer version of the diary than this server's.",
            "upgrade this server; it then judges the parcel once more by itself.",
        ),
        QuarantineCode::Grant => (
            "The key that it is sealed under is of another diary, or is sealed to no key of this site.",
            "if a sealing key of the site is missing in the keys folder, put it back and `quarantine retry`; else tell the \
             makers of the diary.",
        ),
        QuarantineCode::Revoked => (
            "Its phone had been revoked before it was made, as far as can be seen.",
            "ask the participant. `quarantine accept` takes it into the record, `quarantine reject` leaves it out.",
        ),
        QuarantineCode::NotAllowed => (
            "A phone tried to record what only others may, or posed as another phone.",
            "ask the participant about the phone; `quarantine retry` after the matter is settled.",
        ),
        QuarantineCode::Counter => (
            "An entry in it claims a place in the order of the diary that no phone reaches: a phone with an altered or \
             broken program.",
            "ask the participant about the phone, and replace it; the entry is kept and can be read with `quarantine show`.",
        ),
        QuarantineCode::Failed => (
            "This server's program failed over it. The other parcels are merged.",
            "tell the makers of the diary, with record and phone; `quarantine retry` after an upgrade.",
        ),
        QuarantineCode::Allowance => (
            "Its phone has stored as much as one phone may; what is inside was not opened.",
            "ask the participant what is the matter with the phone. `allow SUBJECT PHONE` allows it more, and judges what \
             waits for that once more; `revoke` takes the phone away.",
        ),
        QuarantineCode::Other(_) => (
            "A newer program put it here for a reason that this one does not know.",
            "upgrade this server again.",
        ),
    }
}
