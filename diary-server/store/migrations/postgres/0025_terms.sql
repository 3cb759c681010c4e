-- Tables and columns take the terms of the glossary: an incarnation is one lifetime of a device's store, a notice waits
-- for the phones of a vault, and a participant has a status. The statuses are worked out anew.

ALTER TABLE life RENAME TO incarnation;
ALTER TABLE parcel RENAME COLUMN life TO incarnation_no;
DROP INDEX life_of_device;
CREATE INDEX incarnation_of_device ON incarnation (device);

ALTER TABLE telling RENAME TO pending_notice;

UPDATE standing SET covers = -1, bytes = NULL;
ALTER TABLE standing RENAME TO participant_status;
DROP INDEX standing_behind;
CREATE INDEX participant_status_behind ON participant_status (at) WHERE covers <> changes;
