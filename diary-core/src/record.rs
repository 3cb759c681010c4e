//! The trial record: the merged data of one participant with their whole history. It only grows, and it does
//! not depend on the order in which parcels arrived. [`crate::merge`] turns parcels into changes.

pub mod clock;
pub mod contact;
pub mod history;
pub mod plan;
pub mod succession;

pub use crate::act::history::{
    ActHistory, accepted, act_histories, act_of_end, anchors, end_of_participation, in_force, of_others,
};
pub use contact::{Contact, Missing};
pub use history::{EntryHistory, EntryState, histories};
pub use plan::{Change, MergePlan};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::act::{Act, ActContent};
use crate::counter::Counter;
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::{ActId, AnchorId, EntryId, Hash, Incarnation, KeyId, RevisionId};
use crate::parcel::Statement;
use crate::steps;
use crate::study::regimen::Regimen;
use crate::time::{DiaryDay, ReceivedAt, UtcMillis};
use crate::wire;

/// Origin of an item: one parcel of one author.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
pub struct Source {
    /// Signing key of the author.
    pub author: KeyId,
    /// Incarnation of the author's store.
    pub incarnation: Incarnation,
    /// Sequence number in that incarnation's chain, from 1.
    pub seq: u64,
}

/// Sort key of a revision in the record: Lamport counter, id, then hash (for two contents under one id).
pub type RevisionKey = (Counter, RevisionId, Hash);

/// Sort key of a statement: incarnation, number of its parcel, and hash (for a forked chain with two
/// statements at one place).
pub type StatementKey = (Incarnation, u64, Hash);

/// A revision in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedRevision {
    /// The revision with its exact bytes.
    pub encoded: Arc<EncodedRevision>,
    /// Instant at which a keeper first received it.
    pub received: ReceivedAt,
    /// Parcels that contained it.
    pub sources: BTreeSet<Source>,
}

/// A statement in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedStatement {
    /// The device's statement about itself.
    pub statement: Statement,
    /// Instant at which a keeper first received it.
    pub received: ReceivedAt,
}

/// Received parcels of one incarnation of an author's store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Signing key of the author.
    pub author: KeyId,
    /// Sequence numbers received.
    pub seqs: BTreeSet<u64>,
    /// Instant at which the first of them was received.
    pub first_received: ReceivedAt,
    /// Instant at which the last of them was received.
    pub last_received: ReceivedAt,
    /// Incarnation that it follows, by its own statement.
    pub follows: Option<Incarnation>,
}

impl Chain {
    /// Last sequence number before the first gap; 0 if the first parcel is missing.
    #[must_use]
    pub fn whole_up_to(&self) -> u64 {
        let mut last = 0;
        for seq in &self.seqs {
            if *seq != last + 1 {
                break;
            }
            last = *seq;
        }
        last
    }

    /// True if a sequence number below the highest is missing.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.seqs.last().copied().unwrap_or(0) != self.whole_up_to()
    }
}

/// Merged data of one participant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrialRecord {
    revisions: BTreeMap<RevisionKey, RecordedRevision>,
    acts: BTreeMap<(Counter, ActId, Hash), (Act, ReceivedAt)>,
    statements: BTreeMap<StatementKey, RecordedStatement>,
    chains: BTreeMap<Incarnation, Chain>,
}

