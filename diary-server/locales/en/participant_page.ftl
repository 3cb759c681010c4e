# Page of one participant.

title = Participant { $subject }
of-participant = Pages of this participant
report = Report to print
pdf = Report as PDF
earlier = Earlier days
later = Later days
up-to-today = Up to today
from = From
to = To
show = Show
bad-span = These are no days that can be shown: at most { $days }, the first before the last. The last 28 days are shown.
days-of-these = Entries of these days:
without-study-drug = Doses of the study drug are not shown to your role.
nobody = No such participant
not-there = There is no participant { $subject }.
renamed = It was renamed: { $subject }
like = Is { $subject } meant?
to-the-list = To the list of participants
