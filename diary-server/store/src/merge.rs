//! Stores the outcomes of waiting parcels, of several vaults in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::ActContent;
use diary_core::ids::{Hash, VaultId};
use diary_core::merge::{Change, MergePlan};
use diary_core::parcel::{QuarantineCode, ReceiptLevel};
use diary_core::time::UtcMillis;

use crate::backups::receipt;
use crate::devices::usage::add_opened;
use crate::intake::{Intake, ParcelState, Vault};
use crate::keeper_chain::{append_parcels, is_at};
use crate::log::find_vaults;
use crate::notices::{self, News};
use crate::participants::status::{changed, keep};
use crate::quarantine::requeue_accepted;
use crate::record::rows::RecordRows;
use crate::sql::{Each, Row, Step, Tx, Type, corrupt, not_found};
use crate::waiting::release;
use crate::{Amount, BackedUp, KeeperAppend, NewStatus, OpenedPlain, ParcelRef, Signer};

const ROW: Each = Each {
    sql: "-- store::merge::row
SELECT p.state, p.n, p.core_hash, p.body_hash, l.device,
    EXISTS (SELECT 1 FROM opened o WHERE o.place = (l.vault << 32 | p.n)) AS opened
FROM parcel p JOIN incarnation l ON l.no = p.incarnation_no
WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.fork = ?3",
    types: &[Type::Int, Type::Int, Type::Int],
};

/// Decision about one parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Merged into the record.
    Merged(MergePlan),
    /// Not merged.
    Quarantined(QuarantineCode),
}

/// Outcome of one waiting parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergeOutcome {
    /// Its row.
    pub row: ParcelRef,
    /// Its record in the vault's log.
    pub n: u64,
    /// Opened plaintext, if the parcel could be opened.
    pub opened: Option<OpenedPlain>,
    /// The decision.
    pub verdict: Verdict,
}

/// Outcomes of parcels of one vault, committed together.
#[derive(Clone, Debug)]
pub struct VaultMerge {
    /// The vault.
    pub vault: VaultId,
    /// One for each parcel that was judged.
    pub outcomes: Vec<MergeOutcome>,
    /// Answer of the keeper, appended in the same transaction.
    pub reply: Option<KeeperAppend>,
    /// Mark of the notice that this merge covers: it is deleted, unless a new event has replaced the mark.
    pub notice: Option<i64>,
    /// Part of its log that is in a backup; BACKED_UP receipts are written for some of the parcels in it that have none
    /// yet.
    pub backed_up: Option<BackedUp>,
    /// New participant status to store.
    pub status: Option<NewStatus>,
    /// Time of the decision.
    pub at: UtcMillis,
}

/// Current row of a parcel.
struct ParcelRow {
    state: ParcelState,
    n: u64,
    hashes: (Hash, Hash),
    device: Option<i64>,
    /// It was opened when it was judged before.
    opened: bool,
}

