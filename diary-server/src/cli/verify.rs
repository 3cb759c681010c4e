//! `verify`: checks exported files, or the public data of a server, and states in plain words what was proved. Needs
//! no data folder and no key.

use diary_core::entropy::Entropy;
use diary_core::hash::sha256;
use diary_core::ids::Nonce;
use diary_core::keys::{ApiHost, ServerRole};

use super::args::export::VerifyArgs;
use super::{CommandContext, Exit, Output, Refusal};
use crate::relay::PullError;
use crate::relay::client::{ClientError, RelayClient};
use diary_verify::{Counts, Finding, Verified, no_export, verify_folder};

pub(super) async fn run(
    args: &VerifyArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let url = args.target.to_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
    if let Some(url) = url {
        return server(url, args, around, out).await;
    }
    if let Some(why) = no_export(&args.target) {
        return Err(Refusal::NoExport { path: args.target.display().to_string(), why });
    }
    let verified = verify_folder(&args.target, args.root_fingerprint);
    out.say(&verified, || words(&verified))?;
    Ok(if verified.holds() { Exit::Done } else { Exit::CheckFailed })
}

/// Result of checking a server over the network.
#[derive(serde::Serialize)]
struct Asked {
    host: String,
    role: Option<&'static str>,
    bundle: Option<u64>,
    studies: usize,
    wrong: Vec<String>,
}

/// Fetches the public data of a server, and checks it under the root.
async fn server(
    url: &str,
    args: &VerifyArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let root = args.root_fingerprint.ok_or(Refusal::NoFingerprint)?;
    let host: ApiHost = url.trim_end_matches('/').parse().map_err(Refusal::Address)?;
    let client = RelayClient::new(host.clone()).map_err(PullError::from)?;
    let entropy: &dyn Entropy = &*around.entropy;
    let mut asked = Asked { host: host.to_string(), role: None, bundle: None, studies: 0, wrong: Vec::new() };
    match client.hello(&root, Nonce::from_bytes(entropy.array())).await {
        Ok(greeting) => {
            asked.role = greeting.bundle.server(greeting.hello.server).map(|server| match server.role {
                ServerRole::Keeper => "keeper",
                ServerRole::Relay => "relay",
            });
            asked.bundle = Some(greeting.bundle.version);
            for study in &greeting.bundle.studies {
                match client.study(&study.hash).await {
                    Ok(bytes) if sha256(&bytes) == study.hash => asked.studies += 1,
                    Ok(_) => {
                        let what = "its bytes are not those that the root has signed for";
                        asked.wrong.push(format!("version {} of the study: {what}", study.version));
                    }
                    Err(error) => {
                        asked.wrong.push(format!("version {} of the study: {error}", study.version));
                    }
                }
            }
        }
        Err(ClientError::Reply(error)) => asked.wrong.push(format!("its greeting: {error}")),
        Err(error) => return Err(PullError::from(error).into()),
    }
    out.say(&asked, || asked.words())?;
    Ok(if asked.wrong.is_empty() { Exit::Done } else { Exit::CheckFailed })
}

impl Asked {
    fn words(&self) -> String {
        let mut text = format!("{}\n\nProved:\n", self.host);
        if let (Some(role), Some(bundle)) = (self.role, self.bundle) {
            text += &format!("  it has a key of a {role} of this study, and uses it now\n");
            text +=
                &format!("  version {bundle} of the study's keys, which it shows, is signed by the root\n");
        }
        text += &format!("  {} versions of the study are those that the keys name\n", self.studies);
        text += "\nNot proved: anything about diaries. A server shows them to their phones alone; have the site run\n\
                 `diary-server export files DIR`, and check that folder.\n";
        if self.wrong.is_empty() {
            return text + "\nEverything that was looked at HOLDS.";
        }
        text += "\nWRONG:\n";
        for one in &self.wrong {
            text += &format!("  {one}\n");
        }
        if self.role.is_none() {
            return text
                + "\nNothing that this server shows holds under the fingerprint that was given. Compare it with the trial's \
                   papers, character by character. Mistyped: give the right one. Right: do not give this server to phones.";
        }
        text + "\nThis server does NOT hold. Do not give it to phones."
    }
}

fn words(verified: &Verified) -> String {
    let mut text = String::new();
    if let (Some(study), Some(site), Some(at), Some(root)) =
        (&verified.study, &verified.site, verified.at, verified.root)
    {
        text += &format!("Export of {study}, site {site}, made {at}.\nRoot fingerprint {root}");
        text += if verified.other_root {
            ".\n"
        } else if verified.pinned.is_some() {
            ", as given.\n"
        } else {
            ", READ FROM THE EXPORT ITSELF.\n"
        };
    }
    if let (true, Some(given), Some(export)) = (verified.other_root, verified.pinned, verified.root) {
        return format!(
            "{text}
The fingerprint that was given is not that of this export's study root.
  given   {given}
  export  {export}
Compare the given one with the trial's papers, character by character. Mistyped: give the right one; nothing was checked
yet, and nothing is said against the export. Right: this is the export of another study, or made up. Do not trust it."
        );
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
    if !verified.foreign.is_empty() {
        text += "\nContains records that do not belong there. Their authors signed them, the server took them as they came, \
                 and no diary counts them. They do not mean that anything was altered:\n";
        for finding in &verified.foreign {
            text += &format!("  {}\n", place(finding));
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
