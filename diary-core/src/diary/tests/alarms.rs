//! Instructions: at the answer, once, kept; serious events among them.

use super::*;
use crate::entry::{AlertShown, AnswersBegun, Event};
use crate::ids::EntryId;

const BREATHLESS: &str = "Being short of breath while you sit still can get worse fast. Call 120 now, or have someone \
    take you to the nearest emergency room. Tell them that you have myasthenia gravis and are in a drug trial. Then call \
    the study doctor (+86 10 5550 0100, day and night).";

fn give(phone: &mut Phone, link_id: &str, level: &str, now: UtcMillis) -> Vec<String> {
    let instrument = phone.diary.study().instrument(&"evening".parse().unwrap()).unwrap();
    let option = instrument.item(link_id).unwrap().options.iter().find(|one| one.code == level).unwrap();
    let value = Value::Coding { system: option.system.clone(), code: option.code.clone() };
    let alerts = phone.tap(now, |d, tap| d.answer(&evening(0), link_id, vec![value], tap)).unwrap();
    alerts.into_iter().map(|(hit, _)| hit.rule.to_string()).collect()
}

fn shown(phone: &Phone) -> Vec<AlertShown> {
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let of = |past: PastEntry| match past.shown?.content {
        Content::AlertShown(alert) => Some(alert),
        _ => None,
    };
    past.into_iter().filter_map(of).collect()
}

#[test]
fn an_instruction_comes_with_the_answer_and_is_sent_although_nothing_is_finished() {
    let mut phone = phone();
    assert!(give(&mut phone, "lids", "0", at(0, "20:00")).is_empty());
    assert!(!phone.diary.store().queued().unwrap().urgent);
    assert_eq!(give(&mut phone, "breathing", "3", at(0, "20:01")), ["breathless-at-rest"]);
    assert!(phone.diary.store().queued().unwrap().urgent);
    let begun = AnswersBegun {
        instrument: "evening".parse().unwrap(),
        slot: Some("evening".parse().unwrap()),
        started: at(0, "20:00"),
    };
    let expected = AlertShown {
        rule: "breathless-at-rest".parse().unwrap(),
        trigger: None,
        shown: BREATHLESS.to_owned(),
        acknowledged: None,
        of: Some(begun),
    };
    assert_eq!(shown(&phone), [expected]);
    // No further instruction of the same rule after any other answer.
    assert!(give(&mut phone, "arms", "0", at(0, "20:02")).is_empty());
    assert!(give(&mut phone, "breathing", "3", at(0, "20:03")).is_empty());
    assert_eq!(shown(&phone).len(), 1);
}

#[test]
fn what_was_shown_while_answering_is_not_shown_again_at_the_end() {
    let mut phone = phone();
    let now = at(0, "20:30");
    let level = |item: &str| if item == "breathing" { 3 } else { 0 };
    let finished = phone.assess(&evening(0), now, level).unwrap();
    assert_eq!(finished.alerts.len(), 1);
    let alerts = shown(&phone);
    assert_eq!(alerts.len(), 1);
    let past = phone.diary.past(first_day(), first_day()).unwrap();
    let entry = past.iter().find(|past| past.entry == finished.entry).unwrap().shown.clone().unwrap();
    let Content::Assessment(assessment) = &entry.content else { panic!("no assessment") };
    let begun = alerts[0].of.as_ref().unwrap();
    assert!(begun.became(assessment, entry.slot.as_ref()));
    assert!(!begun.became(assessment, None));
    let later = AnswersBegun { started: at(0, "20:31"), ..begun.clone() };
    assert!(!later.became(assessment, entry.slot.as_ref()));
}

