//! Reads the parcels for a rebuild, and replaces a vault's record by the result.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Hash, VaultId};
use diary_core::merge::AuthorRole;
use diary_core::parcel::{QuarantineCode, ReceiptLevel};
use diary_core::time::UtcMillis;

use crate::intake::{Intake, ParcelState, Vault};
use crate::log::{opened_at, record, vault_alone, vault_no};
use crate::participants::status::changed_one;
use crate::place::places;
use crate::record::rows::RecordRows;
use crate::rewraps::Rewraps;
use crate::sql::{Each, Row, Step, Tx, Type, conflict};
use crate::waiting::{Papers, waiting_parcel};
use crate::{
    GrantBytes, MergeOutcome, OpenedPlain, ParcelRef, Signer, TrailEvent, Verdict, WaitingParcel, audit,
    release,
};

macro_rules! parcels {
    ($name:literal, $which:literal) => {
        concat!(
            "-- store::rebuild::",
            $name,
            "
SELECT p.incarnation_no, p.seq, p.fork, p.n, p.received, p.state, g.hash, g.n AS grant_n, l.author, l.borrowed,
    d.signing, d.confirmed, d.revoked, d.revocation_n, l.vault, r.record, d.times, d.cleared, d.opened_items,
    d.opened_bytes, p.code, o.salt, o.plain, o.size
FROM incarnation l JOIN parcel p ON p.incarnation_no = l.no JOIN parcel_grant g ON g.no = p.named
JOIN log r ON r.place = (l.vault << 32 | p.n) LEFT JOIN opened o ON o.place = r.place
LEFT JOIN device d ON d.no = l.device
",
            $which
        )
    };
}
const PARCELS: &str = parcels!(
    "parcels",
    "WHERE p.incarnation_no = ?1 AND (p.seq > ?2 OR p.seq = ?2 AND p.fork > ?3) ORDER BY p.seq, p.fork LIMIT ?4"
);
const AT: Each = Each {
    sql: parcels!("at", "WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.fork = ?3"),
    types: &[Type::Int, Type::Int, Type::Int],
};
const INCARNATIONS: &str = "-- store::rebuild::incarnations
SELECT no, device IS NULL AS of_keeper FROM incarnation WHERE vault = ?1 AND no >= ?2 ORDER BY no";
const ROWS: &str = "-- store::rebuild::rows
SELECT n, count(*) AS rows FROM (SELECT n FROM revision WHERE vault = ?1 UNION ALL SELECT n FROM act WHERE vault = ?1
    UNION ALL SELECT n FROM succession WHERE vault = ?1) one GROUP BY n";
const SETTLED: &str = "-- store::rebuild::settled
SELECT p.n FROM incarnation l JOIN parcel p ON p.incarnation_no = l.no WHERE l.vault = ?1 AND p.state IN (1, 2)";
const ROW: &str = "-- store::rebuild::row
SELECT state, code, core_hash, body_hash FROM parcel WHERE incarnation_no = ?1 AND seq = ?2 AND fork = ?3";
const CLEAR_OPENED: &str = "-- store::rebuild::clear_opened
DELETE FROM opened WHERE place > ?1 AND place < ?2";
const CLEAR: &[&str] = &[
    "DELETE FROM revision WHERE vault = ?1",
    "DELETE FROM act WHERE vault = ?1",
    "DELETE FROM succession WHERE vault = ?1",
];

/// Parcels read per page.
const PAGE: usize = 32;

/// A stored parcel with everything that a rebuild needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredParcel {
    /// Everything but the grant's bytes.
    pub parcel: WaitingParcel,
    /// Role of its author.
    pub role: AuthorRole,
    /// Its grant, where it has come.
    pub grant: Option<GrantBytes>,
    /// Opened plaintext, if the parcel was opened.
    pub opened: Option<OpenedPlain>,
    /// Outcome in the live tables: merged, or the code of its quarantine; `None` if it still waits or is held back.
    pub settled: Option<Result<(), QuarantineCode>>,
}

/// Selects stored parcels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredQuery {
    /// Of this vault.
    pub vault: VaultId,
    /// Of these authors.
    pub role: Option<AuthorRole>,
    /// Those after this one.
    pub after: Option<ParcelRef>,
}

impl StoredQuery {
    /// From the first one of a vault on.
    #[must_use]
    pub const fn all(vault: VaultId) -> Self {
        Self { vault, role: None, after: None }
    }

    /// From the first one of a vault on, those of `role` alone.
    #[must_use]
    pub const fn of(vault: VaultId, role: AuthorRole) -> Self {
        Self { vault, role: Some(role), after: None }
    }
}

/// A rebuilt record of one vault.
#[derive(Clone, Debug)]
pub struct Rebuilt {
    /// The vault.
    pub vault: VaultId,
    /// One for each parcel that was settled when the rebuild began.
    pub outcomes: Vec<MergeOutcome>,
    /// Time.
    pub at: UtcMillis,
}

