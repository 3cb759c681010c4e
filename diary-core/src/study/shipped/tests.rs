//! The shipped study loads, and all of it can be read in both languages.

use super::*;
use crate::ids::{AnchorId, EventCode};
use crate::study::instrument::{Item, ItemKind};
use crate::study::{Anchors, Remark, Severity, Study};
use crate::text::{Lang, Text};
use crate::time::DiaryDay;

fn study() -> Study {
    Study::load(&nct06836973()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn all_items(items: &[Item]) -> Vec<&Item> {
    items.iter().flat_map(|item| [vec![item], all_items(&item.children)].concat()).collect()
}

#[test]
fn readers_of_other_languages_see_the_first_of_the_study() {
    let (study, ja) = (Study::load(&nct06836973()).unwrap(), "ja".parse().unwrap());
    assert_eq!(study.title(ja), study.title(Lang::ZH_CN));
    for instrument in study.instruments() {
        assert_eq!(instrument.title(ja), instrument.title(Lang::ZH_CN));
        for item in instrument.all_items() {
            assert_eq!(item.text.get(ja), item.text.get(Lang::ZH_CN), "{}", item.link_id);
        }
    }
    assert_eq!(study.alerts()[0].instruction.get(ja), study.alerts()[0].instruction.get(Lang::ZH_CN));
}

#[test]
fn it_loads_and_knows_itself() {
    let study = study();
    assert_eq!((study.id().as_str(), study.version()), ("NCT06836973", 1));
    assert_eq!(study.hash(), nct06836973().hash());
    assert_eq!(study.languages(), [Lang::ZH_CN, Lang::EN]);
    assert_eq!(study.day_cut().to_string(), "03:00");
    assert_eq!(study.sites()[0].zone.to_string(), "Asia/Shanghai");
}

#[test]
fn it_knows_its_drug_and_its_kinds_of_visit() {
    let study = study();
    let of = |text: &str| crate::measure::Quantity { value: 9.into(), unit: text.parse().unwrap() };
    for (unit, other) in [("ug", false), ("ug/d", false), ("mg", true), ("{tbl}", true)] {
        assert_eq!(study.is_other_unit_of_infusion(&of(unit)), other, "{unit}");
    }
    let kinds: Vec<&str> = study.visit_kinds().iter().map(|kind| kind.code.as_str()).collect();
    assert_eq!(kinds, ["screening", "scheduled", "unscheduled", "early-termination"]);
    assert_eq!(study.visit_kind_name("unscheduled", Lang::EN), "Unscheduled visit");
    assert_eq!(study.visit_kind_name("home", Lang::EN), "home");
    assert_eq!(study.subject_pattern(), None);
}

#[test]
fn nothing_in_its_questionnaires_is_ignored() {
    for instrument in study().instruments() {
        assert!(instrument.ignored().is_empty(), "{}: {:?}", instrument.id(), instrument.ignored());
    }
}

#[test]
fn every_text_reads_in_chinese_and_in_english() {
    let study = study();
    let mut texts: Vec<Text> = study.sites().iter().map(|site| study.notice(site)).collect();
    texts.extend(study.alerts().iter().map(|rule| study.sites()[0].fill(&rule.instruction)));
    texts.extend(study.alerts().iter().map(|rule| rule.title.clone()));
    texts.extend(study.slots().iter().map(|slot| slot.title.clone()));
    texts.extend(study.events().iter().map(|event| event.title.clone()));
    texts.extend(study.visit_kinds().iter().map(|kind| kind.title.clone()));
    texts.extend(study.medications().iter().map(|medication| medication.name.clone()));
    texts.extend(study.medications().iter().filter_map(|medication| medication.caution.clone()));
    for instrument in study.instruments() {
        assert_ne!(instrument.title(Lang::EN), instrument.title(Lang::ZH_CN));
        for item in all_items(instrument.items()) {
            texts.push(item.text.clone());
            texts.extend(item.options.iter().map(|option| option.text.clone()));
        }
    }
    let is_chinese = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    for text in texts {
        assert!(text.has(Lang::EN) && text.has(Lang::ZH_CN), "{text:?}");
        assert!(!text.get(Lang::EN).contains(is_chinese), "{text:?}");
        assert!(text.get(Lang::ZH_CN).contains(is_chinese), "{text:?}");
        // Words of the other language's punctuation give a careless translation away.
        assert!(!text.get(Lang::ZH_CN).contains([',', ';', '?', '!']), "{text:?}");
    }
}

#[test]
fn the_evening_check_takes_ten_taps_on_a_good_day_and_asks_on_when_it_is_not() {
    let study = study();
    let evening = study.instrument(&"evening".parse().unwrap()).unwrap();
    let zone = study.sites()[0].zone;
    let mut answers = Vec::new();
    for item in evening.enabled(&[]) {
        let value = evening.parse_answer(item, "0", zone, crate::time::UtcMillis(0)).unwrap();
        answers.push(crate::entry::Answer { link_id: item.link_id.clone(), values: vec![value] });
    }
    let asked =
        |answers: &[_]| evening.enabled(answers).iter().map(|item| item.link_id.clone()).collect::<Vec<_>>();
    assert_eq!(asked(&answers).len(), 10);
    assert!(evening.finish(&answers).is_ok());
    let item = evening.item("swallowing").unwrap();
    let value = evening.parse_answer(item, "1", zone, crate::time::UtcMillis(0)).unwrap();
    answers.iter_mut().find(|answer| answer.link_id == "swallowing").unwrap().values = vec![value];
    let more = asked(&answers);
    assert!(
        more.len() == 12 && more.contains(&"cough".to_owned()) && more.contains(&"worst-time".to_owned())
    );
}

#[test]
fn mg_adl_has_eight_items_from_0_to_24_and_no_total_of_seven() {
    let study = study();
    let adl = study.instrument(&"mg-adl".parse().unwrap()).unwrap();
    assert_eq!(adl.recall(), Some("-P7D"));
    let asked = adl.enabled(&[]);
    assert_eq!(asked.len(), 8);
    let answer = |item: &Item| crate::entry::Answer {
        link_id: item.link_id.clone(),
        values: vec![crate::entry::Value::Coding {
            system: item.options[3].system.clone(),
            code: "3".to_owned(),
        }],
    };
    let worst: Vec<_> = asked.iter().map(|item| answer(item)).collect();
    let score = adl.score(&worst);
    assert_eq!((score.total, score.answered, score.of), (Some(24.into()), 8, 8));
    assert_eq!(adl.score(&worst[1..]).total, None);
}

#[test]
fn mg_adl_cannot_be_made_daily() {
    let mut files = nct06836973().files().clone();
    let text = String::from_utf8(files["study.toml"].clone()).unwrap();
    let daily = text.replace("repeat = { weekly = \"sunday\" }", "repeat = \"daily\"");
    files.insert("study.toml".to_owned(), daily.into_bytes());
    let errors = Study::load(&StudyPackage::new(files).unwrap()).unwrap_err();
    assert!(errors.to_string().contains("mg-adl may be asked every 7 days at most"), "{errors}");
}

#[test]
fn signs_that_mg_shares_with_the_study_drug_ask_whether_they_are_new() {
    let study = study();
    let safety = study.instrument(&"safety".parse().unwrap()).unwrap();
    for sign in ["speech", "vision", "breathing", "weakness"] {
        let follow_up = safety.item(&format!("{sign}-new")).unwrap();
        assert!(follow_up.enable_when.iter().all(|condition| condition.question == sign), "{sign}");
        assert!(!follow_up.enable_when.is_empty(), "{sign}");
        assert!(safety.enabled(&[]).iter().all(|item| item.link_id != follow_up.link_id), "{sign}");
    }
    let temperature = safety.item("temperature").unwrap();
    assert_eq!(temperature.kind, ItemKind::Decimal);
    assert!(temperature.min.is_some() && temperature.max.is_some());
}

#[test]
fn every_alert_says_whom_to_call_and_every_emergency_the_emergency_number() {
    for rule in study().alerts() {
        for lang in [Lang::ZH_CN, Lang::EN] {
            let text = rule.instruction.get(lang);
            assert!(text.contains("{contact}"), "{}: {text}", rule.id);
            assert!(
                rule.severity != Severity::Emergency || text.contains("{emergency}"),
                "{}: {text}",
                rule.id
            );
        }
    }
}

#[test]
fn an_infusion_that_starts_today_proposes_the_cycle_it_belongs_to() {
    let study = study();
    let event: EventCode = "infusion-started".parse().unwrap();
    let day = |text: &str| text.parse::<DiaryDay>().unwrap();
    let anchor = |text: &str| text.parse::<AnchorId>().unwrap();
    let proposed = |on: &str, anchors: &Anchors| {
        study.proposed_anchor(&event, day(on), anchors).map(|id| id.as_str().to_owned())
    };
    let mut anchors = Anchors::new();
    assert_eq!(proposed("2026-03-02", &anchors).as_deref(), Some("cycle1"));
    // Postponed by a day, or brought forward: still the first cycle.
    anchors.insert(anchor("cycle1"), day("2026-03-02"));
    assert_eq!(proposed("2026-03-03", &anchors).as_deref(), Some("cycle1"));
    assert_eq!(proposed("2026-03-01", &anchors).as_deref(), Some("cycle1"));
    assert_eq!(proposed("2026-03-14", &anchors).as_deref(), Some("cycle2"));
    anchors.insert(anchor("cycle2"), day("2026-03-14"));
    assert_eq!(proposed("2026-04-20", &anchors), None);
    assert_eq!(study.proposed_anchor(&"fall".parse().unwrap(), day("2026-03-02"), &anchors), None);
}

#[test]
fn medications_are_found_by_code_and_by_name_in_either_language() {
    let study = study();
    for written in ["pyridostigmine", " Pyridostigmine ", "溴吡斯的明"] {
        assert_eq!(study.find_medication(written).unwrap().code.as_str(), "pyridostigmine");
    }
    assert!(study.find_medication("").is_none());
    let totals: Vec<_> =
        study.medications().iter().filter(|m| m.daily_total).map(|m| m.code.as_str()).collect();
    assert_eq!(totals, ["pyridostigmine"]);
    assert_eq!(study.form_name("tablet", Lang::ZH_CN), "片剂");
    assert_eq!(study.form_name("cream", Lang::ZH_CN), "cream");
    assert!(Remark::WeeklyOnly.blocks_regimen());
}

#[test]
fn the_folder_and_the_shipped_package_are_the_same() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("studies/nct06836973");
    assert_eq!(StudyPackage::read_dir(&folder).unwrap().hash(), nct06836973().hash());
}
