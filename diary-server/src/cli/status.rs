//! `status`: the site at a glance.

use std::collections::BTreeSet;

use diary_core::ids::SiteId;
use diary_core::text::Lang;

use super::args::StatusArgs;
use super::output::{short, table};
use super::{CommandError, Exit, Invocation, words};
use crate::ingest::quotas::Quota;
use crate::messages::{common as shared, overview as say};
use crate::site::{LastDrill, Overview, OverviewRow, QuotaRow, StudyBehind, Unattached};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &StatusArgs) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    let limits = command.config(&folder)?.limits;
    let desk = command.context.desk(&folder).await?;
    let site = match &args.site {
        Some(site) => Some(BTreeSet::from([desk.sites().chosen(Some(site)).await?])),
        None => None,
    };
    let overview = desk.views().overview_of(&limits, site.as_ref()).await?;
    command.out.say(&overview, || text(command.options.lang, &overview))?;
    Ok(Exit::Done)
}

fn text(lang: Lang, overview: &Overview) -> String {
    let sites = words::list(lang, overview.sites.iter().map(SiteId::to_string));
    let of = (overview.study.to_string(), overview.study_version, sites);
    let said = if overview.bundle_expired { say::keys_expired } else { say::keys_good };
    let mut lines: Vec<String> =
        overview.server_clock.map(|doubt| words::clock_doubt(lang, doubt)).into_iter().collect();
    lines.push(said(lang, of.0, of.1, of.2, overview.bundle_expires.to_string()));
    lines.extend(overview.drills.iter().map(|one| match overview.drills.as_slice() {
        [_] => drilled(lang, one.last),
        _ => say::drill_of_site(lang, one.site.to_string(), drilled(lang, one.last)),
    }));
    lines.extend(put_back(lang, overview));
    lines.extend(overview.unattached.iter().map(|one| unattached(lang, one)));
    if overview.not_handed_over > 0 {
        lines.push(say::not_handed_over(lang, overview.not_handed_over));
    }
    lines.extend(overview.lost_keepers.iter().map(|key| say::lost_keeper(lang, key.to_string())));
    let head = lines.join("\n") + "\n";
    if overview.participants.is_empty() {
        return head + shared::no_participants(lang);
    }
    let titles = [
        shared::column_subject(lang),
        say::column_phones(lang),
        say::column_pending(lang),
        say::column_last_contact(lang),
        say::column_entries(lang),
        say::column_waiting(lang),
        say::column_quarantined(lang),
    ];
    let row = |row: &OverviewRow| {
        vec![
            row.subject.clone(),
            row.devices.to_string(),
            row.pending.to_string(),
            row.last_contact.map_or_else(|| shared::never(lang).to_owned(), |at| at.to_string()),
            row.entries.to_string(),
            row.waiting.to_string(),
            row.quarantined.to_string(),
        ]
    };
    let rows: Vec<_> = std::iter::once(titles.map(str::to_owned).to_vec())
        .chain(overview.participants.iter().map(row))
        .collect();
    let below: Vec<String> = missing(lang, overview)
        .chain(studies(lang, overview))
        .chain(
            overview
                .participants
                .iter()
                .flat_map(|row| row.quotas.iter().map(|quota| quota_line(lang, &row.subject, quota))),
        )
        .map(|line| line + "\n")
        .collect();
    head + &table(&rows) + &below.concat()
}

/// Phones that have not reported the newest version of the study.
fn studies(lang: Lang, overview: &Overview) -> Vec<String> {
    let newest = overview.study_version;
    let phone = |of: &StudyBehind| {
        let name = of.number.map_or_else(|| short(&of.device.to_string()), |number| number.to_string());
        match of.version {
            Some(version) => say::phone_has_version(lang, name, version),
            None => say::phone_has_not_said(lang, name),
        }
    };
    let mut lines = Vec::new();
    if overview.study_missing {
        lines.push(say::study_missing(lang, newest));
    }
    let count: usize = overview.participants.iter().map(|row| row.study_behind.len()).sum();
    if count > 0 {
        lines.push(say::phones_behind(lang, count, newest));
    }
    let behind = overview.participants.iter().filter(|row| !row.study_behind.is_empty());
    lines.extend(
        behind.map(|row| {
            format!("  {}: {}", row.subject, words::list(lang, row.study_behind.iter().map(phone)))
        }),
    );
    lines
}

fn drilled(lang: Lang, last: Option<LastDrill>) -> String {
    match last {
        None => say::drill_never(lang).to_owned(),
        Some(LastDrill { at, whole: true }) => say::drill_whole(lang, at.to_string()),
        Some(LastDrill { at, whole: false }) => say::drill_not_whole(lang, at.to_string()),
    }
}

/// Notice to check the data after the database was put back to an earlier state.
fn put_back(lang: Lang, overview: &Overview) -> Vec<String> {
    let Some(put_back) = &overview.put_back else { return Vec::new() };
    let said = if put_back.by_restore { say::restored } else { say::put_back };
    let (at, detail) = (put_back.at.to_string(), put_back.detail.clone());
    let first = said(lang, at, detail, put_back.brought_back, put_back.receipts_shown);
    vec![first, say::check_what_staff_entered(lang).to_owned()]
}

fn unattached(lang: Lang, one: &Unattached) -> String {
    let (vault, since) = (one.vault.to_string(), one.since.to_string());
    match &one.subject {
        Some(subject) => say::unattached(lang, vault, since, subject),
        None => say::unattached_unnamed(lang, vault, since),
    }
}

fn missing(lang: Lang, overview: &Overview) -> impl Iterator<Item = String> {
    let rows = overview.participants.iter().filter(|row| row.keeper_missing > 0);
    rows.map(move |row| say::keeper_missing(lang, &row.subject, row.keeper_missing))
}

/// A quota that is reached or nearly reached. Over a quota, pushes are deferred and stay on the phone.
fn quota_line(lang: Lang, subject: &str, row: &QuotaRow) -> String {
    let phone = row.device.map_or_else(String::new, |key| short(&key.to_string()));
    let (stored, most) = (row.stored, row.most);
    let of_phone = match row.quota {
        Quota::Device => say::quota_device,
        Quota::DeviceDay => say::quota_device_day,
        Quota::PendingDevice => say::quota_pending_device,
        Quota::RevokedDevice => say::quota_revoked_device,
        Quota::Opened => say::quota_opened,
        Quota::Unconfirmed => |lang, _, records, most, bytes, most_bytes| {
            say::quota_unconfirmed(lang, records, most, bytes, most_bytes)
        },
    };
    let what = of_phone(lang, phone.clone(), stored.records, most.records, stored.bytes, most.bytes);
    let remedy = match row.device {
        Some(_) => say::quota_allow(lang, subject, phone),
        None => say::quota_configured(lang).to_owned(),
    };
    let said = if row.reached { say::quota_used_up } else { say::quota_near };
    said(lang, subject, what, remedy)
}
