//! Arguments of `keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use diary_core::ids::SiteId;

/// `keys`.
#[derive(Args, Debug)]
pub struct KeysArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// The commands of `keys`.
#[derive(Subcommand, Debug)]
pub enum KeysCommand {
    /// List generations of the site's key, servers, the recovery key, and until when they are signed.
    List,
    /// Make the next generation of the site's sealing key and announce it, not yet in use.
    Rotate {
        /// The site; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
        /// Bring it into use at once, for example because the one in use may have been copied.
        #[arg(long)]
        now: bool,
        /// Why; the trail records it.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Bring an announced generation into use: phones seal to it from their next contact on.
    Activate {
        /// Which.
        generation: u32,
        /// The site; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
        /// Why; the trail records it.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Sign the study's keys for another year.
    Renew {
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
    },
    /// Open everything that is stored of a site with its recovery key alone, and say what does not open.
    Drill {
        /// File of the recovery key.
        #[arg(long, value_name = "FILE")]
        recovery_key: PathBuf,
    },
    /// Let the generation in use open what was sealed to earlier ones.
    Rewrap {
        /// The site; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
        /// File of the recovery key, where the private half of an earlier generation is lost.
        #[arg(long, value_name = "FILE")]
        recovery_key: Option<PathBuf>,
    },
}
