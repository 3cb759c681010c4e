-- What a draft was begun under: it is finished under that version of the study.
ALTER TABLE draft ADD COLUMN study BLOB;              -- hash of the package in force then; NULL for drafts from before this column

ALTER TABLE contact ADD COLUMN study_stated INTEGER;  -- version of the study that the last statement named
ALTER TABLE contact ADD COLUMN unjudged INTEGER;      -- version of the bundle under which a record of the log could not be judged
ALTER TABLE contact ADD COLUMN answers INTEGER NOT NULL DEFAULT 0; -- answers of servers so far: a measure that no clock moves
ALTER TABLE receipt ADD COLUMN answers INTEGER;       -- answers of servers when it came
