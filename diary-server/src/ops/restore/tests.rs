//! A backup put back by the command line, from nothing but the offline files or with the keys that survived.

use crate::cli::Exit;
use crate::cli::bench::Bench;

async fn backed_up() -> (Bench, String) {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let file = bench.path("one.backup").display().to_string();
    let said = bench.run(&format!("backup --to {file}")).await;
    said.holds(
        Exit::Done,
        "Backed up to <DIR>/one.backup\n  1 participants, 1 vaults, 1 parcels; database of ",
    );
    said.holds(
        Exit::Done,
        "  sealed to the recovery key: the database's key, the site's sealing key of generation 1
  not in it: the keeper's signing key, the root and the recovery key, files for TLS
Opened and checked page by page. Not the configured folder: phones are told nothing of it.",
    );
    (bench, file)
}

fn offline(bench: &Bench) -> String {
    let offline = bench.path("offline");
    format!("--recovery-key {0}/recovery.key --root {0}/study-root.key", offline.display())
}

#[tokio::test]
async fn a_lost_machine_is_restored_from_the_backup_and_the_two_offline_files() {
    let (bench, file) = backed_up().await;
    std::fs::remove_dir_all(bench.path("data")).unwrap();
    let restore = format!("restore {file} {}", offline(&bench));
    bench.run(&restore).await.holds(Exit::Done, "The study root has signed a new key of this keeper, <ID>.");
    bench.run_raw("participant list").await.holds(Exit::Done, "S1");
    bench.run("rebuild --from-sealed").await.holds(Exit::Done, "S1: the same, 0 versions from 1 parcels");
    let trail = bench.json("trail").await;
    let what: Vec<_> =
        trail["rows"].as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(what[4..], ["act.anchor", "keys.replace-keeper", "server.restore", "record.rebuild"]);
    assert!(trail["broken_at"].is_null());
    // Staff go on, with a new chain of the keeper that nothing can be mixed up with.
    bench.run("participant anchor S1 cycle2 2026-04-10").await.holds(Exit::Done, "cycle2");
    bench.run("rebuild").await.holds(Exit::Done, "S1: the same, 0 versions from 2 parcels");
    bench.run(&restore).await.holds(Exit::Refused, "not empty. Nothing was changed");
}

#[tokio::test]
async fn the_keys_that_survived_are_used_again_and_no_new_keeper_is_needed() {
    let (bench, file) = backed_up().await;
    std::fs::rename(bench.path("data"), bench.path("old")).unwrap();
    let keys = bench.path("old/keys");
    bench
        .run(&format!("restore {file} --keys {}", keys.display()))
        .await
        .holds(Exit::Done, "The keys that survived are used again.");
    let (old, new) = (bench.path("old/diary-server.db"), bench.path("data/diary-server.db"));
    assert_ne!(std::fs::read(old).unwrap(), std::fs::read(new).unwrap());
    bench.run("rebuild").await.holds(Exit::Done, "S1: the same");
}

#[tokio::test]
async fn what_is_missing_for_a_restore_is_named_and_nothing_is_left_behind() {
    let (bench, file) = backed_up().await;
    std::fs::rename(bench.path("data"), bench.path("old")).unwrap();
    bench.run_raw("restore").await.is(
        Exit::Usage,
        "nothing was restored, and nothing changed. What is missing or cannot be used:
  who acts is not known: give --by NAME or set DIARY_STAFF. The trail records it
  FILE: the backup
  --recovery-key FILE: the offline file that opens the keys in the backup
  --root FILE: the offline file that signs a new key of the keeper
  or, in place of these two, --keys DIR: a keys folder of this keeper that has survived
`diary-server restore --help` shows both ways",
    );
    let recovery = bench.path("offline/recovery.key");
    let alone =
        format!("restore nowhere.backup --recovery-key {}", bench.path("offline/study-root.key").display());
    bench.run(&alone).await.is(
        Exit::Usage,
        "nothing was restored, and nothing changed. What is missing or cannot be used:
  --root FILE: the offline file that signs a new key of the keeper
  the backup: nowhere.backup: No such file or directory (os error 2)
  --recovery-key: <DIR>/offline/study-root.key: this is the study root key of NCT06836973, site beijing; the recovery \
key is needed here
`diary-server restore --help` shows both ways",
    );
    let other = Bench::new_with(12).await;
    let foreign = format!("restore {file} {}", offline(&other));
    bench.run(&foreign).await.holds(Exit::Refused, "this root key is not the one of the backup's study");
    let not_one = format!("restore {} {}", recovery.display(), offline(&bench));
    bench
        .run(&not_one)
        .await
        .holds(Exit::Unusable, "the backup: <DIR>/offline/recovery.key: not a backup of diary-server");
    // Remains of an earlier attempt are removed; other files stay.
    let half = bench.path("data.restoring");
    std::fs::create_dir(&half).unwrap();
    std::fs::write(half.join("precious"), "1").unwrap();
    let good = format!("restore {file} {}", offline(&bench));
    bench.run(&good).await.holds(Exit::Refused, "<DIR>/data.restoring: not empty. Nothing was changed");
    assert!(half.join("precious").exists());
    std::fs::remove_dir_all(&half).unwrap();
    assert!(!bench.path("data").exists() && !bench.path("data.restoring").exists());
    std::fs::create_dir(&half).unwrap();
    std::fs::write(half.join("restoring"), "").unwrap();
    bench.run(&good).await.holds(Exit::Done, "Restored the backup of");
    assert!(!half.exists() && !bench.path("data/restoring").exists());
}
