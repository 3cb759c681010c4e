//! The program `diary`. What it does stands in `program`.

use std::process::ExitCode;

fn main() -> ExitCode {
    diary_cli::program::main(std::env::args_os())
}
