# Refused answers: the fault, then what is accepted.

missing = this has not been answered
unknown-item = this questionnaire has no such question
not-asked = this is not to be answered; leave it out
wrong-type = this kind of answer does not fit the question
not-an-option = this is none of the options
ambiguous = this could mean several options; the words of an option, or code: and its code, mean only that one
not-yes-or-no = this is neither yes nor no
not-a-number = this is not a number
not-whole = this is not a whole number
out-of-range = this is outside the possible range
too-many-places = this has too many digits after the point
unit = the unit is missing or not one of those possible
too-long = this text is too long
control-characters = this text holds invisible control characters; please type it again
not-a-date = this is not a date
not-a-time = this is not a time of day
not-a-date-time = this is not a date with a time
several-answers = only one answer is possible
same-twice = the same answer is given twice
exclusive = one of these options cannot be chosen together with others
answered-twice = this question is answered in two places
refused = "{ $item }": { $fault }.
refused-with-remedy = "{ $item }": { $fault }. { $remedy }
refused-with-sentence = "{ $item }": { $sentence }
accepts-yes-no = Please answer { $answers }; yes, no, y, n, 是, 否 work too.
accepts-one = Please choose one of: { $options }.
accepts-several = Please choose one or more of: { $options }.
accepts-own = { $choice } Or write your own answer in words.
accepts-whole = Please enter a whole number{ $units }{ $range }.
accepts-number = Please enter a number{ $units }{ $range }, with at most { $places } digit(s) after the point, such as 38.5.
accepts-words = Please write at most { $max } characters.
accepts-any-words = Please write in your own words, at most about { $max } characters.
accepts-date = Please enter a date such as 2026-03-29{ $range }.
accepts-time = Please enter hours and minutes, 00:00 to 23:59, such as 07:30{ $range }.
accepts-date-time = Please enter date and time such as 2026-03-29 07:30{ $range }.
in-units = {" "}in { $units }
range = , from { $min } to { $max }
range-from = , { $min } or more
range-to = , { $max } or less
or = {" "}or{" "}
comma = {", "}
and-more = , ...
keyed = { $key } ({ $label })

# Answers.

yes = yes
no = no
label-yes = Yes
label-no = No
own-words = other: "{ $text }"
quantity = { $number } { $unit }
another = One more?
another-of = One more? ({ $group })
