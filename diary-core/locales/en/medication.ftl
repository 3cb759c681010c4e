# Ways of taking a medication, and how often.

oral = by mouth
intravenous = into a vein
subcutaneous = under the skin
intramuscular = into a muscle
inhaled = inhaled
ophthalmic = into the eye
topical = on the skin
feeding-tube = through a feeding tube
daily = once a day
twice-daily = twice a day
three-times-daily = three times a day
four-times-daily = four times a day
five-times-daily = five times a day
every-other-day = every other day
weekly = once a week
every-two-weeks = every two weeks
every-four-weeks = every four weeks
once = once
as-needed = as needed
continuous = continuously
