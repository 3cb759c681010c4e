//! The module graphs of each crate: which modules name which of their siblings, in the crate's root and in each folder
//! below it, read from the `crate::` and `super::` paths of the code without its tests. Modules that name one another in
//! a circle cannot be read, moved or tested one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Chars;

use crate::scan::scan;
use crate::tree::{self, assert_none};

/// Each module of a folder with those of the same folder that it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Path of a module or of an item, from the crate's root.
type Path = Vec<String>;

/// A file with the paths that it names.
struct Module {
    path: Path,
    names: Vec<Path>,
}

/// Adds the paths that begin with `before`; `rest` is what follows, groups in braces included.
fn expand(mut before: Path, rest: &mut Peekable<Chars<'_>>, found: &mut Vec<Path>) {
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if rest.next_if_eq(&'{').is_some() {
            loop {
                expand(before.clone(), rest, found);
                while rest.next_if(|c| *c != ',' && *c != '}').is_some() {}
                if rest.next() != Some(',') {
                    return;
                }
            }
        }
        let mut word = String::new();
        while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
            word.push(c);
        }
        if !word.is_empty() && word != "self" {
            before.push(word);
        }
        if rest.next_if_eq(&':').is_none() || rest.next_if_eq(&':').is_none() {
            return found.push(before);
        }
    }
}

/// Paths that the code of the module `path` names by `crate::` and `super::`.
fn names(code: &str, path: &[String]) -> Vec<Path> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let before = code.get(..at).unwrap_or_default();
        // A later `super` of a row is counted with its first.
        if before.ends_with("super::") || before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut rest = code.get(at + start.len()..).unwrap_or_default();
        let mut base = if start == "crate::" { &[] } else { path.split_last().map_or(path, |(_, up)| up) };
        while start == "super::" && rest.starts_with("super::") {
            rest = rest.strip_prefix("super::").unwrap_or(rest);
            base = base.split_last().map_or(base, |(_, up)| up);
        }
        expand(base.to_vec(), &mut rest.chars().peekable(), &mut found);
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

/// The module in the file `path` below the crate's `src`; `None` for tests and for the root.
fn module(path: &str, text: &str) -> Option<Module> {
    let path: Path = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let is_test = path.iter().any(|part| part == "tests" || part == "testing");
    if is_test || matches!(path.as_slice(), [root] if root == "lib" || root == "main") {
        return None;
    }
    let names = names(without_tests(&scan(text).code), &path);
    Some(Module { path, names })
}

/// The graph of the modules directly below `folder`. Files of a sub-folder belong to the module that it is of.
fn graph(modules: &[Module], folder: &[String]) -> Graph {
    let below = |path: &[String]| path.strip_prefix(folder).and_then(|rest| rest.first()).cloned();
    let all: BTreeSet<String> = modules.iter().filter_map(|module| below(&module.path)).collect();
    let mut graph = Graph::new();
    for module in modules {
        let Some(from) = below(&module.path) else { continue };
        let named = module.names.iter().filter_map(|name| below(name));
        let others: Vec<String> = named.filter(|name| *name != from && all.contains(name)).collect();
        graph.entry(from).or_default().extend(others);
    }
    graph
}

/// Everything that can be reached from a module.
fn reached<'a>(graph: &'a Graph, from: &str) -> BTreeSet<&'a str> {
    let next = |name: &str| graph.get(name).into_iter().flatten().map(String::as_str);
    let mut open: Vec<&str> = next(from).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name) {
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

/// The largest cycle of each folder that has one, with the folder.
fn cycles(modules: &[Module]) -> Vec<(Path, Vec<String>)> {
    let parents =
        |module: &Module| (0..module.path.len()).map(|to| module.path[..to].to_vec()).collect::<Vec<_>>();
    let folders: BTreeSet<Path> = modules.iter().flat_map(parents).collect();
    let found = folders.into_iter().map(|folder| (largest_cycle(&graph(modules, &folder)), folder));
    found.filter(|(cycle, _)| !cycle.is_empty()).map(|(cycle, folder)| (folder, cycle)).collect()
}

/// The modules of all crates, by the crate's folder.
fn crates() -> BTreeMap<String, Vec<Module>> {
    let mut found: BTreeMap<String, Vec<Module>> = BTreeMap::new();
    for path in tree::files().into_iter().filter(|path| path.starts_with("diary-") && path.ends_with(".rs")) {
        if let Some((krate, below)) = path.split_once("/src/") {
            found.entry(krate.to_owned()).or_default().extend(module(below, &tree::read(&path)));
        }
    }
    found
}

#[test]
fn modules_of_a_folder_name_one_another_in_one_direction() {
    let of = |files: &[(&str, &str)]| {
        files.iter().filter_map(|(path, text)| module(path, text)).collect::<Vec<_>>()
    };
    let mut sample = vec![
        ("a.rs", "use crate::{b, c::{d, e}};\n"),
        ("b/inner.rs", "fn f() { crate::c::g(); super::other::h(); }\n"),
        ("b/other.rs", "use super::super::c::C;\nuse super::{B, C as D};\n"),
        ("c.rs", "// crate::a\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n"),
    ];
    assert_eq!(cycles(&of(&sample)), []);
    sample.push(("c/inner.rs", "use crate::a::A;\n"));
    sample.push(("b/other/more.rs", "use super::super::inner::I;\n"));
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected = [(named(&[]), named(&["a", "b", "c"])), (named(&["b"]), named(&["inner", "other"]))];
    assert_eq!(cycles(&of(&sample)), expected);

    let mut found = Vec::new();
    for (krate, modules) in crates() {
        for (folder, cycle) in cycles(&modules) {
            let folder = folder.join("/");
            found.push(format!(
                "{krate}/src/{folder}: {} modules in a cycle: {}",
                cycle.len(),
                cycle.join(", ")
            ));
        }
    }
    assert_none(&found);
}
