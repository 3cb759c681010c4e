//! `enrol`, `pending`, `confirm`: the link as text and as a code for the phone's camera, and the six digits.

use std::time::Duration;

use diary_core::keys::ApiHost;
use diary_core::text::{Lang, shown, shown_lines};
use diary_core::time::Zone;
use serde_json::json;

use super::args::{ConfirmArgs, EnrolArgs};
use super::output::{short, table};
use super::{CommandError, Exit, Invocation, qr};
use crate::messages::{common as shared, phones, staff as say};
use crate::relay::Puller;
use crate::site::devices::enrolment::Hosts;
use crate::site::{ConfirmDevice, ConfirmHeldDevice, Invitation, NewLink, SiteServices, StaffError};

/// Longest time to wait for the relay to acknowledge a link before the command goes on without it.
const TELL_RELAY: Duration = Duration::from_secs(10);

pub(super) async fn enrol(command: &mut Invocation<'_, '_>, args: &EnrolArgs) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    let config = command.config(&folder)?;
    let relay = match (&args.host, &config.relay) {
        (Some(host), _) => Some(host.clone()),
        (None, Some(relay)) => {
            Some(relay.host().map_err(|problem| StaffError::Host { key: "relay.host", problem })?)
        }
        (None, None) => None,
    };
    let hosts = Hosts::of(&config.server)?;
    let hosts = relay.clone().map_or_else(|| hosts.clone(), |relay| hosts.clone().through(relay));
    let desk = command.context.desk(&folder).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let zone = desk.setting().await?.zone(&participant.site);
    let lent = args.lent.as_deref();
    let link = NewLink { hosts: &hosts, minutes: args.minutes, lent };
    let made = desk.devices().enrol(&by, &participant, link).await?;
    let named = args.host.is_some();
    let told = match relay {
        Some(relay) => tell_relay(desk, relay).await,
        None => Ok(()),
    };
    let text = made.link.to_text();
    let json = json!({
        "subject": args.subject, "link": *text, "until": made.until, "lent": made.lent,
        "relay_told": told.is_ok(),
    });
    let paint = command.out.paint();
    // A name given on the command line need not be a relay's, nor be reachable from here.
    let untold =
        told.err().filter(|_| !named).map_or_else(String::new, |error| untold(&error, command.options.lang));
    command.out.say_painted(&json, || {
        words(&shown(&args.subject), &made, zone, command.options.lang, paint) + &shown_lines(&untold)
    })?;
    Ok(Exit::Done)
}

/// Sends the new link to the relay, so that it accepts the phone that joins with it.
async fn tell_relay(desk: SiteServices, relay: ApiHost) -> Result<(), String> {
    let mut puller = Puller::new(desk, relay).map_err(|error| error.to_string())?;
    match tokio::time::timeout(TELL_RELAY, puller.tell_links()).await {
        Ok(told) => told.map_err(|error| error.to_string()),
        Err(_) => Err("it did not answer in time".to_owned()),
    }
}

fn untold(error: &str, lang: Lang) -> String {
    format!("\n{}", say::relay_unaware_of_link(lang, error))
}

fn words(subject: &str, made: &Invitation, zone: Zone, lang: Lang, paint: bool) -> String {
    let link = made.link.to_text();
    let code = qr::render(&link, paint).unwrap_or_default();
    let until = format!("{} ({zone})", zone.local(made.until).format("%H:%M"));
    format!("{}\n\n{code}\n{}", link.as_str(), say::link_instructions(lang, subject, until))
}

pub(super) async fn pending(command: &mut Invocation<'_, '_>) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let desk = command.context.desk(&command.folder()?).await?;
    let waiting = desk.devices().pending().await?;
    let json: Vec<_> = waiting
        .iter()
        .map(|d| {
            json!({
                "subject": d.subject, "device": d.device, "joined": d.joined, "late": d.late, "by_retired_key": d.by_retired_key,
            })
        })
        .collect();
    command.out.say(&json, || {
        if waiting.is_empty() {
            return phones::nothing_pending(lang).to_owned();
        }
        let head = [shared::column_subject(lang), shared::column_joined(lang), shared::column_phone(lang)];
        let head = head.map(str::to_owned).to_vec();
        let rows = waiting.iter().map(|d| {
            let joined = d.joined.to_string();
            let joined = if d.late { phones::joined_late(lang, joined) } else { joined };
            let mark = if d.by_retired_key { " *" } else { "" };
            let phone = format!("{}{mark}", short(&d.device.to_string()));
            vec![d.subject.clone(), joined, phone]
        });
        let all = table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
        match waiting.iter().any(|d| d.by_retired_key) {
            true => all + phones::pending_by_retired_key(lang),
            false => all,
        }
    })?;
    Ok(Exit::Done)
}

pub(super) async fn confirm(
    command: &mut Invocation<'_, '_>,
    args: &ConfirmArgs,
) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let (history, reason) = (args.scope, args.reason.as_deref());
    let done = match (args.digits, &args.phone) {
        (Some(digits), _) => {
            let confirm = ConfirmDevice { digits, history, reason };
            desk.devices().confirm(&by, &participant, confirm).await?
        }
        (None, named) => {
            let (device, reason) = (named.as_deref().unwrap_or_default(), reason.unwrap_or_default());
            let confirm = ConfirmHeldDevice { device, history, reason };
            desk.devices().confirm_held(&by, &participant, confirm).await?
        }
    };
    let (lang, subject) = (command.options.lang, &args.subject);
    let json = json!({
        "subject": subject, "device": done.device, "again": done.again, "approved": done.approved, "late": done.late,
    });
    command.out.say(&json, || {
        let said = match (done.again, done.approved) {
            (true, _) => return phones::confirmed_before(lang, subject),
            (false, true) => phones::confirmed_approved(lang, subject),
            (false, false) => phones::confirmed(lang, subject),
        };
        if done.late { format!("{said}\n{}", phones::link_had_expired(lang)) } else { said }
    })?;
    Ok(Exit::Done)
}