impl TrialRecord {
    /// Applies the changes of a plan. Applying it twice changes nothing, and the order of plans does not
    /// matter.
    pub fn apply(&mut self, plan: &MergePlan) {
        let received = plan.received;
        for change in &plan.changes {
            match change {
                Change::Revision(encoded) => {
                    let revision = encoded.revision();
                    let key = (revision.counter, revision.id, encoded.hash());
                    let held = self.revisions.entry(key).or_insert_with(|| RecordedRevision {
                        encoded: Arc::clone(encoded),
                        received,
                        sources: BTreeSet::new(),
                    });
                    // The earliest receipt counts: the minimum is the same in whichever order two copies
                    // arrive.
                    held.received = held.received.min(received);
                    held.sources.insert(plan.source);
                }
                Change::Act { act, hash } => {
                    let held = self
                        .acts
                        .entry((act.counter, act.id, *hash))
                        .or_insert_with(|| (act.clone(), received));
                    held.1 = held.1.min(received);
                }
                Change::Statement(statement) => {
                    let hash = sha256(&wire::encode(statement));
                    let key = (plan.source.incarnation, plan.source.seq, hash);
                    let held = self
                        .statements
                        .entry(key)
                        .or_insert_with(|| RecordedStatement { statement: statement.clone(), received });
                    held.received = held.received.min(received);
                }
                Change::Follows(earlier) => {
                    // A chain names one predecessor. If a forked one names two, the smaller id counts, on
                    // every server alike.
                    let chain = self.chain(plan);
                    chain.follows = Some(chain.follows.map_or(*earlier, |other| other.min(*earlier)));
                }
                Change::Challenge(_) => {}
            }
        }
        let chain = self.chain(plan);
        chain.seqs.insert(plan.source.seq);
        chain.first_received = chain.first_received.min(received);
        chain.last_received = chain.last_received.max(received);
    }

    fn chain(&mut self, plan: &MergePlan) -> &mut Chain {
        self.chains.entry(plan.source.incarnation).or_insert_with(|| Chain {
            author: plan.source.author,
            seqs: BTreeSet::new(),
            first_received: plan.received,
            last_received: plan.received,
            follows: None,
        })
    }

    /// Revisions in order.
    pub fn revisions(&self) -> impl Iterator<Item = &RecordedRevision> {
        self.revisions.values().inspect(|_| steps::step())
    }

    /// Number of revisions.
    #[must_use]
    pub fn revision_count(&self) -> usize {
        self.revisions.len()
    }

    /// Acts of staff in order, each with the instant of its receipt.
    pub fn acts(&self) -> impl Iterator<Item = (&Act, ReceivedAt)> {
        self.acts.values().inspect(|_| steps::step()).map(|(act, received)| (act, *received))
    }

    /// Received parcels by incarnation.
    #[must_use]
    pub const fn chains(&self) -> &BTreeMap<Incarnation, Chain> {
        &self.chains
    }

    /// Statements by incarnation and sequence number.
    #[must_use]
    pub const fn statements(&self) -> &BTreeMap<StatementKey, RecordedStatement> {
        &self.statements
    }

    /// Highest legal Lamport counter in the record.
    #[must_use]
    pub fn last_counter(&self) -> Counter {
        let revision = self.revisions.last_key_value().map(|(key, _)| key.0);
        let act = self.acts.last_key_value().map(|(key, _)| key.0);
        Counter::highest(revision.into_iter().chain(act))
    }

