-- Backups, and lives of the database after one was put back.

ALTER TABLE server ADD COLUMN counter_floor BIGINT NOT NULL DEFAULT 0; -- acts of this life come after this Lamport counter

CREATE TABLE backed_up (
    vault BIGINT PRIMARY KEY REFERENCES vault (no),
    n     BIGINT NOT NULL -- parcels up to this record have their BACKED_UP receipts
);
