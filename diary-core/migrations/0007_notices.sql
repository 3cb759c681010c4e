-- What the participant was told of the phone itself (another zone, a wrong clock), so that it is told once.
CREATE TABLE notice (
    what TEXT PRIMARY KEY,  -- kind and value of the doubt; a row goes when the doubt is over
    told INTEGER NOT NULL   -- ms, device clock
) STRICT;
