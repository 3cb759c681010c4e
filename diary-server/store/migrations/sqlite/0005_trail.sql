-- The study trail: who did what, when and why, each row chained to the one before.

CREATE TABLE trail (
    n      INTEGER PRIMARY KEY, -- from 1, without gaps
    chain  BLOB NOT NULL CHECK (length(chain) = 32), -- over all rows up to this one
    at     INTEGER NOT NULL, -- the server's clock, UTC ms
    who    TEXT NOT NULL, -- account, device or server
    role   TEXT NOT NULL, -- in which role
    what   TEXT NOT NULL, -- code of the event
    target TEXT NOT NULL, -- ids of what it was done to, each with its kind; empty where there is none
    reason TEXT -- why, where one was asked for
) STRICT;

CREATE TRIGGER trail_never_changes BEFORE UPDATE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
CREATE TRIGGER trail_never_goes BEFORE DELETE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is never deleted'); END;
