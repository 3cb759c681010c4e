//! Elements of real questionnaires beyond plain questions: repeating groups, open choices, options that are
//! numbers, words, dates or times, check boxes, and own units.

use super::*;

fn instrument(items: &str, score: Option<&str>) -> Instrument {
    let json = format!(
        r#"{{"resourceType": "Questionnaire", "version": "1", "language": "en", "item": [{items}]}}"#
    );
    Instrument::parse(json.as_bytes(), options(score)).unwrap()
}

const MEDICATIONS: &str = r#"{"linkId": "any", "type": "boolean", "text": "Any medicine?"},
  {"linkId": "meds", "type": "group", "text": "Medicine", "repeats": true, "enableWhen": [
    {"question": "any", "operator": "=", "answerBoolean": true}], "item": [
    {"linkId": "name", "type": "string", "text": "Name", "required": true},
    {"linkId": "daily", "type": "boolean", "text": "Every day?"},
    {"linkId": "count", "type": "integer", "text": "How many a day?", "enableWhen": [
      {"question": "daily", "operator": "=", "answerBoolean": true}]}]},
  {"linkId": "end", "type": "integer", "text": "Pain"}"#;

#[test]
fn a_group_that_repeats_is_asked_again_after_another() {
    let i = instrument(MEDICATIONS, None);
    let yes = |link_id: &str| answer(link_id, Value::Boolean(true));
    let text = |link_id: &str, words: &str| answer(link_id, Value::Text(words.to_owned()));
    let mut answers = vec![yes("any")];
    assert_eq!(ids(&i.enabled(&answers)), ["any", "name", "daily", "end"]);
    answers.push(text("name", "prednisone"));
    assert_eq!(ids(&i.enabled(&answers)), ["any", "name", "daily", "meds#2?", "end"]);
    answers.extend([yes("meds#2?"), text("name#2", "methotrexate"), yes("daily#2")]);
    let expect = ["any", "name", "daily", "meds#2?", "name#2", "daily#2", "count#2", "meds#3?", "end"];
    assert_eq!(ids(&i.enabled(&answers)), expect);
    let second = i.item("name#2").unwrap();
    assert_eq!((second.repetition, second.own_link_id(), second.required), (Some(2), "name", true));
    assert_eq!(second.text.get(Lang::EN), "Name (2)");
    assert_eq!(i.item("meds#2?").unwrap().text.get(Lang::EN), "One more? (Medicine)");
    let finished: Vec<String> = i.finish(&answers).unwrap().into_iter().map(|a| a.link_id).collect();
    assert_eq!(finished, ["any", "name", "meds#2?", "name#2", "daily#2"]);
    // Taken back: the second repetition goes with its question.
    answers[2] = answer("meds#2?", Value::Boolean(false));
    let finished: Vec<String> = i.finish(&answers).unwrap().into_iter().map(|a| a.link_id).collect();
    assert_eq!(finished, ["any", "name", "meds#2?"]);
}

#[test]
fn repetitions_are_bounded_and_never_scored() {
    let i = instrument(MEDICATIONS, Some("method = 'sum'"));
    assert!(i.item("name#20").is_some() && i.item("name#21").is_none());
    assert_eq!(i.scored_items(), ["end"]);
    assert_eq!(i.ignored(), ["item[1] (linkId meds): it repeats at most 20 times"]);
    let questions: Vec<_> =
        (0..100).map(|n| format!(r#"{{"linkId": "q{n}", "type": "boolean", "text": "Q"}}"#)).collect();
    let group = |more: &str| {
        let items = questions.join(",");
        format!(
            r#"{{"linkId": "g", "type": "group", "text": "G", "repeats": true, {more} "item": [{items}]}}"#
        )
    };
    let i = instrument(&group(""), None);
    assert!(i.item("q0#4").is_some() && i.item("q0#5").is_none());
    let most = r#""extension": [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs",
      "valueInteger": 2}],"#;
    let i = instrument(&group(most), None);
    assert!(i.item("q0#2").is_some() && i.item("q0#3").is_none());
    assert!(i.ignored().is_empty());
}

