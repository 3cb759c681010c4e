//! Measures work by the CPU time of the whole process and by the wall, several rounds, and keeps every figure.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Rounds of each measurement.
pub const ROUNDS: usize = 5;

/// Figures of one kind of work, in microseconds a piece, one for each round.
pub struct Figures {
    /// Name of the work that was measured.
    pub name: &'static str,
    /// Number of pieces of work in each round.
    pub pieces: u32,
    cpu_us: Vec<f64>,
    wall_us: Vec<f64>,
}

/// Seconds on a clock that is never set, and the CPU seconds of this process.
#[must_use]
pub fn now_s() -> (f64, f64) {
    (clock(ClockId::Monotonic).as_secs_f64(), clock(ClockId::ProcessCPUTime).as_secs_f64())
}

fn clock(id: ClockId) -> Duration {
    let time = clock_gettime(id);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A running measurement of CPU time and elapsed time.
pub struct Meter {
    cpu: Duration,
    wall: Duration,
}

impl Meter {
    /// Starts a measurement.
    #[must_use]
    pub fn start() -> Self {
        Self { cpu: clock(ClockId::ProcessCPUTime), wall: clock(ClockId::Monotonic) }
    }

    /// CPU and wall microseconds since the start.
    #[must_use]
    pub fn stop(&self) -> (f64, f64) {
        let us = |id, since: Duration| (clock(id) - since).as_secs_f64() * 1e6;
        (us(ClockId::ProcessCPUTime, self.cpu), us(ClockId::Monotonic, self.wall))
    }
}

impl Figures {
    /// Figures without a round yet.
    #[must_use]
    pub const fn new(name: &'static str, pieces: u32) -> Self {
        Self { name, pieces, cpu_us: Vec::new(), wall_us: Vec::new() }
    }

    /// One round: `work` does [`Self::pieces`] pieces.
    pub fn round<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let meter = Meter::start();
        let out = work();
        self.take(&meter);
        out
    }

    /// Ends a round that was begun with [`Meter::start`].
    pub fn take(&mut self, meter: &Meter) {
        let (cpu, wall) = meter.stop();
        self.cpu_us.push(cpu / f64::from(self.pieces));
        self.wall_us.push(wall / f64::from(self.pieces));
    }

    /// Pieces a second of each round, by the wall.
    #[must_use]
    pub fn rates(&self) -> Vec<f64> {
        self.wall_us.iter().map(|us| 1e6 / us).collect()
    }

    /// One line: median with minimum and maximum.
    #[must_use]
    pub fn line(&self) -> String {
        let (cpu, wall) = (spread(&self.cpu_us), spread(&self.wall_us));
        let rate = 1e6 / wall.1;
        format!(
            "{:<44} {:>8.1} [{:>7.1} .. {:>7.1}] {:>8.1} [{:>7.1} .. {:>8.1}] {:>9.0}/s",
            self.name, cpu.1, cpu.0, cpu.2, wall.1, wall.0, wall.2, rate
        )
    }
}

/// Minimum, median and maximum of `values`.
#[must_use]
pub fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |n: usize| sorted.get(n).copied().unwrap_or(f64::NAN);
    (at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1)))
}
