//! Running a list of operations from beginning to end, once, in one thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::Runtime;

use super::disk::Lie;
use super::founding::Founding;
use super::op::Op;
use super::violation::{Kind, Violation};
use super::world::World;
use super::{generate, shrink};

/// Run with a violation.
#[derive(Clone, Debug)]
pub struct Story {
    /// Seed of the run.
    pub seed: u64,
    /// Violation that the operations lead to.
    pub violation: Violation,
    /// Operations drawn from the seed.
    pub ops: Vec<Op>,
    /// Reduced list of operations that leads to a violation of the same kind.
    pub shrunk: Vec<Op>,
}

/// Course and result of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Log of the run, one operation a line.
    pub lines: Vec<String>,
    /// Versions that were tapped, and those of them that were lost with a disk.
    pub counts: (usize, usize),
    /// Violation, if there was one.
    pub violation: Option<Violation>,
}

/// Runs lists of operations.
#[derive(Debug)]
pub struct Runner {
    runtime: Runtime,
    founding: Founding,
    lie: Lie,
}

impl Runner {
    /// A runner with a correct keeper.
    ///
    /// # Panics
    /// Panics if the runtime or the folder cannot be made.
    #[must_use]
    pub fn new() -> Self {
        Self::lying(Lie::None)
    }

    /// A runner with a keeper that is broken.
    ///
    /// # Panics
    /// Panics if the runtime or the folder cannot be made.
    #[must_use]
    pub fn lying(lie: Lie) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the machine gives a runtime");
        let founding = runtime.block_on(Founding::new());
        Self { runtime, founding, lie }
    }

    /// Runs `ops`; `seed` gives the ids and keys.
    #[must_use]
    pub fn run(&self, seed: u64, ops: &[Op]) -> Trace {
        let run = || self.runtime.block_on(run(&self.founding, seed, ops, self.lie));
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
            let violation = Violation::new(Kind::Panic, said.unwrap_or_default());
            Trace { lines: Vec::new(), counts: (0, 0), violation: Some(violation) }
        })
    }

    /// Runs the operations of `seed`.
    #[must_use]
    pub fn run_seed(&self, seed: u64) -> Trace {
        self.run(seed, &generate::ops(seed))
    }

    /// Runs the operations of `seed`. A violation is reduced to as few operations as still lead to it.
    ///
    /// # Errors
    /// The violation with the reduced operations.
    pub fn try_seed(&self, seed: u64) -> Result<(usize, usize), Box<Story>> {
        let ops = generate::ops(seed);
        let trace = self.run(seed, &ops);
        let Some(violation) = trace.violation else { return Ok(trace.counts) };
        let same =
            |ops: &[Op]| self.run(seed, ops).violation.is_some_and(|found| found.kind == violation.kind);
        let shrunk = shrink::shrink(&ops, same);
        Err(Box::new(Story { seed, violation, ops, shrunk }))
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

async fn run(founding: &Founding, seed: u64, ops: &[Op], lie: Lie) -> Trace {
    let mut world = match World::new(founding, seed, lie).await {
        Ok(world) => world,
        Err(violation) => {
            return Trace { lines: Vec::new(), counts: (0, 0), violation: Some(violation) };
        }
    };
    let mut violation = None;
    for (at, op) in ops.iter().enumerate() {
        if let Err(found) = world.apply(op).await {
            violation = Some(Violation { at: Some(at), ..found });
            break;
        }
    }
    if violation.is_none() {
        violation = world.heal().await.err();
    }
    let (counts, lines) = world.end().await;
    Trace { lines, counts, violation }
}
