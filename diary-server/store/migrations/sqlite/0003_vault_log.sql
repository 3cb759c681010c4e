-- The log of every vault, and the index of the parcels in it.

CREATE TABLE log (
    -- Vault and number in one integer, so that a vault's records lie together and need no second index.
    place  INTEGER PRIMARY KEY, -- vault << 32 | n
    kind   INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 65535), -- LogKind
    record BLOB NOT NULL, -- as it was received or made
    chain  BLOB NOT NULL CHECK (length(chain) = 32), -- over all records up to this one
    at     INTEGER NOT NULL, -- when it was received or made, UTC ms
    vault  INTEGER GENERATED ALWAYS AS (place >> 32) VIRTUAL,
    n      INTEGER GENERATED ALWAYS AS (place & 4294967295) VIRTUAL -- from 1, without gaps
) STRICT;

CREATE TABLE head (
    vault INTEGER PRIMARY KEY REFERENCES vault (no),
    n     INTEGER NOT NULL CHECK (n >= 0), -- of the last record of the vault's log; 0 where there is none
    chain BLOB NOT NULL CHECK (length(chain) = 32) -- at that record
) STRICT;

CREATE TABLE parcel_grant (
    no    INTEGER PRIMARY KEY, -- short name inside this database
    vault INTEGER NOT NULL REFERENCES vault (no),
    hash  BLOB NOT NULL CHECK (length(hash) = 32), -- by which parcels name it
    n     INTEGER, -- its record; none while only parcels have named it
    UNIQUE (vault, hash)
) STRICT;

CREATE TABLE life (
    no          INTEGER PRIMARY KEY, -- short name inside this database
    vault       INTEGER NOT NULL REFERENCES vault (no),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16), -- life of a store
    author      BLOB NOT NULL CHECK (length(author) = 16), -- id of the signing key
    device      INTEGER REFERENCES device (no), -- none: the keeper itself
    borrowed    INTEGER NOT NULL CHECK (borrowed IN (0, 1)), -- another author came with the same id before
    whole       INTEGER NOT NULL, -- last number up to which no parcel is missing; 0 where the first is
    whole_hash  BLOB NOT NULL CHECK (length(whole_hash) = 32), -- core of that parcel; zeros where there is none
    highest     INTEGER NOT NULL, -- highest number that has arrived
    counter     INTEGER NOT NULL, -- highest Lamport counter of the keeper's own acts in it
    UNIQUE (vault, incarnation, author)
) STRICT;

CREATE TABLE parcel (
    life      INTEGER NOT NULL REFERENCES life (no),
    seq       INTEGER NOT NULL CHECK (seq > 0), -- number in the life
    fork      INTEGER NOT NULL CHECK (fork >= 0), -- 0, or the how-manieth other parcel at the same place
    n         INTEGER NOT NULL, -- its record in the vault's log
    core_hash BLOB NOT NULL CHECK (length(core_hash) = 32),
    body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
    named     INTEGER NOT NULL REFERENCES parcel_grant (no), -- the grant it is sealed under
    received  INTEGER NOT NULL, -- UTC ms
    flags     INTEGER NOT NULL, -- 1: its predecessor was missing; 2: another stood at its place
    stored_n  INTEGER, -- record of its STORED receipt, written before the transaction ends
    state     INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- 0 to be merged, 1 merged, 2 in quarantine, 3 held back
    code      INTEGER, -- why it is in quarantine
    settled_n INTEGER, -- record of its MERGED or last QUARANTINED receipt
    PRIMARY KEY (life, seq, fork),
    CONSTRAINT quarantine_has_a_code CHECK ((state = 2) = (code IS NOT NULL)),
    CONSTRAINT settled_has_a_receipt CHECK (state IN (0, 3) OR settled_n IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_to_merge ON parcel (life, seq, fork) WHERE state = 0;

CREATE TRIGGER log_never_changes BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER log_never_goes BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never deleted'); END;
CREATE TRIGGER parcel_never_goes BEFORE DELETE ON parcel
BEGIN SELECT RAISE(ABORT, 'parcels are never deleted'); END;
CREATE TRIGGER parcel_never_becomes_another
BEFORE UPDATE OF life, seq, fork, n, core_hash, body_hash, named, received ON parcel
BEGIN SELECT RAISE(ABORT, 'parcels are never changed'); END;
