//! The files of the checkout, found without version control so that an unpacked archive is checked alike; and the top
//! level.

use std::path::{Path, PathBuf};

/// Everything at the top level that is no dot-file.
const TOP_LEVEL: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "diary-core",
    "diary-server",
    "diary-sync",
    "tests",
];

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let package =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&package).parent().expect("the tests are a folder of the workspace").to_owned()
}

/// Paths below the root, with `/`, of all files that are ours: neither build output nor version control.
pub(crate) fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for (name, is_folder) in entries(&root().join(&folder)) {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match (is_folder, name.as_str()) {
                (true, "target" | ".git" | "node_modules") => {}
                (true, _) => folders.push(path),
                (false, _) => found.push(path),
            }
        }
    }
    found.sort();
    found
}

/// Names in a folder, each with true if it is a folder itself.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let listing = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    listing
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().expect("file names are UTF-8");
            (name, entry.file_type().unwrap().is_dir())
        })
        .collect()
}

/// The text of a file below the root.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with one line for each violation.
#[track_caller]
pub(crate) fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n  {}\n", found.join("\n  "));
}

fn beyond_the_agreed(names: &[String]) -> Vec<String> {
    let agreed = |name: &str| TOP_LEVEL.contains(&name) || name.starts_with('.') || name == "target";
    let missing = TOP_LEVEL.iter().filter(|name| !names.iter().any(|found| found == *name));
    let extra = names.iter().filter(|name| !agreed(name));
    missing
        .map(|name| format!("{name} is missing"))
        .chain(extra.map(|name| format!("{name} is extra")))
        .collect()
}

#[test]
fn the_top_level_holds_what_was_agreed_and_nothing_else() {
    assert_eq!(beyond_the_agreed(&["scripts".to_owned(), ".ci".to_owned()]).len(), TOP_LEVEL.len() + 1);
    let names: Vec<String> = entries(&root()).into_iter().map(|(name, _)| name).collect();
    assert_none(&beyond_the_agreed(&names));
}

#[test]
fn rooms_are_named_after_their_file_and_never_mod_rs() {
    let found: Vec<String> = files().into_iter().filter(|path| path.ends_with("mod.rs")).collect();
    assert_none(&found);
}
