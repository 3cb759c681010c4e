//! Export of the diaries as tables, one participant after another, so that memory does not grow with the trial. Every
//! file is renamed once it is complete, and the manifest comes last: a folder without it is an interrupted export.

mod files;
mod readme;
mod sheets;

use std::collections::BTreeSet;
use std::path::Path;

use diary_core::ids::SiteId;
use diary_core::keys::Bundle;
use diary_core::text::Lang;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::{ExportService, StaffError};
use diary_report::snapshot::ReportContext;
use diary_report::tables_csv::{self, Batch, TableName};
use diary_store::{Participant, SiteQuery, StoreError};
use files::{FileLine, Files};
use readme::{SCRIPTS, readme};

/// Days of a report have no part in the tables.
const NO_DAYS: u16 = 1;

/// Name of the manifest.
const MANIFEST: &str = "manifest.json";
/// Name of the file that explains the columns.
const COLUMNS: &str = "columns.csv";
/// Name of the file that explains the others.
const README: &str = "README.txt";

/// Options of a CSV export.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Participants to export.
    pub whose: ParticipantSelection,
    /// A spreadsheet beside the CSV files.
    pub spreadsheet: bool,
    /// Language of the explanations.
    pub lang: Lang,
    /// Sites of whose participants doses of the study drug are left out.
    pub blinded: BTreeSet<SiteId>,
    /// Most bytes of the tables together.
    pub most_bytes: Option<u64>,
}

impl Wanted {
    /// Everything about some participants, without a limit.
    #[must_use]
    pub const fn whole(whose: ParticipantSelection, lang: Lang) -> Self {
        Self { whose, spreadsheet: false, lang, blinded: BTreeSet::new(), most_bytes: None }
    }
}

/// Selection of participants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParticipantSelection {
    /// All participants.
    All,
    /// All participants of a site.
    Of(SiteId),
    /// Of these subject numbers.
    Some(Vec<String>),
    /// Of these sites: all, or one of this subject number.
    At(BTreeSet<SiteId>, Option<String>),
}

/// Summary of a CSV export.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CsvExported {
    /// Study.
    pub study: String,
    /// Its newest version.
    pub study_version: u32,
    /// Sites of the participants that were asked for.
    pub sites: Vec<SiteId>,
    /// Start of the export.
    pub made: String,
    /// Number of participants.
    pub participants: usize,
    /// Doses of the study drug are left out, of some sites at least.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_study_drug: bool,
    /// Rows of [`TableName::Problems`].
    pub problems: u64,
    /// The files.
    pub files: Vec<FileLine>,
}

