//! Settings of every connection before its first use, and checks of the database behind it. A database that may forget
//! what it has acknowledged is refused.

use std::future::Future;
use std::pin::Pin;

use deadpool_postgres::{ClientWrapper, Connect, HookError};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error, SimpleQueryMessage};

use super::tls::Tls;

/// Timeouts, so that a hanging statement or lock does not block the server; and commits that wait for the disk. The
/// stricter `remote_apply` of an administrator is kept.
///
/// Nearly every statement finds its rows by a key and is planned once for many runs. In a new database, with small
/// tables, the plan would be a sequential scan, and would stay one while the tables grow; so these are off. A verb that
/// does read whole tables begins with `SET LOCAL enable_seqscan = on`. JIT compilation costs more than it saves here.
const SET_UP: &str = "-- store::postgres::session
SELECT set_config('statement_timeout', '10s', false), set_config('lock_timeout', '5s', false),
    set_config('idle_in_transaction_session_timeout', '30s', false),
    set_config('synchronous_commit',
        CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
    set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false);
SELECT current_setting('fsync'), current_setting('server_version_num'), current_setting('server_encoding'),
    pg_is_in_recovery()";

/// Oldest PostgreSQL that has the features used.
const OLDEST: u32 = 13_00_00;

/// A client, and the task that drives its connection.
type Connected = Result<(Client, JoinHandle<()>), Error>;

/// Makes connections.
pub(super) struct Connector(pub(super) Tls);

impl Connect for Connector {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Connected> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, connection) = config.connect(self.0.clone()).await?;
            let moved = tokio::spawn(async move {
                // The user of the connection gets the error; the database's own message belongs in its own log.
                if connection.await.is_err() {
                    tracing::debug!("a connection to the database broke");
                }
            });
            Ok((client, moved))
        })
    }
}

/// Sets a new connection up.
pub(super) async fn set_up(client: &ClientWrapper) -> Result<(), HookError> {
    let messages = client.simple_query(SET_UP).await.map_err(HookError::Backend)?;
    let last = messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let says = |column| last.and_then(|row| row.get(column)).unwrap_or_default();
    match unfit(says(0), says(1), says(2), says(3)) {
        Some(why) => Err(HookError::message(why)),
        None => Ok(()),
    }
}

/// Reason for which a database cannot be used.
fn unfit(fsync: &str, version: &str, encoding: &str, standby: &str) -> Option<&'static str> {
    if fsync != "on" {
        return Some(
            "PostgreSQL runs with fsync off: it would lose what it has acknowledged. Set fsync = on",
        );
    }
    if standby == "t" {
        return Some(
            "this PostgreSQL is a standby, which may be behind. Where several hosts are named, add \
             target_session_attrs=read-write",
        );
    }
    if version.parse().map_or(true, |version: u32| version < OLDEST) {
        return Some("PostgreSQL 13 or newer is needed");
    }
    (encoding != "UTF8").then_some("the database does not hold UTF-8: make it with ENCODING 'UTF8'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_forgets_or_garbles_is_refused() {
        assert_eq!(unfit("on", "150018", "UTF8", "f"), None);
        assert!(unfit("off", "150018", "UTF8", "f").is_some_and(|why| why.contains("fsync")));
        assert!(unfit("on", "120022", "UTF8", "f").is_some_and(|why| why.contains("13")));
        assert!(unfit("on", "", "UTF8", "f").is_some());
        assert!(unfit("on", "150018", "UTF8", "t").is_some_and(|why| why.contains("standby")));
        assert!(unfit("on", "150018", "SQL_ASCII", "f").is_some_and(|why| why.contains("UTF-8")));
    }
}
