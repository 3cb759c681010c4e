//! Join requests that wait at a relay which has not received their link yet: bounded for each source and in total, in
//! memory alone. Requests of strangers are not written to disk, and cannot displace a request made with a known link.
//! A phone whose request was dropped repeats it with its next push. Pure: the time is an argument.

use std::collections::BTreeMap;

use diary_core::api::LinkOffer;
use diary_core::time::UtcMillis;

use super::source::Source;
use diary_store::JoinToTake;
use diary_store::joining::RELAYED_MAX_MS;

/// Requests of one source that wait.
pub const OF_SOURCE_MAX: usize = 16;
/// Requests that wait in total; above that, the source that has the most loses its oldest.
pub const WAITING_MAX: usize = 1_000;

struct Waiting {
    source: Option<Source>,
    join: JoinToTake,
}

/// Join requests that wait, the oldest first.
#[derive(Default)]
pub struct JoinRoom {
    waiting: Vec<Waiting>,
}

impl JoinRoom {
    /// Lets a request wait; `false` where its source has no place left. A repeated request keeps the time of the
    /// first one.
    pub fn wait(&mut self, source: Option<Source>, join: JoinToTake, now: UtcMillis) -> bool {
        self.waiting.retain(|one| now.since_ms(one.join.received) <= RELAYED_MAX_MS);
        if self.waiting.iter().any(|one| one.join.signed == join.signed) {
            return true;
        }
        let mut counts = BTreeMap::<Option<Source>, usize>::new();
        for one in &self.waiting {
            *counts.entry(one.source).or_default() += 1;
        }
        if counts.get(&source).is_some_and(|count| *count >= OF_SOURCE_MAX) {
            return false;
        }
        if self.waiting.len() >= WAITING_MAX {
            let most = counts.values().max();
            let oldest = self.waiting.iter().position(|one| counts.get(&one.source) == most);
            oldest.map(|at| self.waiting.remove(at));
        }
        self.waiting.push(Waiting { source, join });
        true
    }

    /// Takes out the requests for links that the keeper has handed over.
    pub fn known(&mut self, links: &[LinkOffer]) -> Vec<JoinToTake> {
        let is_known =
            |one: &mut Waiting| links.iter().any(|link| link.enrolment == one.join.request.enrolment);
        self.waiting.extract_if(.., is_known).map(|one| one.join).collect()
    }
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::{Entropy, SeededEntropy};
    use diary_core::ids::{EnrolmentId, VaultId};
    use diary_core::keys::{EnrolmentSecret, JoinRequest, SealingKey, SigningKey};

    use super::*;

    struct Crowd {
        entropy: SeededEntropy,
        sealing: SealingKey,
        secret: EnrolmentSecret,
    }

    impl Crowd {
        fn new() -> Self {
            let entropy = SeededEntropy::new(4);
            let sealing = SealingKey::generate(&entropy);
            Self { entropy, sealing, secret: EnrolmentSecret::from_bytes(&[7; 16]) }
        }

        fn asks(&self, link: u8, received: i64) -> JoinToTake {
            let random: &dyn Entropy = &self.entropy;
            let device = SigningKey::generate(random);
            let request = JoinRequest {
                enrolment: EnrolmentId::from_bytes([link; 16]),
                vault: VaultId::from_bytes([1; 16]),
                signing: device.verifying_key(),
                sealing: self.sealing.public().clone(),
            };
            let signed = request.sign(&device, &self.secret);
            JoinToTake { signed, request, received: UtcMillis(received), pushed: false }
        }
    }

    fn source(n: u32) -> Option<Source> {
        Some(Source::at(std::net::Ipv4Addr::from_bits(n).into()))
    }

    fn offer(link: u8) -> LinkOffer {
        let check = EnrolmentSecret::from_bytes(&[7; 16]).check();
        let id = EnrolmentId::from_bytes([link; 16]);
        LinkOffer::new(id, VaultId::from_bytes([1; 16]), UtcMillis(900_000), &check)
    }

    #[test]
    fn five_thousand_requests_of_one_address_leave_room_for_every_other() {
        let (crowd, mut room) = (Crowd::new(), JoinRoom::default());
        let taken = (0..5_200).filter(|_| room.wait(source(1), crowd.asks(9, 0), UtcMillis(0))).count();
        assert_eq!(taken, 16);
        let honest = crowd.asks(5, 1);
        assert!(room.wait(source(2), honest.clone(), UtcMillis(1)));
        assert_eq!(room.known(&[offer(5)]), [honest]);
        assert_eq!(room.known(&[offer(5)]), [], "it is taken once");
    }

    #[test]
    fn a_full_room_takes_the_place_from_who_has_the_most() {
        let (crowd, mut room) = (Crowd::new(), JoinRoom::default());
        let honest = crowd.asks(5, 0);
        assert!(room.wait(source(0), honest.clone(), UtcMillis(0)));
        for n in 0..2_000 {
            room.wait(source(1 + n / 16), crowd.asks(9, 1), UtcMillis(1));
        }
        assert_eq!(room.waiting.len(), WAITING_MAX);
        assert_eq!(room.known(&[offer(5)]), [honest]);
    }

    #[test]
    fn a_request_keeps_the_time_at_which_it_first_came_and_is_forgotten_after_three_days() {
        let (crowd, mut room) = (Crowd::new(), JoinRoom::default());
        let first = crowd.asks(5, 10);
        assert!(room.wait(source(1), first.clone(), UtcMillis(10)));
        let again = JoinToTake { received: UtcMillis(500), ..first.clone() };
        assert!(room.wait(source(1), again, UtcMillis(500)));
        assert_eq!(room.known(&[offer(5)]), std::slice::from_ref(&first));
        assert!(room.wait(source(1), first, UtcMillis(10)));
        let later = UtcMillis(11 + RELAYED_MAX_MS);
        assert!(room.wait(source(1), crowd.asks(6, later.0), later));
        assert_eq!(room.known(&[offer(5)]), []);
    }
}
