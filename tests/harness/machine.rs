//! CPU time and memory of a process, as the system reports them.

use std::process::Child;
use std::time::Duration;

/// Time between two looks at a watched process: CPU time after its last look is not counted.
pub const LOOK: Duration = Duration::from_millis(5);

/// Ticks of a second in `/proc`, on every Linux.
const TICKS: f64 = 100.0;

/// User and system CPU seconds of a process with all its threads, those that have ended included.
#[must_use]
pub fn cpu_s(pid: u32) -> f64 {
    two_of_stat_s(pid, 11)
}

fn ended_children_s(pid: u32) -> f64 {
    two_of_stat_s(pid, 13)
}

/// The sum of two neighbouring times of a process.
fn two_of_stat_s(pid: u32, first: usize) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in brackets, may hold spaces.
    let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    let ticks = |word: Option<&str>| word.and_then(|word| word.parse::<f64>().ok()).unwrap_or(f64::NAN);
    let mut words = after.split(' ').skip(first);
    (ticks(words.next()) + ticks(words.next())) / TICKS
}

/// CPU seconds of a process and of its direct children.
#[must_use]
pub fn cpu_with_children_s(pid: u32) -> f64 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let living: f64 = children.split_whitespace().filter_map(|child| child.parse().ok()).map(cpu_s).sum();
    // Those that have ended, and waited for, count at the parent.
    cpu_s(pid) + ended_children_s(pid) + living
}

/// Memory of a process, in MB.
#[derive(Clone, Copy)]
pub struct Memory {
    /// Most that was ever resident.
    pub most: f64,
    /// Resident at present.
    pub now: f64,
}

/// Memory of a process.
#[must_use]
pub fn memory(pid: u32) -> Memory {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    Memory { most: kib("VmHWM:") / 1024.0, now: kib("VmRSS:") / 1024.0 }
}

/// CPU seconds and the most memory of a process, in MB, looked at until it has ended.
///
/// # Panics
/// Panics if the system does not report whether the process has ended.
pub async fn watched(child: &mut Child) -> (f64, f64) {
    let mut looks = tokio::time::interval(LOOK);
    let (mut cpu, mut most) = (0.0_f64, 0.0_f64);
    loop {
        looks.tick().await;
        // Of a process that has ended there is no memory any more, and `max` passes over that.
        cpu = cpu.max(cpu_s(child.id()));
        most = most.max(memory(child.id()).most);
        if child.try_wait().expect("it is ours").is_some() {
            return (cpu, most);
        }
    }
}
