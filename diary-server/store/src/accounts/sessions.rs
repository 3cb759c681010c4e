//! The tables `session`, `kept_form` and `looked`: state of a person's browser, and what that person has seen.

use diary_core::ids::{Hash, VaultId};
use diary_core::time::UtcMillis;

use super::{AccountRow, AccountState};
use crate::log::vault_no;
use crate::sealed::KEPT_FORM_BODY;
use crate::sql::{Param, Row, Step, Tx};

const ADD: &str = "-- store::sessions::add
INSERT INTO session (hash, account, began, used, until, agent) VALUES (?1, ?2, ?3, ?3, ?4, ?5)";
const FIND: &str = "-- store::sessions::find
SELECT hash, account, began, used, until, agent FROM session WHERE hash = ?1";
const OF: &str = "-- store::sessions::of
SELECT hash, account, began, used, until, agent FROM session WHERE account = ?1 ORDER BY used DESC";
const USE: &str = "-- store::sessions::use
UPDATE session SET used = ?2 WHERE hash = ?1";
const END: &str = "-- store::sessions::end
DELETE FROM session WHERE hash = ?1 AND account = ?2";
const END_OTHERS: &str = "-- store::sessions::end_others
DELETE FROM session WHERE account = ?1 AND hash <> ?2";
const END_ALL: &str = "-- store::sessions::end_all
DELETE FROM session WHERE account = ?1";
const FORGET: &str = "-- store::sessions::forget
DELETE FROM session WHERE account = ?1 AND until < ?2";
const KEEP: &str = "-- store::sessions::keep
INSERT INTO kept_form (account, path, body, at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account) DO UPDATE SET path = excluded.path, body = excluded.body, at = excluded.at";
const KEPT: &str = "-- store::sessions::kept
SELECT path, body, at FROM kept_form WHERE account = ?1";
const DROP: &str = "-- store::sessions::drop
DELETE FROM kept_form WHERE account = ?1";
const LOOK: &str = "-- store::sessions::look
INSERT INTO looked (account, vault, at) VALUES (?1, ?2, ?3) ON CONFLICT (account, vault) DO UPDATE SET at = excluded.at";
const LOOKED: &str = "-- store::sessions::looked
SELECT v.id AS vault, l.at FROM looked l JOIN vault v ON v.no = l.vault WHERE l.account = ?1";

/// A session to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSession {
    /// SHA-256 of the secret in the cookie.
    pub hash: Hash,
    /// The account.
    pub account: String,
    /// Its beginning.
    pub began: UtcMillis,
    /// Its end, however much it is used.
    pub until: UtcMillis,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// SHA-256 of the secret in the cookie.
    pub hash: Hash,
    /// The account.
    pub account: String,
    /// Its beginning.
    pub began: UtcMillis,
    /// Time of the last request.
    pub used: UtcMillis,
    /// Its end, however much it is used.
    pub until: UtcMillis,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// A form that was sent after its author's session had ended.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptForm {
    /// Path that it was sent to.
    pub path: String,
    /// Fields, URL-encoded.
    pub body: Vec<u8>,
    /// Time.
    pub at: UtcMillis,
}

impl std::fmt::Debug for KeptForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptForm").field("path", &self.path).field("at", &self.at).finish_non_exhaustive()
    }
}

fn read(row: &Row) -> Step<SessionRow> {
    Ok(SessionRow {
        hash: Hash::from_bytes(row.get("hash")?),
        account: row.get("account")?,
        began: UtcMillis(row.get("began")?),
        used: UtcMillis(row.get("used")?),
        until: UtcMillis(row.get("until")?),
        agent: row.get("agent")?,
    })
}

/// Begins a session. Sessions of the account whose time is over are forgotten.
pub(crate) fn begin(t: &dyn Tx, new: &NewSession) -> Step<()> {
    t.run(FORGET, (&new.account, new.began.0))?;
    let NewSession { hash, account, began, until, agent } = new;
    t.run(ADD, (hash.as_bytes(), account, began.0, until.0, agent)).map(drop)
}

/// A session with its account, which is active. Its time may be over.
pub(crate) fn find(t: &dyn Tx, hash: &Hash) -> Step<Option<(SessionRow, AccountRow)>> {
    let Some(session) = t.first(FIND, [hash.as_bytes()], read)? else { return Ok(None) };
    let account = super::named(t, &session.account)?;
    Ok(account.filter(|account| account.state == AccountState::Active).map(|account| (session, account)))
}

/// Notes a request.
pub(crate) fn touch(t: &dyn Tx, hash: &Hash, at: UtcMillis) -> Step<()> {
    t.run(USE, (hash.as_bytes(), at.0)).map(drop)
}

/// The sessions of an account, the last used first.
pub(crate) fn of(t: &dyn Tx, account: &str) -> Step<Vec<SessionRow>> {
    t.all(OF, [account], read)
}

/// Ends one session of an account.
pub(crate) fn end(t: &dyn Tx, account: &str, hash: &Hash) -> Step<()> {
    t.run(END, (hash.as_bytes(), account)).map(drop)
}

/// Ends all sessions of an account but one.
pub(crate) fn end_others(t: &dyn Tx, account: &str, kept: &Hash) -> Step<()> {
    t.run(END_OTHERS, (account, kept.as_bytes())).map(drop)
}

/// Ends all sessions of an account.
pub(crate) fn end_all(t: &dyn Tx, account: &str) -> Step<()> {
    t.run(END_ALL, [account]).map(drop)
}

/// Keeps a form. An account has one at most: the last.
pub(crate) fn keep_form(t: &dyn Tx, account: &str, form: &KeptForm) -> Step<()> {
    t.run(KEEP, (account, &form.path, Param::Sealed(KEPT_FORM_BODY, &form.body), form.at.0)).map(drop)
}

/// The kept form of an account.
pub(crate) fn kept_form(t: &dyn Tx, account: &str) -> Step<Option<KeptForm>> {
    t.first(KEPT, [account], |row| {
        let body = row.sealed(KEPT_FORM_BODY, "body")?;
        Ok(KeptForm { path: row.get("path")?, body, at: UtcMillis(row.get("at")?) })
    })
}

/// Drops the kept form of an account.
pub(crate) fn drop_form(t: &dyn Tx, account: &str) -> Step<()> {
    t.run(DROP, [account]).map(drop)
}

/// Notes that an account has looked at a diary.
pub(crate) fn look(t: &dyn Tx, account: &str, vault: VaultId, at: UtcMillis) -> Step<()> {
    t.run(LOOK, (account, vault_no(t, vault)?, at.0)).map(drop)
}

/// Times at which an account has last looked at diaries.
pub(crate) fn looked(t: &dyn Tx, account: &str) -> Step<Vec<(VaultId, UtcMillis)>> {
    t.all(LOOKED, [account], |row| Ok((VaultId::from_bytes(row.get("vault")?), UtcMillis(row.get("at")?))))
}
