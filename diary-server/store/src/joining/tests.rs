//! The decisions on join requests, row by row.

use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::ids::{EnrolmentId, VaultId};
use diary_core::keys::{EnrolmentSecret, JoinRequest, SealingKey, SigningKey};
use diary_core::time::UtcMillis;

use super::{
    KnownDevice, LinkFacts, Plan, RELAY_LINK_DEVICES_MAX, RELAYED_MAX_MS, RelayLink, Way, came_at,
    plan_at_relay, plan_join,
};
use crate::{DeviceState, JoinOutcome, JoinToTake};

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
    JoinToTake {
        signed: request.sign(&device, secret),
        request,
        received: UtcMillis(received),
        pushed: false,
    }
}

fn link() -> LinkFacts {
    let made = UtcMillis(100);
    LinkFacts { secret: secret(), vault: VAULT, made, until: UNTIL, used: false, used_by_other: false }
}

const PENDING: KnownDevice = KnownDevice { same_sealing: true, state: DeviceState::Pending };

#[test]
fn a_link_is_good_up_to_its_last_millisecond() {
    assert_eq!(plan_join(&link(), None, &join(&secret(), VAULT, 1_000), Way::Direct), Plan::Use(UNTIL));
    let late = plan_join(&link(), None, &join(&secret(), VAULT, 1_001), Way::Direct);
    assert_eq!(late, Plan::Refuse(JoinOutcome::Expired));
}

#[test]
fn a_relays_word_for_when_a_request_came_shortens_a_links_life_and_never_lengthens_it() {
    let soon = UtcMillis(100 + RELAYED_MAX_MS);
    let relayed =
        |received: i64, read: UtcMillis| came_at(&link(), UtcMillis(received), Way::Relayed { read });
    // Read before the link expired: the keeper's own clock shows it, so the relay's time does not matter.
    assert_eq!(relayed(999_999, UtcMillis(900)), UtcMillis(900));
    assert_eq!(relayed(300, UtcMillis(900)), UtcMillis(300));
    // Read later: the relay's time counts if it lies before the end of the link, for 72 hours.
    assert_eq!(relayed(1_000, soon), UtcMillis(1_000));
    assert_eq!(relayed(1_001, soon), soon, "it came late by the relay's own word");
    assert_eq!(relayed(99, soon), soon, "before there was any link");
    assert_eq!(relayed(1_000, soon.plus_ms(1)), soon.plus_ms(1), "the relay is not believed for ever");
    assert_eq!(RELAYED_MAX_MS, 259_200_000);
}

#[test]
fn a_device_that_a_relay_took_late_waits_as_one_that_came_late() {
    let way = Way::Relayed { read: UtcMillis(5_000) };
    assert_eq!(plan_join(&link(), None, &join(&secret(), VAULT, 900), way), Plan::Use(UtcMillis(900)));
    assert_eq!(plan_join(&link(), None, &join(&secret(), VAULT, 1_001), way), Plan::Use(UtcMillis(5_000)));
    let wrong = join(&EnrolmentSecret::from_bytes(&[8; 16]), VAULT, 900);
    assert_eq!(plan_join(&link(), None, &wrong, way), Plan::Refuse(JoinOutcome::Unknown));
}

#[test]
fn a_relay_takes_those_who_have_a_link_it_was_told_of_and_lets_others_wait() {
    let offered = RelayLink { proven: true, until: UNTIL, devices: 0 };
    let plan = |link, device| plan_at_relay(link, device, UNTIL, Way::Direct);
    assert_eq!(plan(Some(offered), None), Plan::Use(UNTIL));
    assert_eq!(plan(None, None), Plan::Refuse(JoinOutcome::NotHeardOf));
    let stranger = RelayLink { proven: false, ..offered };
    assert_eq!(plan(Some(stranger), None), Plan::Refuse(JoinOutcome::Unknown));
    let crowded = RelayLink { devices: RELAY_LINK_DEVICES_MAX, ..offered };
    assert_eq!(plan(Some(crowded), None), Plan::Refuse(JoinOutcome::Used));
    let late = plan_at_relay(Some(offered), None, UNTIL.plus_ms(1), Way::Direct);
    assert_eq!(late, Plan::Refuse(JoinOutcome::Expired));
    let forgotten = plan_at_relay(Some(offered), None, UNTIL.plus_ms(1), Way::Pushed);
    assert_eq!(forgotten, Plan::Use(UNTIL.plus_ms(1)), "the keeper judges how late it is");
    for link in [None, Some(stranger)] {
        assert_eq!(plan(link, Some(PENDING)), Plan::SameAnswer, "it was taken before");
    }
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
fn a_request_without_the_secret_or_for_another_vault_learns_the_same_whatever_the_link() {
    let wrong = EnrolmentSecret::from_bytes(&[8; 16]);
    let refused = Plan::Refuse(JoinOutcome::Unknown);
    for link in [link(), LinkFacts { used: true, used_by_other: true, ..link() }] {
        assert_eq!(plan_join(&link, None, &join(&wrong, VAULT, 5), Way::Direct), refused);
        let elsewhere = VaultId::from_bytes([9; 16]);
        assert_eq!(plan_join(&link, None, &join(&secret(), elsewhere, 5), Way::Direct), refused);
    }
}

#[test]
fn a_device_that_was_turned_away_stays_so() {
    let revoked = KnownDevice { state: DeviceState::Revoked(UtcMillis(3)), ..PENDING };
    let used = LinkFacts { used: true, ..link() };
    let plan = plan_join(&used, Some(revoked), &join(&secret(), VAULT, 5), Way::Direct);
    assert_eq!(plan, Plan::Refuse(JoinOutcome::Revoked));
}
