//! Information in a PostgreSQL, or a copy of it, for a reader without the server's keys.

use diary_core::act::ActContent;
use diary_core::ids::to_hex;
use diary_core::parcel::Item;
use diary_core::time::DiaryDay;
use diary_store::TrailEvent;
use diary_tests::canary::Canaries;
use diary_tests::postgres::{Cluster, Database, OWNER};

use crate::ground::{Backend, Ground};
use crate::site::{Site, event};

/// Said by a participant, and by staff about one.
const ANSWER: &str = "KANARIENVOGEL singt in der Grube";
const ACT: &str = "Bergwerk-Besuch KANARIENGELB";
const REASON: &str = "weil der KANARIENHAHN kräht";

/// Looks for the long words of each text: a text that is compressed or cut may still contain some of them.
fn canaries(texts: &[&str]) -> Canaries {
    let words: Vec<&str> =
        texts.iter().flat_map(|text| text.split(' ')).filter(|word| word.len() > 7).collect();
    Canaries::new(&words)
}

async fn lived() -> Option<(Site, &'static Cluster, Database)> {
    let ground = Ground::fresh(Backend::Postgres).await?;
    let Ground::Postgres(database) = &ground else { return None };
    let (cluster, database) = (Cluster::shared()?, database.clone());
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = [phone.next(ANSWER), phone.seal(&[Item::Revision(ANSWER.as_bytes().to_vec())])];
    site.push(phone.push(&parcels)).await;
    let content = ActContent::Visit { date: DiaryDay::default(), kind: ACT.to_owned(), held: true };
    let act = site.act(1, content);
    let visit = site.authored(phone.vault, &[act], 1).await;
    let told = TrailEvent { reason: Some(REASON.to_owned()), ..event("participant.visit") };
    site.store.append_keeper(visit, site.signer(), Some(told)).await.unwrap();
    assert_eq!(site.settle().await, 3);
    Some((site, cluster, database))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_dump_holds_no_answer_no_act_and_no_reason_in_any_disguise() {
    let Some((site, cluster, database)) = lived().await else { return };
    canaries(&[ANSWER, ACT, REASON]).assert_clean("the dump", &cluster.dump(&database));
    // What is looked for is found where it is in the clear; and the dump is whole.
    let open = TrailEvent { target: ANSWER.to_owned(), ..event("canary") };
    site.store.record_event(open).await.unwrap();
    let dump = String::from_utf8(cluster.dump(&database)).unwrap();
    assert!(canaries(&[ANSWER]).found_in(dump.as_bytes()).is_some());
    assert!(dump.contains(&to_hex(site.keys.signing.id().as_bytes())), "bytes are dumped in hex");
    for word in [&site.keys.database_secret()[..], &site.keys.signing.seed()[..]] {
        assert!(!dump.contains(&to_hex(word)), "a key is in the database");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_for_ever_is_defended_by_the_database_itself() {
    let Some((_site, cluster, database)) = lived().await else { return };
    let server = cluster.connect(OWNER, &database.name).await;
    let changes = [
        ("bundle", "added = 0"),
        ("study_file", "added = 0"),
        ("vault", "added = 0"),
        ("trail", "at = 0"),
        ("log", "at = 0"),
        ("parcel", "received = 0"),
        ("opened", "salt = salt"),
        ("revision", "day = 0"),
        ("act", "item = 0"),
        ("device_keys", "sealing = sealing"),
    ];
    for (table, change) in changes {
        let rows: i64 = server.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0);
        assert!(rows > 0, "{table} has something to lose");
        let [update, delete, truncate] = [
            format!("UPDATE {table} SET {change}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ];
        for statement in [update, delete, truncate] {
            assert!(server.batch_execute(&statement).await.is_err(), "{statement}");
        }
    }
    for statement in ["DELETE FROM participant", "DELETE FROM device", "TRUNCATE device CASCADE"] {
        assert!(server.batch_execute(statement).await.is_err(), "{statement}");
    }
}
