//! A phone of S1 that joined, was confirmed, and sends real entries in parcels.

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, EncodedRevision, MedicationRef, Note, Revision,
    Slot, Value,
};
use diary_core::ids::{EntryId, Hash, Incarnation, RevisionId, RunId};
use diary_core::keys::JoinRequest;
use diary_core::measure::Quantity;
use diary_core::parcel::{
    DeviceCredential, Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, ParcelFile, SealInput, seal,
};
use diary_core::study::{Study, shipped};
use diary_core::text::Lang;
use diary_core::time::{Clock, DiaryDay, Reading, Zone};

use super::trial::Trial;
use crate::cli::Exit;
use crate::cli::bench;

pub(super) struct Phone<'t> {
    trial: &'t Trial,
    phone: bench::Phone,
    key: GrantKey,
    grant: Vec<u8>,
    incarnation: Incarnation,
    place: (u64, Hash),
    counter: u64,
    study: Study,
}

impl Trial {
    /// A phone in use; the seed makes it another one.
    pub(super) async fn phone(&self, seed: u64) -> Phone<'_> {
        let phone = self.bench.phone_joins(seed).await;
        self.bench
            .run(&format!("confirm S1 {} --reason seen", phone.digits()))
            .await
            .holds(Exit::Done, "Confirmed");
        let bundle = self.desk.bundle().await.unwrap();
        let site = "beijing".parse().unwrap();
        let recipients = [&bundle.site_key(&site).unwrap().key, bundle.recovery_key(&site).unwrap()];
        let incarnation = Incarnation::from_bytes([u8::try_from(seed).unwrap(); 16]);
        let (study, vault) = (bundle.study.clone(), phone.link.vault);
        let scope = GrantScope { study, vault, incarnation, no: 1, generation: 1 };
        let (key, grant) = Grant::make(&scope, &recipients, &phone.signing, phone.random()).unwrap();
        Phone {
            trial: self,
            phone,
            key,
            grant: grant.to_bytes(),
            incarnation,
            place: (0, NO_PREVIOUS),
            counter: 0,
            study: Study::load(&shipped::nct06836973()).unwrap(),
        }
    }
}

impl Phone<'_> {
    /// A note of today.
    pub(super) fn note(&mut self, text: &str) -> Revision {
        self.entry(None, Content::Note(Note { text: text.to_owned() }))
    }

    /// The evening's answers of today; every question has the same grade.
    pub(super) fn evening(&mut self, breathing: u8) -> Revision {
        let value = Value::Coding { system: None, code: breathing.to_string() };
        let content = Content::Assessment(Assessment {
            instrument: self.study.instrument(&"evening".parse().unwrap()).unwrap().reference(),
            answers: vec![Answer { link_id: "breathing".to_owned(), values: vec![value] }],
            changed_before_finish: 0,
            started: None,
        });
        self.entry(Some(Slot::Scheduled("evening".parse().unwrap())), content)
    }

    /// A dose of a medication of the list, taken now.
    pub(super) fn dose(&mut self, (code, amount, unit): (&str, i64, &str), note: Option<&str>) -> Revision {
        let content = Content::Dose(Dose {
            medication: MedicationRef { code: code.parse().ok(), name: code.to_owned() },
            status: DoseStatus::Taken,
            amount: Some(Quantity { value: amount.into(), unit: unit.parse().unwrap() }),
            route: None,
            extra: true,
            note: note.map(str::to_owned),
            planned: None,
        });
        self.entry(None, content)
    }

    fn entry(&mut self, slot: Option<Slot>, content: Content) -> Revision {
        self.counter += 1;
        let (now, zone): (_, Zone) = (self.trial.bench.clock.now(), "Asia/Shanghai".parse().unwrap());
        let id = RevisionId::new(now.0, self.phone.random().array());
        Revision {
            id,
            entry: id.into(),
            counter: self.counter.into(),
            parents: Vec::new(),
            author: Author::Participant,
            content,
            reason: None,
            day: DiaryDay(zone.local(now).date()),
            slot,
            occurred: None,
            recorded: Reading::new(now, zone, RunId::from_bytes([3; 16]), None),
            late: None,
            lang: Lang::EN,
            app: "diary-test 1".to_owned(),
            study_version: 1,
        }
    }

    /// Sends entries in one parcel. Gives their ids.
    pub(super) async fn sends(&mut self, entries: Vec<Revision>) -> Vec<EntryId> {
        let ids = entries.iter().map(|one| one.entry).collect();
        let items: Vec<Item> =
            entries.into_iter().map(|one| Item::revision(&EncodedRevision::new(one).unwrap())).collect();
        let (seq, prev) = (self.place.0 + 1, self.place.1);
        let input = SealInput { seq, prev, items: &items };
        let parcel = seal(&input, &self.key, &self.phone.signing, self.phone.random()).unwrap();
        self.place = (seq, parcel.core_hash());
        let bench::Phone { signing, sealing, link, .. } = &self.phone;
        let request = JoinRequest {
            enrolment: link.enrolment,
            vault: link.vault,
            signing: signing.verifying_key(),
            sealing: sealing.public().clone(),
        };
        let file = ParcelFile {
            credential: Some(DeviceCredential::Join(request.sign(signing, &link.secret))),
            grants: vec![self.grant.clone().into()],
            parcels: vec![parcel.to_bytes().into()],
            ..ParcelFile::default()
        };
        let path = self.trial.bench.path(&format!("{}-{seq}.parcel", self.incarnation));
        std::fs::write(&path, file.to_bytes()).unwrap();
        let received = self.trial.bench.run(&format!("receive {}", path.display())).await;
        received.holds(Exit::Done, "1 stored");
        ids
    }
}
