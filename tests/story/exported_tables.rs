//! Tables for a statistician and a secretary: programs read the values as they were written.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use diary_core::text::Lang;
use diary_server::site::{ParticipantSelection, Wanted};
use diary_tests::World;

const NOTES: [&str; 6] = ["NA", "None", "0012", "=1+1", "'quoted", "第一行\n第二行"];

/// Tables of a participant whose number and notes a program may misread as missing, as numbers or as formulas.
async fn exported(spreadsheet: bool) -> (World, PathBuf) {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("0012").await;
    world.set(0, "20:30");
    for text in NOTES {
        world.note(&mut phone, text);
    }
    world.evening(&mut phone, 0, 0);
    world.sync(&mut phone).await;
    let folder = world.folder().join("tables");
    let wanted = Wanted { spreadsheet, ..Wanted::whole(ParticipantSelection::All, Lang::EN) };
    world.site.desk.exports().csv(&world.site.staff, &folder, &wanted).await.unwrap();
    (world, folder)
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Output of a few lines of Python; `None` on a machine without it.
fn python(folder: &Path, lines: &str) -> Option<String> {
    let mut command = Command::new("python3");
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8").env("PYTHONPATH", folder);
    let done = match command.arg("-c").arg(lines).arg(folder).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        done => done.unwrap(),
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

#[tokio::test]
async fn the_tables_say_how_they_are_read_and_the_reader_gives_back_what_was_written() {
    let (_world, folder) = exported(false).await;
    let readme = read(&folder, "README.txt");
    for words in [
        "byte order mark",
        "NA, None, null",
        "it changes 0012 to 12",
        "An export with a spreadsheet has diaries.xlsx",
        "answers.csv  ",
    ] {
        assert!(readme.contains(words), "{words}: {readme}");
    }
    assert!(!folder.join("diaries.xlsx").exists());
    let columns = read(&folder, "columns.csv");
    assert!(columns.starts_with("table,column,type,unit,values,meaning\n"), "{columns}");
    let lines = "import sys, read_diary as r
for row in r.read_rows(sys.argv[1], 'entries'):
    if row['kind'] == 'note':
        print(repr(row['subject']), repr(row['text']), row['counts'], row['recorded_utc'].isoformat(),
              row['recorded_local'].isoformat(), row['total'], row['study_version'])
print({row['disposition'] for row in r.read_rows(sys.argv[1], 'answers') if row['code'] is None})";
    let Some(said) = python(&folder, lines) else { return };
    let note =
        |text: &str| format!("'0012' {text} True 2026-10-01T12:30:00+00:00 2026-10-01T20:30:00 None 1\n");
    let expected: String =
        ["'NA'", "'None'", "'0012'", "'=1+1'", "\"'quoted\"", "'第一行\\n第二行'"].map(note).concat();
    assert_eq!(said, expected + "{'not-shown'}\n");
}

#[tokio::test]
async fn pandas_reads_the_same_where_it_is_there() {
    let (_world, folder) = exported(false).await;
    let lines = "import sys
try:
    import pandas
except ImportError:
    sys.exit()
import read_diary
tables = read_diary.read_diary(sys.argv[1])
entries = tables['entries']
notes = entries[entries['kind'] == 'note']
print(notes['subject'].tolist() == ['0012'] * 6, notes['text'].tolist(), str(entries['recorded_utc'].dtype))";
    let Some(said) = python(&folder, lines) else { return };
    let there = !said.is_empty() || std::env::var_os("DIARY_PANDAS").is_none();
    assert!(there, "pandas is needed (Debian: apt-get install python3-pandas)");
    let texts = "['NA', 'None', '0012', '=1+1', \"'quoted\", '第一行\\n第二行']";
    assert!(said.is_empty() || said.starts_with(&format!("True {texts} datetime64[")), "{said}");
}

#[tokio::test]
async fn a_spreadsheet_stands_beside_the_tables_where_it_was_asked_for() {
    let (_world, folder) = exported(true).await;
    let bytes = fs::read(folder.join("diaries.xlsx")).unwrap();
    assert!(bytes.starts_with(b"PK"), "a workbook is a zip archive");
    let readme = read(&folder, "README.txt");
    assert!(readme.contains("Open diaries.xlsx") && readme.contains("diaries.xlsx  "), "{readme}");
    let manifest = read(&folder, "manifest.json");
    assert!(
        manifest.contains("\"diaries.xlsx\"") && manifest.contains("\"made\": \"2026-10-01T12:30"),
        "{manifest}"
    );
    // Beside it the tables stay clean: no byte order mark, no carriage return.
    let entries = read(&folder, "entries.csv");
    assert!(entries.starts_with("subject,") && !entries.contains('\r'), "{entries}");
}
