# Asks for the PIN.
pin-prompt = PIN:{" "}
# Asks for a new PIN.
new-pin-prompt = New PIN:{" "}
# Asks for the new PIN again.
again-prompt = The same again:{" "}
# What a PIN is for.
pin-rules = Please choose a PIN or a passphrase of at least { $least } characters. It locks the diary on this machine; if you forget it, the study team can help and nothing is lost. It is not shown while you type.
# The PIN of a diary that was just joined is shorter than its study asks for.
pin-too-short-for-study = This study asks for a PIN of at least { $least } characters. The diary is locked with the one you chose; please set a longer one: `diary pin change`.
# A forgotten PIN.
pin-forgotten = If you have forgotten the PIN: call the study team, ask for the recovery secret, and use `diary unlock --recovery`.
# What is wrong with a PIN.
pin-length = A PIN has at least { $least } characters and at most 256 bytes.
# The folder or a file in it cannot be read or written: what it is, and what to do.
folder-full = Make room on the disk, then try again.
folder-read-only = Make the disk writable, or copy the whole folder to one that is, then try again.
folder-permission = Use the account that the diary belongs to.
folder-in-use = Close the other program that uses it, then try again.
folder-broken = See that --home or DIARY_HOME names the right folder; if it does, keep it as it is and ask the study team for help.
folder = The diary's folder cannot be read or written ({ $why }). { $todo }
# While another command is at work.
other-command-running = Another diary command is at work; waiting a moment ...
# The PIN was changed.
pin-changed = The PIN is changed.
# Before the recovery secret is asked for.
recovery-call = Please call the study team and type the recovery secret as they read it: 28 letters and digits. Dashes, blanks and capitals do not matter.
# Asks for the recovery secret.
recovery-prompt = Recovery secret:{" "}
# The diary is open again.
unlocked = The diary opens with the new PIN. Nothing in it was changed.
# What is wrong with a recovery secret.
recovery-length = The recovery secret has 28 letters and digits; { $found } were typed. Please have it read again.
recovery-character = Character { $place } cannot occur in a recovery secret. Please have it read again.
recovery-mistyped = The recovery secret is mistyped somewhere. Please have it read again, four characters at a time.
pin-wrong = This PIN does not open the diary. Nothing was changed. Type it again; if it is forgotten, the study team can help.
pin-memory = There is not enough free memory to open the diary's lock. Nothing was changed. Please close other programs and try again.
pins-differ = The two are not the same. Please type them again.
pin-file = The file that DIARY_PIN_FILE or DIARY_NEW_PIN_FILE names cannot be read. Its first line must hold the PIN.
pin-needed = The PIN is needed. Run this in a terminal, or name a file that holds it in DIARY_PIN_FILE (a new one in DIARY_NEW_PIN_FILE).
home-unknown = It is not known where the diary is kept. Name its folder with --home or DIARY_HOME.
home-in-use = Another diary command is still at work. Please finish it, then try again.
not-joined = There is no diary here yet. Use `diary join` with the link from the study team, or name the diary's folder with --home.
lock-missing = The diary is here but its lock file diary.lock is missing. Nothing was changed. Put it back from a copy, or ask the study team for help.
lock-damaged = The lock file diary.lock is damaged. It was left as it is. Put it back from a copy, or ask the study team for help.
lock-newer = The lock file diary.lock was written by a newer version of the program. It was left as it is. Please update the program.
