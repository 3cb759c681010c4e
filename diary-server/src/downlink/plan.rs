//! Plan of the downlink: the items still due to each phone of a participant. These are entries of the other phones,
//! its own entries of an earlier incarnation, acts of staff, and notices of phones that wait to be confirmed. Pure:
//! everything is derived from the vault's log, so that nothing is sent twice and nothing is lost by a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::act::{Act, ActContent};
use diary_core::counter::Counter;
use diary_core::entry::EncodedRevision;
use diary_core::hash::sha256_of;
use diary_core::ids::{ActId, Hash, Incarnation, KeyId, VaultId};
use diary_core::keys::SealingPublic;
use diary_core::merge::{Change, MergePlan};
use diary_core::parcel::Item;
use diary_core::record::RevisionKey;
use diary_core::record::succession::{self, Voice};
use diary_core::time::{DiaryDay, UtcMillis};

use diary_store::KeeperParcel;

/// Author of acts that announce phones: the keeper itself.
const KEEPER: &str = "keeper";
const ASKS: &[u8] = b"diary/phone-asks/v1";

/// A phone that may read: it has a certificate and is not revoked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Id of its signing key.
    pub key: KeyId,
    /// Its sealing key.
    pub sealing: SealingPublic,
    /// Time at which its certificate was issued.
    pub issued: UtcMillis,
    /// Access to entries from before the certificate.
    pub past: Past,
}

/// Access of a phone to entries from before its certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Past {
    /// Everything.
    Everything,
    /// Entries of this diary day and later ones.
    From(DiaryDay),
    /// Only entries that belong to the day of its certificate or later ones, and arrived after it.
    Nothing(DiaryDay),
}

/// A phone that waits to be confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asking {
    /// Id of its signing key.
    pub device: KeyId,
    /// Time at which it joined.
    pub joined: UtcMillis,
    /// Hash that identifies the short authentication string (six digits) that it shows.
    pub digits: Option<Hash>,
}

/// Input of the plan.
#[derive(Clone, Copy, Debug)]
pub struct DownlinkState<'a> {
    /// The vault.
    pub vault: VaultId,
    /// Its merged parcels.
    pub plans: &'a [MergePlan],
    /// The keeper's own parcels among them, with their readers.
    pub keeper: &'a [KeeperParcel],
    /// The phones that may read.
    pub readers: &'a [Reader],
    /// The phones that wait.
    pub asking: &'a [Asking],
    /// Highest Lamport counter of the vault.
    pub last_counter: Counter,
}

/// Items due to the same set of phones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Telling {
    /// Ids of their signing keys.
    pub readers: BTreeSet<KeyId>,
    /// Items to send.
    pub items: Vec<Item>,
    /// Highest Lamport counter of new acts in it; 0 where there are none.
    pub counter: Counter,
}

/// A revision as the log brought it.
struct LoggedRevision {
    encoded: Arc<EncodedRevision>,
    received: UtcMillis,
    /// Incarnations of phones that sent it.
    sources: BTreeSet<(KeyId, Incarnation)>,
}

/// Items that one phone has, regardless of its scope.
#[derive(Default)]
struct Known {
    revisions: BTreeSet<Hash>,
    acts: BTreeSet<ActId>,
    /// Its incarnations whose entries its present store may lack.
    over: BTreeSet<Incarnation>,
}

/// Most of one phone's entries that are sent to its participant's other phones, in bytes with [`ITEM`] more for each
/// version: two years of an honest diary. Entries beyond that stay in the record alone, so that a phone that floods
/// it floods no other phone.
const TOLD: usize = 8 * 1024 * 1024;
/// Overhead of a version besides its bytes.
const ITEM: usize = 512;

/// Removes those parcels of a phone that exceed the limit for one phone, in log order.
pub fn without_floods(plans: &mut Vec<MergePlan>, is_phone: impl Fn(KeyId) -> bool) {
    let mut brought: BTreeMap<KeyId, usize> = BTreeMap::new();
    let weight = |change: &Change| match change {
        Change::Revision(encoded) => encoded.bytes().len() + ITEM,
        Change::Act { .. } | Change::Statement(_) | Change::Follows(_) | Change::Challenge(_) => 0,
    };
    plans.retain(|plan| {
        let sum = brought.entry(plan.source.author).or_default();
        *sum += plan.changes.iter().map(weight).sum::<usize>();
        *sum <= TOLD || !is_phone(plan.source.author)
    });
}

