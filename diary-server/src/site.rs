//! Site services: everything that site staff do, as functions without any printing. The command line, site pages and
//! the demonstration call the same ones. Rules are pure functions in the submodules; each service reads, decides, and
//! writes together with its row of the audit trail.

pub mod acts;
mod adjudicate;
mod alerts;
mod append;
pub mod attach;
pub mod backup;
pub mod checkpoint;
mod clock;
pub mod drill;
pub mod enrolment;
mod entries;
pub mod error;
mod export_csv;
mod export_files;
mod export_folder;
pub mod keys;
mod looks;
pub mod overview;
pub mod people;
pub mod phones;
pub mod plausible;
pub mod publish;
pub mod quarantine;
pub mod rebuild;
pub mod receive;
pub mod recovery;
pub mod regimen;
mod report;
pub mod rewrap;
pub mod show;
pub mod subject;
pub mod trail;
pub mod welcome;
mod worklist;

pub use acts::{ActError, InfusionInput, Made, Saying};
pub use attach::Unattached;
pub use drill::{Drill, LastDrill, NotOpened};
pub use enrolment::{Confirmed, Invitation, PendingDevice};
pub use error::StaffError;
pub use export_csv::{CsvExported, Wanted, Whose};
pub use export_files::Exported;
pub use keys::{GenerationView, KeysView, ServerView};
pub use overview::{Overview, OverviewRow, QuotaRow, StudyBehind};
pub use quarantine::{Decision, Retried, UnmergedView};
pub use rebuild::RebuildSource;
pub use receive::{CarriedFile, Intake, Received};
pub use recovery::ShownSecret;
pub use regimen::{LineInput, RegimenInput, RegimenNote, RegimenPlan};
pub use rewrap::Rewrapped;
pub use trail::TrailView;
pub use worklist::{Freshness, Worklist};

use std::path::PathBuf;
use std::sync::Arc;

use diary_core::entropy::{Entropy, SharedEntropy};
use diary_core::ids::VaultId;
use diary_core::keys::Bundle;
use diary_core::merge::merge_v1;
use diary_core::record::TrialRecord;
use diary_core::study::Study;
use diary_core::time::{Clock, UtcMillis, Zone};
use zeroize::Zeroizing;

use crate::audit::{self, Account};
use crate::data_folder::DataFolder;
use crate::gather::Reader;
use crate::keys::KeeperKeys;
use crate::merge_worker::MergeWorker;
use crate::ops::rollback;
use crate::studies::{StudyCache, Unread};
use diary_core::study::Studies;
use diary_store::sqlite::Missing;
use diary_store::{NewParticipant, Participant, ServerState, StoreError, StudyFile, TrailEvent, TrialStore};

/// Longest reason, in bytes.
pub const REASON_MAX_BYTES: usize = diary_core::measure::SHORT_TEXT_MAX_BYTES;

/// Context of the site services: a keeper's database and keys, a clock and randomness.
#[derive(Clone)]
pub struct SiteServices {
    /// The database.
    pub store: Arc<dyn TrialStore>,
    /// The keys.
    pub keys: Arc<KeeperKeys>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: SharedEntropy,
    merger: MergeWorker,
    /// File of views that wait to become audit rows while the study is in another database; `None` without a data
    /// folder.
    looks: Option<PathBuf>,
    checked: checkpoint::Checked,
}

/// The study and the bundle as they are now.
#[derive(Clone, Debug)]
pub struct ActiveStudy {
    /// State of the server: identity, newest bundle, files.
    pub state: ServerState,
    /// The newest bundle.
    pub bundle: Bundle,
    /// The newest version of the study.
    pub study: Arc<Study>,
    cache: Arc<StudyCache>,
}

impl ActiveStudy {
    /// The time zone of the keeper's site; UTC where the study does not know the site.
    #[must_use]
    pub fn zone(&self, keys: &KeeperKeys) -> Zone {
        self.study.site(&keys.site).map_or(Zone::UTC, |site| site.zone)
    }

    /// Every version of the study that is at hand and can be read.
    #[must_use]
    pub fn studies(&self) -> Studies {
        self.cache.all(&self.bundle.studies, &self.state.files)
    }
}

