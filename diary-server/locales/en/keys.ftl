# Texts of `keys`.

root-key-back = Put the root key back in its safe place.
renewed = The keys are signed until { $until }. Put the root key back in its safe place.
announced =
    Generation { $generation } of the site's sealing key is made and announced; phones still seal to the one before.
    Back this server up, so that its file site-sealing-{ $name }.key is never the only copy, then bring it into use:
    {"  "}diary-server keys activate { $generation } --site { $site } --root FILE
in-use = Generation { $generation } is in use: phones seal to it from their next contact on. Keep the files of earlier generations: they open what was sealed before. `keys rewrap`, once phones have learned of it, lets generation { $generation } open that too.

## drill

drill-of = Recovery key of { $site }
drill-whole = The recovery key opens everything that can be opened.
drill-not-whole = THE RECOVERY KEY DOES NOT OPEN EVERYTHING.
drill-counts = { $vaults } vaults: { $grants-opened } of { $grants } grants and { $parcels-opened } of { $parcels } parcels open with it alone, to what was kept. { $in-use } of { $grants } grants are wrapped to the generation in use.
drill-grants-needed = { $n } parcels wait for their grant and were not tried.
drill-does-not-open = Does not open:
drill-never-opened = In quarantine, never opened with any key:
drill-record = { $subject }, vault { $vault }, record { $record }: { $why }
no-participant = no participant
recovery-key-back = Put the recovery key back in its safe place.

## rewrap

rewrapped = { $rewrapped } grants were wrapped to generation { $generation }; it opens { $opens } of { $grants } now. Phones that have not learned of it yet may still send some: run this again after their next contact.
rewrap-unopened = { $n } grants open with no key that is here. Give the recovery key: `keys rewrap --recovery-key FILE`.

## list

list-good = Keys of the study, version { $version }, good until { $until }
list-expired = Keys of the study, version { $version }, EXPIRED { $until }: phones warn and go on working; `keys renew --root FILE` signs them anew
root-fingerprint = Root fingerprint { $root }
column-standing = STANDING
not-on-this-server = NOT ON THIS SERVER
site-sealing = site sealing { $generation }
of-site = { $site }: { $key }
recovery = recovery
keeper-signing = keeper signing
relay-signing = relay signing
offline = offline
pending = pending
active = active
expired = expired
retired = retired { $at }
this-server = this server
never-tried = never tried: `keys drill`
last-tried-whole = last tried { $at }, opened everything
last-tried-not-whole = last tried { $at }, DID NOT OPEN EVERYTHING
