//! Acts of staff in a run: links, confirmations, new versions of the study. On a failing disk an act may fail; staff
//! see an error and try again later.

use diary_core::keys::{ApiHost, HistoryScope, RevocationReason};
use diary_core::parcel::QuarantineCode;
use diary_core::time::{Clock, DiaryDay, TimeOfDay};
use diary_server::site::devices::enrolment::{Hosts, NewLink};
use diary_server::site::quarantine::Decision;
use diary_server::site::{AnchorInput, ConfirmDevice, DecideParcel, RevokeDevice, VisitInput};
use diary_server::site::{Saying, StaffError};
use diary_store::{DeviceState, Participant, UnmergedState};

use super::super::disk::Disk;
use super::super::founding::{self, START};
use super::super::keeper::is_of_clock;
use super::super::op::Step;
use super::super::phone::{Phone, zone};
use super::super::truth::Licence;
use super::super::violation::Violation;
use super::super::wire::Wire;
use super::{PHONES_MAX, World};

/// Minutes for which a link is valid.
const LINK_MINUTES: u32 = 15;

impl World {
    pub(super) async fn join(&mut self, participant: u8, steps: &[Step]) -> Result<Licence, Violation> {
        // To a relay a link that was made under a clock that runs behind has expired.
        let expired = self.relay.is_some() && self.keeper.clock.now() < self.clock.now();
        if self.phones.len() >= PHONES_MAX || expired {
            return Ok(Licence::default());
        }
        let participant = self.participant(participant);
        let host: ApiHost = "keeper.example".parse().map_err(|error| Violation::refused("a host", &error))?;
        let hosts = Hosts { api: host.clone(), app: host };
        let keeper = &self.keeper;
        let made =
            keeper.desk.devices().enrol(&keeper.staff, participant, NewLink::own(&hosts, LINK_MINUTES)).await;
        let Some(invitation) = self.staff_did("a link", made)? else { return Ok(Licence::default()) };
        if let Some(relay) = &mut self.relay {
            relay.tell_links(&self.keeper).await?;
        }
        let (wire, entropy) = (Wire::new(self.endpoint(), steps), self.entropy());
        let clock = self.clock.another();
        let joined =
            Phone::join(&mut self.folders, &self.blank, &invitation.link, &wire, clock, &*entropy).await?;
        self.hang_up(wire, if joined.is_some() { "joined" } else { "did not join" }).await?;
        self.since_copy.joined |= joined.is_some();
        self.since_backup.joined |= joined.is_some();
        self.phones.extend(joined);
        Ok(Licence::default())
    }

    pub(in super::super) async fn confirm(&mut self) -> Result<Licence, Violation> {
        if let Some(phone) = self.pending().await? {
            let (participant, digits) = (self.participant_of(phone), self.phones[phone].digits);
            let (keeper, reason) = (&self.keeper, Some("the other one is not at hand"));
            let (desk, staff) = (&keeper.desk, &keeper.staff);
            let done = desk
                .devices()
                .confirm(staff, participant, ConfirmDevice { digits, history: HistoryScope::All, reason })
                .await;
            self.staff_did("a confirmation", done)?;
        }
        Ok(Licence::default())
    }

    /// The first phone in use that is waiting to be confirmed.
    pub(in super::super) async fn pending(&mut self) -> Result<Option<usize>, Violation> {
        for phone in 0..self.phones.len() {
            if self.standing(phone).await? == Some(DeviceState::Pending) {
                return Ok(Some(phone));
            }
        }
        Ok(None)
    }

    /// Keeper's state of a phone's device; `None` where the keeper does not know it, or does not answer.
    pub(in super::super) async fn standing(
        &mut self,
        phone: usize,
    ) -> Result<Option<DeviceState>, Violation> {
        let device = self.phones[phone].device();
        let views = self.keeper.desk.devices().list(self.participant_of(phone)).await;
        let views = self.staff_did("the phones", views)?.unwrap_or_default();
        Ok(views.iter().find(|view| view.device == device).map(|view| view.state))
    }

    fn participant_of(&self, phone: usize) -> &Participant {
        let vault = self.phones[phone].vault;
        let found = self.participants.iter().find(|participant| participant.vault == vault);
        found.expect("phones join for participants of the run")
    }

    pub(super) async fn revoke(&mut self, phone: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        let device = self.phones[phone].device();
        let copies = self.phones.iter().filter(|other| other.device() == device).count();
        if copies == 1 && self.standing(phone).await? == Some(DeviceState::Confirmed) {
            let named = device.to_string();
            self.taken_away.insert(device);
            let (desk, staff, because) = (&self.keeper.desk, &self.keeper.staff, RevocationReason::Lost);
            let done = desk
                .devices()
                .revoke(
                    staff,
                    self.participant_of(phone),
                    RevokeDevice { device: &named, because, reason: "lost" },
                )
                .await;
            self.staff_did("a revocation", done)?;
        }
        Ok(Licence::default())
    }

