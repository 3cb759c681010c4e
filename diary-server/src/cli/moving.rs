//! `move`: moves the study to another database, and prints the lines for the configuration.

use serde_json::json;

use super::args::Common;
use super::args::moving::MoveArgs;
use super::{CommandContext, Exit, Output, Refusal, account, data_path, folder};
use crate::data_folder::DataFolder;
use crate::ops::moving::{MoveInput, Moved, move_study, stay};
use diary_store::Location;
use diary_store::moving::Progress;

pub(super) async fn run(
    common: &Common,
    args: &MoveArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let by = account(common)?;
    let named = |option, url: &str| {
        url.parse::<Location>().map_err(|source| Refusal::MoveLocation { option, source })
    };
    let folder = match &args.from {
        Some(url) => DataFolder::at(data_path(common)?).with_database(Some(named("--from", url)?))?,
        None => folder(common, around)?,
    };
    let now = around.clock.now();
    let Some(to) = args.to.as_deref().filter(|_| !args.give_up) else {
        stay(&folder, &by, now, &around.entropy).await?;
        out.say(&json!({ "moved": "given up" }), || {
            "The move is given up. The study stays where it was: diary-server serve.\n".to_owned()
        })?;
        return Ok(Exit::Done);
    };
    let to = named("--to", to)?;
    let input = MoveInput::new(&folder, &to, &by, now);
    let mut unread = None;
    let moved = {
        let mut told = |progress| unread = unread.take().or_else(|| out.note(&line(progress)).err());
        move_study(&input, &around.entropy, &mut told).await?
    };
    let (rows, vaults) = match moved {
        Moved::Now { rows, vaults } => (Some(rows), Some(vaults)),
        Moved::Finished | Moved::Before => (None, None),
    };
    let before = moved == Moved::Before;
    let json = json!({ "moved": if before { "before" } else { "now" }, "rows": rows, "vaults": vaults });
    out.say(&json, || words(&folder, &to, moved))?;
    unread.map_or(Ok(Exit::Done), |error| Err(error.into()))
}

fn line(progress: Progress) -> String {
    match progress {
        Progress::SetAside { name } => {
            format!(
                "set aside {name}: the database that was left there before; nothing of the study is in it alone\n"
            )
        }
        Progress::Copied { table, rows } => format!("copied    {table}: {rows}\n"),
        Progress::Same { table, rows } => format!("the same  {table}: {rows}\n"),
    }
}

fn words(folder: &DataFolder, to: &Location, moved: Moved) -> String {
    let done = match moved {
        Moved::Now { rows, vaults } => {
            format!("The study is moved: {rows} rows, {vaults} diaries, the same in both databases.\n")
        }
        Moved::Finished => "The study is moved; everything was there already.\n".to_owned(),
        Moved::Before => "The study was moved before. Nothing was changed.\n".to_owned(),
    };
    let config = folder.config_file();
    let own = DataFolder::at(folder.path());
    let write = if to == own.location() {
        "leave [database] out"
    } else {
        "give [database] as url what you gave with --to"
    };
    format!(
        "{done}Next: in {} {write}, then diary-server serve. The old database takes nothing any more; keep it until the \
         new one has its backups.\n",
        config.display()
    )
}
