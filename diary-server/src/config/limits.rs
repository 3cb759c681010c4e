//! Limits of use of the server. The defaults are far above the use of honest phones, even after five weeks offline
//! and even when all of a hospital's phones share one address.

use std::time::Duration;

use serde::Deserialize;

const MIB: u64 = 1024 * 1024;

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
    /// Join requests without a valid link from one address that are processed in a burst.
    pub join_failures_burst: u32,
    /// Join requests without a valid link from one address that are processed an hour after that.
    pub join_failures_per_hour: u32,
    /// Limit over all addresses together; beyond it requests of an address that has failed are refused.
    pub join_failures_all: u32,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one address at the same time; not counted for a declared proxy.
    pub connections_per_source: usize,
    /// Seconds for the head of a request, including the wait for it on a connection that is kept open.
    pub header_seconds: u64,
    /// Seconds for the body of a request.
    pub body_seconds: u64,
    /// Seconds for which a peer may delay reading its reply; reading at least 4 KiB a second extends them.
    pub reply_seconds: u64,
    /// MiB of memory for requests that are being received and processed.
    pub request_memory_mib: usize,
    /// MiB of memory for replies until they are written.
    pub reply_memory_mib: usize,
    /// Readers of one device that wait for new records at the same time.
    pub waits_per_device: usize,
    /// The same, of one address.
    pub waits_per_source: usize,
    /// Records (parcels, grants, recovery secrets) that a device may store until it is confirmed.
    pub pending_device_records: u64,
    /// The same in bytes.
    pub pending_device_bytes: u64,
    /// Records that a device may store on one day, UTC.
    pub device_records_per_day: u64,
    /// The same in bytes.
    pub device_bytes_per_day: u64,
    /// Records that a device may store in all.
    pub device_records: u64,
    /// The same in bytes.
    pub device_bytes: u64,
    /// Records that a device may store after it was revoked, which are quarantined.
    pub revoked_device_records: u64,
    /// The same in bytes.
    pub revoked_device_bytes: u64,
    /// Records that the pending and revoked devices of one participant may store together. A confirmed device has its
    /// own allowance, which no other device can use up.
    pub unconfirmed_records: u64,
    /// The same in bytes.
    pub unconfirmed_bytes: u64,
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
            reply_seconds: 20,
            request_memory_mib: 48,
            reply_memory_mib: 64,
            waits_per_device: 4,
            waits_per_source: 200,
            pending_device_records: 2_000,
            pending_device_bytes: 8 * MIB,
            device_records_per_day: 20_000,
            device_bytes_per_day: 16 * MIB,
            device_records: 60_000,
            device_bytes: 40 * MIB,
            revoked_device_records: 2_000,
            revoked_device_bytes: 8 * MIB,
            unconfirmed_records: 20_000,
            unconfirmed_bytes: 64 * MIB,
        }
    }
}

impl Limits {
    /// Limits lifted for a demonstration or a measurement, in which one machine runs many phones through weeks in
    /// seconds.
    #[must_use]
    pub fn lifted() -> Self {
        Self {
            source_burst: u32::MAX,
            source_per_minute: u32::MAX,
            device_burst: u32::MAX,
            device_per_minute: u32::MAX,
            connections_per_source: usize::MAX,
            waits_per_device: usize::MAX,
            waits_per_source: usize::MAX,
            pending_device_records: u64::MAX,
            pending_device_bytes: u64::MAX,
            device_records_per_day: u64::MAX,
            device_bytes_per_day: u64::MAX,
            device_records: u64::MAX,
            device_bytes: u64::MAX,
            revoked_device_records: u64::MAX,
            revoked_device_bytes: u64::MAX,
            unconfirmed_records: u64::MAX,
            unconfirmed_bytes: u64::MAX,
            ..Self::default()
        }
    }

    /// True if any quota on stored data is configured.
    #[must_use]
    pub fn has_quotas(&self) -> bool {
        let most = [
            self.pending_device_records,
            self.pending_device_bytes,
            self.device_records_per_day,
            self.device_bytes_per_day,
            self.device_records,
            self.device_bytes,
            self.revoked_device_records,
            self.revoked_device_bytes,
            self.unconfirmed_records,
            self.unconfirmed_bytes,
        ];
        most.iter().any(|most| *most != u64::MAX)
    }

    /// Time for the head of a request.
    #[must_use]
    pub const fn header_patience(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// Time for which a reply may be left untaken.
    #[must_use]
    pub const fn reply_patience(&self) -> Duration {
        Duration::from_secs(self.reply_seconds)
    }

    /// Time for the body of a request.
    #[must_use]
    pub const fn body_patience(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }
}
