//! Links, and the requests that are made with them.

use diary_core::keys::EnrolmentSecret;
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_store::{DeviceState, JoinOutcome, Loan, LoanChange, NewEnrolment, StoreError};

use crate::ground::{Ground, on_each_database};
use crate::phone::Phone;
use crate::site::{START, Site, event};

async fn a_request_to_join_is_answered_the_same_again_and_by_every_server(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, link) = (Phone::new(&site, vault), site.link(vault).await);
    let joined = JoinOutcome::Joined { site: site.keys.site.clone(), certificate: None };
    assert_eq!(site.ask(&phone, &link, START).await, joined);
    let again = site.other.take_join(phone.join(&link, START.plus_ms(LINK_LIFE_MS * 9))).await.unwrap();
    assert_eq!(again, joined, "the link may be long spent");
    let paper = site.confirm(&phone).await;
    let joined = JoinOutcome::Joined { site: site.keys.site.clone(), certificate: Some(paper) };
    assert_eq!(site.ask(&phone, &link, START).await, joined);
    assert_eq!(site.devices(vault).await, [phone.key()], "it is there once");
}

async fn a_device_that_waits_is_listed_with_what_its_digits_are_made_from(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, link) = (Phone::new(&site, vault), site.link(vault).await);
    site.ask(&phone, &link, START.plus_ms(3)).await;
    let row = site.device(&phone).await;
    assert_eq!((row.state, row.joined, row.late), (DeviceState::Pending, START.plus_ms(3), false));
    assert_eq!((row.signing, &row.sealing), (phone.signing.verifying_key(), phone.sealing.public()));
    assert_eq!((row.link, &row.secret), (Some(link.0), &Some(link.1.clone())));
    assert_eq!(row.join, Some(phone.join(&link, START).signed));
    assert_eq!(
        (row.certificate, row.held_certificate, row.recovery, row.incarnations.len()),
        (None, None, None, 0)
    );
    assert_eq!(site.pending().await, [phone.key()]);
    site.confirm(&phone).await;
    assert_eq!(site.pending().await, []);
}

async fn a_link_serves_one_device(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, second, link) = (Phone::new(&site, vault), Phone::new(&site, vault), site.link(vault).await);
    site.ask(&phone, &link, START).await;
    assert_eq!(site.ask(&second, &link, START).await, JoinOutcome::Used);
    assert_eq!(site.devices(vault).await, [phone.key()]);
}

async fn a_link_is_good_until_its_last_instant(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, link) = (Phone::new(&site, vault), site.link(vault).await);
    let end = START.plus_ms(LINK_LIFE_MS);
    assert_eq!(site.ask(&phone, &link, end.plus_ms(1)).await, JoinOutcome::Expired);
    assert!(matches!(site.ask(&phone, &link, end).await, JoinOutcome::Joined { .. }));
}

async fn a_request_that_names_no_link_or_that_of_another_vault_learns_nothing(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (vault, other) = (site.participant("001").await, site.participant("002").await);
    let (mut link, phone) = (site.link(vault).await, Phone::new(&site, other));
    assert_eq!(site.ask(&phone, &link, START).await, JoinOutcome::Unknown);
    link.0 = diary_core::ids::EnrolmentId::from_bytes([9; 16]);
    assert_eq!(site.ask(&phone, &link, START).await, JoinOutcome::Unknown);
    assert_eq!(site.pending().await, []);
}

async fn guesses_close_no_link_to_those_who_have_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (link, phone) = (site.link(vault).await, Phone::new(&site, vault));
    let wrong = (link.0, EnrolmentSecret::from_bytes(&[9; 16]));
    for store in [&site.store, &site.other].into_iter().cycle().take(50) {
        let guess = Phone::new(&site, vault).join(&wrong, START);
        assert_eq!(store.take_join(guess).await.unwrap(), JoinOutcome::Unknown);
    }
    assert!(matches!(site.ask(&phone, &link, START).await, JoinOutcome::Joined { .. }));
}

