//! Model of a run, kept apart from the code under test: versions that were tapped, parcels that carry them, receipts.
//! After each step it is compared with the contents of the disks.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Hash, RevisionId, VaultId};

use super::look::{KeeperLook, PhoneLook, VaultLook};
use super::violation::{Kind, Violation};

/// Version of an entry that was tapped.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Tapped {
    hash: Hash,
    vault: VaultId,
}

/// A parcel that some phone sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Sealed {
    vault: VaultId,
    grant: Hash,
    revisions: BTreeSet<RevisionId>,
    received: bool,
}

/// Expected state of a run.
#[derive(Debug, Default)]
pub struct Truth {
    tapped: BTreeMap<RevisionId, Tapped>,
    sealed: BTreeMap<Hash, Sealed>,
    /// Versions that were lost with the only disk that had them.
    gone: BTreeSet<RevisionId>,
    /// Receipted parcels that were lost with the only disks that had them.
    parcels_gone: BTreeSet<Hash>,
}

/// Changes of the expected state that one operation permits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Licence {
    /// New versions may appear on phones.
    pub taps: bool,
    /// Versions and parcels may be lost that only one disk had.
    pub destroys: bool,
}

/// Contents of all disks at one time, phones with their vaults.
#[derive(Clone, Copy, Debug)]
pub struct Disks<'a> {
    /// Phones in use.
    pub phones: &'a [(VaultId, PhoneLook)],
    /// Contents of the keeper's database.
    pub keeper: &'a KeeperLook,
}