#[test]
fn an_open_choice_takes_options_and_words_and_tells_them_apart() {
    let i = instrument(
        r#"{"linkId": "a", "type": "open-choice", "text": "Why?", "answerOption": [
          {"valueCoding": {"code": "forgot", "display": "forgot"}}, {"valueString": "felt ill"}]}"#,
        None,
    );
    let item = i.item("a").unwrap();
    for (text, expect) in [
        ("1", Ok("forgot")),
        ("felt ill", Ok("felt ill")),
        ("no tablets left", Ok("other: \"no tablets left\"")),
        ("\\1", Ok("other: \"1\"")),
        ("3", Err(AnswerRefusal::NotAnOption)),
        ("x", Err(AnswerRefusal::NotAnOption)),
    ] {
        assert_eq!(typed(&i, "a", text), expect.map(str::to_owned), "{text}");
    }
    assert_eq!(i.show(item, &Value::Text("忘了".to_owned()), Lang::ZH_CN), "其他：“忘了”");
    assert!(i.finish(&[answer("a", Value::Text("on holiday".to_owned()))]).is_ok());
    assert!(i.check(item, &[Value::Text("a\u{0}b".to_owned())]).is_err());
}

#[test]
fn options_may_be_numbers_words_dates_and_times() {
    let options = |kind: &str, key: &str, values: [&str; 2]| {
        format!(
            r#"{{"linkId": "{key}", "type": "{kind}", "text": "A", "answerOption": [{{"{key}": {}}}, {{"{key}": {}}}]}}"#,
            values[0], values[1]
        )
    };
    let items = [
        options("integer", "valueInteger", ["0", "10"]),
        options("choice", "valueString", ["\"never\"", "\"often\""]),
        options("date", "valueDate", ["\"2026-03-01\"", "\"2026-03-08\""]),
        options("time", "valueTime", ["\"08:00:00\"", "\"20:00:00\""]),
    ];
    let i = instrument(&items.join(","), Some("method = 'sum'\nitems = ['valueInteger']\nrange = [0, 10]"));
    for (link_id, text, expect) in [
        ("valueInteger", "10", Ok("10")),
        ("valueInteger", "1", Err(AnswerRefusal::NotAnOption)),
        ("valueString", "2", Ok("often")),
        ("valueString", "NEVER", Ok("never")),
        ("valueDate", "2026-03-08", Ok("2026-03-08")),
        ("valueTime", "1", Ok("08:00")),
    ] {
        assert_eq!(typed(&i, link_id, text), expect.map(str::to_owned), "{link_id}: {text}");
    }
    let ten = [answer("valueInteger", Value::Integer(10))];
    assert_eq!(i.score(&ten).total, Some(Decimal::from(10)));
    assert_eq!(
        i.finish(&[answer("valueInteger", Value::Integer(3))]).unwrap_err()[0].reason,
        AnswerRefusal::WrongType
    );
}

#[test]
fn boxes_to_tick_take_several_answers_even_where_repeats_was_forgotten() {
    let i = instrument(
        r#"{"linkId": "a", "type": "choice", "text": "Tick all", "repeats": false, "extension": [
          {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
           "valueCodeableConcept": {"coding": [{"code": "check-box"}]}}], "answerOption": [
          {"valueCoding": {"code": "x", "display": "fever"}}, {"valueCoding": {"code": "y", "display": "cough"}}]}"#,
        None,
    );
    let both = Answer { link_id: "a".to_owned(), values: vec![code("x"), code("y")] };
    assert!(i.finish(&[both]).is_ok());
}

#[test]
fn units_of_questionnaires_are_shown_in_both_languages() {
    let quantity = |unit: &str| {
        let json = format!(
            r#"{{"linkId": "a", "type": "quantity", "text": "A", "extension": [
              {{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", "valueCoding": {{"code": "{unit}"}}}}]}}"#
        );
        let i = instrument(&json, None);
        let item = i.item("a").unwrap();
        let value = i.parse_answer(item, "3", Zone::UTC, UtcMillis(0)).unwrap();
        let bytes = minicbor::to_vec(&value).unwrap();
        assert_eq!(minicbor::decode::<Value>(&bytes).unwrap(), value);
        [Lang::ZH_CN, Lang::EN].map(|lang| i.show(item, &value, lang))
    };
    for (unit, zh, en) in [
        ("{score}", "3 分", "3 points"),
        ("cm", "3 厘米", "3 cm"),
        ("a", "3 年", "3 years"),
        ("mo", "3 个月", "3 months"),
        ("wk", "3 周", "3 weeks"),
        ("/wk", "3 次/周", "3 /week"),
        ("mmol/L", "3 毫摩尔/升", "3 mmol/L"),
        ("{steps}", "3 steps", "3 steps"),
    ] {
        assert_eq!(quantity(unit), [zh.to_owned(), en.to_owned()], "{unit}");
    }
    let long = format!("{{{}}}", "x".repeat(23));
    for bad in ["{}", "{a b}", "{a}}", long.as_str(), "mg/dL"] {
        assert_eq!(crate::measure::Unit::from_ucum(bad), None, "{bad}");
    }
}
