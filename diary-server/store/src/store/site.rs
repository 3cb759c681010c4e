//! The trait for the services of the site: changes by staff, and the lists that they read.

use async_trait::async_trait;
use std::collections::BTreeSet;

use diary_core::ids::{EnrolmentId, SiteId, VaultId};
use diary_core::keys::VerifyingKey;
use diary_core::server_clock::ClockMark;
use diary_core::signed::Signed;

use super::{Store, noted, sign};
use crate::devices::{join, loan, usage};
use crate::participants::{changes, status};
use crate::sql::{Engine, Step, Tx};
use crate::{
    AllowanceChange, DeviceChange, DeviceRow, LoanChange, MigrationState, NewEnrolment, NewParticipant,
    NewRewraps, NewServer, Participant, PeopleChange, SiteQuery, StoreError, StudyFile, TrailEvent,
    UnmergedParcel, audit, clock, devices, lost_keepers, migration_state, participants, quarantine, rewraps,
    server,
};

/// The services of the site. A verb with an event makes its change and the row of the audit trail together, or neither.
#[async_trait]
pub trait SiteStore: Send + Sync {
    /// Stores a newer bundle and the study files that are missing; with `found`, founds the server first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the server is founded twice, or the bundle is no newer than the stored one.
    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError>;

    /// Keys of keepers that the root has named in a bundle that this database has lost, oldest first.
    async fn lost_keepers(&self) -> Result<Vec<VerifyingKey>, StoreError>;

    /// Participants, by subject number.
    async fn participants(&self) -> Result<Vec<Participant>, StoreError>;

    /// Participants with the stored status of each, by subject number.
    async fn participants_with_status(&self) -> Result<Vec<Participant>, StoreError>;

    /// The participant whose subject number has the key `key`: the number in lower case and without its separators. Of
    /// several, the one that is written as `subject`.
    async fn participant_named(
        &self,
        key: String,
        subject: String,
    ) -> Result<Option<Participant>, StoreError>;

    /// Participants of some sites with the stored status of each, by subject number.
    async fn participants_at(&self, query: SiteQuery) -> Result<Vec<Participant>, StoreError>;

    /// As [`Self::participant_named`], of some sites alone.
    async fn participant_named_at(
        &self,
        key: String,
        subject: String,
        sites: BTreeSet<SiteId>,
    ) -> Result<Option<Participant>, StoreError>;

    /// The participant of a vault.
    async fn participant_of(&self, vault: VaultId) -> Result<Option<Participant>, StoreError>;

    /// The devices of a vault.
    async fn devices(&self, vault: VaultId) -> Result<Vec<DeviceRow>, StoreError>;

    /// The devices that wait to be confirmed.
    async fn pending_devices(&self) -> Result<Vec<DeviceRow>, StoreError>;

    /// Devices that the hospital lends and that are not given back.
    async fn lent_devices(&self) -> Result<Vec<DeviceRow>, StoreError>;

    /// The devices of vaults that were recovered without their participant.
    async fn unattached_devices(&self) -> Result<Vec<DeviceRow>, StoreError>;

    /// Parcels that are stored and not merged, by subject number and record.
    async fn unmerged(&self) -> Result<Vec<UnmergedParcel>, StoreError>;

    /// Parcels of one vault that are stored and not merged, by record.
    async fn unmerged_in(&self, vault: VaultId) -> Result<Vec<UnmergedParcel>, StoreError>;

    /// State of a move of the study; `None` before [`Self::put_bundle`] has founded the server.
    async fn migration_state(&self) -> Result<Option<MigrationState>, StoreError>;

    /// Mark of the server's clock when something was last signed; `None` before the server is founded.
    async fn clock_mark(&self) -> Result<Option<ClockMark>, StoreError>;

    /// Renames a subject number, or links it with another.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a subject number is taken or has changed since, or the link is as it should be
    /// already.
    async fn change_participant(&self, change: PeopleChange, event: TrailEvent) -> Result<(), StoreError>;

    /// Adds a participant with an empty vault.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the subject number is taken.
    async fn add_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError>;

    /// Gives a participant to a vault that was recovered without one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the subject number is taken or the vault has a participant; [`StoreError::NotFound`] if
    /// there is no such vault.
    async fn attach_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError>;

    /// Stores an enrolment link.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such vault.
    async fn add_enrolment(&self, new: NewEnrolment, event: TrailEvent) -> Result<(), StoreError>;

    /// Counts wrong digits for the device that used `link`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such link.
    async fn count_wrong_digits(&self, link: EnrolmentId, event: TrailEvent) -> Result<(), StoreError>;

    /// Confirms or revokes a device; the signed bytes become a record of the vault's log.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the device's log has grown since it was read; [`StoreError::NotFound`] if there is no
    /// such vault or device.
    async fn change_device(&self, change: DeviceChange, event: TrailEvent) -> Result<(), StoreError>;

    /// Lets a device store more, or stops counting its stored records. Its parcels that wait for this are judged again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such vault or device.
    async fn change_allowance(&self, change: AllowanceChange, event: TrailEvent) -> Result<(), StoreError>;

    /// Marks a device as lent by the hospital, as given back, or as the participant's own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such vault or device.
    async fn change_loan(&self, change: LoanChange, event: TrailEvent) -> Result<(), StoreError>;

    /// Queues the parcel of a record to be judged again, and releases parcels that need not be held.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it is no parcel that is not merged.
    async fn requeue(&self, vault: VaultId, n: u64, event: TrailEvent) -> Result<(), StoreError>;

