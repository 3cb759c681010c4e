# Asks for the digits.
digits-prompt = The six digits that the other phone shows:
# It was let in.
approval-saved = Saved. The study team is told at the next contact (`diary sync`) and confirms the other phone.
# Another phone asks.
phone-asks = Another phone asks to use this diary (since { $since }). If it is yours: diary approve DIGITS, with the six digits that it shows. If it is not, call the study team.
# It was let in here, and staff have not confirmed it.
phone-waits = You let another phone use this diary; the study team has not confirmed it yet.
# Another phone was added.
phone-added = Another phone was added on { $at }. If you do not know of it, call the study team.
# Another phone was taken away.
phone-ended = Another phone was taken off this diary on { $at }.
