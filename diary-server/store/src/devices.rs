//! The tables `device` and `device_keys`: devices that may write to a vault, and their signed papers.

pub(crate) mod join;
pub(crate) mod loan;
pub(crate) mod usage;

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{EnrolmentId, Hash, Incarnation, KeyId, VaultId};
use diary_core::keys::{
    Certificate, EnrolmentSecret, IncarnationEnd, Revocation, SealingPublic, ShortAuthString,
    SignedJoinRequest, VerifyingKey, short_auth_string,
};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::log::{LogWriter, find_vault, record, vault_alone};
use crate::participants::status;
use crate::sealed::ENROLMENT_SECRET;
use crate::sql::{Each, Row, Step, Tx, Type, conflict, corrupt, not_found};
use crate::{Allowance, Loan, TrailEvent, Used, audit, feed, notices, release};
use usage::{allowance, used};

const FIND: Each = Each {
    sql: "-- store::devices::find
SELECT no, confirmed, revoked, recovery_n, revocation_n FROM device WHERE key = ?1 AND vault = ?2",
    types: &[Type::Blob, Type::Int],
};
const INSERT: &str = "-- store::devices::insert
INSERT INTO device (vault, key, signing, joined) VALUES (?1, ?2, ?3, ?4) RETURNING no";
const INSERT_KEYS: &str = "-- store::devices::insert_keys
INSERT INTO device_keys (device, sealing, join_request, enrolment, held_certificate) VALUES (?1, ?2, ?3, ?4, ?5)";
const SET_CERTIFICATE: &str = "-- store::devices::set_certificate
UPDATE device SET certificate_n = ?2, confirmed = coalesce(confirmed, ?3) WHERE no = ?1";
const SET_REVOCATION: &str = "-- store::devices::set_revocation
UPDATE device SET revocation_n = ?2, revoked = coalesce(revoked, ?3) WHERE no = ?1";
const SET_RECOVERY: &str = "-- store::devices::set_recovery
UPDATE device SET recovery_n = ?2 WHERE no = ?1";
const HOLD_REVOCATION: &str = "-- store::devices::hold_revocation
INSERT INTO held_revocation (device, paper, at) VALUES (?1, ?2, ?3) ON CONFLICT (device) DO NOTHING";
macro_rules! rows {
    ($name:literal, $where:literal) => {
        concat!(
            "-- store::devices::rows_",
            $name,
            "
SELECT d.key, v.id AS vault_id, d.signing, k.sealing, d.confirmed, d.revoked, d.joined, k.join_request, e.secret,
    d.certificate_n, d.recovery_n, d.vault, e.id AS link, d.no, e.until, k.held_certificate,
    (SELECT count(*) FROM held_revocation r WHERE r.device = d.no) AS held_revocations, d.times, d.cleared, d.opened_items, d.opened_bytes,
    e.wrong_digits, d.lent, d.returned
FROM device d JOIN device_keys k ON k.device = d.no JOIN vault v ON v.no = d.vault
LEFT JOIN enrolment e ON e.id = (SELECT id FROM enrolment WHERE device = d.no ORDER BY used DESC, id LIMIT 1)
WHERE ",
            $where,
            " ORDER BY +d.no"
        )
    };
}
const ROWS_OF_VAULT: &str = rows!("of_vault", "v.id = ?1");
const ROWS_ONE: &str = rows!("one", "v.id = ?1 AND d.key = ?2");
const ROWS_PENDING: &str = rows!("pending", "d.confirmed IS NULL AND d.revoked IS NULL");
const ROWS_LENT: &str = rows!("lent", "d.lent IS NOT NULL AND d.returned IS NULL");
const ROWS_UNATTACHED: &str =
    rows!("unattached", "NOT EXISTS (SELECT 1 FROM participant p WHERE p.vault = d.vault)");
const COUNT_WRONG_DIGITS: &str = "-- store::devices::count_wrong_digits
UPDATE enrolment SET wrong_digits = wrong_digits + 1 WHERE id = ?1";
const INCARNATIONS: &str = "-- store::devices::incarnations
SELECT l.incarnation, l.highest, p.core_hash FROM incarnation l
JOIN parcel p ON p.incarnation_no = l.no AND p.seq = l.highest AND p.fork = 0 WHERE l.device = ?1 ORDER BY l.no";

