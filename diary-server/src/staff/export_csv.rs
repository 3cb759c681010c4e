//! Writes the diaries as tables, one participant after another, so that a large trial needs no more memory than a small
//! one. Every file gets its name once it is whole, and the manifest comes last: without it an export was interrupted.

mod files;

use std::path::Path;

use serde::Serialize;

use super::trail::{self, Code};
use super::{Account, Desk, StaffError};
use crate::gather::{Gathered, Light};
use crate::store::{Participant, Participants, StoreError};
use crate::tables_csv::{self, Batch, Table};
use files::{FileLine, Files};

/// Days of a report have no part in the tables.
const NO_DAYS: u16 = 1;

/// Name of the manifest.
const MANIFEST: &str = "manifest.json";
/// Name of the file that explains the columns.
const COLUMNS: &str = "columns.csv";
const README: &str = "README.txt";
const README_TEXT: &str = "Diaries of a study as tables.

manifest.json   every file with its rows, bytes and SHA-256; written last: without it the export was interrupted,
                and nothing in this folder should be used
columns.csv     what every column of every table means
problems.csv    what is in the database and not, or not wholly, in the other tables, with the reason

CSV as in RFC 4180, UTF-8, a comma between cells, a line feed at the end of a row, the first row names the columns.
Days are YYYY-MM-DD. Instants are UTC, for example 2026-03-29T01:30:00.000Z. Numbers have a point. yes and no are
written out. An empty cell means that there is nothing. Tables are joined by subject, entry_id and revision_id.

Formulas: a text that a spreadsheet would take for a formula (it begins with = + - @, also full-width, after white
space or not, or with a tab or a line break), or that begins with an apostrophe, has an apostrophe in front. To get
exactly what was written, take one apostrophe away from every text that begins with one, for example in R:
  x <- sub(\"^'\", \"\", x)
Columns of numbers, days and ids have none.

Use rows with counts=yes. The others are versions that contradict these, or entries for a place of the schedule
that is already answered; corrections.csv has every earlier value.

Each participant is as of one moment; what came in while the export ran may be in it for one and not for another.
Whoever holds this folder can read the diaries in it.
";

/// Whose diaries are exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Everybody's.
    All,
    /// Of these subject numbers.
    Some(Vec<String>),
}

/// What was exported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CsvExported {
    /// Study.
    pub study: String,
    /// Its newest version.
    pub study_version: u32,
    /// Site.
    pub site: String,
    /// When the export began.
    pub made: String,
    /// How many participants.
    pub participants: usize,
    /// Rows of [`Table::Problems`].
    pub problems: u64,
    /// The files.
    pub files: Vec<FileLine>,
}

impl Desk {
    /// Exports tables to `folder`, which is new or empty. The trail has its row before anything is written.
    ///
    /// # Errors
    /// [`StaffError::UnknownSubject`], [`StaffError::NotVacant`], [`StaffError::File`] where the disk refuses, or of the
    /// database.
    pub async fn export_csv(
        &self,
        by: &Account,
        folder: &Path,
        whose: &Whose,
    ) -> Result<CsvExported, StaffError> {
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let participants = chosen(self.store.participants(Participants::All).await?, whose)?;
        let mut files = Files::begin(folder)?;
        let made = self.now();
        let target = match whose {
            Whose::All => format!("participants={}", participants.len()),
            Whose::Some(_) => {
                participants.iter().map(|one| format!("vault={}", one.vault)).collect::<Vec<_>>().join(" ")
            }
        };
        self.note(trail::event(by, made, Code::ExportCsv, target, None)).await?;

        let studies = setting.studies();
        let light = Light { studies: &studies, now: made, days: NO_DAYS, zone: setting.zone(&self.keys) };
        for table in Table::ALL {
            files.open(table)?;
        }
        for participant in &participants {
            let batch = self.tables(participant, &light).await?;
            for (table, bytes, rows) in batch.finish() {
                files.append(table, &bytes, rows)?;
            }
        }
        let problems = files.rows(Table::Problems);
        files.whole(COLUMNS, &tables_csv::explanation())?;
        files.whole(README, README_TEXT.as_bytes())?;
        let done = CsvExported {
            study: self.keys.study.to_string(),
            study_version: setting.study.version(),
            site: self.keys.site.to_string(),
            made: made.to_string(),
            participants: participants.len(),
            problems,
            files: files.finish()?,
        };
        files.manifest(MANIFEST, &done)?;
        Ok(done)
    }

    /// Everything of one participant. Rows that cannot be read hold up neither others nor other participants.
    async fn tables(&self, participant: &Participant, light: &Light<'_>) -> Result<Batch, StaffError> {
        let mut batch = Batch::default();
        let subject = &participant.subject;
        let gathered = match Gathered::of(&*self.store, participant).await {
            Err(StoreError::Corrupt { what }) => {
                let reason = format!(
                    "rows of the record cannot be read ({what}): what is here is from the parcels. `rebuild` compares, and \
                     `rebuild --replace REASON` repairs the record"
                );
                batch.problem(subject, "participant", "", reason);
                Gathered::salvaged(&*self.store, participant).await
            }
            other => other,
        };
        match gathered {
            Ok(gathered) => {
                tables_csv::participant(&mut batch, &gathered, light).map_err(StaffError::Report)?;
            }
            Err(StoreError::Corrupt { what }) => {
                let reason = format!(
                    "nothing of it can be read ({what}). Restore a backup beside this server and export there"
                );
                batch.problem(subject, "participant", "", reason);
            }
            Err(other) => return Err(other.into()),
        }
        Ok(batch)
    }
}

/// The participants that are asked for, in the order of the database.
fn chosen(all: Vec<Participant>, whose: &Whose) -> Result<Vec<Participant>, StaffError> {
    let Whose::Some(subjects) = whose else { return Ok(all) };
    let unknown = subjects.iter().find(|subject| all.iter().all(|one| one.subject != **subject));
    match unknown {
        Some(subject) => Err(StaffError::UnknownSubject { subject: subject.clone() }),
        None => Ok(all.into_iter().filter(|one| subjects.contains(&one.subject)).collect()),
    }
}

#[cfg(test)]
mod tests;
