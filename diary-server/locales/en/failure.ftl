# Failures of folders, keys, databases, backups and relays, as the command line says them.

## FolderError

folder-not-initialised = { $path }: no diary server here. Name its data folder with --data, or make one with `diary-server init`
folder-no-database = { $database }: the database of this server is not there. Nothing was made or changed. Keep the keys, { $keys }: only they open it. Where it lies elsewhere name it with --database, or as url in [database] of diary-server.toml; where it is lost: `diary-server restore BACKUP --data NEW --keys { $keys }`
folder-not-empty = { $path }: not empty. Nothing was changed; name a new folder, or one that is empty
folder-demo = { $path }: marked DEMO, it holds made-up patients. Use another folder for a real study, or add --demo
folder-not-demo = { $path }: not marked DEMO, it may hold a real study. Leave --demo away
folder-serving = { $path }: another `diary-server serve` is running on this folder. Stop it first
folder-io = { $path }: { $reason }

## KeyFileError

key-file-exists = { $path }: a key file of this name exists already. Nothing was changed
key-file-io = { $path }: { $reason }
key-file-readable = { $path }: others than its owner may read or change this key file (mode { $mode }). Run: chmod 600 { $path }
key-file-damaged = { $path }: not a readable { $expected }: { $problem }. Take it from the backup or from its safe place again
key-file-other = { $path }: this is the { $found } of { $study }, site { $site }; the { $expected } is needed here

## KeysError

keys-trust = { $path }: { $problem }
keys-no-folder = these keys are in no folder
keys-no-sealing-key = { $path }: no site-sealing-*.key here. Without it nothing that phones send can be opened: take it from the backup, or open the backup with the recovery key

## RotationError

rotation-pending = generation { $generation } is announced and not in use yet. Bring it into use first: `keys activate { $generation }`
rotation-not-pending = generation { $generation } is not announced; `keys list` shows those that are
rotation-known-site = the study names a key of this site already
rotation-known-key = the study names this key already

## AuthorError

author-no-sealing-key = the bundle names generation { $generation } of the site's sealing key, which is not among this server's keys
author-not-in-bundle = the bundle has no sealing key or no recovery key of site { $site }
author-grant = the keeper's grant: { $problem }
author-seal = the keeper's parcel: { $problem }

## BackupError

backup-exists = { $path }: exists already. Nothing was changed; name another file, or a folder
backup-no-recovery-key = the bundle names no recovery key of this site: nobody could open the backup
backup-not-a-backup = { $path }: not a backup of diary-server
backup-newer = { $path }: made by a later version of diary-server. Use that version to restore it
backup-damaged = { $path }: damaged, { $what }. Use another backup
backup-recovery-key = this recovery key ({ $given }) does not open the backup; it needs the key { $needed }
backup-sealing = the recovery key in the bundle: { $problem }
backup-store = the database: { $problem }

## RestoreError

restore-no-database-key = the backup holds no database key
restore-no-site-key = the backup holds no sealing key of the site
restore-foreign-keys = these keys are of another study or site than the backup
restore-foreign-root = this root key is not the one of the backup's study
restore-bundle = the bundle in the backup: { $problem }
restore-store = the database: { $problem }

## MoveError

move-not-founded = there is no study in the database that --from names
move-in-use = another `diary-server` is at work on the database that { $problem } names. Stop every server on it first; nothing was changed
move-occupied = the database that --to names holds a study already. Name an empty one, or a file that does not exist; nothing was changed
move-left-before = the PostgreSQL that --to names holds the study as it was when it was moved away from there. It is kept as it is; make an empty database beside it and name that. Nothing was changed
move-differs = { $what } is not the same in both databases: what --to names was not empty, or is left from a move that was given up. Name an empty one; nothing is lost, everything is in the database that --from names
move-from = the database that --from names: { $problem }
move-to = the database that --to names: { $problem }
move-stopped = { $problem }. Nothing is lost; the same command goes on where this one stopped

## SetupError

setup-study =
    the study cannot be used:
    { $problem }
setup-unknown-site = site { $site }: the study has no such site. It has { $known }
setup-offline-inside = { $path }: lies inside the data folder. The root and the recovery key must not stay on the server: whoever takes the server would take them too. Name another folder with --offline, best on a removable disk
setup-offline-exists = { $path }: exists already. Nothing was changed; name another folder with --offline
setup-location = the database: { $problem }
setup-store = the database: { $problem }

## RelaySetupError

relay-setup-location = the database: { $problem }
relay-setup-store = the database: { $problem }
relay-setup-file = { $path }: { $reason }
relay-setup-not-a-card = { $path }: not the relay.toml that `diary-server relay init` writes
relay-setup-other-study = the relay is of { $study }, site { $site }; this keeper is not. Make one with the study and site of this keeper
relay-setup-other-root = this root key is not the one of this study
relay-setup-named = the bundle names this relay already. Nothing was changed
relay-setup-not-a-bundle-file = not the file that `diary-server relay add` writes: { $problem }
relay-setup-bundle = the bundle: { $problem }
relay-setup-root-changed = the bundle is of another study root than this relay was made for. Nothing was changed
relay-setup-not-named = the bundle does not name the key { $key } of this relay: carry its relay.toml to the hospital and run `relay add`
relay-setup-not-newer = the bundle is no newer than the one this relay has. Nothing was changed

## PullError

pull-not-a-relay = what answers at { $host } is no relay of this study: `diary-server relay add` names one
pull-bundle-lost = the relay has keys that this keeper has lost (number { $relay }, here { $keeper }), and takes no others before some with a higher number are signed: run `diary-server keys renew` and pull again, until this is said no more
pull-page = the relay's feed does not follow from what was read before: { $problem }. Nothing of this page was taken

