# Asks for the note.
your-words = Your note, on one line:{" "}
# A note was recorded.
noted-as = Noted as entry #{ $number }.
