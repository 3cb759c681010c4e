//! The table `people_change`: renamed and linked subject numbers, each with its row of the audit trail.

use diary_core::ids::VaultId;
use diary_core::time::UtcMillis;

use crate::log::vault_no;
use crate::participants::subject_is_free;
use crate::sealed::TRAIL_REASON;
use crate::sql::{Row, Step, Tx, conflict, corrupt};

const SUBJECT_OF: &str = "-- store::changes::subject_of
SELECT subject FROM participant WHERE vault = ?1";
const RENAME: &str = "-- store::changes::rename
UPDATE participant SET subject = ?2 WHERE vault = ?1";
const ADD: &str = "-- store::changes::add
INSERT INTO people_change (event, vault, kind, was, now, other) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const LAST_LINK: &str = "-- store::changes::last_link
SELECT kind FROM people_change WHERE (vault = ?1 AND other = ?2) OR (vault = ?2 AND other = ?1)
ORDER BY event DESC LIMIT 1";
const ALL: &str = "-- store::changes::all
SELECT v.id AS vault, c.kind, c.was, c.now, o.id AS other, t.at, t.who, t.reason FROM people_change c JOIN vault v ON v.no = c.vault
JOIN trail t ON t.n = c.event LEFT JOIN vault o ON o.no = c.other ORDER BY c.event";

/// Kinds of changes; a CHECK of the table repeats them.
const RENAMED: &str = "renamed";
const LINKED: &str = "linked";
const UNLINKED: &str = "unlinked";

/// A change of a subject number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeopleChange {
    /// The participant's vault.
    pub vault: VaultId,
    /// The change.
    pub deed: PeopleDeed,
}

/// Change of a subject number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleDeed {
    /// It is replaced by another number.
    Renamed {
        /// Before.
        was: String,
        /// After.
        now: String,
    },
    /// It is the same person as another number, for example after a second screening.
    Linked {
        /// The other's vault.
        other: VaultId,
    },
    /// The link to another number is removed.
    Unlinked {
        /// The other's vault.
        other: VaultId,
    },
}

impl PeopleDeed {
    /// Kind in the table.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Renamed { .. } => RENAMED,
            Self::Linked { .. } => LINKED,
            Self::Unlinked { .. } => UNLINKED,
        }
    }
}

/// A change of a subject number that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeopleRow {
    /// The participant's vault.
    pub vault: VaultId,
    /// The change.
    pub deed: PeopleDeed,
    /// Time.
    pub at: UtcMillis,
    /// Account.
    pub who: String,
    /// Reason.
    pub reason: Option<String>,
}

/// Makes one change; `event` is its row of the audit trail.
pub(crate) fn change(t: &dyn Tx, event: i64, change: &PeopleChange) -> Step<()> {
    let vault = vault_no(t, change.vault)?;
    let Some(subject) = t.first(SUBJECT_OF, [vault], |row| row.only::<String>())? else {
        return conflict("the vault has no participant");
    };
    match &change.deed {
        PeopleDeed::Renamed { was, now } => {
            if subject != *was {
                return conflict("the subject number was changed meanwhile");
            }
            subject_is_free(t, now)?;
            t.run(RENAME, (vault, now))?;
            t.run(ADD, (event, vault, change.deed.kind(), Some(was), Some(now), None::<i64>))?;
        }
        PeopleDeed::Linked { other } | PeopleDeed::Unlinked { other } => {
            let (kind, other) = (change.deed.kind(), vault_no(t, *other)?);
            let last = t.first(LAST_LINK, (vault, other), |row| row.only::<String>())?;
            if vault == other || (kind == LINKED) == (last.as_deref() == Some(LINKED)) {
                return conflict("these participants are linked so already");
            }
            t.run(ADD, (event, vault, kind, None::<&str>, None::<&str>, Some(other)))?;
        }
    }
    Ok(())
}

/// Every change, oldest first.
pub(crate) fn all(t: &dyn Tx) -> Step<Vec<PeopleRow>> {
    t.all(ALL, (), |row| {
        Ok(PeopleRow {
            vault: VaultId::from_bytes(row.get("vault")?),
            deed: deed(row)?,
            at: UtcMillis(row.get("at")?),
            who: row.get("who")?,
            reason: row.sealed_text(TRAIL_REASON, "reason")?,
        })
    })
}

fn deed(row: &Row) -> Step<PeopleDeed> {
    let kind: String = row.get("kind")?;
    let other = row.get::<Option<[u8; 16]>>("other")?.map(VaultId::from_bytes);
    match (kind.as_str(), row.get("was")?, row.get("now")?, other) {
        (RENAMED, Some(was), Some(now), None) => Ok(PeopleDeed::Renamed { was, now }),
        (LINKED, None::<String>, None::<String>, Some(other)) => Ok(PeopleDeed::Linked { other }),
        (UNLINKED, None, None, Some(other)) => Ok(PeopleDeed::Unlinked { other }),
        _ => Err(corrupt("a change of a subject number")),
    }
}
