//! Export of everything an inspector needs to plain files: the study's keys of all versions, its files, the audit
//! trail with its checkpoints, and each vault's log with its signed head and, unless excluded, the plaintexts with
//! their salts. Written page by page, so that memory does not grow with the trial. The export is checked by the
//! verifier.

mod readme;

use std::path::Path;

use diary_core::api::{Cursor, Head};
use diary_core::audit_trail::TRAIL_START;
use diary_core::export::{
    BUNDLES, FORMAT, FileEntry, LIST, MANIFEST, Manifest, OpenedRecord, PARTICIPANTS, README, STUDIES, TRAIL,
    VAULTS,
};
use diary_core::ids::{Hash, Nonce};
use diary_core::parcel::follow;
use diary_core::parcel::log::CHAIN_START;
use diary_core::text::Lang;
use diary_core::wire;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::context::active::ActiveStudy;
use crate::site::exports::folder::{ExportFolder, OpenFile, WrittenFile};
use crate::site::{ExportService, StaffError};
use diary_report::tables_csv::cell::neutral;
use diary_store::{LogQuery, LogReader, Participant, StoreError, VaultHead};
use readme::readme;

/// Records of a log that are read at a time.
const PAGE_RECORDS: u32 = 1000;
/// Bytes of records that are read at a time.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Rows of the audit trail that are read at a time.
const PAGE_ROWS: u32 = 1000;

/// Options of an export of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilesWanted {
    /// Without plaintexts.
    pub sealed_only: bool,
    /// Language of the explanation.
    pub lang: Lang,
}

/// Summary of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Exported {
    /// Vaults.
    pub vaults: u64,
    /// Records of their logs.
    pub records: u64,
    /// Plaintexts.
    pub opened: u64,
    /// Rows of the audit trail.
    pub trail: u64,
}

/// Writes files and remembers what was written.
struct Writer {
    folder: ExportFolder,
    list: Vec<FileEntry>,
}

impl Writer {
    fn new(folder: &Path) -> Result<Self, StaffError> {
        Ok(Self { folder: ExportFolder::begin(folder, &[STUDIES, VAULTS])?, list: Vec::new() })
    }

    fn whole(&mut self, name: &str, bytes: &[u8]) -> Result<Hash, StaffError> {
        let written = self.folder.whole(name, bytes)?;
        Ok(self.enter(name, written))
    }

    fn close(&mut self, name: &str, open: OpenFile) -> Result<(), StaffError> {
        let written = open.close()?;
        self.enter(name, written);
        Ok(())
    }

    fn enter(&mut self, name: &str, written: WrittenFile) -> Hash {
        let WrittenFile { bytes, sha256: hash } = written;
        self.list.push(FileEntry { name: name.to_owned(), bytes, hash });
        hash
    }
}

