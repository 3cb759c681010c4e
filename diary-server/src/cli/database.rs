//! `database`: roles and rights in a PostgreSQL database.

use diary_core::keys::ServerRole;
use diary_core::text::Lang;
use serde_json::json;
use zeroize::Zeroizing;

use super::args::database::{DatabaseArgs, DatabaseCommand, RolesArgs};
use super::{CommandContext, CommandError, Exit, Invocation};
use crate::data_folder::DataFolder;
use crate::keys::server_keys::{ServerKeys, is_of_role};
use crate::messages::server as say;
use crate::site::StaffError;
use diary_store::Location;
use diary_store::postgres::{Pool, Roles};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &DatabaseArgs) -> Result<Exit, CommandError> {
    let DatabaseCommand::Roles(args) = &args.command;
    let roles = Roles::new(args.export.clone(), args.serve.clone())?;
    if args.print {
        let sql = roles.sql();
        let json = json!({ "sql": sql });
        command.out.say(&json, || format!("BEGIN;\n{sql}COMMIT;\n"))?;
    } else {
        make(&command.folder()?, &roles, command.context).await?;
        command.out.say(&json!({ "export": args.export.to_string(), "serve": args.serve.as_ref().map(ToString::to_string) }), || {
            made(command.options.lang, args)
        })?;
    }
    Ok(Exit::Done)
}

async fn make(folder: &DataFolder, roles: &Roles, context: &CommandContext) -> Result<(), CommandError> {
    let Location::Postgres(address) = folder.location() else { return Err(CommandError::NoRoles) };
    let relay = is_of_role(&folder.keys(), ServerRole::Relay);
    let role = if relay { ServerRole::Relay } else { ServerRole::Keeper };
    let keys = ServerKeys::load(&folder.keys(), role).map_err(StaffError::from)?;
    let secret = Zeroizing::new(*keys.database_secret());
    let pool = Pool::connect(address, &secret, context.entropy.clone()).await?;
    pool.make_roles(roles).await.map_err(CommandError::RolesRefused)
}

fn made(lang: Lang, args: &RolesArgs) -> String {
    let mut lines = vec![say::role_exports(lang, args.export.to_string())];
    lines.extend(args.serve.as_ref().map(|role| say::role_serves(lang, role.to_string())));
    lines.push(say::role_needs_login(lang).to_owned());
    lines.join("\n") + "\n"
}