    pub(super) async fn rotate(&mut self) -> Result<Licence, Violation> {
        let keeper = &self.keeper;
        let done = keeper
            .desk
            .keys()
            .rotate(&keeper.staff, (&keeper.desk.keeper_keys().site, &keeper.root), true, None)
            .await;
        (self.since_copy.rotated, self.since_backup.rotated) = (true, true);
        self.staff_did("a new key", done)?;
        self.keeper.refresh().await?;
        Ok(Licence::default())
    }

    /// A bundle with a higher number, where a phone or the relay says that the keeper has lost one.
    pub(in super::super) async fn sign_anew(&mut self) -> Result<(), Violation> {
        let keeper = &self.keeper;
        let done = keeper.desk.keys().renew(&keeper.staff, &keeper.root).await;
        (self.since_copy.rotated, self.since_backup.rotated) = (true, true);
        self.staff_did("a new bundle", done)?;
        self.keeper.refresh().await
    }

    pub(super) async fn move_anchor(&mut self, participant: u8) -> Result<Licence, Violation> {
        let day = self.days_on();
        let (keeper, participant) = (&self.keeper, self.participant(participant));
        let anchor = "start".parse().map_err(|error| Violation::refused("a word", &error))?;
        let saying = Saying { reason: Some("moved"), ..Saying::MEANT };
        let done = keeper
            .desk
            .acts()
            .on(&keeper.staff, participant)
            .set_anchor(&AnchorInput { anchor, date: Some(day) }, saying)
            .await;
        self.staff_did("an anchor", done)?;
        Ok(Licence::default())
    }

    pub(super) async fn note_visit(&mut self, participant: u8) -> Result<Licence, Violation> {
        let day = self.days_on();
        let (keeper, participant) = (&self.keeper, self.participant(participant));
        let visit = VisitInput { date: day, kind: "scheduled".to_owned(), held: false };
        let done = keeper.desk.acts().on(&keeper.staff, participant).add_visit(&visit, Saying::MEANT).await;
        self.staff_did("a visit", done)?;
        Ok(Licence::default())
    }

    fn participant(&self, participant: u8) -> &Participant {
        &self.participants[usize::from(participant) % self.participants.len()]
    }

    /// A day that no act has named before.
    fn days_on(&mut self) -> DiaryDay {
        self.taps += 1;
        DiaryDay::at(START, zone(), TimeOfDay::default().to_chrono()).plus_days(i64::from(self.taps))
    }

    pub(super) async fn new_study(&mut self) -> Result<Licence, Violation> {
        let keeper = &self.keeper;
        let package = founding::study(self.study + 1);
        let done = keeper.desk.studies().publish(&keeper.staff, &package, &keeper.root).await;
        // A keeper that died over it may have published it all the same.
        self.study += 1;
        (self.since_copy.published, self.since_backup.published) = (true, true);
        if let Some(version) = self.staff_did("a new study", done)? {
            self.trace.push(format!("  version {}", version.version));
        }
        self.keeper.refresh().await?;
        Ok(Licence::default())
    }

    /// Accepts as staff the records that a lost keeper had signed after its backup. They come back from phones under a key
    /// that was replaced, so a thief of that key might have signed them. Returns true if there were any.
    pub(in super::super) async fn accept_of_lost_keepers(&mut self) -> Result<bool, Violation> {
        let (desk, staff) = (&self.keeper.desk, &self.keeper.staff);
        let refused = |error: StaffError| Violation::refused("what a lost keeper signed", &error);
        let bundle = desk.bundle().await.map_err(refused)?;
        let aside = desk.quarantine().list().await.map_err(refused)?;
        let revoked = UnmergedState::Quarantined(QuarantineCode::Revoked);
        let mut found = false;
        for view in aside.iter().filter(|view| view.decision.is_none() && view.parcel.why == revoked) {
            let of_keeper = bundle.keeper(view.parcel.author).is_some();
            let participant = self.participants.iter().find(|one| one.vault == view.parcel.vault);
            if let Some(participant) = participant.filter(|_| of_keeper) {
                let (n, accepted) = (view.parcel.n, Decision::Accepted);
                desk.quarantine()
                    .decide(
                        staff,
                        participant,
                        DecideParcel { n, decision: accepted, reason: "signed before it was lost" },
                    )
                    .await
                    .map_err(refused)?;
                found = true;
            }
        }
        Ok(found)
    }

    /// Result of an act of staff; `None` if the disk failed or the clock is in doubt, which staff set right in the end.
    fn staff_did<T>(&mut self, what: &str, done: Result<T, StaffError>) -> Result<Option<T>, Violation> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if self.keeper.disk() != Disk::Sound || is_of_clock(&error) => {
                self.trace.push(format!("  {what}: {error}"));
                Ok(None)
            }
            Err(error) => Err(Violation::refused(what, &error)),
        }
    }
}
