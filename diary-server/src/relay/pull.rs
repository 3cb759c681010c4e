//! Keeper behind a relay: reads everything that the relay has taken, verifies each record itself, stores it as if it
//! had come by a push, merges, and hands over what the relay is to pass on. It can be interrupted anywhere: the
//! position in the feed is saved in one transaction with the records before it, and receiving a record twice is
//! harmless.

mod offer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use diary_core::api::{Cursor, FeedRecord, LeftCode, PageError, ProblemCode};
use diary_core::ids::{EnrolmentId, Epoch, KeyId, Nonce};
use diary_core::keys::{ApiHost, Bundle, Offered, ServerRole};
use diary_core::retry::Backoff;
use serde::Serialize;

use super::client::{ClientError, RelayClient};
use super::verify::{DeviceKeys, device_of, of_feed};
use crate::keys::rotation::lost_keepers;
use crate::site::{SiteServices, StaffError};
use diary_store::{
    FeedRecords, ImportOutcome, ImportReport, LostKeepers, RecordToImport, RejectedRecord, Signer, StoreError,
};

/// Seconds that a watching keeper waits at the feed before it looks for something to hand over.
pub const WATCH_WAIT_S: u32 = 5;
/// Pauses after failures.
const BACKOFF: Backoff = Backoff { first_ms: 2_000, longest_ms: 60_000 };
/// Device keys that are cached between pages; many more than one page names.
const KEYS_MAX: usize = 50_000;

/// Reason for which a pull stopped early. What was taken until then is kept; the next pull continues from there.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The network, or the relay's replies.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The reply is signed by a server of the study that is not a relay.
    #[error("{host} is no relay of this study")]
    NotARelay {
        /// Host that replied.
        host: ApiHost,
    },
    /// The relay has a bundle that this keeper has lost. It takes no other until one with a higher number is signed, and may
    /// not know this keeper's key.
    #[error("relay has bundle {relay}, keeper {keeper}")]
    BundleLost {
        /// Number of the relay's.
        relay: u64,
        /// Number of this keeper's.
        keeper: u64,
    },
    /// A page of the feed does not follow.
    #[error("feed does not follow: {0}")]
    Page(#[from] PageError),
    /// The keeper's own side.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Result of a pull.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Pulled {
    /// Records read from the feed.
    pub read: u64,
    /// Of those, records that are stored now.
    pub taken: u64,
    /// Of those, records that were here already.
    pub known: u64,
    /// Records that were left over, by reason.
    pub left: BTreeMap<&'static str, u64>,
    /// Records that were left over before and could be taken now.
    pub recovered: u64,
    /// Records that could not even be kept among those left over.
    pub dropped: u64,
    /// Parcels that were merged or put in quarantine.
    pub settled: u64,
    /// Records that the relay has now to pass on.
    pub handed: u64,
    /// Records that the relay did not take.
    pub refused: u64,
    /// The relay was given a newer bundle.
    pub bundle: bool,
    /// The relay's feed does not continue what was read before: it was restored, or shows another history. All of it
    /// was read again.
    pub anew: bool,
}

impl Pulled {
    /// True if anything was transferred.
    #[must_use]
    pub fn is_something(&self) -> bool {
        self.read + self.recovered + self.handed + self.refused > 0 || self.bundle || self.anew
    }
}

/// Pulls from one relay.
pub struct Puller {
    desk: SiteServices,
    client: RelayClient,
    keys: DeviceKeys,
    token: Option<String>,
    /// Links that were sent to the relay, with the epoch of its database.
    told: BTreeSet<(Epoch, EnrolmentId)>,
}

impl std::fmt::Debug for Puller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Puller").field("relay", self.client.host()).finish_non_exhaustive()
    }
}

