-- Vaults whose phones may have to be told something: entries of another phone, history, that a phone asks.

CREATE TABLE telling (
    vault BIGINT PRIMARY KEY REFERENCES vault (no),
    mark  BIGINT NOT NULL -- random, another one whenever something new has come about
) WITH (fillfactor = 50);
