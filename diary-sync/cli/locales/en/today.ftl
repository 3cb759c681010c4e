# The diary day.
diary-day = Diary day: { $day }
# Heading of a section.
heading-now = To do now
heading-late = Late, but still possible
heading-later = Later today
heading-over = Over
heading-done = Done
# Heading of drafts of other places.
drafts = Begun and not finished
# Heading of what may be taken as needed.
as-needed = As needed
# Heading of medications that the participant reported.
reported-heading = Reported by you; the study team has not set it yet
# The participation has ended.
ended = Your part in this study ended on { $last } ({ $how }). Thank you for every entry. Nothing more is asked; everything you recorded stays readable here.
# The ways in which it ended.
ended-completed = completed
ended-withdrawn = withdrawn
ended-screen-failure = screen failure
ended-lost-to-follow-up = lost to follow-up
# What the participant reported and the site has not set yet.
reported-by-you = { $dose } (reported by you)
from = from { $time }
until = until { $time }
begun = { $prompt }  [begun]
switched-off = This phone was switched off by the study team on { $at }. Thank you for every entry. Nothing more is asked here; everything you recorded stays readable. If you did not expect this, please call them.
switched-off-since = { $n ->
    [one] This phone was switched off by the study team on { $at }. Thank you for every entry. Nothing more is asked here; everything you recorded stays readable. 1 entry sent since was received and set aside; the study team decides about it. If you did not expect this, please call them.
   *[other] This phone was switched off by the study team on { $at }. Thank you for every entry. Nothing more is asked here; everything you recorded stays readable. { $n } entries sent since were received and set aside; the study team decides about them. If you did not expect this, please call them.
 }
