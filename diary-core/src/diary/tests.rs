//! The diary with the shipped study: from actions to entries, with windows, alerts, corrections and progress.

use super::*;
use crate::entropy::SeededEntropy;
use crate::entry::{
    Author, Content, Dose, DoseStatus, MedicationChange, MedicationChangeKind, MedicationRef, Note,
    SkipReason, Slot, Value,
};
use crate::ids::{Hash, Incarnation, VaultId};
use crate::keys::{SealingKey, SigningKey};
use crate::measure::{Quantity, Unit};
use crate::sqlcipher::Missing;
use crate::store::{DatabaseKey, DraftPlace, NewDevice};
use crate::study::schedule::SlotState;
use crate::study::shipped;
use crate::text::Lang;
use crate::time::{DiaryDay, OccurredAt, PartialDate, TimeOfDay};

struct Phone {
    diary: Diary,
    entropy: SeededEntropy,
    _folder: tempfile::TempDir,
}

fn beijing() -> Zone {
    "Asia/Shanghai".parse().unwrap()
}

/// Thursday.
fn first_day() -> DiaryDay {
    "2026-10-01".parse().unwrap()
}

fn at(day: i64, time: &str) -> UtcMillis {
    beijing().instant(first_day().plus_days(day).0, time.parse::<TimeOfDay>().unwrap().to_chrono())
}

fn phone() -> Phone {
    let entropy = SeededEntropy::new(1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    let key = DatabaseKey::from_bytes([1; 32]);
    let mut store = Store::open(path.to_str().unwrap(), &key, Missing::Create).unwrap();
    let package = shipped::nct06836973();
    store
        .join(&NewDevice {
            study: "NCT06836973".parse().unwrap(),
            site: "beijing".parse().unwrap(),
            vault: VaultId::from_bytes([1; 16]),
            api_host: "http://127.0.0.1:1".to_owned(),
            root: Hash::from_bytes([2; 32]),
            enrolment_secret: vec![3; 16],
            signing: SigningKey::generate(&entropy),
            sealing: SealingKey::generate(&entropy),
            join_request: vec![4],
            incarnation: Incarnation::from_bytes([5; 16]),
            first_day: first_day(),
            lang: Lang::EN,
            challenge: [6; 32],
            recovery_record: vec![7],
            bundle: vec![8],
            study_hash: package.hash(),
            study_bytes: package.encode(),
        })
        .unwrap();
    Phone { diary: Diary::open(store, "test 1", &entropy).unwrap(), entropy, _folder: folder }
}

impl Phone {
    fn tap<T>(&mut self, now: UtcMillis, work: impl FnOnce(&mut Diary, &Circumstances<'_>) -> T) -> T {
        let tap = Circumstances {
            now,
            zone: beijing(),
            monotonic_ms: None,
            author: Author::Participant,
            lang: Lang::EN,
            entropy: &self.entropy,
        };
        work(&mut self.diary, &tap)
    }

    /// Answers every enabled question, choices by `level` of their item, and finishes. Gives every instruction shown.
    fn assess(
        &mut self,
        place: &DraftPlace,
        now: UtcMillis,
        level: impl Fn(&str) -> usize,
    ) -> Result<Finished, DiaryError> {
        let mut shown = Vec::new();
        loop {
            let draft = self.diary.draft(place).unwrap();
            let answers = draft.map(|draft| draft.answers).unwrap_or_default();
            let study = self.diary.study_at(place).unwrap();
            let instrument = study.instrument(&place.instrument).unwrap();
            let next = instrument
                .enabled(&answers)
                .into_iter()
                .find(|item| !answers.iter().any(|answer| answer.link_id == item.link_id));
            let Some(item) = next else { break };
            let value = match item.options.get(level(&item.link_id)) {
                Some(option) => Value::Coding { system: option.system.clone(), code: option.code.clone() },
                None => panic!("{} is no choice", item.link_id),
            };
            let link_id = item.link_id.clone();
            shown
                .extend(self.tap(now, |diary, tap| diary.answer(place, &link_id, vec![value], tap)).unwrap());
        }
        let finished = self.tap(now, |diary, tap| diary.finish(place, None, tap))?;
        shown.extend(finished.alerts);
        Ok(Finished { alerts: shown, ..finished })
    }
}

fn evening(day: i64) -> DraftPlace {
    DraftPlace {
        instrument: "evening".parse().unwrap(),
        slot: Some("evening".parse().unwrap()),
        day: first_day().plus_days(day),
    }
}

fn note(text: &str) -> Content {
    Content::Note(Note { text: text.to_owned() })
}

fn dose(status: DoseStatus) -> Content {
    Content::Dose(Dose {
        medication: MedicationRef {
            code: Some("pyridostigmine".parse().unwrap()),
            name: "Pyridostigmine".to_owned(),
        },
        status,
        amount: Some(Quantity { value: 60.into(), unit: Unit::MG }),
        route: None,
        extra: false,
        note: None,
        planned: None,
    })
}

#[test]
fn an_evening_check_is_answered_in_its_window_and_is_done_for_today() {
    let mut phone = phone();
    let state = |phone: &Phone, now| {
        let today = phone.diary.today(now, beijing()).unwrap();
        today
            .items
            .iter()
            .find(|i| i.occurrence.slot == Slot::Scheduled("evening".parse().unwrap()))
            .unwrap()
            .state
    };
    assert_eq!(state(&phone, at(0, "12:00")), SlotState::Upcoming);
    assert_eq!(state(&phone, at(0, "20:30")), SlotState::Open);
    let finished = phone.assess(&evening(0), at(0, "20:30"), |_| 0).unwrap();
    assert!(finished.alerts.is_empty());
    assert_eq!(state(&phone, at(0, "20:31")), SlotState::Answered);
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].shown.as_ref().unwrap().late, None);
}

