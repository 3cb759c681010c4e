//! Notifications between the tasks of a server, and the conditions under which nothing may be acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, watch};

use super::waiters::Waiters;

/// Notifications of one process.
#[derive(Default)]
pub struct Notifications {
    waiters: Waiters,
    merge: Notify,
    standings: Notify,
    failed: watch::Sender<bool>,
    full: AtomicBool,
    doubted: AtomicBool,
}

impl Notifications {
    /// Readers that wait for a vault's log to grow.
    #[must_use]
    pub const fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    /// Wakes the task that merges.
    #[must_use]
    pub const fn merge_wanted(&self) -> &Notify {
        &self.merge
    }

    /// Wakes the task that brings standings up to date.
    #[must_use]
    pub const fn standings_wanted(&self) -> &Notify {
        &self.standings
    }

    /// Notes that the disk failed or the writing thread has ended: nothing may be acknowledged any more.
    pub fn disk_failed(&self) {
        self.failed.send_replace(true);
    }

    /// Notes the result of the last write: `room` is false if it failed because the disk or database was full.
    pub fn had_room(&self, room: bool) {
        if self.full.swap(!room, Ordering::Relaxed) == room {
            let said = if room { "there is room again" } else { "no room left; nothing is received" };
            tracing::warn!("{said}");
        }
    }

    /// True if the last write failed because the disk or database was full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Notes whether something could be signed under what the clock shows.
    pub fn clock_holds(&self, holds: bool) {
        if self.doubted.swap(!holds, Ordering::Relaxed) == holds {
            let said = if holds {
                "the clock is believed again"
            } else {
                "the clock is doubted; nothing is received"
            };
            tracing::warn!("{said}");
        }
    }

    /// True from the first signature refused because of the clock until a signature succeeds again.
    #[must_use]
    pub fn is_clock_doubted(&self) -> bool {
        self.doubted.load(Ordering::Relaxed)
    }

    /// Resolves when the disk has failed. The process must then end: the state on the disk is unknown until the
    /// database is opened again.
    pub async fn until_disk_failed(&self) {
        let mut failed = self.failed.subscribe();
        // The sender lives as long as these notifications, so waiting can only end by the value.
        if failed.wait_for(|failed| *failed).await.is_err() {
            tracing::debug!("the notifications are gone");
        }
    }
}

/// Held by a running server; when it is dropped, the tasks of that server end.
#[derive(Debug, Default)]
pub struct Alive(watch::Sender<()>);

impl Alive {
    /// The end of this server, for one of its tasks.
    #[must_use]
    pub fn ended(&self) -> Ended {
        Ended(self.0.subscribe())
    }
}

/// The end of a server.
#[derive(Clone, Debug)]
pub struct Ended(watch::Receiver<()>);

impl Ended {
    /// True once the server has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Resolves when the server has ended.
    pub async fn over(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
