//! Takes join requests: the facts about the link are read here, [`crate::joining`] decides.

use diary_core::api::{LINKS_MAX, LinkOffer};
use diary_core::ids::{EnrolmentId, SiteId, VaultId};
use diary_core::keys::{EnrolmentSecret, JoinRequest, LinkCheck, SignedJoinRequest};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::devices::{insert_device, loan, secret_of, state};
use crate::joining::{
    KnownDevice, LinkFacts, Plan, RELAYED_MAX_MS, RelayLink, Way, plan_at_relay, plan_join,
};
use crate::log::{LogWriter, find_vault, vault_no};
use crate::participants::add_vault;
use crate::sealed::ENROLMENT_SECRET;
use crate::sql::{Param, Row, Step, Tx, corrupt};
use crate::{TrailEvent, audit, feed, notices};

const LINK: &str = "-- store::join::link
SELECT e.secret, e.until, e.made, e.device, v.id, v.no, v.site FROM enrolment e JOIN vault v ON v.no = e.vault
WHERE e.id = ?1";
const DEVICE: &str = "-- store::join::device
SELECT d.no, k.sealing, d.confirmed, d.revoked, d.certificate_n
FROM device d JOIN device_keys k ON k.device = d.no WHERE d.key = ?1 AND d.vault = ?2";
const OFFERED: &str = "-- store::join::offered
SELECT l.vault, l.proof_key, l.until, (SELECT count(*) FROM device_keys k WHERE k.enrolment = l.id) AS devices
FROM link l WHERE l.id = ?1";
const OFFER: &str = "-- store::join::offer
INSERT INTO link (id, vault, proof_key, until) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
const FORGET_OFFERS: &str = "-- store::join::forget_offers
DELETE FROM link WHERE until < ?1";
const OPEN_LINKS: &str = "-- store::join::open_links
SELECT e.id, v.id AS vault, e.until, e.secret FROM enrolment e JOIN vault v ON v.no = e.vault
WHERE e.made > ?1 AND e.device IS NULL ORDER BY e.made DESC, e.id LIMIT ?2";
const USE: &str = "-- store::join::use
UPDATE enrolment SET device = ?2, used = ?3 WHERE id = ?1";
const ADD_ENROLMENT: &str = "-- store::join::add_enrolment
INSERT INTO enrolment (id, vault, secret, made, until, lent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// A new enrolment link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEnrolment {
    /// Id of the link.
    pub id: EnrolmentId,
    /// Vault to join.
    pub vault: VaultId,
    /// Secret of the link.
    pub secret: EnrolmentSecret,
    /// Creation time.
    pub made: UtcMillis,
    /// The last instant at which a request counts.
    pub until: UtcMillis,
    /// Inventory label of the phone that the hospital lends, may be empty; `None` for a phone of the participant.
    pub lent: Option<String>,
}

/// A join request whose own signature was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinToTake {
    /// As it came.
    pub signed: SignedJoinRequest,
    /// Decoded contents.
    pub request: JoinRequest,
    /// Time of receipt.
    pub received: UtcMillis,
    /// It came in a push of a device that was answered before that it is pending.
    pub pushed: bool,
}

/// Outcome of a join request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JoinOutcome {
    /// Taken, now or before.
    Joined {
        /// The participant's site.
        site: SiteId,
        /// The device's certificate, where there is one.
        certificate: Option<Signed>,
    },
    /// No such link, a link of another vault, or a request that was not made with the link.
    Unknown,
    /// At a relay: the keeper has not announced this link yet.
    NotHeardOf,
    /// Another device has used the link.
    Used,
    /// The link was no longer good when the request came.
    Expired,
    /// Staff have revoked the device.
    Revoked,
}

/// Stores a link.
pub(crate) fn add_enrolment(t: &dyn Tx, new: &NewEnrolment) -> Step<()> {
    let vault = vault_no(t, new.vault)?;
    let secret = Param::Sealed(ENROLMENT_SECRET, new.secret.as_bytes());
    let lent = new.lent.as_deref();
    t.run(ADD_ENROLMENT, (new.id.as_bytes(), vault, secret, new.made.0, new.until.0, lent))?;
    Ok(())
}

/// Takes a verified join request in a transaction of its own.
pub(crate) fn take_join_alone(t: &dyn Tx, join: &JoinToTake) -> Step<JoinOutcome> {
    let mut log = LogWriter::new(t);
    let outcome = take_join(t, &mut log, join, Way::of(join))?;
    log.finish()?;
    Ok(outcome)
}

/// Links that are still valid, to announce to relays.
pub(crate) fn open_links(t: &dyn Tx, now: UtcMillis) -> Step<Vec<LinkOffer>> {
    let most = u32::try_from(LINKS_MAX).unwrap_or(u32::MAX);
    t.all(OPEN_LINKS, (now.plus_ms(-RELAYED_MAX_MS).0, most), |row| {
        let (id, vault) = (EnrolmentId::from_bytes(row.get("id")?), VaultId::from_bytes(row.get("vault")?));
        Ok(LinkOffer::new(id, vault, UtcMillis(row.get("until")?), &secret_of(row)?.check()))
    })
}

