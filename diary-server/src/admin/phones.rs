//! `phones` and `revoke`: the phones of a participant, and taking one away.

use serde_json::json;

use super::args::Common;
use super::args::phones::{PhonesArgs, RevokeArgs};
use super::output::{short, table};
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder};
use crate::staff::phones::PhoneView;
use crate::store::DeviceState;

const HELD_REVOCATION: &str = "* A revocation of this phone by a key of this keeper that was retired came back: it was revoked after the \
backup, or a thief of that key made it.\n  It has no effect. Ask the participant; where it is right, `revoke` the phone.\n";

pub(super) async fn list(
    common: &Common,
    args: &PhonesArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let phones = desk.phones(&desk.participant(&args.subject).await?).await?;
    let json: Vec<_> = phones
        .iter()
        .map(|phone| {
            json!({
                "number": phone.number, "device": phone.device, "state": state(phone.state).0,
                "joined": phone.joined, "revoked": state(phone.state).1, "lives": phone.lives,
                "revocation_by_retired_key": phone.held_revocation,
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
    let lives = match phone.lives {
        0 | 1 => String::new(),
        more => format!("its store began anew {} time(s)", more - 1),
    };
    let mark = if phone.held_revocation { " *" } else { "" };
    let key = format!("{}{mark}", short(&phone.device.to_string()));
    vec![number, format!("{word}{since}"), phone.joined.to_string(), key, lives]
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
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let (by, participant) = (account(common)?, desk.participant(&args.subject).await?);
    let done = desk.revoke(&by, &participant, &args.phone, args.because.into(), &args.reason).await?;
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
