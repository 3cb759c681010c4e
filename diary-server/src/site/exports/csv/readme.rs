//! Explanatory files of an export: descriptions for people, and scripts that read the tables with their types.

use super::sheets::SPREADSHEET;
use super::{COLUMNS, MANIFEST, README};
use crate::messages::readme as say;
use crate::site::exports::folder::file_line;
use diary_core::text::Lang;
use diary_report::tables_csv::TableName;

/// The scripts that read the tables, by name.
pub(super) const SCRIPTS: [(&str, &str); 2] =
    [("read_diary.R", include_str!("read_diary.R")), ("read_diary.py", include_str!("read_diary.py"))];

/// The text for people.
pub(super) fn readme(spreadsheet: bool, lang: Lang) -> String {
    let tables = TableName::ALL.map(|table| (table.file(), table.row(lang)));
    let others = [
        (COLUMNS, say::file_columns(lang)),
        (README, say::file_readme(lang)),
        ("read_diary.R", say::file_r(lang)),
        ("read_diary.py", say::file_python(lang)),
        (MANIFEST, say::file_manifest(lang)),
    ];
    let sheet = spreadsheet.then(|| (SPREADSHEET, say::file_spreadsheet(lang)));
    let others = sheet.into_iter().chain(others).map(|(name, what)| (name.to_owned(), what));
    let files: String = tables.into_iter().chain(others).map(|(name, what)| file_line(&name, what)).collect();
    let excel = if spreadsheet { say::with_spreadsheet(lang) } else { say::without_spreadsheet(lang) };
    let parts = [say::before(lang), files.trim_end(), say::csv(lang), excel, say::after(lang)];
    format!("{}\n", parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use diary_messages::pseudo::{TAG, assert_of_catalogues};

    use super::*;

    #[test]
    fn the_text_for_people_comes_from_catalogues_and_names_every_file() {
        let names: Vec<String> = TableName::ALL.iter().map(|table| table.file()).collect();
        let names = names.iter().map(String::as_str);
        let others = [COLUMNS, README, "read_diary.R", "read_diary.py", MANIFEST, SPREADSHEET];
        let names: Vec<&str> = names.chain(others).collect();
        for lang in [TAG.parse().unwrap(), Lang::EN, Lang::ZH_CN] {
            let text = readme(true, lang);
            assert!(names.iter().all(|name| text.lines().any(|line| line.starts_with(name))), "{text}");
            assert!(!text.contains("diary-server "), "{text}");
        }
        for spreadsheet in [true, false] {
            assert_of_catalogues(&readme(spreadsheet, TAG.parse().unwrap()), names.iter().copied());
        }
    }
}
