# The start page: participants that need attention.

title = Today
site-now = { $zone }, { $now }
nothing-urgent = Nobody of { $all } participants needs attention now.
some = { $some } of { $all } participants need attention, the most urgent first.
new = new
new-since = Marked new: what came since you last opened the participant.
never-opened = you have not opened this participant yet
last-contact = Last contact
no-contact = none yet
dealt = Mark as dealt with
dealt-what = What was done
dealt-rule = Alert
dealt-button = Note it
dealt-done = Noted. The alert stays in the record with your note.
dealt-nothing = This alert was dealt with already. Nothing was changed.
dealt-reason = Write in a sentence what was done. Nothing was changed.
clock-doubted = The server's clock is doubted. Days below may be wrong.
