-- The lives of a device, and devices that wait to be confirmed, are found without looking at all others.

CREATE INDEX life_of_device ON life (device);
CREATE INDEX device_pending ON device (joined) WHERE confirmed IS NULL AND revoked IS NULL;
