//! Explanation of an export for inspection, for people.

use diary_core::export::{BUNDLES, LIST, MANIFEST, PARTICIPANTS, STUDIES, TRAIL, VAULTS};
use diary_core::text::Lang;

use crate::messages::files_readme as say;
use crate::site::exports::folder::file_line;

/// The text for people.
pub(super) fn readme(lang: Lang) -> String {
    let of_vault = |ending: &str| format!("{VAULTS}/ID.{ending}");
    let files = [
        (MANIFEST.to_owned(), say::file_manifest(lang)),
        (LIST.to_owned(), say::file_list(lang)),
        (BUNDLES.to_owned(), say::file_bundles(lang)),
        (TRAIL.to_owned(), say::file_trail(lang)),
        (PARTICIPANTS.to_owned(), say::file_participants(lang)),
        (format!("{STUDIES}/"), say::file_studies(lang)),
        (of_vault("log"), say::file_log(lang)),
        (of_vault("head"), say::file_head(lang)),
        (of_vault("opened"), say::file_opened(lang)),
    ];
    let files: String = files.into_iter().map(|(name, what)| file_line(&name, what)).collect();
    let check = say::check(lang, "diary-server verify THIS_FOLDER --root-fingerprint HEX");
    format!("{}\n", [say::before(lang), &check, files.trim_end(), say::after(lang)].join("\n\n"))
}

#[cfg(test)]
mod tests {
    use diary_messages::pseudo::{TAG, assert_of_catalogues};

    use super::*;

    #[test]
    fn the_explanation_of_an_export_comes_from_catalogues_and_names_every_file() {
        let names =
            [MANIFEST, LIST, BUNDLES, TRAIL, PARTICIPANTS, STUDIES, "vaults/ID.log", "vaults/ID.head"];
        for lang in [TAG.parse().unwrap(), Lang::EN, Lang::ZH_CN] {
            let text = readme(lang);
            assert!(names.iter().all(|name| text.lines().any(|line| line.starts_with(name))), "{text}");
            assert!(text.contains("  diary-server verify THIS_FOLDER --root-fingerprint HEX\n"), "{text}");
        }
        let own = names.into_iter().chain(["diary-server verify THIS_FOLDER --root-fingerprint HEX"]);
        assert_of_catalogues(&readme(TAG.parse().unwrap()), own.chain(["vaults/ID.opened", "--sealed-only"]));
    }
}
