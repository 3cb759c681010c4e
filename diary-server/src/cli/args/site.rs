//! Arguments of `site`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use diary_core::ids::SiteId;

/// `site`.
#[derive(Args, Debug)]
pub struct SiteArgs {
    /// The command.
    #[command(subcommand)]
    pub command: SiteCommand,
}

/// The commands of `site`.
#[derive(Subcommand, Debug)]
pub enum SiteCommand {
    /// List the sites of this server.
    List,
    /// Add a site of the study: makes its keys and lets the study's root name them. A running `serve` takes it at once.
    Add {
        /// The site, as the study names it.
        site: SiteId,
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root_key: PathBuf,
        /// Where the site's recovery key is written: not on this server; best a removable disk of that site [default:
        /// the folder of the root key].
        #[arg(long, value_name = "DIR")]
        offline: Option<PathBuf>,
    },
}
