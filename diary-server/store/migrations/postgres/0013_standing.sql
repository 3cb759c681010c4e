-- How each participant stands, worked out from the record so that a list of all of them reads no diary. It may be thrown
-- away at any time: what is missing or not up to date is worked out again.

CREATE TABLE standing (
    vault   BIGINT PRIMARY KEY REFERENCES vault (no),
    changes BIGINT NOT NULL, -- how often anything has changed that it is made of
    covers  BIGINT NOT NULL, -- it was made of everything up to this number of changes; -1 where none was made
    version BIGINT NOT NULL, -- by what it was made: program and version of the study
    at      BIGINT NOT NULL, -- when it was made, UTC ms
    bytes   BYTEA -- the standing; none where none was made; sealed
) WITH (fillfactor = 70);
