"""Reads the tables of this folder, every column with the type that columns.csv gives it.

    from read_diary import read_diary
    tables = read_diary("FOLDER")        # pandas data frames, by the name of the table
    answers = tables["answers"]

    from read_diary import read_rows     # without pandas: a list of dictionaries
    rows = read_rows("FOLDER", "answers")

Texts, codes and subject numbers stay as they were written: "NA", "None", "null" and "0012" too, and a text that the
tables mark with an apostrophe, because a spreadsheet would take it for a formula, is given back without it. An empty
cell is missing. A column of which one value does not fit its type (a phone's clock in the year 12000) is left as text,
with a warning: nothing is dropped.
"""

import csv
import datetime
import decimal
import pathlib
import sys
import warnings

DAY = "%Y-%m-%d"
LOCAL = "%Y-%m-%dT%H:%M:%S.%f"
INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def read_types(folder="."):
    """Types of the columns: by table, then by column."""
    types = {}
    with open(pathlib.Path(folder) / "columns.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            types.setdefault(row["table"], {})[row["column"]] = row["type"]
    return types


def _written(cell):
    return cell[1:] if cell.startswith("'") else cell


def _yes(cell):
    return {"yes": True, "no": False}[cell]


def _instant(cell):
    return datetime.datetime.strptime(cell, INSTANT).replace(tzinfo=datetime.timezone.utc)


_READ = {
    "text": str,
    "integer": int,
    "number": decimal.Decimal,
    "yes-no": _yes,
    "day": lambda cell: datetime.datetime.strptime(cell, DAY).date(),
    "instant": _instant,
    "local": lambda cell: datetime.datetime.strptime(cell, LOCAL),
}


def read_rows(folder, table):
    """The rows of one table as dictionaries; an empty cell is None."""
    types = read_types(folder)[table]

    def value(column, cell):
        if cell == "":
            return None
        cell = _written(cell)
        try:
            return _READ[types[column]](cell)
        except (ValueError, KeyError, decimal.InvalidOperation):
            return cell

    with open(pathlib.Path(folder) / (table + ".csv"), encoding="utf-8", newline="") as file:
        return [{c: value(c, cell) for c, cell in row.items()} for row in csv.DictReader(file)]


def _column(pandas, cells, kind):
    texts = cells.str.replace("^'", "", regex=True)
    texts = texts.mask(cells == "", pandas.NA).astype("string")
    if kind == "integer":
        return texts.map(int, na_action="ignore").astype("Int64")
    if kind == "number":
        return texts.map(float, na_action="ignore").astype("Float64")
    if kind == "yes-no":
        return texts.map(_yes, na_action="ignore").astype("boolean")
    if kind == "day":
        return pandas.to_datetime(texts, format=DAY)
    if kind == "instant":
        return pandas.to_datetime(texts, format=INSTANT, utc=True)
    if kind == "local":
        return pandas.to_datetime(texts, format=LOCAL)
    return texts


def read_table(folder, table):
    """One table as a pandas data frame."""
    import pandas

    path = pathlib.Path(folder) / (table + ".csv")
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    for column, kind in read_types(folder)[table].items():
        cells = frame[column]
        try:
            frame[column] = _column(pandas, cells, kind)
        except (ValueError, KeyError, OverflowError, TypeError) as error:
            warnings.warn(f"{table}.{column} is left as text: {error}")
            frame[column] = _column(pandas, cells, "text")
    return frame


def read_diary(folder="."):
    """Every table as a pandas data frame, by name."""
    return {table: read_table(folder, table) for table in read_types(folder)}


if __name__ == "__main__":
    for name, frame in read_diary(sys.argv[1] if len(sys.argv) > 1 else ".").items():
        print(name, len(frame), "rows")
        print(frame.dtypes.to_string())
