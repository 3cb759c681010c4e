//! Cost of one entry: saved on the device, sealed, ingested by a keeper over HTTP, merged. CPU time is of the whole
//! process; for the ingest that includes the phones that send, so the server's own share is smaller.

mod device;
mod server;

use std::process::ExitCode;

use diary_tests::{meter, yardstick};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
fn main() -> ExitCode {
    println!("microseconds a piece: median [min .. max] of {} rounds in one process\n", meter::ROUNDS);
    println!("{:<44} {:^29} {:^30} {:>11}", "", "CPU", "wall", "rate");
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("no temporary folder: {error}");
            return ExitCode::FAILURE;
        }
    };
    for figures in yardstick::measure(folder.path()) {
        println!("{}", figures.line());
    }
    println!();
    for figures in device::measure(folder.path()) {
        println!("{}", figures.line());
    }
    println!();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    for figures in runtime.block_on(server::measure(folder.path())) {
        println!("{}", figures.line());
    }
    ExitCode::SUCCESS
}
