# Texts of the command line that sets up and runs a server.

## init

keeper-made = Keeper of { $study }, version { $version }, site { $site }, made in { $data }.
offline-keys =
    TAKE OFF THIS MACHINE NOW, in two copies, each under lock at the site, never at the sponsor:
    {"  "}{ $root }
        The study root. Every phone trusts what it signs. Needed for a new version of the study and after
        the loss of this server. Lost: every phone must be enrolled again. Stolen: somebody can pose as this server.
    {"  "}{ $recovery }
        The recovery key. Opens every diary of this site when this server's keys are lost. Try it once a year.
        Lost together with this server: what phones no longer hold is lost for ever. Stolen: every diary is readable.
server-keys =
    STAYS ON THIS SERVER, readable by its account alone:
    {"  "}{ $keys }/site-sealing-1.key
        Opens what phones seal to this site. Belongs in backups. Lost: use the recovery key.
    {"  "}{ $keys }/keeper-signing.key
        Signs what this server says. In no backup. Lost: the study root signs a new one.
    {"  "}{ $keys }/database.key
        Encrypts the database. Belongs in backups, apart from the database. Lost: the database is lost.
    {"  "}{ $keys }/token.key
        Authenticates devices for minutes. Lost: put a new one in its place.
keys-signed-until = The keys are signed until { $until }. After that phones warn, and go on working.
offline-keys-on-same-disk =
    WARNING: the two offline keys were written to the disk that this server itself is on. Whoever takes that disk, or a
    backup of it, has them. Move them to removable disks, and leave no copy here.
next-steps = Next:
public-name-step = set server.public in diary-server.toml, the name under which phones reach this server

## study

study-usable = { $id } version { $version } can be used. SHA-256 { $hash }
nothing-ignored = { $id } ({ $version }): { $asked } question(s), nothing ignored
some-ignored = { $id } ({ $version }): { $asked } question(s); ignored, or read in another way:
published = Published version { $version }.
published-before = Version { $version } was published before; nothing is left to do.
phones-fetch-study = Phones get it at their next contact; answers given before stay under the version they were given in. `status` says which phones do not have it yet. Put the root key back in its safe place.

## staff

role-given = { $account } is now { $role }. Its sessions have ended.
role-taken = { $account } has no role at { $site } any more. Its sessions have ended.
account-disabled = { $account } is disabled and signed out everywhere.
account-line = { $account }  { $state }  { $roles }
account-link =
    Link for { $account }, good once until { $until }. Its owner opens it and sets a password:
    {"  "}{ $link }
first-administrator =
    First administrator of the pages: { $account }. Once `diary-server serve` runs, open this link, good once until { $until }:
    {"  "}{ $link }
