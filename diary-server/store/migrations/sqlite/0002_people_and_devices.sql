-- Participants with their vaults, the links handed out to them, and their devices.

CREATE TABLE vault (
    no    INTEGER PRIMARY KEY, -- short name of the vault inside this database
    id    BLOB NOT NULL UNIQUE CHECK (length(id) = 16), -- its name everywhere else
    site  TEXT NOT NULL, -- the site
    added INTEGER NOT NULL -- UTC ms
) STRICT;

CREATE TABLE participant (
    vault   INTEGER PRIMARY KEY REFERENCES vault (no), -- whose diary it is
    subject TEXT NOT NULL UNIQUE CHECK (length(subject) BETWEEN 1 AND 64), -- subject number of the trial
    added   INTEGER NOT NULL -- UTC ms
) STRICT;

CREATE TABLE enrolment (
    id     BLOB PRIMARY KEY CHECK (length(id) = 16), -- of the link
    vault  INTEGER NOT NULL REFERENCES vault (no), -- that may be joined
    secret BLOB NOT NULL CHECK (length(secret) = 16), -- of the link
    made   INTEGER NOT NULL, -- UTC ms
    until  INTEGER NOT NULL, -- the last instant at which a request counts, UTC ms
    device INTEGER REFERENCES device (no), -- that used it
    used   INTEGER, -- when the request came, UTC ms
    tries  INTEGER NOT NULL DEFAULT 0, -- requests that were not made with the link
    CONSTRAINT used_by_a_device CHECK ((device IS NULL) = (used IS NULL))
) STRICT;

CREATE TABLE device (
    no             INTEGER PRIMARY KEY, -- short name inside this database
    vault          INTEGER NOT NULL REFERENCES vault (no), -- it writes to
    key            BLOB NOT NULL CHECK (length(key) = 16), -- id of its signing key
    signing        BLOB NOT NULL CHECK (length(signing) = 32), -- public signing key
    joined         INTEGER NOT NULL, -- when it was first heard of, UTC ms
    certificate_n  INTEGER, -- record of its newest certificate in the vault's log; none while it is pending
    confirmed      INTEGER, -- when the first certificate was stored, UTC ms
    revocation_n   INTEGER, -- record of its revocation
    revoked        INTEGER, -- when it was revoked, UTC ms
    recovery_n     INTEGER, -- record of its newest recovery secret
    UNIQUE (key, vault)
) STRICT;
CREATE INDEX device_of_vault ON device (vault);

-- What is long and seldom read is kept apart, so that the rows above stay small.
CREATE TABLE device_keys (
    device       INTEGER PRIMARY KEY REFERENCES device (no),
    sealing      BLOB NOT NULL CHECK (length(sealing) = 1216), -- public sealing key
    join_request BLOB, -- as it came; none where it came with a certificate of another server
    enrolment    BLOB CHECK (length(enrolment) = 16) -- link of the join request
) STRICT;

CREATE TRIGGER vault_never_changes BEFORE UPDATE ON vault
BEGIN SELECT RAISE(ABORT, 'vaults are never changed'); END;
CREATE TRIGGER vault_never_goes BEFORE DELETE ON vault
BEGIN SELECT RAISE(ABORT, 'vaults are never deleted'); END;
CREATE TRIGGER participant_never_goes BEFORE DELETE ON participant
BEGIN SELECT RAISE(ABORT, 'participants are never deleted'); END;
CREATE TRIGGER device_never_goes BEFORE DELETE ON device
BEGIN SELECT RAISE(ABORT, 'devices are never deleted'); END;
CREATE TRIGGER device_keys_never_change BEFORE UPDATE ON device_keys
BEGIN SELECT RAISE(ABORT, 'the keys of a device are never changed'); END;
CREATE TRIGGER device_keys_never_go BEFORE DELETE ON device_keys
BEGIN SELECT RAISE(ABORT, 'the keys of a device are never deleted'); END;
