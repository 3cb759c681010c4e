//! What must not be known in a room.

use crate::tree::{assert_none, files, read};

/// Names inside the server's crate that a line of the verifier uses, apart from its own.
fn beyond_the_verifier(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let own = |line: &&str| {
        let rest = line.replace("crate::verify", "");
        rest.contains("crate::") || ["rusqlite", "axum", "tokio"].iter().any(|name| rest.contains(name))
    };
    code.filter(own).map(str::to_owned).collect()
}

#[test]
fn the_verifier_shares_no_code_with_what_writes() {
    assert_eq!(beyond_the_verifier("use crate::store::Participant;").len(), 1);
    assert_eq!(beyond_the_verifier("use crate::verify::finding::Verified;").len(), 0);
    let ours =
        |path: &String| path == "diary-server/verify/src.rs" || path.starts_with("diary-server/verify/src/");
    let rooms: Vec<String> = files().into_iter().filter(ours).collect();
    assert!(rooms.len() > 5, "{rooms:?}");
    let found: Vec<String> = rooms
        .iter()
        .flat_map(|path| {
            beyond_the_verifier(&read(path)).into_iter().map(move |line| format!("{path}: {line}"))
        })
        .collect();
    assert_none(&found);
}
