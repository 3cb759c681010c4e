# Texts of `--help`. A command has its own texts of arguments as attributes.

diary-server = Keeper of a trial's diaries
init = Make a new keeper: folder, keys, database
    .study = Folder of the study (study.toml and its questionnaires), or nct06836973 for the one that is shipped
    .site = The first site of the study whose diaries this server keeps; `site add` adds others
    .offline = Where the root and the recovery key are written: not on this server; best a removable disk
    .host = Name under which phones reach this server
    .demo = Made-up patients: mark the folder, allow the offline keys in it
serve = Receive, merge and answer until Ctrl-C
    .listen = Address and port to listen on, in place of the configured ones
    .demo = Serve a folder marked DEMO
    .relay = Serve as a relay: store and pass on, open nothing
site = The sites whose diaries this server keeps
site-list = List the sites of this server
site-add = Add a site of the study: makes its keys and lets the study's root name them. A running `serve` takes it at once
    .site = The site, as the study names it
    .offline = Where the site's recovery key is written: not on this server; best a removable disk of that site [default: the folder of the root key]
participant = Participants, and what staff record about them
participant-add = Add a participant
    .site = The site; needed where this server has several
    .yes = It is another participant than the one whose number looks like this one
participant-list = List every participant
participant-show = Show everything that is in force for a participant
participant-rename = Give a participant another subject number; the earlier one stays known
    .new = The new one
    .yes = It is another number than the one that looks like it
participant-link = Say that two subject numbers are one person, for example after a second screening
    .other = The other one
    .undo = Take the link away
participant-attach = Join a vault that came back after a restore with its participant again
    .vault = The vault, as `status` shows it
    .renamed-from = The number that its certificate has, where the participant was renamed since
    .reason = Why, for example which paper says whose it is
participant-anchor = Set, move or take away an anchor of the schedule
    .anchor = The anchor, for example cycle1
    .date = Its date, for example 2026-03-29; none takes it away
    .reason = Why; needed to move or take away an anchor, and to correct an act
participant-regimen = Change the regimen: begin, alter or end lines
    .file = TOML file: `from` and `[[lines]]`
    .reason = Why; needed to move or take away an anchor, and to correct an act
participant-visit = Record a visit, or plan one; a planned one is held by recording it again on its day
    .date = Its date, for example 2026-03-29
    .kind = Its kind, for example scheduled
    .held = It took place; refused for a day to come
    .reason = Why; needed to move or take away an anchor, and to correct an act
participant-infusion = Record an infusion of the study drug
    .cycle = The anchor of its cycle, for example cycle1
    .day = Day of the cycle, from 1
    .start = Start, by the site's clock, for example 2026-03-29T09:30
    .stop = Stop, by the site's clock, once known
    .dose = Dose given, for example "9 ug"
    .reason = Why; needed to move or take away an anchor, and to correct an act
participant-interruption = Record that an infusion was interrupted, and resumed or ended early: a correction of its act
    .act = The end of the id of the infusion's act, as `participant acts` shows it
    .paused = When it was paused, by the site's clock, for example 2026-03-29T14:00. One that is recorded for that time is replaced
    .resumed = When it was resumed, once known
    .ended = It was ended early, and not resumed
    .none = There was no interruption at that time: what is recorded of it is taken away
    .given = Amount given up to the pause, if known, for example "4 ug"
    .reason = Why it was interrupted, or why the record is corrected
participant-end = Record the end of the participation
    .how = How it ended
    .last = The last day, for example 2026-03-29
    .corrects = The end of the id of the act that this one corrects
    .yes = What is asked about is meant
participant-first-day = Set the first day of the diary, where a wrong clock has moved it. Nothing is asked, and nothing was missed, before it
    .date = The day, for example 2026-03-01
    .yes = What is asked about is meant
participant-acts = List every act on a participant: what it says, where it stands, its history
participant-withdraw = Withdraw an act: it should not have been made, or was planned and will not be
    .act = The end of the act's id, as `participant acts` shows it
    .yes = What is asked about is meant
participant-entries = Entries that were made under the wrong participant
participant-entries-not-theirs = Say that entries are another participant's: they count no longer and stay visible
    .entries = The end of each entry's id, as the report shows it
participant-entries-take-over = Take entries over from the participant under whom they were made
    .entries = The end of each entry's id, as the report of the other participant shows it
    .from = The participant under whom they were made
