//! The one place of the command line that reads the machine's clocks. Everything else is handed a [`Clock`].

use std::time::{Instant, UNIX_EPOCH};

use diary_core::time::{Clock, UtcMillis};

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the command line's one reading of the wall clock")]
    fn now(&self) -> UtcMillis {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH);
        UtcMillis(since.ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0))
    }
}

/// Monotonic clock, counted from the start of this run; setting the machine's time does not move it.
#[derive(Debug, Clone, Copy)]
pub struct RunClock(Instant);

impl RunClock {
    /// Starts at zero.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the command line's one reading of the monotonic clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
