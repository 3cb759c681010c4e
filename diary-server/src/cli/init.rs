//! `init`: makes a keeper and states in plain words where each key must be kept, and what is lost with it.

use diary_core::keys::ApiHost;
use diary_core::text::Lang;
use diary_store::Role;
use serde_json::json;

use super::args::InitArgs;
use super::staff::link;
use super::{CommandError, Exit, Invocation, package};
use crate::audit::Account;
use crate::messages::operator as say;
use crate::ops::setup::{FoundedKeeper, SetupInput, set_up};
use crate::site::accounts::Invited;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &InitArgs) -> Result<Exit, CommandError> {
    let (data, by, package) = (command.data_path()?, command.account()?, package(&args.study)?);
    let elsewhere = command.new_database()?;
    let input = SetupInput {
        data,
        offline: &args.offline,
        package: &package,
        site: &args.site,
        public: args.host.as_ref(),
        database: elsewhere.as_ref(),
        demo: args.demo,
        by: &by,
    };
    let made = set_up(&input, &*command.context.clock, &command.context.entropy).await?;
    let invited = administrator(args, &by, command).await?;
    let first = link(&command.config(&made.folder)?, &invited);
    let until = invited.until.to_string();
    let [root, recovery, sealing, signing] = made.ids;
    let json = json!({
        "data": made.folder.path(),
        "study": made.study,
        "study_version": made.study_version,
        "site": args.site,
        "root": { "id": root, "file": made.root_file },
        "recovery": { "id": recovery, "file": made.recovery_file },
        "site_sealing": { "id": sealing, "generation": 1 },
        "keeper_signing": { "id": signing },
        "bundle_expires": made.expires,
        "offline_on_same_disk": made.same_disk,
        "first_administrator": { "account": by.as_str(), "link": first, "until": until },
    });
    let lang = command.options.lang;
    let first = say::first_administrator(lang, by.as_str(), &until, &first);
    command.out.say(&json, || format!("{}\n{first}\n", words(&made, args, lang)))?;
    Ok(Exit::Done)
}

/// Makes the first administrator of the pages: the account that made the keeper.
async fn administrator(
    args: &InitArgs,
    by: &Account,
    command: &Invocation<'_, '_>,
) -> Result<Invited, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let invited = desk.accounts().invite(by, by, command.options.lang).await?;
    let roles = [(args.site.clone(), Role::Administrator)].into();
    desk.accounts().set_roles(by, by.as_str(), roles).await?;
    Ok(invited)
}

fn words(made: &FoundedKeeper, args: &InitArgs, lang: Lang) -> String {
    let (root, recovery) = (made.root_file.display().to_string(), made.recovery_file.display().to_string());
    let (data, keys) = (made.folder.path().display().to_string(), made.folder.keys().display().to_string());
    let until = made.expires.to_chrono().format("%Y-%m-%d").to_string();
    let warned = made.same_disk && !made.folder.is_demo();
    let warning =
        if warned { format!("\n{}\n", say::offline_keys_on_same_disk(lang)) } else { String::new() };
    [
        say::keeper_made(lang, made.study.to_string(), made.study_version, args.site.to_string(), data)
            + "\n"
            + &warning,
        say::offline_keys(lang, root, recovery) + "\n",
        say::server_keys(lang, keys) + "\n",
        say::keys_signed_until(lang, until) + "\n",
        next_steps(args.host.as_ref(), lang),
    ]
    .join("\n")
}

fn next_steps(host: Option<&ApiHost>, lang: Lang) -> String {
    let name = if host.is_some() { String::new() } else { format!("  {}\n", say::public_name_step(lang)) };
    format!(
        "{}\n{name}  diary-server serve\n  diary-server participant add SUBJECT\n  diary-server enrol SUBJECT\n",
        say::next_steps(lang)
    )
}
