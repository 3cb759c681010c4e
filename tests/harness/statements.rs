//! Statements of the database that a piece of work runs, counted by their names, which the store traces.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

/// Target under which the store traces statements.
const TARGET: &str = "diary_store::statement";

/// Statements that ran, by name.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<BTreeMap<String, usize>>>);

impl Statements {
    /// Counts statements that run on this thread, as long as the guard is kept.
    #[must_use]
    pub fn of_this_thread() -> (Self, DefaultGuard) {
        let counted = Self::default();
        (counted.clone(), tracing::subscriber::set_default(counted))
    }

    /// Counts statements of the whole process from now on.
    ///
    /// # Panics
    /// Panics if the process has a subscriber already.
    #[must_use]
    pub fn of_the_process() -> Self {
        let counted = Self::default();
        tracing::subscriber::set_global_default(counted.clone()).expect("nothing else is traced");
        counted
    }

    /// Statements since the last call, by name.
    #[must_use]
    pub fn take(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, name: &str) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.trim_start_matches("-- store::");
        *counted.entry(name.to_owned()).or_default() += 1;
    }
}

/// Reads the name of a statement from its event.
struct Name<'s>(&'s Statements);

impl Visit for Name<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "name" {
            self.0.count(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Name(self));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