/// At a relay: stores the links announced by the keeper. Links that are no longer needed, even by a pending request,
/// are deleted.
pub(crate) fn offer_links(t: &dyn Tx, links: &[LinkOffer], at: UtcMillis) -> Step<()> {
    t.run(FORGET_OFFERS, [at.plus_ms(-RELAYED_MAX_MS).0])?;
    for link in links {
        let check = link.check();
        t.run(OFFER, (link.enrolment.as_bytes(), link.vault.as_bytes(), check.as_bytes(), link.until.0))?;
    }
    Ok(())
}

/// Takes a verified join request. A relay answers by the links that its keeper has announced; the keeper decides.
pub(crate) fn take_join(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    join: &JoinToTake,
    way: Way,
) -> Step<JoinOutcome> {
    let enrolment = join.request.enrolment;
    let mut found = t.first(LINK, [enrolment.as_bytes()], link)?;
    if let Some((vault, ..)) = &found {
        // Locks the vault first: two phones with one link may ask at the same moment.
        log.take_heads([*vault])?;
        found = t.first(LINK, [enrolment.as_bytes()], link)?;
    }
    let Some((vault, used_by, site, mut facts)) = found else {
        return match feed::site(t)? {
            Some(site) => take_at_relay(t, log, join, (site, way)),
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
        Plan::SameAnswer => joined(certificate_n),
        Plan::Use(came) => {
            let no = match known {
                Some((no, _, _)) => no,
                None => {
                    let keys = (&join.request.signing, &join.request.sealing);
                    insert_device(t, vault, keys, Some((&join.signed, enrolment)), came)?
                }
            };
            t.run(USE, (enrolment.as_bytes(), no, came.0))?;
            loan::take_over(t, enrolment.as_bytes(), no)?;
            // The vault's other phones get a notice that another one asks.
            notices::wanted(t, vault)?;
            audit::append(t, &event(join))?;
            joined(certificate_n)
        }
    }
}

/// Takes a join request at a relay, on which only the keeper can decide.
fn take_at_relay(
    t: &dyn Tx,
    log: &mut LogWriter<'_>,
    join: &JoinToTake,
    (site, way): (SiteId, Way),
) -> Step<JoinOutcome> {
    let vault = find_vault(t, join.request.vault)?;
    let known = vault.map(|vault| known_device(t, vault, join)).transpose()?.flatten();
    let offered = t.first(OFFERED, [join.request.enrolment.as_bytes()], |row| offered(row, join))?;
    match plan_at_relay(offered, known.as_ref().map(|(_, device, _)| *device), join.received, way) {
        Plan::Refuse(outcome) => Ok(outcome),
        Plan::SameAnswer => {
            let paper = vault.zip(known.and_then(|(_, _, n)| n));
            let certificate = paper.map(|(vault, n)| certificate(log, vault, n)).transpose()?;
            Ok(JoinOutcome::Joined { site, certificate })
        }
        Plan::Use(came) => {
            let vault = vault.map_or_else(|| add_vault(t, join.request.vault, &site, came), Ok)?;
            let keys = (&join.request.signing, &join.request.sealing);
            insert_device(t, vault, keys, Some((&join.signed, join.request.enrolment)), came)?;
            log.append(vault, LogKind::JoinRequest, &join.signed.to_bytes(), came)?;
            audit::append(t, &event(join))?;
            Ok(JoinOutcome::Joined { site, certificate: None })
        }
    }
}

fn offered(row: &Row, join: &JoinToTake) -> Step<RelayLink> {
    let vault = VaultId::from_bytes(row.get("vault")?);
    let check = LinkCheck::from_bytes(row.get("proof_key")?);
    Ok(RelayLink {
        proven: vault == join.request.vault && join.signed.check_proof(&check).is_ok(),
        until: UtcMillis(row.get("until")?),
        devices: row.get("devices")?,
    })
}

fn link(row: &Row) -> Step<(i64, Option<i64>, String, LinkFacts)> {
    let facts = LinkFacts {
        secret: secret_of(row)?,
        until: UtcMillis(row.get("until")?),
        made: UtcMillis(row.get("made")?),
        vault: VaultId::from_bytes(row.get("id")?),
        used: false,
        used_by_other: false,
    };
    Ok((row.get("no")?, row.get("device")?, row.get("site")?, facts))
}

type Known = (i64, KnownDevice, Option<u64>);

fn known_device(t: &dyn Tx, vault: i64, join: &JoinToTake) -> Step<Option<Known>> {
    let read = |row: &Row| {
        let known = KnownDevice {
            same_sealing: row.get::<Vec<u8>>("sealing")?.as_slice() == join.request.sealing.as_bytes(),
            state: state(row.get("confirmed")?, row.get("revoked")?),
        };
        Ok((row.get("no")?, known, row.get::<Option<i64>>("certificate_n")?.map(i64::cast_unsigned)))
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