/// State of a device: pending, confirmed or revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeviceState {
    /// It has joined; staff have not yet compared the six digits.
    Pending,
    /// It has a certificate.
    Confirmed,
    /// Its certificate was taken back, or staff turned it away, at this time.
    Revoked(UtcMillis),
}

/// A device with its papers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceRow {
    /// Id of its signing key.
    pub key: KeyId,
    /// The vault.
    pub vault: VaultId,
    /// Public signing key.
    pub signing: VerifyingKey,
    /// Public sealing key.
    pub sealing: SealingPublic,
    /// State of the device.
    pub state: DeviceState,
    /// Time at which this server first had it.
    pub joined: UtcMillis,
    /// Its join request came through a relay and cannot be shown to have come before the link expired.
    pub late: bool,
    /// A revocation of it by a keeper's key that was replaced since came back, and has no effect.
    pub held_revocation: bool,
    /// Its join request, where it joined here.
    pub join: Option<SignedJoinRequest>,
    /// The link it joined with, the last where it used several.
    pub link: Option<EnrolmentId>,
    /// Secret of that link, which the six digits are made from.
    pub secret: Option<EnrolmentSecret>,
    /// Newest certificate.
    pub certificate: Option<Signed>,
    /// Certificate by a keeper's key that was replaced since, which the device came with. It confirms nothing.
    pub held_certificate: Option<Signed>,
    /// Newest sealed recovery secret.
    pub recovery: Option<Signed>,
    /// Number of wrong digits typed for that link.
    pub wrong_digits: u32,
    /// Last parcel here of each incarnation of its store.
    pub incarnations: Vec<IncarnationEnd>,
    /// Storage used; only if the query asks for it.
    pub used: Option<Used>,
    /// Its allowance.
    pub allowance: Allowance,
    /// Its loan, if the hospital lends it.
    pub loan: Option<Loan>,
}

impl DeviceRow {
    /// Six digits that it shows, if the secret of its link is known. `root`: fingerprint of the study's root key.
    #[must_use]
    pub fn digits(&self, root: &Hash) -> Option<ShortAuthString> {
        Some(short_auth_string(self.secret.as_ref()?, &self.signing, &self.sealing, root))
    }
}

/// A change of a device's standing, signed by a keeper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceChange {
    /// The vault.
    pub vault: VaultId,
    /// Id of the device's signing key.
    pub device: KeyId,
    /// A signed certificate, or a signed revocation where `revokes`.
    pub paper: Signed,
    /// True if the paper is a revocation.
    pub revokes: bool,
    /// Ends of the device's incarnations at the time of the paper, if the paper depends on them; the change fails if
    /// they have moved.
    pub seen: Option<Vec<IncarnationEnd>>,
    /// Time.
    pub at: UtcMillis,
}

/// Columns of a device that a request needs.
#[derive(Clone, Copy)]
pub(crate) struct Device {
    pub(crate) no: i64,
    pub(crate) confirmed: bool,
    pub(crate) revoked: bool,
    pub(crate) recovery_n: Option<u64>,
    pub(crate) revocation_n: Option<u64>,
}

impl Device {
    /// True if it was revoked before it was ever confirmed: it may store nothing.
    pub(crate) const fn is_turned_away(self) -> bool {
        self.revoked && !self.confirmed
    }
}

fn read_device(row: &Row) -> Step<Device> {
    Ok(Device {
        no: row.get("no")?,
        confirmed: row.get::<Option<i64>>("confirmed")?.is_some(),
        revoked: row.get::<Option<i64>>("revoked")?.is_some(),
        recovery_n: row.get::<Option<i64>>("recovery_n")?.map(i64::cast_unsigned),
        revocation_n: row.get::<Option<i64>>("revocation_n")?.map(i64::cast_unsigned),
    })
}

/// A device of a vault.
pub(crate) fn find_device(t: &dyn Tx, vault: i64, key: KeyId) -> Step<Option<Device>> {
    t.first(FIND.sql, (key.as_bytes(), vault), read_device)
}

