-- Tables and columns carry the glossary's words.
ALTER TABLE past_life RENAME TO past_incarnation;
DROP TRIGGER past_life_no_update;
DROP TRIGGER past_life_no_delete;
CREATE TRIGGER past_incarnation_no_update BEFORE UPDATE ON past_incarnation BEGIN SELECT RAISE(ABORT, 'ended incarnations are never changed'); END;
CREATE TRIGGER past_incarnation_no_delete BEFORE DELETE ON past_incarnation BEGIN SELECT RAISE(ABORT, 'ended incarnations are never deleted'); END;
ALTER TABLE outbox RENAME COLUMN wedged TO stuck;
