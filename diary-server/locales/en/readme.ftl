# README.txt of an export of tables. It explains files, so nothing in it names a command.

before =
    Diaries of a study as tables.

    Every file of this folder:
csv =
    The CSV files
    CSV as in RFC 4180, UTF-8 without a byte order mark (BOM), a comma between cells, a line feed at the end of a row, the
    first row names the columns. Days are YYYY-MM-DD. Instants are UTC, for example 2026-03-29T01:30:00.000Z; columns that
    end in _local have the civil date and time at the participant's, without a zone. A year beyond 9999 or before 0, which
    only a wrong clock gives, has a sign. Numbers have a point. yes and no are written out. An empty cell means that there
    is nothing. Tables are joined by subject, entry_id and revision_id.

    Reading them into R, pandas, SAS, SPSS
    Programs guess the type of a column from what stands in it, and guess wrong:
      - a subject number 0012 becomes 12: read every column as text first;
      - an answer or a code NA, None, null or nan becomes a missing value: only an empty cell is missing here;
      - pandas.read_csv and read.csv do both, unless told otherwise.
    read_diary.py and read_diary.R in this folder read every table with the types of columns.csv and do none of it:
      Python   from read_diary import read_diary; tables = read_diary(".")
      R        source("read_diary.R"); tables <- read_diary(".")
    By hand: pandas.read_csv(file, dtype=str, keep_default_na=False) or
    read.csv(file, colClasses = "character", na.strings = character(0)).

    Formulas: a text that a spreadsheet would take for a formula (it begins with = + - @, also full-width, after white
    space or not, or with a tab or a line break), or that begins with an apostrophe, has an apostrophe in front. To get
    exactly what was written, take one apostrophe away from every text that begins with one, for example in R:
      x <- sub("^'", "", x)
    The scripts do it. Columns of numbers have none. Everything else of a text stands there exactly as it was written,
    control characters and marks that turn the order of reading included: they can command a terminal (`cat`), so look at
    a file with a program that shows them.
with-spreadsheet =
    Excel and WPS
    Open diaries.xlsx: a sheet for each table, with more sheets of it (entries 2, ...) beyond 1,048,575 rows. Every cell
    has a type: numbers are numbers, everything else is text exactly as it was written, so Chinese, 0012, long digits and
    dates stay, and no text is run as a formula. Numbers of more than 15 digits are text, too. A text of more than 32,767
    characters, which a cell cannot hold, is cut and says so; the CSV file has it whole. A control character, which such a
    file cannot hold, stands as spreadsheets write it, _x001B_ with its number in hexadecimal, and those signs themselves
    as _x005F_x001B_: spreadsheets and pandas turn them back. Do not open the CSV files in
    Excel: without a byte order mark it garbles Chinese, and it changes 0012 to 12.
without-spreadsheet =
    Excel and WPS
    Do not open the CSV files by double click: without a byte order mark Excel garbles Chinese, and it changes 0012 to 12.
    An export with a spreadsheet has diaries.xlsx beside them, in which every cell has its type. With the CSV files
    alone: Data, From Text/CSV, file origin 65001 UTF-8, and every column as text.
after =
    What counts
    Use rows with counts=yes. The others are versions that contradict these, or entries for a place of the schedule
    that is already answered; corrections.csv has every earlier value. In answers.csv a row with disposition answered has
    an answer; skipped and not-shown say why there is none.
    Doses that were not taken, or of which that is not known, have no amount in doses.csv: sum the column as it is. The
    column planned_amount has what was planned.
    study_day counts from the first anchor of the study, which is day 1. The day before is day -1; there is no day 0.

    Each participant is as of one moment; what came in while the export ran may be in it for one and not for another.
    This folder has the diaries in plain text: keep it as the diaries themselves.

## files

file-columns = every column of every table: its type, unit and values, and what it means
file-readme = this text
file-r = reads the tables into R with the right types
file-python = reads the tables into pandas with the right types
file-manifest = every file with its rows, bytes and SHA-256; written last: without it the export was interrupted, and nothing in this folder should be used
file-spreadsheet = the tables for Excel and WPS
