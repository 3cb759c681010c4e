//! Disks that fail, made by `strace`: it lets system calls of a process fail at the n-th time. Where it is not
//! installed a test is skipped and says so; with `CI=true` it fails instead.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// The words before a command whose `calls` on `file` fail with `error` in each thread at the times `when` (strace's own words:
/// `3` the third time, `3+` from the third on, `3..9` from the third to the ninth). The process keeps its own number.
#[must_use]
pub fn failing(file: &Path, calls: &str, error: &str, when: &str) -> Vec<OsString> {
    let words = [
        "strace".to_owned(),
        "-D".to_owned(),
        "-f".to_owned(),
        "-qq".to_owned(),
        "-o".to_owned(),
        "/dev/null".to_owned(),
        format!("--trace={calls}"),
        format!("--inject={calls}:error={error}:when={when}"),
    ];
    let on_file = [OsString::from("-P"), file.into()];
    words.into_iter().map(OsString::from).chain(on_file).collect()
}

/// True if processes can be traced here.
///
/// # Panics
/// Panics if they cannot and `CI` is set: there no test is skipped.
#[must_use]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn is_there() -> bool {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let works = tried.is_ok_and(|status| status.success());
    if !works {
        assert!(std::env::var_os("CI").is_none(), "strace is needed (Debian: apt-get install strace)");
        eprintln!("skipped: strace is not installed or may not trace here");
    }
    works
}
