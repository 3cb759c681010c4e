//! `staff`: accounts for the pages, where the pages themselves cannot be used.

use diary_core::ids::SiteId;
use diary_core::text::Lang;
use diary_store::{Role, Roles};
use serde_json::json;

use super::args::staff::{StaffArgs, StaffCommand};
use super::{CommandError, Exit, Invocation, Output};
use crate::audit::Account;
use crate::config::Config;
use crate::messages::operator as say;
use crate::site::accounts::Invited;
use crate::site::{SiteServices, StaffError};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &StaffArgs) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    let config = command.config(&folder)?;
    let desk = command.context.desk(&folder).await?;
    let lang = command.options.lang;
    if matches!(args.command, StaffCommand::List) {
        return list(&desk, lang, command.out).await;
    }
    let by = command.account()?;
    let accounts = desk.accounts();
    match &args.command {
        StaffCommand::List => {}
        StaffCommand::Add { name, role, site } => {
            // An account is not made for a site that is none.
            desk.sites().chosen(site.as_ref()).await?;
            let invited = accounts.add(&by, &Account::new(name).map_err(StaffError::from)?, lang).await?;
            give(&desk, &by, name, (site.as_ref(), *role)).await?;
            show_link(&config, lang, &invited, command.out)?;
        }
        StaffCommand::Role { name, role, site } => {
            give(&desk, &by, name, (site.as_ref(), *role)).await?;
            command.out.say(&json!({ "account": name, "role": role.code() }), || {
                say::role_given(lang, name, role.code())
            })?;
        }
        StaffCommand::Site { name, remove } => {
            let mut roles = accounts.named(name).await?.roles;
            roles.remove(remove);
            accounts.set_roles(&by, name, roles).await?;
            command.out.say(&json!({ "account": name, "removed": remove }), || {
                say::role_taken(lang, name, remove.to_string())
            })?;
        }
        StaffCommand::Disable { name } => {
            accounts.disable(&by, name).await?;
            command.out.say(&json!({ "account": name, "state": "disabled" }), || {
                say::account_disabled(lang, name)
            })?;
        }
        StaffCommand::Reset { name } => {
            let known = accounts.named(name).await?;
            let theirs = diary_core::words::choose(&known.language).unwrap_or(lang);
            let invited =
                accounts.invite(&by, &Account::new(name).map_err(StaffError::from)?, theirs).await?;
            show_link(&config, lang, &invited, command.out)?;
        }
    }
    Ok(Exit::Done)
}

async fn list(desk: &SiteServices, lang: Lang, out: &mut Output<'_>) -> Result<Exit, CommandError> {
    let accounts = desk.accounts().list().await?;
    let roles = |roles: &Roles| {
        roles.iter().map(|(site, role)| format!("{site}:{}", role.code())).collect::<Vec<_>>()
    };
    let json: Vec<_> = accounts
        .iter()
        .map(|one| json!({ "account": one.name, "state": one.state.code(), "roles": roles(&one.roles) }))
        .collect();
    out.say(&json!({ "accounts": json }), || {
        let line = |one: &diary_store::AccountRow| {
            say::account_line(lang, &one.name, one.state.code(), roles(&one.roles).join(" "))
        };
        accounts.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

async fn give(
    desk: &SiteServices,
    by: &Account,
    name: &str,
    (site, role): (Option<&SiteId>, Role),
) -> Result<(), CommandError> {
    let mut roles = desk.accounts().named(name).await?.roles;
    roles.insert(desk.sites().chosen(site).await?, role);
    Ok(desk.accounts().set_roles(by, name, roles).await?)
}

fn show_link(
    config: &Config,
    lang: Lang,
    invited: &Invited,
    out: &mut Output<'_>,
) -> Result<(), CommandError> {
    let link = link(config, invited);
    let until = invited.until.to_string();
    out.say(&json!({ "account": invited.account, "link": link, "until": until }), || {
        say::account_link(lang, &invited.account, &link, &until)
    })?;
    Ok(())
}

/// The link, as the configuration names the pages.
pub(super) fn link(config: &Config, invited: &Invited) -> String {
    config.pages.link(config.tls.is_some(), &format!("/invitation/{}", invited.secret.as_str()))
}
