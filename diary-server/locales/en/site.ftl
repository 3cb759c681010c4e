# Texts of `site`.

added = Site { $site } ({ $zone }) is on this server now. Phones and a running `serve` take it at once.
added-before = Site { $site } ({ $zone }) was added before, with this recovery key. Nothing was changed.
recovery-key =
    TAKE OFF THIS MACHINE NOW, in two copies, each under lock at the site, never at the sponsor:
    {"  "}{ $file }
        The recovery key of { $site }. It opens the diaries of that site and of no other. Try it once a year:
        diary-server keys drill --recovery-key FILE
    Put the root key back in its safe place, and make a backup: it holds the new site's sealing key.
next =
    Next:
    {"  "}diary-server staff add NAME administrator --site { $site }
    {"  "}diary-server participant add SUBJECT --site { $site }
column-name = NAME
column-zone = ZONE
column-participants = PARTICIPANTS
