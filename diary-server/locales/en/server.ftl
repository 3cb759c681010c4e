# Texts of the commands that run, move, back up and restore a server.

## serve, clock, database

serving = Serving { $data } on { $address }. Ctrl-C ends it.
serving-known-as = Serving { $data } on { $address }, known to phones as { $name }. Ctrl-C ends it.
serving-pages = Pages for staff: { $address }
clock-shows = The server's clock shows { $now }. { $said }
clock-undoubted = Nothing speaks against it.
role-exports = { $role } reads what an export is made of, and writes nothing.
role-serves = { $role } can do what the server does, and nothing else. Name it in database.url of the configuration.
role-needs-login = A new role cannot log in before it is given LOGIN and a password.

## backup

backed-up = Backed up to { $file }
backup-holds = { $participants } participants, { $vaults } vaults, { $parcels } parcels; database of { $bytes } bytes, SHA-256 { $hash }
backup-keys = sealed to the recovery key: the database's key, the site's sealing key of generation { $generations }
backup-keys-of-site = sealed to the recovery key of { $site }: that site's sealing key of generation { $generations }
backup-lacks = not in it: the keeper's signing key, the root and the recovery key, files for TLS
backup-checked = Opened and checked page by page.
backup-receipts = Read back; phones are told of { $n } parcels that are backed up now.
backup-elsewhere = Not the configured folder: phones are told nothing of it.
backup-left = Left as it is in that folder, neither counted nor removed:
left-other-study = a backup of study { $study }, site { $site }
left-other-keeper = a backup of another keeper of this site, with the key { $key }
left-earlier = a backup from before the database was restored or put back
left-no-number = a backup without a number that can be right
left-half = half of a backup, which is being made or was cut off
left-not-removed = it is old and cannot be removed: { $error }
left-not-a-backup = not a backup of diary-server
left-newer = made by a later version of diary-server. Use that version to restore it
left-damaged = damaged. Use another backup

## restore

restored = Restored the backup of { $made } to { $data }: { $participants } participants, { $parcels } parcels, epoch { $epoch }.
new-keeper-key = The study root has signed a new key of this keeper, { $key }. Put the root and the recovery key back in their safe places.
keys-used-again = The keys that survived are used again. Never start the old server beside this one.
tls-files = Before it serves, put these files for TLS there, which are in no backup:
restore-next = Next: diary-server serve. Phones send again what is missing. `status` says what is to be looked at: diaries that came back without their participant, and acts of staff since the backup that no phone has brought back.
needs-data = --data DIR: the new data folder, which is not there yet or empty
needs-backup = FILE: the backup
site-without-keys = Site { $site }: its sealing keys stay shut, since its recovery key was not given. What its phones send waits. Bring the recovery key of { $site }, then: diary-server keys rotate --site { $site } --now --root FILE, and keys rewrap --site { $site } --recovery-key FILE
needs-recovery-key = --recovery-key FILE: the offline file that opens the keys in the backup
needs-root = --root FILE: the offline file that signs a new key of the keeper
needs-keys-instead = or, in place of these two, --keys DIR: a keys folder of this keeper that has survived

## move

move-given-up = The move is given up. The study stays where it was: diary-server serve.
set-aside = set aside { $name }: the database that was left there before; nothing of the study is in it alone
copied = copied    { $table }: { $rows }
the-same = the same  { $table }: { $rows }
moved = The study is moved: { $rows } rows, { $vaults } diaries, the same in both databases.
moved-finished = The study is moved; everything was there already.
moved-before = The study was moved before. Nothing was changed.
move-next-own = Next: in { $config } leave [database] out, then diary-server serve. The old database takes nothing any more; keep it until the new one has its backups.
move-next-named = Next: in { $config } give [database] as url what you gave with --to, then diary-server serve. The old database takes nothing any more; keep it until the new one has its backups.
