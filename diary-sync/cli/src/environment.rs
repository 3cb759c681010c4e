//! The environment of a command: terminal, clock, randomness, variables. All of it is handed in, so that tests and the
//! demonstration drive the same commands with a captured terminal and a clock of their own.

use std::io::{BufRead, Write};

use diary_core::entropy::Entropy;
use diary_core::store::lock::Rules;
use diary_core::time::{Clock, Zone};
use diary_sync::{Host, Moment};

/// Environment of a command.
pub struct Environment<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn BufRead,
    /// Standard output: results and questions.
    pub stdout: &'a mut dyn Write,
    /// Refusals, warnings and the prompts for a PIN.
    pub stderr: &'a mut dyn Write,
    /// Reads a line that is not to be seen; without it such lines come from `stdin`.
    pub read_secret: Option<&'a dyn Fn() -> std::io::Result<String>>,
    /// True if a person is at the terminal and can be asked.
    pub interactive: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// The wall clock.
    pub clock: &'a dyn Clock,
    /// Milliseconds since the start of this run by a monotonic clock, where there is one.
    pub monotonic_ms: &'a dyn Fn() -> Option<u64>,
    /// The zone the machine is set to.
    pub zone: Zone,
    /// Randomness for keys and ids.
    pub entropy: &'a dyn Entropy,
    /// Length of PINs and cost of key derivation for new locks.
    pub lock_rules: Rules,
    /// Environment variables.
    pub var: &'a dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    /// Time, place and randomness of a step of a conversation.
    pub(crate) fn moment(&self) -> Moment<'_> {
        Moment { now: self.clock.now(), zone: self.zone, entropy: self.entropy }
    }

    /// This machine, for a conversation over `transport`.
    pub(crate) const fn host<'t, T>(&'t self, transport: &'t T) -> Host<'t, T> {
        Host { transport, clock: self.clock, entropy: self.entropy, zone: self.zone }
    }

    /// The same environment, lent for a shorter time.
    pub(crate) fn lend(&mut self) -> Environment<'_> {
        Environment {
            stdin: &mut *self.stdin,
            stdout: &mut *self.stdout,
            stderr: &mut *self.stderr,
            read_secret: self.read_secret,
            interactive: self.interactive,
            width: self.width,
            clock: self.clock,
            monotonic_ms: self.monotonic_ms,
            zone: self.zone,
            entropy: self.entropy,
            lock_rules: self.lock_rules,
            var: self.var,
        }
    }
}

impl std::fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment(..)")
    }
}