participant-adjudicate = Decide which of several entries for one place of the schedule counts
    .entry = The end of the entry's id, as the report shows it
    .reason = Why this one
participant-handled = Note that alerts were dealt with: they stay in the record and press no longer. What comes later presses again
    .rule = The rule or the code of the event, as the worklist shows it in brackets
    .what = What was done, for example "called, seen in the emergency room"
enrol = Make a link with which one phone of a participant can join
    .minutes = How long the link is good
    .host = Server that the phone is to speak with, in place of the configured relay or of this one
    .lent = The hospital lends the phone; with its inventory label, if it has one
pending = List phones that wait to be confirmed
confirm = Confirm the phone that shows these six digits
    .digits = The six digits that the phone shows
    .phone = In place of digits, for a phone that `pending` shows with papers by a retired key: the beginning of its key. Compare it with the phone in the participant's hand first
    .scope = How much of the diary's past the phone is given: all, days:N or none
    .reason = Why it is confirmed although another phone is in use that has not let it in
recovery-secret = Show the secret that opens a participant's diary when the PIN is forgotten
    .reason = Why; the trail records it
report = The diary of one participant before a visit
    .days = Diary days, today included
    .html = Also write one printable page
    .pdf = Also write it as PDF, to print and to archive
    .replace = Write it in the place of a file that is there
study = Versions of the study
study-check = Check a study without publishing it
study-publish = Publish a new version: sign a new bundle with the root key, from which phones see what to fetch
rebuild = Work out every record again from the stored parcels, and compare
    .from-sealed = Open every parcel again with the sites' keys, in place of the plaintexts that are kept
    .recovery-key = The same with the recovery key in this file, of the participants of its site
    .replace = Put a rebuilt record that differs in the place of the live one, and say why
trail = Print the trail and check its chain
status = Participants, phones, last contact, what waits and what could not be merged
clock = Look at the server's clock, which signs nothing where it lies before what it has signed, or confirm it
clock-accept = Say that what the clock shows now is right, whatever it had shown before. The server then signs again
    .reason = Why; the trail records it
worklist = The participants who need somebody, the most pressing first
    .days-without-contact = List who has not been heard of for so many days
    .completion = List of whom less than this percentage of what was due has come; 0 lists nobody for it
quarantine = Parcels that are stored and not merged: list, show, judge once more, accept, reject
quarantine-list = List every parcel that is not merged, with the reason
    .of = Of this participant or vault alone
quarantine-show = Show one of them: what it is, why it is not merged, and what to do
quarantine-retry = Let go of one of them where nothing holds it, judge it once more, and say what it still waits for. A server does so by itself after an upgrade
quarantine-accept = Take what a revoked phone sent into the record. It stays there
    .record = The parcel's record, as `list` shows it
    .reason = Why; it becomes part of the trial record
quarantine-reject = Leave what a revoked phone sent out of the record. It stays stored
    .record = The parcel's record, as `list` shows it
    .reason = Why; it becomes part of the trial record
keys = Keys of the study: list, renew, a new generation of the site's key
keys-list = List generations of the sites' keys, servers, the recovery keys, and until when they are signed
keys-rotate = Make the next generation of a site's sealing key and announce it, not yet in use
    .now = Bring it into use at once, for example because the one in use may have been copied
    .reason = Why; the trail records it
keys-activate = Bring an announced generation into use: phones seal to it from their next contact on
    .generation = Which
    .reason = Why; the trail records it
keys-renew = Sign the study's keys for another year
keys-drill = Open everything that is stored of a site with its recovery key alone, and say what does not open
    .recovery-key = File of the recovery key
keys-rewrap = Let the generation in use open what was sealed to earlier ones
    .recovery-key = File of the recovery key, where the private half of an earlier generation is lost
receive = Take in files that phones have written with `diary hand-over`, and answer them
    .files = Files that phones have written; none tries those again that had to wait
    .receipts = Write an answer file for each phone into this folder: its `diary take` reads it
backup = Make a backup and check it; works beside a running `serve`
    .to = A folder, or a file that does not exist yet [default: the configured folder]
restore = Put a backup back into a fresh folder
    .backup = The backup
    .recovery-key = File of the recovery key of the first site, which opens the database and that site's keys; given once more for each further site
    .root = File of the study's root key, which signs a new key of the keeper
    .keys = Folder of keys that has survived, in place of those in the backup
