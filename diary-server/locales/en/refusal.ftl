# Refusals of the site services and of commands, as the command line says them.

## Refusal

refusal-no-data-folder = which data folder? Name it with --data DIR or set DIARY_SERVER_DATA
refusal-no-backup-folder = where to? Name a folder or file with --to, or set folder in [backup] of diary-server.toml
refusal-not-a-file = the database is a PostgreSQL: back it up with its own tools, as "PostgreSQL" in diary-server/store/README.md says. The keys folder belongs in a backup of its own
refusal-no-roles = the database is a file of SQLite, which knows no roles. Name a PostgreSQL with --database postgres://...
refusal-roles-refused = no role was made or changed: { $problem }. Name with --database an account that owns the tables and may make roles, or hand what --print prints to whoever looks after the database
refusal-restore = nothing was restored: { $problem }
refusal-location = --database, or database.url of the configuration: { $problem }
refusal-move-location = { $option }: { $source }
refusal-move = the study was not moved: { $problem }
refusal-relay = { $path }: this is a relay, which holds no key that opens a diary. Run this on the keeper; here there are `serve --relay` and `relay bundle`
refusal-relay-serves = { $path }: this is a relay. Serve it with `serve --relay`
refusal-not-a-relay = { $path }: this is a keeper. Leave --relay away, or make a relay with `relay init` in another folder
refusal-no-fingerprint = under which root? Give --root-fingerprint HEX from the trial's papers: a server could show any
refusal-address = the address: { $problem }
refusal-no-relay = which relay? Name it: `diary-server pull HOST[:PORT]`, or set relay.host in the configuration
refusal-package = the study: { $problem }
refusal-study =
    the study:
    { $problem }
refusal-regimen-file = the regimen was not set: { $problem }
refusal-file-exists-replace = { $path }: exists already. Nothing was changed; name another file, or add --replace
refusal-file-exists-out = { $path }: exists already. Nothing was changed; name another file with --out
refusal-restore-needs =
    nothing was restored, and nothing changed. What is missing or cannot be used:
    { $needs }
    `diary-server restore --help` shows both ways
refusal-no-export = { $path }: { $why }. Is the path right? Nothing was checked
refusal-file = { $path }: { $source }
refusal-output = the output could not be written

## StaffError

