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

## meaning and remedy

tell-makers = nothing is lost: the phone keeps its entries. Tell the makers of the diary, with record and phone.
pending = It is held back: its phone was not yet confirmed.
    .todo = compare the six digits of the phone and `confirm` it; the parcel is then merged by itself.
grant-needed = It is held back: the key that it is sealed under has not arrived.
    .todo = nothing; the phone sends the key with its next contact, and the parcel is then merged by itself.
to-merge = Nothing holds it: the server merges it next.
    .todo = nothing, if it came just now; else `quarantine retry`, and look into the log of the server.
key-needed = Nothing holds it, but a sealing key of the site that phones use is missing in the keys folder here.
    .todo = put the missing key file back into the keys folder (`keys list` names it), then `quarantine retry`.
decrypt = Its content does not open with the key that it names.
commit = Its content is not what its author had committed to.
inner-mismatch = What stands inside contradicts what stands outside.
undecodable = What is inside cannot be read.
oversize = What is inside is larger than allowed.
newer-schema = It was made by a newer version of the diary than this server's.
    .todo = upgrade this server; it then judges the parcel once more by itself.
grant = The key that it is sealed under is of another diary, or is sealed to no key of this site.
    .todo = if a sealing key of the site is missing in the keys folder, put it back and `quarantine retry`; else tell the makers of the diary.
phone-revoked = Its phone had been revoked before it was made, as far as can be seen.
    .todo = ask the participant. `quarantine accept` takes it into the record, `quarantine reject` leaves it out.
not-allowed = A phone tried to record what only others may, or posed as another phone.
    .todo = ask the participant about the phone; `quarantine retry` after the matter is settled.
counter = An entry in it claims a place in the order of the diary that no phone reaches: a phone with an altered or broken program.
    .todo = ask the participant about the phone, and replace it; the entry is kept and can be read with `quarantine show`.
failed = This server's program failed over it. The other parcels are merged.
    .todo = tell the makers of the diary, with record and phone; `quarantine retry` after an upgrade.
allowance = Its phone has stored as much as one phone may; what is inside was not opened.
    .todo = ask the participant what is the matter with the phone. `allow SUBJECT PHONE` allows it more, and judges what waits for that once more; `revoke` takes the phone away.
unknown-reason = A newer program put it here for a reason that this one does not know.
    .todo = upgrade this server again.