/// True if a parcel of the keeper's own must be merged before the plan can be made. A parcel of an earlier
/// incarnation whose grant is withheld may never be merged and would block the downlink for ever, so it does not
/// count.
#[must_use]
pub fn is_unsettled(keeper: &[KeeperParcel], present: Incarnation) -> bool {
    keeper.iter().any(|parcel| !parcel.settled && (!parcel.held || parcel.incarnation == present))
}

/// All items that are due, by set of phones. New items go to all phones that may read them under one grant; earlier
/// ones go to the one phone that lacks them, under a grant of its own.
#[must_use]
pub fn owed(state: &DownlinkState<'_>) -> Vec<Telling> {
    if state.readers.is_empty() {
        return Vec::new();
    }
    let mut groups: BTreeMap<BTreeSet<KeyId>, (Vec<Item>, Counter)> = BTreeMap::new();
    let known: Vec<(&Reader, Known)> =
        state.readers.iter().map(|reader| (reader, known(state, reader))).collect();
    for (act, counter) in announcements(state) {
        let all = state.readers.iter().map(|reader| reader.key).collect();
        let group = groups.entry(all).or_default();
        group.0.push(Item::act(&act));
        group.1 = group.1.max(counter);
    }
    for act in acts(state.plans) {
        let lack = known.iter().filter(|(_, known)| !known.acts.contains(&act.id));
        let lack: BTreeSet<KeyId> = lack.map(|(reader, _)| reader.key).collect();
        if !lack.is_empty() {
            groups.entry(lack).or_default().0.push(Item::act(act));
        }
    }
    for held in revisions(state.plans).values() {
        for readers in readers_of(held, &known) {
            groups.entry(readers).or_default().0.push(Item::revision(&held.encoded));
        }
    }
    groups.into_iter().map(|(readers, (items, counter))| Telling { readers, items, counter }).collect()
}

/// Sets of phones to which one revision is due.
fn readers_of(held: &LoggedRevision, known: &[(&Reader, Known)]) -> Vec<BTreeSet<KeyId>> {
    let (mut news, mut lacking, mut out) = (BTreeSet::new(), false, Vec::new());
    for (reader, known) in known {
        let lacks = !known.revisions.contains(&held.encoded.hash());
        match access(held, reader, known) {
            RevisionAccess::News => {
                news.insert(reader.key);
                lacking |= lacks;
            }
            RevisionAccess::Past if lacks => out.push(BTreeSet::from([reader.key])),
            RevisionAccess::Past | RevisionAccess::Closed => {}
        }
    }
    if lacking {
        out.push(news);
    }
    out
}

/// Relation of a revision to one phone.
enum RevisionAccess {
    /// It came after the phone was admitted.
    News,
    /// It was there before, or is the phone's own of an earlier incarnation.
    Past,
    /// The phone may not read it.
    Closed,
}

fn access(held: &LoggedRevision, reader: &Reader, known: &Known) -> RevisionAccess {
    let own = held
        .sources
        .iter()
        .any(|(author, incarnation)| *author == reader.key && known.over.contains(incarnation));
    let came_after = held.received > reader.issued;
    let day = held.encoded.revision().day;
    let may = match reader.past {
        Past::Everything => true,
        Past::From(first) => day >= first,
        Past::Nothing(today) => came_after && day >= today,
    };
    match (own, may, came_after) {
        (true, _, _) | (false, true, false) => RevisionAccess::Past,
        (false, true, true) => RevisionAccess::News,
        (false, false, _) => RevisionAccess::Closed,
    }
}

/// Items made by a phone in its present incarnation, and items sent to it.
fn known(state: &DownlinkState<'_>, reader: &Reader) -> Known {
    let own = state.plans.iter().filter(|plan| plan.source.author == reader.key);
    let mut known = Known { over: over(own), ..Known::default() };
    // A keeper that was rolled back may have written two parcels at one place. Since it cannot be seen which of them
    // the phone has received, their items count as sent only where the phone reads both.
    let mut told: BTreeMap<(Incarnation, u64), bool> = BTreeMap::new();
    for parcel in state.keeper {
        let reads = parcel.readers.contains(&reader.sealing.id());
        *told.entry((parcel.incarnation, parcel.seq)).or_insert(true) &= reads;
    }
    for plan in state.plans {
        let source = &plan.source;
        let has = match source.author == reader.key {
            true => !known.over.contains(&source.incarnation),
            false => told.get(&(source.incarnation, source.seq)).is_some_and(|reads| *reads),
        };
        if has {
            for change in &plan.changes {
                match change {
                    Change::Revision(encoded) => {
                        known.revisions.insert(encoded.hash());
                    }
                    Change::Act { act, .. } => {
                        known.acts.insert(act.id);
                    }
                    Change::Statement(_) | Change::Follows(_) | Change::Challenge(_) => {}
                }
            }
        }
    }
    known
}

