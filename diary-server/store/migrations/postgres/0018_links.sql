-- What a relay is told of links, what a relay has not acknowledged, and revocations that have no effect.

-- At a relay: links that its keeper has told of, so that it takes phones that have one and no others.
CREATE TABLE link (
    id        BYTEA PRIMARY KEY CHECK (octet_length(id) = 16), -- of the link
    vault     BYTEA NOT NULL CHECK (octet_length(vault) = 16), -- that may be joined
    proof_key BYTEA NOT NULL CHECK (octet_length(proof_key) = 32), -- tells requests with the link from others; not its secret
    until     BIGINT NOT NULL -- the last instant at which a request counts, UTC ms
);
CREATE INDEX link_until ON link (until);
CREATE INDEX device_keys_enrolment ON device_keys (enrolment);

-- At a keeper: links that no device has used are told to relays.
CREATE INDEX enrolment_open ON enrolment (made) WHERE device IS NULL;

-- At a keeper: records that a relay was offered and did not acknowledge. They are offered again.
CREATE TABLE relay_owed (
    relay BYTEA NOT NULL CHECK (octet_length(relay) = 16), -- id of the relay's signing key
    place BIGINT NOT NULL REFERENCES log (place), -- the record
    PRIMARY KEY (relay, place)
);

-- Revocations by a keeper's key that was replaced since. They revoke nothing.
CREATE TABLE held_revocation (
    device BIGINT PRIMARY KEY REFERENCES device (no), -- that it names
    paper  BYTEA NOT NULL, -- the signed revocation
    at     BIGINT NOT NULL -- when it came, UTC ms
);
CREATE TRIGGER held_revocation_never_changes BEFORE UPDATE ON held_revocation FOR EACH ROW EXECUTE FUNCTION refuse('revocations are never changed');
CREATE TRIGGER held_revocation_never_goes BEFORE DELETE ON held_revocation FOR EACH ROW EXECUTE FUNCTION refuse('revocations are never deleted');
CREATE TRIGGER held_revocation_never_empties BEFORE TRUNCATE ON held_revocation FOR EACH STATEMENT EXECUTE FUNCTION refuse('revocations are never deleted');
