# Texts of `relay` and `pull`.

## relay

relay-made =
    Relay made in { $data }. It holds no key that opens a diary.
    Its keys stay on this machine: relay-signing.key in no backup, database.key in the backup apart from the database.

    Next:
    {"  "}carry { $card } to the hospital (it is public), and run there:
    {"    "}diary-server relay add relay.toml --root STUDY-ROOT-KEY
    {"  "}carry the file relay-bundle back, and run here:
    {"    "}diary-server relay bundle relay-bundle
    {"    "}diary-server serve --relay
relay-named = The study's root names the relay { $host }; the keys are now version { $version }.
relay-configured = { $config } now holds [relay] host = "{ $host }": links carry that name, and `serve` pulls from it.
relay-to-configure = { $config } already names a relay; put there what holds: [relay] host = "{ $host }": links carry that name, and `serve` pulls from it.
relay-added-next =
    Next, on the relay:
    {"  "}diary-server relay bundle { $file }       it must show this root: { $root }
    {"  "}diary-server serve --relay
    Then, here:
    {"  "}diary-server serve                   or, now and then: diary-server pull
    {"  "}diary-server enrol SUBJECT           the link goes through the relay
relay-has-keys = The relay has the keys of the study, version { $version }.
relay-trusts-root =
    This relay trusts this study root from now on:
    {"  "}{ $root }
    It must be the one that `relay add` showed at the hospital. If it is not, do not serve this relay: make another one with `relay init` in a new folder.
relay-next = Next:  diary-server serve --relay

## pull

pulled = { $read } records read: { $taken } taken, { $known } here already. { $settled } parcels settled. { $handed } records handed over.
feed-anew = THE RELAY'S FEED BEGAN ANEW: it was restored, or shows another history than before. All of it was read again; nothing that was here is changed.
bundle-given = The relay was given the newest keys and study.
recovered = { $n } records that were left over before could be taken now.
left-over = { $n } left over: { $code }.
dropped = { $n } more could not be kept; `pull --again` reads them once more.
refused = The relay did not take { $n } records.