#[test]
fn before_its_window_opens_nothing_is_taken_and_the_draft_is_kept() {
    let mut phone = phone();
    let refused = phone.assess(&evening(0), at(0, "09:00"), |_| 0);
    assert!(matches!(refused, Err(DiaryError::NotOpenYet { .. })));
    assert!(phone.diary.draft(&evening(0)).unwrap().is_some());
}

#[test]
fn an_answer_that_the_study_no_longer_asks_for_does_not_hold_up_its_draft() {
    let mut phone = phone();
    let gone = crate::entry::Answer { link_id: "gone".to_owned(), values: vec![Value::Boolean(true)] };
    phone.diary.store.save_answer(&evening(0), &gone, &[], at(0, "20:00")).unwrap();
    phone.assess(&evening(0), at(0, "20:30"), |_| 0).unwrap();
    assert!(phone.diary.draft(&evening(0)).unwrap().is_none());
}

#[test]
fn a_late_answer_is_taken_with_its_own_day_and_marked() {
    let mut phone = phone();
    phone.assess(&evening(0), at(1, "09:00"), |_| 0).unwrap();
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let shown = past[0].shown.as_ref().unwrap();
    assert_eq!(shown.late.as_ref().unwrap().closed, at(1, "03:00"));
    assert_eq!(shown.day, first_day());
    assert_eq!(shown.recorded.utc, at(1, "09:00"));
}

#[test]
fn a_red_flag_is_shown_offline_and_what_was_shown_is_an_entry() {
    let mut phone = phone();
    let level = |item: &str| if item == "breathing" { 3 } else { 0 };
    let finished = phone.assess(&evening(0), at(0, "20:30"), level).unwrap();
    let (hit, entry) = &finished.alerts[0];
    assert!(hit.instruction.get(Lang::EN).contains("120"), "the number to call is filled in");
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let shown = past.iter().find(|p| p.entry == *entry).unwrap().shown.clone().unwrap();
    let Content::AlertShown(alert) = &shown.content else { panic!("not an alert") };
    assert_eq!(alert.shown, hit.instruction.get(Lang::EN));
    assert_eq!(shown.author, Author::System);
    phone.tap(at(0, "20:31"), |diary, tap| diary.acknowledge(*entry, tap)).unwrap();
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let Content::AlertShown(alert) =
        &past.iter().find(|p| p.entry == *entry).unwrap().shown.as_ref().unwrap().content
    else {
        panic!("not an alert")
    };
    assert_eq!(alert.acknowledged, Some(at(0, "20:31")));
}

