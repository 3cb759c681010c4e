# The audit trail as a page.

title = Audit trail
broken = THE CHAIN IS BROKEN AT EVENT { $n }: it or one before it was altered, added or removed outside this program. Tell the people who run the server; nothing may be deleted.
from = From day
until = Until day
search = Search
nothing-found = No event matches the search.
more-pages = Further events
older = Older events
download = Download as a table (CSV)
bad-day = “{ $day }” is no day. A day is written as 2026-12-01.
no-subject = There is no participant { $subject }.
