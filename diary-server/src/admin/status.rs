//! `status`: the site at a glance.

use super::args::Common;
use super::output::table;
use super::{Exit, Output, Refusal, Surroundings, desk, folder};
use crate::staff::{Overview, OverviewRow};

pub(super) async fn run(
    common: &Common,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let overview = desk(&folder(common)?, around)?.overview().await?;
    out.say(&overview, || words(&overview))?;
    Ok(Exit::Done)
}

fn words(overview: &Overview) -> String {
    let expired = if overview.bundle_expired { "EXPIRED " } else { "good until " };
    let first = format!(
        "{} version {}, site {}, keys {expired}{}\n",
        overview.study, overview.study_version, overview.site, overview.bundle_expires
    );
    if overview.participants.is_empty() {
        return format!("{first}No participants yet. `participant add SUBJECT` makes one.");
    }
    let head = ["SUBJECT", "PHONES", "PENDING", "LAST CONTACT", "ENTRIES", "WAITING", "QUARANTINED"];
    let row = |row: &OverviewRow| {
        vec![
            row.subject.clone(),
            row.devices.to_string(),
            row.pending.to_string(),
            row.last_contact.map_or_else(|| "never".to_owned(), |at| at.to_string()),
            row.entries.to_string(),
            row.waiting.to_string(),
            row.quarantined.to_string(),
        ]
    };
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned).to_vec())
        .chain(overview.participants.iter().map(row))
        .collect();
    first + &table(&rows)
}
