//! `move`: moves the study to another database, and prints the lines for the configuration.

use diary_core::text::Lang;
use serde_json::json;

use super::args::moving::MoveArgs;
use super::{CommandError, Exit, Invocation};
use crate::data_folder::DataFolder;
use crate::messages::server as say;
use crate::ops::moving::{MoveInput, Moved, move_study, stay};
use diary_store::Location;
use diary_store::moving::Progress;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &MoveArgs) -> Result<Exit, CommandError> {
    let (lang, by) = (command.options.lang, command.account()?);
    let named = |option, url: &str| {
        url.parse::<Location>().map_err(|source| CommandError::MoveLocation { option, source })
    };
    let folder = match &args.from {
        Some(url) => DataFolder::at(command.data_path()?).with_database(Some(named("--from", url)?))?,
        None => command.folder()?,
    };
    let now = command.context.clock.now();
    let Some(to) = args.to.as_deref().filter(|_| !args.give_up) else {
        stay(&folder, &by, now, &command.context.entropy).await?;
        command.out.say(&json!({ "moved": "given up" }), || say::move_given_up(lang).to_owned())?;
        return Ok(Exit::Done);
    };
    let to = named("--to", to)?;
    let input = MoveInput::new(&folder, &to, &by, now);
    let mut unread = None;
    let moved = {
        let mut told =
            |progress| unread = unread.take().or_else(|| command.out.note(&line(lang, progress)).err());
        move_study(&input, &command.context.entropy, &mut told).await?
    };
    let (rows, vaults) = match moved {
        Moved::Now { rows, vaults } => (Some(rows), Some(vaults)),
        Moved::Finished | Moved::Before => (None, None),
    };
    let before = moved == Moved::Before;
    let json = json!({ "moved": if before { "before" } else { "now" }, "rows": rows, "vaults": vaults });
    command.out.say(&json, || words(lang, &folder, &to, moved))?;
    unread.map_or(Ok(Exit::Done), |error| Err(error.into()))
}

fn line(lang: Lang, progress: Progress) -> String {
    let line = match progress {
        Progress::SetAside { name } => say::set_aside(lang, name),
        Progress::Copied { table, rows } => say::copied(lang, table, rows),
        Progress::Same { table, rows } => say::the_same(lang, table, rows),
    };
    line + "\n"
}

fn words(lang: Lang, folder: &DataFolder, to: &Location, moved: Moved) -> String {
    let done = match moved {
        Moved::Now { rows, vaults } => say::moved(lang, rows, vaults),
        Moved::Finished => say::moved_finished(lang).to_owned(),
        Moved::Before => say::moved_before(lang).to_owned(),
    };
    let config = folder.config_file().display().to_string();
    let own = DataFolder::at(folder.path());
    let next = if to == own.location() { say::move_next_own } else { say::move_next_named };
    format!("{done}\n{}\n", next(lang, config))
}
