//! Long polls that wait for something new, bounded for each device and each source. One above the limit is answered
//! immediately.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diary_core::ids::{KeyId, VaultId};

use super::source::Source;

type Device = (VaultId, KeyId);

/// Waiting readers, counted for each device and each source.
pub struct Waits {
    of_device: usize,
    of_source: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    devices: BTreeMap<Device, usize>,
    sources: BTreeMap<Source, usize>,
}

/// A reader that waits; given back when dropped.
pub struct Wait {
    waits: Arc<Waits>,
    device: Device,
    source: Option<Source>,
}

impl Waits {
    /// No waiting readers yet, with the given limits.
    #[must_use]
    pub fn new(of_device: usize, of_source: usize) -> Self {
        Self { of_device, of_source, counts: Mutex::default() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place to wait, where there is one.
    #[must_use]
    pub fn enter(self: &Arc<Self>, device: Device, source: Option<Source>) -> Option<Wait> {
        let mut counts = self.counts();
        let full = counts.devices.get(&device).is_some_and(|count| *count >= self.of_device)
            || source.and_then(|source| counts.sources.get(&source)).is_some_and(|n| *n >= self.of_source);
        if full {
            return None;
        }
        *counts.devices.entry(device).or_default() += 1;
        if let Some(source) = source {
            *counts.sources.entry(source).or_default() += 1;
        }
        Some(Wait { waits: Arc::clone(self), device, source })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut counts = self.waits.counts();
        one_less(&mut counts.devices, self.device);
        if let Some(source) = self.source {
            one_less(&mut counts.sources, source);
        }
    }
}

fn one_less<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    match counts.get_mut(&key) {
        Some(count) if *count > 1 => *count -= 1,
        Some(_) | None => {
            counts.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_of_a_device_and_of_a_source_wait_and_a_place_that_is_given_up_is_free_again() {
        let waits = Arc::new(Waits::new(2, 3));
        let device = |n: u8| (VaultId::from_bytes([n; 16]), KeyId::from_bytes([n; 16]));
        let source = Some(Source::at([192, 0, 2, 1].into()));
        let two = [waits.enter(device(1), source), waits.enter(device(1), source)];
        assert!(two.iter().all(Option::is_some));
        assert!(waits.enter(device(1), source).is_none(), "two of one device");
        let third = waits.enter(device(2), source);
        assert!(third.is_some() && waits.enter(device(3), source).is_none(), "three of one source");
        assert!(waits.enter(device(3), None).is_some());
        drop((two, third));
        assert!(waits.counts().devices.is_empty() && waits.counts().sources.is_empty());
    }
}
