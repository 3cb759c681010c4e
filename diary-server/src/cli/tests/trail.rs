//! Printing the audit trail, and detection of an altered one.

use diary_core::sqlcipher::{Missing, connect};

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn every_command_that_does_something_leaves_its_row() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    bench
        .run("participant anchor S1 cycle1 2026-04-02 --reason \"fever, one week later\"")
        .await
        .holds(Exit::Done, "");
    bench.run("participant visit S1 2026-03-02 --kind screening").await.holds(Exit::Done, "visit");
    let phone = bench.phone_joins(1).await;
    bench.run(&format!("confirm S1 {}", phone.digits())).await.holds(Exit::Done, "Confirmed");
    bench.run("participant anchor S1 nothing 2026-04-02").await.holds(Exit::NotFound, "no such anchor");
    bench.run_raw("trail").await.is(
        Exit::Done,
        "N   AT                    WHO       ROLE    WHAT             SUBJECT  TARGET                                   REASON
1   2026-03-02T04:00:00Z  li        staff   server.init               study=NCT06836973 site=beijing bundle=1
2   2026-03-02T04:00:00Z  li        staff   account.invite            account=li
3   2026-03-02T04:00:00Z  li        staff   account.role              account=li roles=beijing:administrator
4   2026-03-02T04:00:00Z  li        staff   participant.add  S1
5   2026-03-02T04:00:00Z  li        staff   act.anchor       S1       act=<ID> anchor=cycle1
6   2026-03-02T04:00:00Z  li        staff   act.anchor       S1       act=<ID> anchor=cycle1               fever, one week later
7   2026-03-02T04:00:00Z  li        staff   act.visit        S1       act=<ID> kind=screening
8   2026-03-02T04:00:00Z  li        staff   enrolment.make   S1       enrolment=<ID>
9   2026-03-02T04:00:00Z  <ID>  device  device.join      S1       enrolment=<ID>
10  2026-03-02T04:00:00Z  li        staff   device.confirm   S1       device=<ID>
The chain of 10 events holds.",
    );
}

#[tokio::test]
async fn a_row_that_was_altered_in_the_database_is_found() {
    let bench = Bench::new().await;
    bench.run("participant add S2").await.holds(Exit::Done, "Added");
    let desk = bench.desk().await;
    let file = bench.path("data/diary-server.db");
    let database = connect(&file, desk.keeper_keys().database_secret(), Missing::Refuse).unwrap();
    let alter = "UPDATE trail SET who = 'wang' WHERE n = 2";
    assert!(database.execute(alter, []).is_err(), "the database lets rows of the trail be changed");
    database.execute_batch(&format!("DROP TRIGGER trail_never_changes; {alter};")).unwrap();
    bench.run_raw("trail").await.holds(Exit::CheckFailed, "THE CHAIN IS BROKEN AT EVENT 2");
}