impl Puller {
    /// A puller at the relay of `host`.
    ///
    /// # Errors
    /// [`PullError::Client`] where the network cannot be used.
    pub fn new(desk: SiteServices, host: ApiHost) -> Result<Self, PullError> {
        let client = RelayClient::new(host)?;
        Ok(Self { desk, client, keys: DeviceKeys::new(KEYS_MAX), token: None, told: BTreeSet::new() })
    }

    /// Reads the feed to its end, waiting up to `wait_s` seconds for something new; merges; hands over.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn pull(&mut self, wait_s: u32) -> Result<Pulled, PullError> {
        self.run(wait_s, false).await
    }

    /// As [`Self::pull`], from the beginning of the feed, and hands everything over again.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn pull_again(&mut self) -> Result<Pulled, PullError> {
        self.run(0, true).await
    }

    async fn run(&mut self, wait_s: u32, again: bool) -> Result<Pulled, PullError> {
        let mut pulled = Pulled::default();
        let bundle = self.desk.bundle().await?;
        let root = self.desk.keeper_keys().root_fingerprint();
        let greeting = self.client.hello(&root, self.nonce()).await?;
        let relay = greeting.hello.server;
        if bundle.server(relay).is_none_or(|server| server.role != ServerRole::Relay) {
            return Err(PullError::NotARelay { host: self.client.host().clone() });
        }
        if again {
            self.desk.context().store().exchange_again(relay).await?;
        }
        self.keep_lost_keepers(&bundle, &greeting.bundle).await?;
        // A bundle that the relay refuses must not block the rest.
        let bundle_failed = if bundle.replaces(&greeting.bundle) {
            let handed = self.hand_bundle(&bundle).await;
            pulled.bundle = handed.is_ok();
            handed.err()
        } else {
            lost(&bundle, &greeting.bundle)
        };
        let exchanged = self.exchange((relay, greeting.hello.epoch), &bundle, wait_s, &mut pulled).await;
        match (exchanged, bundle_failed) {
            (Ok(()), None) => Ok(pulled),
            // A relay without this keeper's bundle may not know its key: then the bundle is the cause.
            (Ok(()) | Err(PullError::Client(_)), Some(error)) | (Err(error), _) => Err(error),
        }
    }

    /// Keeps the keys of keepers that the relay's bundle names and this keeper's does not.
    async fn keep_lost_keepers(&self, own: &Bundle, of_relay: &Bundle) -> Result<(), PullError> {
        let keys = lost_keepers(own, of_relay);
        if !keys.is_empty() {
            let found = LostKeepers { keys, version: of_relay.version, at: self.desk.now() };
            self.desk.context().store().keep_lost_keepers(found).await?;
        }
        Ok(())
    }

    /// Offers links to the relay, whose database has the epoch `incarnation`, then reads, merges and hands over.
    async fn exchange(
        &mut self,
        (relay, incarnation): (KeyId, Epoch),
        bundle: &Bundle,
        wait_s: u32,
        pulled: &mut Pulled,
    ) -> Result<(), PullError> {
        // Before the feed is read, so that it already includes phones that have waited for their link.
        self.offer_links(bundle, incarnation).await?;
        self.retry_left(relay, bundle, pulled).await?;
        self.read(relay, bundle, wait_s, pulled).await?;
        // Merged before the handover, so that receipts and parcels made by merging are handed over in the same pull.
        pulled.settled += self.desk.merger().settle(bundle, self.desk.now()).await? as u64;
        self.hand_over(relay, bundle, pulled).await
    }

    /// Reads the feed to its end.
    async fn read(
        &mut self,
        relay: KeyId,
        bundle: &Bundle,
        mut wait_s: u32,
        pulled: &mut Pulled,
    ) -> Result<(), PullError> {
        loop {
            let mut cursor = self.desk.context().store().feed_cursor(relay).await?;
            let page = self.page(bundle, cursor.as_ref(), wait_s).await?;
            let (page, head) = page;
            if head.server != relay {
                return Err(PullError::NotARelay { host: self.client.host().clone() });
            }
            let anew = cursor.is_some_and(|cursor| cursor.n > 0 && page.after == 0);
            // A feed that restarts twice within one pull could keep the keeper busy for ever.
            if anew && pulled.anew {
                return Err(PageError::Start { after: 0 }.into());
            }
            if anew {
                cursor = None;
                pulled.anew = true;
                tracing::warn!(%relay, "the relay's feed does not go through what was read; reading all of it again");
            }
            let steps = page.follow(cursor.as_ref(), &head)?;
            pulled.read += page.records.len() as u64;
            let ended = steps.last().is_none_or(|at| at.n >= head.n);
            self.take(relay, bundle, page.records, &steps, anew, pulled).await?;
            if ended {
                return Ok(());
            }
            wait_s = 0;
        }
    }

    /// Fetches one page; an expired token is renewed once.
    async fn page(
        &mut self,
        bundle: &Bundle,
        cursor: Option<&Cursor>,
        wait_s: u32,
    ) -> Result<(diary_core::api::FeedPage, diary_core::api::FeedHead), PullError> {
        let token = self.token().await?;
        match self.client.feed(&token, bundle, cursor, wait_s, self.nonce()).await {
            Err(ClientError::Problem { code: ProblemCode::TokenNeeded, .. }) => {
                self.token = None;
                let token = self.token().await?;
                Ok(self.client.feed(&token, bundle, cursor, wait_s, self.nonce()).await?)
            }
            other => Ok(other?),
        }
    }

    /// Takes the records of a page; `steps` are the positions before the first and after each of them. Where the
    /// database refuses them they are taken in halves, so that one bad record does not block the others.
    async fn take(
        &mut self,
        relay: KeyId,
        bundle: &Bundle,
        records: Vec<FeedRecord>,
        steps: &[Cursor],
        anew: bool,
        pulled: &mut Pulled,
    ) -> Result<(), PullError> {
        self.learn_keys(&records, bundle).await?;
        let mut parts = vec![(records, steps.to_vec())];
        while let Some((records, steps)) = parts.pop() {
            let Some(cursor) = steps.last().copied() else { continue };
            let (good, left) = self.sort(records.clone(), bundle);
            let page = |records, rejected| FeedRecords {
                relay,
                cursor,
                anew,
                records,
                rejected,
                at: self.desk.now(),
            };
            let page_of_all = page(good, left.clone());
            match self.desk.context().store().import_feed(page_of_all, self.signer()).await {
                Ok(report) => count(pulled, &report, &left),
                Err(error) if !error.may_be_of_one() => return Err(error.into()),
                Err(error) if records.len() <= 1 => {
                    tracing::error!(%error, "a record of the feed was refused by the database");
                    let left: Vec<_> = records
                        .into_iter()
                        .map(|record| RejectedRecord { record, code: LeftCode::Refused })
                        .collect();
                    let page = page(Vec::new(), left.clone());
                    let report = self.desk.context().store().import_feed(page, self.signer()).await?;
                    count(pulled, &report, &left);
                }
                Err(_) => {
                    let half = records.len() / 2;
                    let (mut first, mut places) = (records, steps);
                    let second = first.split_off(half);
                    let after = places.split_off(half + 1);
                    parts.push((second, after));
                    parts.push((first, places));
                }
            }
        }
        Ok(())
    }

    fn sort(
        &mut self,
        records: Vec<FeedRecord>,
        bundle: &Bundle,
    ) -> (Vec<RecordToImport>, Vec<RejectedRecord>) {
        let (mut good, mut left) = (Vec::new(), Vec::new());
        for record in records {
            match of_feed(record, bundle, &mut self.keys) {
                Ok(record) => good.push(record),
                Err(one) => left.push(one),
            }
        }
        (good, left)
    }

    /// Retries records that were left over: their device may have been confirmed since, or their participant added.
    async fn retry_left(
        &mut self,
        relay: KeyId,
        bundle: &Bundle,
        pulled: &mut Pulled,
    ) -> Result<(), PullError> {
        let left = self.desk.context().store().rejected_records(relay).await?;
        let again: Vec<FeedRecord> =
            left.into_iter().filter(|one| one.code.may_become_good()).map(|one| one.record).collect();
        self.learn_keys(&again, bundle).await?;
        for record in again {
            let (good, _) = self.sort(vec![record], bundle);
            if good.is_empty() {
                continue;
            }
            let (now, signer) = (self.desk.now(), self.signer());
            match self.desk.context().store().import_rejected(relay, good, now, signer).await {
                Ok(report) => {
                    let taken = |one: &&ImportOutcome| !matches!(one, ImportOutcome::Rejected(_));
                    pulled.recovered += report.outcomes.iter().filter(taken).count() as u64;
                }
                Err(error) if error.is_fatal() => return Err(error.into()),
                Err(error) => tracing::error!(%error, "a record that was left over is refused again"),
            }
        }
        Ok(())
    }

    /// Looks up the keys of devices that records name.
    async fn learn_keys(&mut self, records: &[FeedRecord], bundle: &Bundle) -> Result<(), PullError> {
        for (vault, device) in records.iter().filter_map(|record| device_of(record, bundle)) {
            // A lookup also marks the key as recently used, so that new keys do not evict one that this page needs.
            if self.keys.get(&(vault, device)).is_some() {
                continue;
            }
            if let Some(row) = self.desk.context().store().device(vault, device).await? {
                self.keys.insert((vault, device), row.signing);
            }
        }
        Ok(())
    }

    fn signer(&self) -> Signer {
        Arc::clone(self.desk.keeper_keys()) as Signer
    }

    async fn token(&mut self) -> Result<String, PullError> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let token = self.client.token(&self.desk.keeper_keys().signing).await?;
        self.token = Some(token.clone());
        Ok(token)
    }

    fn nonce(&self) -> Nonce {
        Nonce::from_bytes(self.desk.random().array())
    }
}

