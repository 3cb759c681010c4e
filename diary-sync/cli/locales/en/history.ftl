# Nothing was entered.
nothing-entered = Nothing was entered in the last { $days } days. `diary history --days N` looks further back.
# A mark beside an entry.
withdrawn = withdrawn
two-versions = two versions
late = late
read = read
not-confirmed = not yet confirmed
corrected = corrected { $times }x
# When a version was made, and why.
version-first = { $at }  at first:
version-later = { $at }  then, because: { $reason }
late-because = late: { $reason }
