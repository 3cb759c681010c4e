-- Phones that the hospital lends: said when the link is made, and kept with the device that joined with it.

ALTER TABLE enrolment ADD COLUMN lent TEXT; -- inventory label of the lent phone, may be empty; none: the participant's own
ALTER TABLE device ADD COLUMN lent TEXT; -- the same
ALTER TABLE device ADD COLUMN returned INTEGER; -- when the lent phone was given back, UTC ms
CREATE INDEX device_lent ON device (joined) WHERE lent IS NOT NULL AND returned IS NULL;
