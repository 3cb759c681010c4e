-- Names say what they hold: records of a feed that were rejected, and the certificate that is held back.

ALTER TABLE relay_left RENAME TO relay_rejected;
ALTER TABLE device_keys RENAME COLUMN held TO held_certificate;
