//! Parcel files that were carried by hand: read, verified and committed as a push would be, whether a server runs
//! meanwhile or not. Files that cannot yet be attributed to a known device wait in a bounded intake. Each device is
//! answered in a file.

mod answer;
mod intake;
mod one;

pub use answer::Answer;
pub use intake::{Intake, KeptFile};

use std::collections::BTreeMap;

use diary_core::api::{Cursor, RefusalCode};
use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::{DeviceService, StaffError};
use one::{Read, TakenFile};

/// A file as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CarriedFile {
    /// Name of the file as known to staff.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Result for one parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Stored now.
    Stored,
    /// Was there already.
    Duplicate,
    /// Not stored.
    Refused(#[serde(serialize_with = "refusal_name")] RefusalCode),
}

fn refusal_name<S: serde::Serializer>(code: &RefusalCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(code.name())
}

/// One parcel of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ParcelReport {
    /// Result for the parcel.
    pub fate: Fate,
    /// An earlier one of its phone is missing.
    pub gap: bool,
    /// A fork: another parcel has its place; both are kept.
    pub fork: bool,
    /// It waits until its phone is confirmed.
    pub pending: bool,
    /// It waits for its grant.
    pub grant_needed: bool,
    /// It is in quarantine, or will be.
    pub quarantined: bool,
}

/// Reason for which a file waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// No participant here has this diary.
    Participant,
    /// The phone is not known here, and brings nothing that makes it so.
    Phone,
}

/// Reason for which a file was not accepted at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotTaken {
    /// Not a parcel file, and nothing of one in it.
    NotAParcelFile,
    /// An answer of a server, which belongs on a phone.
    Answer,
    /// Of another study.
    OtherStudy,
    /// Staff have turned the phone away.
    TurnedAway,
    /// It would have to wait, and the intake is full.
    NoRoom,
}

/// Result for one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum ReceivedOutcome {
    /// It was taken in.
    Received {
        /// The participant.
        subject: String,
        /// The vault.
        vault: VaultId,
        /// The phone.
        device: KeyId,
        /// Its parcels, in the file's order.
        parcels: Vec<ParcelReport>,
    },
    /// It is kept and tried again.
    Waits {
        /// Reason for waiting.
        #[serde(rename = "for")]
        reason: WaitsFor,
    },
    /// Nothing of it was taken.
    NotTaken {
        /// Reason for which it was not accepted.
        reason: NotTaken,
    },
}

/// Result for one file, with its condition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileReport {
    /// Name of the file as known to staff; of one that had waited, the time since which it did.
    pub name: String,
    /// It was cut or damaged: what is whole in it was taken.
    pub damaged: bool,
    /// Result for the file.
    #[serde(flatten)]
    pub outcome: ReceivedOutcome,
}

/// Results for all files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Received {
    /// Each file: those that were given, then those that had waited and could be taken now.
    pub files: Vec<FileReport>,
    /// One answer for each phone.
    pub answers: Vec<Answer>,
}

/// Content of the answer to one phone: receipts for its parcels, and the log from the earliest cursor in its files.
#[derive(Default)]
struct Owed {
    subject: String,
    receipts: Vec<Vec<u8>>,
    cursor: Option<Cursor>,
    from_start: bool,
    study: Option<Hash>,
}

impl Owed {
    fn add(&mut self, taken: &TakenFile, file: &one::FileSays) {
        self.subject.clone_from(&taken.subject);
        self.receipts.extend(taken.receipts.iter().cloned());
        match (file.cursor, self.cursor) {
            (Some(at), Some(before)) if at.n >= before.n => {}
            (Some(at), _) => self.cursor = Some(at),
            (None, _) => self.from_start = true,
        }
        self.study = file.study.or(self.study);
    }
}

