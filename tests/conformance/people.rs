//! Participants and their vaults.

use diary_store::{NewParticipant, PeopleChange, PeopleDeed, StoreError};

use crate::ground::{Ground, on_each_database};
use crate::phone::stored;
use crate::site::{START, Site, event};

async fn a_subject_number_is_given_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let again = site.new_participant("001");
    let refused = site.other.add_participant(again, event("participant.add")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    let all = site.seen(|store| async move { store.participants().await.unwrap() }).await;
    assert_eq!(all.iter().map(|one| one.vault).collect::<Vec<_>>(), [vault]);
    assert_eq!((&all[0].site, all[0].added), (&site.keys.site, START));
    assert_eq!(site.told().await, ["init", "participant.add"], "what was refused left no trace");
}

async fn a_participant_is_found_by_the_key_of_its_number_and_by_its_vault(ground: Ground) {
    let site = Site::keeper(ground).await;
    for subject in ["S-001", "s_002", "S.0.0.2", "é-1"] {
        site.participant(subject).await;
    }
    for (key, subject, found) in [
        ("s001", "s 001", Some("S-001")),
        ("s002", "S.0.0.2", Some("S.0.0.2")),
        ("s002", "s_002", Some("s_002")),
        ("s003", "S-003", None),
        ("s-001", "S-001", None),
    ] {
        let named = site.store.participant_named(key.to_owned(), subject.to_owned()).await.unwrap();
        assert_eq!(named.as_ref().map(|one| one.subject.as_str()), found, "{key} {subject}");
        let Some(named) = named else { continue };
        assert_eq!(site.other.participant_of(named.vault).await.unwrap(), Some(named));
    }
    let nowhere = site.new_participant("unknown").vault;
    assert_eq!(site.store.participant_of(nowhere).await.unwrap(), None);
}

/// Sorted by the bytes of the number, in any locale of the database's machine.
async fn participants_come_in_the_order_of_their_numbers_on_every_machine(ground: Ground) {
    let site = Site::keeper(ground).await;
    for subject in ["b-1", "B-2", "10", "9", "é", "甲-1", "a_1", "a-2", "A1"] {
        site.participant(subject).await;
    }
    let all = site.seen(|store| async move { store.participants().await.unwrap() }).await;
    let subjects: Vec<&str> = all.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(subjects, ["10", "9", "A1", "B-2", "a-2", "a_1", "b-1", "é", "甲-1"]);
}

async fn a_vault_that_was_lost_comes_back_with_its_certificate_and_waits_for_its_participant(ground: Ground) {
    let site = Site::keeper(ground).await;
    let lost = site.new_participant("unknown").vault;
    let mut phone = crate::phone::Phone::new(&site, lost);
    let parcel = phone.next("hello");
    let unknown = site.push(phone.push(std::slice::from_ref(&parcel))).await;
    assert_eq!(unknown, diary_store::PushOutcome::Unknown);

    let push = phone.with_certificate(&site, phone.push(&[parcel]));
    assert_eq!(stored(site.push(push).await).parcels.len(), 1);
    assert_eq!(site.unattached().await, [phone.key()]);
    assert_eq!(site.told().await, ["init", "vault.readmit", "device.certificate"]);

    let new = NewParticipant { vault: lost, ..site.new_participant("007") };
    site.store.attach_participant(new.clone(), event("participant.attach")).await.unwrap();
    assert_eq!(site.unattached().await, []);
    let all = site.seen(|store| async move { store.participants().await.unwrap() }).await;
    assert_eq!((all[0].subject.as_str(), all[0].vault), ("007", lost));

    let other = NewParticipant { subject: "008".to_owned(), ..new };
    let twice = site.other.attach_participant(other, event("participant.attach")).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    let nowhere = site.new_participant("009");
    let nowhere = site.other.attach_participant(nowhere, event("participant.attach")).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound { .. })), "{nowhere:?}");
}

async fn a_subject_number_is_renamed_and_linked_with_its_history(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (first, second) = (site.participant("001").await, site.participant("002").await);
    let changed =
        |vault, deed, what: &str| site.store.change_participant(PeopleChange { vault, deed }, event(what));
    let rename = |was: &str, now: &str| PeopleDeed::Renamed { was: was.to_owned(), now: now.to_owned() };
    changed(first, rename("001", "003"), "participant.rename").await.unwrap();
    changed(first, PeopleDeed::Linked { other: second }, "participant.link").await.unwrap();
    for (vault, deed) in [
        (first, rename("001", "004")),
        (first, rename("003", "002")),
        (second, PeopleDeed::Linked { other: first }),
        (first, PeopleDeed::Linked { other: first }),
    ] {
        let change = PeopleChange { vault, deed };
        let refused = site.other.change_participant(change, event("participant.rename")).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    changed(second, PeopleDeed::Unlinked { other: first }, "participant.unlink").await.unwrap();
    let all = site.seen(|store| async move { store.participants().await.unwrap() }).await;
    assert_eq!(all.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["002", "003"]);
    let changes = site.seen(|store| async move { store.people_changes().await.unwrap() }).await;
    let deeds: Vec<_> = changes.into_iter().map(|row| (row.vault, row.deed)).collect();
    assert_eq!(
        deeds,
        [
            (first, rename("001", "003")),
            (first, PeopleDeed::Linked { other: second }),
            (second, PeopleDeed::Unlinked { other: first }),
        ]
    );
    assert_eq!(site.told().await.len(), 6, "what was refused left no trace");
}

on_each_database! {
    a_subject_number_is_renamed_and_linked_with_its_history,
    a_subject_number_is_given_once,
    a_participant_is_found_by_the_key_of_its_number_and_by_its_vault,
    participants_come_in_the_order_of_their_numbers_on_every_machine,
    a_vault_that_was_lost_comes_back_with_its_certificate_and_waits_for_its_participant,
}
