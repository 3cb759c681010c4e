//! `study publish` as a process that is killed again and again, each time a little later, beside a keeper that serves:
//! at whichever step it was killed, publishing once more succeeds and every phone gets the version.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_demo::phone::Phone;
use diary_demo::site::Site;
use diary_server::clock::SystemClock;
use diary_sync::Mode;
use diary_tests::meter::now_s;
use diary_tests::process::KEEPER;
use diary_tests::world::beijing;

use crate::ground::{in_a_runtime, staff};
use crate::line::Line;

/// Versions that are published, each killed at another moment.
const ROUNDS: u32 = 10;
const PHONES: usize = 4;
/// Most contacts until a phone has the published version: a keeper may greet with its earlier bundle for a moment.
const CONTACTS_MAX: u32 = 60;
/// Time between two of them: a phone that asks without pause is refused by the rate limit.
const BETWEEN: Duration = Duration::from_millis(100);

/// Writes the shipped study as another version into a folder.
fn write_version(folder: &Path, version: u32) {
    std::fs::create_dir_all(folder).expect("a folder");
    let first = shipped::nct06836973();
    for (name, bytes) in first.files() {
        let text = String::from_utf8(bytes.clone()).expect("it is text");
        let to = format!("version = {version}");
        let text = if name == "study.toml" { text.replacen("version = 1", &to, 1) } else { text };
        std::fs::write(folder.join(name), text).expect("a folder");
    }
}

/// Runs the command and kills it after a while. True if it had ended before.
async fn killed(program: &Path, data: &Path, words: &[String], after: Duration) -> bool {
    let mut child = Command::new(program)
        .args([OsStr::new(KEEPER), OsStr::new("--by"), OsStr::new("attack"), OsStr::new("--data")])
        .arg(data)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program is there");
    let mut looks = tokio::time::interval(after.max(Duration::from_millis(1)));
    looks.tick().await;
    looks.tick().await;
    let ended = child.try_wait().expect("it is ours").is_some();
    if !ended {
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
    }
    ended
}

/// Number of phones that have the version after some contacts.
async fn with_version(site: &Site, phones: &mut [Phone], version: u32) -> usize {
    let entropy: &dyn Entropy = &*site.entropy;
    let mut have = 0;
    let mut contacts = tokio::time::interval(BETWEEN);
    for phone in phones {
        for _ in 0..CONTACTS_MAX {
            contacts.tick().await;
            phone.sync(&site.transport, &*site.clock, entropy, Mode::Once).await.expect("the store works");
            if phone.diary.study().version() == version {
                have += 1;
                break;
            }
        }
    }
    have
}

/// Kills `study publish` at ten different steps; `program` is the server.
pub(crate) fn interrupted(program: &Path) -> Line {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut line = Line::of("study publish killed at different moments");
    in_a_runtime(async {
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let (package, beijing_site) = (shipped::nct06836973(), "beijing".parse().expect("a plain word"));
        let stage = folder.path().join("stage");
        let site = Site::open(&stage, &package, &beijing_site, 0, clock, entropy).await;
        let mut site = site.expect("a keeper starts on a fresh folder");
        let mut phones = Vec::new();
        for n in 0..PHONES {
            let enrolled = site.enrol(&format!("P-{n}"), Lang::EN, beijing()).await;
            phones.push(enrolled.expect("enrolment works").1);
        }
        let root = stage.join("offline-keys").join(diary_server::ops::setup::ROOT_FILE);
        let words = |version: u32| {
            let at = folder.path().join(format!("version-{version}"));
            write_version(&at, version);
            let (at, root) = (at.display().to_string(), root.display().to_string());
            ["study".to_owned(), "publish".to_owned(), at, "--root".to_owned(), root]
        };
        // How long it takes where it is let be.
        let before = now_s().0;
        let whole = staff(program, &site.data(), &words(2)).await;
        let whole_s = now_s().0 - before;
        let (mut cut, mut committed, mut repeated, mut have) = (0, 0, 0, 0);
        for (round, version) in (1..=ROUNDS).zip(3..) {
            let words = words(version);
            let after = Duration::from_secs_f64(whole_s * f64::from(round) / f64::from(ROUNDS));
            cut += u32::from(!killed(program, &site.data(), &words, after).await);
            let again = staff(program, &site.data(), &words).await;
            repeated += u32::from(again.done);
            committed += u32::from(again.said.contains("was published before"));
            have += with_version(&site, &mut phones, version).await;
        }
        let wanted = PHONES * usize::try_from(ROUNDS).unwrap_or(0);
        line.must(
            "publishing once more ends well",
            format!("{repeated} of {ROUNDS}; {cut} were killed, {committed} had committed"),
            whole.done && repeated == ROUNDS && cut > 0,
        );
        line.must("every phone gets every version", format!("{have} of {wanted}"), have == wanted);
        site.stop().await.expect("it ends when told to");
    });
    line
}
