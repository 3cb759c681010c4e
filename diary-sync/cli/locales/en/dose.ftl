# Why a dose was not taken.
skip-reason-forgot = forgot
skip-reason-side-effects = side effects
skip-reason-felt-well = felt well without it
skip-reason-could-not-swallow = could not swallow it
skip-reason-ran-out = none at hand
skip-reason-told-to = the study team said so
skip-reason-other = another reason
# Asks why a dose was not taken.
why-not = Why was it not taken?
# What can be said of a planned dose.
taken-otherwise = taken at another time, or another amount
not-taken = not taken
not-known = I do not know
taken-as-planned = taken at { $time }, as planned
taken-now = taken just now
# Asks whether a time is meant that lies more than a day from the planned one.
time-far-from-plan = { $at } is more than a day from the planned time, { $planned }. Is that right?
# Above the list of doses that are due.
to-record = Doses to record:
# The choice that takes all doses as planned.
all-as-planned = this one and the others whose time has come ({ $count } doses): each taken at its planned time, in the planned amount
# The keys while going through doses; `more`: others follow that are answered alike.
keys-last = Type a number and press Enter. s passes over this dose for now, q leaves.
keys-repeatable = Type a number and press Enter; 1 1 answers for this dose and the next. s passes over this dose for now, q leaves.
# Asks which of several doses is meant.
which-dose = Which dose? Type its number; Enter leaves.
# Asks when a late dose was taken.
when-was-it = When was it taken? Type the number; Enter leaves.
# What stands for a time in a command.
time-placeholder = HH:MM
# Asks whether a dose was taken although its time has not come.
taken-early = { $dose }: its time has not come yet. Was it taken already?
# A dose was recorded as early, and what can be done about it.
recorded-early = Recorded as taken early: it was planned for { $due } and is not asked for again. If you are not sure about the next dose, call the study team. `diary withdraw { $number }` takes this back.
# Asks about an amount that is far from the usual one.
amount-unusual = { $amount } is far from { $usual }. Was it really { $amount }?
unit-unusual = { $amount }: this medication is measured in { $known }. Was it really { $amount }?
# Nothing is due.
nothing-due = No planned dose is to be recorded now. `diary dose extra NAME` records one beyond the plan.
# Asks when.
time-taken = When was it taken? For example 08:30, or now:{" "}
# Asks whether the amount was as planned.
amount-as-planned = Was it { $amount }, as planned?
# Asks how much.
amount-taken = How much? For example 60 mg:{" "}
# Asks for the participant's own words.
in-your-words = In your own words (Enter leaves it open):{" "}
# Heading where a weekly medication was taken within a week.
taken-within-week = !! PLEASE CHECK: this was already taken within the last 7 days !!
# Asks whether such a dose was really taken.
really-taken = Was it really taken again?
late-dose = { $dose } (late)
when-as-planned = at { $time }, as planned
when-now = just now
when-otherwise = at another time
