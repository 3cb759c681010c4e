//! `export`: writes files for an inspector, and tables for a statistician.

use std::path::Path;

use diary_core::text::Lang;

use super::args::export::{CsvArgs, ExportArgs, ExportCommand};
use super::{CommandError, Exit, Invocation, tell_if_left};
use crate::messages::export as say;
use crate::site::{CsvExported, FilesWanted, ParticipantSelection, Wanted};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &ExportArgs) -> Result<Exit, CommandError> {
    match &args.command {
        ExportCommand::Files { folder, sealed_only } => files(command, folder, *sealed_only).await,
        ExportCommand::Csv(args) => csv(command, args).await,
    }
}

async fn files(command: &mut Invocation<'_, '_>, to: &Path, sealed_only: bool) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    let wanted = FilesWanted { sealed_only, lang: command.options.lang };
    let done = desk.exports().files(&command.account()?, to, wanted).await?;
    let root = desk.keeper_keys().root_fingerprint();
    command.out.say(&done, || {
        let lang = command.options.lang;
        let content = match sealed_only {
            true => say::plaintexts_left_out(lang).to_owned(),
            false => say::parcels_readable(lang, done.opened),
        };
        format!(
            "{} {content}\n{}\n  diary-server verify {} --root-fingerprint {root}",
            say::files(lang, done.vaults, done.records, done.trail),
            say::check_anywhere(lang),
            to.display()
        )
    })?;
    Ok(Exit::Done)
}

async fn csv(command: &mut Invocation<'_, '_>, args: &CsvArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    let whose = match (&args.site, args.participant.as_slice()) {
        (Some(site), _) => ParticipantSelection::Of(site.clone()),
        (None, []) => ParticipantSelection::All,
        (None, some) => ParticipantSelection::Some(some.to_vec()),
    };
    let wanted = Wanted { spreadsheet: args.spreadsheet, ..Wanted::whole(whose, command.options.lang) };
    let done = desk.exports().csv(&command.account()?, args.to(), &wanted).await?;
    command.out.say(&done, || words(command.options.lang, &done, args.to()))?;
    Ok(Exit::Done)
}

fn words(lang: Lang, done: &CsvExported, to: &Path) -> String {
    let tables = done.files.iter().filter_map(|file| Some((file.name.as_str(), file.rows?)));
    let rows: Vec<_> = tables.map(|(name, rows)| vec![name.to_owned(), rows.to_string()]).collect();
    let excel = match done.files.iter().any(|file| file.name.ends_with(".xlsx")) {
        true => say::spreadsheet_is_there(lang),
        false => say::add_spreadsheet(lang),
    };
    format!(
        "{}\n{}{}\n{} {excel} {}",
        say::csv(lang, done.participants, to.display().to_string()),
        super::output::table(&rows),
        say::problems(lang, done.problems),
        say::readme_explains(lang),
        say::keep_as_diaries(lang),
    )
}
