//! Tests of `export files` and `verify`.

use std::sync::Arc;

use super::bench::Bench;
use crate::cli::Exit;
use crate::config::{Config, Pages, Server};
use crate::data_folder::DataFolder;
use crate::serve::{ServeInput, serve};

#[tokio::test]
async fn an_export_is_checked_by_itself_and_a_changed_byte_ends_with_six() {
    let bench = Bench::new().await;
    bench.phone_joins(5).await;
    let folder = bench.path("export");
    let export = format!("export files {}", folder.display());
    bench.run(&export).await.holds(Exit::Done, "Exported 1 vaults");
    bench.run(&export).await.holds(Exit::Refused, "name a new or empty folder");
    let root = bench.desk().await.keeper_keys().root_fingerprint();
    let verify = format!("verify {} --root-fingerprint {root}", folder.display());
    let said = bench.run_raw(&verify).await;
    said.holds(Exit::Done, "Everything that was looked at HOLDS.");
    said.holds(Exit::Done, "as given.");
    let unpinned = bench.run_raw(&format!("verify {}", folder.display())).await;
    unpinned.holds(Exit::Done, "READ FROM THE EXPORT ITSELF");
    bench.run("trail").await.holds(Exit::Done, "export.files");

    let trail = folder.join("trail.cbor");
    let mut bytes = std::fs::read(&trail).unwrap();
    bytes[120] ^= 1;
    std::fs::write(&trail, bytes).unwrap();
    let said = bench.run_raw(&verify).await;
    said.holds(Exit::CheckFailed, "trail.cbor: its bytes are not those that the keeper signed for");
    said.holds(Exit::CheckFailed, "This export does NOT hold");
    std::fs::remove_file(folder.join("manifest.cbor")).unwrap();
    bench.run_raw(&verify).await.holds(Exit::CheckFailed, "manifest.cbor: No such file");
}

#[tokio::test]
async fn a_mistyped_path_or_fingerprint_is_told_from_an_export_that_was_altered() {
    let bench = Bench::new().await;
    let folder = bench.path("export");
    bench.run(&format!("export files {}", folder.display())).await.holds(Exit::Done, "Exported 1 vaults");
    let verify = |path: &str| format!("verify {}", bench.path(path).display());
    for (path, why) in [
        ("exprot", "no folder is there"),
        ("export/manifest.cbor", "this is a file; an export is a folder"),
        ("offline", "no file of an export is in this folder"),
    ] {
        let expected = format!("<DIR>/{path}: {why}. Is the path right? Nothing was checked");
        bench.run_raw(&verify(path)).await.is(Exit::NotFound, &expected);
    }
    let mistyped = format!("{} --root-fingerprint {}", verify("export"), "ab".repeat(32));
    let said = bench.run_raw(&mistyped).await;
    said.holds(Exit::CheckFailed, "The fingerprint that was given is not that of this export's study root.");
    said.holds(Exit::CheckFailed, "nothing is said against the export");
    assert!(!said.text.contains("HOLD"), "{}", said.text);
    // Under the right one it holds; and one that names another root than its keys are of was altered.
    let root = bench.desk().await.keeper_keys().root_fingerprint();
    let right = format!("{} --root-fingerprint {root}", verify("export"));
    bench.run_raw(&right).await.holds(Exit::Done, "Everything that was looked at HOLDS.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_shows_its_keys_under_the_root_and_under_no_other() {
    let bench = Bench::new().await;
    let server = Server { listen: "127.0.0.1:0".parse().unwrap(), ..Server::default() };
    let mut running = serve(
        ServeInput {
            folder: DataFolder::open(&bench.path("data")).unwrap(),
            demo: false,
            config: Config { server, pages: Pages::off(), ..Config::default() },
            clock: bench.clock.clone(),
            entropy: Arc::clone(&bench.around.entropy),
        },
        None,
    )
    .await
    .unwrap();
    let host = format!("http://{}", running.address());
    let root = bench.desk().await.keeper_keys().root_fingerprint();
    let said = bench.run_raw(&format!("verify {host} --root-fingerprint {root}")).await;
    said.holds(Exit::Done, "it has a key of a keeper of this study");
    said.holds(Exit::Done, "1 versions of the study are those that the keys name");
    said.holds(Exit::Done, "Not proved: anything about diaries.");
    let other = "ab".repeat(32);
    let said = bench.run_raw(&format!("verify {host} --root-fingerprint {other}")).await;
    said.holds(Exit::CheckFailed, "its greeting:");
    said.holds(Exit::CheckFailed, "Mistyped: give the right one. Right: do not give this server to phones.");
    bench.run_raw(&format!("verify {host}")).await.holds(Exit::Usage, "under which root?");
    running.stop();
    running.ended().await.unwrap();
}
