//! `verify`: checks exported files and says in plain words what was proved. Needs no data folder and no key.

use super::args::export::VerifyArgs;
use super::{Exit, Output, Refusal};
use crate::verify::{Counts, Finding, Verified, verify_folder};

pub(super) fn run(args: &VerifyArgs, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let verified = verify_folder(&args.folder, args.root_fingerprint);
    out.say(&verified, || words(&verified))?;
    Ok(if verified.holds() { Exit::Done } else { Exit::CheckFailed })
}

fn words(verified: &Verified) -> String {
    let mut text = String::new();
    if let (Some(study), Some(site), Some(at), Some(root)) =
        (&verified.study, &verified.site, verified.at, verified.root)
    {
        text += &format!("Export of {study}, site {site}, made {at}.\nRoot fingerprint {root}");
        text += if verified.pinned.is_some() { ", as given.\n" } else { ", READ FROM THE EXPORT ITSELF.\n" };
    }
    text += "\nProved:\n";
    for line in proved(&verified.counts) {
        text += &format!("  {line}\n");
    }
    if !verified.notes.is_empty() {
        text += "\nWorth knowing, and no fault of the export:\n";
        for note in &verified.notes {
            text += &format!("  {note}\n");
        }
    }
    if !verified.unproved.is_empty() {
        text += "\nNot proved:\n";
        for one in &verified.unproved {
            text += &format!("  {one}\n");
        }
    }
    if verified.holds() {
        return text + "\nEverything that was looked at HOLDS.";
    }
    text += "\nWRONG:\n";
    for finding in &verified.findings {
        text += &format!("  {}\n", place(finding));
    }
    if verified.more > 0 {
        text += &format!("  and {} more\n", verified.more);
    }
    text + "\nThis export does NOT hold. Keep it as it is, and ask the site for another one."
}

fn place(finding: &Finding) -> String {
    match finding.n {
        Some(n) => format!("{}, record {n}: {}", finding.file, finding.what),
        None => format!("{}: {}", finding.file, finding.what),
    }
}

fn proved(counts: &Counts) -> Vec<String> {
    let Counts {
        files,
        bundles,
        studies,
        trail_rows,
        checkpoints,
        vaults,
        records,
        parcels,
        grants,
        rewraps,
        certificates,
        receipts,
        plaintexts,
        entries,
        signatures,
    } = counts;
    vec![
        format!("{files} files are byte by byte those that the keeper signed for"),
        format!("{bundles} versions of the study's keys are signed by its root, none forgets another"),
        format!("{studies} versions of the study are those that the keys name"),
        format!(
            "{trail_rows} rows of the trail follow from one another; {checkpoints} signed checkpoints fit them"
        ),
        format!("{vaults} vaults: their {records} records are a gapless chain to a signed head"),
        format!(
            "{parcels} parcels and {grants} grants are signed by their authors, {rewraps} rewraps by a keeper"
        ),
        format!("{certificates} certificates and revocations are signed by a keeper in office"),
        format!("{receipts} receipts are signed by a server that may say so, about parcels that are here"),
        format!(
            "{plaintexts} plaintexts with {entries} versions of entries are what their authors committed to"
        ),
        format!("{signatures} other signatures hold"),
    ]
}
