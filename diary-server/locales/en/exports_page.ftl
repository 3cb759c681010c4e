# Exports of diaries as tables.

title = Exports
intro = Everything in the diaries as tables for a statistician, in one ZIP archive: a CSV file for each table, columns.csv that explains the columns, README.txt, scripts for R and Python that read them, and manifest.json with the hash of each file. Open README.txt first.
blinded = Your role does not include doses of the study drug. They are left out: amounts of infusions, and what diaries and regimens say about the study drug.
without-drug = without doses of the study drug
sites = Sites
participant = Participant
participant-help = The subject number of one participant. Leave it empty for all.
form = Form
form-csv = CSV files, for R, Python, SAS
form-xlsx = The same with a spreadsheet beside them, for Excel and WPS
make = Export
noted = The audit trail notes your account, the sites and the number of participants. Keep the file as the diaries themselves.
files-title = Files for an inspection
files = The sealed archive that proves every entry is made by the people who run the server, with the command export files.
no-site = Choose at least one of your sites. Nothing was exported.
no-participant = There is no participant { $subject } at these sites. Nothing was exported.
too-large = The tables are larger than one export may be. Nothing was sent; export one site or one participant at a time.
