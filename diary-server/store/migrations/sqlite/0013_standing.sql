-- How each participant stands, worked out from the record so that a list of all of them reads no diary. It may be thrown
-- away at any time: what is missing or not up to date is worked out again.

CREATE TABLE standing (
    vault   INTEGER PRIMARY KEY REFERENCES vault (no),
    changes INTEGER NOT NULL, -- how often anything has changed that it is made of
    covers  INTEGER NOT NULL, -- it was made of everything up to this number of changes; -1 where none was made
    version INTEGER NOT NULL, -- by what it was made: program and version of the study
    at      INTEGER NOT NULL, -- when it was made, UTC ms
    bytes   BLOB -- the standing; none where none was made
) STRICT;
