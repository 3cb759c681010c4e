-- A study can be moved to another database. Nobody writes to the old one from the moment at which that begins, nor to the
-- new one before everything is there, so that there is one place at which the study goes on, or none for a while.
ALTER TABLE server ADD COLUMN leaving BIGINT; -- when a move away from here began, UTC ms
ALTER TABLE server ADD COLUMN moved BIGINT; -- when it was complete: the study is elsewhere, UTC ms
ALTER TABLE server ADD COLUMN arriving BIGINT; -- when the move to here began that is not complete yet, UTC ms