impl DeviceService<'_> {
    /// Takes files in; their order and repetitions do not matter. Then those that had waited are tried again.
    ///
    /// # Errors
    /// [`StaffError`] of the database or of the intake's folder. What was taken before it stays.
    pub async fn receive(
        self,
        by: &Account,
        intake: &Intake,
        files: &[CarriedFile],
    ) -> Result<Received, StaffError> {
        let setting = self.setting().await?;
        let bundle = &setting.bundle;
        let (mut reports, mut owed) = (Vec::new(), BTreeMap::<(VaultId, KeyId), Owed>::new());
        for file in files {
            let now = self.now();
            let mut report = self.receive_one(by, bundle, file, now, &mut owed).await?;
            if let ReceivedOutcome::Waits { .. } = report.outcome
                && intake.keep(&file.bytes, now)? == KeptFile::NoRoom
            {
                report.outcome = ReceivedOutcome::NotTaken { reason: NotTaken::NoRoom };
            }
            self.note_file(by, &report).await?;
            reports.push(report);
        }
        // A certificate in one file may be what another file waited for.
        for waiting in intake.list()? {
            let bytes = match waiting.read() {
                Ok(bytes) => bytes,
                // It keeps waiting, and must not delay the others and the answers.
                Err(error) => {
                    tracing::error!(%error, "a file that waits cannot be read");
                    continue;
                }
            };
            let file = CarriedFile { name: waiting.since.to_string(), bytes };
            let report = self.receive_one(by, bundle, &file, waiting.since, &mut owed).await?;
            if matches!(report.outcome, ReceivedOutcome::Waits { .. }) {
                continue;
            }
            self.note_file(by, &report).await?;
            waiting.done()?;
            reports.push(report);
        }
        self.settle(bundle).await?;
        let mut answers = Vec::with_capacity(owed.len());
        for ((vault, device), owed) in owed {
            answers.push(self.answer(&setting, vault, device, owed).await?);
        }
        Ok(Received { files: reports, answers })
    }

    async fn receive_one(
        &self,
        by: &Account,
        bundle: &diary_core::keys::Bundle,
        file: &CarriedFile,
        received: UtcMillis,
        owed: &mut BTreeMap<(VaultId, KeyId), Owed>,
    ) -> Result<FileReport, StaffError> {
        tracing::info!(by = by.as_str(), bytes = file.bytes.len(), "a file is being received");
        let report = |damaged, outcome| FileReport { name: file.name.clone(), damaged, outcome };
        let (contents, damaged) = match one::read(&file.bytes) {
            Read::File { contents, damaged } => (contents, damaged),
            Read::Not(reason) => return Ok(report(false, ReceivedOutcome::NotTaken { reason })),
        };
        let says = one::FileSays { cursor: contents.cursor, study: contents.study };
        match self.take_file(bundle, *contents, received).await? {
            one::FileOutcome::Taken(taken) => {
                owed.entry((taken.vault, taken.device)).or_default().add(&taken, &says);
                let TakenFile { subject, vault, device, parcels, receipts: _ } = taken;
                Ok(report(damaged, ReceivedOutcome::Received { subject, vault, device, parcels }))
            }
            one::FileOutcome::Waits(reason) => Ok(report(damaged, ReceivedOutcome::Waits { reason })),
            one::FileOutcome::Not(reason) => Ok(report(damaged, ReceivedOutcome::NotTaken { reason })),
        }
    }

    async fn note_file(&self, by: &Account, report: &FileReport) -> Result<(), StaffError> {
        let target = match &report.outcome {
            ReceivedOutcome::Received { vault, device, parcels, .. } => {
                let count =
                    |fate: fn(&Fate) -> bool| parcels.iter().filter(|parcel| fate(&parcel.fate)).count();
                let (stored, refused) =
                    (count(|f| matches!(f, Fate::Stored)), count(|f| matches!(f, Fate::Refused(_))));
                let parcels = parcels.len();
                format!("vault={vault} device={device} parcels={parcels} stored={stored} refused={refused}")
            }
            ReceivedOutcome::Waits { .. } => "outcome=waits".to_owned(),
            ReceivedOutcome::NotTaken { .. } => "outcome=not-taken".to_owned(),
        };
        self.note(trail::event(by, self.now(), Code::FileReceive, target, None)).await
    }
}
