//! Services of the site as every face calls them: work is done for the participant that a command is about, and for
//! no other.

use super::bench::Bench;
use crate::audit::Account;
use crate::cli::Exit;
use crate::site::Saying;
use crate::site::VisitInput;
use diary_core::time::DiaryDay;

#[tokio::test]
async fn an_act_settles_its_own_vault_and_what_was_just_sealed_is_not_decrypted() {
    let bench = Bench::new().await;
    assert_eq!(bench.run("participant add S2").await.exit, Exit::Done);
    let desk = bench.desk().await;
    let (li, mine) = (Account::new("li").unwrap(), desk.participants().find("S1").await.unwrap());
    let other = desk.participants().find("S2").await.unwrap();
    let bundle = desk.bundle().await.unwrap();
    // A parcel of another process waits in the other vault.
    let state = desk.context().store().keeper_state(other.vault).await.unwrap();
    let item = diary_core::parcel::Item::Challenge([1; 32]);
    let elsewhere = crate::keys::KeeperKeys::load(
        &crate::data_folder::DataFolder::open(&bench.path("data")).unwrap().keys(),
    );
    let authored = elsewhere
        .unwrap()
        .author_parcel(&bundle, other.vault, &state, &[], &[item], desk.now(), desk.context().random())
        .unwrap();
    let append = diary_store::KeeperAppend {
        vault: other.vault,
        after: state.head,
        authored,
        counter: diary_core::counter::Counter::ZERO,
        at: desk.now(),
    };
    desk.context().store().append_keeper(append, desk.context().signer(), None).await.unwrap();

    let day: DiaryDay = "2026-03-02".parse().unwrap();
    desk.acts()
        .on(&li, &mine)
        .add_visit(&VisitInput { date: day, kind: "screening".to_owned(), held: true }, Saying::MEANT)
        .await
        .unwrap();
    assert_eq!(desk.record(mine.vault).await.unwrap().acts().count(), 1, "it is in the record at once");
    assert_eq!(desk.merger().opened_grants(), 0, "nothing was decrypted for it");
    assert_eq!(
        desk.context().store().load_record(other.vault).await.unwrap().waiting.len(),
        1,
        "the other one waits"
    );

    desk.merger().settle(&bundle, desk.now()).await.unwrap();
    assert_eq!(desk.context().store().load_record(other.vault).await.unwrap().waiting.len(), 0);
    assert_eq!(desk.merger().opened_grants(), 1, "sealed elsewhere, so it is decrypted");
}

#[tokio::test]
async fn a_participant_is_found_however_the_number_is_typed() {
    let bench = Bench::new().await;
    for subject in ["S-001", "P-7", "S-0O1"] {
        assert_eq!(bench.run(&format!("participant add {subject} --yes")).await.exit, Exit::Done);
    }
    let desk = bench.desk().await;
    for (typed, found) in
        [("s_001", "S-001"), ("S-0O1", "S-0O1"), ("Ｐ７", "P-7"), ("s1", "S1"), ("S001", "S-001")]
    {
        assert_eq!(desk.participants().find(typed).await.unwrap().subject, found, "{typed}");
    }
    assert!(desk.participants().find("P-8").await.is_err());
}
