//! How much anybody may ask of the server. The defaults are far above what honest phones do, also after five weeks
//! offline and also when all of a hospital's phones share one address.

use std::time::Duration;

use serde::Deserialize;

/// `[limits]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests of one address that are answered at once.
    pub source_burst: u32,
    /// Requests of one address a minute after that.
    pub source_per_minute: u32,
    /// Pushes and reads of one device that are answered at once.
    pub device_burst: u32,
    /// Pushes and reads of one device a minute after that.
    pub device_per_minute: u32,
    /// Join requests of one address, not made with any link, that are looked at at once.
    pub join_failures_burst: u32,
    /// Join requests of one address an hour, not made with any link, that are looked at after that.
    pub join_failures_per_hour: u32,
    /// The same, of all addresses together; beyond it an address that has failed is not looked at again.
    pub join_failures_all: u32,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one address at the same time; of a declared proxy they are not counted.
    pub connections_per_source: usize,
    /// Seconds for the head of a request, also until it begins on a connection that is kept open.
    pub header_seconds: u64,
    /// Seconds for the body of a request.
    pub body_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_burst: 3_000,
            source_per_minute: 6_000,
            device_burst: 300,
            device_per_minute: 120,
            join_failures_burst: 20,
            join_failures_per_hour: 60,
            join_failures_all: 600,
            connections: 800,
            connections_per_source: 400,
            header_seconds: 30,
            body_seconds: 60,
        }
    }
}

impl Limits {
    /// For a machine on which many phones live through weeks in seconds: a demonstration, a measurement.
    #[must_use]
    pub fn lifted() -> Self {
        Self {
            source_burst: u32::MAX,
            source_per_minute: u32::MAX,
            device_burst: u32::MAX,
            device_per_minute: u32::MAX,
            connections_per_source: usize::MAX,
            ..Self::default()
        }
    }

    /// Time for the head of a request.
    #[must_use]
    pub const fn header_patience(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// Time for the body of a request.
    #[must_use]
    pub const fn body_patience(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }
}