    /// Entries with all their revisions, oldest first.
    #[must_use]
    pub fn histories(&self) -> Vec<EntryHistory<'_>> {
        histories(self.revisions.values().map(|held| held.encoded.as_ref()))
    }

    /// Entry of the record for a revision out of [`Self::histories`].
    #[must_use]
    pub fn recorded(&self, encoded: &EncodedRevision) -> Option<&RecordedRevision> {
        let revision = encoded.revision();
        self.revisions.get(&(revision.counter, revision.id, encoded.hash()))
    }

    /// Anchors in force, each by the latest act on it.
    #[must_use]
    pub fn anchors(&self) -> BTreeMap<AnchorId, DiaryDay> {
        anchors(self.acts.values().map(|(act, _)| act))
    }

    /// Decisions of the site about places of the schedule with several entries.
    #[must_use]
    pub fn decisions(&self) -> Decisions<'_> {
        let of = |act: &'_ Act| -> Option<(EntryId, usize)> {
            match &act.content {
                ActContent::Adjudicate { primary, among } => Some((*primary, among.len())),
                _ => None,
            }
        };
        let decided = self.acts_in_force().into_iter();
        let decided =
            decided.filter_map(|act| of(act).map(|(primary, seen)| Adjudication { act, primary, seen }));
        // The last of several decisions for one entry counts.
        Decisions(decided.enumerate().map(|(order, one)| (one.primary, (order, one))).collect())
    }

    /// Acts of staff in force.
    #[must_use]
    pub fn acts_in_force(&self) -> Vec<&Act> {
        in_force(self.acts.values().map(|(act, _)| act))
    }

    /// Regimen after all acts.
    #[must_use]
    pub fn regimen(&self) -> Regimen {
        Regimen::of(self.acts.values().map(|(act, _)| act))
    }

    /// SHA-256 over the whole record. Equal digests mean equal records.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let mut bytes = Vec::with_capacity(self.revisions.len() * 96 + 1024);
        // Each part after its length, so that no two records give the same bytes.
        let put = |bytes: &mut Vec<u8>, part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        };
        let put_time = |bytes: &mut Vec<u8>, at: UtcMillis| bytes.extend_from_slice(&at.0.to_be_bytes());
        put(&mut bytes, b"diary/record/v1");
        for ((_, _, hash), held) in &self.revisions {
            put(&mut bytes, hash.as_bytes());
            put_time(&mut bytes, held.received.0);
            for source in &held.sources {
                put(&mut bytes, source.author.as_bytes());
                put(&mut bytes, source.incarnation.as_bytes());
                bytes.extend_from_slice(&source.seq.to_be_bytes());
            }
        }
        put(&mut bytes, b"acts");
        for ((_, _, hash), (_, received)) in &self.acts {
            put(&mut bytes, hash.as_bytes());
            put_time(&mut bytes, received.0);
        }
        put(&mut bytes, b"statements");
        for ((incarnation, seq, hash), held) in &self.statements {
            put(&mut bytes, incarnation.as_bytes());
            put(&mut bytes, hash.as_bytes());
            bytes.extend_from_slice(&seq.to_be_bytes());
            put_time(&mut bytes, held.received.0);
        }
        put(&mut bytes, b"chains");
        for (incarnation, chain) in &self.chains {
            put(&mut bytes, incarnation.as_bytes());
            put(&mut bytes, chain.author.as_bytes());
            for seq in &chain.seqs {
                bytes.extend_from_slice(&seq.to_be_bytes());
            }
            put_time(&mut bytes, chain.first_received.0);
            put_time(&mut bytes, chain.last_received.0);
            put(&mut bytes, chain.follows.as_ref().map_or(&[], |incarnation| incarnation.as_bytes()));
        }
        sha256(&bytes)
    }
}

/// Decision of the site about a place of the schedule with several entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Adjudication<'a> {
    /// The act.
    pub act: &'a Act,
    /// The entry that counts.
    pub primary: EntryId,
    /// Number of entries at the place that staff had seen.
    pub seen: usize,
}

/// Decisions of the site by the entry that each chose, numbered in their order; the latest one counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decisions<'a>(BTreeMap<EntryId, (usize, Adjudication<'a>)>);

impl<'a> Decisions<'a> {
    /// Moves the entry chosen by the site to the front of its place, if one was chosen, and returns the
    /// decision.
    pub fn decide<T>(
        &self,
        at_place: &mut Vec<T>,
        entry: impl Fn(&T) -> EntryId,
    ) -> Option<Adjudication<'a>> {
        let of = |(at, held): (usize, &T)| self.0.get(&entry(held)).map(|(order, one)| (*order, at, *one));
        let (_, at, decided) = at_place
            .iter()
            .enumerate()
            .filter_map(of)
            .max_by_key(|(order, at, _)| (*order, std::cmp::Reverse(*at)))?;
        let primary = at_place.remove(at);
        at_place.insert(0, primary);
        Some(decided)
    }
}
