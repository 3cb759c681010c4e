# Heading of an instruction.
heading-emergency = !!! EMERGENCY - GET HELP NOW !!!
heading-call = !! IMPORTANT - PLEASE CALL !!
heading-notice = ! PLEASE NOTE !
# Heading of a caution about a medication.
check-again = !! PLEASE CHECK AGAIN !!
# Asks to confirm that an instruction was read.
have-you-read = Have you read this? Please type yes:{" "}
# Nothing was shown in these days, or ever.
never-shown = No instruction was ever shown.
not-shown-lately = No instruction was shown in the last { $days } days.
# Head of an instruction that was shown earlier: how much it presses, its name, when, and whether it was read.
urgency-emergency = EMERGENCY
urgency-call = PLEASE CALL
urgency-notice = NOTE
listed-read = { $urgency }  { $title }, shown { $at }, confirmed as read { $read }
listed-unread = { $urgency }  { $title }, shown { $at }, not confirmed as read
