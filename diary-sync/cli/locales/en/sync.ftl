keys-expired = The study's keys should have been renewed by now. The diary goes on as before; please tell the study team.
# The truth for a phone that was switched off: what was received, that it was set aside, what still waits.
switched-off = This phone was switched off by the study team.
nothing-waits = Nothing waits here.
nothing-asked = Nothing more is asked here; everything you recorded stays readable.
received = Everything is with the hospital.
received-in-record = Everything is with the hospital and in the record.
# After something was saved and a contact was tried.
saved-received = Saved here, and received by the hospital.
# While watching.
watching = Keeping in contact until Ctrl-C. Other commands can be used meanwhile.
# One sentence behind another.
sentences = { $before } { $next }
received-set-aside = { $n ->
    [one] 1 entry was received by the hospital now and set aside; the study team decides about it.
   *[other] { $n } entries were received by the hospital now and set aside; the study team decides about them.
 }
received-missing = { $n ->
    [one] Everything is with the hospital; 1 entry is not in the record yet.
   *[other] Everything is with the hospital; { $n } entries are not in the record yet.
 }
waiting = { $n ->
    [one] 1 entry waits here.
   *[other] { $n } entries wait here.
 }
saved-then = Saved here. { $outcome }
