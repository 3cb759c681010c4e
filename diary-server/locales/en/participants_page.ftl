# List of participants.

title = Participants
site = Site
subject = Subject number
search = Search
status = Status
last-contact = Last contact
next-visit = Next visit or infusion
completion = Completed in 28 days
never = never
none-planned = none planned
nothing-due = nothing due
done-of-due = { $percent } % ({ $done } of { $due })
status-unknown = not computed yet
status-unreadable = record cannot be read
status-too-large = more than is counted here
status-no-phone = no phone in use
status-phones = { $n ->
        [one] 1 phone in use
       *[other] { $n } phones in use
    }
nothing-found = No participant matches.
more = Further participants
infusion = infusion { $cycle }, day { $day }
add-title = Add a participant
add-help = As on the paper of the trial. A number is given once and stays in the record.
confirm = This is another participant: add it
add = Add
bad-form = A subject number has 1 to 64 letters, digits, hyphens, underscores or full stops. Nothing was added.
bad-pattern = “{ $subject }” is not written as this study writes its numbers: { $pattern }, for example { $example }. Nothing was added.
taken = Participant { $subject } is there already; case, width and hyphens make no difference. Nothing was added.
taken-before = { $subject } was the number of { $now } before, and a number is given once. Nothing was added.
not-free = { $subject } cannot be given here. Check the number. Nothing was added.
alike = { $subject } is easily read as { $alike }, which is there. Nothing was added yet. Check the number; if it is another participant, confirm it below.
