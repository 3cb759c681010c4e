//! `keys`: the study's keys, a new generation of the site's sealing key, and renewing what the root has signed.

use std::path::{Path, PathBuf};

use diary_core::keys::{ServerRole, SigningKey};
use serde_json::json;

use super::args::Common;
use super::args::keys::{KeysArgs, KeysCommand};
use super::output::table;
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder};
use crate::key_file::{KeyFile, Purpose};
use crate::site::{Drill, KeysView, LastDrill, NotOpened, Rewrapped};

pub(super) async fn run(
    common: &Common,
    args: &KeysArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    match &args.command {
        KeysCommand::List => {
            let view = desk.keys().view().await?;
            out.say(&view, || words(&view))?;
        }
        KeysCommand::Rotate { root, now, reason } => {
            let by = account(common)?;
            let generation = desk.keys().rotate(&by, &root_key(root)?, *now, reason.as_deref()).await?;
            out.say(&json!({ "generation": generation, "active": now }), || rotated(generation, *now))?;
        }
        KeysCommand::Activate { generation, root, reason } => {
            let by = account(common)?;
            desk.keys().activate(&by, &root_key(root)?, *generation, reason.as_deref()).await?;
            out.say(&json!({ "generation": generation, "active": true }), || in_use(*generation))?;
        }
        KeysCommand::Renew { root } => {
            let bundle = desk.keys().renew(&account(common)?, &root_key(root)?).await?;
            out.say(&json!({ "bundle": bundle.version, "expires": bundle.expires }), || {
                let until = bundle.expires.to_chrono().format("%Y-%m-%d");
                format!("The keys are signed until {until}. Put the root key back in its safe place.")
            })?;
        }
        KeysCommand::Drill { recovery_key } => {
            let recovery = KeyFile::read(recovery_key, Purpose::Recovery)?.sealing_key();
            let drill = desk.keys().drill(&account(common)?, recovery).await?;
            out.say(&drill, || drilled(&drill))?;
            if !drill.is_whole() {
                return Ok(Exit::CheckFailed);
            }
        }
        KeysCommand::Rewrap { recovery_key } => {
            let read =
                |file: &PathBuf| Ok::<_, Refusal>(KeyFile::read(file, Purpose::Recovery)?.sealing_key());
            let recovery = recovery_key.as_ref().map(read).transpose()?;
            let done = desk.keys().rewrap(&account(common)?, recovery).await?;
            out.say(&done, || rewrapped(&done))?;
        }
    }
    Ok(Exit::Done)
}

fn root_key(file: &Path) -> Result<SigningKey, Refusal> {
    Ok(KeyFile::read(file, Purpose::StudyRoot)?.signing_key())
}

fn rotated(generation: u32, now: bool) -> String {
    if now {
        return in_use(generation);
    }
    format!(
        "Generation {generation} of the site's sealing key is made and announced; phones still seal to the one before.\n\
         Back this server up, so that its file site-sealing-{generation}.key is never the only copy, then bring it into \
         use:\n  diary-server keys activate {generation} --root FILE\nPut the root key back in its safe place."
    )
}

fn in_use(generation: u32) -> String {
    format!(
        "Generation {generation} is in use: phones seal to it from their next contact on. Keep the files of earlier \
         generations: they open what was sealed before. `keys rewrap`, once phones have learned of it, lets \
         generation {generation} open that too.\n\
         Put the root key back in its safe place."
    )
}

fn drilled(drill: &Drill) -> String {
    let Drill { vaults, grants, grants_opened, grants_in_use, parcels, parcels_opened, .. } = drill;
    let lines = |head: &str, list: &[NotOpened]| -> String {
        let line = |one: &NotOpened| {
            let whose = one.subject.as_deref().unwrap_or("no participant");
            format!("  {whose}, vault {}, record {}: {}\n", one.vault, one.n, one.why)
        };
        if list.is_empty() {
            String::new()
        } else {
            format!("{head}\n{}", list.iter().map(line).collect::<String>())
        }
    };
    let verdict = if drill.is_whole() {
        "The recovery key opens everything that can be opened."
    } else {
        "THE RECOVERY KEY DOES NOT OPEN EVERYTHING."
    };
    let needed = match drill.grant_needed {
        0 => String::new(),
        count => format!("{count} parcels wait for their grant and were not tried.\n"),
    };
    format!(
        "{verdict}\n{vaults} vaults: {grants_opened} of {grants} grants and {parcels_opened} of {parcels} parcels open with \
         it alone, to what was kept. {grants_in_use} of {grants} grants are wrapped to the generation in use.\n{needed}{}{}\
         Put the recovery key back in its safe place.",
        lines("Does not open:", &drill.failed),
        lines("In quarantine, never opened with any key:", &drill.never_opened),
    )
}

fn rewrapped(done: &Rewrapped) -> String {
    let Rewrapped { generation, grants, rewrapped, unopened } = done;
    let lost = match unopened {
        0 => String::new(),
        count => format!(
            "\n{count} grants open with no key that is here. Give the recovery key: `keys rewrap --recovery-key FILE`."
        ),
    };
    let rest = grants - unopened;
    format!(
        "{rewrapped} grants were wrapped to generation {generation}; it opens {rest} of {grants} now. Phones that have not \
         learned of it yet may still send some: run this again after their next contact.{lost}"
    )
}

fn words(view: &KeysView) -> String {
    let day = |at: diary_core::time::UtcMillis| at.to_chrono().format("%Y-%m-%d").to_string();
    let expires = day(view.expires);
    let good = if view.expired {
        format!("EXPIRED {expires}: phones warn and go on working; `keys renew --root FILE` signs them anew")
    } else {
        format!("good until {expires}")
    };
    let mut rows = vec![["KEY", "STANDING", "ID", ""].map(str::to_owned).to_vec()];
    for one in &view.generations {
        let held = if one.held { "" } else { "NOT ON THIS SERVER" };
        let name = format!("site sealing {}", one.generation);
        rows.push(vec![name, one.status.to_owned(), one.key.to_string(), held.to_owned()]);
    }
    if let Some(key) = view.recovery {
        let drilled = match view.last_drill {
            None => "never tried: `keys drill`".to_owned(),
            Some(LastDrill { at, whole: true }) => format!("last tried {}, opened everything", day(at)),
            Some(LastDrill { at, whole: false }) => {
                format!("last tried {}, DID NOT OPEN EVERYTHING", day(at))
            }
        };
        rows.push(vec!["recovery".to_owned(), "offline".to_owned(), key.to_string(), drilled]);
    }
    for one in &view.servers {
        let role = match one.role {
            ServerRole::Keeper => "keeper signing",
            ServerRole::Relay => "relay signing",
        };
        let standing = one.retired.map_or_else(|| "active".to_owned(), |at| format!("retired {}", day(at)));
        let own = if one.own { "this server" } else { "" };
        rows.push(vec![role.to_owned(), standing, one.key.to_string(), own.to_owned()]);
    }
    let (bundle, root) = (view.bundle, view.root_fingerprint);
    format!("Keys of the study, version {bundle}, {good}\nRoot fingerprint {root}\n{}", table(&rows))
}
