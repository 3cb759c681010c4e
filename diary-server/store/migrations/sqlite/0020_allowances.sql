-- How much each device may store, and one copy of what was opened.

ALTER TABLE device ADD COLUMN times INTEGER NOT NULL DEFAULT 1; -- so many times the configured allowance is this device's
ALTER TABLE device ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0; -- only what was received after this counts, UTC ms
ALTER TABLE device ADD COLUMN opened_items INTEGER NOT NULL DEFAULT 0; -- items of its parcels that were opened since
ALTER TABLE device ADD COLUMN opened_bytes INTEGER NOT NULL DEFAULT 0; -- bytes of their plaintexts

-- What is highly compressible costs a disk no more than a wire. The rows of the record are worked out from this.
ALTER TABLE opened ADD COLUMN size INTEGER; -- bytes of the plaintext, which stands here compressed; none: it stands as it is
ALTER TABLE opened ADD COLUMN items INTEGER NOT NULL DEFAULT 0; -- how many items are in it
ALTER TABLE revision DROP COLUMN bytes;
DROP TABLE statement;
