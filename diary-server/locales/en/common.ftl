# Texts that several commands of the site share.

list-separator = ,{" "}
clause-separator = ;{" "}
none = none
never = never
and-more = and { $n } more
because = , because: { $reason }
column-subject = SUBJECT
column-site = SITE
column-added = ADDED
column-vault = VAULT
column-phone = PHONE
column-state = STATE
column-joined = JOINED
column-key = KEY
column-id = ID
phone-waits = waits
phone-in-use = in use
phone-revoked = revoked
no-participants = No participants yet. `participant add SUBJECT` makes one.
clock-accept-step = To accept it: `diary-server clock accept --reason TEXT`.
quantity = { $value } { $unit }
role-keeper = keeper
role-relay = relay
study-left = THE STUDY GOES ON ELSEWHERE: this database was left, and nothing that came since is in it. Name the other one with --database.
study-moving = The study is being moved: this is what was here when that began.
program-failed = the program failed at { $at }. Tell the makers of the diary
