-- The device's store. Entries, sealed bytes and receipts are only ever added; triggers see to it.

-- Who this device is. One row, written when it joins.
CREATE TABLE device (
    one             INTEGER PRIMARY KEY CONSTRAINT one_row CHECK (one = 1),
    study           TEXT NOT NULL,    -- study id
    site            TEXT NOT NULL,    -- site id; whose numbers are shown, whose key entries are sealed to
    vault           BLOB NOT NULL CONSTRAINT vault_16 CHECK (length(vault) = 16),
    api_host        TEXT NOT NULL,    -- where to push and pull
    root            BLOB NOT NULL CONSTRAINT root_32 CHECK (length(root) = 32), -- pinned root fingerprint
    enrolment_secret BLOB NOT NULL,   -- of the link; the six digits are made from it
    signing_seed    BLOB NOT NULL CONSTRAINT signing_32 CHECK (length(signing_seed) = 32),
    sealing_seed    BLOB NOT NULL CONSTRAINT sealing_32 CHECK (length(sealing_seed) = 32),
    join_request    BLOB NOT NULL,    -- signed; stands in for the certificate while pending
    incarnation     BLOB NOT NULL CONSTRAINT incarnation_16 CHECK (length(incarnation) = 16),
    follows         BLOB,             -- incarnation this one succeeds
    first_day       INTEGER NOT NULL, -- first diary day, days since 1970
    lang            TEXT NOT NULL,    -- language tag
    challenge       BLOB NOT NULL CONSTRAINT challenge_32 CHECK (length(challenge) = 32), -- key check
    challenge_returned INTEGER,       -- ms; NULL until the keeper has shown that it can read
    recovery_record BLOB NOT NULL,    -- recovery secret sealed to the site
    recovery_stored INTEGER,          -- ms; NULL until a server has it
    certificate     BLOB,             -- signed; NULL while pending
    bundle          BLOB NOT NULL,    -- signed
    study_hash      BLOB NOT NULL     -- package in force
) STRICT;

-- What a device made before it asked to join, so that a lost reply can be asked for again with the same keys.
-- Gone once it has joined.
CREATE TABLE joining (
    one          INTEGER PRIMARY KEY CONSTRAINT one_row CHECK (one = 1),
    link         TEXT NOT NULL,
    signing_seed BLOB NOT NULL CONSTRAINT signing_32 CHECK (length(signing_seed) = 32),
    sealing_seed BLOB NOT NULL CONSTRAINT sealing_32 CHECK (length(sealing_seed) = 32),
    incarnation  BLOB NOT NULL CONSTRAINT incarnation_16 CHECK (length(incarnation) = 16),
    challenge    BLOB NOT NULL CONSTRAINT challenge_32 CHECK (length(challenge) = 32),
    recovery     BLOB NOT NULL CONSTRAINT recovery_16 CHECK (length(recovery) = 16)
) STRICT;

-- Every version of the study this device has recorded under, as fetched.
CREATE TABLE study_package (
    hash  BLOB PRIMARY KEY CONSTRAINT hash_32 CHECK (length(hash) = 32),
    bytes BLOB NOT NULL
) STRICT;

-- Every revision made or received here, with its exact bytes.
CREATE TABLE revision (
    id       BLOB NOT NULL CONSTRAINT id_16 CHECK (length(id) = 16),
    hash     BLOB NOT NULL CONSTRAINT hash_32 CHECK (length(hash) = 32), -- SHA-256 of bytes
    entry    BLOB NOT NULL CONSTRAINT entry_16 CHECK (length(entry) = 16),
    counter  INTEGER NOT NULL,        -- Lamport counter
    day      INTEGER NOT NULL,        -- diary day, days since 1970
    kind     TEXT NOT NULL,
    bytes    BLOB NOT NULL CONSTRAINT size CHECK (length(bytes) BETWEEN 1 AND 65536),
    PRIMARY KEY (id, hash)
) STRICT;
CREATE INDEX revision_day ON revision (day);
CREATE INDEX revision_entry ON revision (entry);
CREATE INDEX revision_counter ON revision (counter);

-- Revisions made here and how far they got. A row is written with its revision and stays.
CREATE TABLE outbox (
    revision    BLOB PRIMARY KEY CONSTRAINT revision_16 CHECK (length(revision) = 16),
    day         INTEGER NOT NULL,     -- diary day
    urgency     INTEGER NOT NULL CONSTRAINT urgency_known CHECK (urgency IN (0, 1)), -- 1: push at once
    queued      INTEGER NOT NULL,     -- ms, device clock
    incarnation BLOB,                 -- parcel that carries it; NULL until sealed
    seq         INTEGER,
    wedged      TEXT                  -- code of what keeps it from being sealed; NULL if nothing does
) STRICT;
CREATE INDEX outbox_unsealed ON outbox (queued) WHERE seq IS NULL;
CREATE INDEX outbox_parcel ON outbox (incarnation, seq);

-- Answers before they are an entry, saved one by one.
CREATE TABLE draft (
    id         INTEGER PRIMARY KEY,
    instrument TEXT NOT NULL,
    slot       TEXT NOT NULL,         -- slot id, '' for an unscheduled assessment
    day        INTEGER NOT NULL,
    started    INTEGER NOT NULL,      -- ms, device clock
    CONSTRAINT one_draft_a_place UNIQUE (instrument, slot, day)
) STRICT;
CREATE TABLE draft_answer (
    draft   INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    link_id TEXT NOT NULL,
    answer  BLOB NOT NULL,            -- CBOR of the answer
    PRIMARY KEY (draft, link_id)
) STRICT;
-- What was answered before it was changed, kept after the draft has become an entry.
CREATE TABLE draft_change (
    id         INTEGER PRIMARY KEY,
    instrument TEXT NOT NULL,
    slot       TEXT NOT NULL,
    day        INTEGER NOT NULL,
    link_id    TEXT NOT NULL,
    at         INTEGER NOT NULL,      -- ms, device clock
    earlier    BLOB NOT NULL          -- CBOR of the answer that was replaced
) STRICT;