/// Writes the outcomes of waiting parcels. Returns the number of settled parcels and of notices to phones.
pub(crate) fn settle_all(t: &dyn Tx, merges: &[VaultMerge], signer: &Signer) -> Step<usize> {
    let mut intake = Intake::new(t, signer.clone())?;
    let ids: BTreeSet<_> = merges.iter().map(|merge| merge.vault).collect();
    let numbers = find_vaults(t, &ids.into_iter().collect::<Vec<_>>())?;
    intake.log.take_heads(numbers.values().copied())?;
    let number = |merge: &VaultMerge| -> Step<Vault> {
        let no = numbers.get(&merge.vault).map_or_else(|| not_found("vault"), |no| Ok(*no))?;
        Ok(Vault { no, id: merge.vault })
    };
    let mut rows = parcel_rows(t, merges.iter().flat_map(|merge| &merge.outcomes))?;
    let mut news = News::look_ahead(t, &numbers.values().copied().collect::<Vec<_>>())?;
    let (mut settled, mut accepted, mut record) = (0, Vec::new(), RecordRows::default());
    let mut opened: BTreeMap<i64, Amount> = BTreeMap::new();
    for merge in merges {
        let vault = number(merge)?;
        // The reply was sealed for this head. If it has moved, the vault's outcomes are dropped with it, and its
        // parcels are judged again in the next round.
        if let Some(reply) = &merge.reply
            && !is_at(t, vault.no, signer.key(), &reply.after)?
        {
            tracing::debug!(vault = %merge.vault, "the keeper's head has moved; the parcels go on waiting");
            continue;
        }
        for outcome in &merge.outcomes {
            // Removed from the map, so that no parcel is settled twice.
            let row = rows.remove(&outcome.row).filter(|row| row.n == outcome.n);
            let row = row.ok_or_else(|| corrupt("a parcel that waited is gone"))?;
            // Settled meanwhile, for example by another server: that outcome stands.
            if !matches!(row.state, ParcelState::Ready | ParcelState::Held) {
                continue;
            }
            let level = add(&mut record, &mut news, vault.no, &row, outcome)?;
            if let (Some(device), false, Some(plain)) = (row.device, row.opened, &outcome.opened) {
                let sum = opened.entry(device).or_default();
                *sum = sum.plus(plain.cost());
            }
            intake.settle(vault, outcome.row, row.hashes, row.n, level, merge.at);
            settled += 1;
            accepted.extend(accepts(outcome).map(|core| (vault.no, core)));
        }
        if let Some(reply) = &merge.reply {
            append_parcels(t, &mut intake, vault, signer.key(), reply)?;
            settled += usize::from(merge.outcomes.is_empty());
        }
        if let Some(made) = &merge.status {
            keep(t, vault.no, made)?;
        }
        if let Some(mark) = merge.notice {
            notices::sent(t, vault.no, mark)?;
        }
    }
    record.write(t)?;
    add_opened(t, &opened)?;
    let merged = merges.iter().filter(|merge| !merge.outcomes.is_empty());
    changed(t, &merged.map(|merge| Ok(number(merge)?.no)).collect::<Step<_>>()?)?;
    news.write(t)?;
    intake.finish()?;
    // After the log writer has written the heads: these appends continue from there.
    for merge in merges {
        if let Some(backed_up) = &merge.backed_up {
            settled += receipt(t, number(merge)?, backed_up, signer, merge.at)?;
        }
    }
    // Last, so that a parcel quarantined by this very transaction is found as well.
    for (vault, core) in accepted {
        requeue_accepted(t, vault, &core)?;
    }
    // The task that updates statuses claims no vaults, so its outcomes release no claim: a merge of the vault may be
    // under way.
    let done = merges.iter().filter(|merge| merge.status.is_none());
    release(t, done.filter_map(|merge| numbers.get(&merge.vault).copied()))?;
    Ok(settled)
}

fn parcel_rows<'m>(
    t: &dyn Tx,
    outcomes: impl Iterator<Item = &'m MergeOutcome>,
) -> Step<BTreeMap<ParcelRef, ParcelRow>> {
    let refs: Vec<ParcelRef> = outcomes.map(|outcome| outcome.row).collect();
    let sets: Vec<_> =
        refs.iter().map(|row| vec![row.incarnation.into(), row.seq.into(), row.fork.into()]).collect();
    let read = |row: &Row| {
        Ok(ParcelRow {
            state: row.get("state")?,
            n: row.get::<i64>("n")?.cast_unsigned(),
            hashes: (Hash::from_bytes(row.get("core_hash")?), Hash::from_bytes(row.get("body_hash")?)),
            device: row.get("device")?,
            opened: row.get("opened")?,
        })
    };
    let found = refs.into_iter().zip(t.query_each(&ROW, &sets)?);
    found.filter_map(|(name, rows)| Some(rows.first().map(read)?.map(|row| (name, row)))).collect()
}

/// Adds the contents of a parcel to the rows to write; returns its receipt level.
fn add<'m>(
    record: &mut RecordRows<'m>,
    news: &mut News,
    vault: i64,
    row: &ParcelRow,
    outcome: &'m MergeOutcome,
) -> Step<ReceiptLevel> {
    if let Some(opened) = &outcome.opened {
        record.add_opened(vault, row.n, opened)?;
    }
    Ok(match &outcome.verdict {
        Verdict::Merged(plan) => {
            record.add_plan(vault, row.n, plan);
            match row.device {
                Some(_) => news.merged(vault, plan),
                None => news.keeper_merged(vault, plan),
            }
            ReceiptLevel::Merged
        }
        Verdict::Quarantined(code) => ReceiptLevel::Quarantined(*code),
    })
}

/// Parcels accepted by acts in a merged parcel.
fn accepts(outcome: &MergeOutcome) -> impl Iterator<Item = Hash> {
    let changes = match &outcome.verdict {
        Verdict::Merged(plan) => plan.changes.as_slice(),
        Verdict::Quarantined(_) => &[],
    };
    changes.iter().filter_map(|change| {
        let Change::Act { act, .. } = change else { return None };
        let ActContent::QuarantineDecision { core, accept: true } = &act.content else { return None };
        Some(*core)
    })
}
