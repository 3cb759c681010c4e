//! Each author's own chain of parcels, per incarnation: missing numbers and forks. Both are reported and are no fault
//! of the export: each parcel is signed over its predecessor's hash, so only the author can make them.

use std::collections::BTreeMap;

use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};

use super::Parcel;
use crate::finding::Verified;
use crate::problem::{ChainNote, Note};

#[derive(Default)]
struct Place {
    cores: Vec<Hash>,
    prevs: Vec<Hash>,
    first_n: u64,
}

/// Chains by author and incarnation.
#[derive(Default)]
pub(super) struct Chains(BTreeMap<(KeyId, Incarnation), BTreeMap<u64, Place>>);

impl Chains {
    /// Adds the parcel of record `n`.
    pub(super) fn add(&mut self, n: u64, parcel: &Parcel) {
        let chain = self.0.entry((parcel.core.author, parcel.core.incarnation)).or_default();
        let place = chain.entry(parcel.core.seq).or_default();
        if !place.cores.contains(&parcel.core_hash) {
            place.cores.push(parcel.core_hash);
            place.prevs.push(parcel.core.prev);
        }
        if place.first_n == 0 {
            place.first_n = n;
        }
    }

    /// Reports gaps and forks as notes.
    pub(super) fn tell(&self, vault: VaultId, out: &mut Verified) {
        for ((author, incarnation), chain) in &self.0 {
            let note = |remark| Note::Chain { vault, author: *author, incarnation: *incarnation, remark };
            let mut before: Option<(u64, &Place)> = None;
            for (seq, place) in chain {
                let last = before.map_or(0, |(seq, _)| seq);
                if *seq > last + 1 {
                    out.note(note(ChainNote::Missing { first: last + 1, last: seq - 1 }));
                }
                if place.cores.len() > 1 {
                    out.note(note(ChainNote::Twice { parcel: *seq, record: place.first_n }));
                }
                let follows = before.filter(|(last, _)| last + 1 == *seq);
                let strange =
                    follows.is_some_and(|(_, one)| place.prevs.iter().any(|prev| !one.cores.contains(prev)));
                if strange {
                    out.note(note(ChainNote::Follows { parcel: *seq }));
                }
                before = Some((*seq, place));
            }
        }
    }
}
