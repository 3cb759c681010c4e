//! Site services: everything that site staff do, as functions without any printing. The command line, site pages and
//! the demonstration call the same ones. Rules are pure functions in the submodules; each service reads, decides, and
//! writes together with its row of the audit trail.

pub mod accounts;
pub mod acts;
mod append;
pub mod devices;
pub mod error;
pub mod exports;
pub mod keys;
mod looks;
pub mod participants;
pub mod quarantine;
pub mod services;
pub mod sites;
pub mod snapshot;
pub mod studies;
pub mod upkeep;
pub mod views;

pub use acts::regimen::{LineInput, RegimenInput, RegimenNote, RegimenPlan};
pub use acts::{
    ActError, AnchorInput, EndInput, InfusionInput, InterruptionInput, MadeAct, Saying, VisitInput,
};
pub use devices::access::{AllowDevice, PhoneView, RevokeDevice};
pub use devices::enrolment::{
    ConfirmDevice, ConfirmHeldDevice, Confirmed, Invitation, NewLink, PendingDevice,
};
pub use devices::loan::{MarkDevice, ReturnDevice};
pub use devices::receive::{CarriedFile, Intake, Received};
pub use devices::recovery::ShownSecret;
pub use error::StaffError;
pub use exports::Archive;
pub use exports::csv::{CsvExported, ParticipantSelection, Wanted};
pub use exports::files::{Exported, FilesWanted};
pub use keys::drill::{Drill, LastDrill, NotOpened};
pub use keys::rewrap::Rewrapped;
pub use keys::{GenerationView, KeysView, RecoveryView, ServerView};
pub use participants::ListedParticipant;
pub use participants::attach::{AttachVault, Unattached};
pub use participants::numbers::{LinkParticipants, Numbers, RenameParticipant};
pub use quarantine::{DecideParcel, Decision, Retried, UnmergedView};
pub use services::{
    AccountService, ActService, DeviceService, ExportService, KeyService, ParticipantService,
    QuarantineService, SiteService, StudyService, UpkeepService, ViewService,
};
pub use sites::{AddedSite, SiteInput, SiteView};
pub use upkeep::place::StudyPlace;
pub use upkeep::rebuild::{RebuildSource, RebuiltParticipant};
pub use views::overview::{Overview, OverviewRow, QuotaRow, SiteDrill, StudyBehind};
pub use views::trail::{TrailLine, TrailPage, TrailQuery, TrailView};
pub use views::worklist::{Freshness, Worklist};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::{Entropy, SharedEntropy};
use diary_core::ids::VaultId;
use diary_core::keys::Bundle;
use diary_core::merge::merge_v1;
use diary_core::record::TrialRecord;
use diary_core::time::{Clock, UtcMillis};
use zeroize::Zeroizing;

use crate::config::Config;
pub use crate::context::active::ActiveStudy;
use crate::context::active::StartError;
use crate::context::studies::Unread;
use crate::context::{Context, Parts};
use crate::data_folder::DataFolder;
use crate::keys::KeeperKeys;
use crate::merge::MergeWorker;
use crate::ops::rollback;
use crate::site::snapshot::Reader;
use diary_store::sqlite::Missing;
use diary_store::{TrailEvent, TrialStore};

/// Longest reason, in bytes.
pub const REASON_MAX_BYTES: usize = diary_core::measure::SHORT_TEXT_MAX_BYTES;

/// Services of a site: the context of its keeper, on which they are called.
#[derive(Clone)]
pub struct SiteServices {
    /// Holds the context and the keys that all services share.
    merger: MergeWorker,
    /// File of views that wait to become audit rows while the study is in another database; `None` without a data
    /// folder.
    looks: Option<PathBuf>,
    checked: upkeep::checkpoint::Checked,
}

