# Asks how often.
how-often = How often is it taken? Type the number.
# Asks how it is taken.
how-taken = How is it taken? Type the number, or Enter to leave it open.
# Asks whether something dangerous is meant.
really-taken-so = Is this really how it is taken?
