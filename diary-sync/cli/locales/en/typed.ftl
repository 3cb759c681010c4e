# Words that are accepted where a person types, whatever language the screen has: spellings of one meaning, in lower
# case, separated by |. A language without a word for a meaning has a hyphen.

yes = y | yes
no = n | no
have-read = y | yes

# Commands between questions. The second of each pair is an answer where words are answers.
back = b
back-in-words = back
skip = s
skip-in-words = skip
leave = q
leave-in-words = quit | leave
help = ?

all = all
# All doses as planned.
all-planned = a

# What became of a dose.
taken = taken
not-taken = not-taken | skipped
dont-know = dont-know
