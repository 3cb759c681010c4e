//! Chromium, driven by a script for Node.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A page to be shown.
pub(crate) struct Page {
    /// Path.
    pub(crate) path: String,
    /// Account that sees it; none for pages before the sign-in.
    pub(crate) account: Option<&'static str>,
}

/// The script with its browser.
pub(crate) struct Browser {
    script: PathBuf,
}

impl Browser {
    /// The browser, where Node, Chromium and the packages of `package.json` are on this machine.
    ///
    /// # Panics
    /// Panics if `CI` is set and one of them is missing.
    pub(crate) fn find() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let runs = |program: &str| {
            let mut asked = Command::new(program);
            let asked = asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
            asked.status().is_ok_and(|status| status.success())
        };
        let found = runs("node") && runs("chromium") && folder.join("node_modules").is_dir();
        let needed = "node, chromium and `npm ci` in tests/pages are needed";
        assert!(found || std::env::var_os("CI").is_none(), "{needed}");
        found.then(|| Self { script: folder.join("browser.mjs") })
    }

    /// Runs a part of the script; returns what it found.
    pub(crate) async fn run(&self, part: &str, base: &str, password: &str, pages: &[Page]) -> Vec<String> {
        let pages: Vec<_> = pages
            .iter()
            .map(|page| serde_json::json!({ "path": page.path, "account": page.account }))
            .collect();
        let input = serde_json::json!({ "part": part, "base": base, "password": password, "pages": pages });
        let mut command = Command::new("node");
        command.arg(&self.script).arg(input.to_string()).stderr(Stdio::inherit());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut found: Vec<String> = said.lines().map(str::to_owned).collect();
        match found.pop().as_deref() {
            Some("done") if output.status.success() => found,
            last => panic!("the script ended early: {last:?} {:?}", output.status),
        }
    }
}
