//! PHQ-9 and Glasgow Coma Scale as published, with the published responses to them: loaded, answered, scored.

use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{AnswerRefusal, Instrument};
use diary_core::text::Lang;
use diary_core::time::{UtcMillis, Zone};

use crate::fixtures::{coded_answers, parse};

const PHQ9: &str = "sdc/questionnaire-sdc-profile-example-PHQ9";
/// Glasgow's ordinals, which its Questionnaire lacks and its published response carries.
const GLASGOW_RULE: &str = r#"
method = "sum"
range = [3, 15]
weights = { LA6557-8 = 1, LA6558-6 = 2, LA6559-4 = 3, LA6560-2 = 4, LA6561-0 = 5, LA6562-8 = 1, LA6563-6 = 2,
  LA6564-4 = 3, LA6565-1 = 4, LA6566-9 = 5, LA6567-7 = 6, LA6553-7 = 1, LA6554-5 = 2, LA6555-2 = 3, LA6556-0 = 4 }
"#;

fn typed(instrument: &Instrument, texts: &[(&str, &str)]) -> Vec<Answer> {
    let answer = |(link_id, text): &(&str, &str)| {
        let item = instrument.item(link_id).unwrap();
        let value = instrument.parse_answer(item, text, Zone::UTC, UtcMillis(0)).unwrap();
        Answer { link_id: (*link_id).to_owned(), values: vec![value] }
    };
    texts.iter().map(answer).collect()
}

fn total(instrument: &Instrument, answers: &[Answer]) -> (Option<String>, usize, usize) {
    let score = instrument.score(&instrument.finish(answers).unwrap());
    (score.total.map(|t| t.to_string()), score.answered, score.of)
}

#[test]
fn phq9_takes_its_weights_from_the_expansion_of_its_contained_value_set() {
    let phq9 = parse(PHQ9, Some("method = 'sum'")).unwrap();
    let q1 = phq9.item("H1/T1/Q1").unwrap();
    let options: Vec<_> =
        q1.options.iter().map(|o| (o.code.as_str(), o.ordinal.map(|w| w.to_string()).unwrap())).collect();
    // Its value set writes "Not-at-all", the expansion beside the weight "not-at-all". The last weight is what the
    // file says, though PHQ-9 counts that answer as 3: the next test shows how a study finds and mends it.
    assert_eq!(
        options,
        [
            ("Not-at-all", "0".to_owned()),
            ("Several-days", "1".to_owned()),
            ("More than half the days", "2".to_owned()),
            ("Nearly every day", "4".to_owned()),
        ]
    );
    let questions: Vec<_> = (1..=9).map(|n| format!("H1/T1/Q{n}")).collect();
    assert_eq!(phq9.scored_items(), questions);
    assert!(!phq9.item("H1/TS").unwrap().is_asked());
    assert_eq!(phq9.above("H1/T1/Q1")[0].link_id, "H1/T1");
}

#[test]
fn a_wrong_weight_is_found_by_the_range_and_mended_by_the_study() {
    let errors = parse(PHQ9, Some("method = 'sum'\nrange = [0, 27]")).unwrap_err();
    assert_eq!(errors[0].to_string(), "score rule: range is 0 to 27, but the items add up to 0 to 36");
    let mended = "method = 'sum'\nrange = [0, 27]\nweights = { 'Nearly every day' = 3 }";
    assert!(parse(PHQ9, Some(mended)).is_ok());
}

#[test]
fn phq9_is_answered_and_scored() {
    let phq9 =
        parse(PHQ9, Some("method = 'sum'\nrange = [0, 27]\nweights = { 'Nearly every day' = 3 }")).unwrap();
    let mut answers =
        coded_answers("sdc/QuestionnaireResponse-questionnaireresponse-sdc-profile-example-PHQ9.json");
    assert_eq!(answers.len(), 9);
    // The published response has 13 as its total; its own nine answers add up to 10.
    assert_eq!(total(&phq9, &answers), (Some("10".to_owned()), 9, 9));
    answers.pop();
    assert_eq!(total(&phq9, &answers), (None, 8, 9));
    let typed = typed(&phq9, &[("H1/T1/Q1", "3"), ("H1/T1/Q2", "not-at-ALL"), ("H1/T1/Q3", "several days")]);
    let codes: Vec<_> =
        typed.iter().map(|a| phq9.show(phq9.item(&a.link_id).unwrap(), &a.values[0], Lang::EN)).collect();
    assert_eq!(codes, ["Nearly every day", "Not at all", "Several days"]);
}

#[test]
fn phq9_in_another_case_is_kept_in_its_own_spelling() {
    let phq9 = parse(PHQ9, Some("method = 'sum'")).unwrap();
    let lower = Value::Coding { system: None, code: "not-at-all".to_owned() };
    let finished = phq9.finish(&[Answer { link_id: "H1/T1/Q1".to_owned(), values: vec![lower] }]).unwrap();
    let system = Some("http://example.org/CodeSystem/CSPHQ9".to_owned());
    assert_eq!(finished[0].values, [Value::Coding { system, code: "Not-at-all".to_owned() }]);
    let total = Answer { link_id: "H1/TS".to_owned(), values: vec![Value::Integer(13)] };
    assert_eq!(phq9.finish(&[total]).unwrap_err()[0].reason, AnswerRefusal::NotAsked);
}

#[test]
fn glasgow_is_scored_with_the_studys_weights_as_its_published_response_is() {
    let errors = parse("r4/gcs", Some("method = 'sum'")).unwrap_err();
    assert_eq!(errors[0].to_string(), "score rule: no item has ordinals or is a whole number");
    let glasgow = parse("r4/gcs", Some(GLASGOW_RULE)).unwrap();
    let answers = coded_answers("r4/QuestionnaireResponse-gcs.json");
    // Its response carries the ordinals 4, 5 and 4.
    assert_eq!(total(&glasgow, &answers), (Some("13".to_owned()), 3, 3));
    let worst = typed(&glasgow, &[("1.1", "1"), ("1.2", "no motor response"), ("1.3", "LA6553-7")]);
    assert_eq!(total(&glasgow, &worst), (Some("3".to_owned()), 3, 3));
    assert!(glasgow.version().starts_with("sha256-"));
}
