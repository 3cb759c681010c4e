# Nothing can be saved, and what is shown was saved before: why, and what to do.
only-reading-full = The disk is full: nothing can be saved now. What you see was saved before. Make room on the disk before you enter anything.
only-reading-read-only = The disk can only be read: nothing can be saved now. What you see was saved before. Make the disk writable, or copy the whole folder to one that is, before you enter anything.
only-reading-permission = This account may not write the diary's file or folder: nothing can be saved now. What you see was saved before. Use the account that the diary belongs to before you enter anything.
only-reading-in-use = Another program is using the diary: nothing can be saved now. What you see was saved before. Close the other one before you enter anything.
only-reading-broken = The disk reports an error: nothing can be saved now. What you see was saved before. Copy the diary's folder to another disk and ask the study team for help before you enter anything.
# What is accepted where one of a list is to be taken.
number-range = Please type a number from 1 to { $of }; Enter leaves.
# After the language was changed.
language-set = This diary now speaks English.
# After a check that found nothing wrong.
file-whole = The diary's file is whole: every page was read. It holds { $entries } entries.
# The terminal broke.
terminal-broken = The terminal cannot be read or written. Run the command again in a terminal that works; `diary history` shows what was saved.
# Stands between the items of a list.
list-separator = ,{" "}
# Stands between the details of one thing.
detail-separator = ,{" "}
# After something was saved: it is safe, and nothing was sent yet.
saved-here = { $days ->
    [one] Saved here. 1 day has entries that are not yet with the hospital; `diary sync` sends them.
   *[other] Saved here. { $days } days have entries that are not yet with the hospital; `diary sync` sends them.
 }
unsent = { $days ->
    [one] 1 day has entries that are only here, not yet with the hospital. `diary sync` sends them.
   *[other] { $days } days have entries that are only here, not yet with the hospital. `diary sync` sends them.
 }
disk-not-found = entity not found
disk-permission-denied = permission denied
disk-already-exists = entity already exists
disk-full = no storage space
disk-quota = quota exceeded
disk-read-only = read-only filesystem or storage medium
disk-folder = is a directory
disk-no-folder = not a directory
disk-error = read or write error
# Behind a question that is answered with yes or no.
yes-or-no = {"["}yes/no]
