//! The tables `server`, `bundle`, `study_file`, `vault`, `participant` and `enrolment`.

pub(crate) mod changes;
pub(crate) mod status;

use diary_core::ids::{Epoch, Hash, Incarnation, SiteId, StudyId, VaultId};
use diary_core::keys::Bundle;
use diary_core::parcel::log::CHAIN_START;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_core::wire;

use crate::audit;
use crate::clock;
use crate::devices::ENROLMENT_SECRET;
use crate::feed;
use crate::lock::{self, Turn};
use crate::log::vault_no;
use crate::migration_state;
use crate::sql::{Param, Row, Step, Tx, conflict, corrupt};
use crate::{NewEnrolment, NewParticipant, NewServer, ServerState, StudyFile, TrailEvent};

const SERVER: &str = "-- store::participants::server
SELECT s.epoch, s.incarnation, s.study, b.bytes FROM server s, bundle b ORDER BY b.version DESC LIMIT 1";
const FOUND: &str = "-- store::participants::found
INSERT INTO server (one, epoch, incarnation, study, founded) VALUES (1, ?1, ?2, ?3, ?4)";
const IS_FOUNDED: &str = "-- store::participants::is_founded
SELECT count(*) FROM server";
const NEWEST_BUNDLE: &str = "-- store::participants::newest_bundle
SELECT version, bytes FROM bundle ORDER BY version DESC LIMIT 1";
const ADD_BUNDLE: &str = "-- store::participants::add_bundle
INSERT INTO bundle (version, bytes, added) VALUES (?1, ?2, ?3)";
const ADD_FILE: &str = "-- store::participants::add_file
INSERT INTO study_file (hash, version, bytes, added) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING";
const EARLIER_BUNDLES: &str = "-- store::participants::earlier_bundles
SELECT bytes FROM bundle WHERE version < (SELECT max(version) FROM bundle) ORDER BY version";
const FILES: &str = "-- store::participants::files
SELECT hash, version, bytes FROM study_file ORDER BY version, hash";
const SUBJECT: &str = "-- store::participants::subject
SELECT count(*) FROM participant WHERE subject = ?1";
const IS_ATTACHED: &str = "-- store::participants::is_attached
SELECT count(*) FROM participant WHERE vault = ?1";
const ADD_VAULT: &str = "-- store::participants::add_vault
INSERT INTO vault (id, site, added) VALUES (?1, ?2, ?3) RETURNING no";
const ADD_HEAD: &str = "-- store::participants::add_head
INSERT INTO head (vault, n, chain) VALUES (?1, 0, ?2)";
const ADD_PARTICIPANT: &str = "-- store::participants::add_participant
INSERT INTO participant (vault, subject, added) VALUES (?1, ?2, ?3)";
const ADD_ENROLMENT: &str = "-- store::participants::add_enrolment
INSERT INTO enrolment (id, vault, secret, made, until) VALUES (?1, ?2, ?3, ?4, ?5)";

/// State of the server.
pub(crate) fn server_state(t: &dyn Tx) -> Step<Option<ServerState>> {
    let read = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get::<String>(2)?, row.get::<Vec<u8>>(3)?));
    let Some((epoch, incarnation, study, bundle)) = t.first(SERVER, (), read)? else {
        return Ok(None);
    };
    let standing = migration_state::standing(t)?.ok_or_else(|| corrupt("the server's row"))?;
    let files = t.all(FILES, (), |row| {
        Ok(StudyFile { hash: Hash::from_bytes(row.get(0)?), version: row.get(1)?, bytes: row.get(2)? })
    })?;
    Ok(Some(ServerState {
        epoch: Epoch::from_bytes(epoch),
        incarnation: Incarnation::from_bytes(incarnation),
        study: study.parse::<StudyId>().map_err(|_| corrupt("the study's id"))?,
        bundle: Signed::from_bytes(&bundle).map_err(|_| corrupt("a bundle"))?,
        earlier_bundles: earlier_bundles(t)?,
        files,
        standing,
        clock: clock::mark(t)?,
    }))
}

