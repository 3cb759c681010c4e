-- Staff type subject numbers in another case or with other separators; one index finds the participant that is meant.

CREATE INDEX participant_by_key
    ON participant (lower(replace(replace(replace(subject, '-', ''), '_', ''), '.', '')));
