//! Arguments of `staff`.

use clap::{Args, Subcommand};
use diary_core::ids::SiteId;
use diary_store::Role;

/// `staff`.
#[derive(Args, Debug)]
pub struct StaffArgs {
    /// The command.
    #[command(subcommand)]
    pub command: StaffCommand,
}

/// Commands on accounts.
#[derive(Subcommand, Debug)]
pub enum StaffCommand {
    /// List the accounts.
    List,
    /// Make an account, and a link with which its owner sets a password.
    Add {
        /// Name of the account.
        name: String,
        /// Role.
        #[arg(value_parser = role)]
        role: Role,
        /// Site of the role; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
    },
    /// Give an account another role.
    Role {
        /// Name of the account.
        name: String,
        /// Role.
        #[arg(value_parser = role)]
        role: Role,
        /// Site of the role; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
    },
    /// Take an account's role at a site away.
    Site {
        /// Name of the account.
        name: String,
        /// The site.
        #[arg(long, value_name = "SITE")]
        remove: SiteId,
    },
    /// Disable an account; it is signed out everywhere.
    Disable {
        /// Name of the account.
        name: String,
    },
    /// Make a new link for an account whose password or phone is lost; it is signed out everywhere.
    Reset {
        /// Name of the account.
        name: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_code(text).ok_or_else(|| Role::ALL.map(Role::code).join(", "))
}
