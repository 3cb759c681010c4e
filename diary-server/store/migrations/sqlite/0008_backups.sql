-- Backups, and lives of the database after one was put back.

ALTER TABLE server ADD COLUMN counter_floor INTEGER NOT NULL DEFAULT 0; -- acts of this life come after this Lamport counter

CREATE TABLE backed_up (
    vault INTEGER PRIMARY KEY REFERENCES vault (no),
    n     INTEGER NOT NULL -- parcels up to this record have their BACKED_UP receipts
) STRICT;
