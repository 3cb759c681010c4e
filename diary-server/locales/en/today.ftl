# Today’s page.

title = Today
received-until = Everything received by { $at } is in it.
week = Visits and infusions of the week
no-visits = None in the next seven days.
took-place = took place
and-more = and { $n } more
worklist = Who needs somebody: { $some } of { $all }
nothing-to-do = No participant needs anybody now.
subject = Subject number
findings = What there is
last-contact = Last contact
never = never
new = new
parts = Parts of the list
new-title = New since you last looked
nothing-new = Nothing has come since you last looked.
came = last entries came
you-looked = you looked
never-looked = you have not looked yet
deal = Mark as dealt with
what-was-done = What was done
dealt = { $n ->
        [0] It was marked before; nothing was changed.
        [one] 1 alert was marked as dealt with. It stays in the record.
       *[other] { $n } alerts were marked as dealt with. They stay in the record.
    }
say-what = Say what was done. Nothing was marked.
no-such-alert = There is no such alert. Nothing was marked.
unreadable = the record cannot be read; tell the people who run the server
too-large = URGENT: too much to count here; open the participant
left-out = { $entries } entries NOT SHOWN: a phone sent more than is read of one at once
to-merge = { $count ->
        [one] 1 parcel waits
       *[other] { $count } parcels wait
    } to be merged
not-in-record = { $n } NOT YET PART OF THE RECORD
