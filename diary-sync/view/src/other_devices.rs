//! Other phones of the participant: the state of each, and which of them are told unasked.

use diary_core::diary::OtherPhone;
use diary_core::time::{DAY_MS, UtcMillis};

/// Days for which a phone that was added is told unasked.
pub const NEWS_DAYS: i64 = 7;

/// State of another phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneState {
    /// It asks to use this diary; its digits were not typed yet.
    Asks {
        /// Since when, by the keeper's clock.
        since: UtcMillis,
    },
    /// Its digits were typed; staff have not confirmed it.
    AwaitsStaff,
    /// It was added.
    Added {
        /// Time of its addition.
        at: UtcMillis,
    },
    /// It was added and taken away again.
    Removed {
        /// Time of its removal.
        at: UtcMillis,
    },
}

/// Phones to tell of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Those that wait for an answer, and those added within [`NEWS_DAYS`].
    News,
    /// Every phone.
    Every,
}

/// State of a phone; none of one that was turned away without having been added.
#[must_use]
pub const fn state(phone: &OtherPhone) -> Option<PhoneState> {
    match (phone.ended, phone.added, phone.asked) {
        (Some(at), Some(_), _) => Some(PhoneState::Removed { at }),
        (None, Some(at), _) => Some(PhoneState::Added { at }),
        (None, None, Some(_)) if phone.approved => Some(PhoneState::AwaitsStaff),
        (None, None, Some(since)) => Some(PhoneState::Asks { since }),
        (Some(_), None, _) | (None, None, None) => None,
    }
}

/// States of the phones to tell of, in their order.
#[must_use]
pub fn told(phones: &[OtherPhone], scope: Scope, now: UtcMillis) -> Vec<PhoneState> {
    let recent = now.plus_ms(-NEWS_DAYS * DAY_MS);
    let is_told = |state: &PhoneState| match (scope, *state) {
        (Scope::Every, _) | (Scope::News, PhoneState::Asks { .. } | PhoneState::AwaitsStaff) => true,
        (Scope::News, PhoneState::Added { at }) => at > recent,
        (Scope::News, PhoneState::Removed { .. }) => false,
    };
    phones.iter().filter_map(state).filter(is_told).collect()
}

#[cfg(test)]
mod tests {
    use diary_core::ids::KeyId;

    use super::*;

    #[test]
    fn a_phone_is_news_while_it_waits_and_for_a_week_after_it_was_added() {
        let at = |day: i64| UtcMillis(day * DAY_MS);
        let phone = OtherPhone {
            device: KeyId::from_bytes([1; 16]),
            asked: Some(at(1)),
            approved: false,
            added: None,
            ended: None,
        };
        let told_on = |phone: OtherPhone, day, scope| told(&[phone], scope, at(day));
        assert_eq!(told_on(phone, 90, Scope::News), [PhoneState::Asks { since: at(1) }]);
        let approved = OtherPhone { approved: true, ..phone };
        assert_eq!(told_on(approved, 90, Scope::News), [PhoneState::AwaitsStaff]);
        let added = OtherPhone { added: Some(at(10)), ..approved };
        assert_eq!(told_on(added, 16, Scope::News), [PhoneState::Added { at: at(10) }]);
        assert_eq!(told_on(added, 17, Scope::News), []);
        assert_eq!(told_on(added, 17, Scope::Every), [PhoneState::Added { at: at(10) }]);
        let removed = OtherPhone { ended: Some(at(12)), ..added };
        assert_eq!(told_on(removed, 13, Scope::News), []);
        assert_eq!(told_on(removed, 13, Scope::Every), [PhoneState::Removed { at: at(12) }]);
        let turned_away = OtherPhone { added: None, ..removed };
        assert_eq!(told_on(turned_away, 13, Scope::Every), []);
    }
}
