//! The tables `device` and `device_keys`: who may write to a vault, and the papers that say so.

use diary_core::ids::{EnrolmentId, Hash, Incarnation, KeyId, VaultId};
use diary_core::keys::{
    Certificate, EnrolmentSecret, IncarnationEnd, SealingPublic, SignedJoinRequest, VerifyingKey,
};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, Transaction};

use super::log::{LogWriter, find_vault, record, vault_no};
use super::row::{Step, conflict, corrupt, not_found};
use super::used::used;
use super::{feed, telling, trail};
use crate::store::{DeviceChange, DeviceRow, DeviceState, Devices, TrailEvent};

const FIND: &str = "-- store::devices::find
SELECT no, confirmed, revoked, recovery_n, revocation_n FROM device WHERE key = ?1 AND vault = ?2";
const INSERT: &str = "-- store::devices::insert
INSERT INTO device (vault, key, signing, joined) VALUES (?1, ?2, ?3, ?4)";
const INSERT_KEYS: &str = "-- store::devices::insert_keys
INSERT INTO device_keys (device, sealing, join_request, enrolment, held) VALUES (?1, ?2, ?3, ?4, ?5)";
const SET_CERTIFICATE: &str = "-- store::devices::set_certificate
UPDATE device SET certificate_n = ?2, confirmed = coalesce(confirmed, ?3) WHERE no = ?1";
const SET_REVOCATION: &str = "-- store::devices::set_revocation
UPDATE device SET revocation_n = ?2, revoked = coalesce(revoked, ?3) WHERE no = ?1";
const SET_RECOVERY: &str = "-- store::devices::set_recovery
UPDATE device SET recovery_n = ?2 WHERE no = ?1";
const RELEASE: &str = "-- store::devices::release
UPDATE parcel SET state = 0 WHERE state = 3 AND life IN (SELECT no FROM life WHERE device = ?1)
    AND named IN (SELECT no FROM parcel_grant WHERE vault = ?2 AND n IS NOT NULL)";
const RELEASE_ALL: &str = "-- store::devices::release_all
UPDATE parcel SET state = 0 WHERE state = 3 AND life IN (SELECT no FROM life WHERE device = ?1)";
const ROWS: &str = "-- store::devices::rows
SELECT d.key, v.id, d.signing, k.sealing, d.confirmed, d.revoked, d.joined, k.join_request, e.secret,
    d.certificate_n, d.recovery_n, d.vault, e.id,
    (SELECT count(*) FROM trail WHERE what = 'device.wrong-digits'
        AND target = 'vault=' || lower(hex(v.id)) || ' enrolment=' || lower(hex(e.id))), d.no, e.until, k.held
FROM device d JOIN device_keys k ON k.device = d.no JOIN vault v ON v.no = d.vault
LEFT JOIN enrolment e ON e.id = (SELECT id FROM enrolment WHERE device = d.no ORDER BY used DESC, id LIMIT 1)
WHERE (?1 IS NULL OR v.id = ?1) AND (?2 IS NULL OR d.key = ?2)
    AND (?3 = 0 OR (d.confirmed IS NULL AND d.revoked IS NULL))
    AND (?4 = 0 OR NOT EXISTS (SELECT 1 FROM participant WHERE vault = d.vault))
ORDER BY d.no";

const LIVES: &str = "-- store::devices::lives
SELECT l.incarnation, l.highest, p.core_hash FROM life l
JOIN parcel p ON p.life = l.no AND p.seq = l.highest AND p.fork = 0 WHERE l.device = ?1 ORDER BY l.no";

/// What a request needs of a device.
#[derive(Clone, Copy)]
pub(super) struct Device {
    pub(super) no: i64,
    pub(super) confirmed: bool,
    pub(super) revoked: bool,
    pub(super) recovery_n: Option<u64>,
    pub(super) revocation_n: Option<u64>,
}

