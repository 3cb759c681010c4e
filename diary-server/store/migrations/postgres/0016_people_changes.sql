-- What became of subject numbers: renamed, linked with another participant's. The row of the trail says who, when and why.

CREATE TABLE people_change (
    event BIGINT PRIMARY KEY REFERENCES trail (n), -- row of the trail
    vault BIGINT NOT NULL REFERENCES vault (no), -- whose number it is
    kind  TEXT COLLATE "C" NOT NULL CHECK (kind IN ('renamed', 'linked', 'unlinked')),
    was   TEXT COLLATE "C" CHECK (length(was) BETWEEN 1 AND 64), -- subject number before it was renamed
    now   TEXT COLLATE "C" CHECK (length(now) BETWEEN 1 AND 64), -- and after
    other BIGINT REFERENCES vault (no), -- with whom it is linked, or no longer
    CONSTRAINT of_its_kind CHECK ((kind = 'renamed') = (was IS NOT NULL) AND (was IS NULL) = (now IS NULL)
        AND (kind = 'renamed') = (other IS NULL))
);

CREATE TRIGGER people_change_never_changes BEFORE UPDATE ON people_change FOR EACH ROW EXECUTE FUNCTION refuse('what became of subject numbers is never changed');
CREATE TRIGGER people_change_never_goes BEFORE DELETE ON people_change FOR EACH ROW EXECUTE FUNCTION refuse('what became of subject numbers is never deleted');
CREATE TRIGGER people_change_never_empties BEFORE TRUNCATE ON people_change FOR EACH STATEMENT EXECUTE FUNCTION refuse('what became of subject numbers is never deleted');
