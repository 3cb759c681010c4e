//! The crates' direction, as cargo itself reads the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::sources;
use crate::tree::{self, assert_none};

/// Permitted dependencies between our crates, those of tests included.
const DIRECTION: [(&str, &[&str]); 12] = [
    ("diary-messages", &[]),
    // Its tests take its features.
    ("diary-core", &["diary-core", "diary-messages"]),
    ("diary-sync", &["diary-core"]),
    ("diary-view", &["diary-core", "diary-sync"]),
    ("diary-cli", &["diary-core", "diary-messages", "diary-sync", "diary-view"]),
    // The verifier knows the formats and no code that writes them.
    ("diary-verify", &["diary-core"]),
    ("diary-store", &["diary-core"]),
    // Computed without a database, a network or a clock.
    ("diary-report", &["diary-core", "diary-messages"]),
    // Sets the report; the typesetter is known here alone.
    ("diary-print", &["diary-core", "diary-messages", "diary-report"]),
    (
        "diary-server",
        &["diary-core", "diary-messages", "diary-print", "diary-report", "diary-store", "diary-verify"],
    ),
    (
        "diary-demo",
        &[
            "diary-cli",
            "diary-core",
            "diary-messages",
            "diary-report",
            "diary-server",
            "diary-store",
            "diary-sync",
        ],
    ),
    (
        "diary-tests",
        &[
            "diary-cli",
            "diary-core",
            "diary-demo",
            "diary-messages",
            "diary-report",
            "diary-server",
            "diary-store",
            "diary-sync",
            "diary-verify",
        ],
    ),
];

/// Crates that bring an async runtime or HTTP.
const NEVER_UNDER_CORE: [&str; 7] = ["async-std", "axum", "hyper", "mio", "reqwest", "smol", "tokio"];

/// Our packages, each with the names it depends on in any way.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(tree::root())
        .output()
        .expect("cargo runs these tests, so it is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.map(|p| (name(p), p["dependencies"].as_array().unwrap().iter().map(name).collect())).collect()
}

fn against_the_direction(packages: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (package, dependencies) in packages {
        let Some((_, allowed)) = DIRECTION.iter().find(|(name, _)| name == package) else {
            found.push(format!("{package} is no crate of the house"));
            continue;
        };
        let ours = dependencies.iter().filter(|name| packages.contains_key(*name));
        let wrong = ours.filter(|name| !allowed.contains(&name.as_str()));
        found.extend(wrong.map(|name| format!("{package} must not know {name}")));
    }
    found
}

#[test]
fn crates_know_only_those_before_them() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let wrong = BTreeMap::from([
        ("diary-sync".to_owned(), names(&["diary-core", "diary-server", "serde"])),
        ("diary-server".to_owned(), names(&["diary-core"])),
        ("diary-store".to_owned(), names(&["diary-core"])),
        ("diary-verify".to_owned(), names(&["diary-core", "diary-store"])),
        ("diary-core".to_owned(), names(&["diary-sync"])),
    ]);
    assert_eq!(against_the_direction(&wrong).len(), 3);
    assert_none(&against_the_direction(&packages()));
}

/// Everything `from` can reach in the lock file, over all platforms and features.
fn reached(lock: &toml::Table, from: &str) -> BTreeSet<String> {
    let packages = lock["package"].as_array().unwrap();
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        for package in packages.iter().filter(|package| package["name"].as_str() == Some(&name)) {
            let dependencies = package.get("dependencies").and_then(toml::Value::as_array);
            let names = dependencies.into_iter().flatten().filter_map(toml::Value::as_str);
            open.extend(names.filter_map(|name| name.split(' ').next()).map(str::to_owned));
        }
    }
    found
}

#[test]
fn core_brings_neither_a_runtime_nor_http() {
    let lock: toml::Table = tree::read("Cargo.lock").parse().unwrap();
    let banned_under = |name| {
        let reached = reached(&lock, name);
        NEVER_UNDER_CORE
            .iter()
            .filter(|name| reached.contains(**name))
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert!(banned_under("diary-server").contains(&"tokio".to_owned()));
    assert_none(&banned_under("diary-core"));
    assert_none(&banned_under("diary-report"));
    assert_none(&banned_under("diary-print"));
    assert_none(&banned_under("diary-verify"));
}

fn manifest_slips(path: &str, text: &str) -> Vec<String> {
    let manifest: toml::Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut found = Vec::new();
    let inherits = |value: Option<&toml::Value>| {
        value.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
    };
    if !inherits(manifest.get("lints")) {
        found.push(format!("{path}: does not take the workspace's lints"));
    }
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, table)| table.as_table()).chain([&manifest]);
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(kind).and_then(toml::Value::as_table).into_iter().flatten();
            let own = dependencies.filter(|(_, value)| !inherits(Some(value)));
            found.extend(own.map(|(name, _)| format!("{path}: {name} has a version of its own")));
        }
    }
    found
}

#[test]
fn crates_take_lints_and_versions_from_the_workspace() {
    assert_eq!(manifest_slips("a", "[target.'cfg(unix)'.dependencies]\nserde = \"1\"").len(), 2);
    let manifests = tree::files().into_iter().filter(|path| path.ends_with("/Cargo.toml"));
    assert_none(&manifests.flat_map(|path| manifest_slips(&path, &tree::read(&path))).collect::<Vec<_>>());
}

