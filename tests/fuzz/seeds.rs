//! Initial inputs: the fixtures of version 1, and the inputs kept from earlier findings.

use std::path::{Path, PathBuf};

fn package() -> PathBuf {
    PathBuf::from(
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned()),
    )
}

fn bytes(path: &Path) -> Vec<u8> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let body: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    if path.extension().is_some_and(|ending| ending != "hex") {
        return body.join("\n").into_bytes();
    }
    let digits: Vec<u32> = body.concat().chars().map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

/// One fixture of version 1.
pub(crate) fn golden(name: &str) -> Vec<u8> {
    bytes(&package().join("compat/v1").join(name))
}

/// Fixtures of version 1.
pub(crate) fn goldens(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| golden(name)).collect()
}

/// The fixture and the broken ones that begin with its name.
pub(crate) fn with_broken(name: &str) -> Vec<Vec<u8>> {
    let stem = name.split('.').next().unwrap();
    let folder = package().join("compat/v1/invalid");
    let listing = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut broken: Vec<PathBuf> = listing
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&format!("{stem}_")))
        .collect();
    broken.sort();
    std::iter::once(golden(name)).chain(broken.iter().map(|path| bytes(path))).collect()
}

/// Inputs kept in the corpus of a target; hexadecimal in `.hex`, text in anything else, after lines that begin with
/// `#`. None where there is no folder.
pub(crate) fn kept(target: &str) -> Vec<Vec<u8>> {
    let Ok(listing) = std::fs::read_dir(package().join("fuzz/corpus").join(target)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| bytes(path)).collect()
}

#[test]
fn every_folder_of_the_corpus_belongs_to_a_target() {
    let targets = concat!(include_str!("wire.rs"), include_str!("inside.rs"), include_str!("texts.rs"));
    for entry in std::fs::read_dir(package().join("fuzz/corpus")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(targets.contains(&format!("fuzz!({name},")), "{name} is no target");
        assert!(!kept(&name).is_empty(), "{name} is empty");
    }
}
