//! Whoever holds a PostgreSQL, or a copy of it, and not the server's keys.

use diary_core::act::ActContent;
use diary_core::parcel::Item;
use diary_core::time::DiaryDay;
use diary_server::store::{StaffChange, TrailEvent};
use diary_tests::postgres::{Cluster, Database, OWNER};

use crate::ground::{Backend, Ground};
use crate::site::{Site, event};

/// Said by a participant, and by staff about one.
const ANSWER: &str = "KANARIENVOGEL singt in der Grube";
const ACT: &str = "Bergwerk-Besuch KANARIENGELB";
const REASON: &str = "weil der KANARIENHAHN kräht";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 of what lies inside of `bytes` wherever it begins: its middle at each of the three places.
fn base64(bytes: &[u8]) -> Vec<String> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of_three = |three: &[u8]| -> String {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].iter().map(|by| char::from(LETTERS[(bits >> by & 63) as usize])).collect()
    };
    (0..3).map(|from| bytes[from..].chunks_exact(3).map(of_three).collect()).collect()
}

/// Every way in which a word may stand in a text.
fn disguises(word: &str) -> Vec<String> {
    // Parts of it: what compresses or cuts a text may leave some together.
    let parts = word.split(' ').filter(|part| part.len() > 6);
    parts
        .flat_map(|part| {
            let utf16: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut all = vec![part.to_owned(), hex(part.as_bytes()), hex(&utf16)];
            all.extend(base64(part.as_bytes()));
            all
        })
        .collect()
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
    let dump = String::from_utf8(cluster.dump(&database)).unwrap();
    let lower = dump.to_lowercase();
    for word in [ANSWER, ACT, REASON] {
        for disguise in disguises(word) {
            assert!(!dump.contains(&disguise) && !lower.contains(&disguise.to_lowercase()), "{disguise}");
        }
    }
    // What is looked for is found where it is in the clear; and the dump is whole.
    let open = TrailEvent { target: ANSWER.to_owned(), ..event("canary") };
    site.store.staff_change(StaffChange::Nothing, open).await.unwrap();
    let dump = String::from_utf8(cluster.dump(&database)).unwrap();
    assert!(disguises(ANSWER).iter().any(|disguise| dump.contains(disguise)));
    assert!(dump.contains(&hex(site.keys.signing.id().as_bytes())), "bytes are dumped in hex");
    for word in [&site.keys.database_secret()[..], &site.keys.signing.seed()[..]] {
        assert!(!dump.contains(&hex(word)), "a key is in the database");
    }
}

/// The disguises are what they say: else the test above would find nothing whatever there was.
#[test]
fn each_disguise_is_found_wherever_a_word_begins() {
    assert_eq!(base64(b"KANARIEN"), ["S0FOQVJJ", "QU5BUklF", "TkFSSUVO"]);
    for text in ["..KANARIENVOGEL..", ".KANARIENVOGEL", "KANARIENVOGEL"] {
        let whole = &base64(text.as_bytes())[0];
        assert!(base64(b"KANARIENVOGEL").iter().any(|inside| whole.contains(inside)), "{whole}");
    }
    assert_eq!(hex(b"K\xff"), "4bff");
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
