//! The program `diary-server`; see `program`.

use std::process::ExitCode;

fn main() -> ExitCode {
    diary_server::program::main(std::env::args_os())
}
