//! The server itself: the tables `server`, `bundle` and `study_file`.

use diary_core::ids::{Epoch, Hash, Incarnation, SiteId, StudyId};
use diary_core::keys::Bundle;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_core::wire;

use crate::lock::{self, Turn};
use crate::sql::{Row, Step, Tx, conflict, corrupt};
use crate::{TrailEvent, audit, feed};

const SERVER: &str = "-- store::server::server
SELECT s.epoch, s.incarnation, s.study, b.bytes FROM server s, bundle b ORDER BY b.version DESC LIMIT 1";
const FOUND: &str = "-- store::server::found
INSERT INTO server (one, epoch, incarnation, study, founded) VALUES (1, ?1, ?2, ?3, ?4)";
const IS_FOUNDED: &str = "-- store::server::is_founded
SELECT count(*) FROM server";
const NEWEST_BUNDLE: &str = "-- store::server::newest_bundle
SELECT version, bytes FROM bundle ORDER BY version DESC LIMIT 1";
const ADD_BUNDLE: &str = "-- store::server::add_bundle
INSERT INTO bundle (version, bytes, added) VALUES (?1, ?2, ?3)";
const ADD_FILE: &str = "-- store::server::add_file
INSERT INTO study_file (hash, version, bytes, added) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING";
const EARLIER_BUNDLES: &str = "-- store::server::earlier_bundles
SELECT bytes FROM bundle WHERE version < (SELECT max(version) FROM bundle) ORDER BY version";
const FILES: &str = "-- store::server::files
SELECT hash, version, bytes FROM study_file ORDER BY version, hash";

/// First row of a server: identities and study.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewServer {
    /// Random epoch of this database.
    pub epoch: Epoch,
    /// Random incarnation of the keeper's own chains.
    pub incarnation: Incarnation,
    /// The study.
    pub study: StudyId,
    /// Of a relay: the site whose devices join there.
    pub relay_of: Option<SiteId>,
    /// Time.
    pub at: UtcMillis,
}

/// A file of the study, named by its hash in the bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StudyFile {
    /// SHA-256 of the bytes.
    pub hash: Hash,
    /// Version of the study.
    pub version: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// State of the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerState {
    /// Epoch of this database.
    pub epoch: Epoch,
    /// Incarnation of the keeper's own chains.
    pub incarnation: Incarnation,
    /// The study.
    pub study: StudyId,
    /// The newest bundle.
    pub bundle: Signed,
    /// Those before it, oldest first.
    pub earlier_bundles: Vec<Signed>,
    /// Every file of the study.
    pub files: Vec<StudyFile>,
}

/// State of the server.
pub(crate) fn server_state(t: &dyn Tx) -> Step<Option<ServerState>> {
    let read = |row: &Row| {
        Ok((
            row.get("epoch")?,
            row.get("incarnation")?,
            row.get::<String>("study")?,
            row.get::<Vec<u8>>("bytes")?,
        ))
    };
    let Some((epoch, incarnation, study, bundle)) = t.first(SERVER, (), read)? else {
        return Ok(None);
    };
    let files = t.all(FILES, (), |row| {
        Ok(StudyFile {
            hash: Hash::from_bytes(row.get("hash")?),
            version: row.get("version")?,
            bytes: row.get("bytes")?,
        })
    })?;
    Ok(Some(ServerState {
        epoch: Epoch::from_bytes(epoch),
        incarnation: Incarnation::from_bytes(incarnation),
        study: study.parse::<StudyId>().map_err(|_| corrupt("the study's id"))?,
        bundle: Signed::from_bytes(&bundle).map_err(|_| corrupt("a bundle"))?,
        earlier_bundles: earlier_bundles(t)?,
        files,
    }))
}

fn earlier_bundles(t: &dyn Tx) -> Step<Vec<Signed>> {
    t.all(EARLIER_BUNDLES, (), |row| Signed::from_bytes(row.bytes("bytes")?).map_err(|_| corrupt("a bundle")))
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
        if t.one(IS_FOUNDED, (), |row| row.only::<i64>())? > 0 {
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
    let newest: Option<(i64, Vec<u8>)> =
        t.first(NEWEST_BUNDLE, (), |row| Ok((row.get("version")?, row.get("bytes")?)))?;
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
