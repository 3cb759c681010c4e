//! The trial record: the merged truth of one participant with its whole history. It only ever grows, and it is the
//! same whatever the order in which parcels arrived. How parcels become changes is `merge`'s matter.

pub mod acts;
pub mod clock;
pub mod contact;
pub mod history;
pub mod succession;

pub use acts::{
    ActHistory, accepted, act_histories, act_of_end, anchors, end_of_participation, in_force, of_others,
};
pub use contact::{Contact, Missing};
pub use history::{EntryHistory, EntryState, histories};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::act::{Act, ActContent};
use crate::counter::Counter;
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::{ActId, AnchorId, EntryId, Hash, Incarnation, KeyId, RevisionId};
use crate::merge::{Change, MergePlan};
use crate::parcel::Statement;
use crate::steps;
use crate::study::regimen::Regimen;
use crate::time::{DiaryDay, ReceivedAt, UtcMillis};
use crate::wire;

/// Where something came from: one parcel of one author.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
pub struct Source {
    /// Signing key of the author.
    pub author: KeyId,
    /// Life of the author's store.
    pub incarnation: Incarnation,
    /// Place in that life's chain, from 1.
    pub seq: u64,
}

/// Place of a revision in the order of the record: Lamport counter, id, then hash (for two contents under one id).
pub type RevisionKey = (Counter, RevisionId, Hash);

/// Place of a statement: the author's life, the number of its parcel, and the statement's hash (for a forked chain that
/// says two things in one place).
pub type StatementKey = (Incarnation, u64, Hash);

/// A revision as the record holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedRevision {
    /// The revision with its exact bytes.
    pub encoded: Arc<EncodedRevision>,
    /// When the keeper first received it.
    pub received: ReceivedAt,
    /// Every parcel that carried it.
    pub sources: BTreeSet<Source>,
}

/// A statement as the record holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedStatement {
    /// What the device said of itself.
    pub statement: Statement,
    /// When the keeper received it.
    pub received: ReceivedAt,
}

/// What is known of one life of one author's store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Signing key of the author.
    pub author: KeyId,
    /// Sequence numbers that have arrived.
    pub seqs: BTreeSet<u64>,
    /// When the first of them was received.
    pub first_received: ReceivedAt,
    /// When the last of them was received.
    pub last_received: ReceivedAt,
    /// The life it says it follows.
    pub follows: Option<Incarnation>,
}

impl Chain {
    /// Last sequence number up to which nothing is missing (0 if the first is).
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

    /// Whether a sequence number below the highest has not arrived.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.seqs.last().copied().unwrap_or(0) != self.whole_up_to()
    }
}

/// The merged truth of one participant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrialRecord {
    revisions: BTreeMap<RevisionKey, RecordedRevision>,
    acts: BTreeMap<(Counter, ActId, Hash), (Act, ReceivedAt)>,
    statements: BTreeMap<StatementKey, RecordedStatement>,
    chains: BTreeMap<Incarnation, Chain>,
}

impl TrialRecord {
    /// Takes over what a plan says. Applying a plan twice changes nothing; the order of plans does not matter.
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
                    // A chain names one predecessor; of a forked one that names two, the smaller counts everywhere.
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

    /// Every revision, in order.
    pub fn revisions(&self) -> impl Iterator<Item = &RecordedRevision> {
        self.revisions.values().inspect(|_| steps::step())
    }

    /// How many revisions it holds.
    #[must_use]
    pub fn revision_count(&self) -> usize {
        self.revisions.len()
    }

    /// Every act of staff with the time it was received, in order.
    pub fn acts(&self) -> impl Iterator<Item = (&Act, ReceivedAt)> {
        self.acts.values().inspect(|_| steps::step()).map(|(act, received)| (act, *received))
    }

    /// What is known of each author's store.
    #[must_use]
    pub const fn chains(&self) -> &BTreeMap<Incarnation, Chain> {
        &self.chains
    }

    /// Statements by life and sequence number.
    #[must_use]
    pub const fn statements(&self) -> &BTreeMap<StatementKey, RecordedStatement> {
        &self.statements
    }

    /// The highest Lamport counter in it that may be.
    #[must_use]
    pub fn last_counter(&self) -> Counter {
        let revision = self.revisions.last_key_value().map(|(key, _)| key.0);
        let act = self.acts.last_key_value().map(|(key, _)| key.0);
        Counter::highest(revision.into_iter().chain(act))
    }

    /// The entries with all their versions, oldest first.
    #[must_use]
    pub fn histories(&self) -> Vec<EntryHistory<'_>> {
        histories(self.revisions.values().map(|held| held.encoded.as_ref()))
    }

    /// The record of one revision of [`Self::histories`].
    #[must_use]
    pub fn recorded(&self, encoded: &EncodedRevision) -> Option<&RecordedRevision> {
        let revision = encoded.revision();
        self.revisions.get(&(revision.counter, revision.id, encoded.hash()))
    }

    /// Anchors in force: for each the latest act on it.
    #[must_use]
    pub fn anchors(&self) -> BTreeMap<AnchorId, DiaryDay> {
        anchors(self.acts.values().map(|(act, _)| act))
    }

    /// Decisions of the site about places with several entries.
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
        // Of several decisions for one entry the last stands.
        Decisions(decided.enumerate().map(|(order, one)| (one.primary, (order, one))).collect())
    }

    /// The acts of staff that hold.
    #[must_use]
    pub fn acts_in_force(&self) -> Vec<&Act> {
        in_force(self.acts.values().map(|(act, _)| act))
    }

    /// The regimen after every act.
    #[must_use]
    pub fn regimen(&self) -> Regimen {
        Regimen::of(self.acts.values().map(|(act, _)| act))
    }

    /// SHA-256 over everything in it. Two records with the same digest are the same.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let mut bytes = Vec::with_capacity(self.revisions.len() * 96 + 1024);
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
            put(&mut bytes, chain.follows.as_ref().map_or(&[], |life| life.as_bytes()));
        }
        sha256(&bytes)
    }
}

/// What the site decided about a place of the schedule with several entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Adjudication<'a> {
    /// The act.
    pub act: &'a Act,
    /// The entry that counts.
    pub primary: EntryId,
    /// How many entries staff had seen at the place.
    pub seen: usize,
}

/// Decisions of the site by the entry that each chose, with their order: a later one counts before an earlier.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decisions<'a>(BTreeMap<EntryId, (usize, Adjudication<'a>)>);

impl<'a> Decisions<'a> {
    /// Puts the entry that the site chose, where it chose one, before the others of its place. Gives the decision.
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
