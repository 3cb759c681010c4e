//! The tables `life`, `parcel` and `parcel_grant`: taking parcels and grants into a vault's log, and the receipts that
//! go with them. Used for what devices push and for what the keeper authors.

use std::collections::BTreeMap;

use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::{LogKind, NO_PREVIOUS, ReceiptBody, ReceiptLevel};
use diary_core::time::UtcMillis;
use rusqlite::{OptionalExtension, Transaction};

use super::log::{LogWriter, epoch, record};
use super::row::Step;
use crate::store::{GrantToStore, IncarnationAt, JUDGE, ParcelRef, ParcelToStore, Signer};

const FIND_LIFE: &str = "-- store::intake::find_life
SELECT no, whole, whole_hash, highest FROM life WHERE vault = ?1 AND incarnation = ?2 AND author = ?3";
const BORROWED: &str = "-- store::intake::borrowed
SELECT count(*) FROM life WHERE vault = ?1 AND incarnation = ?2";
const NEW_LIFE: &str = "-- store::intake::new_life
INSERT INTO life (vault, incarnation, author, device, borrowed, whole, whole_hash, highest, counter)
VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0, 0)";
const SET_LIFE: &str = "-- store::intake::set_life
UPDATE life SET whole = ?2, whole_hash = ?3, highest = ?4 WHERE no = ?1";
const AT_PLACE: &str = "-- store::intake::at_place
SELECT p.fork, p.core_hash, p.body_hash, p.stored_n, p.flags, p.state, g.n
FROM parcel p JOIN parcel_grant g ON g.no = p.named WHERE p.life = ?1 AND p.seq = ?2";
const FIRST_AT: &str = "-- store::intake::first_at
SELECT core_hash FROM parcel WHERE life = ?1 AND seq = ?2 AND fork = 0";
const PREDECESSOR: &str = "-- store::intake::predecessor
SELECT 1 FROM parcel WHERE life = ?1 AND seq = ?2 AND core_hash = ?3";
const INSERT: &str = "-- store::intake::insert
INSERT INTO parcel (life, seq, fork, n, core_hash, body_hash, named, received, flags, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const SET_STORED: &str = "-- store::intake::set_stored
UPDATE parcel SET stored_n = ?4 WHERE life = ?1 AND seq = ?2 AND fork = ?3";
const SET_SETTLED: &str = "-- store::intake::set_settled
UPDATE parcel SET settled_n = ?4, state = ?5, code = ?6, judge = iif(?6 IS NULL, NULL, ?7) WHERE life = ?1 AND seq = ?2 AND fork = ?3";
const FIND_GRANT: &str = "-- store::intake::find_grant
SELECT no, n FROM parcel_grant WHERE vault = ?1 AND hash = ?2";
const NEW_GRANT: &str = "-- store::intake::new_grant
INSERT INTO parcel_grant (vault, hash, n) VALUES (?1, ?2, ?3)";
const GRANT_CAME: &str = "-- store::intake::grant_came
UPDATE parcel_grant SET n = ?2 WHERE no = ?1";
const RELEASE_GRANT: &str = "-- store::intake::release_grant
UPDATE parcel SET state = 0 WHERE state = 3 AND named = ?2 AND life IN
    (SELECT l.no FROM life l LEFT JOIN device d ON d.no = l.device
     WHERE l.vault = ?1 AND (d.no IS NULL OR d.confirmed IS NOT NULL OR d.revoked IS NOT NULL))";

/// To be merged.
pub(super) const READY: i64 = 0;
/// Merged.
pub(super) const MERGED: i64 = 1;
/// In quarantine.
pub(super) const QUARANTINED: i64 = 2;
/// Held back until its device is confirmed and its grant is there.
pub(super) const HELD: i64 = 3;

const GAP: i64 = 1;
const FORK: i64 = 2;

/// A vault by both of its names.
#[derive(Clone, Copy)]
pub(super) struct Vault {
    /// Inside this database.
    pub(super) no: i64,
    /// Everywhere else.
    pub(super) id: VaultId,
}

/// Who authors a parcel.
#[derive(Clone, Copy)]
pub(super) struct Author {
    /// Id of the signing key.
    pub(super) key: KeyId,
    /// The device; none: the keeper.
    pub(super) device: Option<i64>,
    /// Whether what it authors waits until the device is confirmed.
    pub(super) pending: bool,
}

/// Where a receipt is to be had.
#[derive(Clone, Copy)]
pub(super) enum ReceiptAt {
    /// Signed before: this record.
    Record(u64),
    /// Signed at the end of this transaction: this one of the group.
    Group(usize),
}

/// What became of a parcel.
pub(super) struct Taken {
    pub(super) duplicate: bool,
    pub(super) gap: bool,
    pub(super) fork: bool,
    pub(super) grant_needed: bool,
    pub(super) quarantined: bool,
    pub(super) receipt: ReceiptAt,
}

/// What a receipt makes of its parcel's row.
enum Sets {
    Stored,
    Settled { state: i64, code: Option<u16> },
}

struct Target {
    vault: i64,
    parcel: ParcelRef,
    sets: Sets,
}

struct Life {
    no: i64,
    whole: i64,
    whole_hash: Hash,
    highest: i64,
    changed: bool,
}

/// One transaction that takes parcels in and signs receipts at its end.
pub(super) struct Intake<'t> {
    t: &'t Transaction<'t>,
    /// The logs.
    pub(super) log: LogWriter<'t>,
    signer: Signer,
    epoch: Epoch,
    lives: BTreeMap<(i64, Incarnation, KeyId), Life>,
    bodies: Vec<ReceiptBody>,
    targets: Vec<Target>,
}

