# Entries that contradict each other, and which of them counts.

title = Entries that contradict each other
title-of = Contradicting entries of { $subject }
intro = Two phones, or one phone twice, answered the same place of the schedule. All entries stay in the record; one counts in totals, reports and exports. Until the site has decided, the first that came counts.
none = No entries of this participant contradict each other.
open = To be decided.
open-again = More entries have come since the decision. To be decided again.
settled = Decided.
not-needed = Nothing to decide: only one of these entries can count. The reason stands with each.
entry-n = Entry { $n }
counts = counts
counts-not = does not count
which = Which entry counts?
reason = Reason
reason-help = It goes into the record and the audit trail. Do not name the participant.
decide = Decide
change-help = A decision can be changed: the earlier one stays in the history.
history = Decisions so far
decided-line = { $at }: { $by } decided that entry { $n } counts
decided-other = { $at }: { $by } decided for an entry that is not of this place any more
recorded = Recorded, by the phone’s clock
occurred = When it happened
received = Received, by the server’s clock
device = Device
state = State
no-value = no answer
same = They say the same.
more = and { $n } more entries, on the page of the day
reason-needed = A reason is needed, in a sentence of at most { $bytes } bytes. Nothing was decided.
entry-needed = Choose which entry counts. Nothing was decided.
changed = Somebody else decided, or another entry came, while you read this. The present state is shown; what you typed is kept below. Nothing was decided.
gone = No other entry stands at this place any more. Nothing was decided.
done = The decision is in the record.
versions-title = Entries whose versions contradict each other
versions-help = Two corrections of one entry were made without knowing of each other. The participant settles this on a phone, with a further correction; until then the first version counts.
hidden = Doses of the study drug are not shown to your role.
to-here = Entries that contradict each other
waiting-title = Entries that contradict each other
waiting-none = No entries wait for a decision.
waiting-places = { $n ->
    [one] one place of the schedule with several entries
   *[other] { $n } places of the schedule with several entries
}
waiting-versions = { $n ->
    [one] one entry with contradicting versions
   *[other] { $n } entries with contradicting versions
}