## ClientError

client-setup = the network cannot be used: { $problem }
client-offline = the relay { $host } cannot be reached: { $reason }
client-not-the-relay = { $host }: what answers is not the relay (status { $status }). Is the address right, is a proxy in between?
client-problem = the relay refused: { $message }
client-reply = the relay's reply is not to be believed: { $problem }

## ServeError

serve-start = the database: { $problem }
serve-backup-elsewhere = [backup] is for the database in the data folder; this one is a PostgreSQL, which its own tools back up. Leave [backup] out
serve-relay-host = relay.host: { $problem }
serve-listen = { $key } = { $listen }: { $reason }. Is another program using this port?
serve-disk-failed = the disk failed. Nothing was acknowledged since; phones keep what they have. Check the disk, then start again
serve-stopped = the server stopped: { $problem }

## StartError

start-not-founded = there is no study in it. Nothing was written to it; name the right database with --database, or as url in [database] of diary-server.toml
start-bundle = the bundle in the database: { $problem }
start-not-in-bundle = the bundle does not name this server's signing key { $key }; phones would not believe it
start-retired = the bundle has retired this server's signing key { $key }; phones would not believe it

## TransportError

transport-plain-in-the-open = server.listen = { $listen }: other machines could reach it over plain HTTP. Give [tls] certificate and key, listen on 127.0.0.1, or, where a proxy in front ends TLS, set server.behind_proxy = true

## TlsError

tls-file = { $key } = { $path }: { $problem }
tls-pair = tls: certificate and key cannot be used together: { $problem }

## TelemetryError

telemetry-filter = log.filter: { $reason }. Use a level (error, warn, info, debug) or directives such as diary_server=debug
telemetry-already-set = logging is already set up in this process

## ConfigError

config-unreadable = { $file }: { $reason }
config-unknown-variable = { $name }: unknown environment variable. Known are { $known }
config-variable = { $name }: { $problem }

## StoreError

store-not-found = no such { $what }
store-conflict = { $what }
store-busy = the database is held by another process
store-away = { $during }: the database does not answer
store-full = no room left for the database
store-fatal = { $during }: the disk failed; whether the last changes are on it is not known
store-empty = the database is empty, so it is not the one that this server's keys belong to. Nothing was written to it; keep the keys. Name the right one with --database, or as url in [database] of diary-server.toml; where it is lost, `diary-server restore`
store-no-access = { $during }: this account may not use the database, or it cannot be opened: { $source }. Nothing was written. Let the account that runs diary-server own the file and its folder; a PostgreSQL needs the right account, password and name of the database
store-key-or-file = the database cannot be read: it is of another keeper with another key, or not a database. Nothing was written to it. Name the database that this folder's keys belong to
store-no-cipher = this program was built without SQLCipher
store-newer-version = the database is of version { $found }, this program knows versions up to { $newest }
store-older-tables = the tables are older than this program, and this account may not change them: run `diary-server database roles` with the account that owns them
store-corrupt = the database is damaged: { $what }
store-moving = the study is being moved, and nothing is written meanwhile. Finish it: give the same `diary-server move` once more. Or let it stay where it was: `diary-server move --give-up`
store-moved = the study was moved to another database and goes on there. Name that one: --database, or url in [database] of diary-server.toml
store-clock = the server's clock shows { $shown }, and the newest time that it has signed is { $newest }: nothing is signed until that is settled. Set the clock right, or accept it if it is right now.
store-stopped = the database is closed
store-database = { $during }: the database refused

## LocationError

location-unreadable = a database is named by sqlite:PATH or by postgres://USER@HOST/DATABASE

## AddressError

address-unreadable = this is no address of a PostgreSQL database. It looks like postgres://user@host:port/database or postgres://user@/database?host=/run/postgresql; other signs than letters and digits in names and passwords are written as % and two hex digits
address-ssl-mode = sslmode is one of disable, prefer, require, verify-ca, verify-full
address-in-the-clear = over a network the database is reached by TLS: leave sslmode away, or write sslmode=verify-full; without TLS only over a Unix socket or on this machine
address-authorities = sslrootcert: { $path } holds no certificate that can be read

## RolesError

roles-name = the name of a role has small letters, digits and _, begins with a letter and has at most 63 characters; public, none and names that begin with pg_ are PostgreSQL's own
roles-same = the role that serves and the role that exports are two: give them different names

## Purpose

purpose-study-root = study root key
purpose-recovery = recovery key
purpose-site-sealing = site sealing key
purpose-keeper-signing = keeper signing key
purpose-database = database key
purpose-token = token key
purpose-relay-signing = relay signing key

## KeyDamage

damage-other-version = it is of another version
damage-not-hex = its secret is not 64 digits
damage-other-id = its secret does not fit its id
damage-empty = it is empty, as a power cut leaves a file
damage-cut-off = it is cut off, as a power cut or a full disk leaves a file
damage-no-key-file = it is not such a file

## BackupDamage

damage-manifest-cut-off = its manifest is cut off
damage-manifest-too-long = its manifest is too long
damage-manifest-unreadable = its manifest is not readable
damage-database-length = its database is not as long as it should be
damage-database-altered = its database was altered
damage-not-read-back = it does not read back

## VariableProblem

variable-tls-pair = certificate and key are needed together
variable-address = expected an address and port such as 127.0.0.1:8440
variable-address-or-off = expected an address and port, or off
variable-boolean = expected true or false
variable-log-format = expected text or json
tls-no-certificate = no certificate in it; a PEM file is needed
host-plain-http = http is only allowed on the machine itself; https is needed
host-unreadable = this is no name of a server, such as diary.example.org or diary.example.org:8443
