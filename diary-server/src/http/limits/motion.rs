//! Progress of one connection: its stage, the time without progress, and its eviction.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::clock::steady;

/// Bytes a second that count as progress. A slower peer loses one second of patience each second.
pub const LEAST_PER_S: u64 = 4 * 1024;

/// Stage of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The head of a request is awaited.
    Head,
    /// A body is coming.
    Body,
    /// The server works, or waits for something to send.
    Work,
    /// The reply is being taken, or was.
    Reply,
}

/// A connection in motion.
#[derive(Debug)]
pub struct Motion {
    at: Mutex<(Stage, Instant)>,
    leave: Mutex<Option<oneshot::Sender<()>>>,
}

impl Motion {
    /// New connection, and the receiver that fires when it is evicted.
    #[must_use]
    pub fn new() -> (Arc<Self>, oneshot::Receiver<()>) {
        let (leave, left) = oneshot::channel();
        let at = Mutex::new((Stage::Head, steady()));
        (Arc::new(Self { at, leave: Mutex::new(Some(leave)) }), left)
    }

    fn at(&self) -> MutexGuard<'_, (Stage, Instant)> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what it is at from now on.
    pub fn begins(&self, stage: Stage) {
        *self.at() = (stage, steady());
    }

    /// Notes bytes that were read from it. Bytes after a reply belong to the next head.
    pub fn was_read(&self, bytes: usize) {
        let mut at = self.at();
        match at.0 {
            Stage::Reply => *at = (Stage::Head, steady()),
            Stage::Body => at.1 = forward(at.1, bytes, steady()),
            // Single bytes of a head count as no progress, or a client could hold a connection with one byte now and
            // then.
            Stage::Head | Stage::Work => {}
        }
    }

    /// Notes bytes that it has taken.
    pub fn was_written(&self, bytes: usize) {
        let mut at = self.at();
        at.1 = forward(at.1, bytes, steady());
    }

    /// Time without progress; `None` while the server works on its request.
    #[must_use]
    pub fn idle(&self) -> Option<Duration> {
        let (stage, since) = *self.at();
        (stage != Stage::Work).then(|| since.elapsed())
    }

    /// Evicts it. Its memory is returned once it is closed.
    pub fn send_away(&self) {
        let leave = self.leave.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The receiver is dropped only with the connection.
        if leave.is_some_and(|leave| leave.send(()).is_err()) {
            tracing::debug!("a connection was gone already");
        }
    }
}

fn forward(at: Instant, bytes: usize, now: Instant) -> Instant {
    (at + time_of(bytes)).min(now)
}

/// The time that so many bytes may take.
#[must_use]
pub fn time_of(bytes: usize) -> Duration {
    Duration::from_millis((bytes as u64).saturating_mul(1000) / LEAST_PER_S)
}

/// Time for which a peer may delay taking a reply; regained by taking it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    most: Duration,
    left: Duration,
    since: Option<Instant>,
}

impl Patience {
    /// All of `most`.
    #[must_use]
    pub const fn of(most: Duration) -> Self {
        Self { most, left: most, since: None }
    }

    /// Notes that nothing is read now; returns the instant until which that is tolerated.
    pub fn waits(&mut self, now: Instant) -> Instant {
        *self.since.get_or_insert(now) + self.left
    }

    /// Notes that bytes were taken.
    pub fn took(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(now.saturating_duration_since(since));
        }
        self.left = (self.left + time_of(bytes)).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_takes_a_byte_now_and_then_is_at_an_end_and_a_slow_one_is_not() {
        let (start, second) = (steady(), Duration::from_secs(1));
        let mut drop_by_drop = Patience::of(10 * second);
        for n in 0..10 {
            assert!(drop_by_drop.waits(start + n * second) > start + n * second);
            drop_by_drop.took(1, start + (n + 1) * second);
        }
        assert_eq!(drop_by_drop.waits(start + 10 * second), start + 10 * second);
        let mut slow = Patience::of(10 * second);
        for n in 0..1_000 {
            slow.waits(start + n * second);
            slow.took(4096, start + (n + 1) * second);
        }
        assert_eq!(slow.waits(start), start + 10 * second);
    }

    #[test]
    fn a_head_that_comes_byte_by_byte_stands_still_and_work_does_not() {
        let (motion, mut left) = Motion::new();
        let idle = motion.idle();
        motion.was_read(1_000_000);
        assert!(motion.idle() >= idle);
        motion.begins(Stage::Work);
        assert_eq!(motion.idle(), None);
        motion.begins(Stage::Reply);
        motion.was_read(1);
        assert_eq!(motion.at().0, Stage::Head);
        assert!(left.try_recv().is_err());
        motion.send_away();
        assert!(left.try_recv().is_ok());
    }
}