/// A page of the parcels of a vault, by incarnation and number.
pub(crate) fn stored_page(t: &dyn Tx, query: &StoredQuery) -> Step<Vec<StoredParcel>> {
    let vault = vault_no(t, query.vault)?;
    let first = query.after.map_or(0, |after| after.incarnation);
    let incarnations: Vec<(i64, bool)> =
        t.all(INCARNATIONS, (vault, first), |row| Ok((row.get("no")?, row.get("of_keeper")?)))?;
    let asked = |of_keeper: bool| query.role.is_none_or(|role| of_keeper == (role == AuthorRole::Keeper));
    let (mut out, mut read) = (Vec::new(), Read::default());
    for (incarnation_no, _) in incarnations.into_iter().filter(|(_, of_keeper)| asked(*of_keeper)) {
        let after = query.after.filter(|after| after.incarnation == incarnation_no);
        let (seq, fork) = after.map_or((0, 0), |after| (after.seq, after.fork));
        let left = u32::try_from(PAGE - out.len()).unwrap_or(0);
        // Rows are dropped one by one, so that the page is not in memory twice.
        for row in t.rows(PARCELS, (incarnation_no, seq, fork, left))? {
            out.push(stored(t, vault, &row, &mut read)?);
        }
        if out.len() >= PAGE {
            break;
        }
    }
    Ok(out)
}

/// The parcels of these rows, in their order.
pub(crate) fn parcels_at(t: &dyn Tx, rows: &[ParcelRef]) -> Step<Vec<StoredParcel>> {
    let sets: Vec<_> =
        rows.iter().map(|row| vec![row.incarnation.into(), row.seq.into(), row.fork.into()]).collect();
    let mut read = Read::default();
    let found = t.query_each(&AT, &sets)?;
    found.iter().flatten().map(|row| stored(t, row.get("vault")?, row, &mut read)).collect()
}

/// Data shared by the parcels of a page, read once.
#[derive(Default)]
struct Read {
    rewraps: Rewraps,
    papers: Papers,
    grants: BTreeMap<u64, Vec<u8>>,
}

fn stored(t: &dyn Tx, vault: i64, row: &Row, read: &mut Read) -> Step<StoredParcel> {
    let (parcel, grant_n) = waiting_parcel(t, row, &mut read.papers)?;
    let role = if parcel.device_key.is_some() { AuthorRole::Device } else { AuthorRole::Keeper };
    let settled = match row.get("state")? {
        ParcelState::Merged => Some(Ok(())),
        ParcelState::Quarantined => Some(Err(QuarantineCode::from_number(row.get("code")?))),
        ParcelState::Ready | ParcelState::Held => None,
    };
    let opened = match row.get::<Option<Vec<u8>>>("salt")? {
        Some(_) => opened_at(row)?,
        None => None,
    };
    let mut grant = None;
    if let Some(n) = grant_n {
        let rewraps = read.rewraps.of(t, vault, parcel.grant)?;
        let signed = match read.grants.get(&n) {
            Some(known) => known.clone(),
            None => record(t, vault, n)?,
        };
        read.grants.insert(n, signed.clone());
        grant = Some(GrantBytes { signed, rewraps });
    }
    Ok(StoredParcel { parcel, role, grant, opened, settled })
}

/// Number of rows of the record of each parcel.
pub(crate) fn record_rows(t: &dyn Tx, id: VaultId) -> Step<BTreeMap<u64, u64>> {
    let vault = vault_no(t, id)?;
    t.all(ROWS, [vault], |row| {
        Ok((row.get::<i64>("n")?.cast_unsigned(), row.get::<i64>("rows")?.cast_unsigned()))
    })
}

/// Replaces a vault's record by rebuilt rows. A parcel whose outcome has changed gets a new receipt.
pub(crate) fn replace_record(t: &dyn Tx, rebuilt: &Rebuilt, signer: &Signer, event: &TrailEvent) -> Step<()> {
    let vault = Vault { no: vault_alone(t, rebuilt.vault)?, id: rebuilt.vault };
    let live: BTreeSet<i64> = t.all(SETTLED, [vault.no], |row| row.only())?;
    if live != rebuilt.outcomes.iter().map(|outcome| outcome.n.cast_signed()).collect() {
        return conflict("parcels were merged since the rebuild began");
    }
    t.run("INSERT INTO rebuilding (vault) VALUES (?1)", [vault.no])?;
    for clear in CLEAR {
        t.run(clear, [vault.no])?;
    }
    t.run(CLEAR_OPENED, places(vault.no))?;
    t.run("DELETE FROM rebuilding", ())?;
    let (mut intake, mut rows) = (Intake::new(t, signer.clone())?, RecordRows::default());
    for outcome in &rebuilt.outcomes {
        replace_one(t, &mut intake, &mut rows, vault, outcome, rebuilt.at)?;
    }
    rows.write(t)?;
    release::of_vault(t, vault.no)?;
    changed_one(t, vault.no)?;
    intake.finish()?;
    audit::append(t, event)
}

fn replace_one<'r>(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    rows: &mut RecordRows<'r>,
    vault: Vault,
    outcome: &'r MergeOutcome,
    at: UtcMillis,
) -> Step<()> {
    if let Some(opened) = &outcome.opened {
        rows.add_opened(vault.no, outcome.n, opened)?;
    }
    let (level, now) = match &outcome.verdict {
        Verdict::Merged(plan) => {
            rows.add_plan(vault.no, outcome.n, plan);
            (ReceiptLevel::Merged, (ParcelState::Merged, None))
        }
        Verdict::Quarantined(code) => {
            (ReceiptLevel::Quarantined(*code), (ParcelState::Quarantined, Some(code.number())))
        }
    };
    let ParcelRef { incarnation: incarnation_no, seq, fork } = outcome.row;
    let (before, hashes) = t.one(ROW, (incarnation_no, seq, fork), |row| {
        let hashes = (Hash::from_bytes(row.get("core_hash")?), Hash::from_bytes(row.get("body_hash")?));
        Ok(((row.get::<ParcelState>("state")?, row.get::<Option<u16>>("code")?), hashes))
    })?;
    if before != now {
        intake.settle(vault, outcome.row, hashes, outcome.n, level, at);
    }
    Ok(())
}
