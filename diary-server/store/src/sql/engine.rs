//! The interface of the two databases: running transactions.

use super::{Step, Tx};
use crate::StoreError;

/// One open database. Each piece of work is one transaction: atomic, also for other processes.
pub(crate) trait Engine: Send + Sync + 'static {
    /// Runs `work` in a transaction that may write, and commits it. On return the changes are on disk. `work` is
    /// repeated from its beginning after a serialization failure, so it must have no side effects.
    fn write<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Runs `work` on one snapshot, read only.
    fn read<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Runs `work` where the last commit is visible at once; it may record claims, which need not survive a crash.
    fn peek<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Largest number of parcels merged in one transaction.
    fn merged_at_once(&self) -> u32;

    /// A number that changes whenever another process has written.
    fn outside_version(&self) -> impl Future<Output = Result<i64, StoreError>> + Send;
}
