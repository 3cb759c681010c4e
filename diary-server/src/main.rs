//! The program `diary-server`. What it does stands in `program`.

use std::process::ExitCode;

fn main() -> ExitCode {
    diary_server::program::main(std::env::args_os())
}