/// Dependencies that are named for their features alone.
const FOR_FEATURES: [&str; 2] = ["sqlite-wasm-rs", "unic-langid"];

/// Dependencies of a manifest, those of tests and of single platforms included, that `code` does not name.
fn unused(manifest: &str, code: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("cargo reads it");
    let own = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, table)| table.as_table()).chain([&manifest]);
    let kinds = tables.flat_map(|table| ["dependencies", "dev-dependencies"].map(|kind| table.get(kind)));
    let names = kinds.flatten().filter_map(toml::Value::as_table).flat_map(toml::Table::keys);
    let is_named = |name: &str| {
        let name = name.replace('-', "_");
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        code.match_indices(&name).any(|(at, _)| {
            let (before, after) = (&code[..at], &code[at + name.len()..]);
            !before.ends_with(is_part) && !after.starts_with(is_part)
        })
    };
    let unused = names.filter(|name| !is_named(name) && !FOR_FEATURES.contains(&name.as_str()));
    unused.filter(|name| Some(name.as_str()) != own).cloned().collect()
}

/// True if a file with this `text` includes the file at `path` by a `#[path]`.
fn includes(text: &str, path: &str) -> bool {
    let named = text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]"));
    named.into_iter().any(|named| path == named.trim_start_matches("../"))
}

#[test]
fn every_dependency_is_used() {
    let sample = "[package]\nname = \"a\"\n[dependencies]\ntoml = \"1\"\n[dev-dependencies]\na = \"1\"\nb-c = \"1\"\nd = \"1\"";
    assert_eq!(unused(sample, "use b_c::D; tomls();"), ["toml", "d"]);
    let sources = sources::all();
    let manifests: Vec<String> =
        tree::files().into_iter().filter(|path| path.ends_with("/Cargo.toml")).collect();
    let folder = |path: &str| path.trim_end_matches("Cargo.toml").to_owned();
    for manifest in &manifests {
        let inner = manifests.iter().filter(|other| *other != manifest).map(|other| folder(other));
        let inner: Vec<String> = inner.filter(|other| other.starts_with(&folder(manifest))).collect();
        let is_own = |path: &str| {
            path.starts_with(&folder(manifest)) && !inner.iter().any(|inner| path.starts_with(inner.as_str()))
        };
        let own: Vec<_> = sources.iter().filter(|source| is_own(&source.path)).collect();
        // Files of the harness that a crate's own tests include.
        let included = |path: &str| own.iter().any(|source| includes(&source.text, path));
        let code: String = sources
            .iter()
            .filter(|source| is_own(&source.path) || included(&source.path))
            .map(|source| source.scan.code.as_str())
            .collect();
        let found = unused(&tree::read(manifest), &code);
        assert_none(&found.iter().map(|name| format!("{manifest}: {name} is not used")).collect::<Vec<_>>());
    }
}

/// Folders of catalogues by crate, each with its languages.
fn languages(files: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files {
        if let Some((folder, rest)) = path.split_once("/locales/")
            && let Some((tag, _)) = rest.split_once('/')
        {
            found.entry(folder.to_owned()).or_default().insert(tag.to_owned());
        }
    }
    found
}

/// The folders of the core are the languages that are offered.
fn other_languages(files: &[String]) -> Vec<String> {
    let found = languages(files);
    let offered = found.get("diary-core").cloned().unwrap_or_default();
    let other = found.into_iter().filter(|(_, tags)| *tags != offered);
    other.map(|(folder, tags)| format!("{folder}/locales has {tags:?}, and the core {offered:?}")).collect()
}

#[test]
fn catalogues_of_all_crates_have_the_languages_of_the_core() {
    let of = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    let sample = of(&["diary-core/locales/en/a.ftl", "diary-core/locales/ja/a.ftl", "x/locales/en/b.ftl"]);
    assert_eq!(other_languages(&sample).len(), 1);
    assert_none(&other_languages(&tree::files()));
}

/// Folders whose catalogues may name commands: the programs at the command line.
const COMMAND_LINES: [&str; 3] =
    ["diary-sync/cli/locales/", "diary-server/locales/", "diary-server/demo/locales/"];

/// Lines of a catalogue that name a command of a program.
fn named_commands(path: &str, text: &str) -> Vec<String> {
    if COMMAND_LINES.iter().any(|folder| path.starts_with(folder)) || !path.ends_with(".ftl") {
        return Vec::new();
    }
    let marks = ["diary-server ", "`"];
    let named = (1..).zip(text.lines()).filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
    named.map(|(line, text)| format!("{path}:{line}: a page has no command line: {text}")).collect()
}

#[test]
fn no_message_names_a_command_unless_its_face_is_the_command_line() {
    let sample = "# Texts.\na = use `quarantine retry`\nb = diary-server status\nc = diary server\n";
    assert_eq!(named_commands("diary-server/report/locales/en/a.ftl", sample).len(), 2);
    assert_eq!(named_commands("diary-server/locales/en/a.ftl", sample), Vec::<String>::new());
    let found = tree::files().into_iter().filter(|path| path.ends_with(".ftl"));
    assert_none(&found.flat_map(|path| named_commands(&path, &tree::read(&path))).collect::<Vec<_>>());
}