impl ExportService<'_> {
    /// Exports everything to `folder`, which is new or empty. The row of the audit trail, and a checkpoint after it,
    /// are written before anything else.
    ///
    /// # Errors
    /// [`StaffError::NotVacant`], [`StaffError::File`] where the disk refuses, or of the database.
    pub async fn files(
        self,
        by: &Account,
        folder: &Path,
        wanted: FilesWanted,
    ) -> Result<Exported, StaffError> {
        let FilesWanted { sealed_only, lang } = wanted;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let mut writer = Writer::new(folder)?;
        let target = format!("sealed-only={sealed_only}");
        self.look(trail::event(by, self.now(), Code::ExportFiles, target, None)).await?;
        match self.upkeep().checkpoint().await {
            // In a database that was left nothing is written any more, so the last checkpoint is the newest.
            Ok(_) | Err(StaffError::Store(StoreError::Moving | StoreError::Moved)) => {}
            // The inspector finds it, and everything else that holds.
            Err(error @ StaffError::TrailBroken { .. }) => {
                tracing::error!(%error, "the export has no new checkpoint");
            }
            Err(other) => return Err(other),
        }

        let mut done = Exported::default();
        writer.whole(README, readme(lang).as_bytes())?;
        let bundles: Vec<u8> = setting
            .earlier_bundles
            .iter()
            .chain([&setting.signed_bundle])
            .flat_map(diary_core::signed::Signed::to_bytes)
            .collect();
        writer.whole(BUNDLES, &bundles)?;
        for file in &setting.files {
            writer.whole(&format!("{STUDIES}/{}", file.hash), &file.bytes)?;
        }
        let (trail_n, trail_chain) = self.export_trail(&mut writer).await?;
        done.trail = trail_n;
        let participants = self.store().participants().await?;
        writer.whole(PARTICIPANTS, list(&participants).as_bytes())?;
        for participant in &participants {
            self.export_vault(&mut writer, &setting, participant, sealed_only, &mut done).await?;
        }
        let all: Vec<u8> = writer.list.iter().flat_map(wire::encode).collect();
        let manifest = Manifest {
            format: FORMAT,
            study: self.keeper_keys().study.clone(),
            site: self.keeper_keys().site.clone(),
            root: self.keeper_keys().root_fingerprint(),
            epoch: setting.epoch,
            at: self.now(),
            trail_n,
            trail_chain,
            list: writer.whole(LIST, &all)?,
            sealed_only,
            by: self.keeper_keys().signing.id(),
        };
        writer.whole(MANIFEST, &manifest.sign(&self.keeper_keys().signing).to_bytes())?;
        Ok(done)
    }

    async fn export_trail(&self, writer: &mut Writer) -> Result<(u64, Hash), StaffError> {
        let mut open = writer.folder.open(TRAIL)?;
        let mut at = (0, TRAIL_START);
        loop {
            let page = self.store().audit_trail(at.0, PAGE_ROWS).await?;
            let Some(last) = page.last() else { break };
            at = (last.n, last.chain);
            for row in &page {
                open.put(&wire::encode(row))?;
            }
        }
        writer.close(TRAIL, open)?;
        Ok(at)
    }

    async fn export_vault(
        &self,
        writer: &mut Writer,
        setting: &ActiveStudy,
        participant: &Participant,
        sealed_only: bool,
        done: &mut Exported,
    ) -> Result<(), StaffError> {
        let (vault, epoch) = (participant.vault, setting.epoch);
        let (log_name, plain_name) = (format!("{VAULTS}/{vault}.log"), format!("{VAULTS}/{vault}.opened"));
        let mut log = writer.folder.open(&log_name)?;
        let mut plain = if sealed_only { None } else { Some(writer.folder.open(&plain_name)?) };
        let (mut n, mut chain) = (0, CHAIN_START);
        let mut end: Option<VaultHead> = None;
        loop {
            let cursor = (n > 0).then_some(Cursor { epoch, n, chain });
            let query = LogQuery {
                vault,
                reader: LogReader::Keeper,
                cursor,
                limit: PAGE_RECORDS,
                max_bytes: PAGE_BYTES,
            };
            let mut page = self.store().log_page(query).await?;
            // Records that arrive meanwhile belong to the next export, so that log and signed head agree.
            let head = *end.get_or_insert(page.head);
            page.records.retain(|record| record.n <= head.n);
            if page.after != n || page.records.is_empty() {
                break;
            }
            chain = follow(n, &chain, &page.records)
                .map_err(|_| StoreError::Corrupt { what: "the log of a vault" })?;
            for record in &page.records {
                n = record.n;
                log.put(&wire::encode(record))?;
                if let (Some(to), Some(opened)) = (&mut plain, page.opened.get(&n)) {
                    let record = OpenedRecord { n, salt: opened.salt, plain: opened.plain.to_vec() };
                    to.put(&wire::encode(&record))?;
                    done.opened += 1;
                }
            }
        }
        writer.close(&log_name, log)?;
        plain.map_or(Ok(()), |open| writer.close(&plain_name, open))?;
        let signing = &self.keeper_keys().signing;
        let head = Head {
            server: signing.id(),
            epoch,
            vault,
            incarnation: None,
            n,
            chain,
            server_time: self.now(),
            nonce: Nonce::from_bytes([0; 16]),
            bundle: Some(setting.bundle.version),
            // No device reads it.
            bundle_hash: None,
        };
        writer.whole(&format!("{VAULTS}/{vault}.head"), &head.sign(signing).to_bytes())?;
        done.vaults += 1;
        done.records += n;
        Ok(())
    }
}

fn list(participants: &[Participant]) -> String {
    let quoted = |text: &str| format!("\"{}\"", neutral(text).replace('"', "\"\""));
    let line = |one: &Participant| {
        format!("{},{},{},{}\n", one.vault, quoted(&one.subject), quoted(one.site.as_str()), one.added)
    };
    std::iter::once("vault,subject,site,added\n".to_owned()).chain(participants.iter().map(line)).collect()
}
