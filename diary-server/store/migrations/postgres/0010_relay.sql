-- Between a relay and the keeper behind it.

-- At a relay: everything that it has taken, of all vaults in one order. Only a relay has a head here.
CREATE TABLE feed_head (
    one   BIGINT PRIMARY KEY CHECK (one = 1), -- there is one row, or none
    site  TEXT COLLATE "C" NOT NULL, -- whose devices join here
    n     BIGINT NOT NULL CHECK (n >= 0), -- of the last record of the feed; 0 where there is none
    chain BYTEA NOT NULL CHECK (octet_length(chain) = 32) -- at that record
);

CREATE TABLE feed (
    n     BIGINT PRIMARY KEY, -- from 1, without gaps
    place BIGINT NOT NULL REFERENCES log (place), -- the record in its vault's log
    chain BYTEA NOT NULL CHECK (octet_length(chain) = 32) -- over all records up to this one
);

CREATE TRIGGER feed_never_changes BEFORE UPDATE ON feed FOR EACH ROW EXECUTE FUNCTION refuse('the feed is never changed');
CREATE TRIGGER feed_never_goes BEFORE DELETE ON feed FOR EACH ROW EXECUTE FUNCTION refuse('the feed is never deleted');
CREATE TRIGGER feed_never_empties BEFORE TRUNCATE ON feed FOR EACH STATEMENT EXECUTE FUNCTION refuse('the feed is never deleted');

-- Records that another server handed over, so that each is appended once. Grants and parcels have their own index.
CREATE TABLE handed (
    vault BIGINT NOT NULL REFERENCES vault (no),
    hash  BYTEA NOT NULL CHECK (octet_length(hash) = 32), -- SHA-256 of the record
    n     BIGINT NOT NULL, -- its number in the vault's log
    PRIMARY KEY (vault, hash)
);

-- At a keeper: how far it has read the feed of each relay.
CREATE TABLE relay (
    key   BYTEA PRIMARY KEY CHECK (octet_length(key) = 16), -- id of the relay's signing key
    epoch BYTEA NOT NULL CHECK (octet_length(epoch) = 16), -- the relay's
    n     BIGINT NOT NULL CHECK (n >= 0), -- last record read
    chain BYTEA NOT NULL CHECK (octet_length(chain) = 32) -- at that record
);

-- Vaults that a relay serves, and how much of each log it was handed.
CREATE TABLE relay_vault (
    relay BYTEA NOT NULL CHECK (octet_length(relay) = 16),
    vault BIGINT NOT NULL REFERENCES vault (no),
    sent  BIGINT NOT NULL CHECK (sent >= 0), -- last record of the vault's log that was looked at
    PRIMARY KEY (relay, vault)
);

-- When a relay says that it received a parcel. Evidence; what counts is when the keeper received it.
CREATE TABLE relayed (
    place BIGINT PRIMARY KEY, -- of the parcel in this server's log: vault << 32 | n
    relay BYTEA NOT NULL CHECK (octet_length(relay) = 16),
    n     BIGINT NOT NULL, -- of the record in the relay's feed
    at    BIGINT NOT NULL -- the relay's clock, UTC ms
);

-- Records of a feed that could not be taken, with the reason; bounded. Those that may become good are tried again.
CREATE TABLE relay_left (
    relay  BYTEA NOT NULL CHECK (octet_length(relay) = 16),
    n      BIGINT NOT NULL, -- of the record in the relay's feed
    vault  BYTEA NOT NULL CHECK (octet_length(vault) = 16),
    kind   BIGINT NOT NULL, -- LogKind
    at     BIGINT NOT NULL, -- the relay's clock, UTC ms
    code   BIGINT NOT NULL, -- LeftCode
    record BYTEA NOT NULL,
    PRIMARY KEY (relay, n)
);
