# Texts of `verify`.

export-of = Export of { $study }, site { $site }, made { $at }.
root = Root fingerprint { $root }.
root-as-given = Root fingerprint { $root }, as given.
root-from-export = Root fingerprint { $root }, READ FROM THE EXPORT ITSELF.
other-root =
    The fingerprint that was given is not that of this export's study root.
    {"  "}given   { $given }
    {"  "}export  { $export }
    Compare the given one with the trial's papers, character by character. Mistyped: give the right one; nothing was checked yet, and nothing is said against the export. Right: this is the export of another study, or made up. Do not trust it.
proved = Proved:
worth-knowing = Worth knowing, and no fault of the export:
not-proved = Not proved:
foreign = Contains records that do not belong there. Their authors signed them, the server took them as they came, and no diary counts them. They do not mean that anything was altered:
everything-holds = Everything that was looked at HOLDS.
wrong = WRONG:
does-not-hold = This export does NOT hold. Keep it as it is, and ask the site for another one.
finding = { $file }: { $what }
finding-in-record = { $file }, record { $n }: { $what }

## what was proved

files = { $n } files are byte by byte those that the keeper signed for
bundles = { $n } versions of the study's keys are signed by its root, none forgets another
studies = { $n } versions of the study are those that the keys name
trail = { $rows } rows of the trail follow from one another; { $checkpoints } signed checkpoints fit them
vaults = { $n } vaults: their { $records } records are a gapless chain to a signed head
parcels = { $parcels } parcels and { $grants } grants are signed by their authors, { $rewraps } rewraps by a keeper
certificates = { $n } certificates and revocations are signed by a keeper in office
receipts = { $n } receipts are signed by a server that may say so, about parcels that are here
plaintexts = { $plaintexts } plaintexts with { $entries } versions of entries are what their authors committed to
signatures = { $n } other signatures hold

## what was not

unproved-root = that the keys are those of this study: the root's fingerprint was read from the export itself. Compare it with the one on the trial's papers, or give it with --root-fingerprint
unproved-plaintexts = what was written: plaintexts were left out of this export
unproved-newer = that nothing newer was left out: an export ends where its keeper says. An earlier export, a phone or a relay can show a later state
unproved-person = which person a vault belongs to: subject numbers stand in participants.csv, and only the site's key opens those in the certificates
unproved-clocks = that clocks were right: times are those that devices and servers said

## a server

server-role = it has a key of a { $role } of this study, and uses it now
server-bundle = version { $version } of the study's keys, which it shows, is signed by the root
server-unproved =
    Not proved: anything about diaries. A server shows them to their phones alone; have the site run
    `diary-server export files DIR`, and check that folder.
server-other-study = version { $version } of the study: its bytes are not those that the root has signed for
server-no-study = version { $version } of the study: { $problem }
server-greeting = its greeting: { $problem }
server-nothing-holds = Nothing that this server shows holds under the fingerprint that was given. Compare it with the trial's papers, character by character. Mistyped: give the right one. Right: do not give this server to phones.
server-does-not-hold = This server does NOT hold. Do not give it to phones.
