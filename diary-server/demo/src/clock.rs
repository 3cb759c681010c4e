//! The clock that keeper and phones share while a trial is played: it stands still, is set forward scene by scene,
//! and in the end joins the real one. The only file here that reads the real clock.

use std::sync::atomic::{AtomicI64, Ordering};

use diary_core::time::{Clock, UtcMillis};
use diary_server::clock::SystemClock;

/// A clock that is set by hand until it is let go.
#[derive(Debug)]
pub struct SteppingClock {
    /// Time shown, in Unix milliseconds; [`LIVE`] once the clock follows the real one.
    shown: AtomicI64,
}

const LIVE: i64 = i64::MIN;

impl SteppingClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub const fn at(start: UtcMillis) -> Self {
        Self { shown: AtomicI64::new(start.0) }
    }

    /// Sets it forward. It never runs backwards: an earlier instant changes nothing.
    pub fn step_to(&self, instant: UtcMillis) {
        self.shown.fetch_max(instant.0, Ordering::SeqCst);
    }

    /// Lets it go: from now on it is the real clock.
    pub fn go_live(&self) {
        self.shown.store(LIVE, Ordering::SeqCst);
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> UtcMillis {
        match self.shown.load(Ordering::SeqCst) {
            LIVE => SystemClock.now(),
            shown => UtcMillis(shown),
        }
    }
}
