//! The shipped study with a second site, two hours behind the first.

use diary_core::study::{StudyPackage, shipped};

const SECOND: &str = r#"
[[sites]]
id = "urumqi"
zone = "Asia/Urumqi"
title = { en = "Urumqi", zh-CN = "乌鲁木齐" }
contact = { en = "the study doctor", zh-CN = "研究医生" }
emergency = { en = "120", zh-CN = "120" }

# ---- anchors"#;

/// The package of a study with the sites `beijing` and `urumqi`.
///
/// # Panics
/// Panics if the shipped study has changed so that nothing can be added to it.
#[must_use]
pub fn package() -> StudyPackage {
    let mut files = shipped::nct06836973().files().clone();
    let study = files.get_mut("study.toml").expect("every package has one");
    let text = String::from_utf8(study.clone()).expect("it is UTF-8");
    let with_both = text.replacen("\n# ---- anchors", SECOND, 1);
    assert_ne!(text, with_both, "the place before the anchors is found");
    *study = with_both.into_bytes();
    StudyPackage::new(files).expect("a few lines more fit")
}
