//! Classifies errors of PostgreSQL by the reaction they allow. A message is kept only if its class cannot contain a
//! value that was to be stored.

use std::borrow::Cow;
use std::fmt;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::Cause;
use crate::sql::{Fault, Refused, Trouble};

/// Classes of errors whose messages name tables, constraints and settings, and never a value of a row.
const MESSAGES_WITHOUT_VALUES: [&str; 13] =
    ["08", "0A", "23", "25", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"];
/// SQLSTATE of our own triggers.
const RAISED: &str = "P0001";

/// The part of an error that is kept.
#[derive(Debug)]
enum RefusalPart {
    /// Error reported by the database: its code, and its message if that has no values.
    Code { code: String, message: Option<String> },
    /// Failure of the connection, or an answer that does not decode.
    Link(Error),
    /// The database was rejected by this program, or did not answer in time.
    Words(&'static str),
}

impl fmt::Display for RefusalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { code, message: Some(message) } => write!(f, "{code}: {message}"),
            Self::Code { code, message: None } => f.write_str(code),
            Self::Link(error) => {
                write!(f, "{error}")?;
                let mut cause = std::error::Error::source(error);
                while let Some(error) = cause {
                    write!(f, ": {error}")?;
                    cause = error.source();
                }
                Ok(())
            }
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for RefusalPart {}

/// Failure described by this program.
pub(super) fn words(trouble: Trouble, words: &'static str) -> Fault {
    Fault::Sql(Refused { trouble, cause: Cause(Box::new(RefusalPart::Words(words))) })
}

/// Converts an error of the database or of the connection.
pub(super) fn refused(error: Error) -> Fault {
    let (trouble, said) = match error.as_db_error() {
        Some(refused) => (trouble(refused.code()), code(refused)),
        None => (link_trouble(&error), RefusalPart::Link(error)),
    };
    Fault::Sql(Refused { trouble, cause: Cause(Box::new(said)) })
}

/// Converts an error of the pool.
pub(super) fn unconnected(error: PoolError) -> Fault {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => refused(error),
        PoolError::PostCreateHook(HookError::Message(Cow::Borrowed(why))) => words(Trouble::Other, why),
        PoolError::PostCreateHook(HookError::Message(Cow::Owned(_))) => {
            words(Trouble::Other, "the database is of no use")
        }
        PoolError::Timeout(_) => words(Trouble::Away, "no connection was free in time"),
        PoolError::Closed | PoolError::NoRuntimeSpecified => words(Trouble::Away, "the pool is closed"),
    }
}

fn code(refused: &DbError) -> RefusalPart {
    let code = refused.code().code();
    let harmless = code == RAISED || MESSAGES_WITHOUT_VALUES.iter().any(|class| code.starts_with(class));
    RefusalPart::Code { code: code.to_owned(), message: harmless.then(|| refused.message().to_owned()) }
}

/// A value that does not convert is a mistake in this program; any other error means that the connection is gone.
fn link_trouble(error: &Error) -> Trouble {
    let ours =
        std::error::Error::source(error).is_some_and(|cause| cause.is::<tokio_postgres::types::WrongType>());
    if ours { Trouble::Other } else { Trouble::Away }
}

fn trouble(code: &SqlState) -> Trouble {
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Trouble::Again,
        SqlState::UNIQUE_VIOLATION => Trouble::Taken,
        SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED => Trouble::Busy,
        SqlState::INSUFFICIENT_PRIVILEGE
        | SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INVALID_CATALOG_NAME => Trouble::Access,
        SqlState::DISK_FULL => Trouble::Full,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => Trouble::Damaged,
        // On a failed disk PostgreSQL stops by itself, and reports nothing before: clients see a shutdown.
        SqlState::IO_ERROR
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Trouble::Away,
        _ if code.code().starts_with("08") => Trouble::Away,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        let cases = [
            ("40001", Trouble::Again),
            ("40P01", Trouble::Again),
            ("55P03", Trouble::Busy),
            ("57014", Trouble::Busy),
            ("53100", Trouble::Full),
            ("53300", Trouble::Away),
            ("57P01", Trouble::Away),
            ("57P02", Trouble::Away),
            ("57P03", Trouble::Away),
            ("25P03", Trouble::Away),
            ("58030", Trouble::Away),
            ("08006", Trouble::Away),
            ("XX001", Trouble::Damaged),
            ("23505", Trouble::Taken),
            ("42501", Trouble::Access),
            ("28P01", Trouble::Access),
            ("28000", Trouble::Access),
            ("3D000", Trouble::Access),
            ("23514", Trouble::Other),
            ("42P01", Trouble::Other),
        ];
        for (code, expected) in cases {
            assert_eq!(trouble(&SqlState::from_code(code)), expected, "{code}");
        }
    }
}
