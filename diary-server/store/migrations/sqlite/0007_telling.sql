-- Vaults whose phones may have to be told something: entries of another phone, history, that a phone asks.

CREATE TABLE telling (
    vault INTEGER PRIMARY KEY REFERENCES vault (no),
    mark  INTEGER NOT NULL -- random, another one whenever something new has come about
) STRICT;
