# Texts of `export`.

files = Exported { $vaults } vaults with { $records } records and { $trail } rows of the trail.
plaintexts-left-out = Plaintexts were left out.
parcels-readable = { $n } parcels are readable in it: keep it as the diaries themselves.
check-anywhere = Check it anywhere with:
csv = Exported { $participants } participants to { $folder }:
problems = { $n ->
        [0] Everything is in it.
        [one] 1 thing is not, or not wholly, in it: problems.csv says which and why.
       *[other] { $n } things are not, or not wholly, in it: problems.csv says which and why.
    }
readme-explains = README.txt explains the files, columns.csv the columns; read_diary.R and read_diary.py read them with the right types.
spreadsheet-is-there = For Excel and WPS there is diaries.xlsx.
add-spreadsheet = For Excel and WPS add --spreadsheet.
keep-as-diaries = Keep it as the diaries themselves.
