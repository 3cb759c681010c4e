-- Parcels that are stored and not merged: found without looking at the others, and judged again by a newer program.

ALTER TABLE parcel ADD COLUMN judge TEXT COLLATE "C"; -- the program that put it into quarantine, with its version
CREATE INDEX parcel_set_aside ON parcel (life, n) WHERE state >= 2;
