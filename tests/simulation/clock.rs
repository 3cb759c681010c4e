//! Simulated time: all clocks run at the same pace, each with an offset of its own from true time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use diary_core::time::{Clock, UtcMillis};

/// A clock that is right but for an offset.
#[derive(Clone, Debug)]
pub struct SimClock {
    true_time: Arc<AtomicI64>,
    offset: Arc<AtomicI64>,
}

impl SimClock {
    /// A right clock at `start`.
    #[must_use]
    pub fn at(start: UtcMillis) -> Self {
        Self { true_time: Arc::new(AtomicI64::new(start.0)), offset: Arc::default() }
    }

    /// Another right clock in the same world.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { true_time: Arc::clone(&self.true_time), offset: Arc::default() }
    }

    /// A clock in the same world that is as wrong as this one.
    #[must_use]
    pub fn copied(&self) -> Self {
        let offset = AtomicI64::new(self.offset.load(Ordering::SeqCst));
        Self { true_time: Arc::clone(&self.true_time), offset: Arc::new(offset) }
    }

    /// Advances the true time, and with it every clock.
    pub fn pass(&self, ms: i64) {
        self.true_time.fetch_add(ms, Ordering::SeqCst);
    }

    /// Moves this clock by `ms` milliseconds, back if negative.
    pub fn set_by(&self, ms: i64) {
        self.offset.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets this clock right.
    pub fn set_right(&self) {
        self.offset.store(0, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.true_time.load(Ordering::SeqCst)).plus_ms(self.offset.load(Ordering::SeqCst))
    }
}
