-- Parcels that were held back although nothing holds them any more (their device is confirmed or revoked, and their
-- grant is there) are merged: a push used to store with what it had read of its device before it took the certificate
-- that it brought.

UPDATE parcel SET state = 0
WHERE state = 3 AND named IN (SELECT no FROM parcel_grant WHERE n IS NOT NULL)
    AND life IN (SELECT l.no FROM life l LEFT JOIN device d ON d.no = l.device
        WHERE l.device IS NULL OR d.confirmed IS NOT NULL OR d.revoked IS NOT NULL);
