//! The verbs of the store, in one trait for each audience: each verb is one transaction, seen whole or not at all, also
//! by other processes on the same database; what a verb returns after writing is on disk. Statements stand with their
//! subjects.

mod accounts;
mod audit;
mod ingest;
mod merge;
mod relay;
mod site;

pub use accounts::AccountStore;
pub use audit::AuditStore;
pub use ingest::IngestStore;
pub use merge::MergeStore;
pub use relay::RelayStore;
pub use site::SiteStore;

use std::ops::Range;

use diary_core::time::UtcMillis;

use crate::sql::{Engine, Step, Tx};
use crate::{StoreError, TrailEvent, clock, migration_state};

/// The whole store, for programs that serve every audience.
pub trait TrialStore: IngestStore + MergeStore + SiteStore + AccountStore + RelayStore + AuditStore {}

impl<S: IngestStore + MergeStore + SiteStore + AccountStore + RelayStore + AuditStore> TrialStore for S {}

/// The tables in the database of `E`.
pub struct Store<E> {
    engine: E,
}

impl<E> Store<E> {
    /// The tables in this database.
    pub(super) const fn on(engine: E) -> Self {
        Self { engine }
    }

    /// The engine that runs the transactions.
    pub(super) const fn engine(&self) -> &E {
        &self.engine
    }
}

/// Runs a verb that writes, if the study is in this database.
async fn write<E: Engine, T: Send + 'static>(
    engine: &E,
    verb: &'static str,
    work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
) -> Result<T, StoreError> {
    let here = move |t: &dyn Tx| {
        // In the same transaction, so that no write is committed after a move has begun.
        migration_state::check(t)?;
        work(t)
    };
    engine.write(verb, here).await
}

/// As [`write`], for a verb that signs something under the time `at`.
async fn sign<E: Engine, T: Send + 'static>(
    engine: &E,
    verb: &'static str,
    at: Option<UtcMillis>,
    work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
) -> Result<T, StoreError> {
    let checked = move |t: &dyn Tx| {
        at.map_or(Ok(()), |at| clock::keep(t, at))?;
        work(t)
    };
    write(engine, verb, checked).await
}

/// Makes a change with its row of the audit trail. Nothing is signed by it, so a doubtful clock does not stop it.
async fn noted<E: Engine>(
    engine: &E,
    verb: &'static str,
    event: TrailEvent,
    change: impl Fn(&dyn Tx, &TrailEvent) -> Step<()> + Send + 'static,
) -> Result<(), StoreError> {
    let work = move |t: &dyn Tx| {
        change(t, &event)?;
        crate::audit::append(t, &event)
    };
    write(engine, verb, work).await
}

/// Writes `count` things in one transaction; if the database refuses one of them, repeats each in a transaction of its
/// own, so that only that one fails. Costs nothing as long as none is refused. The outcomes are of one range or of
/// many.
async fn together_or_alone<T, F: Future<Output = Result<T, StoreError>>>(
    count: usize,
    write: impl Fn(Range<usize>) -> F,
) -> Result<Vec<Result<T, StoreError>>, StoreError> {
    let error = match write(0..count).await {
        Err(error) if error.may_be_of_one() => error,
        outcome => return Ok(vec![Ok(outcome?)]),
    };
    if count == 1 {
        return Ok(vec![Err(error)]);
    }
    tracing::warn!(%error, "what was to be written together is written one by one");
    let mut outcomes = Vec::with_capacity(count);
    for one in 0..count {
        outcomes.push(match write(one..one + 1).await {
            Err(error) if !error.may_be_of_one() => return Err(error),
            outcome => outcome,
        });
    }
    Ok(outcomes)
}