#[test]
fn an_answer_that_is_corrected_to_a_red_flag_is_an_alert_too() {
    let mut phone = phone();
    let finished = phone.assess(&evening(0), at(0, "20:30"), |_| 0).unwrap();
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let Content::Assessment(mut assessment) = past[0].shown.clone().unwrap().content else { panic!() };
    let breathing = assessment.answers.iter_mut().find(|answer| answer.link_id == "breathing").unwrap();
    let Value::Coding { code, .. } = &mut breathing.values[0] else { panic!() };
    *code = "3".to_owned();
    // Questions that this answer opens stand unanswered; the correction is refused until they are answered.
    let content = Content::Assessment(assessment.clone());
    let refused =
        phone.tap(at(0, "21:00"), |d, tap| d.correct(finished.entry, content, None, "misread", tap));
    assert!(matches!(refused, Err(DiaryError::Answers(_))));
    let instrument = phone.diary.study().instrument(&"evening".parse().unwrap()).unwrap();
    for item in instrument.enabled(&assessment.answers.clone()) {
        if !assessment.answers.iter().any(|answer| answer.link_id == item.link_id) {
            let option = &item.options[0];
            let value = Value::Coding { system: option.system.clone(), code: option.code.clone() };
            assessment
                .answers
                .push(crate::entry::Answer { link_id: item.link_id.clone(), values: vec![value] });
        }
    }
    let content = Content::Assessment(assessment);
    let corrected =
        phone.tap(at(0, "21:00"), |d, tap| d.correct(finished.entry, content, None, "misread", tap)).unwrap();
    assert_eq!(corrected.alerts.len(), 1);
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    assert_eq!(past[0].versions.len(), 2);
    assert_eq!(past[0].versions[1].reason.as_deref(), Some("misread"));
}

#[test]
fn a_correction_needs_a_reason_and_a_withdrawn_entry_stays_readable() {
    let mut phone = phone();
    let entry =
        phone.tap(at(0, "10:00"), |d, tap| d.record(note("one"), None, None, None, tap)).unwrap().entry;
    let no_reason = phone.tap(at(0, "10:01"), |d, tap| d.correct(entry, note("two"), None, " ", tap));
    assert!(matches!(no_reason, Err(DiaryError::Entry(_))));
    let other_kind = dose(DoseStatus::Taken);
    let other_kind = phone.tap(at(0, "10:01"), |d, tap| d.correct(entry, other_kind, None, "x", tap));
    assert!(matches!(other_kind, Err(DiaryError::OtherKind)));
    phone.tap(at(0, "10:02"), |d, tap| d.withdraw(entry, "wrong day", tap)).unwrap();
    let again = phone.tap(at(0, "10:03"), |d, tap| d.withdraw(entry, "wrong day", tap));
    assert!(matches!(again, Err(DiaryError::AlreadyWithdrawn)));
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    assert!(past[0].withdrawn && past[0].shown.is_none());
    assert_eq!(past[0].versions[0].content, note("one"));
}

#[test]
fn what_is_still_to_come_is_refused_and_the_small_hours_belong_to_the_day_before() {
    let mut phone = phone();
    let future = Some(OccurredAt(at(0, "11:00")));
    let taken = dose(DoseStatus::Taken);
    let refused = phone.tap(at(0, "10:00"), |d, tap| d.record(taken.clone(), None, future, None, tap));
    assert!(matches!(refused, Err(DiaryError::Future)));
    phone.tap(at(1, "02:30"), |d, tap| d.record(taken, None, None, None, tap)).unwrap();
    assert_eq!(phone.diary.past(first_day(), first_day()).unwrap().len(), 1);
}

