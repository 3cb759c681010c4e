-- What the server is: its life, the study's bundles and files.

CREATE TABLE server (
    one         INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
    epoch       BLOB NOT NULL CHECK (length(epoch) = 16), -- life of this database; another one after a restore
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16), -- life of the keeper's own chains of parcels
    study       TEXT NOT NULL, -- the study
    founded     INTEGER NOT NULL -- when it was made, UTC ms
) STRICT;

CREATE TABLE bundle (
    version INTEGER PRIMARY KEY, -- of the bundle, rising
    bytes   BLOB NOT NULL, -- the signed bundle as it travels
    added   INTEGER NOT NULL -- UTC ms
) STRICT;

CREATE TABLE study_file (
    hash    BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the file, as the bundle names it
    version INTEGER NOT NULL, -- of the study
    bytes   BLOB NOT NULL, -- the file
    added   INTEGER NOT NULL -- UTC ms
) STRICT;

CREATE TRIGGER bundle_never_changes BEFORE UPDATE ON bundle
BEGIN SELECT RAISE(ABORT, 'bundles are never changed'); END;
CREATE TRIGGER bundle_never_goes BEFORE DELETE ON bundle
BEGIN SELECT RAISE(ABORT, 'bundles are never deleted'); END;
CREATE TRIGGER study_file_never_changes BEFORE UPDATE ON study_file
BEGIN SELECT RAISE(ABORT, 'study files are never changed'); END;
CREATE TRIGGER study_file_never_goes BEFORE DELETE ON study_file
BEGIN SELECT RAISE(ABORT, 'study files are never deleted'); END;
