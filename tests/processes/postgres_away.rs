//! A server whose PostgreSQL is killed, restarted, stopped or refuses, under phones that push: it replies when to retry,
//! recovers without intervention, and has acknowledged only what is stored.

use std::path::Path;

use diary_core::api::PushStatus;
use diary_server::config;
use diary_tests::client::{Answer, Client};
use diary_tests::kill::{Found, last_round, read_all};
use diary_tests::link::Link;
use diary_tests::outage::Crowd;
use diary_tests::postgres::{Cluster, Database, OWNER};
use diary_tests::process::{Process, Site};
use tokio::runtime::Runtime;

/// A server on a PostgreSQL of its own, and phones.
struct Stage {
    cluster: Cluster,
    database: Database,
    site: Site,
    runtime: Runtime,
}

impl Stage {
    fn set(phones: usize) -> Option<Self> {
        let cluster = Cluster::start()?;
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(cluster.database());
        let site = Site::with_phones_on(Some(config::Database { url: database.url.clone() }), phones);
        Some(Self { cluster, database, site, runtime })
    }

    fn start(&self) -> Process {
        Process::start(Path::new(env!("CARGO_BIN_EXE_kill")), &self.site.data(), &[])
    }

    fn clients(&mut self) -> Vec<Client> {
        std::mem::take(&mut self.site.phones).into_iter().map(Client::new).collect()
    }
}

async fn status_of(url: &str, page: &str) -> u16 {
    reqwest::get(format!("{url}/{page}")).await.unwrap().status().as_u16()
}

/// Everything that was acknowledged is there once, and in the record once.
async fn assert_whole(clients: &mut [Client], url: &str, site: &Site) {
    last_round(clients, url).await;
    let Found { tally, not_once_in_record } = read_all(clients, &site.data_folder()).await;
    assert!(tally.acknowledged > 0 && tally.present == tally.acknowledged, "{tally}");
    assert_eq!((tally.missing, tally.duplicated, not_once_in_record), (0, 0, 0), "{tally}");
}

/// The database has committed, and the backend that would report it is killed: the outcome is unknown, so no receipt is given.
#[test]
fn a_commit_whose_answer_is_lost_is_no_receipt_and_the_same_push_finds_it_stored() {
    let Some(mut stage) = Stage::set(3) else { return };
    let mut clients = stage.clients();
    let mut link = {
        let _inside = stage.runtime.enter();
        Link::to(&stage.cluster)
    };
    stage.site.reach(Some(&config::Database { url: link.url(&stage.database) }));
    let server = stage.start();
    let url = server.url().unwrap();
    stage.runtime.block_on(async {
        for client in &mut clients {
            let answer = client.push(&url).await;
            assert!(matches!(answer, Answer::Received(PushStatus::Stored, _)), "{answer:?}");
        }
        for lost in 1..=4_u32 {
            let client = &mut clients[lost as usize % 3];
            link.breaks(true);
            let answer = client.push(&url).await;
            link.breaks(false);
            link.until_lost(lost).await;
            assert!(matches!(answer, Answer::NotNow(503, Some(_))), "{answer:?}");
            assert_eq!(status_of(&url, "healthz").await, 200);
            // PostgreSQL recovers from the killed process in its own time.
            let mut answer = answer;
            while matches!(answer, Answer::NotNow(503, Some(_))) {
                answer = client.push(&url).await;
            }
            assert!(matches!(answer, Answer::Received(PushStatus::Duplicate, _)), "{answer:?}");
        }
        assert_whole(&mut clients, &url, &stage.site).await;
    });
}

#[test]
fn a_database_that_is_restarted_under_load_costs_time_and_nothing_else() {
    let Some(mut stage) = Stage::set(6) else { return };
    let clients = stage.clients();
    let mut server = stage.start();
    let url = server.url().unwrap();
    stage.runtime.block_on(async {
        let mut crowd = Crowd::begin(clients, vec![url.clone()]);
        for round in 0..6 {
            crowd.until_received(40).await;
            match round % 3 {
                0 => stage.cluster.restart(),
                1 => assert!(stage.cluster.kill_backends(&stage.database).await > 0),
                _ => {
                    stage.cluster.stop();
                    crowd.until_refused(4).await;
                    assert_eq!(
                        (status_of(&url, "healthz").await, status_of(&url, "readyz").await),
                        (200, 503)
                    );
                    stage.cluster.start_again();
                }
            }
        }
        crowd.until_received(40).await;
        assert_eq!(status_of(&url, "readyz").await, 200);
        let mut clients = crowd.end().await;
        assert_eq!(server.has_ended(), None, "{}", server.complaints());
        assert_whole(&mut clients, &url, &stage.site).await;
    });
}

/// A trigger that lets two transactions of three fail with a serialization error or a deadlock.
const TROUBLE: &str = "CREATE SEQUENCE trouble;
CREATE FUNCTION make_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE nextval('trouble') % 3
        WHEN 0 THEN RETURN NULL;
        WHEN 1 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
        ELSE RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
    END CASE;
END $$;
CREATE TRIGGER trouble AFTER INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION make_trouble();";

#[test]
fn transactions_that_others_come_between_are_done_again_and_no_phone_notices() {
    let Some(mut stage) = Stage::set(6) else { return };
    let clients = stage.clients();
    let mut server = stage.start();
    let url = server.url().unwrap();
    stage.runtime.block_on(async {
        stage.cluster.connect(OWNER, &stage.database.name).await.batch_execute(TROUBLE).await.unwrap();
        let mut crowd = Crowd::begin(clients, vec![url.clone()]);
        crowd.until_received(300).await;
        assert_eq!(crowd.refused(), 0, "{}", server.complaints());
        let mut clients = crowd.end().await;
        assert_whole(&mut clients, &url, &stage.site).await;
        let admin = stage.cluster.admin(&stage.database.name).await;
        let tried: i64 = admin.query_one("SELECT last_value FROM trouble", &[]).await.unwrap().get(0);
        assert!(tried > 100, "{tried} transactions met trouble");
        assert_eq!(server.has_ended(), None);
    });
}

#[test]
fn a_server_whose_database_is_away_at_its_start_says_so_and_ends() {
    let Some(stage) = Stage::set(1) else { return };
    stage.cluster.stop();
    let mut server = stage.start();
    assert_eq!(server.url(), None);
    let said = server.complaints();
    assert!(said.contains("the database does not answer"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    stage.cluster.start_again();
    server = stage.start();
    assert!(server.url().is_some(), "{}", server.complaints());
}
