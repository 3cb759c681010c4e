# Asks which of several questionnaires.
which-questionnaire = Which one? Type its number; Enter leaves.
# Heading: what, for which day, and that it is late.
head = { $title }, { $day }
head-late = { $title }, { $day }. Late: its time ended { $closed }. It is still welcome.
# A draft goes on.
draft-resumed = You had begun: { $answers } answered so far, all kept. It goes on here.
# A draft was left.
draft-kept = Not finished: { $answered } of { $of } answers are kept as a draft. `{ $command }` goes on.
# Asks whether to answer again what was answered.
answer-again = This was answered already, as entry #{ $number }. Answer it once more? Both will be kept.
# Asks why something is late.
why-late = Why is it late? In a few words, or Enter to leave it open:{" "}