impl Truth {
    /// Number of versions that were tapped, and number of them that were lost with a disk.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.tapped.len(), self.gone.len())
    }

    /// Takes in the result of an operation, and compares the expected state with the disks.
    ///
    /// # Errors
    /// The first promise that is broken.
    pub fn observe(&mut self, licence: Licence, disks: Disks<'_>) -> Result<(), Violation> {
        for (vault, phone) in disks.phones {
            self.learn(licence, *vault, phone)?;
        }
        for (vault, look) in disks.keeper {
            self.check_vault(*vault, look)?;
        }
        self.check_kept(licence, disks)?;
        self.check_receipts(licence, disks)
    }

    fn learn(&mut self, licence: Licence, vault: VaultId, phone: &PhoneLook) -> Result<(), Violation> {
        for (id, hash) in &phone.revisions {
            match self.tapped.get(id) {
                Some(known) => known.check(*id, *hash, vault, "a phone")?,
                None if licence.taps && phone.outbox.contains(id) => {
                    self.tapped.insert(*id, Tapped { hash: *hash, vault });
                }
                None => {
                    return Err(Violation::new(Kind::Invented, format!("version {id} on a phone")));
                }
            }
        }
        for (core, held) in &phone.parcels {
            let sealed = self.sealed.entry(*core).or_insert_with(|| Sealed {
                vault,
                grant: held.grant,
                revisions: BTreeSet::new(),
                received: false,
            });
            sealed.revisions.extend(&held.revisions);
            sealed.received |= held.received;
        }
        Ok(())
    }

    fn check_vault(&self, vault: VaultId, look: &VaultLook) -> Result<(), Violation> {
        let mut merged: BTreeMap<u64, BTreeSet<RevisionId>> = BTreeMap::new();
        for (id, hash, n) in &look.revisions {
            match self.tapped.get(id) {
                Some(known) => known.check(*id, *hash, vault, "the record")?,
                None => return Err(Violation::new(Kind::Invented, format!("version {id} in the record"))),
            }
            merged.entry(*n).or_default().insert(*id);
        }
        for (core, parcel) in &look.parcels {
            let rows = merged.remove(&parcel.n).unwrap_or_default();
            let inside = self.sealed.get(core).map(|sealed| &sealed.revisions);
            let whole = inside.is_none_or(|inside| inside.is_subset(&rows));
            let fits = if parcel.state == 1 { whole } else { rows.is_empty() };
            if !fits {
                let detail = format!(
                    "record {} in state {}: {} of {} versions merged",
                    parcel.n,
                    parcel.state,
                    rows.len(),
                    inside.map_or(0, BTreeSet::len)
                );
                return Err(Violation::new(Kind::Fate, detail));
            }
        }
        match merged.keys().next() {
            Some(n) => {
                Err(Violation::new(Kind::Fate, format!("merged rows of record {n}, which is no parcel")))
            }
            None => Ok(()),
        }
    }

    /// Everything tapped is with a phone that will send it, or on the keeper where it can be opened.
    fn check_kept(&mut self, licence: Licence, disks: Disks<'_>) -> Result<(), Violation> {
        let mut kept: BTreeSet<RevisionId> = BTreeSet::new();
        for (_, phone) in disks.phones {
            kept.extend(&phone.outbox);
        }
        for (core, sealed) in &self.sealed {
            if self.is_readable(*core, sealed, disks) {
                kept.extend(&sealed.revisions);
            }
        }
        for (id, tapped) in &self.tapped {
            if kept.contains(id) || self.gone.contains(id) {
                continue;
            }
            if !licence.destroys {
                let detail = format!("version {id} of vault {} is on no disk", tapped.vault);
                return Err(Violation::new(Kind::Lost, detail));
            }
            self.gone.insert(*id);
        }
        Ok(())
    }

    /// True if the keeper has the parcel, and has its grant or will get it.
    fn is_readable(&self, core: Hash, sealed: &Sealed, disks: Disks<'_>) -> bool {
        let stored = disks.keeper.get(&sealed.vault).and_then(|vault| vault.parcels.get(&core));
        stored.is_some_and(|parcel| {
            parcel.grant.1 || disks.phones.iter().any(|(_, phone)| phone.grants.contains(&sealed.grant))
        })
    }

    /// Every receipted parcel is on the keeper, or with a phone that can send it again.
    fn check_receipts(&mut self, licence: Licence, disks: Disks<'_>) -> Result<(), Violation> {
        for (core, sealed) in self.sealed.iter().filter(|(_, sealed)| sealed.received) {
            let stored =
                disks.keeper.get(&sealed.vault).is_some_and(|vault| vault.parcels.contains_key(core));
            let held = || disks.phones.iter().any(|(_, phone)| phone.parcels.contains_key(core));
            if stored || held() || self.parcels_gone.contains(core) {
                continue;
            }
            if !licence.destroys {
                return Err(Violation::new(Kind::Receipt, format!("parcel {core} was receipted")));
            }
            self.parcels_gone.insert(*core);
        }
        Ok(())
    }

    /// Checks after all repairs that every version that was tapped and not lost is in the record or in quarantine, and
    /// that every parcel that a phone holds a receipt of is on the keeper.
    ///
    /// # Errors
    /// [`Kind::Lost`], [`Kind::Receipt`] or [`Kind::Fate`].
    pub fn check_arrived(&self, disks: Disks<'_>) -> Result<(), Violation> {
        let mut arrived: BTreeSet<RevisionId> = BTreeSet::new();
        for look in disks.keeper.values() {
            arrived.extend(look.revisions.iter().map(|(id, _, _)| *id));
            for (core, parcel) in &look.parcels {
                match parcel.state {
                    2 => {
                        arrived
                            .extend(self.sealed.get(core).into_iter().flat_map(|sealed| &sealed.revisions));
                    }
                    0 => {
                        let detail = format!("record {} still waits to be merged", parcel.n);
                        return Err(Violation::new(Kind::Fate, detail));
                    }
                    _ => {}
                }
            }
        }
        let missing = self.tapped.keys().find(|id| !arrived.contains(id) && !self.gone.contains(id));
        if let Some(id) = missing {
            return Err(Violation::new(Kind::Lost, format!("version {id} never arrived")));
        }
        for (vault, phone) in disks.phones {
            let stored = disks.keeper.get(vault);
            let believed = phone.parcels.iter().filter(|(_, held)| held.received);
            for (core, _) in believed {
                if !stored.is_some_and(|vault| vault.parcels.contains_key(core)) {
                    let detail = format!("a phone believes parcel {core} to be received");
                    return Err(Violation::new(Kind::Receipt, detail));
                }
            }
        }
        Ok(())
    }
}

impl Tapped {
    fn check(&self, id: RevisionId, hash: Hash, vault: VaultId, place: &str) -> Result<(), Violation> {
        if self.hash != hash {
            return Err(Violation::new(Kind::Changed, format!("version {id} in {place}")));
        }
        if self.vault != vault {
            let detail = format!("version {id} of vault {} in {place} of vault {vault}", self.vault);
            return Err(Violation::new(Kind::Invented, detail));
        }
        Ok(())
    }
}
