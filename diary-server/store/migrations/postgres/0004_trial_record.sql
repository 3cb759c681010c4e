-- The trial record of every vault: what the merged parcels brought, each row under the parcel it came in. What counts
-- now is worked out from these rows; nothing in them is ever changed. What tells answers is sealed by the server: this
-- database is not encrypted as a whole.

CREATE TABLE opened (
    place BIGINT PRIMARY KEY, -- of the parcel in the log: vault << 32 | n
    salt  BYTEA NOT NULL, -- of the commitment, sealed
    plain BYTEA NOT NULL -- the exact plaintext, sealed
);

CREATE TABLE revision (
    vault   BIGINT NOT NULL,
    counter BIGINT NOT NULL, -- Lamport counter, the 64 bits as they are
    id      BYTEA NOT NULL CHECK (octet_length(id) = 16), -- of the revision
    n       BIGINT NOT NULL, -- the parcel's record
    item    BIGINT NOT NULL, -- which item of the parcel
    hash    BYTEA NOT NULL, -- SHA-256 of its bytes, sealed
    entry   BYTEA NOT NULL CHECK (octet_length(entry) = 16), -- of which entry it is a version
    day     BIGINT NOT NULL, -- diary day, days since 1970-01-01
    kind    TEXT COLLATE "C" NOT NULL, -- of its content
    bytes   BYTEA NOT NULL, -- as sealed in the parcel; here sealed again
    PRIMARY KEY (vault, counter, id, n, item)
);

CREATE TABLE act (
    vault   BIGINT NOT NULL,
    counter BIGINT NOT NULL, -- Lamport counter
    id      BYTEA NOT NULL CHECK (octet_length(id) = 16),
    n       BIGINT NOT NULL, -- the parcel's record
    item    BIGINT NOT NULL, -- which item of the parcel
    hash    BYTEA NOT NULL, -- SHA-256 of its bytes as sealed in the parcel, sealed
    bytes   BYTEA NOT NULL, -- the act, sealed
    PRIMARY KEY (vault, counter, id, n, item)
);

CREATE TABLE statement (
    vault BIGINT NOT NULL,
    n     BIGINT NOT NULL, -- the parcel's record
    item  BIGINT NOT NULL, -- which item of the parcel
    bytes BYTEA NOT NULL, -- what the device said of itself, sealed
    PRIMARY KEY (vault, n, item)
);

CREATE TABLE succession (
    vault       BIGINT NOT NULL,
    n           BIGINT NOT NULL, -- the parcel's record
    item        BIGINT NOT NULL, -- which item of the parcel
    incarnation BYTEA NOT NULL CHECK (octet_length(incarnation) = 16), -- the life that the parcel's follows
    PRIMARY KEY (vault, n, item)
);

-- Sealed bytes do not get shorter; nobody shall try.
ALTER TABLE opened ALTER COLUMN plain SET STORAGE EXTERNAL;
ALTER TABLE revision ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE act ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE statement ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TRIGGER opened_never_changes BEFORE UPDATE ON opened FOR EACH ROW EXECUTE FUNCTION refuse('opened parcels are never changed');
CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION refuse('revisions are never changed');
CREATE TRIGGER act_never_changes BEFORE UPDATE ON act FOR EACH ROW EXECUTE FUNCTION refuse('acts are never changed');
CREATE TRIGGER statement_never_changes BEFORE UPDATE ON statement FOR EACH ROW EXECUTE FUNCTION refuse('statements are never changed');
CREATE TRIGGER succession_never_changes BEFORE UPDATE ON succession FOR EACH ROW EXECUTE FUNCTION refuse('successions are never changed');

-- Only a rebuild that was asked for takes rows away, to put the same parcels' rows in their place in the same
-- transaction. It says so here.
CREATE TABLE rebuilding (
    vault BIGINT PRIMARY KEY REFERENCES vault (no) -- whose rows are being replaced; empty between transactions
);
CREATE FUNCTION refuse_unless_rebuilding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_vault BIGINT;
BEGIN
    IF TG_TABLE_NAME = 'opened' THEN
        of_vault := OLD.place >> 32;
    ELSE
        of_vault := OLD.vault;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM rebuilding WHERE vault = of_vault) THEN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER opened_never_goes BEFORE DELETE ON opened FOR EACH ROW EXECUTE FUNCTION refuse_unless_rebuilding('opened parcels are never deleted');
CREATE TRIGGER opened_never_empties BEFORE TRUNCATE ON opened FOR EACH STATEMENT EXECUTE FUNCTION refuse('opened parcels are never deleted');
CREATE TRIGGER revision_never_goes BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_unless_rebuilding('revisions are never deleted');
CREATE TRIGGER revision_never_empties BEFORE TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION refuse('revisions are never deleted');
CREATE TRIGGER act_never_goes BEFORE DELETE ON act FOR EACH ROW EXECUTE FUNCTION refuse_unless_rebuilding('acts are never deleted');
CREATE TRIGGER act_never_empties BEFORE TRUNCATE ON act FOR EACH STATEMENT EXECUTE FUNCTION refuse('acts are never deleted');
CREATE TRIGGER statement_never_goes BEFORE DELETE ON statement FOR EACH ROW EXECUTE FUNCTION refuse_unless_rebuilding('statements are never deleted');
CREATE TRIGGER statement_never_empties BEFORE TRUNCATE ON statement FOR EACH STATEMENT EXECUTE FUNCTION refuse('statements are never deleted');
CREATE TRIGGER succession_never_goes BEFORE DELETE ON succession FOR EACH ROW EXECUTE FUNCTION refuse_unless_rebuilding('successions are never deleted');
CREATE TRIGGER succession_never_empties BEFORE TRUNCATE ON succession FOR EACH STATEMENT EXECUTE FUNCTION refuse('successions are never deleted');
