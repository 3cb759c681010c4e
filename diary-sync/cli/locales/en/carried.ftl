# What was written.
written-for-news = Written. The hospital has received all your entries; the file asks for its news.
# What an answer brought.
earlier-answer-missing = {" "}An earlier answer is missing; please hand over a new file, its answer brings the rest.
unverified-left-out = {" "}Parts of the answer could not be verified and were left out; please tell the study team.
# What is wrong with a file.
file-exists = A file of that name is there already. Nothing was written; please choose another name.
size-format = A size is a number with K or M behind it, at least 512K: for example 5M.
file-not-written = The file cannot be written ({ $disk }). Your entries are safe here; try another place.
file-not-read = The file cannot be read ({ $disk }). Nothing was changed.
written-files = { $files ->
    [one] the file
   *[other] { $files } files
 }
written = { $entries ->
    [one] 1 entry is in { $files }, sealed so that only the hospital can read them. Bring or mail it to the study team. They count as received once you take the answer with `diary take`, or at the next contact. Everything stays here as well.
   *[other] { $entries } entries are in { $files }, sealed so that only the hospital can read them. Bring or mail it to the study team. They count as received once you take the answer with `diary take`, or at the next contact. Everything stays here as well.
 }
all-in-record = The hospital has everything, and it is in the record.
some-not-in-record = { $n ->
    [one] The hospital has everything; 1 of your entries is not in the record yet.
   *[other] The hospital has everything; { $n } of your entries are not in the record yet.
 }
not-received-yet = Taken. Not received by the hospital yet: { $n }.
