//! Arguments of `move`.

use clap::Args;

/// `move`.
#[derive(Args, Debug)]
pub struct MoveArgs {
    /// Where the study is: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [default: the database that is configured].
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
    /// Where it goes: a file that does not exist, or an empty database.
    #[arg(long, value_name = "URL", required_unless_present = "give_up")]
    pub to: Option<String>,
    /// Give a move up that is not complete: the study stays where it is.
    #[arg(long, conflicts_with = "to")]
    pub give_up: bool,
}
