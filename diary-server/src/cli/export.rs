//! `export`: writes files for an inspector, and tables for a statistician.

use std::path::Path;

use super::args::Common;
use super::args::export::{CsvArgs, ExportArgs, ExportCommand};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder, tell_if_left};
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
    let root = desk.keys.root_fingerprint();
    out.say(&done, || {
        let content = match sealed_only {
            true => "Plaintexts were left out.".to_owned(),
            false => format!("{} parcels are readable in it: keep it as the diaries themselves.", done.opened),
        };
        format!(
            "Exported {} vaults with {} records and {} rows of the trail. {content}\nCheck it anywhere with:\n  \
             diary-server verify {} --root-fingerprint {root}",
            done.vaults,
            done.records,
            done.trail,
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
    out.say(&done, || words(&done, args.to()))?;
    Ok(Exit::Done)
}

fn words(done: &CsvExported, to: &Path) -> String {
    let tables = done.files.iter().filter_map(|file| Some((file.name.as_str(), file.rows?)));
    let rows: Vec<_> = tables.map(|(name, rows)| vec![name.to_owned(), rows.to_string()]).collect();
    let problems = match done.problems {
        0 => "Everything is in it.".to_owned(),
        1 => "1 thing is not, or not wholly, in it: problems.csv says which and why.".to_owned(),
        more => format!("{more} things are not, or not wholly, in it: problems.csv says which and why."),
    };
    let excel = match done.files.iter().any(|file| file.name.ends_with(".xlsx")) {
        true => "For Excel and WPS there is diaries.xlsx.",
        false => "For Excel and WPS add --spreadsheet.",
    };
    format!(
        "Exported {} participants to {}:\n{}{problems}\nREADME.txt explains the files, columns.csv the columns; \
         read_diary.R and read_diary.py read them with the right types. {excel} Keep it as the diaries themselves.",
        done.participants,
        to.display(),
        super::output::table(&rows)
    )
}