fn earlier_bundles(t: &dyn Tx) -> Step<Vec<Signed>> {
    t.all(EARLIER_BUNDLES, (), |row| Signed::from_bytes(row.bytes(0)?).map_err(|_| corrupt("a bundle")))
}

/// Founds the server if asked to, and stores a bundle with its files. For the bundle stored already, adds files only.
pub(crate) fn put_bundle(
    t: &dyn Tx,
    found: Option<&NewServer>,
    bundle: &Signed,
    files: &[StudyFile],
    event: &TrailEvent,
) -> Step<()> {
    lock::turn(t, Turn::Bundle)?;
    if let Some(new) = found {
        if t.one(IS_FOUNDED, (), |row| row.get::<i64>(0))? > 0 {
            return conflict("this database has a server already");
        }
        t.run(FOUND, (new.epoch.as_bytes(), new.incarnation.as_bytes(), new.study.as_str(), new.at.0))?;
        if let Some(site) = &new.relay_of {
            feed::found(t, site)?;
        }
    }
    let version = wire::decode::<Bundle>("bundle", bundle.unverified(), usize::MAX)
        .map_err(|_| corrupt("the new bundle"))?
        .version
        .cast_signed();
    let newest: Option<(i64, Vec<u8>)> = t.first(NEWEST_BUNDLE, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    // Files may be stored before the bundle that names them.
    let beside = !files.is_empty()
        && newest.as_ref().is_some_and(|(newest, bytes)| *newest == version && *bytes == bundle.to_bytes());
    if !beside {
        if newest.is_some_and(|(newest, _)| newest >= version) {
            return conflict("the bundle is no newer than the one that is there");
        }
        t.run(ADD_BUNDLE, (version, &bundle.to_bytes(), event.at.0))?;
    }
    for file in files {
        t.run(ADD_FILE, (file.hash.as_bytes(), file.version, &file.bytes, event.at.0))?;
    }
    audit::append(t, event)
}

/// Makes an empty vault.
pub(crate) fn add_vault(t: &dyn Tx, id: VaultId, site: &SiteId, at: UtcMillis) -> Step<i64> {
    let vault = t.one(ADD_VAULT, (id.as_bytes(), site.as_str(), at.0), |row| row.get(0))?;
    t.run(ADD_HEAD, (vault, CHAIN_START.as_bytes()))?;
    Ok(vault)
}

/// Makes a participant with an empty vault.
pub(crate) fn add_participant(t: &dyn Tx, new: &NewParticipant) -> Step<()> {
    subject_is_free(t, &new.subject)?;
    let vault = add_vault(t, new.vault, &new.site, new.at)?;
    t.run(ADD_PARTICIPANT, (vault, &new.subject, new.at.0))?;
    Ok(())
}

pub(crate) fn subject_is_free(t: &dyn Tx, subject: &str) -> Step<()> {
    match t.one(SUBJECT, [subject], |row| row.get::<i64>(0))? {
        0 => Ok(()),
        _ => conflict("the subject number is taken"),
    }
}

/// Adds a participant to a vault that has none.
pub(crate) fn attach(t: &dyn Tx, new: &NewParticipant) -> Step<()> {
    subject_is_free(t, &new.subject)?;
    let vault = vault_no(t, new.vault)?;
    if t.one(IS_ATTACHED, [vault], |row| row.get::<i64>(0))? > 0 {
        return conflict("the vault has its participant");
    }
    t.run(ADD_PARTICIPANT, (vault, &new.subject, new.at.0))?;
    Ok(())
}

/// Stores a link.
pub(crate) fn add_enrolment(t: &dyn Tx, new: &NewEnrolment) -> Step<()> {
    let vault = vault_no(t, new.vault)?;
    let secret = Param::Sealed(ENROLMENT_SECRET, new.secret.as_bytes());
    t.run(ADD_ENROLMENT, (new.id.as_bytes(), vault, secret, new.made.0, new.until.0))?;
    Ok(())
}