-- Keys that parcels are sealed under, wrapped to the site.
CREATE TABLE seal_grant (
    hash        BLOB PRIMARY KEY CONSTRAINT hash_32 CHECK (length(hash) = 32),
    incarnation BLOB NOT NULL,
    no          INTEGER NOT NULL,
    generation  INTEGER NOT NULL,     -- of the site key
    made        INTEGER NOT NULL,     -- ms, device clock
    secret      BLOB NOT NULL CONSTRAINT secret_32 CHECK (length(secret) = 32),
    bytes       BLOB NOT NULL,        -- signed grant
    CONSTRAINT one_number UNIQUE (incarnation, no)
) STRICT;

-- Sealed parcels, written before they are first sent and resent as they are.
CREATE TABLE parcel (
    incarnation BLOB NOT NULL CONSTRAINT incarnation_16 CHECK (length(incarnation) = 16),
    seq         INTEGER NOT NULL CONSTRAINT from_one CHECK (seq >= 1),
    core_hash   BLOB NOT NULL CONSTRAINT core_hash_32 CHECK (length(core_hash) = 32),
    grant_hash  BLOB NOT NULL REFERENCES seal_grant (hash),
    bytes       BLOB NOT NULL,        -- CBOR of the sealed parcel
    sealed      INTEGER NOT NULL,     -- ms, device clock
    statement   INTEGER,              -- ms; time of the statement in it, where it carries one
    PRIMARY KEY (incarnation, seq),
    CONSTRAINT one_core UNIQUE (core_hash)
) STRICT;
-- When a parcel was first handed to the network.
CREATE TABLE parcel_sent (
    core_hash BLOB PRIMARY KEY REFERENCES parcel (core_hash),
    at        INTEGER NOT NULL        -- ms, device clock
) STRICT;

-- Verified receipts. The first of each role and level counts.
CREATE TABLE receipt (
    core_hash BLOB NOT NULL REFERENCES parcel (core_hash),
    role      TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('keeper', 'relay')),
    level     TEXT NOT NULL CONSTRAINT level_known CHECK (level IN ('stored', 'merged', 'quarantined', 'backed-up')),
    at        INTEGER NOT NULL,       -- ms, server clock
    code      TEXT,                   -- reason of a quarantine
    bytes     BLOB NOT NULL,
    PRIMARY KEY (core_hash, role, level)
) STRICT, WITHOUT ROWID;

-- Acts of staff that came down.
CREATE TABLE act (
    id      BLOB NOT NULL CONSTRAINT id_16 CHECK (length(id) = 16),
    hash    BLOB NOT NULL,
    counter INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    PRIMARY KEY (id, hash)
) STRICT;

-- How far the server's log was read. One row.
CREATE TABLE log_cursor (
    one   INTEGER PRIMARY KEY CONSTRAINT one_row CHECK (one = 1),
    epoch BLOB NOT NULL,
    n     INTEGER NOT NULL,
    chain BLOB NOT NULL
) STRICT;
-- Keys of grants that were opened, so that later parcels under them need no further opening.
CREATE TABLE open_grant (
    hash   BLOB PRIMARY KEY,
    author BLOB NOT NULL,
    bytes  BLOB NOT NULL,             -- signed grant
    secret BLOB NOT NULL
) STRICT;

-- State of the conversation. One row.
CREATE TABLE contact (
    one          INTEGER PRIMARY KEY CONSTRAINT one_row CHECK (one = 1),
    push_tries   INTEGER NOT NULL DEFAULT 0,  -- failed in a row
    push_after   INTEGER NOT NULL DEFAULT 0,  -- ms; not before
    pull_tries   INTEGER NOT NULL DEFAULT 0,
    pull_after   INTEGER NOT NULL DEFAULT 0,
    pushed       INTEGER,             -- ms, device clock; last push that was answered
    pulled       INTEGER,             -- ms, device clock; last pull that was answered
    trouble      TEXT,                -- code of the last failure; NULL after a success
    server_time  INTEGER,             -- ms, server clock at the last answer
    server_seen  INTEGER,             -- ms, device clock at the last answer
    grants_wanted INTEGER NOT NULL DEFAULT 0, -- the server asked for grants
    study_wanted BLOB                 -- version of the study that was announced and is not here yet
) STRICT;
INSERT INTO contact (one) VALUES (1);

CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'revisions are never changed'); END;
CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'the outbox keeps its rows'); END;
CREATE TRIGGER parcel_no_update BEFORE UPDATE ON parcel BEGIN SELECT RAISE(ABORT, 'sealed parcels are never changed'); END;
CREATE TRIGGER parcel_no_delete BEFORE DELETE ON parcel BEGIN SELECT RAISE(ABORT, 'sealed parcels are never deleted'); END;
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts are never changed'); END;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts are never deleted'); END;
CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;
CREATE TRIGGER grant_no_update BEFORE UPDATE ON seal_grant BEGIN SELECT RAISE(ABORT, 'grants are never changed'); END;
CREATE TRIGGER grant_no_delete BEFORE DELETE ON seal_grant BEGIN SELECT RAISE(ABORT, 'grants are never deleted'); END;