/// Incarnations of one phone's store whose entries its present one may lack. An incarnation that made entries after
/// another one had followed it is in use again: the store was copied and both copies are used, so neither has the
/// other's entries.
fn over<'a>(own: impl Iterator<Item = &'a MergePlan>) -> BTreeSet<Incarnation> {
    let (mut voices, mut incarnations) = (BTreeMap::new(), BTreeSet::new());
    for plan in own {
        let received = plan.received.0;
        let voice = voices.entry(plan.source.incarnation).or_insert_with(|| Voice::new(received));
        voice.received = voice.received.min(received);
        incarnations.insert(plan.source.incarnation);
        for change in &plan.changes {
            match change {
                Change::Follows(earlier) => {
                    // Of a forked incarnation that names two predecessors, the smaller one counts, as in the record.
                    voice.follows = Some(voice.follows.map_or(*earlier, |other| other.min(*earlier)));
                    incarnations.insert(*earlier);
                }
                Change::Statement(statement) => voice.states(statement.as_of.utc.min(received)),
                Change::Revision(encoded) => voice.enters(encoded.revision().recorded.utc.min(received)),
                Change::Act { .. } | Change::Challenge(_) => {}
            }
        }
    }
    let ended = succession::over(&voices);
    let over: BTreeSet<Incarnation> =
        incarnations.iter().filter(|incarnation| ended.contains_key(incarnation)).copied().collect();
    if over.len() + 1 == incarnations.len() { over } else { incarnations }
}

/// Every revision of the log, in order.
fn revisions(plans: &[MergePlan]) -> BTreeMap<RevisionKey, LoggedRevision> {
    let mut out: BTreeMap<RevisionKey, LoggedRevision> = BTreeMap::new();
    for plan in plans {
        for change in &plan.changes {
            let Change::Revision(encoded) = change else { continue };
            let revision = encoded.revision();
            let held = out.entry((revision.counter, revision.id, encoded.hash())).or_insert_with(|| {
                LoggedRevision {
                    encoded: Arc::clone(encoded),
                    received: plan.received.0,
                    sources: BTreeSet::new(),
                }
            });
            held.received = held.received.min(plan.received.0);
            held.sources.insert((plan.source.author, plan.source.incarnation));
        }
    }
    out
}

/// Every act of the log, in order, each once.
fn acts(plans: &[MergePlan]) -> impl Iterator<Item = &Act> {
    let mut out: BTreeMap<(Counter, ActId), &Act> = BTreeMap::new();
    for change in plans.iter().flat_map(|plan| &plan.changes) {
        if let Change::Act { act, .. } = change {
            out.entry((act.counter, act.id)).or_insert(act);
        }
    }
    out.into_values()
}

/// Acts that announce waiting phones which no act announces yet. The act's id is derived from the phone, so that two
/// keepers at work make the same act.
fn announcements(state: &DownlinkState<'_>) -> Vec<(Act, Counter)> {
    let said: BTreeSet<(KeyId, Option<Hash>)> = acts(state.plans)
        .filter_map(|act| match &act.content {
            ActContent::PhoneAsks { device, digits, .. } => Some((*device, *digits)),
            _ => None,
        })
        .collect();
    // A phone that joined again by another link shows other digits, which are announced as well.
    let new = state.asking.iter().filter(|asking| !said.contains(&(asking.device, asking.digits)));
    // When counters are exhausted, nothing can be announced.
    (1..)
        .map_while(|count| state.last_counter.after(count).ok())
        .zip(new)
        .map(|(counter, asking)| {
            let digits = asking.digits.as_ref().map_or(&[][..], |digits| digits.as_bytes());
            let hash = sha256_of(&[ASKS, state.vault.as_bytes(), asking.device.as_bytes(), digits]);
            let mut id = [0; 16];
            id.copy_from_slice(&hash.as_bytes()[..16]);
            let content =
                ActContent::PhoneAsks { device: asking.device, joined: asking.joined, digits: asking.digits };
            let (id, by) = (ActId::from_bytes(id), KEEPER.to_owned());
            (Act { id, counter, by, at: asking.joined, reason: None, content, replaces: None }, counter)
        })
        .collect()
}

#[cfg(test)]
mod tests;
