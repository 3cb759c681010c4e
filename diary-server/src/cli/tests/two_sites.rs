//! A keeper of a study with two sites, in zones two hours apart.

use diary_core::study::shipped::nct06836973;

use super::bench::Bench;
use crate::cli::Exit;

const SECOND: &str = r#"
[[sites]]
id = "urumqi"
zone = "Asia/Urumqi"
title = { en = "Urumqi", zh-CN = "乌鲁木齐" }
contact = { en = "the study doctor", zh-CN = "研究医生" }
emergency = { en = "120", zh-CN = "120" }

# ---- anchors"#;

impl Bench {
    /// A keeper of the first of two sites, without participants.
    pub(crate) async fn of_one_site_of_two() -> Self {
        let bench = Self::bare();
        let study = bench.path("study");
        std::fs::create_dir(&study).unwrap();
        for (name, bytes) in nct06836973().files() {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let text = if name == "study.toml" { text.replacen("\n# ---- anchors", SECOND, 1) } else { text };
            std::fs::write(study.join(name), text).unwrap();
        }
        let offline = bench.path("offline");
        let init = format!("init --study {} --site beijing --offline {}", study.display(), offline.display());
        assert_eq!(bench.run(&init).await.exit, Exit::Done);
        bench
    }

    /// The command that adds a site, with the folder of its recovery key.
    pub(crate) fn site_add(&self, site: &str, offline: &str) -> String {
        let (root, offline) = (self.path("offline/study-root.key"), self.path(offline));
        format!("site add {site} --root-key {} --offline {}", root.display(), offline.display())
    }

    /// A keeper of both sites, with a participant of each and an anchor for each.
    pub(crate) async fn of_two_sites() -> Self {
        let bench = Self::of_one_site_of_two().await;
        let added = bench.run(&bench.site_add("urumqi", "offline-urumqi")).await;
        added.holds(Exit::Done, "urumqi (Asia/Urumqi)");
        for (subject, site) in [("B1", "beijing"), ("U1", "urumqi")] {
            let added = bench.run(&format!("participant add {subject} --site {site}")).await;
            added.holds(Exit::Done, subject);
            let anchor = bench.run(&format!("participant anchor {subject} cycle1 2026-03-29")).await;
            anchor.holds(Exit::Done, subject);
        }
        bench
    }
}