/// A device of a vault.
pub(super) fn find_device(t: &Transaction<'_>, vault: i64, key: KeyId) -> Step<Option<Device>> {
    let read = |row: &Row<'_>| {
        Ok(Device {
            no: row.get(0)?,
            confirmed: row.get::<_, Option<i64>>(1)?.is_some(),
            revoked: row.get::<_, Option<i64>>(2)?.is_some(),
            recovery_n: row.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned),
            revocation_n: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
        })
    };
    Ok(t.prepare_cached(FIND)?.query_row((key.as_bytes(), vault), read).optional()?)
}

/// Makes a device known.
pub(super) fn insert_device(
    t: &Transaction<'_>,
    vault: i64,
    (signing, sealing): (&VerifyingKey, &SealingPublic),
    join: Option<(&SignedJoinRequest, EnrolmentId)>,
    at: UtcMillis,
) -> Step<i64> {
    insert(t, vault, (signing, sealing), join, None, at)
}

fn insert(
    t: &Transaction<'_>,
    vault: i64,
    (signing, sealing): (&VerifyingKey, &SealingPublic),
    join: Option<(&SignedJoinRequest, EnrolmentId)>,
    held: Option<&Signed>,
    at: UtcMillis,
) -> Step<i64> {
    t.prepare_cached(INSERT)?.execute((vault, signing.id().as_bytes(), signing.as_bytes(), at.0))?;
    let no = t.last_insert_rowid();
    t.prepare_cached(INSERT_KEYS)?.execute((
        no,
        sealing.as_bytes(),
        join.map(|(signed, _)| signed.to_bytes()),
        join.map(|(_, enrolment)| *enrolment.as_bytes()),
        held.map(Signed::to_bytes),
    ))?;
    Ok(no)
}

