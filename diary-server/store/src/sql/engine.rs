//! The interface of the two databases: running transactions.

use super::{Step, Tx};
use crate::StoreError;

/// One database, open. Each piece of work is one transaction, seen whole or not at all.
pub(crate) trait Engine: Send + Sync + 'static {
    /// Runs `work` in a transaction that may write, and commits it. What it returns is on disk. The work is done anew
    /// from its beginning where another transaction came between; it has no effects of its own.
    fn write<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Runs `work` on one snapshot, without writing.
    fn read<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Looks, where what was written last is at hand; what is claimed meanwhile is noted.
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
