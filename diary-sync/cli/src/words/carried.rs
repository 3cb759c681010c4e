//! The words around files that are carried by hand.

use diary_core::text::Lang;
use diary_sync::take::Taken;

use super::common::disk;
use super::trouble;
use crate::failure::CarriedProblem;
use crate::messages::carried as say;

/// Says how many files and entries were written.
pub(crate) fn written(files: usize, entries: u64, lang: Lang) -> String {
    match entries {
        0 => say::written_for_news(lang).to_owned(),
        entries => say::written(lang, entries, say::written_files(lang, files)),
    }
}

/// Says if all entries are in the record after an answer, and what is missing from it or could not be verified.
pub(crate) fn taken(taken: &Taken, lang: Lang) -> String {
    let mut said = match (taken.waiting, taken.unmerged) {
        (0, 0) => say::all_in_record(lang).to_owned(),
        (0, unmerged) => say::some_not_in_record(lang, unmerged),
        (waiting, _) => say::not_received_yet(lang, waiting),
    };
    if taken.gap {
        said.push_str(say::earlier_answer_missing(lang));
    }
    if taken.left_out > 0 {
        said.push_str(say::unverified_left_out(lang));
    }
    said
}

/// Message for an error of a carried file.
pub(crate) fn problem(problem: &CarriedProblem, lang: Lang) -> String {
    match problem {
        CarriedProblem::Exists => say::file_exists(lang).to_owned(),
        CarriedProblem::NotWritten(kind) => say::file_not_written(lang, disk(*kind, lang)),
        CarriedProblem::NotRead(kind) => say::file_not_read(lang, disk(*kind, lang)),
        CarriedProblem::Size => say::size_format(lang).to_owned(),
        CarriedProblem::NotTaken(error) => trouble::take(error, lang),
    }
}
