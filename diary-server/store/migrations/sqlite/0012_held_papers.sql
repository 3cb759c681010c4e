-- The certificate that a device came with, where the keeper's key that signed it was replaced since. It confirms nothing.
ALTER TABLE device_keys ADD COLUMN held BLOB;
