-- Keys of keepers that the study's root has named in a bundle that this database does not have: a phone or relay has handed the
-- bundle over. The next bundle that the root signs names them as retired.

CREATE TABLE lost_keeper (
    key   BYTEA PRIMARY KEY CHECK (octet_length(key) = 32), -- the public key
    event BIGINT NOT NULL REFERENCES trail (n) -- row of the trail
);

CREATE TRIGGER lost_keeper_never_changes BEFORE UPDATE ON lost_keeper FOR EACH ROW EXECUTE FUNCTION refuse('the key of a lost keeper is never changed');
CREATE TRIGGER lost_keeper_never_goes BEFORE DELETE ON lost_keeper FOR EACH ROW EXECUTE FUNCTION refuse('the key of a lost keeper is never deleted');
CREATE TRIGGER lost_keeper_never_empties BEFORE TRUNCATE ON lost_keeper FOR EACH STATEMENT EXECUTE FUNCTION refuse('the key of a lost keeper is never deleted');
