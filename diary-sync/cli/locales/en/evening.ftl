# Nothing is due.
nothing-due = Nothing is to be filled in now.
doses = { $count ->
    [one] 1 dose
   *[other] { $count } doses
 }
recorded = Recorded: { $done }.
still-open = Still open: { $open }. `diary evening` goes on; what you answered is kept.
