-- The participant's other phones, as keepers signed it.
CREATE TABLE other_phone (
    device BLOB PRIMARY KEY CONSTRAINT device_16 CHECK (length(device) = 16), -- id of its signing key
    added  INTEGER, -- ms; its certificate
    ended  INTEGER  -- ms; its revocation
) STRICT;
