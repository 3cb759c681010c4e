# Asks why an entry is corrected.
why-corrected = Why is it corrected?{" "}
# Asks why an entry is withdrawn.
why-withdrawn = Why is it withdrawn?{" "}
# Above what a correction changes.
will-become = It will become:
# Asks before a correction is saved.
is-it-right = Is that right?
# Asks before an entry is withdrawn.
withdraw-it = Withdraw this entry?
# Asks for new words.
new-words = What should it say?{" "}
# Asks what became of a dose.
what-became-of-it = What became of this dose?
# An entry was corrected.
entry-corrected = Entry #{ $number } is corrected. The earlier version stays readable.
# An entry was withdrawn.
entry-withdrawn = Entry #{ $number } is withdrawn. It stays readable, marked as withdrawn.
status-taken = taken
status-not-taken = not taken
status-not-known = I do not know
