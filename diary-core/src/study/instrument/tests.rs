//! Instruments as a whole: typing, checking, enabling, finishing and scoring answers, and packs of wording.

mod real;

use proptest::prelude::*;

use super::*;
use crate::measure::Decimal;
use crate::readers::ReadError;
use crate::time::Shown;

/// One Questionnaire in two languages with an item of every kind.
const EVERY_KIND: &str = r##"{
  "resourceType": "Questionnaire", "version": "3", "language": "en", "title": "Check",
  "_title": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
    {"url": "lang", "valueCode": "zh-CN"}, {"url": "content", "valueString": "检查"}]}]},
  "contained": [{"resourceType": "ValueSet", "id": "often", "compose": {"include": [{"system": "urn:x", "concept": [
    {"code": "Never", "display": "Never", "designation": [{"language": "zh-CN", "value": "从不"}],
     "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}]},
    {"code": "Often", "display": "Often", "designation": [{"language": "zh-CN", "value": "经常"}],
     "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 2.5}]}]}]}}],
  "item": [
    {"linkId": "g", "type": "group", "text": "How are you?", "required": true, "item": [
      {"linkId": "lids", "type": "choice", "text": "Lids", "required": true, "answerOption": [
        {"valueCoding": {"code": "0", "display": "Normal", "_display": {"extension": [{"url":
          "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
          {"url": "lang", "valueCode": "zh-CN"}, {"url": "content", "valueString": "正常"}]}]}},
          "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}]},
        {"valueCoding": {"code": "1", "display": "Drooping"},
          "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 1}]}]},
      {"linkId": "often", "type": "choice", "text": "How often?", "answerValueSet": "#often",
       "enableWhen": [{"question": "lids", "operator": "=", "answerCoding": {"code": "1"}}]},
      {"linkId": "signs", "type": "choice", "text": "Signs", "repeats": true, "answerOption": [
        {"valueCoding": {"code": "cough", "display": "Cough"}},
        {"valueCoding": {"code": "none", "display": "None"}, "extension": [{"url":
          "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": true}]}]}]},
    {"linkId": "worst", "type": "integer", "text": "Worst", "extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
      {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 10}]},
    {"linkId": "why", "type": "string", "text": "Why?", "maxLength": 5, "enableWhen": [
      {"question": "worst", "operator": ">=", "answerInteger": 7},
      {"question": "often", "operator": "exists", "answerBoolean": true}], "enableBehavior": "any"},
    {"linkId": "temp", "type": "quantity", "text": "Temperature", "extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", "valueCoding": {"code": "Cel"}},
      {"url": "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces", "valueInteger": 1},
      {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-minQuantity",
       "valueQuantity": {"value": 33.1, "code": "Cel"}},
      {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity",
       "valueQuantity": {"value": 43, "code": "Cel"}}]},
    {"linkId": "fever", "type": "boolean", "text": "Fever"},
    {"linkId": "weight", "type": "decimal", "text": "Weight"},
    {"linkId": "dose", "type": "quantity", "text": "Dose", "extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", "valueCoding": {"code": "mg"}},
      {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", "valueCoding": {"code": "g"}}]},
    {"linkId": "day", "type": "date", "text": "Day"}, {"linkId": "hour", "type": "time", "text": "Hour"},
    {"linkId": "when", "type": "dateTime", "text": "When"}, {"linkId": "said", "type": "text", "text": "Said"},
    {"linkId": "thanks", "type": "display", "text": "Thank you", "enableWhen": [
      {"question": "worst", "operator": "!=", "answerInteger": 3}]},
    {"linkId": "total", "type": "integer", "text": "Total", "readOnly": true}]}"##;

pub(super) fn options(score: Option<&str>) -> ParseOptions<'static> {
    let score = score.map(|text| toml::from_str(text).unwrap());
    ParseOptions { id: "check".parse().unwrap(), score, recall: Some("-P1D".to_owned()), pack: None }
}

fn every_kind() -> Instrument {
    Instrument::parse(EVERY_KIND.as_bytes(), options(Some("method = 'sum'\nitems = ['lids', 'often']")))
        .unwrap()
}

fn code(code: &str) -> Value {
    Value::Coding { system: None, code: code.to_owned() }
}

fn answer(link_id: &str, value: Value) -> Answer {
    Answer { link_id: link_id.to_owned(), values: vec![value] }
}

/// Types `text` at noon of 29 March 2026 in New York.
fn typed(instrument: &Instrument, link_id: &str, text: &str) -> Result<String, AnswerRefusal> {
    let item = instrument.item(link_id).unwrap();
    let zone = "America/New_York".parse().unwrap();
    let noon = UtcMillis(1_774_800_000_000);
    let value = instrument.parse_answer(item, text, zone, noon).map_err(|e| e.reason)?;
    Ok(instrument.show(item, &value, Lang::EN))
}

fn ids(items: &[&Item]) -> Vec<String> {
    items.iter().map(|item| item.link_id.clone()).collect()
}

#[test]
fn the_words_are_there_in_both_languages() {
    let i = every_kind();
    assert_eq!((i.title(Lang::EN), i.title(Lang::ZH_CN)), ("Check", "检查"));
    assert_eq!(i.show(i.item("lids").unwrap(), &code("0"), Lang::ZH_CN), "正常");
    assert_eq!(i.show(i.item("often").unwrap(), &code("often"), Lang::ZH_CN), "经常");
    assert_eq!((i.version(), i.recall(), i.reference().pack), ("3", Some("-P1D"), None));
    assert_eq!(ids(&i.above("often")), ["g"]);
    assert!(i.above("nobody").is_empty());
}

#[test]
fn people_type_keys_codes_labels_and_full_width_digits() {
    let i = every_kind();
    let shown_twice =
        ReadError::ShownTwice { date: "2025-11-02".parse().unwrap(), time: "01:43".parse().unwrap() };
    let new_york: Zone = "America/New_York".parse().unwrap();
    let wanted: chrono::NaiveDateTime = "2026-03-08T02:30:00".parse().unwrap();
    let Shown::Never { gap, .. } = new_york.shown(wanted.date(), wanted.time()) else { panic!("left out") };
    let skipped = ReadError::Skipped { wanted, gap };
    for (link_id, text, expect) in [
        ("lids", "0", Ok("Normal")),
        ("lids", "１", Ok("Drooping")),
        ("lids", " 正常 ", Ok("Normal")),
        ("lids", "drooping", Ok("Drooping")),
        ("lids", "2", Err(AnswerRefusal::NotAnOption)),
        ("lids", "", Err(AnswerRefusal::Missing)),
        ("often", "2", Ok("Often")),
        ("often", "ＯＦＴＥＮ", Ok("Often")),
        ("often", "从不", Ok("Never")),
        ("fever", "是", Ok("yes")),
        ("fever", "No", Ok("no")),
        ("fever", "1", Ok("yes")),
        ("fever", "2", Err(AnswerRefusal::NotYesOrNo)),
        ("worst", "１０", Ok("10")),
        ("worst", "11", Err(AnswerRefusal::OutOfRange)),
        ("worst", "6.5", Err(AnswerRefusal::NotWhole)),
        ("temp", "３８．５", Ok("38.5 °C")),
        ("temp", "38.5℃", Ok("38.5 °C")),
        ("temp", "38.5 度", Ok("38.5 °C")),
        ("temp", "38.55", Err(AnswerRefusal::TooManyPlaces)),
        ("temp", "385", Err(AnswerRefusal::OutOfRange)),
        ("temp", "38.5 mg", Err(AnswerRefusal::Unit)),
        ("dose", "0.5 克", Ok("0.5 g")),
        ("dose", "500", Err(AnswerRefusal::Unit)),
        ("weight", "71.25", Ok("71.25")),
        ("weight", "71,25", Ok("71.25")),
        ("weight", "71,250", Err(AnswerRefusal::Read(ReadError::Thousands))),
        ("dose", "½ 克", Ok("0.5 g")),
        ("dose", "５００ｍｇ", Ok("500 mg")),
        ("dose", "9 µg", Err(AnswerRefusal::Read(ReadError::MicroSign))),
        ("worst", "三", Ok("3")),
        ("day", "2026年3月9日", Ok("2026-03-09")),
        ("day", "今天", Ok("2026-03-29")),
        ("day", "3月1号", Ok("2026-03-01")),
        ("day", "1 Mar 2026", Ok("2026-03-01")),
        ("day", "29/03/2026", Err(AnswerRefusal::Read(ReadError::YearFirst))),
        (
            "day",
            "2026-02-30",
            Err(AnswerRefusal::Read(ReadError::NoSuchDay { year: 2026, month: 2, day: 30 })),
        ),
        ("day", "2569-03-01", Err(AnswerRefusal::Read(ReadError::BuddhistYear { year: 2569 }))),
        ("day", "someday", Err(AnswerRefusal::NotADate)),
        ("hour", "７：30", Ok("07:30")),
        ("hour", "下午三点半", Ok("15:30")),
        ("hour", "25:00", Err(AnswerRefusal::Read(ReadError::NoSuchTime { hour: 25, minute: 0 }))),
        ("hour", "late", Err(AnswerRefusal::NotATime)),
        ("when", "2026-03-29 07:30", Ok("2026-03-29 07:30")),
        ("when", "yesterday 19:05", Ok("2026-03-28 19:05")),
        ("when", "昨天 21:15", Ok("2026-03-28 21:15")),
        ("when", "2025-11-01 01:43 first", Err(AnswerRefusal::Read(ReadError::ShownOnce))),
        ("when", "2025-11-02 01:43 second", Ok("2025-11-02 01:43")),
        ("when", "2025-11-02 01:43", Err(AnswerRefusal::Read(shown_twice))),
        ("when", "2026-03-08 02:30", Err(AnswerRefusal::Read(skipped))),
        (
            "when",
            "2026-03-29",
            Err(AnswerRefusal::Read(ReadError::NoTime { date: "2026-03-29".parse().unwrap() })),
        ),
        ("when", "soon", Err(AnswerRefusal::NotADateTime)),
        ("why", "𠀀𠀁𠀂𠀃𠀄", Ok("𠀀𠀁𠀂𠀃𠀄")),
        ("why", "123456", Err(AnswerRefusal::TooLong)),
        ("said", "  e\u{301} 咳嗽　", Ok("e\u{301} 咳嗽")),
        ("said", "a\u{0}b", Err(AnswerRefusal::ControlCharacters)),
        ("total", "3", Err(AnswerRefusal::NotAsked)),
        ("thanks", "3", Err(AnswerRefusal::NotAsked)),
    ] {
        let expect = expect.map(str::to_owned);
        assert_eq!(typed(&i, link_id, text), expect, "{link_id}: {text:?}");
    }
}

#[test]
fn what_could_mean_two_options_is_refused() {
    let json = r#"{"resourceType": "Questionnaire", "version": "1", "item": [{"linkId": "a", "type": "choice",
      "text": "A", "answerOption": [{"valueCoding": {"code": "2", "display": "Two"}},
      {"valueCoding": {"code": "x", "display": "two"}}]}]}"#;
    let i = Instrument::parse(json.as_bytes(), options(None)).unwrap();
    for (text, expect) in
        [("1", Ok("Two")), ("2", Err(AnswerRefusal::Ambiguous)), ("two", Err(AnswerRefusal::Ambiguous))]
    {
        assert_eq!(typed(&i, "a", text), expect.map(str::to_owned), "{text}");
    }
}

#[test]
fn refusals_name_the_item_the_range_and_what_to_do_in_both_languages() {
    let i = every_kind();
    let message = |link_id: &str, text: &str, lang| {
        let item = i.item(link_id).unwrap();
        i.parse_answer(item, text, Zone::UTC, UtcMillis(0)).unwrap_err().message(lang)
    };
    assert_eq!(
        message("temp", "50", Lang::EN),
        "\"Temperature\": this is outside the possible range. Please enter a number in °C, from 33.1 °C to 43 °C, \
         with at most 1 digit(s) after the point, such as 38.5."
    );
    assert_eq!(
        message("day", "2026-02-30", Lang::EN),
        "\"Day\": There is no 30 February 2026: February has 28 days. Write for example 2026-02-28."
    );
    assert_eq!(
        message("day", "2026-02-30", Lang::ZH_CN),
        "“Day”：没有2026年2月30日：那个月有28天。请写例如 2026-02-28。"
    );
    assert_eq!(message("worst", "99", Lang::ZH_CN), "“Worst”：超出了可填写的范围。请输入整数，范围为0至10。");
    assert_eq!(
        message("lids", "7", Lang::ZH_CN),
        "“Lids”：这不是可选的答案。请选择一项：0（正常）、1（Drooping）。"
    );
    assert_eq!(
        message("signs", "7", Lang::EN),
        "\"Signs\": this is none of the options. Please choose one or more of: 1 (Cough), 2 (None)."
    );
    let stranger =
        i.finish(&[answer("nobody", Value::Boolean(true)), answer("lids", code("0"))]).unwrap_err();
    assert_eq!(stranger[0].message(Lang::EN), "\"nobody\": this questionnaire has no such question.");
}

#[test]
fn questions_come_and_go_with_the_answers_they_depend_on() {
    let i = every_kind();
    let has = |answers: &[Answer], id: &str| ids(&i.shown(answers)).contains(&id.to_owned());
    let worst = |n| answer("worst", Value::Integer(n));
    assert!(!has(&[], "often") && has(&[answer("lids", code("1"))], "often"));
    assert!(!has(&[worst(6)], "why") && has(&[worst(7)], "why"));
    // An unanswered question has no answer that equals 3.
    assert!(has(&[], "thanks") && has(&[worst(4)], "thanks") && !has(&[worst(3)], "thanks"));
    // `often` is switched off, so what was answered to it no longer switches `why` on.
    let stale = [answer("lids", code("0")), answer("often", code("Often"))];
    assert!(!has(&stale, "why"));
    assert_eq!(i.finish(&stale), Ok(vec![answer("lids", code("0"))]));
    assert!(!ids(&i.enabled(&[])).contains(&"total".to_owned()));
}

#[test]
fn the_longest_chain_of_conditions_is_decided() {
    let link = |n: u32| {
        let when = format!(r#"{{"question": "{}", "operator": "exists", "answerBoolean": true}}"#, n + 1);
        format!(r#"{{"linkId": "{n}", "type": "boolean", "text": "A", "enableWhen": [{when}]}}"#)
    };
    let last = r#"{"linkId": "1998", "type": "boolean", "text": "A"}"#.to_owned();
    let items: Vec<_> = (0..1_998).map(link).chain([last]).collect();
    let json =
        format!(r#"{{"resourceType": "Questionnaire", "version": "1", "item": [{}]}}"#, items.join(","));
    let i = Instrument::parse(json.as_bytes(), options(None)).unwrap();
    assert_eq!(ids(&i.enabled(&[])), ["1998"]);
    let all: Vec<_> = (0..1_999).map(|n| answer(&n.to_string(), Value::Boolean(true))).collect();
    assert_eq!(i.finish(&all).unwrap().len(), all.len());
}

#[test]
fn finishing_takes_the_instruments_order_and_the_options_spelling() {
    let i = every_kind();
    let given =
        [answer("often", code("OFTEN")), answer("lids", code("1")), answer("worst", Value::Integer(3))];
    let often = Value::Coding { system: Some("urn:x".to_owned()), code: "Often".to_owned() };
    let finished =
        vec![answer("lids", code("1")), answer("often", often), answer("worst", Value::Integer(3))];
    assert_eq!(i.finish(&given), Ok(finished));
}

#[test]
fn finishing_refuses_what_is_missing_wrong_or_too_much() {
    let i = every_kind();
    let check = |answers: &[Answer], expect: &[(&str, AnswerRefusal)]| {
        let found = i.finish(answers).unwrap_err();
        let found: Vec<_> = found.iter().map(|e| (e.link_id.as_str(), e.reason)).collect();
        assert_eq!(found, expect);
    };
    let lids = || answer("lids", code("0"));
    check(&[], &[("lids", AnswerRefusal::Missing)]);
    check(&[lids(), answer("lids", code("1"))], &[("lids", AnswerRefusal::AnsweredTwice)]);
    check(&[lids(), answer("total", Value::Integer(1))], &[("total", AnswerRefusal::NotAsked)]);
    check(&[lids(), answer("fever", Value::Integer(1))], &[("fever", AnswerRefusal::WrongType)]);
    let signs = |codes: &[&str]| {
        let values = codes.iter().map(|c| code(c)).collect();
        Answer { link_id: "signs".to_owned(), values }
    };
    check(&[lids(), signs(&["cough", "none"])], &[("signs", AnswerRefusal::Exclusive)]);
    check(&[lids(), signs(&["cough", "Cough"])], &[("signs", AnswerRefusal::SameTwice)]);
    assert!(i.finish(&[lids(), signs(&["none"])]).is_ok());
}

#[test]
fn a_required_group_needs_one_answer() {
    let json = r#"{"resourceType": "Questionnaire", "version": "1", "item": [{"linkId": "g", "type": "group",
      "text": "Group", "required": true, "item": [{"linkId": "a", "type": "boolean", "text": "A"}]}]}"#;
    let i = Instrument::parse(json.as_bytes(), options(None)).unwrap();
    assert_eq!(i.finish(&[]).unwrap_err()[0].message(Lang::EN), "\"Group\": this has not been answered.");
    assert!(i.finish(&[answer("a", Value::Boolean(false))]).is_ok());
}

#[test]
fn the_total_is_exact_and_null_unless_every_item_counts() {
    let i = every_kind();
    let score = |answers: &[Answer]| {
        let s = i.score(answers);
        (s.total.map(|t| t.to_string()), s.answered, s.of)
    };
    assert_eq!(
        score(&[answer("lids", code("1")), answer("often", code("Often"))]),
        (Some("3.5".to_owned()), 2, 2)
    );
    assert_eq!(score(&[answer("lids", code("1"))]), (None, 1, 2));
    assert_eq!(score(&[answer("lids", code("0")), answer("often", code("Often"))]), (None, 1, 2));
    let twice = [answer("lids", code("1")), answer("lids", code("1")), answer("often", code("Often"))];
    assert_eq!(score(&twice), (None, 1, 2), "what came twice counts as none");
    let of_another_type = [answer("lids", Value::Integer(1)), answer("often", code("Often"))];
    assert_eq!(score(&of_another_type), (None, 0, 2), "and nothing that depends on it was asked");
    let s = i.score(&[]);
    assert_eq!((s.min, s.max), (Some(Decimal::from(0)), Some(Decimal::new(35, 1))));
}

#[test]
fn a_score_rule_that_does_not_fit_is_refused() {
    let check = |rule: &str, expect: &str| {
        let errors = Instrument::parse(EVERY_KIND.as_bytes(), options(Some(rule))).unwrap_err();
        let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("; "), expect);
    };
    check("method = 'sum'\nitems = ['nobody']", "score rule: item \"nobody\" is not an item");
    check("method = 'sum'\nitems = ['total']", "score rule: item \"total\" is never asked");
    check("method = 'sum'\nitems = ['lids', 'lids']", "score rule: item \"lids\" comes twice");
    check(
        "method = 'sum'\nitems = ['lids', 'worst']\nrange = [0, 24]",
        "score rule: range is 0 to 24, but the items add up to 0 to 11",
    );
    check(
        "method = 'sum'\nitems = ['lids']\nweights = {9 = 1}",
        "score rule: weights: no option has the code \"9\"",
    );
    let weighted = options(Some("method = 'sum'\nitems = ['lids']\nweights = {1 = 4}\nrange = [0, 4]"));
    assert!(Instrument::parse(EVERY_KIND.as_bytes(), weighted).is_ok());
    assert!(toml::from_str::<ScoreRule>("method = 'sum'\nrnage = [0, 4]").is_err());
}

#[test]
fn without_named_items_all_ordinals_and_whole_numbers_count_but_no_read_only_total() {
    let i = Instrument::parse(EVERY_KIND.as_bytes(), options(Some("method = 'sum'"))).unwrap();
    assert_eq!(i.scored_items(), ["lids", "often", "worst"]);
}

#[test]
fn a_content_pack_replaces_words_and_nothing_else() {
    let pack = ContentPack::parse(
        r#"{"id": "licensed", "version": "2", "licence": "by permission of its owner", "instruments": {"check": {
          "title": {"zh-CN": "官方检查"}, "items": {"lids": {"text": {"en": "Eyelid droop"},
          "options": {"1": {"zh-CN": "下垂"}}}}}}}"#
            .as_bytes(),
    )
    .unwrap();
    let i = Instrument::parse(EVERY_KIND.as_bytes(), ParseOptions { pack: Some(&pack), ..options(None) })
        .unwrap();
    let lids = i.item("lids").unwrap();
    assert_eq!((i.title(Lang::EN), i.title(Lang::ZH_CN)), ("Check", "官方检查"));
    assert_eq!((lids.text.get(Lang::EN), lids.options[1].text.get(Lang::ZH_CN)), ("Eyelid droop", "下垂"));
    assert_eq!(lids.options[1].code, "1");
    assert_eq!(i.reference().pack.map(|p| p.version), Some("2".to_owned()));
}