#[test]
fn a_dose_can_be_taken_not_taken_or_not_known_and_a_taken_one_has_an_amount() {
    let mut phone = phone();
    let mut nothing = dose(DoseStatus::Taken);
    if let Content::Dose(dose) = &mut nothing {
        dose.amount = None;
    }
    assert!(phone.tap(at(0, "10:00"), |d, tap| d.record(nothing, None, None, None, tap)).is_err());
    let skipped = dose(DoseStatus::NotTaken { why: SkipReason::CouldNotSwallow, text: None });
    for content in [dose(DoseStatus::Taken), skipped, dose(DoseStatus::DontKnow)] {
        phone.tap(at(0, "10:00"), |d, tap| d.record(content, None, None, None, tap)).unwrap();
    }
    let (_, state) = phone.diary.days(first_day(), first_day()).unwrap()[0];
    assert_eq!((state.made, state.sent, state.received), (3, 0, 0));
}

/// Only a reported change whose day is known is followed by `today`.
#[test]
fn a_date_of_which_the_day_is_not_known_opens_no_place() {
    for (from, followed) in [
        (PartialDate::month(2026, 9).unwrap(), 0),
        (PartialDate::year(2025).unwrap(), 0),
        (PartialDate::Day(first_day()), 1),
    ] {
        let mut phone = phone();
        let change = Content::MedicationChange(MedicationChange {
            medication: MedicationRef { code: None, name: "Omeprazole".to_owned() },
            kind: MedicationChangeKind::Started,
            from,
            dose: Some(Quantity { value: 20.into(), unit: Unit::MG }),
            route: None,
            frequency: None,
            reason: None,
            form: None,
        });
        phone.tap(at(0, "10:00"), |d, tap| d.record(change, None, None, None, tap)).unwrap();
        let today = phone.diary.today(at(0, "12:00"), beijing()).unwrap();
        assert_eq!(today.reported.len(), followed, "{from}");
    }
}

#[test]
fn missed_days_are_told_once_a_day() {
    let mut phone = phone();
    let first = phone.tap(at(9, "10:00"), |d, tap| d.check_missed(tap)).unwrap();
    assert!(!first.is_empty(), "nine days without an evening check meet the rule on missed days");
    assert!(phone.tap(at(9, "11:00"), |d, tap| d.check_missed(tap)).unwrap().is_empty());
}

#[test]
fn no_answer_name_or_key_can_be_read_in_debug_output() {
    const CANARY: &str = "canary-眼皮";
    let mut phone = phone();
    phone.tap(at(0, "10:00"), |d, tap| d.record(note(CANARY), None, None, None, tap)).unwrap();
    let named = Author::Caregiver { name: CANARY.to_owned(), reason: CANARY.to_owned() };
    let mut tap_author = named.clone();
    phone
        .tap(at(0, "10:01"), |d, tap| {
            let tap =
                Circumstances { author: std::mem::replace(&mut tap_author, Author::System), ..copy(tap) };
            d.record(
                dose(DoseStatus::NotTaken { why: SkipReason::Other, text: Some(CANARY.to_owned()) }),
                None,
                None,
                None,
                &tap,
            )
        })
        .unwrap();
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let seed = crate::ids::to_hex(phone.diary.device().signing.seed());
    let printed = format!("{:?} {past:?} {named:?} {:?}", phone.diary, past[1].shown);
    assert!(printed.contains("Revision("), "{printed}");
    for secret in [CANARY, "canary", seed.as_str()] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

fn copy<'a>(tap: &Circumstances<'a>) -> Circumstances<'a> {
    Circumstances {
        now: tap.now,
        zone: tap.zone,
        monotonic_ms: tap.monotonic_ms,
        author: tap.author.clone(),
        lang: tap.lang,
        entropy: tap.entropy,
    }
}

mod alarms;
mod growth;
mod versions;
