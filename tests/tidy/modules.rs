//! The module graph of each crate: which top module names which, read from the `crate::` paths of its code without
//! its tests. Modules that name one another in a circle cannot be read, moved or tested one by one.

use std::collections::{BTreeMap, BTreeSet};

use crate::scan::scan;
use crate::tree::{self, assert_none};

/// Each top module with those it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// First segments of the paths that begin with `crate::`, those in braces included.
fn first_segments(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = Vec::new();
    for after in code.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            found.push(word(after));
            continue;
        };
        let mut depth = 0;
        let mut item = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => found.push(word(&std::mem::take(&mut item))),
                _ => {}
            }
            if depth == 0 && c != ',' {
                item.push(c);
            }
        }
        found.push(word(&item));
    }
    found
}

/// Code of a file up to its own tests.
fn without_tests(code: &str) -> &str {
    let tests = code
        .find("#[cfg(test)]\nmod ")
        .filter(|at| code[*at..].lines().nth(1).is_some_and(|l| l.ends_with('{')));
    &code[..tests.unwrap_or(code.len())]
}

/// Adds what a file of a crate names; `path` is below the crate's `src`.
fn add(graph: &mut Graph, path: &str, text: &str) {
    let is_test = path.split('/').any(|part| part == "tests" || part == "tests.rs" || part == "testing.rs");
    if is_test || ["lib.rs", "main.rs"].contains(&path) {
        return;
    }
    let top = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let scan = scan(text);
    let names = first_segments(without_tests(&scan.code)).into_iter().filter(|name| name != top);
    graph.entry(top.to_owned()).or_default().extend(names);
}

/// Everything that can be reached from a module.
fn reached<'a>(graph: &'a Graph, from: &str) -> BTreeSet<&'a str> {
    let next = |name: &str| graph.get(name).into_iter().flatten().map(String::as_str);
    let mut open: Vec<&str> = next(from).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if graph.contains_key(name) && found.insert(name) {
            open.extend(next(name));
        }
    }
    found
}

/// The largest set of modules each of which leads to all others of it; empty where there is no cycle.
fn largest_cycle(graph: &Graph) -> Vec<String> {
    let all: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|name| (name.as_str(), reached(graph, name))).collect();
    let cycle_of = |name: &str| -> Vec<String> {
        let back = all[name].iter().filter(|other| all[**other].contains(name));
        back.map(|other| (*other).to_owned()).collect()
    };
    graph.keys().map(|name| cycle_of(name)).max_by_key(Vec::len).unwrap_or_default()
}

/// The graphs of all crates, by their folder.
fn graphs() -> BTreeMap<String, Graph> {
    let mut found: BTreeMap<String, Graph> = BTreeMap::new();
    for path in tree::files().into_iter().filter(|path| path.starts_with("diary-") && path.ends_with(".rs")) {
        if let Some((krate, below)) = path.split_once("/src/") {
            add(found.entry(krate.to_owned()).or_default(), below, &tree::read(&path));
        }
    }
    found
}

#[test]
fn modules_of_a_crate_name_one_another_in_one_direction() {
    let mut sample = Graph::new();
    add(&mut sample, "a.rs", "use crate::{b, c::{d, e}};\n");
    add(&mut sample, "b/inner.rs", "fn f() { crate::c::g(); }\n");
    add(&mut sample, "c.rs", "// crate::a\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n");
    assert!(largest_cycle(&sample).is_empty(), "{sample:?}");
    add(&mut sample, "c/inner.rs", "use crate::a::A;\n");
    assert_eq!(largest_cycle(&sample), ["a", "b", "c"]);

    let mut found = Vec::new();
    for (krate, graph) in graphs() {
        let cycle = largest_cycle(&graph);
        if !cycle.is_empty() {
            found.push(format!("{krate}: {} modules in a cycle: {}", cycle.len(), cycle.join(", ")));
        }
    }
    assert_none(&found);
}
