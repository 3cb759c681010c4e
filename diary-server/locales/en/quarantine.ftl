# Texts of `quarantine`.

nothing-set-aside = Nothing is set aside: every parcel that was received is in the record.
column-record = RECORD
column-received = RECEIVED
column-bytes = BYTES
column-reason = REASON
column-decided = DECIDED
show-explains = `quarantine show SUBJECT RECORD` says what each reason means and what to do.
merged = Record { $record } is in the trial record now.
still-not-merged = Record { $record } is still not merged.
accepted-record = Record { $record } of { $subject } is in the trial record now.
rejected-record = Record { $record } of { $subject } stays out of the trial record. It remains stored.
rejected = rejected
accepted = accepted
parcel = Record { $record } of { $subject }: { $bytes } bytes, received { $received }
from-phone = From the phone { $phone }, number { $seq } of its incarnation { $incarnation }
reason = Reason: { $code }. { $meaning }
decided = Decided: { $decision }
what-to-do = What to do: { $step }

# Commands of the remedies.
remedy-retry = Judge it once more: `diary-server quarantine retry { $of } { $record }`
remedy-accept = Take it into the record: `diary-server quarantine accept { $of } { $record } --reason REASON`
remedy-reject = Leave it out: `diary-server quarantine reject { $of } { $record } --reason REASON`
remedy-confirm = Confirm the phone: `diary-server confirm { $of } DIGITS`
remedy-allow = Allow the phone more: `diary-server allow { $of } { $phone } --times N --reason REASON`
remedy-revoke = Revoke the phone: `diary-server revoke { $of } { $phone } --reason REASON`
remedy-list-keys = List the keys: `diary-server keys list`
