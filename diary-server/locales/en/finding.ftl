# Problems of an export that `verify` finds, and remarks on it.

disk = { $reason }
malformed = not readable at byte { $at }
too-long = { $bytes } bytes, at most { $max } are allowed
too-many = a list of more than { $max } elements
trailing = bytes after the end
signature = the signature does not fit
signer = not signed by a server of this study that may say so
retired = dated after its signer's key was retired
suite = of suite { $suite }, which this version does not know
invalid-key = its public key is not valid
contradiction = its parts contradict each other
other-root = it is of another study root than the fingerprint given
no-bundle = no readable bundle of the root is left, so nothing else could be checked
other-study = it names another study than the bundles
bundle = version { $version }: { $problem }
not-newer = it is no newer than the one before
succession-other-study = it is of another study
forgets = it forgets or changes a key or a version that was named before
not-signed = its bytes are not those that the keeper signed for
not-listed = the keeper did not sign for this file
other-version = it is not the version of the study that the bundle names
outside = it names a file outside of the folder
length = it has { $found } bytes, the keeper signed for { $signed }
trail-end = it does not end where the manifest says
row-missing = row { $row } is missing or out of order
row-altered = it, or one before it, was altered after it was written
checkpoint = its checkpoint: { $problem }
trail-rewritten = its checkpoint is of another trail: rows before it were rewritten
log-end = after record { $after }: { $problem }
record-missing = record { $record } is missing or out of order
other-database = it is of another database than the manifest
other-head = the log does not lead to its signed head: a record was altered, added or left out
record = { $kind }: { $problem }
other-vault = it is of another vault
other-request = it is of another vault or request
other-vault-or-study = it is of another vault or study
no-grant = it is of a grant that is not in the log before it
other-grant = its grant is of another author
no-parcel = it is of a parcel that is not in the log
other-body = it is of another body than the parcel's
other-record = it names record { $named }, the parcel is record { $at }
no-receipt = no receipt says that it is stored
no-such-parcel = there is no such parcel in the log
not-committed = it is not what the parcel's author committed to

## kinds of records

kind-parcel = parcel
kind-grant = grant
kind-rewrap = rewrap
kind-certificate = certificate
kind-revocation = revocation
kind-receipt = receipt
kind-recovery-secret = recovery secret
kind-join-request = join request
kind-other = kind { $kind }

## remarks

later-kind = records of kind { $kind } are of a later version: only their place was checked
unconfirmed = vault { $vault }: device { $device } was never confirmed, so its key is not in the log and what it sent could not be proved to be its own
grant-to-come = vault { $vault }: the grant of record { $record } has not come
sealed = vault { $vault }: { $parcels } parcels are here without their plaintext: they wait or are set aside
set-aside = vault { $vault }: record { $record } says inside that it is another parcel; the keeper set it aside
chain-missing = vault { $vault }: author { $author }, incarnation { $incarnation }: parcels { $first } to { $last } have not come
chain-twice = vault { $vault }: author { $author }, incarnation { $incarnation }: two parcels { $parcel }, both are here (record { $record })
chain-follows = vault { $vault }: author { $author }, incarnation { $incarnation }: parcel { $parcel } follows another one than the one that is here