    /// Queues parcels in quarantine that another program than `judge` has judged.
    async fn requeue_not_judged_by(&self, judge: &'static str, event: TrailEvent) -> Result<(), StoreError>;

    /// Appends grants wrapped to one more key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such vault.
    async fn add_rewraps(&self, new: NewRewraps, event: TrailEvent) -> Result<(), StoreError>;

    /// Accepts the server's clock as right, even below the newest time signed.
    async fn accept_clock(&self, event: TrailEvent) -> Result<(), StoreError>;
}

/// Makes a change that something is signed for, or dated by, that others rely on.
async fn staff<E: Engine>(
    engine: &E,
    verb: &'static str,
    event: TrailEvent,
    change: impl Fn(&dyn Tx, &TrailEvent) -> Step<()> + Send + 'static,
) -> Result<(), StoreError> {
    let at = Some(event.at);
    let work = move |t: &dyn Tx| {
        change(t, &event)?;
        audit::append(t, &event)
    };
    sign(engine, verb, at, work).await
}

#[async_trait]
impl<E: Engine> SiteStore for Store<E> {
    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let at = Some(event.at);
        let work = move |t: &dyn Tx| server::put_bundle(t, found.as_ref(), &bundle, &files, &event);
        sign(&self.engine, "put_bundle", at, work).await
    }

    async fn lost_keepers(&self) -> Result<Vec<VerifyingKey>, StoreError> {
        self.engine.read("lost_keepers", lost_keepers::all).await
    }

    async fn participants(&self) -> Result<Vec<Participant>, StoreError> {
        self.engine.read("participants", status::participants).await
    }

    async fn participants_with_status(&self) -> Result<Vec<Participant>, StoreError> {
        self.engine.read("participants_with_status", status::participants_with_status).await
    }

    async fn participant_named(
        &self,
        key: String,
        subject: String,
    ) -> Result<Option<Participant>, StoreError> {
        self.engine.read("participant_named", move |t| status::named(t, &key, &subject)).await
    }

    async fn participants_at(&self, query: SiteQuery) -> Result<Vec<Participant>, StoreError> {
        self.engine.read("participants_at", move |t| status::at_sites(t, &query)).await
    }

    async fn participant_named_at(
        &self,
        key: String,
        subject: String,
        sites: BTreeSet<SiteId>,
    ) -> Result<Option<Participant>, StoreError> {
        self.engine.read("participant_named_at", move |t| status::named_at(t, &key, &subject, &sites)).await
    }

    async fn participant_of(&self, vault: VaultId) -> Result<Option<Participant>, StoreError> {
        self.engine.read("participant_of", move |t| status::of_vault(t, vault)).await
    }

    async fn devices(&self, vault: VaultId) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("devices", move |t| devices::of_vault(t, vault)).await
    }

    async fn pending_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("pending_devices", devices::pending).await
    }

    async fn lent_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("lent_devices", devices::lent).await
    }

    async fn unattached_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("unattached_devices", devices::unattached).await
    }

    async fn unmerged(&self) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.engine.read("unmerged", quarantine::unmerged).await
    }

    async fn unmerged_in(&self, vault: VaultId) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.engine.read("unmerged_in", move |t| quarantine::unmerged_in(t, vault)).await
    }

    async fn migration_state(&self) -> Result<Option<MigrationState>, StoreError> {
        self.engine.read("migration_state", migration_state::state).await
    }

    async fn clock_mark(&self) -> Result<Option<ClockMark>, StoreError> {
        self.engine.read("clock_mark", clock::mark_of_server).await
    }

    async fn change_participant(&self, change: PeopleChange, event: TrailEvent) -> Result<(), StoreError> {
        let at = Some(event.at);
        let work = move |t: &dyn Tx| {
            let row = audit::append_numbered(t, &event)?;
            changes::change(t, row, &change)
        };
        sign(&self.engine, "change_participant", at, work).await
    }

    async fn add_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "add_participant", event, move |t, _| participants::add_participant(t, &new))
            .await
    }

    async fn attach_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "attach_participant", event, move |t, _| participants::attach(t, &new)).await
    }

    async fn add_enrolment(&self, new: NewEnrolment, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "add_enrolment", event, move |t, _| join::add_enrolment(t, &new)).await
    }

    async fn count_wrong_digits(&self, link: EnrolmentId, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "count_wrong_digits", event, move |t, _| devices::count_wrong_digits(t, link))
            .await
    }

    async fn change_device(&self, change: DeviceChange, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "change_device", event, move |t, _| devices::set_device(t, &change)).await
    }

    async fn change_allowance(&self, change: AllowanceChange, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "change_allowance", event, move |t, _| usage::set_allowance(t, &change)).await
    }

    async fn change_loan(&self, change: LoanChange, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "change_loan", event, move |t, _| loan::set(t, &change)).await
    }

    async fn requeue(&self, vault: VaultId, n: u64, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "requeue", event, move |t, _| quarantine::requeue_one(t, vault, n)).await
    }

    async fn requeue_not_judged_by(&self, judge: &'static str, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "requeue_not_judged_by", event, move |t, _| {
            quarantine::requeue_not_judged_by(t, judge)
        })
        .await
    }

    async fn add_rewraps(&self, new: NewRewraps, event: TrailEvent) -> Result<(), StoreError> {
        staff(&self.engine, "add_rewraps", event, move |t, _| rewraps::append(t, &new)).await
    }

    async fn accept_clock(&self, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "accept_clock", event, move |t, event| clock::accept(t, event.at)).await
    }
}
