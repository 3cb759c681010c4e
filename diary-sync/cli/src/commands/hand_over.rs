//! `diary hand-over FILE`: what the hospital has not received, as files to be carried or mailed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diary_core::files;
use diary_core::parcel::file::FILE_MAX_BYTES;
use diary_sync::hand_over::{SPLIT_MIN_BYTES, Which, hand_over};
use serde_json::json;

use super::Done;
use crate::args::HandOver;
use crate::failure::{CarriedProblem, Failure};
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, args: &HandOver) -> Result<Done, Failure> {
    let max_bytes = match &args.split {
        None => FILE_MAX_BYTES,
        Some(text) => size(text).ok_or(CarriedProblem::Size)?,
    };
    let which = if args.all { Which::All } else { Which::NotReceived };
    let env = &talk.screen.env;
    let packed = hand_over(&mut talk.session.diary, which, max_bytes, &env.moment())?;
    let paths = names(&args.file, packed.files.len());
    // Looked at before the first is written, so that a taken name leaves nothing half done.
    if paths.iter().any(|path| path.exists()) {
        return Err(CarriedProblem::Exists.into());
    }
    for (path, file) in paths.iter().zip(&packed.files) {
        write(path, &file.to_bytes())?;
    }
    for path in &paths {
        talk.screen.say(&path.display().to_string())?;
    }
    talk.screen.say(&words::carried::written(paths.len(), packed.entries, talk.screen.lang))?;
    let files: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok(Done::ok(json!({ "files": files, "parcels": packed.parcels, "waiting": packed.entries })))
}

/// `5M`, `800K`.
fn size(text: &str) -> Option<usize> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix(['M', 'm']) {
        Some(number) => (number, 1024 * 1024),
        None => (text.strip_suffix(['K', 'k'])?, 1024),
    };
    let bytes = number.trim().parse::<usize>().ok()?.checked_mul(unit)?;
    (bytes >= SPLIT_MIN_BYTES).then_some(bytes)
}

/// The file that was named, or, where there are several, `name-1.parcel`, `name-2.parcel` and so on.
fn names(file: &Path, count: usize) -> Vec<PathBuf> {
    if count == 1 {
        return vec![file.to_owned()];
    }
    let part = |n: usize| {
        let mut name = file.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{n}"));
        if let Some(ending) = file.extension() {
            name.push(".");
            name.push(ending);
        }
        file.with_file_name(name)
    };
    (1..=count).map(part).collect()
}

/// Writes a new file and brings it to the disk: a stick is pulled out soon after.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CarriedProblem> {
    files::create(path, bytes).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CarriedProblem::Exists,
        kind => CarriedProblem::NotWritten(kind),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_those_that_hold_no_parcel_refused() {
        assert_eq!(size("5M"), Some(5 * 1024 * 1024));
        assert_eq!(size(" 800 k "), Some(800 * 1024));
        for none in ["", "M", "5", "5G", "-5M", "511K", "99999999999999999999M", "18446744073709551615M"] {
            assert_eq!(size(none), None, "{none}");
        }
    }

    #[test]
    fn several_files_are_numbered_before_the_ending() {
        assert_eq!(names(Path::new("a/diary.parcel"), 1), [PathBuf::from("a/diary.parcel")]);
        let two = names(Path::new("a/diary.parcel"), 2);
        assert_eq!(two, [PathBuf::from("a/diary-1.parcel"), PathBuf::from("a/diary-2.parcel")]);
        assert_eq!(names(Path::new("diary"), 2)[1], PathBuf::from("diary-2"));
    }
}
