//! `relay`: the three steps by which a relay is made and named, each saying what comes next.

use std::path::Path;

use diary_core::files;
use diary_core::ids::{SiteId, StudyId};
use diary_core::keys::ApiHost;
use serde_json::json;

use super::args::relay::{RelayArgs, RelayCommand};
use super::exit::Instead;
use super::{CommandError, Exit, Invocation};
use crate::key_file::{KeyFile, Purpose};
use crate::keys::server_keys::is_of_role;
use crate::messages::{keys, relay as say};
use crate::relay::setup::{RelayCard, make_relay, take_bundle_file};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &RelayArgs) -> Result<Exit, CommandError> {
    match &args.command {
        RelayCommand::Init { study, site, host, demo } => {
            init(command, (study, site), host, *demo).await?;
        }
        RelayCommand::Add { file, root, out: to } => add(command, file, root, to).await?,
        RelayCommand::Bundle { file } => bundle(command, file).await?,
    }
    Ok(Exit::Done)
}

async fn init(
    command: &mut Invocation<'_, '_>,
    of: (&StudyId, &SiteId),
    host: &ApiHost,
    demo: bool,
) -> Result<(), CommandError> {
    let database = command.new_database()?;
    let made =
        make_relay(command.data_path()?, of, host, (database.as_ref(), demo), &command.context.entropy)
            .await?;
    let json =
        json!({ "data": made.folder.path(), "file": made.card, "key": made.key, "host": host.to_string() });
    command.out.say(&json, || {
        let (data, card) = (made.folder.path().display().to_string(), made.card.display().to_string());
        say::relay_made(command.options.lang, data, card)
    })?;
    Ok(())
}

async fn add(
    command: &mut Invocation<'_, '_>,
    file: &Path,
    root: &Path,
    to: &Path,
) -> Result<(), CommandError> {
    let folder = command.folder()?;
    let desk = command.context.desk(&folder).await?;
    let by = command.account()?;
    // Checked before the root signs anything.
    if to.exists() {
        return Err(CommandError::FileExists { path: to.display().to_string(), instead: Instead::Out });
    }
    let card = RelayCard::read(file)?;
    let root = KeyFile::read(root, Purpose::StudyRoot)?.signing_key();
    let added = desk.add_relay(&by, &card, &root).await?;
    let cannot = |path: &Path| {
        let path = path.display().to_string();
        move |source| CommandError::File { path, source }
    };
    files::create(to, &added.file).map_err(cannot(to))?;
    let written = command.config(&folder)?.relay.is_none();
    if written {
        let path = folder.config_file();
        let text = std::fs::read_to_string(&path).map_err(cannot(&path))?;
        let section = format!("\n[relay]\nhost = \"{}\"\n", added.host);
        files::replace(&path, (text + &section).as_bytes()).map_err(cannot(&path))?;
    }
    let (host, version, root) = (added.host.to_string(), added.version, added.root);
    let json = json!({ "file": to, "host": host, "bundle": version, "root": root, "configured": written });
    command.out.say(&json, || {
        let (lang, config) = (command.options.lang, folder.config_file().display().to_string());
        let told = if written { say::relay_configured } else { say::relay_to_configure };
        [
            say::relay_named(lang, &host, version),
            told(lang, config, &host),
            keys::root_key_back(lang).to_owned(),
            String::new(),
            say::relay_added_next(lang, to.display().to_string(), root.to_string()),
        ]
        .join("\n")
    })?;
    Ok(())
}

async fn bundle(command: &mut Invocation<'_, '_>, file: &Path) -> Result<(), CommandError> {
    let folder = command.folder()?;
    if !is_of_role(&folder.keys(), diary_core::keys::ServerRole::Relay) {
        return Err(CommandError::NotARelay { path: folder.path().display().to_string() });
    }
    let by = command.account()?;
    let bytes = std::fs::read(file)
        .map_err(|source| CommandError::File { path: file.display().to_string(), source })?;
    let taken =
        take_bundle_file(&folder, &by, &bytes, &*command.context.clock, &command.context.entropy).await?;
    let json = json!({ "bundle": taken.version, "root": taken.root, "first": taken.first });
    command.out.say(&json, || {
        let lang = command.options.lang;
        let trusts = |root: &str| format!("{}\n", say::relay_trusts_root(lang, root));
        let first = if taken.first { trusts(&taken.root.to_string()) } else { String::new() };
        format!("{}\n{first}\n{}", say::relay_has_keys(lang, taken.version), say::relay_next(lang))
    })?;
    Ok(())
}
