//! `status`: the site at a glance.

use diary_core::text::Lang;
use diary_report::staff_words::server_clock_doubt;

use super::args::Common;
use super::output::{short, table};
use super::{CommandContext, Exit, Output, Refusal, config, desk, folder};
use crate::guard::quotas::Quota;
use crate::site::{LastDrill, Overview, OverviewRow, QuotaRow, StudyBehind, Unattached};

pub(super) async fn run(
    common: &Common,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let folder = folder(common, around)?;
    let limits = config(common, &folder, around)?.limits;
    let overview = desk(&folder, around).await?.overview(&limits).await?;
    out.say(&overview, || words(&overview))?;
    Ok(Exit::Done)
}

fn words(overview: &Overview) -> String {
    let expired = if overview.bundle_expired { "EXPIRED " } else { "good until " };
    let first = format!(
        "{} version {}, site {}, keys {expired}{}\n",
        overview.study, overview.study_version, overview.site, overview.bundle_expires
    );
    let doubt =
        overview.server_clock.map_or_else(String::new, |doubt| server_clock_doubt(doubt, Lang::EN) + "\n");
    let first = doubt
        + &first
        + &drilled(overview.last_drill)
        + &put_back(overview)
        + &unattached(overview)
        + &not_handed_over(overview);
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
    first + &table(&rows) + &missing(overview) + &studies(overview) + &quotas(overview)
}

/// Phones that have not reported the newest version of the study.
fn studies(overview: &Overview) -> String {
    let newest = overview.study_version;
    let phone = |of: &StudyBehind| {
        let name = of.number.map_or_else(|| short(&of.device.to_string()), |number| number.to_string());
        let has =
            of.version.map_or_else(|| "has not said".to_owned(), |version| format!("has version {version}"));
        format!("phone {name} {has}")
    };
    let behind = overview.participants.iter().filter(|row| !row.study_behind.is_empty());
    let lines: Vec<String> = behind
        .map(|row| {
            let phones: Vec<String> = row.study_behind.iter().map(phone).collect();
            format!("  {}: {}\n", row.subject, phones.join(", "))
        })
        .collect();
    let count: usize = overview.participants.iter().map(|row| row.study_behind.len()).sum();
    let missing = match overview.study_missing {
        true => format!(
            "The file of study version {newest} is not in the database, and phones cannot fetch it: `study publish FOLDER \
             --root FILE` with the same files brings it back.\n"
        ),
        false => String::new(),
    };
    match count {
        0 => missing,
        _ => format!(
            "{missing}{count} phone(s) have not said that they have study version {newest}; they fetch it at their next \
             contact:\n{}",
            lines.concat()
        ),
    }
}

fn drilled(last: Option<LastDrill>) -> String {
    let said = match last {
        None => "never tried; try it once a year: `keys drill --recovery-key FILE`".to_owned(),
        Some(LastDrill { at, whole: true }) => format!("last tried {at}, opened everything"),
        Some(LastDrill { at, whole: false }) => {
            format!("last tried {at}, DID NOT OPEN EVERYTHING: `keys drill` names what")
        }
    };
    format!("Recovery key {said}\n")
}

/// Notice to check the data after the database was put back to an earlier state.
fn put_back(overview: &Overview) -> String {
    let Some(put_back) = &overview.put_back else { return String::new() };
    let what = if put_back.by_restore { "A backup was restored" } else { "The database was found put back" };
    format!(
        "{what} on {} ({}). Phones send again what is missing; they have brought back {} messages of this keeper and \
         shown receipts for {} parcels that were not here.\nCheck what staff entered since the backup (anchors, regimens, \
         visits, infusions) and enter again what is not here.\n",
        put_back.at, put_back.detail, put_back.brought_back, put_back.receipts_shown,
    )
}

fn unattached(overview: &Overview) -> String {
    let line = |one: &Unattached| {
        let whose = one.subject.as_ref().map_or("not told by its certificate", String::as_str);
        let subject = one.subject.as_ref().map_or("SUBJECT", String::as_str);
        format!(
            "Vault {} came back on {} without its participant ({whose}): `participant attach {subject} {} --reason TEXT`\n",
            one.vault, one.since, one.vault
        )
    };
    overview.unattached.iter().map(line).collect()
}

fn not_handed_over(overview: &Overview) -> String {
    match overview.not_handed_over {
        0 => String::new(),
        count => format!(
            "A relay has not taken {count} records that phones wait for. Every `pull` offers them again; its log says why.\n"
        ),
    }
}

fn missing(overview: &Overview) -> String {
    let rows = overview.participants.iter().filter(|row| row.keeper_missing > 0);
    let line = |row: &OverviewRow| {
        format!(
            "{}: {} messages of this keeper are known to be lost; acts of staff may be among them. Enter them again.\n",
            row.subject, row.keeper_missing
        )
    };
    rows.map(line).collect()
}

/// Quotas that are reached or nearly reached. Over a quota, pushes are deferred and stay on the phone.
fn quotas(overview: &Overview) -> String {
    let line = |subject: &str, row: &QuotaRow| {
        let (stored, most) = (row.stored, row.most);
        let (counted, whose) = match row.quota {
            Quota::Device => ("records", "in all"),
            Quota::DeviceDay => ("records", "today"),
            Quota::PendingDevice => ("records", "before it was confirmed"),
            Quota::RevokedDevice => ("records", "after it was revoked"),
            Quota::Opened => ("items", "as opened"),
            Quota::Unconfirmed => {
                ("records", "together, those that wait to be confirmed and those that were revoked")
            }
        };
        let phone = row
            .device
            .map_or_else(|| "phones".to_owned(), |key| format!("phone {}", short(&key.to_string())));
        let how = if row.reached { "USED UP, the rest waits on the phone" } else { "nearly used up" };
        let what = match row.device {
            Some(key) => format!(
                "`allow {subject} {} --times N --reason TEXT` allows it more.",
                short(&key.to_string())
            ),
            None => "Other phones are not affected; [limits] in the configuration sets it.".to_owned(),
        };
        format!(
            "{subject}: {phone} stored {} of {} {counted}, {} of {} bytes {whose}: {how}. {what}\n",
            stored.records, most.records, stored.bytes, most.bytes
        )
    };
    let of = |row: &OverviewRow| row.quotas.iter().map(|quota| line(&row.subject, quota)).collect::<String>();
    overview.participants.iter().map(of).collect()
}
