//! Arguments of `relay` and `pull`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use diary_core::ids::{SiteId, StudyId};
use diary_core::keys::ApiHost;

/// `relay`.
#[derive(Args, Debug)]
pub struct RelayArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: RelayCommand,
}

/// The commands of `relay`.
#[derive(Subcommand, Debug)]
pub enum RelayCommand {
    /// On the relay: make its folder and keys, and the file that the hospital needs.
    Init {
        /// Id of the study, for example NCT06836973.
        #[arg(long)]
        study: StudyId,
        /// The site of the keeper behind it.
        #[arg(long)]
        site: SiteId,
        /// Name under which phones and the keeper reach this relay.
        #[arg(long, value_name = "HOST[:PORT]")]
        host: ApiHost,
        /// Made-up patients: mark the folder.
        #[arg(long)]
        demo: bool,
    },
    /// At the hospital: let the study's root name a relay.
    Add {
        /// The file relay.toml of the relay.
        file: PathBuf,
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
        /// Where to write bundle and study, to be carried to the relay.
        #[arg(long, value_name = "FILE", default_value = "relay-bundle")]
        out: PathBuf,
    },
    /// On the relay: take the file that `relay add` has written.
    Bundle {
        /// The file.
        file: PathBuf,
    },
}

/// `pull`.
#[derive(Args, Debug)]
pub struct PullArgs {
    /// The relay [default: relay.host of the configuration].
    #[arg(value_name = "HOST[:PORT]")]
    pub relay: Option<ApiHost>,
    /// Go on until Ctrl-C. A keeper that serves does so by itself where relay.host is set.
    #[arg(long)]
    pub watch: bool,
    /// Read the feed from its beginning and hand everything over once more. Changes nothing that is there.
    #[arg(long, conflicts_with = "watch")]
    pub again: bool,
}
