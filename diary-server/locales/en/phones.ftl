# Texts of `pending`, `confirm`, `phones`, `revoke` and `allow`.

## pending

nothing-pending = No phone waits to be confirmed.
joined-late = { $joined } (late: its link had expired)
pending-by-retired-key =
    {"*"} Its papers are by a key of this keeper that was retired: it was enrolled after the backup, or whoever stole that key made them.
    {"  "}Only with the phone in hand and its key compared: `confirm SUBJECT --phone KEY --reason TEXT`; else `revoke`.

## confirm

confirmed = Confirmed the phone of { $subject }. What it has recorded so far is merged now.
confirmed-approved = Confirmed the phone of { $subject }, which the participant let in on another phone. What it has recorded so far is merged now.
confirmed-before = This phone of { $subject } was confirmed before. What it needs was sent to it once more.
link-had-expired = It had reached the relay after its link had expired.

## phones

none-joined = No phone of { $subject } has joined.
store-began-anew = its store began anew { $n } time(s)
revocation-by-retired-key =
    {"*"} A revocation of this phone by a key of this keeper that was retired came back: it was revoked after the backup, or a thief of that key made it.
    {"  "}It has no effect. Ask the participant; where it is right, `revoke` the phone.
allowance-used-up = allowance USED UP: see `status`, and `allow --help`
allowance-near = allowance nearly used up: see `status`
allowance-raised = may store { $times } times as much as is usual

## revoke

revoked = Revoked phone { $number } of { $subject }. What it had sent counts; what it sends from now on is set aside (`quarantine list { $subject }`), and it can read nothing new.
turned-away = Turned away a phone of { $subject } that was never confirmed.

## allow

allowed = { $phone } of { $subject } may store { $times ->
        [one] once
       *[other] { $times } times
    } as much as is usual.{ $cleared } What it holds back it sends with its next contact; what waited here for this is judged once more.
allowed-phone = Phone { $number }
allowed-unconfirmed = A phone that is not confirmed
count-cleared = {" "}What it had stored counts no longer.

## loans

lent = lent by the hospital
lent-labelled = lent by the hospital ({ $label })
lent-returned = lent by the hospital, given back { $at }
lent-labelled-returned = lent by the hospital ({ $label }), given back { $at }
own-phone = the participant's own
phone-mark = Phone { $phone } of { $subject }: { $loan }.
