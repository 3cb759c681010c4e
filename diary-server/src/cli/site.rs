//! `site`: the sites of this keeper, and a further one.

use std::path::Path;

use diary_core::files::folder_of;
use diary_core::ids::SiteId;
use diary_core::text::Lang;
use serde_json::json;

use super::args::site::{SiteArgs, SiteCommand};
use super::output::table;
use super::{CommandError, Exit, Invocation};
use crate::key_file::{KeyFile, Purpose};
use crate::messages::{common as shared, site as say};
use crate::site::{AddedSite, SiteInput, SiteView};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &SiteArgs) -> Result<Exit, CommandError> {
    match &args.command {
        SiteCommand::List => {
            let desk = command.context.desk(&command.folder()?).await?;
            let sites = desk.sites().list().await?;
            command.out.say(&sites, || listed(command.options.lang, &sites))?;
            Ok(Exit::Done)
        }
        SiteCommand::Add { site, root_key, offline } => {
            add(command, site, (root_key, offline.as_deref())).await
        }
    }
}

async fn add(
    command: &mut Invocation<'_, '_>,
    site: &SiteId,
    (root_key, offline): (&Path, Option<&Path>),
) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    let desk = command.context.desk(&folder).await?;
    let by = command.account()?;
    let root = KeyFile::read(root_key, Purpose::StudyRoot)?.signing_key();
    let offline = offline.unwrap_or_else(|| folder_of(root_key));
    let added = desk.sites().add(&by, &root, SiteInput { folder: &folder, offline, site }).await?;
    let json = json!({
        "site": site,
        "zone": added.zone,
        "recovery": { "id": added.recovery, "file": added.recovery_file },
        "site_sealing": { "id": added.sealing, "generation": 1 },
        "bundle": added.bundle,
        "again": added.again,
    });
    command.out.say(&json, || words(command.options.lang, site, &added))?;
    Ok(Exit::Done)
}

fn words(lang: Lang, site: &SiteId, added: &AddedSite) -> String {
    let said = if added.again { say::added_before } else { say::added };
    [
        said(lang, site.to_string(), added.zone.to_string()),
        say::recovery_key(lang, added.recovery_file.display().to_string(), site.to_string()),
        say::next(lang, site.to_string()),
    ]
    .join("\n\n")
}

fn listed(lang: Lang, sites: &[SiteView]) -> String {
    let head = [
        shared::column_site(lang),
        say::column_name(lang),
        say::column_zone(lang),
        say::column_participants(lang),
        shared::column_added(lang),
    ];
    let head = head.map(str::to_owned).to_vec();
    let row = |one: &SiteView| {
        vec![
            one.site.to_string(),
            one.title.get(lang).to_owned(),
            one.zone.to_string(),
            one.participants.to_string(),
            one.added.to_string(),
        ]
    };
    table(&std::iter::once(head).chain(sites.iter().map(row)).collect::<Vec<_>>())
}
