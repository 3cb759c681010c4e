//! The server's only access to the machine's clocks. Everything else gets a [`Clock`] as an argument; durations are
//! measured with the monotonic one.

use std::time::{Instant, UNIX_EPOCH};

use diary_core::time::{Clock, UtcMillis};

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the server's one reading of the real clock")]
    fn now(&self) -> UtcMillis {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH);
        UtcMillis(since.ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0))
    }
}

/// Monotonic clock of the machine, unaffected by changes of the date: for durations and time-outs, never for a date.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the server's one reading of the real clock")]
pub fn steady() -> Instant {
    Instant::now()
}
