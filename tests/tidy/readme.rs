//! Paths in READMEs exist, and promises in them have a test.

use crate::tree::{self, assert_none};

/// First parts of a path that is meant from the top level.
const FROM_THE_TOP: [&str; 7] =
    ["diary-core/", "diary-sync/", "diary-server/", "tests/", ".ci/", ".config/", ".github/"];

/// Targets of relative Markdown links.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let relative =
        targets.filter(|target| !target.contains("://") && !target.starts_with('#') && !target.is_empty());
    relative.map(|target| target.split('#').next().unwrap_or(target).to_owned()).collect()
}

/// Words in backticks or in indented blocks that name a path from the top level, or one below `src/`.
fn paths(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "`()[]|,;\"'".contains(c));
    let named = words.filter(|word| {
        FROM_THE_TOP.iter().any(|start| word.starts_with(start))
            || (word.starts_with("src/") && word.ends_with(".rs"))
    });
    let plain = named.filter(|word| !word.contains(['*', '{', '<', '$', '…']) && !word.contains("://"));
    // A test is named behind its file.
    let files = plain.map(|word| word.split("::").next().unwrap_or(word));
    files.map(|word| word.trim_end_matches(['.', ':']).to_owned()).collect()
}

/// Paths that a README in `folder` names and that do not exist; `exists` takes a path from the top level.
fn dangling(folder: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let here = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let links = links(text).into_iter().filter(|path| !exists(&here(path)));
    let links: Vec<String> = links.map(|path| format!("{folder}/README.md links to {path}")).collect();
    let paths = paths(text).into_iter().filter(|path| !exists(path) && !exists(&here(path)));
    links.into_iter().chain(paths.map(|path| format!("{folder}/README.md names {path}"))).collect()
}

#[test]
fn readmes_name_only_what_is_there() {
    let sample = "[a](diary-core/none.md) and `diary-core/src/none.rs` and [b](https://none.example) and `src/none.rs`.";
    assert_eq!(dangling("", sample, |_| false).len(), 4);
    let mut found = Vec::new();
    for path in tree::files().into_iter().filter(|path| path == "README.md" || path.ends_with("/README.md")) {
        let folder = path.trim_end_matches("README.md").trim_end_matches('/');
        found.extend(dangling(folder, &tree::read(&path), |path| tree::root().join(path).exists()));
    }
    assert_none(&found);
}

#[test]
fn the_two_promised_commands_are_what_ci_runs() {
    let (readme, ci) = (tree::read("README.md"), tree::read(".ci/run"));
    for command in ["cargo run --release -p diary-demo", "cargo test --workspace"] {
        assert!(readme.contains(command), "README.md does not promise `{command}`");
        assert!(ci.lines().any(|line| line.starts_with(command)), ".ci/run does not run `{command}`");
    }
}

/// The words that a test's name has at least.
const NAME_WORDS: usize = 4;

/// Errors of the table of threats; `exists` knows the names of tests and the paths of their files.
fn threats_unshown(readme: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let after = readme.split_once("## Threat model").map_or("", |(_, after)| after);
    let section = after.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| who "));
    let mut found = Vec::new();
    for row in rows {
        let who = row.split('|').nth(1).unwrap_or_default().trim();
        let words: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let is_name = |word: &&&str| word.contains("/") || word.split('_').count() >= NAME_WORDS;
        let named: Vec<&&str> = words.iter().filter(is_name).collect();
        if named.is_empty() {
            found.push(format!("{who}: no test is named"));
        }
        let gone = named.iter().filter(|name| !exists(name));
        found.extend(gone.map(|name| format!("{who}: there is no {name}")));
    }
    found
}

#[test]
fn every_threat_names_tests_that_exist() {
    let sample = "## Threat model\n| who | can | cannot | shown by |\n| thief | a | b | `this_one_is_there`, `this_one_is_gone` |\n| fool | | | `x` |\n## Next\n| no | `a_b_c_d` |";
    let found = threats_unshown(sample, |name| name == "this_one_is_there");
    assert_eq!(found, ["thief: there is no this_one_is_gone", "fool: no test is named"]);
    let sources = tree::files().into_iter().filter(|path| path.ends_with(".rs"));
    let sources: String = sources.map(|path| tree::read(&path)).collect();
    let exists = |name: &str| tree::root().join(name).is_file() || sources.contains(&format!("fn {name}("));
    assert_none(&threats_unshown(&tree::read("README.md"), exists));
}
