//! Tests of `export files` and `verify`.

use std::sync::Arc;

use super::bench::Bench;
use crate::admin::Exit;
use crate::config::{Config, Server};
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
    let root = bench.desk().await.keys.root_fingerprint();
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
    bench
        .run_raw(&format!("verify {}", bench.path("nothing").display()))
        .await
        .holds(Exit::CheckFailed, "manifest.cbor: No such file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_shows_its_keys_under_the_root_and_under_no_other() {
    let bench = Bench::new().await;
    let server = Server { listen: "127.0.0.1:0".parse().unwrap(), ..Server::default() };
    let mut running = serve(
        ServeInput {
            folder: DataFolder::open(&bench.path("data")).unwrap(),
            demo: false,
            config: Config { server, ..Config::default() },
            clock: bench.clock.clone(),
            entropy: Arc::clone(&bench.around.entropy),
        },
        None,
    )
    .await
    .unwrap();
    let host = format!("http://{}", running.address());
    let root = bench.desk().await.keys.root_fingerprint();
    let said = bench.run_raw(&format!("verify {host} --root-fingerprint {root}")).await;
    said.holds(Exit::Done, "it has a key of a keeper of this study");
    said.holds(Exit::Done, "1 versions of the study are those that the keys name");
    said.holds(Exit::Done, "Not proved: anything about diaries.");
    let other = "ab".repeat(32);
    let said = bench.run_raw(&format!("verify {host} --root-fingerprint {other}")).await;
    said.holds(Exit::CheckFailed, "its greeting:");
    bench.run_raw(&format!("verify {host}")).await.holds(Exit::Usage, "under which root?");
    running.stop();
    running.ended().await.unwrap();
}
