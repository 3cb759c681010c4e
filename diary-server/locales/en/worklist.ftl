# Texts of `worklist`.

nobody-needed = Site { $site }: none of { $all } participants needs anybody now.
some-needed = Site { $site }: { $some } of { $all } participants need somebody, the most pressing first.
at-site = ({ $site }) { $findings }
received-until = Everything received by { $at } is in it.

## findings

unreadable = record cannot be read, run `rebuild`
too-large = URGENT too much to work out here, open the `report`
left-out = { $entries } entries NOT SHOWN: a phone sent more than is read of one at once, see `report` and `status`
no-contact-since = no contact for { $days } days, since { $since }
nothing-ever-came = nothing ever came, for { $days } days
phones-wait = { $count ->
        [one] 1 phone waits
       *[other] { $count } phones wait
    } to be confirmed since { $since }
quarantined = { $count ->
        [one] 1 parcel
       *[other] { $count } parcels
    } in quarantine, last { $last }
to-decide = to decide: { $what }
contradicting-entries = { $count ->
        [one] 1 contradicting entry
       *[other] { $count } contradicting entries
    }
places-answered-twice = { $count ->
        [one] 1 place answered twice
       *[other] { $count } places answered twice
    }
completion = { $percent }% complete: { $done } of { $due }, { $missed } missed, { $rest } not received
parcel-not-arrived = a parcel of phone { $phone } has not arrived
parcel-not-arrived-after = a parcel of phone { $phone } after { $at } has not arrived
phone-holds-entries = phone { $phone } holds entries of { $days ->
        [one] 1 day
       *[other] { $days } days
    }
phone-said-holds-entries = phone { $phone } holds entries of { $days ->
        [one] 1 day
       *[other] { $days } days
    }, it said { $at }
grant-missing = { $count ->
        [one] 1 parcel waits
       *[other] { $count } parcels wait
    } for a missing grant
to-merge = { $count ->
        [one] 1 parcel waits
       *[other] { $count } parcels wait
    } to be merged, see `quarantine list`
lent-to-return = lent phone to return: { $why }
lent-to-return-labelled = lent phone to return ({ $label }): { $why }
lent-study-over = the participation is over
lent-revoked = the phone is revoked
no-phone-in-use = no phone in use, last contact { $since }
no-phone-yet = no phone yet

## alerts

alert = { $title }{ $times } { $last } ({ $details })
alert-emergency = EMERGENCY { $alert }
alert-call = CALL { $alert }
alert-was-pressing = was pressing: { $alert }
alert-notice = notice { $alert }
alert-times = {" "}{ $times } times, last
alert-times-pressing = {" "}{ $times } times, { $pressing } not dealt with, last of these
shown-and-read = shown and read
shown-not-confirmed = shown, not confirmed as read
not-shown = not shown on the phone
answers-not-finished = answers not finished
none-in-record = NOT YET PART OF THE RECORD, see `quarantine list`
some-not-in-record = { $n } NOT YET PART OF THE RECORD, see `quarantine list`
visit-since = visit since
dealt-with = dealt with by { $by } { $at }: { $what }

## doubts

doubt-newer = URGENT entries of a newer version, not read: update the server{ $last }
doubt-too-soon = URGENT { $name } taken again within a week{ $last }
doubt-change = URGENT { $name }: a reported change is to be checked{ $last }
doubt-unit = URGENT { $name } in a unit that is not its own{ $last }
doubt-zone = { $phone } lives in another zone than the site
doubt-clock = the clock of { $phone } was wrong by half a day, or went back{ $last }
doubt-ahead = entries of days that had not come{ $last }
doubt-after-end = entries of days after the end of the participation, to be decided{ $last }
doubt-before-diary = entries of days before the diary began{ $last }
a-phone = a phone
phone = phone { $number }
last = , last { $day }
