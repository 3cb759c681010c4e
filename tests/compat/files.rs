//! Fixture files: where they are, how they are written and read.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Once;

use diary_core::ids::to_hex;

/// Bytes of a line.
const WIDTH: usize = 60;

/// The folder of a version's fixtures, or one below it.
pub(crate) fn folder(name: &str) -> PathBuf {
    let package =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    PathBuf::from(package).join("compat").join(name)
}

/// True if fixtures that do not exist yet are to be written.
pub(crate) fn blessing() -> bool {
    std::env::var_os("DIARY_BLESS").is_some_and(|value| value == "1")
}

/// Writes fixtures that are not there yet, once and before any is read, if that was asked for. Each kind is made of the
/// ones before it.
fn bless_if_asked(path: &str) {
    static GOLDEN: Once = Once::new();
    static ADDED: Once = Once::new();
    static BROKEN: Once = Once::new();
    if !blessing() {
        return;
    }
    GOLDEN.call_once(crate::golden::bless);
    if path.is_empty() || path.starts_with("invalid") || crate::additions::FILES.contains(&path) {
        ADDED.call_once(crate::additions::bless);
    }
    if path.starts_with("invalid") {
        BROKEN.call_once(crate::broken::bless);
    }
}

/// Writes a fixture that does not exist yet: `#` and its description, then its bytes. An existing one never changes.
pub(crate) fn write(path: &str, says: &str, bytes: &[u8]) {
    let path = folder("v1").join(path);
    if path.exists() {
        return;
    }
    let body = if path.extension().is_some_and(|ending| ending == "txt") {
        String::from_utf8(bytes.to_vec()).unwrap()
    } else {
        bytes.chunks(WIDTH).map(to_hex).collect::<Vec<_>>().join("\n")
    };
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("# {says}\n{}\n", body.trim_end())).unwrap();
}

/// Reads a fixture: its description in the first line, and its bytes.
pub(crate) fn read(path: &str) -> (String, Vec<u8>) {
    bless_if_asked(path);
    let file = folder("v1").join(path);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (comments, body): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    let says = comments[0].trim_start_matches('#').trim().to_owned();
    if path.ends_with(".txt") {
        return (says, body.join("\n").into_bytes());
    }
    let digits: Vec<u32> = body.concat().chars().map(|c| c.to_digit(16).unwrap()).collect();
    let bytes = digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect();
    (says, bytes)
}

/// Names of the files in a folder of `v1`.
pub(crate) fn names(below: &str) -> BTreeSet<String> {
    bless_if_asked(below);
    let listing = std::fs::read_dir(folder("v1").join(below)).unwrap();
    listing
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}
