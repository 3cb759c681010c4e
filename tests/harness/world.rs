//! A site with a real keeper and real phones, in Beijing, with a clock that is set by hand.

use diary_server::site::ConfirmDevice;
use std::path::Path;
use std::sync::Arc;

use diary_core::diary::{Circumstances, Finished};
use diary_core::entropy::Entropy;
use diary_core::entropy::SystemEntropy;
use diary_core::entry::{Content, Note};
use diary_core::ids::EntryId;
use diary_core::keys::HistoryScope;
use diary_core::store::DraftPlace;
use diary_core::study::{StudyPackage, shipped};
use diary_core::text::Lang;
use diary_core::time::{Clock, DiaryDay, TimeOfDay, UtcMillis, Zone};
use diary_demo::clock::SteppingClock;
use diary_demo::phone::Phone;
use diary_demo::site::Site;
use diary_report::report::Report;
use diary_store::Participant;
use diary_sync::transport::Transport;
use diary_sync::{ContactOutcome, Mode};

use crate::answers::{assess, evening};

/// A site, its clock, and a folder that goes with it.
pub struct World {
    /// The site, with its keeper.
    pub site: Site,
    /// Clock of keeper and phones.
    pub clock: Arc<SteppingClock>,
    folder: tempfile::TempDir,
}

/// Time zone of all participants.
#[must_use]
pub fn beijing() -> Zone {
    "Asia/Shanghai".parse().expect("an IANA name")
}

/// Thursday; day 0 of every story.
#[must_use]
pub fn first_day() -> DiaryDay {
    "2026-10-01".parse().expect("a date")
}

/// The instant of a wall clock in Beijing, `day` days after the first.
#[must_use]
pub fn at(day: i64, time: &str) -> UtcMillis {
    let time: TimeOfDay = time.parse().expect("a time of day");
    beijing().instant(first_day().plus_days(day).0, time.to_chrono())
}

/// The evening check of a day.
#[must_use]
pub fn evening_of(day: i64) -> DraftPlace {
    let word = "evening".parse().expect("a plain word");
    DraftPlace {
        instrument: "evening".parse().expect("a plain word"),
        slot: Some(word),
        day: first_day().plus_days(day),
    }
}

impl World {
    /// A site with the shipped study at dawn of the first day.
    pub async fn new() -> Self {
        Self::of(&shipped::nct06836973(), "beijing").await
    }

    /// A site with another study.
    pub async fn of(package: &StudyPackage, site: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = Arc::new(SteppingClock::at(at(0, "06:00")));
        let shared: Arc<dyn Clock> = clock.clone();
        let site = site.parse().expect("a plain word");
        let stage = folder.path().join("stage");
        let site = Site::open(&stage, package, &site, 0, shared, Arc::new(SystemEntropy))
            .await
            .expect("a keeper starts on a fresh folder");
        Self { site, clock, folder }
    }

    /// Folder of all data of this world.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets the clock to a time of a day, counted from the first.
    pub fn set(&self, day: i64, time: &str) {
        self.clock.step_to(at(day, time));
    }

    /// A participant with a confirmed phone that reads English.
    pub async fn enrol(&self, subject: &str) -> (Participant, Phone) {
        self.site.enrol(subject, Lang::EN, beijing()).await.expect("enrolment works")
    }

    /// A further phone of a participant joins and waits to be confirmed. `name` is its folder's.
    pub async fn join_another(&self, participant: &Participant, name: &str) -> Phone {
        let link = self.site.invite_another(participant).await.expect("staff make a link");
        let transport = self.site.transport.clone();
        self.site.join(name, &link, Lang::EN, beijing(), &transport).await.expect("the phone joins")
    }

    /// A further phone of a participant, confirmed by an investigator with a reason, after its first contact.
    pub async fn another(&self, participant: &Participant, name: &str, scope: HistoryScope) -> Phone {
        let mut phone = self.join_another(participant, name).await;
        let (desk, staff, digits) = (&self.site.desk, &self.site.staff, phone.joined.digits);
        let reason = Some("brought both phones to the visit");
        desk.devices()
            .confirm(staff, participant, ConfirmDevice { digits, history: scope, reason })
            .await
            .expect("it is confirmed");
        self.sync(&mut phone).await;
        phone
    }

    /// Lets phones sync with the keeper in turn until none of them sends or receives anything new.
    ///
    /// # Panics
    /// Panics if that takes too many rounds: some phone then never stops sending.
    pub async fn until_quiet(&self, participant: &Participant, phones: &mut [&mut Phone]) {
        let mut quiet = 0;
        for _ in 0..100 {
            let mut news = 0;
            for phone in phones.iter_mut() {
                news += self.sync(phone).await.downlink;
            }
            self.report(participant).await;
            quiet = if news == 0 { quiet + 1 } else { 0 };
            if quiet == 3 {
                return;
            }
        }
        panic!("the keeper never stops telling");
    }

    /// A tap on a phone now.
    #[must_use]
    pub fn tap<'a>(&'a self, phone: &Phone) -> Circumstances<'a> {
        let entropy: &dyn Entropy = &*self.site.entropy;
        phone.tap(&*self.clock, entropy)
    }

    /// Saves a note on the phone.
    pub fn note(&self, phone: &mut Phone, text: &str) -> EntryId {
        let tap = self.tap(phone);
        let content = Content::Note(Note { text: text.to_owned() });
        phone.diary.record(content, None, None, None, &tap).expect("a note is saved").entry
    }

    /// Answers the evening check of `day` with one level everywhere.
    pub fn evening(&self, phone: &mut Phone, day: i64, level: u8) -> Finished {
        let tap = self.tap(phone);
        assess(&mut phone.diary, &evening_of(day), &tap, evening(level)).expect("the evening check is taken")
    }

    /// One contact over a network without faults, until the record has every entry of the phone.
    pub async fn sync(&self, phone: &mut Phone) -> ContactOutcome {
        self.sync_over(phone, &self.site.transport, Mode::Wait(20)).await
    }

    /// One contact over any network.
    pub async fn sync_over<T: Transport>(
        &self,
        phone: &mut Phone,
        network: &T,
        mode: Mode,
    ) -> ContactOutcome {
        let entropy: &dyn Entropy = &*self.site.entropy;
        phone.sync(network, &*self.clock, entropy, mode).await.expect("the store works")
    }

    /// Report that staff read before a visit.
    pub async fn report(&self, participant: &Participant) -> Report {
        self.site.desk.views().report(&self.site.staff, participant, 28).await.expect("a report is made")
    }
}
