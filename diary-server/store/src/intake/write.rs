//! Writes the results of intake: parcels, receipts, incarnations and heads, each table in one statement.

use diary_core::parcel::{LogKind, Receipt};

use super::{Finished, Intake, NewParcel, ParcelState, Sets, Target};
use crate::participants::status::changed;
use crate::sql::{Each, Param, Step, Type};
use crate::{JUDGE, ParcelRef, release};

const INSERT: Each = Each {
    sql: "-- store::intake::insert
INSERT INTO parcel (incarnation_no, seq, fork, n, core_hash, body_hash, named, received, flags, state, stored_n)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    types: &[
        Type::Int,
        Type::Int,
        Type::Int,
        Type::Int,
        Type::Blob,
        Type::Blob,
        Type::Int,
        Type::Int,
        Type::Int,
        Type::Int,
        Type::Int,
    ],
};
const SET_STORED: Each = Each {
    sql: "-- store::intake::set_stored
UPDATE parcel SET stored_n = ?4 WHERE incarnation_no = ?1 AND seq = ?2 AND fork = ?3",
    types: &[Type::Int, Type::Int, Type::Int, Type::Int],
};
const SET_SETTLED: Each = Each {
    sql: "-- store::intake::set_settled
UPDATE parcel SET settled_n = ?4, state = ?5, code = ?6, judge = ?7 WHERE incarnation_no = ?1 AND seq = ?2 AND fork = ?3",
    types: &[Type::Int, Type::Int, Type::Int, Type::Int, Type::Int, Type::Int, Type::Text],
};
const SET_INCARNATION: Each = Each {
    sql: "-- store::intake::set_incarnation
UPDATE incarnation SET whole = ?2, whole_hash = ?3, highest = ?4 WHERE no = ?1",
    types: &[Type::Int, Type::Int, Type::Blob, Type::Int],
};

impl Intake<'_> {
    /// Writes the parcels and records so far, without their receipts, so that the tables can be read.
    pub(crate) fn flush(&mut self) -> Step<()> {
        self.log.flush()?;
        let new = std::mem::take(&mut self.parcels);
        let rows: Vec<_> = new.iter().map(|parcel| insert(parcel, None)).collect();
        self.insert(&rows, &new)
    }

    /// Writes new parcels. Their state was decided from rows read earlier, and this transaction may have changed
    /// devices and grants since; so the held ones are checked again.
    fn insert(&self, rows: &[Vec<Param<'_>>], new: &[NewParcel]) -> Step<()> {
        self.t.execute_each(&INSERT, rows)?;
        release::these(
            self.t,
            new.iter().filter(|parcel| parcel.state == ParcelState::Held).map(|parcel| parcel.row),
        )
    }

    /// Signs the receipts of the whole group, appends them to the logs, and writes parcels, incarnations and heads.
    pub(crate) fn finish(mut self) -> Step<Finished> {
        // Signed before the commit and handed out after it: a receipt outside this process always has its record on
        // disk.
        let receipts: Vec<Vec<u8>> = self.signer.sign(&self.bodies).iter().map(Receipt::to_bytes).collect();
        let mut numbers = Vec::with_capacity(receipts.len());
        for ((target, receipt), body) in self.targets.iter().zip(&receipts).zip(&self.bodies) {
            numbers.push(self.log.append(target.vault, LogKind::Receipt, receipt, body.server_time)?);
        }
        self.log.flush()?;
        self.write_parcels(&numbers)?;
        changed(self.t, &self.held)?;
        let incarnations: Vec<_> = self
            .known
            .changed_lives()
            .map(|chain| {
                vec![
                    chain.no.into(),
                    chain.whole.into(),
                    chain.whole_hash.as_bytes().into(),
                    chain.highest.into(),
                ]
            })
            .collect();
        self.t.execute_each(&SET_INCARNATION, &incarnations)?;
        Ok(Finished { receipts, heads: self.log.finish()? })
    }

    /// Inserts new parcels with their receipts, and updates the rows of stored parcels that got one. `numbers` are the
    /// records of the receipts.
    fn write_parcels(&self, numbers: &[u64]) -> Step<()> {
        let mut new = self.parcels.iter().peekable();
        let (mut rows, mut stored, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for (Target { parcel, sets, .. }, n) in self.targets.iter().zip(numbers) {
            let ParcelRef { incarnation: incarnation_no, seq, fork } = *parcel;
            let key = [incarnation_no.into(), seq.into(), fork.into(), n.cast_signed().into()];
            match *sets {
                // Parcels and their receipts are in the same order.
                Sets::Stored => match new.next_if(|one| one.row == *parcel) {
                    Some(one) => rows.push(insert(one, Some(*n))),
                    None => stored.push(key.to_vec()),
                },
                Sets::Settled { state, code } => {
                    let judge = code.map(|_| JUDGE);
                    settled.push([&key[..], &[state.into(), code.into(), judge.into()]].concat());
                }
            }
        }
        self.insert(&rows, &self.parcels)?;
        self.t.execute_each(&SET_STORED, &stored)?;
        self.t.execute_each(&SET_SETTLED, &settled)
    }
}

fn insert(parcel: &NewParcel, stored: Option<u64>) -> Vec<Param<'_>> {
    let ParcelRef { incarnation: incarnation_no, seq, fork } = parcel.row;
    vec![
        incarnation_no.into(),
        seq.into(),
        fork.into(),
        parcel.n.cast_signed().into(),
        parcel.core_hash.as_bytes().into(),
        parcel.body_hash.as_bytes().into(),
        parcel.grant.into(),
        parcel.at.0.into(),
        parcel.flags.into(),
        parcel.state.into(),
        stored.map(u64::cast_signed).into(),
    ]
}