async fn a_device_that_was_turned_away_is_told_so(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, link) = (Phone::new(&site, vault), site.link(vault).await);
    site.ask(&phone, &link, START).await;
    site.revoke(&phone, Vec::new()).await;
    assert_eq!(site.ask(&phone, &link, START).await, JoinOutcome::Revoked);
    assert_eq!(site.pending().await, []);
}

async fn digits_that_were_mistyped_are_counted_for_their_link(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (phone, link) = (Phone::new(&site, vault), site.link(vault).await);
    site.ask(&phone, &link, START).await;
    let mut mistyped = event("device.wrong-digits");
    mistyped.target = format!("vault={vault} enrolment={}", link.0);
    for _ in 0..2 {
        site.other.count_wrong_digits(link.0, mistyped.clone()).await.unwrap();
    }
    let other = site.link(vault).await.0;
    mistyped.target = format!("vault={vault} enrolment={other}");
    site.store.count_wrong_digits(other, mistyped.clone()).await.unwrap();
    let unknown = diary_core::ids::EnrolmentId::from_bytes([9; 16]);
    let refused = site.store.count_wrong_digits(unknown, mistyped).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    assert_eq!(site.told().await.iter().filter(|what| *what == "device.wrong-digits").count(), 3);
    assert_eq!(site.device(&phone).await.wrong_digits, 2);
}

async fn a_lent_phone_takes_the_mark_of_its_link_and_is_listed_until_it_is_given_back(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("S-1").await;
    let own = site.joined(vault).await;
    assert_eq!(site.device(&own).await.loan, None);
    let link = site.lent_link(vault, Some("TAB-7")).await;
    let phone = Phone::new(&site, vault);
    site.ask(&phone, &link, START).await;
    let loan = Some(Loan { label: "TAB-7".to_owned(), returned: None });
    assert_eq!(site.device(&phone).await.loan, loan);
    let lent: Vec<_> = site.store.lent_devices().await.unwrap().into_iter().map(|row| row.loan).collect();
    assert_eq!(lent, [loan]);
    let change = |loan| LoanChange { vault, device: phone.key(), loan };
    let back = Loan { label: "TAB-7".to_owned(), returned: Some(START) };
    site.store.change_loan(change(Some(back.clone())), event("device.return")).await.unwrap();
    assert_eq!(site.device(&phone).await.loan, Some(back));
    assert!(site.store.lent_devices().await.unwrap().is_empty());
    site.store.change_loan(change(None), event("device.loan")).await.unwrap();
    assert_eq!(site.device(&phone).await.loan, None);
    let unknown = LoanChange { device: diary_core::ids::KeyId::from_bytes([9; 16]), ..change(None) };
    let refused = site.store.change_loan(unknown, event("device.loan")).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
}

async fn a_link_for_no_vault_is_refused(ground: Ground) {
    let site = Site::keeper(ground).await;
    let new = NewEnrolment {
        id: diary_core::ids::EnrolmentId::from_bytes([1; 16]),
        vault: diary_core::ids::VaultId::from_bytes([2; 16]),
        secret: EnrolmentSecret::from_bytes(&[3; 16]),
        made: START,
        until: START,
        lent: None,
    };
    let refused = site.store.add_enrolment(new, event("enrol")).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    assert_eq!(site.told().await, ["init"]);
}

on_each_database! {
    a_request_to_join_is_answered_the_same_again_and_by_every_server,
    a_device_that_waits_is_listed_with_what_its_digits_are_made_from,
    a_link_serves_one_device,
    a_link_is_good_until_its_last_instant,
    a_request_that_names_no_link_or_that_of_another_vault_learns_nothing,
    guesses_close_no_link_to_those_who_have_it,
    a_device_that_was_turned_away_is_told_so,
    digits_that_were_mistyped_are_counted_for_their_link,
    a_lent_phone_takes_the_mark_of_its_link_and_is_listed_until_it_is_given_back,
    a_link_for_no_vault_is_refused,
}
