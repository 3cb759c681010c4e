# Words of the participants in the demonstration.

extra-dose-note = before going out
caregiver-note = Helped with supper; could hardly lift the bowl.
caregiver-name = wife
caregiver-reason = weak hands
pyridostigmine = Pyridostigmine
correction-reason = took only half a tablet
vitamin-d = Vitamin D
prednisone = Prednisone
morning-note = Slept well, hands stronger.
