//! Arguments of `move`.

use clap::Args;

/// What `move --help` says below.
pub const MOVE_HELP: &str = "\
For example, where one machine is no longer enough:
    diary-server move --data DIR --from sqlite:DIR/diary-server.db --to postgres://diary@db.example.org/diary
and the same way back. Stop the server first. Nobody can write from the beginning to the end; reading goes on. Everything
is copied, compared row by row and diary by diary, and only then does the study go on in the new database. Where the move
breaks off, the same command goes on. What is left behind takes nothing any more: keep it until the new database has its
backups, then take it away.

Afterwards name the new database as url in [database] of diary-server.toml, or leave [database] out where it is
diary-server.db in the data folder. Both databases are opened with the keys of the data folder, which stay where they are.";

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
