-- What is looked for among many: another parcel at a place that many claim, a parcel in quarantine by its core, the
-- standing that is behind the longest.
CREATE INDEX parcel_forked ON parcel (life, seq, core_hash, body_hash) WHERE fork > 0;
CREATE INDEX parcel_in_quarantine ON parcel (core_hash) WHERE state = 2;
CREATE INDEX standing_behind ON standing (at) WHERE covers <> changes;
-- The link by which a device joined.
CREATE INDEX enrolment_of_device ON enrolment (device, used);