/// Takes a certificate by a keeper's key that was replaced since: whoever stole that key can make one, whatever its date.
/// Its device waits for staff to confirm it, and the paper is no record of the log. A relay, to which nothing is sealed,
/// passes it on to its keeper. Says whether anything was new.
pub(super) fn take_retired(
    t: &Transaction<'_>,
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
    trail::append(
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

/// Takes over a certificate that a device brought, of this keeper before a restore or of another.
pub(super) fn adopt_certificate(
    t: &Transaction<'_>,
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
    trail::append(
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

fn confirm(t: &Transaction<'_>, vault: i64, device: i64, n: u64, at: UtcMillis) -> Step<()> {
    t.prepare_cached(SET_CERTIFICATE)?.execute((device, n.cast_signed(), at.0))?;
    t.prepare_cached(RELEASE)?.execute((device, vault))?;
    telling::wanted(t, vault)
}

/// Revokes a device by the signed paper of a keeper, which becomes a record of the vault's log.
pub(super) fn revoke(
    t: &Transaction<'_>,
    log: &mut LogWriter<'_>,
    vault: i64,
    device: Device,
    paper: &[u8],
    at: UtcMillis,
) -> Step<()> {
    let n = log.append(vault, LogKind::Revocation, paper, at)?;
    t.prepare_cached(SET_REVOCATION)?.execute((device.no, n.cast_signed(), at.0))?;
    t.prepare_cached(RELEASE_ALL)?.execute([device.no])?;
    Ok(())
}

/// Notes the newest recovery secret.
pub(super) fn set_recovery(t: &Transaction<'_>, device: i64, n: u64) -> Step<()> {
    t.prepare_cached(SET_RECOVERY)?.execute((device, n.cast_signed()))?;
    Ok(())
}

/// Confirms or revokes a device, if it has come no further than was seen. What was held back for it goes to the worker, which merges it or puts it into
/// quarantine.
pub(super) fn set_device(t: &Transaction<'_>, change: &DeviceChange) -> Step<()> {
    let vault = vault_no(t, change.vault)?;
    let Some(device) = find_device(t, vault, change.device)? else {
        return not_found("device");
    };
    let mut log = LogWriter::new(t);
    let paper = change.paper.to_bytes();
    if let Some(seen) = &change.seen
        && *seen != lives(t, device.no)?
    {
        return conflict("the phone has sent something since");
    }
    if change.revokes {
        revoke(t, &mut log, vault, device, &paper, change.at)?;
    } else {
        let n = log.append(vault, LogKind::Certificate, &paper, change.at)?;
        confirm(t, vault, device.no, n, change.at)?;
    }
    log.finish()
}

/// Devices with their papers.
pub(super) fn devices(t: &Transaction<'_>, which: Devices) -> Step<Vec<DeviceRow>> {
    let (vault, key, pending, unattached) = match which {
        Devices::OfVault(vault) => (Some(vault), None, false, false),
        Devices::One(vault, key) => (Some(vault), Some(key), false, false),
        Devices::Pending => (None, None, true, false),
        Devices::Unattached => (None, None, false, true),
        Devices::Using { vault, .. } => (Some(vault), None, false, false),
    };
    let (vault, key) = (vault.map(|v| *v.as_bytes()), key.map(|k| *k.as_bytes()));
    let mut statement = t.prepare_cached(ROWS)?;
    let mut rows = statement.query((vault, key, i64::from(pending), i64::from(unattached)))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(device_row(t, row)?);
    }
    if let Devices::Using { vault, since } = which
        && let Some(no) = find_vault(t, vault)?
    {
        let mut used = used(t, no, since)?;
        for row in &mut out {
            row.used = Some(used.remove(&row.key).unwrap_or_default());
        }
    }
    Ok(out)
}

fn device_row(t: &Transaction<'_>, row: &Row<'_>) -> Step<DeviceRow> {
    let vault: i64 = row.get(11)?;
    let paper = |n: Option<i64>| {
        n.map(|n| {
            let bytes = record(t, vault, n.cast_unsigned())?;
            Signed::from_bytes(&bytes).map_err(|_| corrupt("a paper of a device"))
        })
        .transpose()
    };
    let join: Option<Vec<u8>> = row.get(7)?;
    let join = join.map(|bytes| SignedJoinRequest::from_bytes(&bytes)).transpose();
    let held = row.get::<_, Option<Vec<u8>>>(16)?.map(|bytes| Signed::from_bytes(&bytes));
    Ok(DeviceRow {
        key: KeyId::from_bytes(row.get(0)?),
        vault: VaultId::from_bytes(row.get(1)?),
        signing: VerifyingKey(row.get(2)?),
        sealing: SealingPublic::from_bytes(&row.get::<_, Vec<u8>>(3)?)
            .map_err(|_| corrupt("the sealing key of a device"))?,
        state: state(row.get(4)?, row.get(5)?),
        joined: UtcMillis(row.get(6)?),
        late: row
            .get::<_, Option<i64>>(15)?
            .is_some_and(|until| row.get(6).is_ok_and(|joined: i64| joined > until)),
        join: join.map_err(|_| corrupt("a join request"))?,
        link: row.get::<_, Option<[u8; 16]>>(12)?.map(EnrolmentId::from_bytes),
        secret: row.get::<_, Option<[u8; 16]>>(8)?.map(|bytes| EnrolmentSecret::from_bytes(&bytes)),
        certificate: paper(row.get(9)?)?,
        recovery: paper(row.get(10)?)?,
        wrong_digits: row.get(13)?,
        held: held.transpose().map_err(|_| corrupt("a certificate that is held"))?,
        lives: lives(t, row.get(14)?)?,
        used: None,
    })
}

/// How far each life of a device's store has come here.
fn lives(t: &Transaction<'_>, device: i64) -> Step<Vec<IncarnationEnd>> {
    let mut statement = t.prepare_cached(LIVES)?;
    let rows = statement.query_map([device], |row| {
        Ok(IncarnationEnd {
            incarnation: Incarnation::from_bytes(row.get(0)?),
            last_seq: row.get::<_, i64>(1)?.cast_unsigned(),
            head: Hash::from_bytes(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a device stands.
pub(super) fn state(confirmed: Option<i64>, revoked: Option<i64>) -> DeviceState {
    match (confirmed, revoked) {
        (_, Some(at)) => DeviceState::Revoked(UtcMillis(at)),
        (Some(_), None) => DeviceState::Confirmed,
        (None, None) => DeviceState::Pending,
    }
}
