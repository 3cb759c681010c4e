-- Keys of keepers that the study's root has named in a bundle that this database does not have: a phone or relay has handed the
-- bundle over. The next bundle that the root signs names them as retired.

CREATE TABLE lost_keeper (
    key   BLOB PRIMARY KEY CHECK (length(key) = 32), -- the public key
    event INTEGER NOT NULL REFERENCES trail (n) -- row of the trail
) STRICT;

CREATE TRIGGER lost_keeper_never_changes BEFORE UPDATE ON lost_keeper
BEGIN SELECT RAISE(ABORT, 'the key of a lost keeper is never changed'); END;
CREATE TRIGGER lost_keeper_never_goes BEFORE DELETE ON lost_keeper
BEGIN SELECT RAISE(ABORT, 'the key of a lost keeper is never deleted'); END;
