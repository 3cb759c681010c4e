//! State of the contact with the server: earliest instants of the next requests, and results of the last
//! ones.

use rusqlite::named_params;

use super::row::optional_instant;
use super::statement::Statements;
use super::{Store, StoreError};
use crate::ids::Hash;
use crate::time::UtcMillis;

/// Direction of a request. Push and pull fail and wait independently of each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Device to server.
    Push,
    /// Server to device.
    Pull,
}

/// State of the contact with the server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conversation {
    /// Pushes that failed in a row.
    pub push_tries: u32,
    /// No push before this instant.
    pub push_after: UtcMillis,
    /// Pulls that failed in a row.
    pub pull_tries: u32,
    /// No pull before this instant.
    pub pull_after: UtcMillis,
    /// Last push that was answered, by the device's clock.
    pub pushed: Option<UtcMillis>,
    /// Last pull that was answered, by the device's clock.
    pub pulled: Option<UtcMillis>,
    /// Code of the last failure; `None` after a success. A failed push stays here until a push succeeds,
    /// although pulls go on meanwhile.
    pub trouble: Option<String>,
    /// Server's clock at the last answer.
    pub server_time: Option<UtcMillis>,
    /// Device's clock at the last answer.
    pub server_seen: Option<UtcMillis>,
    /// True if grants go with the next push: the server asked for them, or may have lost them.
    pub grants_wanted: bool,
    /// Package hash of the study version that was announced last.
    pub study_wanted: Option<Hash>,
    /// Number of the study version that the last statement named.
    pub study_stated: Option<u32>,
    /// Site named by the certificate, if it is not the one that was named at joining.
    pub other_site: Option<String>,
}

impl Store {
    /// State of the contact with the server, one row.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn conversation(&self) -> Result<Conversation, StoreError> {
        Ok(self.connection.prepare_cached("SELECT * FROM contact")?.query_row([], |row| {
            Ok(Conversation {
                push_tries: row.get("push_tries")?,
                push_after: UtcMillis(row.get("push_after")?),
                pull_tries: row.get("pull_tries")?,
                pull_after: UtcMillis(row.get("pull_after")?),
                pushed: optional_instant(row, "pushed")?,
                pulled: optional_instant(row, "pulled")?,
                trouble: row.get("trouble")?,
                server_time: optional_instant(row, "server_time")?,
                server_seen: optional_instant(row, "server_seen")?,
                grants_wanted: row.get("grants_wanted")?,
                study_wanted: row.get::<_, Option<[u8; 32]>>("study_wanted")?.map(Hash::from_bytes),
                study_stated: row.get("study_stated")?,
                other_site: row.get("other_site")?,
            })
        })?)
    }

    /// Notes an answer of the server.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn contact_made(
        &mut self,
        direction: Direction,
        now: UtcMillis,
        server_time: Option<UtcMillis>,
    ) -> Result<(), StoreError> {
        let sql = match direction {
            Direction::Push => "UPDATE contact SET push_tries = 0, push_after = 0, pushed = :now, trouble = NULL, answers = answers + 1,
                 server_time = coalesce(:server, server_time), server_seen = iif(:server IS NULL, server_seen, :now)",
            Direction::Pull => "UPDATE contact SET pull_tries = 0, pull_after = 0, pulled = :now, answers = answers + 1,
                 trouble = iif(push_tries = 0, NULL, trouble),
                 server_time = coalesce(:server, server_time), server_seen = iif(:server IS NULL, server_seen, :now)",
        };
        // A successful pull clears only its own failure: the participant must go on seeing that pushes fail.
        self.write(|t| {
            t.run(sql, named_params! { ":now": now.0, ":server": server_time.map(|at| at.0) })?;
            Ok(())
        })
    }

    /// Notes a failure and the earliest instant of the next try.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn contact_failed(
        &mut self,
        direction: Direction,
        after: UtcMillis,
        code: &str,
    ) -> Result<(), StoreError> {
        let sql = match direction {
            Direction::Push => {
                "UPDATE contact SET push_tries = push_tries + 1, push_after = ?1, trouble = ?2"
            }
            Direction::Pull => {
                "UPDATE contact SET pull_tries = pull_tries + 1, pull_after = ?1,
                     trouble = iif(push_tries = 0, ?2, trouble)"
            }
        };
        self.write(|t| Ok(t.run(sql, (after.0, code)).map(|_| ())?))
    }

    /// Lets the next push and pull go at once, for example after the network came back or on request of the
    /// participant.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn retry_now(&mut self) -> Result<(), StoreError> {
        // Where nothing waits, nothing is written.
        let sql =
            "UPDATE contact SET push_after = 0, pull_after = 0 WHERE push_after <> 0 OR pull_after <> 0";
        self.write(|t| Ok(t.run(sql, []).map(|_| ())?))
    }

    /// Notes that the server wants grants with the next push, or no longer wants them.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn want_grants(&mut self, wanted: bool) -> Result<(), StoreError> {
        // All of them may still be wanted: then the answer for some leaves the rest.
        let sql = "UPDATE contact SET grants_wanted = iif(?1, max(grants_wanted, 1), 0) WHERE (grants_wanted > 0) <> ?1";
        self.write(|t| Ok(t.run(sql, [wanted]).map(|_| ())?))
    }
}