#[test]
fn a_content_pack_that_names_what_is_not_there_is_refused() {
    let pack = |json: &str| ContentPack::parse(json.as_bytes());
    let wrong = pack(
        r#"{"id": "p", "version": "1", "licence": "", "instruments": {"check": {"items": {
          "lid": {"text": {"en": "x"}}, "lids": {"options": {"7": {"en": "x"}}}}}}}"#,
    )
    .unwrap();
    let errors =
        Instrument::parse(EVERY_KIND.as_bytes(), ParseOptions { pack: Some(&wrong), ..options(None) })
            .unwrap_err();
    let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "content pack p 1, instrument check, item \"lid\": the instrument has no such item",
            "content pack p 1, instrument check, item \"lids\": it has no option with the code \"7\"",
        ]
    );
    let error =
        pack(r#"{"id": "p", "version": "1", "licence": "", "instruments": {}, "codes": {}}"#).unwrap_err();
    assert!(error.to_string().starts_with("not a content pack: unknown field `codes`"), "{error}");
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["0", "1", "Never", "never", "Often", "cough", "none", "x"]).prop_map(code),
        (-3i64..15).prop_map(Value::Integer),
        (-50i64..500, 0u8..3).prop_map(|(m, s)| Value::Decimal(Decimal::new(m, s))),
        any::<bool>().prop_map(Value::Boolean),
        (300i64..450, prop::sample::select(vec!["Cel", "mg", "g"])).prop_map(|(m, unit)| {
            Value::Quantity(crate::measure::Quantity {
                value: Decimal::new(m, 1),
                unit: unit.parse().unwrap(),
            })
        }),
        "\\PC{0,6}".prop_map(Value::Text),
    ]
}