/// The error if the relay has a bundle that this keeper has lost.
fn lost(own: &Bundle, of_relay: &Bundle) -> Option<PullError> {
    match own.offered_to(of_relay) {
        Offered::Newer | Offered::Same => None,
        Offered::Older | Offered::Conflict => {
            Some(PullError::BundleLost { relay: of_relay.version, keeper: own.version })
        }
    }
}

fn count(pulled: &mut Pulled, report: &ImportReport, left: &[RejectedRecord]) {
    pulled.dropped += report.dropped;
    let mut leave = |code: LeftCode| *pulled.left.entry(code.name()).or_default() += 1;
    for outcome in &report.outcomes {
        match outcome {
            ImportOutcome::Taken => pulled.taken += 1,
            ImportOutcome::Known => pulled.known += 1,
            ImportOutcome::Rejected(code) => leave(*code),
        }
    }
    left.iter().for_each(|one| leave(one.code));
}

/// Pulls repeatedly until `stopped` resolves, and reports each pull that did something or failed.
pub async fn watch(
    mut puller: Puller,
    stopped: impl Future<Output = ()>,
    mut tell: impl FnMut(&Result<Pulled, PullError>),
) {
    tokio::pin!(stopped);
    let (mut failures, mut wait) = (0_u32, 0);
    loop {
        let pulled = tokio::select! {
            pulled = puller.pull(wait) => pulled,
            () = &mut stopped => return,
        };
        let good = pulled.is_ok();
        if pulled.as_ref().map_or(true, Pulled::is_something) {
            tell(&pulled);
        }
        if good {
            (failures, wait) = (0, WATCH_WAIT_S);
            continue;
        }
        puller.token = None;
        let pause = BACKOFF.wait_ms(failures, puller.desk.random()).cast_unsigned();
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(pause)) => {}
            () = &mut stopped => return,
        }
        failures = failures.saturating_add(1);
    }
}
