//! The trait for monitors: reading the audit trail, and recording events that change nothing else.

use async_trait::async_trait;

use super::{Store, write};
use crate::participants::changes;
use crate::sql::{Engine, Tx};
use crate::{AuditRow, PeopleRow, StoreError, TrailEvent, audit};

/// The audit trail.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Rows of the audit trail after `after`, at most `limit`.
    async fn audit_trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError>;

    /// Rows of the audit trail before `before`, or the last ones, at most `limit`, the newest first.
    async fn audit_trail_before(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, StoreError>;

    /// Rows of the audit trail about restored databases, what came back afterwards, and drills, oldest first.
    async fn audit_restores_and_drills(&self) -> Result<Vec<AuditRow>, StoreError>;

    /// Records an event that changes nothing else.
    async fn record_event(&self, event: TrailEvent) -> Result<(), StoreError>;

    /// Every change of a subject number, oldest first.
    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError>;
}

#[async_trait]
impl<E: Engine> AuditStore for Store<E> {
    async fn audit_trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.engine.read("audit_trail", move |t| audit::page(t, after, limit)).await
    }

    async fn audit_trail_before(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.engine.read("audit_trail_before", move |t| audit::page_before(t, before, limit)).await
    }

    async fn audit_restores_and_drills(&self) -> Result<Vec<AuditRow>, StoreError> {
        self.engine.read("audit_restores_and_drills", audit::restores_and_drills).await
    }

    async fn record_event(&self, event: TrailEvent) -> Result<(), StoreError> {
        write(&self.engine, "record_event", move |t: &dyn Tx| audit::append(t, &event)).await
    }

    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError> {
        self.engine.read("people_changes", changes::all).await
    }
}
