-- The study trail: who did what, when and why, each row chained to the one before.

CREATE TABLE trail (
    n      BIGINT PRIMARY KEY, -- from 1, without gaps
    chain  BYTEA NOT NULL CHECK (octet_length(chain) = 32), -- over all rows up to this one
    at     BIGINT NOT NULL, -- the server's clock, UTC ms
    who    TEXT COLLATE "C" NOT NULL, -- account, device or server
    role   TEXT COLLATE "C" NOT NULL, -- in which role
    what   TEXT COLLATE "C" NOT NULL, -- code of the event
    target TEXT COLLATE "C" NOT NULL, -- ids of what it was done to, each with its kind; empty where there is none
    reason BYTEA -- why, where one was asked for; sealed
);

CREATE TRIGGER trail_never_changes BEFORE UPDATE ON trail FOR EACH ROW EXECUTE FUNCTION refuse('the trail is never changed');
CREATE TRIGGER trail_never_goes BEFORE DELETE ON trail FOR EACH ROW EXECUTE FUNCTION refuse('the trail is never deleted');
CREATE TRIGGER trail_never_empties BEFORE TRUNCATE ON trail FOR EACH STATEMENT EXECUTE FUNCTION refuse('the trail is never deleted');
