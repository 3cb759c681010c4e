# Refusals of what was typed as an amount, a date or a time: the fault, and the form that is expected.

not-a-number = This is not a number. Write it in digits, for example 60 or 0.5.
thousands = A comma or a space inside a number can mean two things. Write 1500 for one thousand five hundred, 1.5 for one and a half.
fraction = This fraction cannot be taken as it is. Write it with a point, for example 0.5 or 0.33.
leading-zero = A number that begins with 0 may lack its point. Write for example 5 or 0.5.
too-many-digits = This number has too many digits: at most 18, of which at most 9 behind the point.
two-numbers = There is more than one number. Write the one amount, for example 10 mg.
not-an-amount = Write an amount with its unit, for example 60 mg or 0.5 tablets.
no-unit = Write the unit behind the number, for example 60 mg or 2 tablets.
unknown-unit = This unit is not known. Write for example 60 mg, 9 mcg, 5 mL, 2 tablets or 1 capsule.
micro-sign = A micro sign is easily misread as milli. Please write mcg, for example 9 mcg.
amount-range = The amount must be above 0 and up to 100000, for example 60 mg.
not-a-date = This is not a date. Write year, month and day, for example 2026-03-29, or today or yesterday.
year-first = Write the year first and with four digits, then month and day, for example 2026-03-29.
no-year = Write the year too, for example 2026-03-29.
no-day = Write the day too, for example 2026-03-29.
not-relative = Write the date in full, for example 2026-03-29.
not-a-time = This is not a time of day. Write hours and minutes, for example 08:30 or 21:15.
midnight = Midnight belongs to two days. Write 00:00 with the date of the day that begins then, for example 2026-03-30 00:00.
twelve-o-clock = This can mean noon or midnight. Write 12:00 for noon, 00:00 for midnight.
part-of-day = The hour does not fit the part of the day. Write hours from 0 to 23, for example 21:15.
not-a-moment = Write a time such as 08:30, or a day with a time such as yesterday 21:15 or 2026-03-29 08:30.
not-a-date-and-time = Write a date with a time, for example 2026-03-29 08:30 or yesterday 21:15.
shown-once = The clock showed that time once. Leave out "first" or "second".
no-such-month = There is no month { $month }. Write year, month and day, for example 2026-03-29.
year-range = The year { $year } cannot be meant: years from 1900 to 2100 are possible. Write for example 2026-03-29.
buddhist-year = { $year } is a year of the Buddhist era: { $common } by the common calendar. Write the year { $common }, or a year from 1900 to 2100.
which-year = Which year is meant? Write { $past } or { $next }.
no-such-time = No clock shows { $time }. Write 00:00 to 23:59, for example 21:15.
no-time = Write the time behind the date, for example { $date } 08:30.
shown-twice = On { $date } clocks were put back and showed { $time } twice. Write "{ $date } { $time } first" or "{ $date } { $time } second".
no-such-day = There is no { $day } { $month } { $year }: { $month } has { $last } days. Write for example { $example }.
month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
skipped = { $day } has no { $time }: clocks went from { $from } to { $to }. Write { $before } or { $after }.

# Dates far away, which are rarely meant.

far-ahead =
    { $years ->
        [1] { $date } is more than a year from now; is that meant?
       *[other] { $date } is { $years } years from now; is that meant?
    }
far-ago =
    { $years ->
        [1] { $date } is more than a year ago; is that meant?
       *[other] { $date } is { $years } years ago; is that meant?
    }
