//! `verify`: checks exported files, or the public data of a server, and states in plain words what was proved. Needs
//! no data folder and no key.

use diary_core::entropy::Entropy;
use diary_core::hash::sha256;
use diary_core::ids::Nonce;
use diary_core::keys::{ApiHost, ServerRole};
use diary_core::text::Lang;

use super::args::export::VerifyArgs;
use super::words::finding::{finding, note, problem};
use super::words::serving;
use super::{CommandError, Exit, Invocation};
use crate::messages::{common as shared, verify as say};
use crate::relay::PullError;
use crate::relay::client::{ClientError, RelayClient};
use diary_verify::{Counts, Unproved, Verified, no_export, verify_folder};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &VerifyArgs) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let url = args.target.to_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
    if let Some(url) = url {
        return server(url, args, command).await;
    }
    if let Some(why) = no_export(&args.target) {
        return Err(CommandError::NoExport { path: args.target.display().to_string(), why });
    }
    let verified = verify_folder(&args.target, args.root_fingerprint);
    command.out.say(&verified, || words(lang, &verified))?;
    Ok(if verified.holds() { Exit::Done } else { Exit::CheckFailed })
}

/// Result of checking a server over the network.
#[derive(serde::Serialize)]
struct ServerCheck {
    host: String,
    #[serde(serialize_with = "role_name")]
    role: Option<ServerRole>,
    bundle: Option<u64>,
    studies: usize,
    wrong: Vec<String>,
}

/// Fetches the public data of a server, and checks it under the root.
async fn server(
    url: &str,
    args: &VerifyArgs,
    command: &mut Invocation<'_, '_>,
) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let root = args.root_fingerprint.ok_or(CommandError::NoFingerprint)?;
    let host: ApiHost = url.trim_end_matches('/').parse().map_err(CommandError::Address)?;
    let client = RelayClient::new(host.clone()).map_err(PullError::from)?;
    let entropy: &dyn Entropy = &*command.context.entropy;
    let mut asked =
        ServerCheck { host: host.to_string(), role: None, bundle: None, studies: 0, wrong: Vec::new() };
    match client.hello(&root, Nonce::from_bytes(entropy.array())).await {
        Ok(greeting) => {
            asked.role = greeting.bundle.server(greeting.hello.server).map(|server| server.role);
            asked.bundle = Some(greeting.bundle.version);
            for study in &greeting.bundle.studies {
                match client.study(&study.hash).await {
                    Ok(bytes) if sha256(&bytes) == study.hash => asked.studies += 1,
                    Ok(_) => asked.wrong.push(say::server_other_study(lang, study.version)),
                    Err(error) => {
                        let why = serving::client(lang, &error);
                        asked.wrong.push(say::server_no_study(lang, study.version, why));
                    }
                }
            }
        }
        Err(ClientError::Reply(error)) => {
            asked.wrong.push(say::server_greeting(lang, problem(lang, &error.into())));
        }
        Err(error) => return Err(PullError::from(error).into()),
    }
    command.out.say(&asked, || asked.words(lang))?;
    Ok(if asked.wrong.is_empty() { Exit::Done } else { Exit::CheckFailed })
}

fn role_name<S: serde::Serializer>(role: &Option<ServerRole>, to: S) -> Result<S::Ok, S::Error> {
    let name = role.map(|role| match role {
        ServerRole::Keeper => "keeper",
        ServerRole::Relay => "relay",
    });
    serde::Serialize::serialize(&name, to)
}

impl ServerCheck {
    fn words(&self, lang: Lang) -> String {
        let mut lines = vec![self.host.clone(), String::new(), say::proved(lang).to_owned()];
        if let (Some(role), Some(bundle)) = (self.role, self.bundle) {
            let role = match role {
                ServerRole::Keeper => shared::role_keeper(lang),
                ServerRole::Relay => shared::role_relay(lang),
            };
            lines.push(indented(say::server_role(lang, role)));
            lines.push(indented(say::server_bundle(lang, bundle)));
        }
        lines.push(indented(say::studies(lang, self.studies)));
        lines.extend([String::new(), say::server_unproved(lang).to_owned(), String::new()]);
        if self.wrong.is_empty() {
            lines.push(say::everything_holds(lang).to_owned());
            return lines.join("\n");
        }
        lines.push(say::wrong(lang).to_owned());
        lines.extend(self.wrong.iter().cloned().map(indented));
        let verdict = match self.role {
            None => say::server_nothing_holds(lang),
            Some(_) => say::server_does_not_hold(lang),
        };
        lines.extend([String::new(), verdict.to_owned()]);
        lines.join("\n")
    }
}

fn indented(line: impl std::fmt::Display) -> String {
    format!("  {line}")
}

fn words(lang: Lang, verified: &Verified) -> String {
    let mut lines = Vec::new();
    if let (Some(study), Some(site), Some(at), Some(root)) =
        (&verified.study, &verified.site, verified.at, verified.root)
    {
        lines.push(say::export_of(lang, study.to_string(), site.to_string(), at.to_string()));
        let root = root.to_string();
        lines.push(match (verified.other_root, verified.pinned) {
            (true, _) => say::root(lang, root),
            (false, Some(_)) => say::root_as_given(lang, root),
            (false, None) => say::root_from_export(lang, root),
        });
    }
    if let (true, Some(given), Some(export)) = (verified.other_root, verified.pinned, verified.root) {
        lines.extend([String::new(), say::other_root(lang, given.to_string(), export.to_string())]);
        return lines.join("\n");
    }
    let mut section = |head: &str, found: Vec<String>| {
        if !found.is_empty() {
            lines.extend([String::new(), head.to_owned()]);
            lines.extend(found.into_iter().map(indented));
        }
    };
    section(say::proved(lang), proved(lang, &verified.counts));
    section(say::worth_knowing(lang), verified.notes.iter().map(|one| note(lang, one)).collect());
    section(say::not_proved(lang), verified.unproved.iter().map(|one| unproved(lang, *one)).collect());
    section(say::foreign(lang), verified.foreign.iter().map(|one| finding(lang, one)).collect());
    let more = (verified.more > 0).then(|| shared::and_more(lang, verified.more));
    let wrong = verified.findings.iter().map(|one| finding(lang, one)).chain(more);
    section(say::wrong(lang), wrong.collect());
    let verdict = if verified.holds() { say::everything_holds(lang) } else { say::does_not_hold(lang) };
    lines.extend([String::new(), verdict.to_owned()]);
    lines.join("\n")
}

fn unproved(lang: Lang, what: Unproved) -> String {
    match what {
        Unproved::Root => say::unproved_root(lang),
        Unproved::Plaintexts => say::unproved_plaintexts(lang),
        Unproved::NothingNewer => say::unproved_newer(lang),
        Unproved::Person => say::unproved_person(lang),
        Unproved::Clocks => say::unproved_clocks(lang),
    }
    .to_owned()
}

fn proved(lang: Lang, counts: &Counts) -> Vec<String> {
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
    } = *counts;
    vec![
        say::files(lang, files),
        say::bundles(lang, bundles),
        say::studies(lang, studies),
        say::trail(lang, trail_rows, checkpoints),
        say::vaults(lang, vaults, records),
        say::parcels(lang, parcels, grants, rewraps),
        say::certificates(lang, certificates),
        say::receipts(lang, receipts),
        say::plaintexts(lang, plaintexts, entries),
        say::signatures(lang, signatures),
    ]
}
