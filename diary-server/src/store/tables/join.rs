//! Taking join requests: the facts about the link are read here, `crate::join` decides.

use diary_core::ids::{SiteId, VaultId};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::devices::{insert_device, secret_of, state};
use super::log::{LogWriter, find_vault};
use super::people::add_vault;
use super::{feed, telling, trail};
use crate::join::decide::{
    KnownDevice, LinkFacts, Plan, RELAY_WAITING_MS, RelayFacts, Way, plan_at_relay, plan_join,
};
use crate::store::sql::{Row, Step, Tx, corrupt};
use crate::store::{JoinOutcome, JoinToTake, TrailEvent};

const LINK: &str = "-- store::join::link
SELECT e.secret, e.until, e.tries, e.device, v.id, v.no, v.site FROM enrolment e JOIN vault v ON v.no = e.vault
WHERE e.id = ?1";
const DEVICE: &str = "-- store::join::device
SELECT d.no, k.sealing, d.confirmed, d.revoked, d.certificate_n
FROM device d JOIN device_keys k ON k.device = d.no WHERE d.key = ?1 AND d.vault = ?2";
const WAITING: &str = "-- store::join::waiting
SELECT count(*), count(*) FILTER (WHERE vault = ?1) FROM device
WHERE confirmed IS NULL AND revoked IS NULL AND joined > ?2";
const FAILED: &str = "-- store::join::failed
UPDATE enrolment SET tries = tries + 1 WHERE id = ?1";
const USE: &str = "-- store::join::use
UPDATE enrolment SET device = ?2, used = ?3 WHERE id = ?1";

/// Takes a verified join request in a transaction of its own.
pub(super) fn take_join_alone(t: &dyn Tx, join: &JoinToTake) -> Step<JoinOutcome> {
    let mut log = LogWriter::new(t);
    let outcome = take_join(t, &mut log, join, Way::Direct)?;
    log.finish()?;
    Ok(outcome)
}

/// Takes a verified join request. A relay knows no links: it takes what it has room for, and the keeper judges.
pub(super) fn take_join(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    join: &JoinToTake,
    way: Way,
) -> Step<JoinOutcome> {
    let enrolment = join.request.enrolment;
    let mut found = t.first(LINK, [enrolment.as_bytes()], link)?;
    if let Some((vault, ..)) = &found {
        // Two phones with one link may come at the same moment.
        log.take_heads([*vault])?;
        found = t.first(LINK, [enrolment.as_bytes()], link)?;
    }
    let Some((vault, used_by, site, mut facts)) = found else {
        return match feed::site(t)? {
            Some(site) => take_at_relay(t, log, join, site),
            None => Ok(JoinOutcome::Unknown),
        };
    };
    let known = known_device(t, vault, join)?;
    facts.used_by_other = used_by.is_some_and(|user| known.as_ref().is_none_or(|(no, _, _)| *no != user));
    facts.used = used_by.is_some();
    let device = known.as_ref().map(|(_, device, _)| *device);
    let joined = |certificate_n: Option<u64>| {
        let site = site.parse::<SiteId>().map_err(|_| corrupt("the site of a vault"))?;
        let certificate = certificate_n.map(|n| certificate(log, vault, n)).transpose()?;
        Ok(JoinOutcome::Joined { site, certificate })
    };
    let certificate_n = known.as_ref().and_then(|(_, _, n)| *n);
    match plan_join(&facts, device, join, way) {
        Plan::Refuse(outcome) => Ok(outcome),
        Plan::CountFailure => {
            t.run(FAILED, [enrolment.as_bytes()])?;
            Ok(JoinOutcome::Unknown)
        }
        Plan::SameAnswer => joined(certificate_n),
        Plan::Use => {
            let no = match known {
                Some((no, _, _)) => no,
                None => {
                    let keys = (&join.request.signing, &join.request.sealing);
                    insert_device(t, vault, keys, Some((&join.signed, enrolment)), join.received)?
                }
            };
            t.run(USE, (enrolment.as_bytes(), no, join.received.0))?;
            // Phones that are there already are told that another one asks.
            telling::wanted(t, vault)?;
            trail::append(t, &event(join))?;
            joined(certificate_n)
        }
    }
}

/// Takes a join request that nobody here can judge.
fn take_at_relay(t: &dyn Tx, log: &mut LogWriter<'_>, join: &JoinToTake, site: SiteId) -> Step<JoinOutcome> {
    let vault = find_vault(t, join.request.vault)?;
    let known = vault.map(|vault| known_device(t, vault, join)).transpose()?.flatten();
    let since = join.received.plus_ms(-RELAY_WAITING_MS);
    let facts = t.one(WAITING, (vault, since.0), |row| {
        Ok(RelayFacts { waiting: row.get(0)?, waiting_in_vault: row.get(1)? })
    })?;
    match plan_at_relay(&facts, known.as_ref().map(|(_, device, _)| *device)) {
        Plan::Refuse(outcome) => Ok(outcome),
        Plan::CountFailure => Ok(JoinOutcome::Unknown),
        Plan::SameAnswer => {
            let paper = vault.zip(known.and_then(|(_, _, n)| n));
            let certificate = paper.map(|(vault, n)| certificate(log, vault, n)).transpose()?;
            Ok(JoinOutcome::Joined { site, certificate })
        }
        Plan::Use => {
            let vault = vault.map_or_else(|| add_vault(t, join.request.vault, &site, join.received), Ok)?;
            let keys = (&join.request.signing, &join.request.sealing);
            insert_device(t, vault, keys, Some((&join.signed, join.request.enrolment)), join.received)?;
            log.append(vault, LogKind::JoinRequest, &join.signed.to_bytes(), join.received)?;
            trail::append(t, &event(join))?;
            Ok(JoinOutcome::Joined { site, certificate: None })
        }
    }
}

fn link(row: &Row) -> Step<(i64, Option<i64>, String, LinkFacts)> {
    let facts = LinkFacts {
        secret: secret_of(row, 0)?,
        until: UtcMillis(row.get(1)?),
        tries: row.get(2)?,
        vault: VaultId::from_bytes(row.get(4)?),
        used: false,
        used_by_other: false,
    };
    Ok((row.get(5)?, row.get(3)?, row.get(6)?, facts))
}

type Known = (i64, KnownDevice, Option<u64>);

fn known_device(t: &dyn Tx, vault: i64, join: &JoinToTake) -> Step<Option<Known>> {
    let read = |row: &Row| {
        let known = KnownDevice {
            same_sealing: row.get::<Vec<u8>>(1)?.as_slice() == join.request.sealing.as_bytes(),
            state: state(row.get(2)?, row.get(3)?),
        };
        Ok((row.get(0)?, known, row.get::<Option<i64>>(4)?.map(i64::cast_unsigned)))
    };
    let key = join.request.signing.id();
    t.first(DEVICE, (key.as_bytes(), vault), read)
}

fn certificate(log: &LogWriter<'_>, vault: i64, n: u64) -> Step<Signed> {
    Signed::from_bytes(&log.record(vault, n)?).map_err(|_| corrupt("a certificate"))
}

fn event(join: &JoinToTake) -> TrailEvent {
    TrailEvent {
        at: join.received,
        who: join.request.signing.id().to_string(),
        role: "device".to_owned(),
        what: "device.join".to_owned(),
        target: format!("vault={} enrolment={}", join.request.vault, join.request.enrolment),
        reason: None,
    }
}
