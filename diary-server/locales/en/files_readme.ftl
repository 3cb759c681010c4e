# README.txt of an export for inspection.

before = Export of a diary study for inspection.
check =
    Check it with:
    {"  "}{ $command }
    The fingerprint is that of the study's root key; take it from the trial's papers, not from this folder.
after = This folder makes every diary in it readable, unless it was exported with --sealed-only: keep it as the diaries themselves.

## files

file-manifest = type and content of this export, signed by the keeper
file-list = every other file with its length and SHA-256
file-bundles = the study's keys, every version, signed by its root
file-trail = the audit trail of staff, as a hash chain with signed checkpoints
file-participants = subject numbers by vault
file-studies = the study in every version
file-log = everything the keeper holds of one participant, as it came, as a hash chain
file-head = the keeper's signature over that chain
file-opened = contents of the parcels, with the salts that prove who wrote them