impl ExportService<'_> {
    /// The participants that are asked for, in the order of the database.
    async fn chosen(&self, whose: &ParticipantSelection) -> Result<Vec<Participant>, StaffError> {
        let (all, subjects) = match whose {
            ParticipantSelection::All => return Ok(self.store().participants().await?),
            ParticipantSelection::Of(site) => {
                let all = self.store().participants().await?;
                return Ok(all.into_iter().filter(|one| one.site == *site).collect());
            }
            ParticipantSelection::Some(subjects) => (self.store().participants().await?, subjects.as_slice()),
            ParticipantSelection::At(sites, subject) => {
                let (sites, limit) = (sites.clone(), i32::MAX.unsigned_abs());
                let query = SiteQuery { sites, part: String::new(), after: String::new(), limit };
                let all = self.store().participants_at(query).await?;
                match subject {
                    None => return Ok(all),
                    Some(subject) => (all, std::slice::from_ref(subject)),
                }
            }
        };
        let unknown = subjects.iter().find(|subject| all.iter().all(|one| one.subject != **subject));
        match unknown {
            Some(subject) => Err(StaffError::UnknownSubject { subject: subject.clone() }),
            None => Ok(all.into_iter().filter(|one| subjects.contains(&one.subject)).collect()),
        }
    }

    /// Exports tables to `folder`, which is new or empty. The row of the audit trail is written before anything else.
    ///
    /// # Errors
    /// [`StaffError::UnknownSubject`], [`StaffError::NotVacant`], [`StaffError::File`] where the disk refuses, or of the
    /// database.
    pub async fn csv(self, by: &Account, folder: &Path, wanted: &Wanted) -> Result<CsvExported, StaffError> {
        let Wanted { whose, spreadsheet, lang, blinded, most_bytes } = wanted;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let sites: Vec<SiteId> = match whose {
            ParticipantSelection::Of(site) => vec![self.sites().chosen(Some(site)).await?],
            ParticipantSelection::At(sites, _) => sites.iter().cloned().collect(),
            ParticipantSelection::All | ParticipantSelection::Some(_) => {
                setting.bundle.kept_sites().cloned().collect()
            }
        };
        let participants = self.chosen(whose).await?;
        let mut files = Files::begin(folder, *lang)?;
        let made = self.now();
        let target = match whose {
            ParticipantSelection::All if sites.len() == 1 => format!("participants={}", participants.len()),
            // People of one site read this row, and count no participants of another.
            ParticipantSelection::All => {
                sites.iter().map(|site| format!("site={site}")).collect::<Vec<_>>().join(" ")
            }
            ParticipantSelection::Of(site) => format!("site={site} participants={}", participants.len()),
            ParticipantSelection::At(sites, None) => {
                let named = sites.iter().map(|site| format!("site={site}")).collect::<Vec<_>>().join(" ");
                match sites.len() {
                    1 => format!("{named} participants={}", participants.len()),
                    _ => named,
                }
            }
            ParticipantSelection::Some(_) | ParticipantSelection::At(_, Some(_)) => {
                participants.iter().map(|one| format!("vault={}", one.vault)).collect::<Vec<_>>().join(" ")
            }
        };
        let hides = participants.iter().any(|one| blinded.contains(&one.site));
        let target = if hides { format!("{target} without-study-drug") } else { target };
        self.look(trail::event(by, made, Code::ExportCsv, target, None)).await?;

        let studies = setting.studies();
        files.begin_tables(spreadsheet.then_some(made))?;
        let mut book = Batch::new(*lang);
        tables_csv::codebook(&mut book, studies);
        files.append(book)?;
        for participant in &participants {
            let zone = setting.zone(&participant.site);
            let light = ReportContext { studies, now: made, days: NO_DAYS, until: None, zone };
            let batch = Batch::new(*lang);
            let batch = if blinded.contains(&participant.site) { batch.blinded() } else { batch };
            let batch = self.tables(batch, participant, &light, &setting.bundle).await?;
            files.append(batch)?;
            if most_bytes.is_some_and(|most| files.bytes() > most) {
                return Err(StaffError::ExportTooLarge);
            }
        }
        let problems = files.rows(TableName::Problems);
        files.whole(COLUMNS, &tables_csv::explanation(*lang))?;
        files.whole(README, readme(*spreadsheet, *lang).as_bytes())?;
        for (name, script) in SCRIPTS {
            files.whole(name, script.as_bytes())?;
        }
        let done = CsvExported {
            study: self.keeper_keys().study.to_string(),
            study_version: setting.study.version(),
            sites,
            made: made.to_string(),
            participants: participants.len(),
            without_study_drug: hides,
            problems,
            files: files.finish()?,
        };
        files.manifest(MANIFEST, &done)?;
        Ok(done)
    }

    /// Everything of one participant. Unreadable rows are listed as problems and block neither other rows nor other
    /// participants.
    async fn tables(
        &self,
        mut batch: Batch,
        participant: &Participant,
        light: &ReportContext<'_>,
        bundle: &Bundle,
    ) -> Result<Batch, StaffError> {
        let subject = &participant.subject;
        let gathered = match crate::site::snapshot::gathered(self.reader(bundle), participant).await {
            Err(StoreError::Corrupt { what }) => {
                batch.rows_unreadable(subject, what);
                crate::site::snapshot::salvaged(&**self.store(), participant).await
            }
            other => other,
        };
        match gathered {
            Ok(gathered) => {
                tables_csv::participant(&mut batch, &gathered, light).map_err(StaffError::Report)?;
            }
            Err(StoreError::Corrupt { what }) => {
                batch.nothing_readable(subject, what);
            }
            Err(other) => return Err(other.into()),
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests;
