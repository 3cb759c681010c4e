-- The numbers by which people name entries. A number is given once, when the first version of an entry comes to this
-- device, and never changes: what comes down later from another phone or an earlier life takes the next ones.
CREATE TABLE entry_number (
    entry BLOB PRIMARY KEY CONSTRAINT entry_16 CHECK (length(entry) = 16),
    n     INTEGER NOT NULL CONSTRAINT one_number UNIQUE CONSTRAINT from_one CHECK (n >= 1)
) STRICT;

-- Entries that are there keep the numbers that were shown: their place in the order in which they were made.
INSERT INTO entry_number (entry, n)
SELECT entry, row_number() OVER (ORDER BY counter, id, hash)
  FROM (SELECT entry, counter, id, hash,
               row_number() OVER (PARTITION BY entry ORDER BY counter, id, hash) AS version
          FROM revision)
 WHERE version = 1;

-- Whatever way a version comes in, its entry has its number in the same transaction.
CREATE TRIGGER revision_number AFTER INSERT ON revision
WHEN NOT EXISTS (SELECT 1 FROM entry_number WHERE entry = NEW.entry)
BEGIN
    INSERT INTO entry_number (entry, n) VALUES (NEW.entry, (SELECT coalesce(max(n), 0) + 1 FROM entry_number));
END;

CREATE TRIGGER entry_number_no_update BEFORE UPDATE ON entry_number BEGIN SELECT RAISE(ABORT, 'numbers of entries are never changed'); END;
CREATE TRIGGER entry_number_no_delete BEFORE DELETE ON entry_number BEGIN SELECT RAISE(ABORT, 'numbers of entries are never deleted'); END;
