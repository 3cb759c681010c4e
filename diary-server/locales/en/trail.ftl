# Texts of `trail` and `rebuild`.

column-number = N
column-at = AT
column-who = WHO
column-role = ROLE
column-what = WHAT
column-target = TARGET
column-reason = REASON
chain-holds = The chain of { $n } events holds.
chain-broken = THE CHAIN IS BROKEN AT EVENT { $n }: it or one before it was altered, added or removed outside this program. Keep this database as it is, and compare it with the backups.

## rebuild

same = { $subject }: the same, { $versions } versions from { $parcels } parcels, { $hash }
differs-replaced = { $subject }: DIFFERS, replaced
differs-left = { $subject }: DIFFERS, left as it is; --replace REASON puts the rebuilt one in its place
differs-unopened = { $subject }: DIFFERS, left as it is: { $n } parcels that were opened before do not open now, so the rebuilt one lacks what they hold and is never put in its place. Use the keys that open them
live = live    { $hash }
rebuilt = rebuilt { $hash }
merged = merged
in-quarantine = in quarantine ({ $code })
other-fate = record { $n }: was { $before }, is { $now }
other-rows = record { $n }: its rows are not what its content makes
other-plaintext = record { $n }: its kept plaintext is not what was sealed