fn any_answers() -> impl Strategy<Value = Vec<Answer>> {
    let link_ids = [
        "lids", "often", "signs", "worst", "why", "temp", "fever", "weight", "dose", "said", "total",
        "thanks",
    ];
    let each = link_ids.map(|id| {
        prop::option::of(prop::collection::vec(any_value(), 0..3))
            .prop_map(move |values| values.map(|values| Answer { link_id: id.to_owned(), values }))
    });
    each.into_iter().collect::<Vec<_>>().prop_map(|answers| answers.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn what_check_accepts_finish_accepts(answers in any_answers()) {
        let i = every_kind();
        let mut good: Vec<Answer> = answers
            .into_iter()
            .filter(|a| i.check(i.item(&a.link_id).unwrap(), &a.values).is_ok())
            .collect();
        if !good.iter().any(|a| a.link_id == "lids") {
            good.push(answer("lids", code("0")));
        }
        let finished = i.finish(&good);
        prop_assert!(finished.is_ok(), "{:?}", finished);
        let finished = finished.unwrap();
        let enabled = ids(&i.enabled(&good));
        prop_assert!(finished.iter().all(|a| enabled.contains(&a.link_id)));
        // Finishing again changes nothing, and what was dropped does not come back.
        prop_assert_eq!(i.finish(&finished), Ok(finished.clone()));
        prop_assert_eq!(ids(&i.enabled(&finished)), enabled);
    }

    #[test]
    fn no_text_and_no_answer_makes_it_panic(text in any::<String>(), answers in any_answers(), at in any::<i64>()) {
        let i = every_kind();
        for item in item::walk(i.items()) {
            for zone in ["Asia/Shanghai", "Australia/Lord_Howe", "UTC"] {
                if let Ok(value) = i.parse_answer(item, &text, zone.parse().unwrap(), UtcMillis(at)) {
                    prop_assert!(i.check(item, std::slice::from_ref(&value)).is_ok());
                    prop_assert!([Lang::ZH_CN, Lang::EN].iter().all(|lang| !i.show(item, &value, *lang).is_empty()));
                }
            }
        }
        let errors = i.finish(&answers).err().unwrap_or_default();
        for error in &errors {
            for (lang, before, after) in [(Lang::EN, "\"", "\": "), (Lang::ZH_CN, "“", "”：")] {
                let name = Some(error.item.get(lang)).filter(|text| !text.is_empty()).unwrap_or(&error.link_id);
                let said = error.message(lang);
                let what = said.strip_prefix(&format!("{before}{name}{after}"));
                prop_assert!(what.is_some_and(|what| what.chars().count() > 5), "{}", said);
            }
        }
        prop_assert!(i.score(&answers).answered <= i.score(&answers).of);
    }

    #[test]
    fn what_looks_like_a_date_or_number_is_read_or_refused(text in "[0-9０-９./:年月日 T今天度℃+-]{0,16}") {
        let i = every_kind();
        for link_id in ["worst", "temp", "dose", "day", "hour", "when", "lids"] {
            let item = i.item(link_id).unwrap();
            if let Ok(value) = i.parse_answer(item, &text, "America/New_York".parse().unwrap(), UtcMillis(0)) {
                // What is shown can be typed again and means the same.
                let shown = i.show(item, &value, Lang::ZH_CN);
                let again = i.parse_answer(item, &shown, "America/New_York".parse().unwrap(), UtcMillis(0));
                prop_assert_eq!(again, Ok(value));
            }
        }
    }
}
