# Texts of the demonstration's own screen.

study = Study NCT06836973, two made-up participants, { $days } days until today.
keeper = Keeper    { $url } (real, on this machine alone)
folder = Folder    { $folder } (marked DEMO)
earlier = Earlier   { $folder } (the demonstration that was here; what was logged in it is kept)
playing = Playing   [{"{"}bar:40{"}"}] {"{"}pos{"}"}/{"{"}len{"}"} scenes, {"{"}elapsed{"}"}
played =
    Played    { $entries } entries and corrections saved on the phones, { $alerts } instructions shown,
    {"          "}{ $contacts } contacts, { $pushes } pushes, { $size } KiB sent sealed.
before-visit = { $subject }: what the study nurse reads before the visit
stopped = The demonstration stopped: { $error }
because = because: { $error }
guide =
    What to look at
    - MG-001: choking on liquids and a fever after the first infusion stand first; each time the phone had shown
    {"  "}whom to call, without network.
    - MG-001: four days without network arrived later, whole; an evening entered late is marked; a dose was corrected.
    - MG-001: the regimen changes line by line, and a visit that was planned by mistake is withdrawn:
    {"  "}`diary-server participant acts MG-001` has the history.
    - MG-002: evenings without an entry are *missed*; the last days are *unknown*, because the phone has entries
    {"  "}that it has not sent. `diary sync` below brings them.
log-an-entry = Log an entry yourself as MG-002 (English; PIN { $pin }). In another terminal, in the same folder as before:
note = Climbed the stairs without a rest
see-it-arrive = and see it arrive:
as-other = As MG-001 in Chinese: DIARY_HOME={ $home }, with its pin file beside it.
serving = Serving until Ctrl-C.
pages = Pages     { $url } (for staff, in a browser)
open-pages = Open { $url } in a browser and sign in (a demonstration asks for no second factor):
account = {"  "}{ $name }  password { $password }
