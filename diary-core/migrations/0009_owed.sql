-- What a draft was begun under: it is finished under that version of the study.
ALTER TABLE draft ADD COLUMN study BLOB;              -- hash of the package in force then; NULL for drafts from before this column

ALTER TABLE contact ADD COLUMN study_stated INTEGER;  -- version of the study that the last statement named
ALTER TABLE contact ADD COLUMN unjudged INTEGER;      -- version of the bundle under which a record of the log could not be judged
ALTER TABLE contact ADD COLUMN answers INTEGER NOT NULL DEFAULT 0; -- answers of servers so far: a measure that no clock moves
ALTER TABLE receipt ADD COLUMN answers INTEGER;       -- answers of servers when it came

-- What a participant answered before, when a study came into force and which lives there were stays as well.
CREATE TRIGGER draft_change_no_update BEFORE UPDATE ON draft_change BEGIN SELECT RAISE(ABORT, 'earlier answers are never changed'); END;
CREATE TRIGGER draft_change_no_delete BEFORE DELETE ON draft_change BEGIN SELECT RAISE(ABORT, 'earlier answers are never deleted'); END;
CREATE TRIGGER study_package_no_delete BEFORE DELETE ON study_package BEGIN SELECT RAISE(ABORT, 'study versions are never deleted'); END;
CREATE TRIGGER past_life_no_update BEFORE UPDATE ON past_life BEGIN SELECT RAISE(ABORT, 'lives that are over are never changed'); END;
