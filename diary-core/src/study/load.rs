//! Decoding of a package into a study: first the form of `study.toml`, then the instruments, then the
//! references between them. All faults are reported at once.

mod alerts;
mod check;
mod file;
mod source;

pub(super) use file::StudyFile;

use std::collections::BTreeMap;

use super::error::{StudyError, StudyErrors};
use super::instrument::{ContentPack, Instrument, ParseOptions};
use super::package::StudyPackage;
use super::problem::StudyProblem;
use super::{STUDY_FILE, Study};
use crate::ids::InstrumentId;
use check::Findings;
use source::Source;

/// Study of `package`.
pub(super) fn load(package: &StudyPackage) -> Result<Study, StudyErrors> {
    read(package).map_err(|errors| {
        let nothing = || StudyErrors::of(vec![whole_file(STUDY_FILE, StudyProblem::Unreadable)]);
        StudyErrors::of(errors).or_else(nothing).expect("one error is an error")
    })
}

fn read(package: &StudyPackage) -> Result<Study, Vec<StudyError>> {
    let text = package
        .file(STUDY_FILE)
        .ok_or(StudyProblem::Missing)
        .and_then(|bytes| {
            std::str::from_utf8(bytes).map_err(|e| StudyProblem::NotText { detail: e.to_string() })
        })
        .map_err(|problem| vec![whole_file(STUDY_FILE, problem)])?;
    let source = Source::parse(STUDY_FILE, text)?;
    let mut file: StudyFile = source.read()?;
    let mut findings = Findings::new(&source, &file);
    let mut instruments = findings.read_instruments(package);
    findings.check(&instruments);
    findings.check_alerts(&instruments);
    match findings.into_errors() {
        errors if errors.is_empty() => {
            if let Some(first) = file.languages.first().copied() {
                file.texts().into_iter().for_each(|text| text.prefer(first));
                instruments.values_mut().for_each(|instrument| instrument.prefer(first));
            }
            Ok(Study { file, instruments, hash: package.hash() })
        }
        errors => Err(errors),
    }
}

impl Findings<'_> {
    /// Instruments that can be read; the faults of the others are added.
    fn read_instruments(&mut self, package: &StudyPackage) -> BTreeMap<InstrumentId, Instrument> {
        let file = self.file;

        let mut instruments = BTreeMap::new();
        for (n, entry) in file.instruments.iter().enumerate() {
            let Some(json) = package.file(&entry.file) else {
                self.add(format!("instruments[{n}].file"), StudyProblem::NoFile { name: entry.file.clone() });
                continue;
            };
            let pack = match entry.pack.as_deref().map(|name| read_pack(package, name)) {
                None => None,
                Some(Ok(pack)) => Some(pack),
                Some(Err(problem)) => {
                    self.add(format!("instruments[{n}].pack"), problem);
                    continue;
                }
            };
            let options = ParseOptions {
                id: entry.id.clone(),
                score: entry.score.clone(),
                recall: entry.recall.clone(),
                pack: pack.as_ref(),
            };
            match Instrument::parse(json, options) {
                Ok(instrument) => drop(instruments.insert(entry.id.clone(), instrument)),
                Err(errors) => self.extend(errors.into_iter().map(|error| StudyError {
                    file: entry.file.clone(),
                    line: None,
                    key: error.place,
                    problem: StudyProblem::Questionnaire(error.problem),
                })),
            }
        }
        instruments
    }
}

fn read_pack(package: &StudyPackage, name: &str) -> Result<ContentPack, StudyProblem> {
    let json = package.file(name).ok_or_else(|| StudyProblem::NoFile { name: name.to_owned() })?;
    ContentPack::parse(json).map_err(|e| StudyProblem::Pack { name: name.to_owned(), detail: e.detail })
}

fn whole_file(file: &str, problem: StudyProblem) -> StudyError {
    StudyError { file: file.to_owned(), line: None, key: String::new(), problem }
}

#[cfg(test)]
mod tests;
