-- When an act of staff came down, by the device's clock: what nothing could have asked for before is not missed.
ALTER TABLE act ADD COLUMN known INTEGER; -- ms; NULL for acts that came before this column

-- When a version of the study came into force here, and the version before it.
ALTER TABLE study_package ADD COLUMN known INTEGER; -- ms, device clock; NULL for the version the device joined with
ALTER TABLE study_package ADD COLUMN before BLOB;   -- hash of the version in force until then

-- Times that the device's clock showed after it had shown later ones: its clock had run ahead, or was put back.
CREATE TABLE clock_back (
    counter INTEGER PRIMARY KEY,  -- highest Lamport counter on the device at that time
    utc     INTEGER NOT NULL      -- ms, device clock
) STRICT;
