# Texts of the participant report, for staff of the site.

## difference

list-separator = ,{" "}
semicolon = ;{" "}
yes = yes
no = no
note = Note
instruction-shown = Instruction shown
section-withdrawn = Withdrawn
another-phone = Another phone
newer-entry = Entry of a newer version
needs-an-update = cannot be read by this version; please update the server
part-withdrawn = withdrawn
let-in = let in
taken = taken
dont-know = don't know
not-taken = not taken

## grid

x-missed-a-not-asked-the = x missed · a not asked, the phone could not know · p still on the phone · ? unknown, phone not heard of since · o can still be answered · + answered in time · L late · c corrected · d several entries, not decided which counts, the first shown · ! contradicting or out of range · * met an alert rule · / asked, no answer · ~ not asked, other answers made it needless · Y yes, - no · I infusion (i planned, | interrupted) · V visit · b filled in together · C caregiver · S claims to be staff or the diary
doses-taken-planned-then-n-not = doses: taken/planned, then n not taken, k not known, a x p ? o as above, +1 extra · mg: exact sum of what was taken, + at least (an answer or a strength is missing), ? nothing known

## html

diary-of-participant = Diary of participant { $participant }

## grid

infusion-visit = Infusion, visit
entered-by-others = Entered by others
on-phone = On phone
filled-in-together = Filled in together
change-since-the-last-visit = change since the last visit
change-against-before-treatment = change against before treatment
row-total = total
row-mg = mg
last-dose = last dose
prednisone-equivalent-mg = Prednisone-equivalent, mg

## odd

answered-twice-in-one-entry = answered twice in one entry
not-one-of-the-options = not one of the options
in-a-unit-that-is-not = in a unit that is not offered
with-more-digits-than-are-asked = with more digits than are asked for
no-possible-answer-to-this-question = no possible answer to this question
outside-what-can-be = outside what can be
outside-to = outside { $min } to { $max }
below = below { $min }
above = above { $max }

## plot

dashed-before-treatment = , dashed: before treatment
day-white-at-least = /day; white: at least
line-prednisone-eq-mg = ; line: prednisone-eq. 0–{ $steps-top } mg

## sections

nothing-stands-out = Nothing stands out.
look-at-this-first = Look at this first
entries-of-other-days = Entries of other days
no-phone-has-joined = No phone has joined.
section-phones = Phones
phone-title = Phone{" "}
colon = :{" "}
no-entries-and-nothing-due = No entries and nothing due.
in-short = In short
treatment-and-visits = Treatment and visits
regimen-and-reported-changes = Regimen and reported changes
doses-other-than-planned = Doses other than planned
doses-not-taken = Doses not taken
alerts-all = Alerts, all
section-events = Events
in-the-participant-words = In the participant's words
entered-late = Entered late
section-corrected = Corrected
withdrawn = Withdrawn
contradicting-versions = Contradicting versions
several-entries-for-one-place = Several entries for one place
shown-as-they-came = Shown as they came
answers-behind-the-last-total = Answers behind the last total
answered-alike-every-time = Answered alike every time
away-from-home = Away from home
section-keys = Keys
none-in-these-days = None in these days
comma = ,{" "}
phone-of = phone{" "}
quoted = “{ $theirs }”
remarks = {" "}({ $joined })
check-s-begun-and-not-finished = ; { $n } check(s) begun and not finished
nothing-has-come-from-it = nothing has come from it
it-has-not-said-what-it = it has not said what it still holds
everything-recorded-up-to-is-here = everything recorded up to { $at } is here; what came later is unknown
on-it-still-held-entries-of = on { $at } it still held entries of { $days }
revoked = revoked { $at }
last-contact = last contact { $at };{" "}

## alarms

