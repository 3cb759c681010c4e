//! Tests of `export files` and `verify`.

use super::bench::Bench;
use crate::admin::Exit;

#[tokio::test]
async fn an_export_is_checked_by_itself_and_a_changed_byte_ends_with_six() {
    let bench = Bench::new().await;
    bench.phone_joins(5).await;
    let folder = bench.path("export");
    let export = format!("export files {}", folder.display());
    bench.run(&export).await.holds(Exit::Done, "Exported 1 vaults");
    bench.run(&export).await.holds(Exit::Refused, "name a new or empty folder");
    let root = bench.desk().keys.root_fingerprint();
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
