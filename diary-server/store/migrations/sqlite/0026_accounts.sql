-- Accounts of staff, their roles at each site, and their sessions in a browser. What an account did is in the trail.

CREATE TABLE account (
    name      TEXT PRIMARY KEY,
    state     TEXT NOT NULL CHECK (state IN ('named', 'invited', 'active', 'disabled')),
    language  TEXT NOT NULL, -- BCP 47 tag
    password  TEXT, -- Argon2id in PHC format; sealed where the database is not encrypted as a whole
    totp      BLOB, -- shared secret of the second factor; sealed likewise
    totp_step INTEGER, -- newest time step that was used to sign in
    failures  INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0), -- wrong passwords or digits since the last sign-in
    failed_at INTEGER -- time of the last of them, UTC ms
) STRICT;

CREATE TABLE account_role (
    account TEXT NOT NULL REFERENCES account (name),
    site    TEXT NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('coordinator', 'investigator', 'monitor', 'data-manager', 'administrator')),
    PRIMARY KEY (account, site)
) STRICT;

-- Codes that stand in for the second factor, once each.
CREATE TABLE account_code (
    account TEXT NOT NULL REFERENCES account (name),
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    used    INTEGER, -- UTC ms
    PRIMARY KEY (account, hash)
) STRICT;

-- One-time links with which the owner of an account sets a password.
CREATE TABLE account_link (
    hash    BLOB PRIMARY KEY CHECK (length(hash) = 32), -- of the secret in the link
    account TEXT NOT NULL REFERENCES account (name),
    until   INTEGER NOT NULL -- UTC ms
) STRICT;
CREATE INDEX account_link_of ON account_link (account);

CREATE TABLE session (
    hash    BLOB PRIMARY KEY CHECK (length(hash) = 32), -- of the secret in the cookie
    account TEXT NOT NULL REFERENCES account (name),
    began   INTEGER NOT NULL, -- UTC ms
    used    INTEGER NOT NULL, -- time of the last request
    until   INTEGER NOT NULL, -- end, however much it is used
    agent   TEXT NOT NULL -- the browser, as it calls itself
) STRICT;
CREATE INDEX session_of ON session (account);

-- The form that was sent after a session had ended, kept until its author signs in again.
CREATE TABLE kept_form (
    account TEXT PRIMARY KEY REFERENCES account (name),
    path    TEXT NOT NULL,
    body    BLOB NOT NULL, -- sealed where the database is not encrypted as a whole
    at      INTEGER NOT NULL -- UTC ms
) STRICT;

-- When an account last looked at a participant's diary.
CREATE TABLE looked (
    account TEXT NOT NULL REFERENCES account (name),
    vault   INTEGER NOT NULL REFERENCES vault (no),
    at      INTEGER NOT NULL, -- UTC ms
    PRIMARY KEY (account, vault)
) STRICT;

CREATE TRIGGER account_never_goes BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'an account is never deleted'); END;

-- Names that acted at the command line are accounts that can't sign in until they are invited.
INSERT INTO account (name, state, language) SELECT DISTINCT who, 'named', 'und' FROM trail WHERE role = 'staff';
