//! Runs work that occupies a thread: opening and judging parcels, statements on SQLite.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::StoreError;

/// Runs `work` on a blocking thread. A runtime of one thread serves one caller (a command, a test): there it runs in
/// place, since moving it to another thread and back costs more than most of it.
///
/// # Errors
/// [`StoreError::Stopped`] where `work` panicked or the runtime is shutting down.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return catch_unwind(AssertUnwindSafe(work)).map_err(|_| StoreError::Stopped);
    }
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)
}
