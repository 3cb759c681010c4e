-- Lives of the store that are over, and what a server that fell back is given again.

ALTER TABLE device ADD COLUMN follows_seq INTEGER; -- last number of the life before that a server is known to have
ALTER TABLE device ADD COLUMN revocation BLOB;     -- signed, once the study team has switched this device off

-- Lives of this store before the present one. What no keeper had receipted of them was sealed again in the next.
CREATE TABLE past_life (
    incarnation BLOB PRIMARY KEY CONSTRAINT incarnation_16 CHECK (length(incarnation) = 16),
    ended       INTEGER NOT NULL,     -- ms, device clock
    why         TEXT NOT NULL CONSTRAINT why_known CHECK (why IN ('copied', 'ahead', 'forked'))
) STRICT;

-- Lives whose parcels are to be held against what the server has, since it fell back.
CREATE TABLE recheck (
    incarnation BLOB PRIMARY KEY CONSTRAINT incarnation_16 CHECK (length(incarnation) = 16)
) STRICT;

-- Records of the server's log that keepers signed, as they stood there, for a server that loses them.
CREATE TABLE kept_record (
    id     INTEGER PRIMARY KEY,
    hash   BLOB NOT NULL CONSTRAINT hash_32 CHECK (length(hash) = 32), -- SHA-256 of record
    n      INTEGER NOT NULL,          -- number in the log when it was first read
    kind   INTEGER NOT NULL,          -- of the log's kinds
    record BLOB NOT NULL,
    CONSTRAINT kept_once UNIQUE (hash)
) STRICT;

ALTER TABLE contact ADD COLUMN head BLOB;             -- the server's last signed head
ALTER TABLE contact ADD COLUMN lost_head BLOB;        -- the one before it fell back; NULL if it did not
ALTER TABLE contact ADD COLUMN evidence_after INTEGER; -- kept records after this one are still to be handed back
ALTER TABLE contact ADD COLUMN program TEXT;          -- program and version that last opened the diary
ALTER TABLE contact ADD COLUMN other_site TEXT;       -- site of the certificate where it is not the one of joining

-- A receipt says that a parcel was sent; handing it to the network does not.
DROP TABLE parcel_sent;

CREATE TRIGGER kept_record_no_update BEFORE UPDATE ON kept_record BEGIN SELECT RAISE(ABORT, 'kept records are never changed'); END;
CREATE TRIGGER kept_record_no_delete BEFORE DELETE ON kept_record BEGIN SELECT RAISE(ABORT, 'kept records are never deleted'); END;
CREATE TRIGGER past_life_no_delete BEFORE DELETE ON past_life BEGIN SELECT RAISE(ABORT, 'lives are never forgotten'); END;
