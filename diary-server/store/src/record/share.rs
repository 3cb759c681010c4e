//! Limits the memory taken by one participant's record, of any origin, by a share for each phone. An ordinary
//! diary fits whole: a year of one takes about a sixth of the limit. Beyond the limit, phones with little data are read
//! whole, and phones with much up to an equal share each, earliest parcels first, so that a parcel once read stays.
//! Pure: the caller passes the cost of each parcel.

use std::collections::BTreeMap;

use diary_core::ids::KeyId;

use crate::Amount;

/// Limit on the memory for the plaintexts of one participant's phones and the data decoded from them.
const ROOM: u64 = 16 * 1024 * 1024;
/// Memory counted for an item besides its bytes.
const ITEM: u64 = 256;

/// Memory that reading a plaintext takes.
const fn weight(cost: Amount) -> u64 {
    cost.bytes.saturating_add(cost.records.saturating_mul(ITEM))
}

/// Remaining share of each phone.
#[derive(Debug)]
pub(crate) struct Shares {
    /// Share of each phone.
    each: u64,
    taken: BTreeMap<KeyId, u64>,
}

impl Shares {
    /// Computes the shares of the phones that sent these parcels.
    pub(crate) fn of(parcels: impl Iterator<Item = (KeyId, Amount)>) -> Self {
        let mut brought: BTreeMap<KeyId, u64> = BTreeMap::new();
        for (author, cost) in parcels {
            let sum = brought.entry(author).or_default();
            *sum = sum.saturating_add(weight(cost));
        }
        Self { each: share(brought.into_values().collect(), ROOM), taken: BTreeMap::new() }
    }

    /// Takes the memory for the next parcel of a phone; `false` once its share is used up, also for all later ones.
    pub(crate) fn take(&mut self, author: KeyId, cost: Amount) -> bool {
        let taken = self.taken.entry(author).or_default();
        *taken = taken.saturating_add(weight(cost));
        *taken <= self.each
    }
}

/// Largest equal share with which all fit: phones below it leave the rest to the others.
fn share(mut brought: Vec<u64>, room: u64) -> u64 {
    brought.sort_unstable();
    let (mut left, mut others) = (room, brought.len() as u64);
    for one in brought {
        let each = left / others.max(1);
        if one > each {
            return each;
        }
        (left, others) = (left - one, others - 1);
    }
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_little_are_read_whole_and_the_rest_is_shared_by_those_with_much() {
        assert_eq!(share(vec![], 100), u64::MAX);
        assert_eq!(share(vec![40, 60], 100), u64::MAX);
        assert_eq!(share(vec![10, 1000], 100), 90);
        assert_eq!(share(vec![10, 1000, 20, 2000], 100), 35);
        assert_eq!(share(vec![u64::MAX, u64::MAX], 100), 50);
    }

    #[test]
    fn a_phone_that_brought_more_than_its_share_is_read_from_its_beginning_and_another_is_read_whole() {
        let [flood, honest] = [1, 2].map(|n| KeyId::from_bytes([n; 16]));
        let large = Amount { records: 512, bytes: 256 * 1024 };
        let small = Amount { records: 1, bytes: 400 };
        let parcels: Vec<(KeyId, Amount)> =
            (0..400).map(|n| if n % 2 == 0 { (flood, large) } else { (honest, small) }).collect();
        let read = |of| {
            let mut shares = Shares::of(parcels.iter().copied());
            parcels.iter().filter(|(author, cost)| shares.take(*author, *cost) && *author == of).count()
        };
        assert_eq!(read(flood), 42, "16 MiB less what the other takes, by 384 KiB");
        assert_eq!(read(honest), 200);
    }
}
