-- What became of subject numbers: renamed, linked with another participant's. The row of the trail says who, when and why.

CREATE TABLE people_change (
    event INTEGER PRIMARY KEY REFERENCES trail (n), -- row of the trail
    vault INTEGER NOT NULL REFERENCES vault (no), -- whose number it is
    kind  TEXT NOT NULL CHECK (kind IN ('renamed', 'linked', 'unlinked')),
    was   TEXT CHECK (length(was) BETWEEN 1 AND 64), -- subject number before it was renamed
    now   TEXT CHECK (length(now) BETWEEN 1 AND 64), -- and after
    other INTEGER REFERENCES vault (no), -- with whom it is linked, or no longer
    CONSTRAINT of_its_kind CHECK ((kind = 'renamed') = (was IS NOT NULL) AND (was IS NULL) = (now IS NULL)
        AND (kind = 'renamed') = (other IS NULL))
) STRICT;

CREATE TRIGGER people_change_never_changes BEFORE UPDATE ON people_change
BEGIN SELECT RAISE(ABORT, 'what became of subject numbers is never changed'); END;
CREATE TRIGGER people_change_never_goes BEFORE DELETE ON people_change
BEGIN SELECT RAISE(ABORT, 'what became of subject numbers is never deleted'); END;