impl<'t> Intake<'t> {
    /// Begins.
    pub(super) fn new(t: &'t Transaction<'t>, signer: Signer) -> Step<Self> {
        Ok(Self {
            t,
            log: LogWriter::new(t),
            signer,
            epoch: epoch(t)?,
            lives: BTreeMap::new(),
            bodies: Vec::new(),
            targets: Vec::new(),
        })
    }

    /// Receipts from here on are of another life of the database.
    pub(super) fn begin_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// Takes a grant in, unless it is there; parcels that only waited for it need wait no longer. Gives whether it is
    /// new.
    pub(super) fn grant(&mut self, vault: Vault, grant: &GrantToStore, at: UtcMillis) -> Step<bool> {
        let (no, n) = self.find_grant(vault.no, &grant.hash)?;
        if n.is_some() {
            return Ok(false);
        }
        let n = self.log.append(vault.no, LogKind::Grant, &grant.bytes, at)?;
        match no {
            None => {
                self.t.prepare_cached(NEW_GRANT)?.execute((
                    vault.no,
                    grant.hash.as_bytes(),
                    n.cast_signed(),
                ))?;
            }
            Some(no) => {
                self.t.prepare_cached(GRANT_CAME)?.execute((no, n.cast_signed()))?;
                self.t.prepare_cached(RELEASE_GRANT)?.execute((vault.no, no))?;
            }
        }
        Ok(true)
    }

