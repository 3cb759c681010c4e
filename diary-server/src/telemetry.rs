//! Sets up tracing: ids, codes and durations on standard error, never answers, subject numbers, links or keys (types
//! that hold these have no readable `Debug`). What is logged is decided where it happens.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Error when setting up logging.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("log.filter: {reason}")]
    Filter {
        /// Problem with the filter.
        reason: String,
    },
    /// Something else in this process logs already.
    #[error("logging set up already")]
    AlreadySet,
}

/// Starts logging to standard error for the rest of the process.
///
/// # Errors
/// [`TelemetryError`] for a filter that is none, or when called twice.
pub fn start(log: &Log) -> Result<(), TelemetryError> {
    let filter =
        EnvFilter::try_new(&log.filter).map_err(|e| TelemetryError::Filter { reason: e.to_string() })?;
    // A line that cannot be written, for example on a full disk, is dropped: reporting it on the same standard error
    // would panic in the middle of the server's work.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .log_internal_errors(false);
    match log.format {
        LogFormat::Text => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|_| TelemetryError::AlreadySet)
}
