//! The decisions on join requests, row by row.

use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::ids::{EnrolmentId, VaultId};
use diary_core::keys::{EnrolmentSecret, JoinRequest, SealingKey, SigningKey};
use diary_core::time::UtcMillis;

use super::{JOIN_TRIES_MAX, KnownDevice, LinkFacts, Plan, Way, plan_join};
use crate::store::{DeviceState, JoinOutcome, JoinToTake};

const VAULT: VaultId = VaultId::from_bytes([1; 16]);
const UNTIL: UtcMillis = UtcMillis(1_000);

fn secret() -> EnrolmentSecret {
    EnrolmentSecret::from_bytes(&[7; 16])
}

fn join(secret: &EnrolmentSecret, vault: VaultId, received: i64) -> JoinToTake {
    let entropy: &dyn Entropy = &SeededEntropy::new(1);
    let device = SigningKey::generate(entropy);
    let request = JoinRequest {
        enrolment: EnrolmentId::from_bytes([2; 16]),
        vault,
        signing: device.verifying_key(),
        sealing: SealingKey::generate(entropy).public().clone(),
    };
    JoinToTake { signed: request.sign(&device, secret), request, received: UtcMillis(received) }
}

fn link() -> LinkFacts {
    LinkFacts { secret: secret(), vault: VAULT, until: UNTIL, tries: 0, used: false, used_by_other: false }
}

const PENDING: KnownDevice = KnownDevice { same_sealing: true, state: DeviceState::Pending };

#[test]
fn a_link_is_good_up_to_its_last_millisecond() {
    assert_eq!(plan_join(&link(), None, &join(&secret(), VAULT, 1_000), Way::Direct), Plan::Use);
    let late = plan_join(&link(), None, &join(&secret(), VAULT, 1_001), Way::Direct);
    assert_eq!(late, Plan::Refuse(JoinOutcome::Expired));
}

#[test]
fn a_device_that_a_relay_took_late_waits_and_its_retry_counts_no_failure() {
    for way in [Way::Relayed, Way::RelayedAgain] {
        assert_eq!(plan_join(&link(), None, &join(&secret(), VAULT, 1_001), way), Plan::Use);
    }
    let wrong = join(&EnrolmentSecret::from_bytes(&[8; 16]), VAULT, 1_001);
    assert_eq!(plan_join(&link(), None, &wrong, Way::Relayed), Plan::CountFailure);
    let again = plan_join(&link(), None, &wrong, Way::RelayedAgain);
    assert_eq!(again, Plan::Refuse(JoinOutcome::Unknown), "ten pulls would close the link to its owner");
}

#[test]
fn the_same_device_gets_the_same_answer_also_when_the_link_has_expired() {
    let used = LinkFacts { used: true, ..link() };
    let again = join(&secret(), VAULT, 999_999);
    assert_eq!(plan_join(&used, Some(PENDING), &again, Way::Direct), Plan::SameAnswer);
    let confirmed = KnownDevice { state: DeviceState::Confirmed, ..PENDING };
    assert_eq!(plan_join(&used, Some(confirmed), &again, Way::Direct), Plan::SameAnswer);
}

#[test]
fn another_device_does_not_get_a_used_link() {
    let used = LinkFacts { used: true, used_by_other: true, ..link() };
    assert_eq!(
        plan_join(&used, None, &join(&secret(), VAULT, 5), Way::Direct),
        Plan::Refuse(JoinOutcome::Used)
    );
    let other_sealing = KnownDevice { same_sealing: false, ..PENDING };
    let used = LinkFacts { used: true, ..link() };
    let plan = plan_join(&used, Some(other_sealing), &join(&secret(), VAULT, 5), Way::Direct);
    assert_eq!(plan, Plan::Refuse(JoinOutcome::Used));
}

#[test]
fn a_request_without_the_secret_or_for_another_vault_is_counted_whatever_the_link() {
    let wrong = EnrolmentSecret::from_bytes(&[8; 16]);
    for link in [link(), LinkFacts { used: true, used_by_other: true, ..link() }] {
        assert_eq!(plan_join(&link, None, &join(&wrong, VAULT, 5), Way::Direct), Plan::CountFailure);
        let elsewhere = VaultId::from_bytes([9; 16]);
        assert_eq!(plan_join(&link, None, &join(&secret(), elsewhere, 5), Way::Direct), Plan::CountFailure);
    }
}

#[test]
fn after_too_many_wrong_requests_a_link_answers_only_the_device_that_has_used_it() {
    let tried = LinkFacts { tries: JOIN_TRIES_MAX, ..link() };
    let request = join(&secret(), VAULT, 5);
    assert_eq!(plan_join(&tried, None, &request, Way::Direct), Plan::Refuse(JoinOutcome::Throttled));
    let used = LinkFacts { used: true, ..tried };
    assert_eq!(plan_join(&used, Some(PENDING), &request, Way::Direct), Plan::SameAnswer);
}

#[test]
fn a_device_that_was_turned_away_stays_so() {
    let revoked = KnownDevice { state: DeviceState::Revoked(UtcMillis(3)), ..PENDING };
    let used = LinkFacts { used: true, ..link() };
    let plan = plan_join(&used, Some(revoked), &join(&secret(), VAULT, 5), Way::Direct);
    assert_eq!(plan, Plan::Refuse(JoinOutcome::Revoked));
}
