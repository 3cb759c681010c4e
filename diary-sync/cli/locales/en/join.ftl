# Why the link is asked for.
link-as-argument = Paste the link here rather than on the command line: it holds a secret, and command lines are kept in the shell's history. It is not shown while you type.
# Asks for the link.
link-prompt = Link:{" "}
# While the server is asked.
asking-server = Asking the hospital's server ...
# Joined.
joined = This diary has joined the study: { $study }
# What to do with the six digits.
read-digits = Please read these six digits to the study team. They type them in to confirm that this is your device.
# Nobody needs to wait for the confirmation.
begin-now = You need not wait for that: `diary today` shows what to do, and everything you enter is kept.
# Staff had confirmed this device before.
device-confirmed = The study team has confirmed this device. `diary today` shows what to do.
# Still to be confirmed.
device-pending = The study team has not yet confirmed this device. Its six digits: { $digits }
no-link = This is not an enrolment link: it begins with https:// and contains /join#. Please copy the whole link from the study team.
link-http = The link uses http, which is only allowed on this machine itself. Please ask the study team for an https link.
link-version = The link is of a version that this program does not know. Please update the program, or copy the link again.
link-cut-off = The link is cut off or has something attached. Please copy the whole link, without a line break.
link-unreadable = The link is not readable; a character may be wrong. Please copy it again, or ask the study team for a new one.
