weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun
# A time of day; where the clock showed it twice, with which of the two it is, as it can be typed.
clock-first = first
clock-second = second
# A moment said on the civil day `today`: the time alone, yesterday or tomorrow with it, else the date with its year.
yesterday = yesterday
tomorrow = tomorrow