/// Devices by vault and key; `None` for unknown ones.
pub(crate) fn find_devices(
    t: &dyn Tx,
    names: BTreeSet<(i64, KeyId)>,
) -> Step<BTreeMap<(i64, KeyId), Option<Device>>> {
    let sets: Vec<_> = names.iter().map(|(vault, key)| vec![key.as_bytes().into(), vault.into()]).collect();
    let found = t.query_each(&FIND, &sets)?;
    names
        .iter()
        .zip(found)
        .map(|(name, rows)| Ok((*name, rows.first().map(read_device).transpose()?)))
        .collect()
}

/// Inserts a new device.
pub(crate) fn insert_device(
    t: &dyn Tx,
    vault: i64,
    (signing, sealing): (&VerifyingKey, &SealingPublic),
    join: Option<(&SignedJoinRequest, EnrolmentId)>,
    at: UtcMillis,
) -> Step<i64> {
    insert(t, vault, (signing, sealing), join, None, at)
}

fn insert(
    t: &dyn Tx,
    vault: i64,
    (signing, sealing): (&VerifyingKey, &SealingPublic),
    join: Option<(&SignedJoinRequest, EnrolmentId)>,
    held: Option<&Signed>,
    at: UtcMillis,
) -> Step<i64> {
    let no = t.one(INSERT, (vault, signing.id().as_bytes(), signing.as_bytes(), at.0), |row| row.only())?;
    let request = join.map(|(signed, _)| signed.to_bytes());
    let enrolment = join.map(|(_, enrolment)| *enrolment.as_bytes());
    let held = held.map(Signed::to_bytes);
    let keys = (no, sealing.as_bytes().as_slice(), request.as_ref(), enrolment.as_ref(), held.as_ref());
    t.run(INSERT_KEYS, keys)?;
    status::changed_one(t, vault)?;
    Ok(no)
}

/// Takes a certificate by a keeper's key that was replaced since. A stolen key can sign any date, so the certificate
/// confirms nothing: its device stays pending until staff confirm it, and no record of the log is made. A relay, to
/// which nothing is sealed, passes it on to its keeper. Returns true if anything was new.
pub(crate) fn take_retired(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    vault: i64,
    signed: &Signed,
    certificate: &Certificate,
    at: UtcMillis,
) -> Step<bool> {
    let known = find_device(t, vault, certificate.device())?;
    if feed::site(t)?.is_some() {
        let adopt = known.is_none_or(|device| !device.confirmed);
        if adopt {
            adopt_certificate(t, log, vault, signed, certificate, at)?;
        }
        return Ok(adopt);
    }
    if known.is_some() {
        return Ok(false);
    }
    insert(t, vault, (&certificate.signing, &certificate.sealing), None, Some(signed), at)?;
    audit::append(
        t,
        &TrailEvent {
            at,
            who: certificate.device().to_string(),
            role: "device".to_owned(),
            what: "device.held".to_owned(),
            target: format!("vault={} by-retired={}", certificate.vault, certificate.by),
            reason: None,
        },
    )?;
    Ok(true)
}

/// Takes a certificate that a device brought, from this keeper before a restore or from another keeper.
pub(crate) fn adopt_certificate(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    vault: i64,
    signed: &Signed,
    certificate: &Certificate,
    at: UtcMillis,
) -> Step<()> {
    let no = match find_device(t, vault, certificate.device())? {
        Some(device) => device.no,
        None => insert_device(t, vault, (&certificate.signing, &certificate.sealing), None, at)?,
    };
    let n = log.append(vault, LogKind::Certificate, &signed.to_bytes(), at)?;
    confirm(t, vault, no, n, at)?;
    audit::append(
        t,
        &TrailEvent {
            at,
            who: certificate.device().to_string(),
            role: "device".to_owned(),
            what: "device.certificate".to_owned(),
            target: format!("vault={}", certificate.vault),
            reason: None,
        },
    )
}

fn confirm(t: &dyn Tx, vault: i64, device: i64, n: u64, at: UtcMillis) -> Step<()> {
    t.run(SET_CERTIFICATE, (device, n.cast_signed(), at.0))?;
    release::of_vault(t, vault)?;
    status::changed_one(t, vault)?;
    notices::wanted(t, vault)
}

