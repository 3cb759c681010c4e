//! Canary words in answers, names and reasons are searched for in all places where they must not be: log lines at the
//! finest level, errors, URLs and request bytes, files of phone and server, Debug output; and in every form.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use diary_core::entry::{Author, Content, Dose, DoseStatus, MedicationRef, Note, SkipReason};
use diary_core::measure::{Quantity, Unit};
use diary_sync::Mode;
use diary_tests::canary::Canaries;
use diary_tests::{Fault, Network, World};

/// Stand in answers, names and reasons.
const CANARIES: [&str; 4] = ["zitronenfalter", "kanarienvogel", "眼皮金丝雀", "papageientaucher"];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn canary_words_are_on_the_report_and_nowhere_else() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let canaries = Canaries::new(&CANARIES);
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let mut tap = world.tap(&phone);
    tap.author = Author::Caregiver { name: CANARIES[0].to_owned(), reason: CANARIES[1].to_owned() };
    let note = |text: &str| Content::Note(Note { text: text.to_owned() });
    let entry = phone.diary.record(note(CANARIES[2]), None, None, None, &tap).unwrap().entry;
    let dose = Content::Dose(Dose {
        medication: MedicationRef { code: None, name: CANARIES[3].to_owned() },
        status: DoseStatus::NotTaken { why: SkipReason::Other, text: Some(CANARIES[0].to_owned()) },
        amount: Some(Quantity { value: 60.into(), unit: Unit::MG }),
        route: None,
        extra: true,
        note: Some(CANARIES[1].to_owned()),
        planned: None,
    });
    phone.diary.record(dose, None, None, None, &tap).unwrap();
    phone.diary.correct(entry, note(CANARIES[3]), None, CANARIES[1], &tap).unwrap();
    let refused = phone.diary.correct(entry, note(" "), None, CANARIES[0], &tap).unwrap_err();
    canaries.assert_clean("an error", format!("{refused} {refused:?}").as_bytes());

    let network =
        Network::with(&world.site.transport, &[Fault::LoseReply, Fault::CutReply, Fault::Portal(503)]);
    for _ in 0..3 {
        let outcome = world.sync_over(&mut phone, &network, Mode::Once).await;
        canaries.assert_clean("an outcome", format!("{outcome:?}").as_bytes());
    }
    let outcome = world.sync_over(&mut phone, &network, Mode::Wait(20)).await;
    assert_eq!(outcome.waiting, 0);
    assert!(network.wire().len() > 1000);
    canaries.assert_clean("what left the phone", &network.wire());
    let record = world.site.desk.record(participant.vault).await.unwrap();
    canaries.assert_clean("Debug output", format!("{:?} {record:?} {participant:?}", phone.diary).as_bytes());
    let trail = world.site.desk.views().trail().await.unwrap();
    canaries.assert_clean("the trail", format!("{trail:?}").as_bytes());
    assert!(canaries.assert_clean_files(world.folder()) > 5);
    let logged = log.0.lock().unwrap().clone();
    assert!(!logged.is_empty(), "nothing was logged, so this shows nothing");
    canaries.assert_clean("the log", &logged);

    let report = world.report(&participant).await;
    let page = diary_report::report::text::render(&report, diary_core::text::Lang::EN, 100);
    assert!(CANARIES.iter().all(|canary| page.contains(canary)), "the nurse reads it all\n{page}");
}