staff-account-form = account: 1 to 64 characters without spaces are needed. Give --by NAME or set DIARY_STAFF
staff-unknown-account = There is no account { $name }
staff-account-there = there is an account { $name } already. Nothing was changed. `staff reset { $name }` gives it a new password, `staff role` another role
staff-account-elsewhere = account { $name } has roles at other sites, too: it is reset or disabled by an administrator of all of them. Nothing was changed
staff-out-of-memory = the server had too little memory for this. Nothing was changed
staff-not-printed = the PDF could not be made; --html gives the same report. Nothing was changed
staff-no-account = who acts is not known: give --by NAME or set DIARY_STAFF. The trail records it
staff-subject-form = subject number { $subject }: 1 to 64 letters, digits, '-', '_' or '.' are needed
staff-subject-taken = subject { $subject } is there already. Nothing was changed; `participant list` shows all
staff-subject-pattern = subject number { $subject }: this study writes them as { $pattern }, where # is a digit and @ a letter, for example { $example }. Nothing was changed
staff-subject-alike = subject { $subject } is easily read as { $alike }, which is there. Nothing was changed. If it is another participant, give --yes
staff-subject-before = subject { $subject } was the number of { $now } before. Nothing was changed; a number is given once, so that papers stay clear
staff-renamed-subject = { $subject } was renamed: it is { $now } now. Nothing was changed; use { $now }
staff-like-subject = no participant { $subject }. Is { $like } meant? `participant list` shows all
staff-linked-already = { $subject } and { $other } are linked already. Nothing was changed
staff-not-linked = { $subject } and { $other } are not linked. Nothing was changed
staff-counter = { $problem }. Nothing was changed; tell the makers of the diary
staff-unknown-subject = no participant { $subject }. `participant list` shows all, `participant add { $subject }` makes one
staff-other-site = site { $asked }: this server keeps the diaries of site { $ours }. Leave --site away, or use the server of { $asked }
staff-unknown-site = site { $site }: this server has no such site. It keeps the diaries of { $known }
staff-site-needed = this server keeps the diaries of several sites: say which with --site. They are { $known }
staff-not-of-study = site { $site }: the study has no such site. It has { $known }. Nothing was changed
staff-site-there = site { $site } is on this server already. Nothing was changed; `site list` shows all
staff-offline-inside = { $path } lies inside the data folder. The recovery key must not stay on this server: name another folder with --offline
staff-unknown-anchor = anchor { $anchor }: the study has no such anchor. It has { $known }
staff-no-such-alert = no alert { $rule } of this participant. There are: { $known }
staff-no-alert-at-all = no alert { $rule } of this participant. There is none at all; `report` shows what came
staff-anchor-reason = anchor { $anchor } is set to { $date }. To move it or take it away, say why: --reason TEXT
staff-anchor-reason-not-set = anchor { $anchor } is not set. To move it or take it away, say why: --reason TEXT
staff-anchor-same = anchor { $anchor } is set to { $date } already. Nothing was changed
staff-anchor-same-not-set = anchor { $anchor } is not set already. Nothing was changed
staff-not-lent = no phone of { $subject } that is lent has this name, or it was given back: `phones { $subject }` shows all
staff-label-form = the label of a lent phone has at most { $most } characters, on one line
staff-reason-form = reason: 1 to { $most } bytes are needed
staff-visit-kind = kind of visit: 1 to 64 letters, digits, '-', '_' or '.', for example scheduled or unscheduled
staff-regimen =
    the regimen was not set:
    { $notes }
staff-regimen-unusual =
    the regimen is unusual and was not set:
    { $notes }
    If it is right, give --yes
staff-infusion = infusion: { $problem }
staff-not-unattached = vault { $vault } is none that came back without its participant. `status` lists those
staff-other-subject = vault { $vault }: its certificate was made for { $named }. Nothing was changed. If { $named } was renamed since, give --renamed-from { $named }
staff-backup = the backup: { $problem }
staff-not-set-aside = record { $n } is no parcel that is set aside. `quarantine list` shows them all
staff-not-to-decide = record { $n }: only what a revoked phone sent is for the site to decide. `quarantine show` says what this one waits for
staff-nobody-waits = no phone of { $subject } waits to be confirmed. `pending` lists those that do; `enrol { $subject }` makes a link
staff-wrong-digits = the six digits are not those of a phone of { $subject }. Nothing was confirmed. Read them from the phone again; { $left } tries are left
staff-not-approved = { $subject } uses another phone, which has not let this one in. Nothing was confirmed. Ask the participant to type `diary approve DIGITS` and `diary sync` there; if that phone is lost, `revoke { $subject } PHONE` first; else an investigator confirms with --reason TEXT
staff-link-late = the phone of { $subject } reached the relay after its link had expired, or this keeper read the relay more than 72 hours after the link was made and does not take the relay's word for it. Nothing was confirmed, and what the phone wrote is kept. Compare the phone with the participant in the room and confirm with --reason TEXT, or make a new link and `revoke` this phone
staff-trail-broken = the trail does not hold: row { $n } does not follow from those before it, so no checkpoint is signed over it. `trail` shows it; an earlier export or backup tells what stood there
staff-unknown-phone = { $subject } has no phone { $named }. `phones { $subject }` lists them
staff-nothing-to-decide = no entry whose id ends in { $named } shares its place with another one. The report lists those that do, with the end of each id, where it says "not decided"
staff-revoked-before = this phone of { $subject } was revoked before. Nothing was changed
staff-locked = locked after { $most } wrong tries: a phone of somebody else may be trying to join. Make a new link with `enrol { $subject }` and let the participant's phone join with it
staff-no-public-name = phones cannot reach { $listen }: set server.public = "HOST:PORT" in the configuration, the name under which they reach this server
staff-host = { $key }: { $problem }
staff-no-recovery-secret = no recovery secret of a phone of { $subject } has arrived. It comes with the phone's first contact after confirmation; until then only the PIN opens that phone
staff-not-founded = the database holds no study: it is not the one of this keeper, or `init` was interrupted. Nothing was written to it; keep this folder with its keys. Name the right database with --database, or as url in [database] of diary-server.toml; to make a new keeper run `init` with another folder
staff-no-study = the study named by the bundle is not in the database, or is of a newer format. Update this program
staff-other-study = the study's file in the database is damaged or not the one that was published. Restore a backup
staff-study =
    the study:
    { $problem }