move = Move the study to another database: from SQLite to PostgreSQL or back
    .from = Where the study is: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [default: the database that is configured]
    .to = Where it goes: a file that does not exist, or an empty database
    .give-up = Give a move up that is not complete: the study stays where it is
database = Who may do what in a PostgreSQL
database-roles = Make the roles of a PostgreSQL: one that serves and can do nothing else, and one that only reads
    .export = Name of the role that reads what an export is made of
    .serve = Name of the role that servers and staff work under
    .print = Change nothing; print the SQL. Needs no database
phones = The phones of a participant
revoke = Take a phone away: lost, replaced, or admitted by mistake
    .because = What became of it
    .reason = Why; the trail records it
give-back = Say that a lent phone was given back; one that is still in use is revoked
    .reason = What was done with it; the trail records it
lend = Correct the mark of a phone: lent by the hospital, or the participant's own
    .label = Its inventory label, if it has one
    .own = It is the participant's own
    .reason = Why the mark is corrected; the trail records it
allow = Allow a phone to store more than others, or begin its count anew; `status` shows which have used up what they may
    .times = So many times what other phones may store; 1 is the usual
    .clear = Begin its count anew: what it has stored up to now counts no longer. Nothing is deleted
    .reason = Why; the trail records it
relay = A relay on the internet in front of a keeper inside the hospital
relay-init = On the relay: make its folder and keys, and the file that the hospital needs
    .study = Id of the study, for example NCT06836973
    .site = The site of the keeper behind it
    .host = Name under which phones and the keeper reach this relay
    .demo = Made-up patients: mark the folder
relay-add = At the hospital: let the study's root name a relay
    .file = The file relay.toml of the relay
    .out = Where to write bundle and study, to be carried to the relay
relay-bundle = On the relay: take the file that `relay add` has written
    .file = The file
pull = Fetch what the relay has taken, merge it, and hand over what it is to pass on
    .relay = The relay [default: relay.host of the configuration]
    .watch = Go on until Ctrl-C. A keeper that serves does so by itself where relay.host is set
    .again = Read the feed from its beginning and hand everything over once more. Changes nothing that is there
export = Write files for an inspector, or tables for a statistician
export-files = Write everything an inspector needs to check the trial without this server
    .folder = A new or empty folder
    .sealed-only = Leave the plaintexts out: who wrote what can still be checked, not what it says
export-csv = Write the diaries as CSV tables with code books and scripts that read them: entries, answers, doses and so on
    .folder = A new or empty folder
    .to = The same, named
    .participant = Only this participant; may be given several times
    .spreadsheet = Also write diaries.xlsx for Excel and WPS, in which every cell has its type: 0012 and Chinese stay
verify = Check exported files, or what a server shows to anybody; needs no data folder and no key
    .target = Folder that `export files` wrote; or a server's address, of which only what is public can be checked
    .root-fingerprint = Fingerprint of the study's root key, from the trial's papers: 64 hexadecimal digits
argument-data = The server's data folder
argument-config = The configuration file [default: diary-server.toml in the data folder]
argument-database = The database, if not the one in the data folder: `postgres://USER@HOST/DATABASE` or `sqlite:PATH` [default: database.url of the configuration]
argument-by = Your account; the trail records it
argument-json = Print JSON
argument-lang = Language, for example en or zh-CN
argument-subject = Subject number
argument-yes = What is asked about is meant: far dates, another order, unusual amounts, what is recorded already
argument-reason = Why
argument-corrects = The end of the id of the act that this one corrects, as `participant acts` shows it
argument-phone = Its number on the report, or the beginning of its key as `phones` shows it
argument-folder = Folder of the study
argument-site = The site; needed where this server has several
argument-only-site = Of this site alone
argument-root = File of the study's root key
argument-of = Subject number or vault
argument-record = Its record, as `list` shows it

## frame

usage = Usage:{" "}
heading-commands = Commands
value-command = COMMAND
heading-global = Options of every command
heading-arguments = Arguments
heading-options = Options
argument-help = Print this help
argument-version = Print the version

## below

exit-codes =
    Exit codes:
    {"  "}0  done
    {"  "}1  refused: the message says why and what to do; nothing was changed
    {"  "}2  the command line is wrong
    {"  "}3  not found: participant, anchor, phone or site
    {"  "}4  a folder, key file, configuration or study cannot be used
    {"  "}5  the database failed or is held by another process
    {"  "}6  a check failed: the trail is broken, or a rebuilt record differs