/// Revokes a device by the signed paper of a keeper, which becomes a record of the vault's log.
pub(crate) fn revoke(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    vault: i64,
    device: Device,
    paper: &[u8],
    at: UtcMillis,
) -> Step<()> {
    let n = log.append(vault, LogKind::Revocation, paper, at)?;
    t.run(SET_REVOCATION, (device.no, n.cast_signed(), at.0))?;
    release::of_vault(t, vault)?;
    status::changed_one(t, vault)
}

/// Stores a revocation by a keeper's key that was replaced since. A stolen key can sign one with any date and lock out
/// an honest phone, so it has no effect; staff see it and revoke the phone themselves if that is right. Returns true if
/// anything was new.
pub(crate) fn hold_revocation(
    t: &dyn Tx,
    vault: i64,
    signed: &Signed,
    revocation: &Revocation,
    at: UtcMillis,
) -> Step<bool> {
    let Some(device) = find_device(t, vault, revocation.device)?.filter(|device| !device.revoked) else {
        return Ok(false);
    };
    let held = t.run(HOLD_REVOCATION, (device.no, &signed.to_bytes(), at.0))? == 1;
    if held {
        let event = TrailEvent {
            at,
            who: "server".to_owned(),
            role: "server".to_owned(),
            what: "device.revocation-held".to_owned(),
            target: format!(
                "vault={} device={} by-retired={}",
                revocation.vault, revocation.device, revocation.by
            ),
            reason: None,
        };
        audit::append(t, &event)?;
    }
    Ok(held)
}

/// Sets the newest recovery secret.
pub(crate) fn set_recovery(t: &dyn Tx, device: i64, n: u64) -> Step<()> {
    t.run(SET_RECOVERY, (device, n.cast_signed()))?;
    Ok(())
}

/// Confirms or revokes a device, if its log has not grown since it was read. Parcels held for it become ready; the
/// worker merges or quarantines them.
pub(crate) fn set_device(t: &dyn Tx, change: &DeviceChange) -> Step<()> {
    let vault = vault_alone(t, change.vault)?;
    let Some(device) = find_device(t, vault, change.device)? else {
        return not_found("device");
    };
    let mut log = LogWriter::new(t);
    let paper = change.paper.to_bytes();
    if let Some(seen) = &change.seen
        && *seen != incarnations(t, device.no)?
    {
        return conflict("the phone has sent something since");
    }
    if change.revokes {
        revoke(t, &mut log, vault, device, &paper, change.at)?;
    } else {
        let n = log.append(vault, LogKind::Certificate, &paper, change.at)?;
        confirm(t, vault, device.no, n, change.at)?;
    }
    log.finish()?;
    Ok(())
}

/// The devices of a vault.
pub(crate) fn of_vault(t: &dyn Tx, vault: VaultId) -> Step<Vec<DeviceRow>> {
    device_rows(t, &t.rows(ROWS_OF_VAULT, [vault.as_bytes()])?)
}

/// A device of a vault.
pub(crate) fn one(t: &dyn Tx, vault: VaultId, key: KeyId) -> Step<Option<DeviceRow>> {
    let rows = t.rows(ROWS_ONE, (vault.as_bytes(), key.as_bytes()))?;
    rows.first().map(|row| device_row(t, row)).transpose()
}

/// The devices that wait to be confirmed.
pub(crate) fn pending(t: &dyn Tx) -> Step<Vec<DeviceRow>> {
    device_rows(t, &t.rows(ROWS_PENDING, ())?)
}

/// The devices that are lent and not given back.
pub(crate) fn lent(t: &dyn Tx) -> Step<Vec<DeviceRow>> {
    device_rows(t, &t.rows(ROWS_LENT, ())?)
}

/// The devices of vaults without a participant.
pub(crate) fn unattached(t: &dyn Tx) -> Step<Vec<DeviceRow>> {
    device_rows(t, &t.rows(ROWS_UNATTACHED, ())?)
}