impl SiteServices {
    /// The desk at a data folder.
    ///
    /// # Errors
    /// [`StaffError::Keys`] or [`StaffError::Store`] where its keys or its database cannot be used.
    pub async fn open(
        folder: &DataFolder,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Result<Self, StaffError> {
        let keys = Arc::new(KeeperKeys::load(&folder.keys())?);
        let secret = Zeroizing::new(*keys.database_secret());
        let location = folder.location();
        let store = location.open(&secret, Missing::Refuse, Arc::clone(&entropy)).await?;
        if location.file().is_some() {
            rollback::check(folder, &secret, clock.now(), &*entropy)?;
        }
        let desk = Self { looks: Some(looks::path(folder)), ..Self::new(store, keys, clock, entropy) };
        desk.note_kept_looks().await?;
        Ok(desk)
    }

    /// The desk of an open database.
    #[must_use]
    pub fn new(
        store: Arc<dyn TrialStore>,
        keys: Arc<KeeperKeys>,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Self {
        let merger = MergeWorker::new(Arc::clone(&store), Arc::clone(&keys), Arc::clone(&entropy));
        Self { store, keys, clock, entropy, merger, looks: None, checked: checkpoint::Checked::default() }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UtcMillis {
        self.clock.now()
    }

    /// The study and the bundle as they are now.
    ///
    /// # Errors
    /// [`StaffError`] where the database holds none, or none of this keeper's study.
    pub async fn setting(&self) -> Result<ActiveStudy, StaffError> {
        let state = self.store.server_state().await?.ok_or(StaffError::NotFounded)?;
        let bundle =
            Bundle::verify(&state.bundle, &self.keys.root_fingerprint()).map_err(StaffError::Bundle)?;
        // The newest version whose file is at hand: one that was lost with the database hides no diary.
        let named = |file: &&StudyFile| bundle.studies.iter().any(|study| study.hash == file.hash);
        let file = state.files.iter().filter(named).max_by_key(|file| file.version);
        let cache = Arc::clone(&self.merger.studies);
        let study = cache.study(file.ok_or(StaffError::NoStudy)?).map_err(|unread| match unread {
            Unread::Altered => StaffError::OtherStudy,
            Unread::Format => StaffError::NoStudy,
            Unread::Study(errors) => StaffError::Study(errors),
        })?;
        Ok(ActiveStudy { state, bundle, study, cache })
    }

    /// The newest bundle.
    ///
    /// # Errors
    /// [`StaffError`] where the database holds none, or none of this keeper's study.
    pub async fn bundle(&self) -> Result<Bundle, StaffError> {
        let state = self.store.server_state().await?.ok_or(StaffError::NotFounded)?;
        Bundle::verify(&state.bundle, &self.keys.root_fingerprint()).map_err(StaffError::Bundle)
    }

    /// Participant of a subject number; case, width and separators are ignored.
    ///
    /// # Errors
    /// [`StaffError::UnknownSubject`] where there is none, [`StaffError::RenamedSubject`] where it was renamed,
    /// [`StaffError::LikeSubject`] where another one looks like it.
    pub async fn participant(&self, subject: &str) -> Result<Participant, StaffError> {
        let mut all = self.store.participants().await?;
        let numbers = all.iter().map(|one| one.subject.as_str());
        if let Some(at) = subject::meant(subject, numbers) {
            return Ok(all.swap_remove(at));
        }
        let changes = self.store.people_changes().await?;
        Err(people::not_there(subject, &all, &changes))
    }

    /// Makes a participant with an empty vault.
    ///
    /// # Errors
    /// [`StaffError::SubjectForm`], [`StaffError::SubjectPattern`], [`StaffError::SubjectTaken`], and unless `confirmed`
    /// [`StaffError::SubjectAlike`].
    pub async fn add_participant(
        &self,
        by: &Account,
        subject: &str,
        confirmed: bool,
    ) -> Result<Participant, StaffError> {
        self.check_new_subject(subject, None, confirmed).await?;
        let vault = VaultId::from_bytes((&*self.entropy as &dyn Entropy).array());
        let (site, at) = (self.keys.site.clone(), self.now());
        let new = NewParticipant { subject: subject.to_owned(), site: site.clone(), vault, at };
        let event = audit::event(by, at, audit::Code::ParticipantAdd, format!("vault={vault}"), None);
        match self.store.add_participant(new, event).await {
            Ok(()) => Ok(Participant { subject: subject.to_owned(), site, vault, added: at, standing: None }),
            Err(StoreError::Conflict { .. }) => Err(StaffError::SubjectTaken { subject: subject.to_owned() }),
            Err(other) => Err(other.into()),
        }
    }

    /// The trial record of a participant.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn record(&self, vault: VaultId) -> Result<TrialRecord, StaffError> {
        Ok(merge_v1(&self.store.load_record(vault).await?.plans))
    }

    /// Reader with which diaries are gathered.
    pub(crate) fn reader<'a>(&'a self, bundle: &'a Bundle) -> Reader<'a> {
        Reader { store: &*self.store, keys: &self.keys, bundle }
    }

    /// Writes an event that has no other effect.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn note(&self, event: TrailEvent) -> Result<(), StaffError> {
        Ok(self.store.record_event(event).await?)
    }

    /// Merge worker of these services.
    #[must_use]
    pub const fn merger(&self) -> &MergeWorker {
        &self.merger
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        &*self.entropy
    }
}

/// A reason that says something and fits.
///
/// # Errors
/// [`StaffError::ReasonForm`].
pub fn check_reason(reason: &str) -> Result<(), StaffError> {
    if reason.trim().is_empty() || reason.len() > REASON_MAX_BYTES {
        return Err(StaffError::ReasonForm);
    }
    Ok(())
}