after-worklist =
    Sorted by urgency: emergency alerts, alerts to call about, records that cannot
    be read, no contact, phones that wait to be confirmed, parcels in quarantine,
    conflicts, low completion, entries still on a phone, missing grants; then
    notices and alerts that a visit has followed, and participants without a phone.

    Alerts are those of the last 28 days. Completion counts what was due on the last
    28 whole diary days, doses included. What has not come is missed only where
    every phone has said since that it holds nothing.
after-backup =
    The backup is one file: the database of all sites, encrypted under its own key; that key, sealed to the recovery key of
    the first site; every generation of each site's sealing key, sealed to that site's recovery key; the configuration. In none: the keeper's signing key, the root and the recovery key, the
    files for TLS. It is opened and checked page by page before it gets its name.

    With [backup] folder = "..." in diary-server.toml, `serve` makes one every_minutes and keeps the last few, and phones
    show what is backed up, once it was read back. `backup` without --to makes one there at once. A backup to elsewhere
    promises phones nothing. Backups are ordered by the number in them, not by their names or by clocks; only those of this
    keeper since the last restore are counted and removed. Whatever else lies in the folder stays and is named.
after-restore =
    Two ways:
    {"  "}the machine or its disk is lost:
    {"      "}diary-server restore FILE --data NEW --recovery-key recovery.key --root study-root.key
    {"      "}The keys come out of the backup. The keeper's signing key is in none, so the study root signs a new one: both
    {"      "}offline files are needed. Where there are several sites, give --recovery-key once for each; a site without it
    {"      "}waits, and can be helped later.
    {"  "}the keys folder has survived:
    {"      "}diary-server restore FILE --data NEW --keys OLD/keys
    {"      "}Never start the old server again beside the new one.

    What follows a restore: the server speaks in a new epoch, and phones send again what is missing, devices that were
    enrolled since the backup included. They also hand back certificates, revocations and what staff recorded since, as far as
    phones have seen it. Where the study root signed a new key, nothing that the old one signed is believed by its date: devices
    that were enrolled since the backup wait in `pending` and need one `confirm SUBJECT --phone KEY --reason TEXT` each, and what
    staff recorded since waits in `quarantine` until it is accepted there. `status` then says which diaries came back without their participant (`participant attach`) and which
    acts of staff are still missing and have to be entered again. Give the new folder the old one's address, and TLS files
    where the configuration names them.
after-move =
    For example, where one machine is no longer enough:
    {"    "}diary-server move --data DIR --from sqlite:DIR/diary-server.db --to postgres://diary@db.example.org/diary
    and the same way back. Stop the server first. Nobody can write from the beginning to the end; reading goes on. Everything
    is copied, compared row by row and diary by diary, and only then does the study go on in the new database. Where the move
    breaks off, the same command goes on. What is left behind takes nothing any more: keep it until the new database has its
    backups, then take it away.

    Afterwards name the new database as url in [database] of diary-server.toml, or leave [database] out where it is
    diary-server.db in the data folder. Both databases are opened with the keys of the data folder, which stay where they are.
after-roles =
    Run it with --database URL of the account that owns the tables, which must be
    allowed to make roles where they are not there yet; or hand what --print prints
    to whoever looks after the database, to be run there with psql -v ON_ERROR_STOP=1.
    Run it again after every update of the program: it brings the tables up to date
    first, which the serving role may not.

    New roles cannot log in until somebody gives them LOGIN and a password. Serve and
    work with the serving role (it is in database.url of the configuration); keep the
    owner's account for updates. What the exporting role reads of answers, acts and
    reasons is sealed. It is for tools that read the database past the server:
    `diary-server export` notes itself in the trail first, and needs the serving role.
staff = Accounts of staff for the pages
staff-list = List the accounts
staff-add = Make an account, and a link with which its owner sets a password
staff-role = Give an account another role
staff-site = Take an account's role at a site away
staff-site-remove = The site
staff-disable = Disable an account; it is signed out everywhere
staff-reset = Make a new link for an account whose password or phone is lost; it is signed out everywhere
staff-name = Name of the account
staff-role-of = Role: coordinator, investigator, monitor, data-manager or administrator
staff-site-of = Site of the role; needed where this server has several
