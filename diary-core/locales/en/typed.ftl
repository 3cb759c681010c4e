# Words that are accepted where a person types, whatever language the screen has: spellings of one meaning, in lower
# case, separated by |. A language without a word for a meaning has a hyphen.

yes = yes | y | true
no = no | n | false

# Moments and days.
now = now
today = today
yesterday = yesterday
two-days-ago = day before yesterday | the day before yesterday
three-days-ago = -
tomorrow = tomorrow
in-two-days = day after tomorrow | the day after tomorrow
this-month = this month
last-month = last month
this-year = this year
last-year = last year
two-years-ago = -

# The first and the second of two times that a clock showed on one day.
first-time = first time | first
second-time = second time | second

# Times of day.
noon = noon
midnight = midnight
# Before or behind an hour.
am = am | a.m. | a.m
pm = pm | p.m. | p.m
morning = -
midday = -
afternoon = -
evening = -

# Months by number, in order; the first three letters are enough.
months = january | february | march | april | may | june | july | august | september | october | november | december

# Units.
milligram = mgs | milligram | milligrams
microgram = mcgs | microgram | micrograms
gram = gram | grams
milliliter = ml | milliliter | milliliters | millilitre | millilitres
international-unit = iu | international unit | international units
tablet = tablet | tablets | tab | tabs | pill | pills
capsule = capsule | capsules | cap | caps
drop = drop | drops
puff = puff | puffs
celsius = ℃ | °c | c | degrees
mercury = mmhg
per-minute = bpm
kilogram = kilogram | kilograms
hour = hour | hr | hrs
day = day

# Numbers from 0 to 10, in order, and shares of one.
numbers = zero | one | two | three | four | five | six | seven | eight | nine | ten
half = half
quarter = quarter
