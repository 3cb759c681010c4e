//! Eviction under shortage: chooses the holder to evict, first an idle one, then one of the source that holds the
//! most. Used for connections and for memory. Pure: idle times are given.

use std::collections::BTreeMap;
use std::time::Duration;

use super::source::Source;

/// Time without progress after which a holder may be evicted.
pub const IDLE: Duration = Duration::from_secs(3);

/// One that has a share of what is short.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Holder<K> {
    /// Its name.
    pub key: K,
    /// Source of the holder; `None` if not known.
    pub source: Option<Source>,
    /// True if a valid signature came from that source lately.
    pub known: bool,
    /// Its share.
    pub amount: usize,
    /// Time without progress; `None` while the server works on its request.
    pub idle: Option<Duration>,
}

/// One that wants a share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Newcomer {
    /// Source of the newcomer; `None` if not known.
    pub source: Option<Source>,
    /// True if a valid signature came from that source lately.
    pub known: bool,
    /// Amount that it asks for.
    pub wants: usize,
}

/// Holder to evict; `None` if the newcomer must be refused.
#[must_use]
pub fn gives_way<K: Copy>(holders: &[Holder<K>], newcomer: Newcomer) -> Option<K> {
    let mut of = BTreeMap::<Option<Source>, usize>::new();
    for holder in holders {
        *of.entry(holder.source).or_default() += holder.amount;
    }
    let may = || holders.iter().filter(|holder| holder.amount > 0 && (newcomer.known || !holder.known));
    let still =
        may().filter(|holder| holder.idle >= Some(IDLE)).max_by_key(|holder| (!holder.known, holder.idle));
    let largest = || {
        let fair = of.get(&newcomer.source).copied().unwrap_or(0) + newcomer.wants;
        let amount = |holder: &Holder<K>| of.get(&holder.source).copied().unwrap_or(0);
        may()
            .filter(|holder| amount(holder) > fair)
            .max_by_key(|holder| (!holder.known, amount(holder), holder.idle))
    };
    still.or_else(largest).map(|holder| holder.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> Option<Source> {
        Some(Source::at([192, 0, 2, last].into()))
    }

    fn holder(key: usize, last: u8, amount: usize, idle_s: u64) -> Holder<usize> {
        let idle = Some(Duration::from_secs(idle_s));
        Holder { key, source: at(last), known: false, amount, idle }
    }

    const fn newcomer(source: Option<Source>) -> Newcomer {
        Newcomer { source, known: false, wants: 1 }
    }

    #[test]
    fn what_stands_still_longest_gives_way_first() {
        let holders = [holder(0, 1, 1, 3), holder(1, 2, 1, 9), holder(2, 3, 50, 2)];
        assert_eq!(gives_way(&holders, newcomer(at(9))), Some(1));
        assert_eq!(gives_way(&holders[2..], newcomer(at(3))), None, "its own source has the most");
    }

    #[test]
    fn the_source_that_has_the_most_gives_way_to_one_that_has_less() {
        let holders = [holder(0, 1, 5, 0), holder(1, 1, 1, 1), holder(2, 2, 4, 2)];
        assert_eq!(gives_way(&holders, newcomer(at(9))), Some(1));
        assert_eq!(gives_way(&holders, newcomer(at(2))), Some(1));
        assert_eq!(gives_way(&holders, newcomer(at(1))), None);
        let works = Holder { idle: None, ..holder(3, 1, 1, 0) };
        assert_eq!(gives_way(&[works], newcomer(at(9))), None, "one each");
    }

    #[test]
    fn a_source_that_is_known_gives_way_to_another_known_one_alone() {
        let known = Holder { known: true, ..holder(0, 1, 9, 60) };
        assert_eq!(gives_way(&[known], newcomer(at(9))), None);
        let newcomer = Newcomer { known: true, ..newcomer(at(9)) };
        assert_eq!(gives_way(&[known], newcomer), Some(0));
        assert_eq!(gives_way(&[known, holder(1, 2, 1, 3)], newcomer), Some(1), "strangers first");
    }
}
