-- When every page, index and reference of this database was last read and found whole.
CREATE TABLE upkeep (
    one     INTEGER PRIMARY KEY CONSTRAINT one_row CHECK (one = 1),
    checked INTEGER              -- ms, device clock; NULL before the first time
) STRICT;
INSERT INTO upkeep (one) VALUES (1);
