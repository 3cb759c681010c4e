# A question that can be skipped, where others cannot.
may-skip = s skips this question.
# What else means yes and no.
yes-no-words = yes, no, y, n, 是, 否, 对, 不 work too.
# An open choice takes words.
own-words = Or write your own answer in words.
# A letter that is the letter of an option and a command.
answer-or-command = { $command } could mean "{ $words }" or a command. Type { $key } for the answer, or { $command } once more for the command.
# Several options can be chosen.
several-possible = Several are possible, for example: { $first }, { $last }
# The answer that was given before.
so-far = Your answer so far: { $answer }. Enter keeps it.
# A required question cannot be skipped.
must-be-answered = This question is needed and cannot be skipped. q leaves; your answers are kept.
# Heading above the answers at the end.
your-answers = Your answers:
# In place of an answer.
not-answered = -- not answered --
# What can be done at the end.
review-saves = Enter saves. A number changes that answer. b goes back, q leaves for now (your answers are kept).
review-goes-on = A number changes that answer. Enter goes on with what is shown, q leaves and changes nothing.
# Begins the refusal of a line of several answers.
line-not-taken = Nothing of this line was taken.{" "}
# One answer of a line is refused.
refused-in-line = Answer { $n }: { $why }
# A question that is not answered together with others.
line-of-own = Answer { $n } would be for "{ $question }", which needs a line of its own. Please type the line up to there.
too-many = It has more answers than there are questions left: { $left }.
keys-with-skip = Type what stands before your answer and press Enter. Several answers fit on one line: 0 0 1. b back, s skip, q leave (your answers are kept), ? help.
keys-with-some-skip = Type what stands before your answer and press Enter. Several answers fit on one line: 0 0 1. b back, s skip where it is said, q leave (your answers are kept), ? help.
keys = Type what stands before your answer and press Enter. Several answers fit on one line: 0 0 1. b back, q leave (your answers are kept), ? help.
help = b goes back. s skips this question. q leaves; your answers are kept and you can go on later. To write one of these letters as an answer, put \ before it.
help-of-required = b goes back. q leaves; your answers are kept and you can go on later. To write one of these letters as an answer, put \ before it.
