//! `phones`, `revoke` and `allow`: the phones of a participant, taking one away, and allowing one to store more.

use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;
use serde_json::json;

use super::args::phones::{AllowArgs, GiveBackArgs, LendArgs, PhonesArgs, RevokeArgs};
use super::output::{short, table};
use super::{CommandError, Exit, Invocation, words};
use crate::ingest::quotas::Quota;
use crate::messages::{common as shared, phones as say};
use crate::site::{AllowDevice, MarkDevice, PhoneView, ReturnDevice, RevokeDevice};
use diary_store::DeviceState;

pub(super) async fn list(command: &mut Invocation<'_, '_>, args: &PhonesArgs) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let desk = command.context.desk(&command.folder()?).await?;
    let phones = desk.devices().list(&desk.participants().find(&args.subject).await?).await?;
    let json: Vec<_> = phones
        .iter()
        .map(|phone| {
            json!({
                "number": phone.number, "device": phone.device, "state": code(phone.state),
                "joined": phone.joined, "revoked": revoked(phone.state), "incarnations": phone.incarnations,
                "revocation_by_retired_key": phone.held_revocation,
                "times": phone.allowance.times, "opened": phone.allowance.opened,
                "lent": phone.loan.as_ref().map(|loan| &loan.label),
                "returned": phone.loan.as_ref().and_then(|loan| loan.returned),
            })
        })
        .collect();
    command.out.say(&json, || {
        if phones.is_empty() {
            return say::none_joined(lang, &args.subject);
        }
        let head = [
            shared::column_phone(lang),
            shared::column_state(lang),
            shared::column_joined(lang),
            shared::column_key(lang),
            "",
        ];
        let rows = phones.iter().map(|phone| row(lang, phone));
        let all = table(&std::iter::once(head.map(str::to_owned).to_vec()).chain(rows).collect::<Vec<_>>());
        match phones.iter().any(|phone| phone.held_revocation) {
            true => all + say::revocation_by_retired_key(lang),
            false => all,
        }
    })?;
    Ok(Exit::Done)
}

fn row(lang: Lang, phone: &PhoneView) -> Vec<String> {
    let number = phone.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let since = revoked(phone.state).map_or_else(String::new, |at| format!(" {at}"));
    let incarnations = (phone.incarnations > 1).then(|| say::store_began_anew(lang, phone.incarnations - 1));
    let remarks = loan(lang, phone).into_iter().chain(incarnations).chain(allowance(lang, phone));
    let mark = if phone.held_revocation { " *" } else { "" };
    let key = format!("{}{mark}", short(&phone.device.to_string()));
    let state = format!("{}{since}", state(lang, phone.state));
    vec![number, state, phone.joined.to_string(), key, words::clauses(lang, remarks)]
}

/// State of a phone in JSON.
pub(super) const fn code(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Pending => "waits",
        DeviceState::Confirmed => "in use",
        DeviceState::Revoked(_) => "revoked",
    }
}

/// Time of a revocation.
pub(super) const fn revoked(state: DeviceState) -> Option<UtcMillis> {
    match state {
        DeviceState::Pending | DeviceState::Confirmed => None,
        DeviceState::Revoked(at) => Some(at),
    }
}

/// State of a phone.
pub(super) fn state(lang: Lang, state: DeviceState) -> &'static str {
    match state {
        DeviceState::Pending => shared::phone_waits(lang),
        DeviceState::Confirmed => shared::phone_in_use(lang),
        DeviceState::Revoked(_) => shared::phone_revoked(lang),
    }
}

pub(super) async fn revoke(
    command: &mut Invocation<'_, '_>,
    args: &RevokeArgs,
) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let revoke = RevokeDevice { device: &args.phone, because: args.because.into(), reason: &args.reason };
    let done = desk.devices().revoke(&by, &participant, revoke).await?;
    let subject = &args.subject;
    let json = json!({ "subject": subject, "number": done.number, "device": done.device });
    command.out.say(&json, || match done.number {
        Some(number) => say::revoked(command.options.lang, number, subject),
        None => say::turned_away(command.options.lang, subject),
    })?;
    Ok(Exit::Done)
}

pub(super) async fn give_back(
    command: &mut Invocation<'_, '_>,
    args: &GiveBackArgs,
) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let back = ReturnDevice { device: &args.phone, reason: &args.reason };
    let done = desk.devices().give_back(&by, &participant, back).await?;
    said(command, (&args.subject, &done))
}

pub(super) async fn lend(command: &mut Invocation<'_, '_>, args: &LendArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let lent = (!args.own).then_some(args.label.as_str());
    let mark = MarkDevice { device: &args.phone, lent, reason: &args.reason };
    let done = desk.devices().mark(&by, &participant, mark).await?;
    said(command, (&args.subject, &done))
}

/// Says the mark of a phone after a change.
fn said(
    command: &mut Invocation<'_, '_>,
    (subject, phone): (&str, &PhoneView),
) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let json = json!({
        "subject": subject, "number": phone.number, "device": phone.device, "state": code(phone.state),
        "lent": phone.loan.as_ref().map(|loan| &loan.label),
        "returned": phone.loan.as_ref().and_then(|loan| loan.returned),
    });
    command.out.say(&json, || {
        let name = short(&phone.device.to_string());
        let loan = loan(lang, phone).unwrap_or_else(|| say::own_phone(lang).to_owned());
        say::phone_mark(lang, name, subject, loan)
    })?;
    Ok(Exit::Done)
}

/// The loan of a phone that the hospital lends.
pub(super) fn loan(lang: Lang, phone: &PhoneView) -> Option<String> {
    let loan = phone.loan.as_ref()?;
    let label = shown(&loan.label);
    Some(match (loan.returned, label.is_empty()) {
        (None, true) => say::lent(lang).to_owned(),
        (None, false) => say::lent_labelled(lang, label),
        (Some(at), true) => say::lent_returned(lang, at.to_string()),
        (Some(at), false) => say::lent_labelled_returned(lang, label, at.to_string()),
    })
}

pub(super) async fn allow(command: &mut Invocation<'_, '_>, args: &AllowArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let allow =
        AllowDevice { device: &args.phone, times: args.times, clear: args.clear, reason: &args.reason };
    let done = desk.devices().allow(&by, &participant, allow).await?;
    let (subject, times) = (&args.subject, done.allowance.times);
    let json = json!({ "subject": subject, "number": done.number, "device": done.device, "times": times });
    command.out.say(&json, || {
        let lang = command.options.lang;
        let unconfirmed = || say::allowed_unconfirmed(lang).to_owned();
        let phone = done.number.map_or_else(unconfirmed, |number| say::allowed_phone(lang, number));
        let cleared = if args.clear { say::count_cleared(lang) } else { "" };
        say::allowed(lang, phone, subject, times, cleared)
    })?;
    Ok(Exit::Done)
}

/// Remarks on an allowance that is raised or nearly used up.
pub(super) fn allowance(lang: Lang, phone: &PhoneView) -> Option<String> {
    let (opened, times) = (phone.allowance.opened, phone.allowance.times);
    let most = Quota::most_opened(times);
    let used = match (Quota::is_reached(opened, most), Quota::is_near(opened, most)) {
        (true, _) => Some(say::allowance_used_up(lang).to_owned()),
        (false, true) => Some(say::allowance_near(lang).to_owned()),
        (false, false) => None,
    };
    let raised = (times > 1).then(|| say::allowance_raised(lang, times));
    let said: Vec<String> = raised.into_iter().chain(used).collect();
    (!said.is_empty()).then(|| words::clauses(lang, said))
}
