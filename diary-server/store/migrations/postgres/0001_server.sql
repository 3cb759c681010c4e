-- What the server is: its life, the study's bundles and files.

CREATE TABLE server (
    one         BIGINT PRIMARY KEY CHECK (one = 1), -- there is one row
    epoch       BYTEA NOT NULL CHECK (octet_length(epoch) = 16), -- life of this database; another one after a restore
    incarnation BYTEA NOT NULL CHECK (octet_length(incarnation) = 16), -- life of the keeper's own chains of parcels
    study       TEXT COLLATE "C" NOT NULL, -- the study
    founded     BIGINT NOT NULL -- when it was made, UTC ms
);

CREATE TABLE bundle (
    version BIGINT PRIMARY KEY, -- of the bundle, rising
    bytes   BYTEA NOT NULL, -- the signed bundle as it travels
    added   BIGINT NOT NULL -- UTC ms
);

CREATE TABLE study_file (
    hash    BYTEA PRIMARY KEY CHECK (octet_length(hash) = 32), -- SHA-256 of the file, as the bundle names it
    version BIGINT NOT NULL, -- of the study
    bytes   BYTEA NOT NULL, -- the file
    added   BIGINT NOT NULL -- UTC ms
);

-- What is never changed is kept from change by a trigger of each table, which names why.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;

CREATE TRIGGER bundle_never_changes BEFORE UPDATE ON bundle FOR EACH ROW EXECUTE FUNCTION refuse('bundles are never changed');
CREATE TRIGGER bundle_never_goes BEFORE DELETE ON bundle FOR EACH ROW EXECUTE FUNCTION refuse('bundles are never deleted');
CREATE TRIGGER bundle_never_empties BEFORE TRUNCATE ON bundle FOR EACH STATEMENT EXECUTE FUNCTION refuse('bundles are never deleted');
CREATE TRIGGER study_file_never_changes BEFORE UPDATE ON study_file FOR EACH ROW EXECUTE FUNCTION refuse('study files are never changed');
CREATE TRIGGER study_file_never_goes BEFORE DELETE ON study_file FOR EACH ROW EXECUTE FUNCTION refuse('study files are never deleted');
CREATE TRIGGER study_file_never_empties BEFORE TRUNCATE ON study_file FOR EACH STATEMENT EXECUTE FUNCTION refuse('study files are never deleted');