taken-again-within-a-week = taken again within a week
no-phone-has-been-heard-of = No phone has been heard of
more-entries-whose-versions-contradict = More entries whose versions contradict
more-places-with-several-entries-not = More places with several entries, not decided
still-on-the-phone-not-received = Still on the phone, not received
unknown-phone-not-heard-of-since = Unknown, phone not heard of since
missed-entries-checks-or-answers-on = Missed entries, checks or answers on doses
a-phone-sent-entries-that-claim = A phone sent entries that claim to be of staff or of the diary itself; kept, to be asked about
newer-entries = Entries made with a newer version of the diary, kept and not read by this version: please update the server
a-time-that-cannot-be-is = A time that cannot be is claimed; it is used for nothing
entered-by-somebody-else = Entered by somebody else
no-complete-total-from-before-the = no complete total from before the treatment to compare with
clock-ran-ahead = ran ahead
clock-was-set = was set while in use
clock-went-back = went back
clock-was-ahead = was ahead
clock-was-behind = was behind
range-to = {" "}to{" "}
days-short = { $n } d
hours-short = { $n } h
minutes-short = { $n } min
severity-emergency = emergency
severity-call = call the same day
severity-notice = notice
no-record-that-the-instruction-was = no record that the instruction was shown
shown-the-answer-was-corrected-since = shown; the answer was corrected since
shown-the-answers-were-not-finished = shown; the answers were not finished or have not come
not-confirmed-as-read = not confirmed as read
received-not-yet-part-of-the = received, NOT YET PART OF THE RECORD: its parcel is set aside, see Quarantine
visit-on = visit on { $visit }
dealt-with-by = dealt with by { $by } { $at }: { $what }
dated-by-a-wrong-clock-received = dated { $day } by a wrong clock, received { $received }
earlier-hits = , { $n } earlier
clock-of-phone-was-ahead-its = Clock of phone { $phone } was { $by } ahead { $when }; its times are doubtful
clock-of-phone-was-behind-its = Clock of phone { $phone } was { $by } behind { $when }; its times are doubtful
between-and = between { $from } and { $to }
clock-of-phone-by-up-to = Clock of phone { $phone } { $what }, by up to { $minutes } (last seen { $at }); its times are doubtful
phone-and-a-copy-of-it = Phone { $phone } and a copy of it sent different entries in { $places } place(s), the last { $last }; both are kept. Ask who uses which phone
infusion-after-plan = “{ $cycle }”: the infusion of day { $n } ran until { $ran }, after the last planned infusion day { $planned }. Safety checks and alerts are asked on the planned days, counted from the first infusion
infusion-of-day-is-in-a = Infusion of { $cycle } day { $n } ({ $day }): { $dose } is in a unit that is none of the study drug's
entries-of-phone-are-not-shown = { $entries } entries of phone { $phone } are NOT SHOWN, on this report and in every figure of it: the phone sent more than is read of one at once. They are kept, and an export of files holds them all. Ask what is the matter with the phone, and revoke it if needed
entries-cannot-be-explained-by-any = { $count } entries cannot be explained by any study version at hand; shown as they came: { $on }
on-taken-expected = { $name } on { $day }: { $taken } taken, { $planned } expected
the-participant-reports-for-the-site = The participant reports for { $day }: { $anchor }; the site has not set that day
parcel-s-of-phone-received-and = { $count } parcel(s) of phone { $phone } received and not merged: { $why }; the last came { $last }
a-change-from-is-reported-no = { $name }: a change from { $from } is reported; no regimen has been set since

## doubtful

