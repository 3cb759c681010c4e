# Reads the tables of this folder, every column with the type that columns.csv gives it.
#
#   source("read_diary.R")
#   tables <- read_diary("FOLDER")     # data frames, by the name of the table
#   answers <- tables$answers
#
# Texts, codes and subject numbers stay as they were written: "NA", "None", "null" and "0012" too, and a text that the
# tables mark with an apostrophe, because a spreadsheet would take it for a formula, is given back without it. An empty
# cell is missing (NA, which is not the text "NA"). Instants are POSIXct in UTC. Civil times are POSIXct too, and
# labelled UTC for want of a zone: they are what the clock on the wall showed. A column of which one value does not fit
# its type is left as text, with a warning: nothing is dropped.

read_cells <- function(folder, file) {
  utils::read.csv(
    file.path(folder, file), colClasses = "character", na.strings = character(0), encoding = "UTF-8",
    quote = "\"", comment.char = "", check.names = FALSE, strip.white = FALSE, blank.lines.skip = FALSE
  )
}

read_column <- function(cells, type) {
  texts <- sub("^'", "", cells)
  texts[cells == ""] <- NA_character_
  suppressWarnings(switch(type,
    text = texts,
    integer = ,
    number = as.numeric(texts),
    "yes-no" = unname(c(yes = TRUE, no = FALSE)[texts]),
    day = as.Date(texts, format = "%Y-%m-%d"),
    instant = as.POSIXct(texts, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC"),
    local = as.POSIXct(texts, format = "%Y-%m-%dT%H:%M:%OS", tz = "UTC"),
    texts
  ))
}

read_table <- function(folder, table, columns = read_cells(folder, "columns.csv")) {
  data <- read_cells(folder, paste0(table, ".csv"))
  types <- columns[columns$table == table, ]
  for (i in seq_len(nrow(types))) {
    name <- types$column[i]
    cells <- data[[name]]
    values <- read_column(cells, types$type[i])
    if (any(is.na(values) & cells != "")) {
      warning(table, ".", name, " is left as text")
      values <- read_column(cells, "text")
    }
    data[[name]] <- values
  }
  data
}

read_diary <- function(folder = ".") {
  columns <- read_cells(folder, "columns.csv")
  tables <- unique(columns$table)
  stats::setNames(lapply(tables, function(table) read_table(folder, table, columns)), tables)
}
