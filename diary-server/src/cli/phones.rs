//! `phones`, `revoke` and `allow`: the phones of a participant, taking one away, and allowing one to store more.

use serde_json::json;

use super::args::Common;
use super::args::phones::{AllowArgs, PhonesArgs, RevokeArgs};
use super::output::{short, table};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder};
use crate::ingest::quotas::Quota;
use crate::site::devices::access::PhoneView;
use diary_store::DeviceState;

const HELD_REVOCATION: &str = "* A revocation of this phone by a key of this keeper that was retired came back: it was revoked after the \
backup, or a thief of that key made it.\n  It has no effect. Ask the participant; where it is right, `revoke` the phone.\n";

pub(super) async fn list(
    common: &Common,
    args: &PhonesArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let phones = desk.devices().list(&desk.participants().find(&args.subject).await?).await?;
    let json: Vec<_> = phones
        .iter()
        .map(|phone| {
            json!({
                "number": phone.number, "device": phone.device, "state": state(phone.state).0,
                "joined": phone.joined, "revoked": state(phone.state).1, "incarnations": phone.incarnations,
                "revocation_by_retired_key": phone.held_revocation,
                "times": phone.allowance.times, "opened": phone.allowance.opened,
            })
        })
        .collect();
    out.say(&json, || {
        if phones.is_empty() {
            return format!("No phone of {} has joined.", args.subject);
        }
        let head = ["PHONE", "STATE", "JOINED", "KEY", ""].map(str::to_owned).to_vec();
        let held = if phones.iter().any(|phone| phone.held_revocation) { HELD_REVOCATION } else { "" };
        format!("{}{held}", table(&std::iter::once(head).chain(phones.iter().map(row)).collect::<Vec<_>>()))
    })?;
    Ok(Exit::Done)
}

fn row(phone: &PhoneView) -> Vec<String> {
    let (word, since) = state(phone.state);
    let number = phone.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let since = since.map_or_else(String::new, |at| format!(" {at}"));
    let incarnations = match phone.incarnations {
        0 | 1 => String::new(),
        more => format!("its store began anew {} time(s)", more - 1),
    };
    let remarks: Vec<String> =
        [Some(incarnations).filter(|incarnations| !incarnations.is_empty()), allowance(phone)]
            .into_iter()
            .flatten()
            .collect();
    let mark = if phone.held_revocation { " *" } else { "" };
    let key = format!("{}{mark}", short(&phone.device.to_string()));
    vec![number, format!("{word}{since}"), phone.joined.to_string(), key, remarks.join("; ")]
}

pub(super) const fn state(state: DeviceState) -> (&'static str, Option<diary_core::time::UtcMillis>) {
    match state {
        DeviceState::Pending => ("waits", None),
        DeviceState::Confirmed => ("in use", None),
        DeviceState::Revoked(at) => ("revoked", Some(at)),
    }
}

pub(super) async fn revoke(
    common: &Common,
    args: &RevokeArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let (by, participant) = (account(common)?, desk.participants().find(&args.subject).await?);
    let done =
        desk.devices().revoke(&by, &participant, &args.phone, args.because.into(), &args.reason).await?;
    let subject = &args.subject;
    let json = json!({ "subject": subject, "number": done.number, "device": done.device });
    out.say(&json, || match done.number {
        Some(number) => format!(
            "Revoked phone {number} of {subject}. What it had sent counts; what it sends from now on is set aside \
             (`quarantine list {subject}`), and it can read nothing new."
        ),
        None => format!("Turned away a phone of {subject} that was never confirmed."),
    })?;
    Ok(Exit::Done)
}

pub(super) async fn allow(
    common: &Common,
    args: &AllowArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let (by, participant) = (account(common)?, desk.participants().find(&args.subject).await?);
    let done =
        desk.devices().allow(&by, &participant, &args.phone, (args.times, args.clear), &args.reason).await?;
    let (subject, times) = (&args.subject, done.allowance.times);
    let json = json!({ "subject": subject, "number": done.number, "device": done.device, "times": times });
    out.say(&json, || {
        let phone =
            done.number.map_or_else(|| "A phone that is not confirmed".to_owned(), |n| format!("Phone {n}"));
        let counts = if args.clear { " What it had stored counts no longer." } else { "" };
        format!(
            "{phone} of {subject} may store {} as much as is usual.{counts} What it holds back it sends with its next \
             contact; what waited here for this is judged once more.",
            if times == 1 { "once".to_owned() } else { format!("{times} times") }
        )
    })?;
    Ok(Exit::Done)
}

/// Remarks on an allowance that is raised or nearly used up.
pub(super) fn allowance(phone: &PhoneView) -> Option<String> {
    let (opened, times) = (phone.allowance.opened, phone.allowance.times);
    let most = Quota::most_opened(times);
    let used = match (Quota::is_reached(opened, most), Quota::is_near(opened, most)) {
        (true, _) => Some("allowance USED UP: see `status`, and `allow --help`".to_owned()),
        (false, true) => Some("allowance nearly used up: see `status`".to_owned()),
        (false, false) => None,
    };
    let raised = (times > 1).then(|| format!("may store {times} times as much as is usual"));
    let said: Vec<String> = raised.into_iter().chain(used).collect();
    (!said.is_empty()).then(|| said.join("; "))
}
