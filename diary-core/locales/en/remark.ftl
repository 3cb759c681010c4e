# Remarks on an amount, a form or a frequency.
unknown-medication = This medication is not on the study's list.
form = Form: choose one of { $known }
unit = Unit: choose one of { $known }
route = How it is taken: choose one of { $known }
weekly-only = This medication is taken once a week, never every day. Please check with your study site.
amount = Amount: more than 0 and at most 100000 is needed.
no-times = Give the times of day, or say that it is taken as needed.
every-days = Every how many days: 1 (daily) to 366.
times = Times: each once, at most 24; weekdays from 1 (Monday) to 7 (Sunday), and then every_days = 1.
steps = Steps: each a later day within the line, at most 100, in the unit of the amount.
last-before-first = The last day lies before the first.
other-name = The name is that of { $named }, the code that of another medication.
above-usual = This is more than usual ({ $usual }). Please check it again.