staff-publish = the study was not published: { $problem }
staff-bundle = the database belongs to another study root than keys/trust.toml names: { $problem }
staff-report = the report: { $problem }
staff-sealing = keys: { $problem }
staff-signed = a stored record is not what its author signed: { $problem }
staff-contended = others are changing this participant's diary. Nothing was changed; try again
staff-export-too-large = The tables are larger than one export may be. Nothing was sent; export one site or one participant at a time
staff-not-vacant = { $path }: holds something already. Nothing was written; name a new or empty folder
staff-file = { $path }: { $reason }
staff-wrong-root = this root key is not the one of this study. Nothing was changed
staff-wrong-recovery = this recovery key is not the one of this site; `keys list` shows its id. Nothing was tried
staff-generation-missing = generation { $generation } of the site's sealing key is not on this server, so what phones would seal to it could not be read. Bring its key file back first
staff-intake = { $path }: { $reason }

## ActError

act-unusual =
    the { $kind } is unusual and was not recorded:
    { $questions }
    If it is right, give --yes
act-changed = another act was made meanwhile. Nothing was changed
act-unknown = no act whose id ends in { $named }, or several. `participant acts` lists them; at least 4 characters of an id are needed
act-final = act { $act }: an act of the kind { $kind } is final. Nothing was changed
act-withdrawn = act { $act } is withdrawn. Nothing was changed; make a new act in its place
act-other-kind = act { $act } is of the kind { $kind }, not { $asked }. Correct it with the command of its kind. Nothing was changed
act-same = act { $act } says this already. Nothing was changed
act-regimen-same = the regimen is so already. Nothing was changed
act-no-infusion = act { $act } is no infusion: `participant acts` shows all
act-no-interruption = no interruption is recorded for that time. Nothing was changed
act-reason = to correct an act, say why: --reason TEXT
act-visit-kind = kind of visit { $kind }: the study has { $known }
act-not-yet = a visit on { $date } has not taken place yet: leave --held away to plan it. Nothing was changed
act-ended = the participation ended on { $last } already (act { $act }). To change that: --corrects { $act } --reason TEXT. Nothing was changed
act-no-entry = no entry whose id ends in { $named }, or several. The report shows the end of each id; at least 4 characters are needed
act-marked-before = entry { $entry } is marked as another participant's already. Nothing was changed
act-not-marked = entry { $entry } counts for { $subject }. First say that it is not theirs: `participant entries { $subject } not-theirs { $entry } --reason TEXT`. Nothing was changed
act-taken-before = entry { $entry } is in the record of { $subject } already. Nothing was changed
act-counts-elsewhere = entry { $entry } was taken over by { $subject } and counts there. First say there that it is not theirs: `participant entries { $subject } not-theirs { $entry } --reason TEXT`. Nothing was changed
act-same-participant = entries are taken over from another participant. Nothing was changed
act-too-many = too many entries at once: name fewer of them and run the command again. Nothing was changed

## PublishProblem

publish-other-study = it is { $study }, this server keeps { $ours }
publish-not-newer = it is version { $version }; a version above { $newest } is needed
publish-no-site = it has no site { $site }

## NoExport

no-export-nothing = no folder is there
no-export-file = this is a file; an export is a folder
no-export-other-folder = no file of an export is in this folder
