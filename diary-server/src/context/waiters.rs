//! Readers that wait for a vault's log to grow. A wake-up is only a hint: the woken reader looks into the database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use diary_core::api::EVERY_VAULT;
use diary_core::ids::VaultId;
use tokio::sync::Notify;

/// Waiting readers by vault.
#[derive(Debug, Default)]
pub struct Waiters {
    vaults: Mutex<BTreeMap<VaultId, (usize, Arc<Notify>)>>,
}

/// A reader's place; given back when dropped.
#[derive(Debug)]
pub struct WaitingPlace<'a> {
    waiters: &'a Waiters,
    vault: VaultId,
    notify: Arc<Notify>,
}

impl Waiters {
    /// Takes a place. Changes from now on wake it, even before it is polled.
    #[must_use]
    pub fn place(&self, vault: VaultId) -> WaitingPlace<'_> {
        let mut vaults = self.vaults.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, notify) = vaults.entry(vault).or_default();
        *count += 1;
        WaitingPlace { waiters: self, vault, notify: Arc::clone(notify) }
    }

    /// Wakes the readers of a vault, and those of all vaults at once.
    pub fn wake(&self, vault: VaultId) {
        let vaults = self.vaults.lock().unwrap_or_else(PoisonError::into_inner);
        for vault in [vault, EVERY_VAULT] {
            if let Some((_, notify)) = vaults.get(&vault) {
                notify.notify_waiters();
            }
        }
    }

    /// Wakes every reader.
    pub fn wake_all(&self) {
        let vaults = self.vaults.lock().unwrap_or_else(PoisonError::into_inner);
        vaults.values().for_each(|(_, notify)| notify.notify_waiters());
    }
}

impl WaitingPlace<'_> {
    /// Comes back at the first wake after it was called.
    pub fn woken(&self) -> tokio::sync::futures::Notified<'_> {
        self.notify.notified()
    }
}

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        let mut vaults = self.waiters.vaults.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((count, _)) = vaults.get_mut(&self.vault) {
            *count -= 1;
            if *count == 0 {
                vaults.remove(&self.vault);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);

    #[tokio::test]
    async fn a_wake_between_asking_and_waiting_is_not_lost() {
        let waiters = Waiters::default();
        let place = waiters.place(VAULT);
        let woken = place.woken();
        waiters.wake(VAULT);
        woken.await;
    }

    #[tokio::test]
    async fn the_last_reader_takes_the_vault_away_with_it() {
        let waiters = Waiters::default();
        let (one, two) = (waiters.place(VAULT), waiters.place(VAULT));
        drop(one);
        let woken = two.woken();
        waiters.wake_all();
        woken.await;
        drop(two);
        assert!(waiters.vaults.lock().unwrap().is_empty());
    }
}
