//! Arguments of `database`.

use clap::{Args, Subcommand};

use diary_store::postgres::RoleName;

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
