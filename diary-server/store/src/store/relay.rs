//! The trait for the exchange between a relay and its keeper.

use async_trait::async_trait;
use diary_core::api::{Cursor, FeedRecord, LinkOffer};
use diary_core::ids::KeyId;
use diary_core::time::UtcMillis;

use super::{Store, sign, write};
use crate::devices::join;
use crate::relay::import;
use crate::sql::{Engine, Tx};
use crate::{
    FeedRecords, Handover, ImportReport, Outgoing, OutgoingQuery, RecordToImport, RejectedRecord, Signer,
    StoreError, StoredFeed, feed, relay,
};

/// Both ends of the exchange: a relay's feed, and a keeper's progress with each of its relays.
#[async_trait]
pub trait RelayStore: Send + Sync {
    /// At a relay: records that it has taken, after the cursor, at most `limit` and about `max_bytes`.
    async fn feed_page(
        &self,
        cursor: Option<Cursor>,
        limit: u32,
        max_bytes: usize,
    ) -> Result<StoredFeed, StoreError>;

    /// At a relay: takes verified records that its keeper hands over, each once.
    async fn import_handover(
        &self,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError>;

    /// At a relay: stores the links that its keeper has announced.
    async fn put_links(&self, links: Vec<LinkOffer>, at: UtcMillis) -> Result<(), StoreError>;

    /// Links that are still valid, to announce to relays.
    async fn open_links(&self, now: UtcMillis) -> Result<Vec<LinkOffer>, StoreError>;

    /// Place up to which a relay's feed was read.
    async fn feed_cursor(&self, relay: KeyId) -> Result<Option<Cursor>, StoreError>;

    /// Takes verified records of a relay's feed, each once; the place in the feed moves in the same transaction.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is stored then.
    async fn import_feed(&self, records: FeedRecords, signer: Signer) -> Result<ImportReport, StoreError>;

    /// Records of a relay's feed that were rejected and kept.
    async fn rejected_records(&self, relay: KeyId) -> Result<Vec<RejectedRecord>, StoreError>;

    /// Takes records of a relay's feed that were rejected before.
    async fn import_rejected(
        &self,
        relay: KeyId,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError>;

    /// Records of the vaults that a relay serves, for it to pass on.
    async fn outgoing_records(&self, query: OutgoingQuery) -> Result<Outgoing, StoreError>;

    /// Records that a relay was offered and did not acknowledge, at most `limit` and about `max_bytes`.
    async fn owed_records(
        &self,
        relay: KeyId,
        limit: u32,
        max_bytes: usize,
    ) -> Result<Vec<FeedRecord>, StoreError>;

    /// Number of records that relays were offered and did not acknowledge.
    async fn owed_count(&self) -> Result<u64, StoreError>;

    /// Records what a relay was offered and what it acknowledged.
    async fn record_handover(&self, relay: KeyId, handover: Handover) -> Result<(), StoreError>;

    /// Marks the feed of a relay to be read, and all records to be handed over, from the beginning.
    async fn exchange_again(&self, relay: KeyId) -> Result<(), StoreError>;
}

#[async_trait]
impl<E: Engine> RelayStore for Store<E> {
    async fn feed_page(
        &self,
        cursor: Option<Cursor>,
        limit: u32,
        max_bytes: usize,
    ) -> Result<StoredFeed, StoreError> {
        self.engine.read("feed_page", move |t| feed::page(t, cursor.as_ref(), limit, max_bytes)).await
    }

    async fn import_handover(
        &self,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError> {
        let work = move |t: &dyn Tx| import::records(t, None, &records, at, &signer);
        sign(&self.engine, "import_handover", Some(at), work).await
    }

    async fn put_links(&self, links: Vec<LinkOffer>, at: UtcMillis) -> Result<(), StoreError> {
        sign(&self.engine, "put_links", Some(at), move |t| join::offer_links(t, &links, at)).await
    }

    async fn open_links(&self, now: UtcMillis) -> Result<Vec<LinkOffer>, StoreError> {
        self.engine.read("open_links", move |t| join::open_links(t, now)).await
    }

    async fn feed_cursor(&self, relay: KeyId) -> Result<Option<Cursor>, StoreError> {
        self.engine.read("feed_cursor", move |t| relay::cursor(t, relay)).await
    }

    async fn import_feed(&self, records: FeedRecords, signer: Signer) -> Result<ImportReport, StoreError> {
        let at = Some(records.at);
        sign(&self.engine, "import_feed", at, move |t| import::feed(t, &records, &signer)).await
    }

    async fn rejected_records(&self, relay: KeyId) -> Result<Vec<RejectedRecord>, StoreError> {
        self.engine.read("rejected_records", move |t| relay::rejected(t, relay)).await
    }

    async fn import_rejected(
        &self,
        relay: KeyId,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError> {
        let work = move |t: &dyn Tx| import::records(t, Some(relay), &records, at, &signer);
        sign(&self.engine, "import_rejected", Some(at), work).await
    }

    async fn outgoing_records(&self, query: OutgoingQuery) -> Result<Outgoing, StoreError> {
        self.engine.read("outgoing_records", move |t| relay::outgoing(t, &query)).await
    }

    async fn owed_records(
        &self,
        relay: KeyId,
        limit: u32,
        max_bytes: usize,
    ) -> Result<Vec<FeedRecord>, StoreError> {
        self.engine.read("owed_records", move |t| relay::owed(t, relay, limit, max_bytes)).await
    }

    async fn owed_count(&self) -> Result<u64, StoreError> {
        self.engine.read("owed_count", relay::owed_count).await
    }

    async fn record_handover(&self, relay: KeyId, handover: Handover) -> Result<(), StoreError> {
        write(&self.engine, "record_handover", move |t: &dyn Tx| relay::record_handover(t, relay, &handover))
            .await
    }

    async fn exchange_again(&self, relay: KeyId) -> Result<(), StoreError> {
        write(&self.engine, "exchange_again", move |t: &dyn Tx| relay::exchange_again(t, relay)).await
    }
}
