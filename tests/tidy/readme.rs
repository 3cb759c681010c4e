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
    // A test is named behind its file, and a section behind its page.
    let files = plain.map(|word| word.split([':', '#']).next().unwrap_or(word));
    files.map(|word| word.trim_end_matches('.').to_owned()).collect()
}

/// Paths that a page in `folder` names and that do not exist; `exists` takes a path from the top level.
fn dangling(folder: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let here = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let links = links(text).into_iter().filter(|path| !exists(&here(path)));
    let links: Vec<String> = links.map(|path| format!("a page of {folder}/ links to {path}")).collect();
    let paths = paths(text).into_iter().filter(|path| !exists(path) && !exists(&here(path)));
    links.into_iter().chain(paths.map(|path| format!("a page of {folder}/ names {path}"))).collect()
}

#[test]
fn readmes_name_only_what_is_there() {
    let sample = "[a](diary-core/none.md) and `diary-core/src/none.rs` and [b](https://none.example) and `src/none.rs`.";
    assert_eq!(dangling("", sample, |_| false).len(), 4);
    let mut found = Vec::new();
    for path in tree::files().into_iter().filter(|path| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
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
    if rows.clone().next().is_none() {
        found.push("there is no table of threats".to_owned());
    }
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
    assert_eq!(threats_unshown("## Elsewhere", |_| true), ["there is no table of threats"]);
    let sources = tree::files().into_iter().filter(|path| path.ends_with(".rs"));
    let sources: String = sources.map(|path| tree::read(&path)).collect();
    let exists = |name: &str| tree::root().join(name).is_file() || sources.contains(&format!("fn {name}("));
    assert_none(&threats_unshown(&tree::read("diary-core/README.md"), exists));
}

/// Most words of the page at the top level.
const WORDS_MAX: usize = 900;

#[test]
fn the_first_page_is_short() {
    let words = tree::read("README.md").split_whitespace().count();
    assert!(words <= WORDS_MAX, "README.md has {words} words, more than {WORDS_MAX}");
}

/// A page with so many sections says first where they are.
const SECTIONS_WITHOUT_TABLE: usize = 3;

/// Folders of the crates in a workspace's manifest.
fn members(manifest: &str) -> Vec<&str> {
    let after = manifest.split_once("members = [").map_or("", |(_, after)| after);
    let list = after.split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

/// Crates that the table of crates leaves out, and crates whose page does not begin with a way to its sections.
fn crates_untold(manifest: &str, readme: &str, page: impl Fn(&str) -> String) -> Vec<String> {
    let mut found = Vec::new();
    for krate in members(manifest) {
        let path = format!("{krate}/README.md");
        if !readme.contains(&format!("]({path})")) {
            found.push(format!("README.md has no line for {krate}"));
        }
        let text = page(&path);
        let before_sections = text.split("\n## ").next().unwrap_or_default();
        if text.matches("\n## ").count() >= SECTIONS_WITHOUT_TABLE && !before_sections.contains("| go to |") {
            found.push(format!("{path} begins with no table of its sections"));
        }
    }
    found
}

#[test]
fn every_crate_has_its_line_and_a_page_with_a_way_in() {
    let sample = "members = [\"a\", \"b\"]";
    let page = |_: &str| "# b\n## One\n## Two\n## Three\n".to_owned();
    assert_eq!(members(sample), ["a", "b"]);
    assert_eq!(crates_untold(sample, "[b](b/README.md)", page).len(), 3);
    let found = crates_untold(&tree::read("Cargo.toml"), &tree::read("README.md"), |path| {
        let there = tree::root().join(path).is_file();
        if there { tree::read(path) } else { "\n## ".repeat(SECTIONS_WITHOUT_TABLE) }
    });
    assert_none(&found);
}