#[test]
fn an_answer_that_is_changed_before_the_end_leaves_what_was_shown() {
    let mut phone = phone();
    assert_eq!(give(&mut phone, "breathing", "3", at(0, "20:00")), ["breathless-at-rest"]);
    assert_eq!(give(&mut phone, "breathing", "2", at(0, "20:01")), ["breathless-lying-flat"]);
    phone.tap(at(0, "20:02"), |d, tap| d.answer(&evening(0), "breathing", Vec::new(), tap)).unwrap();
    let finished = phone.assess(&evening(0), at(0, "20:05"), |_| 0).unwrap();
    assert!(finished.alerts.is_empty());
    assert_eq!(shown(&phone).len(), 2);
    let listed = phone.diary.instructions(None).unwrap();
    let rules: Vec<&str> = listed.iter().map(|one| one.rule.as_str()).collect();
    assert_eq!(rules, ["breathless-lying-flat", "breathless-at-rest"]);
    assert_eq!(listed[1].shown, BREATHLESS);
    assert_eq!(listed[1].severity, crate::study::Severity::Emergency);
    assert_eq!(phone.diary.instructions(Some(at(0, "20:01"))).unwrap().len(), 1);
}

#[test]
fn an_answer_behind_a_closed_question_sets_off_nothing() {
    let mut phone = phone();
    assert_eq!(give(&mut phone, "breathing", "3", at(0, "20:00")), ["breathless-at-rest"]);
    assert!(give(&mut phone, "breathing", "0", at(0, "20:01")).is_empty());
    // The question on coughing is asked only where breathing or swallowing is worse.
    assert!(give(&mut phone, "cough", "cannot", at(0, "20:02")).is_empty());
    assert_eq!(
        give(&mut phone, "breathing", "2", at(0, "20:03")),
        ["cannot-clear-phlegm", "breathless-lying-flat"]
    );
}

fn event(code: &str) -> Content {
    Content::Event(Event { code: code.parse().unwrap(), text: None, ended: None })
}

#[test]
fn a_serious_event_shows_what_to_do_and_says_so_in_the_same_breath() {
    let mut phone = phone();
    let finished =
        phone.tap(at(0, "10:00"), |d, tap| d.record(event("fall"), None, None, None, tap)).unwrap();
    let [(hit, alert)] = finished.alerts.as_slice() else { panic!("one alert") };
    assert_eq!((hit.rule.as_str(), hit.severity), ("fall", crate::study::Severity::Call));
    let text = "Please call the study doctor (+86 10 5550 0100, day and night) today and tell them how you fell. If you \
        hit your head, cannot stand up, or feel drowsy or confused, call 120 now.";
    assert_eq!(hit.instruction.get(Lang::EN), text);
    assert!(phone.diary.store().queued().unwrap().urgent);
    let listed = phone.diary.instructions(None).unwrap();
    assert_eq!((listed[0].entry, listed[0].title.as_ref().unwrap().get(Lang::EN)), (*alert, "I fell"));
    assert_eq!(EntryId::from(shown(&phone)[0].trigger.unwrap()), finished.entry);
    let other = phone.tap(at(0, "10:05"), |d, tap| d.record(event("other"), None, None, None, tap)).unwrap();
    assert!(other.alerts.is_empty());
    // It becomes serious by a correction.
    let corrected = phone
        .tap(at(0, "10:06"), |d, tap| d.correct(other.entry, event("crisis"), None, "wrong line", tap))
        .unwrap();
    assert_eq!(corrected.alerts[0].0.rule.as_str(), "crisis");
    let withdrawn = phone.tap(at(0, "10:07"), |d, tap| d.withdraw(other.entry, "not so", tap)).unwrap();
    assert!(withdrawn.alerts.is_empty());
    assert_eq!(phone.diary.instructions(None).unwrap().len(), 2);
}

#[test]
fn the_shipped_study_names_its_serious_events_in_both_languages() {
    let phone = phone();
    let study = phone.diary.study();
    let serious = study.events().iter().filter(|event| event.severity.is_some());
    let serious: Vec<(&str, &str)> =
        serious.map(|event| (event.code.as_str(), event.severity.unwrap().code())).collect();
    assert_eq!(serious, [("fall", "call"), ("emergency-visit", "call"), ("crisis", "emergency")]);
    let crisis = crate::study::evaluate_event(study, phone.diary.site().unwrap(), &"crisis".parse().unwrap());
    assert_eq!(
        crisis.unwrap().instruction.get(Lang::ZH_CN),
        "如果现在喘气困难，请马上拨打120，身边要有人陪着。告诉医生您有重症肌无力，正在参加药物临床试验。然后联系研究医生（电话010-5550-0100，\
         白天晚上都可以打）；即使已经好转，也请联系。"
    );
}