/// The devices of a vault with the storage that each uses.
pub(crate) fn with_usage(t: &dyn Tx, vault: VaultId, since: UtcMillis) -> Step<Vec<DeviceRow>> {
    let mut rows = of_vault(t, vault)?;
    if let Some(no) = find_vault(t, vault)? {
        let mut used = used(t, no, since)?;
        for row in &mut rows {
            row.used = Some(used.remove(&row.key).unwrap_or_default());
        }
    }
    Ok(rows)
}

fn device_rows(t: &dyn Tx, rows: &[Row]) -> Step<Vec<DeviceRow>> {
    rows.iter().map(|row| device_row(t, row)).collect()
}

/// Counts wrong digits for the device that used `link`.
pub(crate) fn count_wrong_digits(t: &dyn Tx, link: EnrolmentId) -> Step<()> {
    if t.run(COUNT_WRONG_DIGITS, [link.as_bytes()])? == 0 {
        return not_found("link");
    }
    Ok(())
}

fn device_row(t: &dyn Tx, row: &Row) -> Step<DeviceRow> {
    let vault: i64 = row.get("vault")?;
    let paper = |n: Option<i64>| {
        n.map(|n| {
            let bytes = record(t, vault, n.cast_unsigned())?;
            Signed::from_bytes(&bytes).map_err(|_| corrupt("a paper of a device"))
        })
        .transpose()
    };
    let link = row.get::<Option<[u8; 16]>>("link")?.map(EnrolmentId::from_bytes);
    let join: Option<Vec<u8>> = row.get("join_request")?;
    let join = join.map(|bytes| SignedJoinRequest::from_bytes(&bytes)).transpose();
    let held = row.get::<Option<Vec<u8>>>("held_certificate")?.map(|bytes| Signed::from_bytes(&bytes));
    Ok(DeviceRow {
        key: KeyId::from_bytes(row.get("key")?),
        vault: VaultId::from_bytes(row.get("vault_id")?),
        signing: VerifyingKey(row.get("signing")?),
        sealing: SealingPublic::from_bytes(&row.get::<Vec<u8>>("sealing")?)
            .map_err(|_| corrupt("the sealing key of a device"))?,
        state: state(row.get("confirmed")?, row.get("revoked")?),
        joined: UtcMillis(row.get("joined")?),
        late: row
            .get::<Option<i64>>("until")?
            .is_some_and(|until| row.get("joined").is_ok_and(|joined: i64| joined > until)),
        join: join.map_err(|_| corrupt("a join request"))?,
        link,
        secret: link.map(|_| secret_of(row)).transpose()?,
        certificate: paper(row.get("certificate_n")?)?,
        recovery: paper(row.get("recovery_n")?)?,
        wrong_digits: row.get::<Option<u32>>("wrong_digits")?.unwrap_or(0),
        held_certificate: held.transpose().map_err(|_| corrupt("a certificate that is held"))?,
        held_revocation: row.get::<i64>("held_revocations")? > 0,
        incarnations: incarnations(t, row.get("no")?)?,
        used: None,
        allowance: allowance(row)?,
        loan: loan::loan(row)?,
    })
}

/// Last parcel here of each incarnation of a device's store.
fn incarnations(t: &dyn Tx, device: i64) -> Step<Vec<IncarnationEnd>> {
    t.all(INCARNATIONS, [device], |row| {
        Ok(IncarnationEnd {
            incarnation: Incarnation::from_bytes(row.get("incarnation")?),
            last_seq: row.get::<i64>("highest")?.cast_unsigned(),
            head: Hash::from_bytes(row.get("core_hash")?),
        })
    })
}

/// The secret of a link.
pub(crate) fn secret_of(row: &Row) -> Step<EnrolmentSecret> {
    let bytes = row.sealed(ENROLMENT_SECRET, "secret")?;
    let bytes = <&[u8; 16]>::try_from(bytes.as_slice()).map_err(|_| corrupt("the secret of a link"))?;
    Ok(EnrolmentSecret::from_bytes(bytes))
}

/// State of a device, from the times of its confirmation and its revocation.
pub(crate) fn state(confirmed: Option<i64>, revoked: Option<i64>) -> DeviceState {
    match (confirmed, revoked) {
        (_, Some(at)) => DeviceState::Revoked(UtcMillis(at)),
        (Some(_), None) => DeviceState::Confirmed,
        (None, None) => DeviceState::Pending,
    }
}