or = {" "}or{" "}
no-answer = no answer
they-say-the-same = they say the same
phone-clock = phone's clock{" "}
received = received{" "}
entries-of-days-that-had-not = Entries of days that had not come when they were received, counted for no day ({ $n }): { $days }
entries-of-days-after-the-end = Entries of days after the end of the participation, not counted ({ $n }): { $days }
entries-made-under-the-wrong-participant = Entries made under the wrong participant, not counted ({ $n }): { $days }
entries-received-in-these-days-of = Entries received in these days, of days before the diary began ({ $n }): { $days }
entries-received-in-these-days-of-days = Entries received in these days, of days before them ({ $n }): { $days }
phone-lives-in-the-site-in = Phone { $phone } lives in { $zone }, the site in { $site }, since { $since }
filled-in-together-to-entries-of = Filled in together, { $from } to { $to }: entries of { $days }
of-entries-for-one-place-the = { $subject } of { $day }, { $entries } entries for one place, the first counts until decided: { $values }
of-entries-for-one-place-more = { $subject } of { $day }, { $entries } entries for one place, more has come since it was decided: { $values }
of-versions-contradict-each-other = { $subject } of { $day }, versions contradict each other: { $values }
from = from { $from }
no-dose-can-be-so-counted = { $name } { $doses }: no dose can be so; counted in no sum
not-in-as-it-should-be = { $name } { $doses }, not in { $known } as it should be
value-on-day = { $value } on { $day }

## history

nothing = nothing
nothing-changed = nothing changed
two-contents-under-one-id = {" "}(two contents under one id)
not-decided-entries = not decided; entries
decided-by = decided by
more-has-come-since = more has come since
entry-counts = {" "}counts
not-at-hand = , not at hand
study-version = study version { $version }{ $missing }
recorded = recorded { $stamp }

## treatment

not-answered-in-these-days = not answered in these days
no-total-up-to-a-visit = ; no total up to a visit to compare with
not-planned = : not planned
time-of-recording = time of recording
planned = {" "}(planned)
visits = Visits:{" "}
stop-not-recorded = stop not recorded
as-needed = as needed
no-longer-planned = no longer planned
participant-from = Participant, from { $from }: { $text }{ $about }
planned-taken = { $day } { $name }: planned { $planned }, taken { $taken }{ $about }
now-planned-at = now planned at { $now }
minutes-early = { $by } early
minutes-late = { $by } late
withdrawn-of-by = Withdrawn: { $kind } of { $made } (by { $by }, { $at }: { $reason })
corrected-of-by = Corrected: { $kind } of { $made } (by { $by }, { $at }: { $reason })
at-least-apart = , at least { $least } apart
at-most-a-day = , at most { $most } a day
every-days = every { $every-days } days
treatment-from = from { $date }
site-line = Site, line { $n }, { $name }: { $all }
site-no-medication-from = Site: no medication from { $from }
day = day { $day } { $start } – { $stop }
infusion-paused = interrupted { $paused }, not resumed
infusion-resumed = interrupted { $paused }, resumed { $resumed }
infusion-ended-early = ended early { $paused }
given-until-then = { $given } given until then
infusion-interrupted-on = Infusion interrupted on { $day }
infusions-counted-from = Infusions, counted from “{ $name }”, { $dose }: { $infusions }
last-dose-before-this-report = ; last dose { $at }, { $amount }, { $before } before this report{ $doubts }
mg-of-dose-s-cannot-be = ; mg of { $uncounted } dose(s) cannot be counted, their strength is not known
of-planned-doses-taken = { $name }: { $taken } of { $planned } planned doses taken
of-answered = { $title }: { $answered } of { $due } answered{ $comma }{ $rest }
is-not-set = ; “{ $anchor }” is not set

## text

day-by-day = Day by day

## days

column-last = last
pred-eq = Pred.-eq.

## grid

column-day = day
column-weekday = weekday
column-total = {"  "}total

## words

weekday-monday = Mo
weekday-tuesday = Tu
weekday-wednesday = We
weekday-thursday = Th
weekday-friday = Fr
weekday-saturday = Sa
weekday-sunday = Su
by-the-diary = by the diary
on-a-phone-as-if-by = on a phone, as if by the diary itself
skip-forgot = forgot
skip-side-effects = side effects
skip-felt-well = felt well
skip-could-not-swallow = could not swallow
skip-ran-out = ran out
skip-told-to = told to
skip-other = other
act-anchor = anchor
act-regimen = regimen
act-visit = visit
act-infusion = infusion
act-adjudicate = decision between entries
act-end-of-participation = end of participation
act-alerts-handled = alert dealt with
act-other-participant = entries of another participant
change-started = started
change-changed = changed
change-stopped = stopped
against-before-treatment = { $signed } against before treatment ({ $from }{ $over })
since-the-visit-of = { $signed } since the visit of { $visit } ({ $from }{ $over })
a-later-one-is-incomplete = , a later one is incomplete
total-on-day = { $total } on { $date }
no-total-of-answered = no total: { $answered } of { $of } answered
on-a-phone-by-somebody-who = on a phone, by somebody who claims to be staff: { $name } ({ $reason })
by-caregiver = by caregiver { $name } ({ $reason })
quantity = { $value } { $unit }
month-of-year = { $month } { $year }

