//! One line for each attack: the bounds, the figures, held or not.

use std::fmt;

/// Result of an attack.
pub(crate) struct Line {
    name: &'static str,
    bounds: Vec<String>,
    seen: Vec<String>,
    held: bool,
}

impl Line {
    /// A result without figures yet.
    pub(crate) const fn of(name: &'static str) -> Self {
        Self { name, bounds: Vec::new(), seen: Vec::new(), held: true }
    }

    /// A figure that may not be larger than `bound`.
    pub(crate) fn at_most(&mut self, what: &str, unit: &str, bound: f64, seen: f64) {
        let with_unit = |figure: String| if unit.is_empty() { figure } else { format!("{figure} {unit}") };
        self.bounds.push(format!("{what} <= {}", with_unit(bound.to_string())));
        self.seen.push(with_unit(format!("{seen:.1}")));
        // What could not be measured is not held either.
        self.held &= seen <= bound;
    }

    /// A condition that must hold; `seen` describes the actual state.
    pub(crate) fn must(&mut self, what: &str, seen: impl Into<String>, held: bool) {
        self.bounds.push(what.to_owned());
        self.seen.push(seen.into());
        self.held &= held;
    }

    /// True if all bounds held.
    pub(crate) const fn held(&self) -> bool {
        self.held
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = if self.held { "held" } else { "NOT HELD" };
        write!(f, "{held}: {}; bound: {}; seen: {}", self.name, self.bounds.join(", "), self.seen.join(", "))
    }
}

/// A count as a figure.
pub(crate) fn number(count: impl TryInto<u32>) -> f64 {
    count.try_into().map_or(f64::NAN, f64::from)
}

/// Bytes as MiB.
pub(crate) fn mib(bytes: u64) -> f64 {
    number(bytes / 1024) / 1024.0
}
