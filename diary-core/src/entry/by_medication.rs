//! Index by medication, which finds all equal ones by [`MedicationRef::is_same`] without comparing each.

use std::collections::BTreeMap;
use std::fmt;

use super::MedicationRef;
use crate::ids::MedicationCode;

/// Values by medication. A lookup returns at most two: of medications named with a code, and of those named
/// without.
#[derive(Clone, PartialEq, Eq)]
pub struct ByMedication<A> {
    coded: BTreeMap<MedicationCode, A>,
    coded_by_name: BTreeMap<String, A>,
    named: BTreeMap<String, A>,
}

impl<A> Default for ByMedication<A> {
    fn default() -> Self {
        Self { coded: BTreeMap::new(), coded_by_name: BTreeMap::new(), named: BTreeMap::new() }
    }
}

impl<A: Default> ByMedication<A> {
    /// Adds to the value of a medication, under every name by which it may be looked up.
    pub fn add(&mut self, of: &MedicationRef, mut add: impl FnMut(&mut A)) {
        match &of.code {
            Some(code) => {
                add(self.coded.entry(code.clone()).or_default());
                add(self.coded_by_name.entry(of.name.clone()).or_default());
            }
            None => add(self.named.entry(of.name.clone()).or_default()),
        }
    }
}

impl<A> ByMedication<A> {
    /// Values of the same medication.
    pub fn of(&self, medication: &MedicationRef) -> impl Iterator<Item = &A> {
        let coded = match &medication.code {
            Some(code) => self.coded.get(code),
            None => self.coded_by_name.get(&medication.name),
        };
        [coded, self.named.get(&medication.name)].into_iter().flatten()
    }
}

/// Names of medications must not be logged.
impl<A> fmt::Debug for ByMedication<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByMedication(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_what_is_the_same() {
        let of = |code: Option<&str>, name: &str| MedicationRef {
            code: code.map(|code| code.parse().unwrap()),
            name: name.to_owned(),
        };
        let codes = [None, Some("a"), Some("b")];
        let all: Vec<_> = codes.iter().flat_map(|code| ["x", "y"].map(|name| of(*code, name))).collect();
        let mut by_medication: ByMedication<Vec<usize>> = ByMedication::default();
        for (n, one) in all.iter().enumerate() {
            by_medication.add(one, |of| of.push(n));
        }
        for one in &all {
            let mut found: Vec<usize> = by_medication.of(one).flatten().copied().collect();
            found.sort_unstable();
            let same: Vec<usize> = (0..all.len()).filter(|n| all[*n].is_same(one)).collect();
            assert_eq!(found, same);
        }
    }
}