    fn find_grant(&self, vault: i64, hash: &Hash) -> Step<(Option<i64>, Option<i64>)> {
        let found = self
            .t
            .prepare_cached(FIND_GRANT)?
            .query_row((vault, hash.as_bytes()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found.map_or((None, None), |(no, n)| (Some(no), n)))
    }

    /// Takes a parcel in, once.
    pub(super) fn parcel(
        &mut self,
        vault: Vault,
        author: Author,
        parcel: &ParcelToStore,
        at: UtcMillis,
    ) -> Step<Taken> {
        let seq = parcel.seq.cast_signed();
        let life = self.life(vault, author, parcel.incarnation)?.no;
        let forks = match self.at_place(life, seq, parcel)? {
            AtPlace::Same(taken) => return Ok(taken),
            AtPlace::Others(forks) => forks,
        };
        let gap = seq > 1 && !self.has_predecessor(life, seq - 1, &parcel.prev)?;
        let (grant, grant_n) = match self.find_grant(vault.no, &parcel.grant)? {
            (Some(no), n) => (no, n),
            (None, _) => {
                self.t.prepare_cached(NEW_GRANT)?.execute((
                    vault.no,
                    parcel.grant.as_bytes(),
                    None::<i64>,
                ))?;
                (self.t.last_insert_rowid(), None)
            }
        };
        let n = self.log.append(vault.no, LogKind::Parcel, &parcel.bytes, at)?;
        let flags = if gap { GAP } else { 0 } | if forks > 0 { FORK } else { 0 };
        let state = if author.pending || grant_n.is_none() { HELD } else { READY };
        self.t.prepare_cached(INSERT)?.execute((
            life,
            seq,
            forks,
            n.cast_signed(),
            parcel.core_hash.as_bytes(),
            parcel.body_hash.as_bytes(),
            grant,
            at.0,
            flags,
            state,
        ))?;
        self.arrived(vault, author, parcel)?;
        let key = ParcelRef { life, seq, fork: forks };
        let hashes = (parcel.core_hash, parcel.body_hash);
        let receipt = self.receipt(vault, key, hashes, n, ReceiptLevel::Stored, at);
        Ok(Taken {
            duplicate: false,
            gap,
            fork: forks > 0,
            grant_needed: grant_n.is_none(),
            quarantined: false,
            receipt: ReceiptAt::Group(receipt),
        })
    }

    fn life(&mut self, vault: Vault, author: Author, incarnation: Incarnation) -> Step<&mut Life> {
        let name = (vault.no, incarnation, author.key);
        if !self.lives.contains_key(&name) {
            let life = match find_life(self.t, vault.no, incarnation, author.key)? {
                Some(life) => life,
                None => new_life(self.t, vault.no, incarnation, author)?,
            };
            self.lives.insert(name, life);
        }
        Ok(self.lives.get_mut(&name).expect("it was put there a line above"))
    }

    fn at_place(&self, life: i64, seq: i64, parcel: &ParcelToStore) -> Step<AtPlace> {
        let mut statement = self.t.prepare_cached(AT_PLACE)?;
        let mut rows = statement.query((life, seq))?;
        let mut others = 0;
        while let Some(row) = rows.next()? {
            let same = row.get::<_, [u8; 32]>(1)? == *parcel.core_hash.as_bytes()
                && row.get::<_, [u8; 32]>(2)? == *parcel.body_hash.as_bytes();
            if !same {
                others += 1;
                continue;
            }
            let key = ParcelRef { life, seq, fork: row.get(0)? };
            let flags: i64 = row.get(4)?;
            let receipt = match row.get::<_, Option<i64>>(3)? {
                Some(n) => ReceiptAt::Record(n.cast_unsigned()),
                None => ReceiptAt::Group(self.stored_in_group(key)),
            };
            return Ok(AtPlace::Same(Taken {
                duplicate: true,
                gap: flags & GAP != 0,
                fork: flags & FORK != 0,
                grant_needed: row.get::<_, Option<i64>>(6)?.is_none(),
                quarantined: row.get::<_, i64>(5)? == QUARANTINED,
                receipt,
            }));
        }
        Ok(AtPlace::Others(others))
    }

    fn stored_in_group(&self, key: ParcelRef) -> usize {
        let of = |target: &Target| target.parcel == key && matches!(target.sets, Sets::Stored);
        self.targets.iter().position(of).expect("a parcel without a receipt came in this transaction")
    }

    fn has_predecessor(&self, life: i64, seq: i64, hash: &Hash) -> Step<bool> {
        let found: Option<i64> = self
            .t
            .prepare_cached(PREDECESSOR)?
            .query_row((life, seq, hash.as_bytes()), |row| row.get(0))
            .optional()?;
        Ok(found.is_some())
    }

    /// Notes that a parcel has arrived, and up to where none is missing now.
    fn arrived(&mut self, vault: Vault, author: Author, parcel: &ParcelToStore) -> Step<()> {
        let (t, seq) = (self.t, parcel.seq.cast_signed());
        let life = self.life(vault, author, parcel.incarnation)?;
        life.highest = life.highest.max(seq);
        life.changed = true;
        if seq == life.whole + 1 {
            (life.whole, life.whole_hash) = (seq, parcel.core_hash);
            while life.whole < life.highest {
                let next: Option<[u8; 32]> = t
                    .prepare_cached(FIRST_AT)?
                    .query_row((life.no, life.whole + 1), |row| row.get(0))
                    .optional()?;
                let Some(hash) = next else { break };
                (life.whole, life.whole_hash) = (life.whole + 1, Hash::from_bytes(hash));
            }
        }
        Ok(())
    }

    /// How far the log is with an incarnation of an author.
    pub(super) fn incarnation(
        &mut self,
        vault: Vault,
        author: KeyId,
        incarnation: Incarnation,
    ) -> Step<IncarnationAt> {
        let at = |life: &Life| IncarnationAt { seq: life.whole.cast_unsigned(), hash: life.whole_hash };
        if let Some(life) = self.lives.get(&(vault.no, incarnation, author)) {
            return Ok(at(life));
        }
        let found = find_life(self.t, vault.no, incarnation, author)?;
        Ok(found.as_ref().map_or(IncarnationAt { seq: 0, hash: NO_PREVIOUS }, at))
    }

    /// Notes that a parcel is settled; its receipt is signed at the end.
    pub(super) fn settle(
        &mut self,
        vault: Vault,
        parcel: ParcelRef,
        hashes: (Hash, Hash),
        n: u64,
        level: ReceiptLevel,
        at: UtcMillis,
    ) {
        self.receipt(vault, parcel, hashes, n, level, at);
    }

    fn receipt(
        &mut self,
        vault: Vault,
        parcel: ParcelRef,
        (core_hash, body_hash): (Hash, Hash),
        n: u64,
        level: ReceiptLevel,
        server_time: UtcMillis,
    ) -> usize {
        let sets = match level {
            ReceiptLevel::Stored | ReceiptLevel::BackedUp => Sets::Stored,
            ReceiptLevel::Merged => Sets::Settled { state: MERGED, code: None },
            ReceiptLevel::Quarantined(code) => {
                Sets::Settled { state: QUARANTINED, code: Some(code.number()) }
            }
        };
        let (epoch, key) = (self.epoch, self.signer.key());
        self.bodies.push(ReceiptBody {
            level,
            core_hash,
            body_hash,
            vault: vault.id,
            n,
            epoch,
            server_time,
            key,
        });
        self.targets.push(Target { vault: vault.no, parcel, sets });
        self.bodies.len() - 1
    }

    /// Signs the receipts of the whole group, appends them to the logs, and writes lives and heads. The receipts come
    /// back in the order of [`ReceiptAt::Group`].
    pub(super) fn finish(mut self) -> Step<Vec<Vec<u8>>> {
        let receipts: Vec<Vec<u8>> =
            self.signer.sign(&self.bodies).iter().map(diary_core::parcel::Receipt::to_bytes).collect();
        for ((target, receipt), body) in self.targets.iter().zip(&receipts).zip(&self.bodies) {
            let n = self.log.append(target.vault, LogKind::Receipt, receipt, body.server_time)?.cast_signed();
            let ParcelRef { life, seq, fork } = target.parcel;
            match target.sets {
                Sets::Stored => self.t.prepare_cached(SET_STORED)?.execute((life, seq, fork, n))?,
                Sets::Settled { state, code } => {
                    self.t.prepare_cached(SET_SETTLED)?.execute((life, seq, fork, n, state, code, JUDGE))?
                }
            };
        }
        let mut set = self.t.prepare_cached(SET_LIFE)?;
        for life in self.lives.values().filter(|life| life.changed) {
            set.execute((life.no, life.whole, life.whole_hash.as_bytes(), life.highest))?;
        }
        self.log.finish()?;
        Ok(receipts)
    }
}

enum AtPlace {
    /// This very parcel.
    Same(Taken),
    /// So many others.
    Others(i64),
}

fn find_life(t: &Transaction<'_>, vault: i64, incarnation: Incarnation, author: KeyId) -> Step<Option<Life>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Life {
            no: row.get(0)?,
            whole: row.get(1)?,
            whole_hash: Hash::from_bytes(row.get(2)?),
            highest: row.get(3)?,
            changed: false,
        })
    };
    let name = (vault, incarnation.as_bytes(), author.as_bytes());
    Ok(t.prepare_cached(FIND_LIFE)?.query_row(name, read).optional()?)
}

fn new_life(t: &Transaction<'_>, vault: i64, incarnation: Incarnation, author: Author) -> Step<Life> {
    let others: i64 =
        t.prepare_cached(BORROWED)?.query_row((vault, incarnation.as_bytes()), |row| row.get(0))?;
    t.prepare_cached(NEW_LIFE)?.execute((
        vault,
        incarnation.as_bytes(),
        author.key.as_bytes(),
        author.device,
        i64::from(others > 0),
        NO_PREVIOUS.as_bytes(),
    ))?;
    Ok(Life { no: t.last_insert_rowid(), whole: 0, whole_hash: NO_PREVIOUS, highest: 0, changed: false })
}

/// A receipt's bytes.
pub(super) fn receipt_bytes(
    t: &Transaction<'_>,
    vault: i64,
    at: ReceiptAt,
    group: &[Vec<u8>],
) -> Step<Vec<u8>> {
    match at {
        ReceiptAt::Record(n) => record(t, vault, n),
        ReceiptAt::Group(index) => Ok(group[index].clone()),
    }
}
