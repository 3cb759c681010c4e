//! The tables `server`, `bundle`, `study_file`, `vault`, `participant` and `enrolment`.

pub(crate) mod changes;
pub(crate) mod status;

use diary_core::ids::{SiteId, VaultId};
use diary_core::parcel::log::CHAIN_START;
use diary_core::time::UtcMillis;

use crate::StoredStatus;
use crate::log::vault_no;
use crate::sql::{Step, Tx, conflict};

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

/// A participant to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewParticipant {
    /// Subject number of the trial, 1 to 64 characters.
    pub subject: String,
    /// The site.
    pub site: SiteId,
    /// A random vault id.
    pub vault: VaultId,
    /// Time.
    pub at: UtcMillis,
}

/// A participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Participant {
    /// Subject number of the trial.
    pub subject: String,
    /// The site.
    pub site: SiteId,
    /// The vault.
    pub vault: VaultId,
    /// Creation time.
    pub added: UtcMillis,
    /// Participant status; only if the query asks for it.
    pub status: Option<StoredStatus>,
}

/// Makes an empty vault.
pub(crate) fn add_vault(t: &dyn Tx, id: VaultId, site: &SiteId, at: UtcMillis) -> Step<i64> {
    let vault = t.one(ADD_VAULT, (id.as_bytes(), site.as_str(), at.0), |row| row.only())?;
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
    match t.one(SUBJECT, [subject], |row| row.only::<i64>())? {
        0 => Ok(()),
        _ => conflict("the subject number is taken"),
    }
}

/// Adds a participant to a vault that has none.
pub(crate) fn attach(t: &dyn Tx, new: &NewParticipant) -> Step<()> {
    subject_is_free(t, &new.subject)?;
    let vault = vault_no(t, new.vault)?;
    if t.one(IS_ATTACHED, [vault], |row| row.only::<i64>())? > 0 {
        return conflict("the vault has its participant");
    }
    t.run(ADD_PARTICIPANT, (vault, &new.subject, new.at.0))?;
    Ok(())
}
