# Phones of a participant: list, link, confirmation, revocation; recovery secret.

tab-plan = Plan
tab-regimen = Regimen
tab-phones = Phones
tab-paper = Paper diary
tab-participant = Diary
tabs = Pages of { $subject }
zone = Times are those of { $zone }.
title = Phones of { $subject }
none = No phone has joined yet.
number = Phone
state = State
joined = Joined
remarks = Remarks
change = Change
unnumbered = not yet confirmed
waits = waits for confirmation
in-use = in use
revoked-at = revoked on { $at }
late = Joined after its link had expired, as far as this server knows.
held = Its certificate is by a key of this server that was replaced. Compare the key { $key } with the phone in hand before you confirm it.
wrong-so-far = Wrong digits so far: { $wrong } of { $most }.
store-began-anew = Its storage began anew { $n } times.
held-revocation = A revocation by a replaced key of this server came back. It has no effect; revoke the phone if it is right.
room-used-up = Its room on the server is used up. New entries wait on the phone.
room-near = Its room on the server is nearly used up.
room-raised = May store { $times } times as much as is usual.

enrol = Enrol a phone
enrol-help = Makes a code that one phone can scan within { $minutes } minutes.
enrol-button = Make a code
another-in-use = A phone is in use. The participant lets the new one in there; if that phone is lost or broken, give the reason when you confirm the new one, and revoke the old one afterwards.
link-title = Enrol a phone of { $subject }
link-step-scan = Open the camera of the phone and hold it in front of this code.
link-step-wait = Follow the phone until it shows six digits.
link-step-type = Type these six digits here and confirm.
link-picture = Code to scan with the phone's camera
link-until = The code is good until { $until }.
link-over = This code has expired. Make a new one.
link-elsewhere = This code was made in another session or before the server was restarted, and cannot be shown again. Make a new one.
link-text = Link, where scanning is not possible
sheet = Sheet to print for the participant
lent = The diary does not yet record that a phone is lent by the hospital. Write it in your list of devices.

confirm-title = Confirm the phone
confirm-waiting = A phone joined on { $at } and waits. Compare the digits with those on its screen.
digits = Six digits on the phone
scope = Earlier entries that the phone receives
scope-all = the whole diary
scope-days = those of the last days
scope-none = none
days = Number of days
confirm-reason = Reason, where the participant cannot let the phone in on the one in use, or where its code had expired
confirm = Confirm the phone
confirmed = The phone is confirmed. What it has recorded so far is part of the diary.
confirmed-approved = The phone is confirmed; the participant let it in on another phone. If it replaces that one, revoke the old one below.
confirmed-reason = The phone is confirmed for the reason that you gave. If it replaces another one, revoke the old one below.
confirmed-before = This phone was confirmed before. What it needs was sent to it once more.
digits-form = Six digits are needed.
days-form = Type a number of days from 1 to 3,660.
nobody-waits = No phone waits. Look whether the phone shows six digits, then try again.
wrong-digits = These are not the digits of the waiting phone. Compare them once more. { $left ->
        [one] One try is
       *[other] { $left } tries are
    } left, then the code is locked.
locked = Too many wrong digits: this code is locked. Turn the waiting phone away, make a new code and begin again.
not-approved = Another phone is in use and has not let this one in. Ask the participant to let it in there, or type the digits again with a reason.
link-late = The code had expired when the phone joined. Make a new code, or type the digits again with a reason.
confirm-held = Confirm after comparing the key
held-reason = Reason and who compared the key

revoke = Revoke
turn-away = Turn away
revoke-why = Why
why-lost = lost or stolen
why-replaced = replaced by another phone
why-mistake = admitted by mistake
why-left = the participant has left the study
why-other = another reason
reason = Reason
revoke-done = The phone is revoked. What it had sent counts; what it sends from now on is set aside.
allow = Allow more room
allow-times = Times the usual room
allow-clear = count anew from now on
allow-done = The phone may store more. What waits on it comes with its next contact.
times-form = Type a number from 1 to 100.
reason-form = A reason is needed, of at most { $most } bytes.
unknown-phone = There is no such phone.
revoked-before = The phone is revoked already.
no-public-name = The configuration does not say under which name phones reach this server. Ask the operator to set it.

recovery = Recovery secret
recovery-title = Recovery secret of { $subject }
recovery-help = It opens the diary on a phone whose PIN is forgotten. Each look is a row of the audit trail with your name and the reason. The secret is shown once.
recovery-show = Show the secret
recovery-of = Phone that joined on { $joined }
recovery-handling = Read it to the participant or type it into the phone. Do not photograph it and do not send it.
recovery-none = No phone of this participant has sent a recovery secret yet.
recovery-shown-before = It was shown when this form was sent before. To see it again, give the reason again.

# What the phones have received.
sent-title = Received by the phones
sent-help = A phone reports this with each contact, by its own clock. It follows a change from the moment it receives it, or from the first day of the change if that is later.
last-contact = Last contact
study-versions = Version of the study
last-act = Last act of staff received
in-force-since = in force since
version-missing = version { $version } not received yet
not-received = not yet
never = never
phone-number = Phone { $number }
