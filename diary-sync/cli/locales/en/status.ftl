# How far a day got.
progress-nothing = nothing entered
progress-from-hospital = sent here by the hospital
progress-saved-here = saved here only
progress-partly-sent = partly sent
progress-sent = sent, the hospital has not confirmed it yet
progress-received = at the hospital
progress-in-the-record = in the record
progress-backed-up = in the record, backed up
progress-put-aside = put aside for the study team
# The counts of a day, where there is something to count.
counts = {" "}({ $received } of { $made } received)
# Everything is with the hospital.
nothing-waits = Everything that was entered is with the hospital.
# How the conversation stands.
pending = The study team has not yet confirmed this device. You can enter everything all the same.
not-connected = Not yet connected: the hospital has not yet shown that it can read this diary. `diary sync` tries again.
connected = Connected: the hospital can read this diary.
# When something was last exchanged.
last-contact = Last contact with the hospital: { $at }
no-contact = There was no contact with the hospital yet.
# Why the last try failed.
last-trouble = The last try did not succeed ({ $why }). `diary sync` tries again.
# Why a try failed, by the code that is kept; a code of a later program stays as it is.
trouble-offline = no network
trouble-timed-out = no answer in time
trouble-not-secure = the connection is not secure
trouble-answer-too-large = the answer is too large
trouble-network-setup = the network cannot be used
trouble-not-the-server = something else answered
trouble-signature = a signature does not check out
trouble-refused = the server could not take it
trouble-log = the server's log does not fit
trouble-study = the study cannot be read
trouble-keys = the study's keys do not fit
# Entries that cannot be sent.
entries-stuck = { $count } of the entries cannot be prepared for sending; the others go on. They are kept here. Please tell the study team; after an update of the program `diary sync --retry` tries again.
# One of them: its day and what is wrong.
entry-unreadable = cannot be read any more
entry-oversize = is too large
# The study team has switched this phone off.
switched-off = This phone was switched off by the study team. Everything entered here is kept. What is still entered here reaches the study team, who set it aside and decide about it. If you did not expect this, please call them.
# The diary goes on in a new life: it was restored, copied or rolled back.
new-incarnation = This diary was restored from a backup or copied ({ $since }). What the hospital did not have was sent again, and what it had comes back. Please use one phone only.
# The hospital's server was put back, and is given again what it had lost.
giving-again = The hospital's server was put back to an earlier state. This phone gives it again what it had received; `diary sync` goes on with it.
# The certificate is for another site than the one named at joining.
other-site = The study team has confirmed this phone for another site ({ $site }) than the one it joined. Please tell them.
column-day = day
column-here = here
column-sent = sent
column-received = received
column-in-record = in record
