-- How far the server's clock had come when something was last signed: a clock that shows less, or far more, is doubted.

CREATE TABLE server_clock (
    one        INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row, once something was signed
    newest     INTEGER NOT NULL, -- to the minute, UTC ms
    leapt_from INTEGER, -- the newest time before it leapt ahead by days, UTC ms; none where it did not
    leapt_to   INTEGER -- and the one after it
) STRICT;
