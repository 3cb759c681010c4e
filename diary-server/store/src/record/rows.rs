//! The tables of the trial record: contents of merged parcels, each table written in one statement.

use diary_core::act::Act;
use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, Incarnation};
use diary_core::merge::{Change, MergePlan};
use diary_core::parcel::pad::compress;
use diary_core::wire;

use crate::OpenedPlain;
use crate::place::place;
use crate::sealed::{ACT_BYTES, ACT_HASH, OPENED_PLAIN, OPENED_SALT, REVISION_HASH};
use crate::sql::{Each, Param, Step, Tx, Type, corrupt};

const ADD_OPENED: Each = Each {
    sql: "-- store::record::add_opened
INSERT INTO opened (place, salt, plain, size, items) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (place) DO NOTHING",
    types: &[Type::Int, Type::Blob, Type::Blob, Type::Int, Type::Int],
};
const ADD_REVISION: Each = Each {
    sql: "-- store::record::add_revision
INSERT INTO revision (vault, counter, id, n, item, hash, entry, day, kind)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    types: &[
        Type::Int,
        Type::Int,
        Type::Blob,
        Type::Int,
        Type::Int,
        Type::Blob,
        Type::Blob,
        Type::Int,
        Type::Text,
    ],
};
const ADD_ACT: Each = Each {
    sql: "-- store::record::add_act
INSERT INTO act (vault, counter, id, n, item, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    types: &[Type::Int, Type::Int, Type::Blob, Type::Int, Type::Int, Type::Blob, Type::Blob],
};
const ADD_SUCCESSION: Each = Each {
    sql: "-- store::record::add_succession
INSERT INTO succession (vault, n, item, incarnation) VALUES (?1, ?2, ?3, ?4)",
    types: &[Type::Int, Type::Int, Type::Int, Type::Blob],
};

/// Vault, the parcel's record, and the item of the parcel.
type Item = (i64, i64, i64);

/// Rows to be written.
#[derive(Default)]
pub(crate) struct RecordRows<'p> {
    opened: Vec<(i64, &'p OpenedPlain, Vec<u8>)>,
    revisions: Vec<(Item, &'p EncodedRevision, Hash)>,
    acts: Vec<(Item, &'p Act, &'p Hash, Vec<u8>)>,
    successions: Vec<(Item, &'p Incarnation)>,
}

impl<'p> RecordRows<'p> {
    /// Adds a plaintext, to be stored compressed.
    pub(crate) fn add_opened(&mut self, vault: i64, n: u64, opened: &'p OpenedPlain) -> Step<()> {
        let frame = compress(&opened.plain).map_err(|_| corrupt("a plaintext that cannot be compressed"))?;
        self.opened.push((place(vault, n)?, opened, frame));
        Ok(())
    }

    /// Adds the contents of a merged parcel.
    pub(crate) fn add_plan(&mut self, vault: i64, n: u64, plan: &'p MergePlan) {
        for (item, change) in (0i64..).zip(&plan.changes) {
            let item = (vault, n.cast_signed(), item);
            match change {
                Change::Revision(encoded) => self.revisions.push((item, encoded, encoded.hash())),
                Change::Act { act, hash } => self.acts.push((item, act, hash, wire::encode(act))),
                Change::Follows(incarnation) => self.successions.push((item, incarnation)),
                // Read from the plaintext; no query needs a row of their own.
                Change::Statement(_) | Change::Challenge(_) => {}
            }
        }
    }

    /// Writes every row.
    pub(crate) fn write(&self, t: &dyn Tx) -> Step<()> {
        let opened = self.opened.iter().map(|(place, opened, frame)| {
            vec![
                place.into(),
                Param::Sealed(OPENED_SALT, &opened.salt),
                Param::Sealed(OPENED_PLAIN, frame),
                opened.cost().bytes.cast_signed().into(),
                opened.cost().records.cast_signed().into(),
            ]
        });
        t.execute_each(&ADD_OPENED, &opened.collect::<Vec<_>>())?;
        let revisions = self.revisions.iter().map(|(item, encoded, hash)| revision(*item, encoded, hash));
        t.execute_each(&ADD_REVISION, &revisions.collect::<Vec<_>>())?;
        let acts = self.acts.iter().map(|((vault, n, item), act, hash, bytes)| {
            vec![
                vault.into(),
                act.counter.column().into(),
                act.id.as_bytes().into(),
                n.into(),
                item.into(),
                Param::Sealed(ACT_HASH, hash.as_bytes()),
                Param::Sealed(ACT_BYTES, bytes),
            ]
        });
        t.execute_each(&ADD_ACT, &acts.collect::<Vec<_>>())?;
        let successions = self.successions.iter().map(|((vault, n, item), incarnation)| {
            vec![vault.into(), n.into(), item.into(), incarnation.as_bytes().into()]
        });
        t.execute_each(&ADD_SUCCESSION, &successions.collect::<Vec<_>>())
    }
}

fn revision<'p>((vault, n, item): Item, encoded: &'p EncodedRevision, hash: &'p Hash) -> Vec<Param<'p>> {
    let revision = encoded.revision();
    vec![
        vault.into(),
        revision.counter.column().into(),
        revision.id.as_bytes().into(),
        n.into(),
        item.into(),
        Param::Sealed(REVISION_HASH, hash.as_bytes()),
        revision.entry.as_bytes().into(),
        revision.day.0.to_epoch_days().into(),
        revision.content.kind().into(),
    ]
}
