# Phones and parcels that wait.

title = Waiting
phones = Phones that wait to be confirmed
no-phone = No phone waits.
joined = joined
late = its link may have expired before it joined; it is confirmed by an investigator alone
held = it was confirmed by an earlier server and shows no digits
parcels = Parcels that are not in the record
parcels-help = They are kept and block nothing. An alarming answer in one of them is on Today all the same.
no-parcel = Every parcel is in the record.
no-participant = no participant
record = Record
received = Received
bytes = Bytes
accepted = Accepted by the site
rejected = Rejected by the site
reason = Reason
retry = Judge it once more
accept = Take it into the record
reject = Leave it out
to-the-phones = To the phones of this participant
to-the-keys = To the keys
reason-needed = A reason is needed, in a sentence. Nothing was changed.
gone = This parcel does not wait for a decision any more. Nothing was changed.
