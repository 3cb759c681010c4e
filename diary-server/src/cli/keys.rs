//! `keys`: the study's keys, a new generation of the site's sealing key, and renewing what the root has signed.

use std::path::{Path, PathBuf};

use diary_core::ids::SiteId;
use diary_core::keys::{ServerRole, SigningKey, SiteKeyStatus};
use diary_core::text::Lang;
use diary_core::time::UtcMillis;
use serde_json::json;

use super::args::keys::{KeysArgs, KeysCommand};
use super::output::table;
use super::{CommandError, Exit, Invocation};
use crate::key_file::{KeyFile, Purpose};
use crate::messages::{common as shared, keys as say};
use crate::site::{Drill, KeysView, LastDrill, NotOpened, Rewrapped};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &KeysArgs) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let desk = command.context.desk(&command.folder()?).await?;
    match &args.command {
        KeysCommand::List => {
            let view = desk.keys().view().await?;
            command.out.say(&view, || words(lang, &view))?;
        }
        KeysCommand::Rotate { site, root, now, reason } => {
            let (by, site) = (command.account()?, desk.sites().chosen(site.as_ref()).await?);
            let made = (&site, &root_key(root)?);
            let generation = desk.keys().rotate(&by, made, *now, reason.as_deref()).await?;
            command.out.say(
                &json!({ "site": site, "generation": generation, "active": now }),
                || match now {
                    true => in_use(lang, generation),
                    false => announced(
                        lang,
                        &desk.keeper_keys().name_of(&(site.clone(), generation)),
                        &site,
                        generation,
                    ),
                },
            )?;
        }
        KeysCommand::Activate { site, generation, root, reason } => {
            let (by, site) = (command.account()?, desk.sites().chosen(site.as_ref()).await?);
            desk.keys().activate(&by, (&site, &root_key(root)?), *generation, reason.as_deref()).await?;
            command.out.say(&json!({ "site": site, "generation": generation, "active": true }), || {
                in_use(lang, *generation)
            })?;
        }
        KeysCommand::Renew { root } => {
            let bundle = desk.keys().renew(&command.account()?, &root_key(root)?).await?;
            command.out.say(&json!({ "bundle": bundle.version, "expires": bundle.expires }), || {
                say::renewed(lang, day(bundle.expires))
            })?;
        }
        KeysCommand::Drill { recovery_key } => {
            let recovery = KeyFile::read(recovery_key, Purpose::Recovery)?.sealing_key();
            let drill = desk.keys().drill(&command.account()?, recovery).await?;
            command.out.say(&drill, || drilled(lang, &drill))?;
            if !drill.is_whole() {
                return Ok(Exit::CheckFailed);
            }
        }
        KeysCommand::Rewrap { site, recovery_key } => {
            let read =
                |file: &PathBuf| Ok::<_, CommandError>(KeyFile::read(file, Purpose::Recovery)?.sealing_key());
            let recovery = recovery_key.as_ref().map(read).transpose()?;
            let site = desk.sites().chosen(site.as_ref()).await?;
            let done = desk.keys().rewrap(&command.account()?, &site, recovery).await?;
            command.out.say(&done, || rewrapped(lang, &done))?;
        }
    }
    Ok(Exit::Done)
}

fn root_key(file: &Path) -> Result<SigningKey, CommandError> {
    Ok(KeyFile::read(file, Purpose::StudyRoot)?.signing_key())
}

fn announced(lang: Lang, name: &str, site: &SiteId, generation: u32) -> String {
    let said = say::announced(lang, generation, name, site.to_string());
    format!("{said}\n{}", say::root_key_back(lang))
}

fn in_use(lang: Lang, generation: u32) -> String {
    format!("{}\n{}", say::in_use(lang, generation), say::root_key_back(lang))
}

fn drilled(lang: Lang, drill: &Drill) -> String {
    let Drill { vaults, grants, grants_opened, grants_in_use, parcels, parcels_opened, .. } = drill;
    let verdict = if drill.is_whole() { say::drill_whole(lang) } else { say::drill_not_whole(lang) };
    let mut lines = vec![
        say::drill_of(lang, drill.site.to_string()),
        verdict.to_owned(),
        say::drill_counts(lang, *vaults, *grants_opened, *grants, *parcels_opened, *parcels, *grants_in_use),
    ];
    if drill.grant_needed > 0 {
        lines.push(say::drill_grants_needed(lang, drill.grant_needed));
    }
    let line = |one: &NotOpened| {
        let subject = one.subject.as_deref().unwrap_or(say::no_participant(lang));
        format!("  {}", say::drill_record(lang, subject, one.vault.to_string(), one.n, &one.why))
    };
    let lists = [
        (say::drill_does_not_open(lang), &drill.failed),
        (say::drill_never_opened(lang), &drill.never_opened),
    ];
    for (head, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        lines.push(head.to_owned());
        lines.extend(list.iter().map(line));
    }
    lines.push(say::recovery_key_back(lang).to_owned());
    lines.join("\n")
}

fn rewrapped(lang: Lang, done: &Rewrapped) -> String {
    let Rewrapped { generation, grants, rewrapped, unopened } = done;
    let said = say::rewrapped(lang, *rewrapped, *generation, grants - unopened, *grants);
    match unopened {
        0 => said,
        count => format!("{said}\n{}", say::rewrap_unopened(lang, *count)),
    }
}

fn day(at: UtcMillis) -> String {
    at.to_chrono().format("%Y-%m-%d").to_string()
}

fn words(lang: Lang, view: &KeysView) -> String {
    let head = if view.expired { say::list_expired } else { say::list_good };
    let head = head(lang, view.bundle, day(view.expires));
    // Where there is one site, it need not be named.
    let named = |site: &SiteId, key: String| match view.recovery.as_slice() {
        [_] => key,
        _ => say::of_site(lang, site.to_string(), &key),
    };
    let titles = [shared::column_key(lang), say::column_standing(lang), shared::column_id(lang), ""];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for one in &view.generations {
        let held = if one.held { "" } else { say::not_on_this_server(lang) };
        let status = match one.status {
            SiteKeyStatus::Pending => say::pending(lang),
            SiteKeyStatus::Active => say::active(lang),
            SiteKeyStatus::Expired => say::expired(lang),
        };
        let name = named(&one.site, say::site_sealing(lang, one.generation));
        rows.push(vec![name, status.to_owned(), one.key.to_string(), held.to_owned()]);
    }
    for one in &view.recovery {
        let drilled = match one.last_drill {
            None => say::never_tried(lang).to_owned(),
            Some(LastDrill { at, whole: true }) => say::last_tried_whole(lang, day(at)),
            Some(LastDrill { at, whole: false }) => say::last_tried_not_whole(lang, day(at)),
        };
        let name = named(&one.site, say::recovery(lang).to_owned());
        let offline = say::offline(lang).to_owned();
        rows.push(vec![name, offline, one.key.to_string(), drilled]);
    }
    for one in &view.servers {
        let role = match one.role {
            ServerRole::Keeper => say::keeper_signing(lang),
            ServerRole::Relay => say::relay_signing(lang),
        };
        let retired = one.retired.map(|at| say::retired(lang, day(at)));
        let standing = retired.unwrap_or_else(|| say::active(lang).to_owned());
        let own = if one.own { say::this_server(lang) } else { "" };
        rows.push(vec![role.to_owned(), standing, one.key.to_string(), own.to_owned()]);
    }
    let root = say::root_fingerprint(lang, view.root_fingerprint.to_string());
    format!("{head}\n{root}\n{}", table(&rows))
}
