//! `export`: writes files for an inspector.

use super::args::Common;
use super::args::export::{ExportArgs, ExportCommand};
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder};

pub(super) async fn run(
    common: &Common,
    args: &ExportArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let ExportCommand::Files { folder: to, sealed_only } = &args.command;
    let desk = desk(&folder(common, around)?, around).await?;
    let done = desk.export_files(&account(common)?, to, *sealed_only).await?;
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
