# Acts of staff in words, and what is asked before they are made.

## content

anchor-is = { $anchor } is { $date }
anchor-not-set = { $anchor } is not set
visit-held = { $visit } on { $date }, held
visit-planned = { $visit } on { $date }, planned
visit-of-kind = { $kind } visit
infusion = infusion of { $cycle } day { $day }: { $dose }, { $start } to { $stop } ({ $zone })
infusion-not-stopped = infusion of { $cycle } day { $day }: { $dose }, { $start }, not stopped yet ({ $zone })
pause-separator = {"; "}
interrupted = interrupted { $paused }, not resumed
interrupted-resumed = interrupted { $paused }, resumed { $resumed }
ended-early = ended early { $paused }
given-until-then = , { $given } given until then
pause-reason = {" "}({ $reason })
parcel-accepted = parcel { $parcel } of a revoked phone accepted
parcel-left-out = parcel { $parcel } of a revoked phone left out
phone-asks = phone { $phone } asks to use the diary since { $since }
entry-counts = entry { $entry } counts, of { $among }
participation-ended = participation ended: { $how }, last day { $last }
withdrawn = withdrawn
alerts-dealt-with = alerts of { $rule } dealt with: entries { $entries }
wrong-participant = made under the wrong participant: entries { $entries }
taken-over = taken over from vault { $vault }: entries { $entries }
first-day-is = the first day of the diary is { $date }
newer-act = an act of a newer version: update the server to read it

## regimen

no-medication-from = no medication from { $from } on
line-begins = line { $number }: { $line }
line-changes = line { $number }: { $name } from { $from } on: { $changes }
line-ends = line { $number }: { $name } ends on { $last }
line-from = { $name } { $amount } { $form } { $route } from { $first }
line-to = {" "}to { $last }
on-weekdays = on { $days }
every-days = every { $n } days
as-needed = as needed
step = , { $amount } from { $from }
renamed = named { $name }
other-limits = other limits as needed
line-shown = line { $number }, { $name }: from { $from } to { $to } ({ $state }): { $what }
line-shown-open = line { $number }, { $name }: from { $from } on ({ $state }): { $what }
state-over = over
state-planned = planned
state-now = now
every-days-from = every { $n } days from { $from }
most-per-day = , at most { $most } a day
least-apart = , at least { $minutes } minutes apart
no-medication-today = no medication today
weekday-separator = {" "}
weekday-monday = Mon
weekday-tuesday = Tue
weekday-wednesday = Wed
weekday-thursday = Thu
weekday-friday = Fri
weekday-saturday = Sat
weekday-sunday = Sun

## questions about a date

what-from = from
what-first = first
what-last = last
what-step = step
what-first-day = first day
what-last-day = last day
years-past = { $what } { $date } lies { $n } year(s) in the past
years-ahead = { $what } { $date } lies { $n } year(s) in the future
other-year-past = { $what } { $date } is another year, { $n } days in the past
other-year-ahead = { $what } { $date } is another year, { $n } days in the future
after-end = { $what } { $date } lies after the end of the participation on { $last }

## questions about an act

infusion-was-on = the infusion of { $cycle } day { $day } was on { $on } (act { $act })
infusion-would-be = the infusion of { $cycle } day { $day } was on { $on } (act { $act }), which would be day { $n }
comes-after-unset = { $anchor } comes after { $after }, which is not set
not-after = { $anchor } on { $date } does not come after { $after } on { $first }
away-from-expected = { $anchor } on { $date } is { $days } days after { $after } on { $first }; { $expected } are expected
visit-recorded-already = a { $kind } visit on { $on } is recorded already (act { $act })
visit-planned-already = a { $kind } visit on { $on } is planned already (act { $act })
visit-recorded-near = a { $kind } visit is recorded on { $on }, { $days } days from this one (act { $act })
visit-planned-near = a { $kind } visit is planned on { $on }, { $days } days from this one (act { $act }): if it was moved, give --corrects and this id
before-first-visit = { $kind } visits are counted from { $anchor } on { $first }; { $date } lies { $days } days before it
dose-unit = dose { $dose }: { $drug } is given in { $units }
or = {" "}or{" "}
stops-ahead = it stops in the future; a stop is recorded once it has stopped
cycle-not-set = { $cycle } is not set; set its first day first
other-day = { $on } is day { $n } of { $cycle }, which began on { $first }, not day { $day }
infusion-recorded-already = { $cycle } day { $day } (act { $act }) is recorded already: correct it with --corrects and this id
infusion-overlaps = it overlaps with the infusion of { $cycle } day { $day } (act { $act })
infusion-other-order = { $cycle } day { $day } (act { $act }) began on { $on }: the days are in another order
dose-far = dose { $dose } after { $before }: { $factor } times as much or as little
last-day-to-come = the last day { $last } is still to come
visit-after-last = a { $kind } visit is on { $on }, after the last day { $last } (act { $act })
infusion-after-last = the infusion of { $cycle } day { $day } is on { $on }, after the last day { $last } (act { $act })
line-gone = line { $number }, { $name }, is gone then, and act { $acts } on it changes nothing

## an infusion that cannot have been

no-such-day = { $cycle } has no infusion on its day { $day }, but on days { $days }
dose-out-of-range = dose { $dose }: more than 0 and at most { $most } is needed
starts-ahead = it starts in the future; record it once it has begun
stops-before-start = it stops before it starts
longer-than-cycle = it lasts more than the { $days } infusion days of { $cycle }; check the dates
interruption-at = the interruption of { $paused }: { $doubt }
pause-before-start = it lies before the start of the infusion
pause-after-stop = it lies after the stop of the infusion
pause-ahead = it lies in the future
resumed-before-pause = the infusion was resumed before it was interrupted
resumed-ahead = the infusion is resumed in the future
resumed-after-stop = the infusion was resumed after its stop
pauses-overlap = the next interruption begins before this one is over
pause-not-resumed = the infusion has a stop, and was not resumed before it
ended-at-other-time = it ended the infusion early, and the stop is at another time
given-in-other-unit = { $given } was given until then, in another unit than the dose
given-above-dose = { $given } was given until then, more than the dose
given-less-than-before = { $given } was given until then, less than at the interruption before
day-zero = days of a cycle are counted from 1
too-many-interruptions = at most { $most } interruptions

## remarks on a regimen

too-many-lines = lines: at most { $most } in one file
no-line-to-end = end: there is no line { $number }
no-line-on = line { $n }: there is no line { $number } on { $from }
ambiguous-line = line { $n }, { $name }: could be line { $lines } of the regimen. Say which with line = N, or new = true for a further one
of-line = line { $n }, { $name }: { $said }
drops-planned = this drops what is planned: { $planned }
amount-far = { $amount } after { $before } is { $factor } times as much or as little, or more
times-twice = { $times } is given more than once, and is asked once
line-begins-later = line { $number } begins on { $from }. Correct the act that begins it, or give new = true and last = its eve
drops-limit = this drops a limit of doses as needed, until now{ $limits }
planned-stays = planned already and staying: { $planned }. What you set now holds until then
planned-step = { $name } { $amount } from { $from }
