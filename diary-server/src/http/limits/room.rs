//! Memory budget of request bodies and replies. Memory is reserved for bytes that exist, shared among the requests
//! that hold some, and returned with them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::crowd::{Holder, Newcomer, gives_way};
use super::motion::Motion;
use super::source::Source;

/// Fraction of the budget, one part of so many, that is reserved for known sources.
const RESERVE: usize = 8;
/// Longest time that a reply waits for memory.
const WAITS_FOR_ROOM: Duration = Duration::from_secs(5);

/// Origin of a request for memory.
#[derive(Clone, Default)]
pub struct Asker {
    /// Source of the request.
    pub source: Option<Source>,
    /// True if a valid signature came from that source lately.
    pub known: bool,
    /// Its connection; `None` for requests made in this process, which are never evicted.
    pub motion: Option<Arc<Motion>>,
}

/// Memory budget.
pub struct Room {
    most: usize,
    ledger: Mutex<Ledger>,
    freed: Notify,
}

#[derive(Default)]
struct Ledger {
    next: u64,
    used: usize,
    /// Of that by sources that are not known.
    strangers: usize,
    shares: BTreeMap<u64, (Asker, usize)>,
}

/// Part of the budget held by one request; returned on drop.
pub struct Share {
    room: Arc<Room>,
    id: u64,
}

impl Room {
    /// Budget of `most` bytes.
    #[must_use]
    pub fn of(most: usize) -> Arc<Self> {
        Arc::new(Self { most, ledger: Mutex::default(), freed: Notify::new() })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A share of nothing yet.
    #[must_use]
    pub fn begin(self: &Arc<Self>, asker: Asker) -> Share {
        let mut ledger = self.ledger();
        let id = ledger.next;
        ledger.next += 1;
        ledger.shares.insert(id, (asker, 0));
        Share { room: Arc::clone(self), id }
    }

    /// Bytes that are given.
    #[must_use]
    pub fn used(&self) -> usize {
        self.ledger().used
    }
}

impl Share {
    /// Resizes the share to `bytes`. Without free memory, other shares may be evicted; `false` where none is, or
    /// where this share itself was evicted.
    #[must_use]
    pub fn set(&self, bytes: usize) -> bool {
        let mut ledger = self.room.ledger();
        let Some((asker, before)) = ledger.shares.get(&self.id) else { return false };
        let (asker, before) = (asker.clone(), *before);
        let wants = bytes.saturating_sub(before);
        while wants > 0 && !ledger.has_room(wants, asker.known, self.room.most) {
            let newcomer = Newcomer { source: asker.source, known: asker.known, wants };
            let Some(leaves) = gives_way(&ledger.others(self.id), newcomer) else { return false };
            ledger.send_away(leaves);
        }
        ledger.remove(self.id);
        ledger.used += bytes;
        ledger.strangers += if asker.known { 0 } else { bytes };
        ledger.shares.insert(self.id, (asker, bytes));
        if bytes < before {
            self.room.freed.notify_waiters();
        }
        true
    }

    /// As [`Self::set`], waiting a while for others to give theirs back.
    #[must_use]
    pub async fn wait_for(&self, bytes: usize) -> bool {
        let waits = async {
            loop {
                // Registered before the attempt, so that memory returned in between wakes it.
                let freed = self.room.freed.notified();
                if self.set(bytes) {
                    return;
                }
                freed.await;
            }
        };
        timeout(WAITS_FOR_ROOM, waits).await.is_ok()
    }

    /// These bytes, which hold the share until the last of them is written.
    #[must_use]
    pub fn keep(self: Arc<Self>, bytes: Bytes) -> Bytes {
        struct KeptReply(Bytes, #[expect(dead_code, reason = "given back with the bytes")] Arc<Share>);
        impl AsRef<[u8]> for KeptReply {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
        Bytes::from_owner(KeptReply(bytes, self))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let gone = self.room.ledger().remove(self.id);
        if gone.is_some() {
            self.room.freed.notify_waiters();
        }
    }
}

impl Ledger {
    const fn has_room(&self, wants: usize, known: bool, most: usize) -> bool {
        self.used + wants <= most && (known || self.strangers + wants <= most - most / RESERVE)
    }

    /// Shares that can be evicted. Those that the server works on end soon and would not be freed sooner by eviction.
    fn others(&self, id: u64) -> Vec<Holder<u64>> {
        let others = self.shares.iter().filter(|(other, _)| **other != id);
        others
            .filter_map(|(key, (asker, amount))| {
                let idle = Some(asker.motion.as_ref()?.idle()?);
                Some(Holder { key: *key, source: asker.source, known: asker.known, amount: *amount, idle })
            })
            .collect()
    }

    fn remove(&mut self, id: u64) -> Option<Asker> {
        let (asker, bytes) = self.shares.remove(&id)?;
        self.used -= bytes;
        self.strangers -= if asker.known { 0 } else { bytes };
        Some(asker)
    }

    fn send_away(&mut self, id: u64) {
        if let Some(motion) = self.remove(id).and_then(|asker| asker.motion) {
            motion.send_away();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::limits::motion::Stage;

    fn asker(last: u8, known: bool) -> Asker {
        let motion = Motion::new().0;
        motion.begins(Stage::Body);
        Asker { source: Some(Source::at([192, 0, 2, last].into())), known, motion: Some(motion) }
    }

    #[test]
    fn a_source_that_has_the_most_loses_it_to_one_that_has_less_and_gets_none_of_the_reserve() {
        let room = Room::of(800);
        let large: Vec<Share> = (0..7).map(|_| room.begin(asker(1, false))).collect();
        assert!(large.iter().all(|share| share.set(100)));
        let more = room.begin(asker(1, false));
        assert!(!more.set(1), "what is left is for sources that are known");
        let (stranger, known) = (room.begin(asker(2, false)), room.begin(asker(3, true)));
        assert!(known.set(100) && room.used() == 800);
        assert!(stranger.set(100) && room.used() == 800, "one of the seven had to leave");
        assert_eq!(large.iter().filter(|share| !share.set(100)).count(), 1);
        drop((large, known));
        assert_eq!(room.used(), 100);
        assert!(stranger.set(7) && room.used() == 7);
    }

    #[test]
    fn a_reply_holds_its_room_until_the_last_of_its_bytes_is_gone() {
        let room = Room::of(800);
        let share = Arc::new(room.begin(Asker::default()));
        assert!(share.set(10));
        let mut bytes = share.keep(Bytes::from_static(b"0123456789"));
        let last = bytes.split_off(9);
        drop(bytes);
        assert_eq!(room.used(), 10);
        drop(last);
        assert_eq!(room.used(), 0);
    }
}
