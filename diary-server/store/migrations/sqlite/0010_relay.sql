-- Between a relay and the keeper behind it.

-- At a relay: everything that it has taken, of all vaults in one order. Only a relay has a head here.
CREATE TABLE feed_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row, or none
    site  TEXT NOT NULL, -- whose devices join here
    n     INTEGER NOT NULL CHECK (n >= 0), -- of the last record of the feed; 0 where there is none
    chain BLOB NOT NULL CHECK (length(chain) = 32) -- at that record
) STRICT;

CREATE TABLE feed (
    n     INTEGER PRIMARY KEY, -- from 1, without gaps
    place INTEGER NOT NULL REFERENCES log (place), -- the record in its vault's log
    chain BLOB NOT NULL CHECK (length(chain) = 32) -- over all records up to this one
) STRICT;

CREATE TRIGGER feed_never_changes BEFORE UPDATE ON feed
BEGIN SELECT RAISE(ABORT, 'the feed is never changed'); END;
CREATE TRIGGER feed_never_goes BEFORE DELETE ON feed
BEGIN SELECT RAISE(ABORT, 'the feed is never deleted'); END;

-- Records that another server handed over, so that each is appended once. Grants and parcels have their own index.
CREATE TABLE handed (
    vault INTEGER NOT NULL REFERENCES vault (no),
    hash  BLOB NOT NULL CHECK (length(hash) = 32), -- SHA-256 of the record
    n     INTEGER NOT NULL, -- its number in the vault's log
    PRIMARY KEY (vault, hash)
) STRICT, WITHOUT ROWID;

-- At a keeper: how far it has read the feed of each relay.
CREATE TABLE relay (
    key   BLOB PRIMARY KEY CHECK (length(key) = 16), -- id of the relay's signing key
    epoch BLOB NOT NULL CHECK (length(epoch) = 16), -- the relay's
    n     INTEGER NOT NULL CHECK (n >= 0), -- last record read
    chain BLOB NOT NULL CHECK (length(chain) = 32) -- at that record
) STRICT, WITHOUT ROWID;

-- Vaults that a relay serves, and how much of each log it was handed.
CREATE TABLE relay_vault (
    relay BLOB NOT NULL CHECK (length(relay) = 16),
    vault INTEGER NOT NULL REFERENCES vault (no),
    sent  INTEGER NOT NULL CHECK (sent >= 0), -- last record of the vault's log that was looked at
    PRIMARY KEY (relay, vault)
) STRICT, WITHOUT ROWID;

-- When a relay says that it received a parcel. Evidence; what counts is when the keeper received it.
CREATE TABLE relayed (
    place INTEGER PRIMARY KEY, -- of the parcel in this server's log: vault << 32 | n
    relay BLOB NOT NULL CHECK (length(relay) = 16),
    n     INTEGER NOT NULL, -- of the record in the relay's feed
    at    INTEGER NOT NULL -- the relay's clock, UTC ms
) STRICT;

-- Records of a feed that could not be taken, with the reason; bounded. Those that may become good are tried again.
CREATE TABLE relay_left (
    relay  BLOB NOT NULL CHECK (length(relay) = 16),
    n      INTEGER NOT NULL, -- of the record in the relay's feed
    vault  BLOB NOT NULL CHECK (length(vault) = 16),
    kind   INTEGER NOT NULL, -- LogKind
    at     INTEGER NOT NULL, -- the relay's clock, UTC ms
    code   INTEGER NOT NULL, -- LeftCode
    record BLOB NOT NULL,
    PRIMARY KEY (relay, n)
) STRICT;
