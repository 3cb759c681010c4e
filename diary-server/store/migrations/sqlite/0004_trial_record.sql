-- The trial record of every vault: what the merged parcels brought, each row under the parcel it came in. What counts
-- now is worked out from these rows; nothing in them is ever changed.

CREATE TABLE opened (
    place INTEGER PRIMARY KEY, -- of the parcel in the log: vault << 32 | n
    salt  BLOB NOT NULL CHECK (length(salt) = 32), -- of the commitment
    plain BLOB NOT NULL -- the exact plaintext
) STRICT;

CREATE TABLE revision (
    vault   INTEGER NOT NULL,
    counter INTEGER NOT NULL, -- Lamport counter, the 64 bits as they are
    id      BLOB NOT NULL CHECK (length(id) = 16), -- of the revision
    n       INTEGER NOT NULL, -- the parcel's record
    item    INTEGER NOT NULL, -- which item of the parcel
    hash    BLOB NOT NULL CHECK (length(hash) = 32), -- SHA-256 of its bytes
    entry   BLOB NOT NULL CHECK (length(entry) = 16), -- of which entry it is a version
    day     INTEGER NOT NULL, -- diary day, days since 1970-01-01
    kind    TEXT NOT NULL, -- of its content
    bytes   BLOB NOT NULL, -- as sealed
    PRIMARY KEY (vault, counter, id, n, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE act (
    vault   INTEGER NOT NULL,
    counter INTEGER NOT NULL, -- Lamport counter
    id      BLOB NOT NULL CHECK (length(id) = 16),
    n       INTEGER NOT NULL, -- the parcel's record
    item    INTEGER NOT NULL, -- which item of the parcel
    hash    BLOB NOT NULL CHECK (length(hash) = 32), -- SHA-256 of its bytes as sealed
    bytes   BLOB NOT NULL, -- the act
    PRIMARY KEY (vault, counter, id, n, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
    vault INTEGER NOT NULL,
    n     INTEGER NOT NULL, -- the parcel's record
    item  INTEGER NOT NULL, -- which item of the parcel
    bytes BLOB NOT NULL, -- what the device said of itself
    PRIMARY KEY (vault, n, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE succession (
    vault       INTEGER NOT NULL,
    n           INTEGER NOT NULL, -- the parcel's record
    item        INTEGER NOT NULL, -- which item of the parcel
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16), -- the life that the parcel's follows
    PRIMARY KEY (vault, n, item)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER opened_never_changes BEFORE UPDATE ON opened
BEGIN SELECT RAISE(ABORT, 'opened parcels are never changed'); END;
CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
BEGIN SELECT RAISE(ABORT, 'revisions are never changed'); END;
CREATE TRIGGER act_never_changes BEFORE UPDATE ON act
BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
CREATE TRIGGER statement_never_changes BEFORE UPDATE ON statement
BEGIN SELECT RAISE(ABORT, 'statements are never changed'); END;
CREATE TRIGGER succession_never_changes BEFORE UPDATE ON succession
BEGIN SELECT RAISE(ABORT, 'successions are never changed'); END;

-- Only a rebuild that was asked for takes rows away, to put the same parcels' rows in their place in the same
-- transaction. It says so here.
CREATE TABLE rebuilding (
    vault INTEGER PRIMARY KEY REFERENCES vault (no) -- whose rows are being replaced; empty between transactions
) STRICT;
CREATE TRIGGER opened_never_goes BEFORE DELETE ON opened
WHEN NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = OLD.place >> 32)
BEGIN SELECT RAISE(ABORT, 'opened parcels are never deleted'); END;
CREATE TRIGGER revision_never_goes BEFORE DELETE ON revision
WHEN NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = OLD.vault)
BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;
CREATE TRIGGER act_never_goes BEFORE DELETE ON act
WHEN NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = OLD.vault)
BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;
CREATE TRIGGER statement_never_goes BEFORE DELETE ON statement
WHEN NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = OLD.vault)
BEGIN SELECT RAISE(ABORT, 'statements are never deleted'); END;
CREATE TRIGGER succession_never_goes BEFORE DELETE ON succession
WHEN NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = OLD.vault)
BEGIN SELECT RAISE(ABORT, 'successions are never deleted'); END;
