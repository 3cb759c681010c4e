# Texts of `participant`.

added = Added { $subject } at site { $site }. Next: diary-server enrol { $subject }
formerly = formerly { $subjects }
same-person = same person as { $subjects }
counts-from-now = From now on entry { $entry } of { $subject } counts at its place. The others stay readable.
handled-before = Every alert { $rule } of { $subject } was dealt with before. Nothing was changed.
handled = Dealt with: { $n ->
        [one] 1 alert
       *[other] { $n } alerts
    } { $rule } of { $subject }, by { $by }: { $what }
renamed = { $before } is { $now } now. The earlier number stays known.
linked = { $subject } and { $other } are linked: one person.
unlinked = { $subject } and { $other } are no longer linked.
attached = Vault { $vault } is the diary of { $subject } again.

## act, said back

act-withdrawn = Withdrawn for { $subject }: { $was }.
act-corrected = { $subject }: { $what }. It was: { $was }.
act-made = { $subject }: { $what }.
phones-learn = Phones learn it at their next contact.
act-line = Act { $act } by { $by } at { $at }{ $because }
regimen-from = The regimen of { $subject } from { $from } on:
act-by = Act { $act } by { $by }
no-acts = No acts on { $subject }.
act-listed = { $act }  { $state }: { $what } ({ $by } { $at }{ $because })
act-listed-corrected = { $act }  { $state }, corrected: { $what } ({ $by } { $at }{ $because })
act-before = before, { $act }: { $what } ({ $by } { $at }{ $because })
state-holds = holds
state-planned = planned
state-overtaken = overtaken
state-withdrawn = withdrawn

## show

section-participant = Participant
section-phones = Phones
section-diary = Diary
section-anchors = Anchors
section-regimen = Regimen
section-visits = Visits
section-infusions = Infusions
section-end = End of participation
section-others = Entries of another participant
section-taken-over = Entries taken over
section-to-do = To do
set-by = (act { $act } by { $by } { $at }{ $because })
anchor-on = { $anchor } ({ $title }): { $day } { $set }
anchor-not-set = { $anchor } ({ $title }): not set
ended = { $how }, last day { $last } { $set }
later-entries = { $n } entries of later days are kept apart
taken-over = { $entries } from { $from } { $set }
from-vault = vault { $vault }
not-in-record = { $n } parcels are not in the record: `quarantine list`
subject-line = { $subject } at site { $site } ({ $zone }), added { $added }, vault { $vault }
number-renamed = renamed from { $was } to { $now }
number-linked = linked with { $subject }
number-unlinked = no longer linked with { $subject }
number-change = { $what } ({ $by } { $at }{ $because })
phone-numbered = phone { $number }
phone-not-confirmed = not confirmed
phone-line = { $phone }: { $state }, joined { $joined }, key { $key }
no-contact-yet = no contact yet
last-contact = last contact { $at }
diary-not-begun = not begun, { $entries } entries
diary-begun = first day { $day }, { $entries } entries
made-under = , made under version { $versions }
study-version = study version { $version }
visit-held = { $day }, { $kind }, held { $set }
visit-to-record = { $day }, { $kind }, planned; record it again once it was held { $set }
visit-planned = { $day }, { $kind }, planned { $set }
infusion-line = { $cycle } day { $day }: { $start } to { $stop }, { $dose }{ $unit } { $set }
infusion-not-stopped = { $cycle } day { $day }: { $start }, not stopped yet, { $dose }{ $unit } { $set }
other-unit = , NOT A UNIT OF THE STUDY DRUG
