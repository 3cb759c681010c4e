//! A relay between phones and keeper: what it takes reaches the record, what the keeper says reaches the phones, and
//! whoever is away meanwhile loses nothing.

use diary_sync::Mode;
use diary_tests::Relayed;

#[tokio::test]
async fn an_entry_goes_through_the_relay_into_the_record_and_its_receipt_comes_back() {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.set(0, "20:30");
    relayed.world.evening(&mut phone, 0, 2);
    let sent = relayed.world.sync_over(&mut phone, &relayed.world.site.transport, Mode::Once).await;
    assert_eq!((sent.pushed, sent.trouble), (1, None));
    assert!(sent.waiting > 0, "a relay's receipt is not the hospital's");
    let pulled = relayed.pull().await;
    assert!(pulled.taken >= 1 && pulled.settled >= 1 && pulled.handed >= 2, "{pulled:?}");
    let back = relayed.world.sync(&mut phone).await;
    assert_eq!((back.waiting, back.unmerged), (0, 0));
    let record = relayed.world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count() as u64, sent.waiting);
}
