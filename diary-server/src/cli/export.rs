//! `export`: writes files for an inspector, and tables for a statistician.

use std::path::Path;

use diary_core::text::Lang;

use super::args::Common;
use super::args::export::{CsvArgs, ExportArgs, ExportCommand};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder, tell_if_left};
use crate::messages::export as say;
use crate::site::{CsvExported, Wanted, Whose};

pub(super) async fn run(
    common: &Common,
    args: &ExportArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    match &args.command {
        ExportCommand::Files { folder, sealed_only } => {
            files(common, folder, *sealed_only, around, out).await
        }
        ExportCommand::Csv(args) => csv(common, args, around, out).await,
    }
}

async fn files(
    common: &Common,
    to: &Path,
    sealed_only: bool,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    tell_if_left(&desk, out).await?;
    let done = desk.exports().files(&account(common)?, to, sealed_only).await?;
    let root = desk.keeper_keys().root_fingerprint();
    out.say(&done, || {
        let lang = common.lang;
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

async fn csv(
    common: &Common,
    args: &CsvArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    tell_if_left(&desk, out).await?;
    let whose = match args.participant.as_slice() {
        [] => Whose::All,
        some => Whose::Some(some.to_vec()),
    };
    let wanted = Wanted { whose, spreadsheet: args.spreadsheet };
    let done = desk.exports().csv(&account(common)?, args.to(), &wanted).await?;
    out.say(&done, || words(common.lang, &done, args.to()))?;
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
