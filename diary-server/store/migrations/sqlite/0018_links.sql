-- What a relay is told of links, what a relay has not acknowledged, and revocations that have no effect.

-- At a relay: links that its keeper has told of, so that it takes phones that have one and no others.
CREATE TABLE link (
    id        BLOB PRIMARY KEY CHECK (length(id) = 16), -- of the link
    vault     BLOB NOT NULL CHECK (length(vault) = 16), -- that may be joined
    proof_key BLOB NOT NULL CHECK (length(proof_key) = 32), -- tells requests with the link from others; not its secret
    until     INTEGER NOT NULL -- the last instant at which a request counts, UTC ms
) STRICT, WITHOUT ROWID;
CREATE INDEX link_until ON link (until);
CREATE INDEX device_keys_enrolment ON device_keys (enrolment);

-- At a keeper: links that no device has used are told to relays.
CREATE INDEX enrolment_open ON enrolment (made) WHERE device IS NULL;

-- At a keeper: records that a relay was offered and did not acknowledge. They are offered again.
CREATE TABLE relay_owed (
    relay BLOB NOT NULL CHECK (length(relay) = 16), -- id of the relay's signing key
    place INTEGER NOT NULL REFERENCES log (place), -- the record
    PRIMARY KEY (relay, place)
) STRICT, WITHOUT ROWID;

-- Revocations by a keeper's key that was replaced since. They revoke nothing.
CREATE TABLE held_revocation (
    device INTEGER PRIMARY KEY REFERENCES device (no), -- that it names
    paper  BLOB NOT NULL, -- the signed revocation
    at     INTEGER NOT NULL -- when it came, UTC ms
) STRICT;
CREATE TRIGGER held_revocation_never_changes BEFORE UPDATE ON held_revocation
BEGIN SELECT RAISE(ABORT, 'revocations are never changed'); END;
CREATE TRIGGER held_revocation_never_goes BEFORE DELETE ON held_revocation
BEGIN SELECT RAISE(ABORT, 'revocations are never deleted'); END;
