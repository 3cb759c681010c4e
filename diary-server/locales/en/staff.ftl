# Texts of the command line for staff of the site.

## enrol

relay-unaware-of-link = The relay does not know of this link yet ({ $error }). The phone can join and write all the same; the relay takes what it sends after the next `diary-server pull`.
link-instructions =
    For { $subject } alone, for one phone, until { $until }. Do not send it to anybody else.
    On the phone: scan the code, or type `diary join LINK`. The phone then shows six digits.
    Then, here:  diary-server confirm { $subject } DIGITS   (the digits that the phone shows, at any time)
    The participant can write in the diary at once.

## recovery

secret-handling =
    Read it to the participant alone, after you have made sure who it is. It opens the diary on that phone, and a
    new PIN is set there. The trail has recorded that it was shown, to whom and why.

## receive

nothing-waits = Nothing waits.
damaged-file = The file was cut or damaged; what is whole in it was taken.
received-from-phone = a phone of { $subject }: { $parcels }
parcels-stored = { $n } stored
parcels-received-before = { $n } had been received before
parcels-waiting-for-confirmation = { $n } waiting until the phone is confirmed
parcels-waiting-for-key = { $n } waiting for the key
parcels-after-missing = { $n } after one that is missing
parcels-of-same-place = { $n } where another one stands, both kept
parcels-in-quarantine = { $n } in quarantine
parcel-refused = number { $number } was refused ({ $why })
no-parcels = no parcels.
semicolon = ;{" "}
parcel-total =
    { $total ->
        [one] { $total } parcel: { $said }.
       *[other] { $total } parcels: { $said }.
    }
refused-damaged = it is damaged
refused-too-large = it is too large
refused-signature = its signature does not fit
refused-other-diary = it belongs to another diary
waits-for-participant = no participant here has this diary. The file is kept and tried again with every `receive`.
waits-for-phone = the phone is not known here, and nothing in the file makes it so. It is kept and tried again with every `receive`.
not-a-parcel-file = this is no file of a diary, or nothing in it is whole. Ask for it again.
file-is-answer = this is an answer for a phone: `diary take` reads it there.
file-of-other-study = this file is of another study. Nothing of it was kept.
phone-turned-away = this phone was turned away before it was ever confirmed. Nothing of it was kept.
no-room-to-wait = it would have to wait, and too many files do. Keep it and receive it again later.
answer-written = { $file }: the answer for the phone of { $subject }. Carry it back.
receipts-written = { $file }: receipts for the phone of { $subject }, which is revoked and reads nothing else.

## participant

participation-completed = completed
participation-withdrawn = withdrawn
participation-screen-failure = screen failure
participation-lost-to-follow-up = lost to follow-up

## recovery secret

secret-of-phone = { $secret }   (phone that joined { $joined })

## report

report-quarantine = Quarantine: `diary-server quarantine list { $subject }`
report-export-files = All entries: `diary-server export files DIR`
report-revoke = To revoke the phone: `diary-server revoke { $subject } PHONE`