impl SiteServices {
    /// The services at a data folder.
    ///
    /// # Errors
    /// [`StaffError::Keys`] or [`StaffError::Store`] where its keys or its database cannot be used.
    pub async fn open(
        folder: &DataFolder,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Result<Self, StaffError> {
        Self::open_configured(folder, clock, entropy, Config::lifted()).await
    }

    /// As [`Self::open`], under a configuration, for serving.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_configured(
        folder: &DataFolder,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
        config: Config,
    ) -> Result<Self, StaffError> {
        let keys = Arc::new(KeeperKeys::load(&folder.keys())?);
        let secret = Zeroizing::new(*keys.database_secret());
        let location = folder.location();
        let store = location.open(&secret, Missing::Refuse, Arc::clone(&entropy)).await?;
        if location.file().is_some() {
            rollback::check(folder, &secret, clock.now(), &*entropy)?;
        }
        let parts = Parts { store, keys: Arc::clone(keys.server()), clock, entropy, config };
        let site = Self { looks: Some(looks::path(folder)), ..Self::on(Context::of(parts), keys) };
        site.note_kept_looks().await?;
        Ok(site)
    }

    /// The services on an open database.
    #[must_use]
    pub fn new(
        store: Arc<dyn TrialStore>,
        keys: Arc<KeeperKeys>,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Self {
        Self::on(Context::new(store, Arc::clone(keys.server()), clock, entropy), keys)
    }

    fn on(context: Context, keys: Arc<KeeperKeys>) -> Self {
        let merger = MergeWorker::new(context, keys);
        Self { merger, looks: None, checked: upkeep::checkpoint::Checked::default() }
    }

    /// Folder for temporary files with diaries in them.
    fn scratch(&self) -> PathBuf {
        self.looks.as_deref().and_then(Path::parent).map_or_else(std::env::temp_dir, Path::to_owned)
    }

    /// Context that the services share.
    #[must_use]
    pub const fn context(&self) -> &Context {
        self.merger.context()
    }

    /// Keys of the keeper.
    #[must_use]
    pub const fn keeper_keys(&self) -> &Arc<KeeperKeys> {
        self.merger.keys()
    }

    /// The database, for the services alone.
    fn store(&self) -> &Arc<dyn TrialStore> {
        self.context().store()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UtcMillis {
        self.context().now()
    }

    /// The active study: the newest bundle, verified, and the newest version of the study.
    ///
    /// # Errors
    /// [`StaffError`] where the database holds none, or none of this keeper's study.
    pub async fn setting(&self) -> Result<ActiveStudy, StaffError> {
        ActiveStudy::of(self.context().active().await?).map_err(|unread| match unread {
            Unread::Altered => StaffError::OtherStudy,
            Unread::Absent | Unread::Format => StaffError::NoStudy,
            Unread::Study(errors) => StaffError::Study(errors),
        })
    }

    /// The newest bundle.
    ///
    /// # Errors
    /// [`StaffError`] where the database holds none, or none of this keeper's study.
    pub async fn bundle(&self) -> Result<Bundle, StaffError> {
        Ok(self.context().active().await?.bundle.clone())
    }

    /// The trial record of a participant.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn record(&self, vault: VaultId) -> Result<TrialRecord, StaffError> {
        Ok(merge_v1(&self.store().load_record(vault).await?.plans))
    }

    /// Reader with which diaries are gathered.
    pub(crate) fn reader<'a>(&'a self, bundle: &'a Bundle) -> Reader<'a> {
        Reader { store: &**self.store(), keys: self.keeper_keys(), bundle }
    }

    /// Writes an event that has no other effect.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn note(&self, event: TrailEvent) -> Result<(), StaffError> {
        Ok(self.store().record_event(event).await?)
    }

    /// Merge worker of these services.
    #[must_use]
    pub const fn merger(&self) -> &MergeWorker {
        &self.merger
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        self.context().random()
    }
}

impl From<StartError> for StaffError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => Self::Store(error),
            StartError::Bundle(error) => Self::Bundle(error),
            // The services do not ask whether the bundle names this server.
            StartError::NotFounded | StartError::NotInBundle { .. } | StartError::Retired { .. } => {
                Self::NotFounded
            }
        }
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
