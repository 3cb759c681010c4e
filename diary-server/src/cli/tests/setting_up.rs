//! `init`, the first participants, and what happens without a data folder or an account.

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn init_says_where_each_key_must_be_kept_and_what_is_lost_with_it() {
    let bench = Bench::bare();
    let offline = bench.path("offline");
    let line = format!(
        "init --study nct06836973 --site beijing --host d.example.org --offline {}",
        offline.display()
    );
    let said = bench.run(&line).await;
    said.is(
        Exit::Done,
        "Keeper of NCT06836973, version 1, site beijing, made in <DIR>/data.

WARNING: the two offline keys were written to the disk that this server itself is on. Whoever takes that disk, or a
backup of it, has them. Move them to removable disks, and leave no copy here.

TAKE OFF THIS MACHINE NOW, in two copies, each under lock at the site, never at the sponsor:
  <DIR>/offline/study-root.key
    The study root. Every phone trusts what it signs. Needed for a new version of the study and after
    the loss of this server. Lost: every phone must be enrolled again. Stolen: somebody can pose as this server.
  <DIR>/offline/recovery.key
    The recovery key. Opens every diary of this site when this server's keys are lost. Try it once a year.
    Lost together with this server: what phones no longer hold is lost for ever. Stolen: every diary is readable.

STAYS ON THIS SERVER, readable by its account alone:
  <DIR>/data/keys/site-sealing-1.key
    Opens what phones seal to this site. Belongs in backups. Lost: use the recovery key.
  <DIR>/data/keys/keeper-signing.key
    Signs what this server says. In no backup. Lost: the study root signs a new one.
  <DIR>/data/keys/database.key
    Encrypts the database. Belongs in backups, apart from the database. Lost: the database is lost.
  <DIR>/data/keys/token.key
    Authenticates devices for minutes. Lost: put a new one in its place.

The keys are signed until 2027-03-02. After that phones warn, and go on working.

Next:
  diary-server serve
  diary-server participant add SUBJECT
  diary-server enrol SUBJECT

First administrator of the pages: li. Once `diary-server serve` runs, open this link, good once until 2026-03-05T04:00:00Z:
  http://127.0.0.1:8441/invitation/<ID>
",
    );
    bench.run(&line).await.holds(Exit::Refused, "exists already. Nothing was changed");
}

#[tokio::test]
async fn init_speaks_chinese_when_asked() {
    let bench = Bench::bare();
    let offline = bench.path("offline");
    let said = bench
        .run(&format!("--lang zh-CN init --study nct06836973 --site beijing --offline {}", offline.display()))
        .await;
    said.holds(Exit::Done, "警告：两个离线密钥写在了服务器自己的磁盘上。");
    said.holds(Exit::Done, "请立即从本机移走以下两个文件");
    said.holds(Exit::Done, "server.public");
}

#[tokio::test]
async fn init_refuses_what_cannot_be_kept_safe_or_does_not_exist() {
    let bench = Bench::bare();
    let (inside, study) = (bench.path("data/offline"), bench.path("study"));
    bench
        .run(&format!("init --study nct06836973 --site beijing --offline {}", inside.display()))
        .await
        .holds(Exit::Refused, "lies inside the data folder");
    bench
        .run(&format!("init --study nct06836973 --site paris --offline {}", bench.path("o").display()))
        .await
        .is(Exit::NotFound, "site paris: the study has no such site. It has beijing");
    bench
        .run(&format!(
            "init --study {} --site beijing --offline {}",
            study.display(),
            bench.path("o").display()
        ))
        .await
        .holds(Exit::Unusable, "the study: <DIR>/study: ");
    assert!(!bench.path("data").exists() && !bench.path("o").exists());
}

#[tokio::test]
async fn a_study_with_an_error_is_refused_by_file_line_and_key() {
    let bench = Bench::bare();
    let study = bench.path("study");
    std::fs::create_dir(&study).unwrap();
    std::fs::write(study.join("study.toml"), "id = \"X\"\nversoin = 1\n").unwrap();
    let said = bench.run_raw(&format!("study check {}", study.display())).await;
    said.holds(Exit::Unusable, "study.toml:2: versoin: ");
}

#[tokio::test]
async fn participants_are_added_once_and_listed() {
    let bench = Bench::new().await;
    bench
        .run("participant add S2 --site beijing")
        .await
        .is(Exit::Done, "Added S2 at site beijing. Next: diary-server enrol S2");
    bench
        .run("participant add S2")
        .await
        .is(Exit::Refused, "subject S2 is there already. Nothing was changed; `participant list` shows all");
    bench
        .run("participant add \"S 3\"")
        .await
        .is(Exit::Refused, "subject number \"S 3\": 1 to 64 letters, digits, '-', '_' or '.' are needed");
    bench.run("participant add S3 --site paris").await.is(
        Exit::Refused,
        "site paris: this server keeps the diaries of site beijing. Leave --site away, or use the server of paris",
    );
    bench.run_raw("participant list").await.is(
        Exit::Done,
        "SUBJECT  SITE     ADDED                 VAULT
S1       beijing  2026-03-02T04:00:00Z  <ID>
S2       beijing  2026-03-02T04:00:00Z  <ID>",
    );
}

#[tokio::test]
async fn nothing_is_done_without_a_folder_or_an_account() {
    let bench = Bench::bare();
    bench.run("status").await.is(
        Exit::Unusable,
        "<DIR>/data: no diary server here. Name its data folder with --data, or make one with `diary-server init`",
    );
    let bench = Bench::new().await;
    bench
        .run_raw("participant add S9")
        .await
        .is(Exit::Usage, "who acts is not known: give --by NAME or set DIARY_STAFF. The trail records it");
    bench
        .run_raw("--by \"Dr Li\" participant add S9")
        .await
        .holds(Exit::Usage, "account: 1 to 64 characters");
}

#[tokio::test]
async fn a_key_file_that_others_may_read_stops_every_command() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let bench = Bench::new().await;
        let key = bench.path("data/keys/database.key");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        bench.run("status").await.is(
            Exit::Unusable,
            "<DIR>/data/keys/database.key: others than its owner may read or change this key file (mode 644). Run: \
             chmod 600 <DIR>/data/keys/database.key",
        );
    }
}

#[tokio::test]
async fn a_configuration_with_a_typo_is_refused_by_file_line_and_key() {
    let bench = Bench::new().await;
    std::fs::write(bench.path("data/diary-server.toml"), "[server]\npublik = \"d.example.org\"\n").unwrap();
    let said = bench.run("enrol S1").await;
    said.holds(Exit::Unusable, "<DIR>/data/diary-server.toml:2: server.publik: unknown field `publik`");
}

#[tokio::test]
async fn the_status_of_a_new_site_is_told() {
    let bench = Bench::new().await;
    bench.run("status").await.is(
        Exit::Done,
        "NCT06836973 version 1, site beijing, keys good until 2027-03-02T04:00:00Z
Recovery key never tried; try it once a year: `keys drill --recovery-key FILE`
SUBJECT  PHONES  PENDING  LAST CONTACT  ENTRIES  WAITING  QUARANTINED
S1       0       0        never         0        0        0",
    );
}
