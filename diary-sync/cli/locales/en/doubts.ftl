other-zone = This phone is set to the time of { $phone }; the study site lives by { $site }. If you are travelling, all is well. If not, please set the phone's time zone right. The study team sees it too.
clock-ahead = The clock of this phone was { $hours } hours ahead of the hospital's at the last contact. Entries may be filed under a wrong day: please set date and time right. The study team sees it too.
clock-behind = The clock of this phone was { $hours } hours behind the hospital's at the last contact. Entries may be filed under a wrong day: please set date and time right. The study team sees it too.
clock-back = The clock of this phone shows an earlier time than at your last entry ({ $last }). Please see whether date and time are right. The study team sees it too.