## parts

restored = The diary of phone { $phone } was restored from a backup or copied, first heard of { $at }; what it holds since then comes under a new life
restored-again = The diary of phone { $phone } was restored from a backup or copied, first heard of { $at } ({ $n } time(s) before); what it holds since then comes under a new life
on-instant = on { $at }
duration = { $longer } { $shorter }
earlier-values = { $n } earlier
odd-answer = { $question } { $answers }, { $wrong }
odd-value = { $label } { $answers }, { $wrong }
more-differences = { $n } more
slots-late = { $n } of these late
slots-missed = { $n } missed
slots-still-on-phone = { $n } still on the phone
slots-unknown = { $n } unknown
slots-open = { $n } still open
slots-not-asked = { $n } not asked
doses-not-taken-because = { $n } not taken{ $reasons }
doses-not-known = { $n } not known to the participant
doses-without-answer = { $n } without an answer
doses-still-on-phone = { $n } still on the phone
doses-unknown = { $n } unknown
doses-open = { $n } still open
doses-not-asked = { $n } not asked
doses-extra = { $n } extra
doses-entered-twice = { $n } entered twice, not counted
on-weekdays = on { $days }
weekday-separator = {" "}
heading-study = { $study } { $title } (version { $version }), site { $site }
heading-period = { $period } ({ $days } days, the last not over) · made { $made } · times in { $zone }
gap = something sent has not arrived
gap-after = something sent has not arrived; whole up to { $until }
some-not-merged = everything sent is here, { $count } parcel(s) of it not merged
some-not-merged-after = everything sent is here, { $count } parcel(s) of it not merged; in the record up to { $until }
asked = { $question } { $answer }
labelled = { $label }: { $value }
month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 }
day-of-month = { $day } { $month }
full-date = { $day } { $month } { $year }
whole-year = { $year }
days-of-month = { $first }–{ $last } { $month }
days-between = { $first }–{ $last }
part-medication = medication
part-day = day
part-place-in-the-schedule = place in the schedule
part-version-of-the-questions = version of the questions
part-wording = wording
part-beyond-the-plan = beyond the plan
part-time = time
part-amount = amount
part-how = how
part-why-taken = why taken
part-from = from
part-dose = dose
part-how-often = how often
part-form = form
part-why = why
act-quarantine-decision = decision on a parcel in quarantine
act-phone-asks = question of another phone
act-withdrawn = withdrawal
act-taken-over = hand-over
act-first-day = first day
act-newer = act of a newer version; please update the server

## server clock

server-clock-set-back = The server's clock was set back: it has signed { $newest } before. Set it right; if it is right now and was ahead before, accept it.
server-clock-behind = The server's clock is behind: it has signed { $newest } before. Nothing is received until that is settled; phones keep what they have, and what is missed or due is not to be relied on. Set the clock right; if it is right now and was ahead before, accept it.
server-clock-years-ahead = The server's clock is years ahead of the newest time that it has signed, { $newest }. Nothing is received until that is settled; phones keep what they have, and what is missed or due is not to be relied on. Set the clock right; if it is right, accept it.
server-clock-leapt = The server's clock went from { $from } to { $to } at once. After a standstill of the server that is right; else the clock is ahead, and what is missed or due is not to be relied on. Set it right, or accept it.
empty-not-asked = not asked
empty-open = open
empty-missed = missed
empty-on-phone = still on the phone
empty-unknown = unknown
