# Asks what happened.
what-happened = What happened? Type the number; Enter leaves.
# An event proposes a day to the site.
proposal = Proposed to the study team: { $anchor } on { $day }. They confirm it; until then your schedule stays as it is.
