//! Arguments of `database`.

use clap::{Args, Subcommand};

use diary_store::postgres::RoleName;

/// What `--help` says below the options of `database roles`.
pub const ROLES_HELP: &str = "Run it with --database URL of the account that owns the tables, which must be
allowed to make roles where they are not there yet; or hand what --print prints
to whoever looks after the database, to be run there with psql -v ON_ERROR_STOP=1.
Run it again after every update of the program: it brings the tables up to date
first, which the serving role may not.

New roles cannot log in until somebody gives them LOGIN and a password. Serve and
work with the serving role (it is in database.url of the configuration); keep the
owner's account for updates. What the exporting role reads of answers, acts and
reasons is sealed. It is for tools that read the database past the server:
`diary-server export` notes itself in the trail first, and needs the serving role.";

/// `database`.
#[derive(Args, Debug)]
pub struct DatabaseArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DatabaseCommand,
}

/// The commands of `database`.
#[derive(Subcommand, Debug)]
pub enum DatabaseCommand {
    /// Make the roles of a PostgreSQL: one that serves and can do nothing else, and one that only reads.
    #[command(after_help = ROLES_HELP)]
    Roles(RolesArgs),
}

/// `database roles`.
#[derive(Args, Debug)]
pub struct RolesArgs {
    /// Name of the role that reads what an export is made of.
    #[arg(long, value_name = "NAME")]
    pub export: RoleName,
    /// Name of the role that servers and staff work under.
    #[arg(long, value_name = "NAME")]
    pub serve: Option<RoleName>,
    /// Change nothing; print the SQL. Needs no database.
    #[arg(long)]
    pub print: bool,
}
