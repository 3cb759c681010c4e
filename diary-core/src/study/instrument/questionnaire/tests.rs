//! Faults of Questionnaires, with the exact sentence, and ignored elements.

use super::read;

/// Faults of a Questionnaire with these items; empty if it loads.
fn faults(items: &str) -> String {
    let json = format!(r#"{{"resourceType": "Questionnaire", "version": "1", "item": [{items}]}}"#);
    let errors = read(json.as_bytes()).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Faults of a boolean question with `more` elements.
fn faults_of_question(more: &str) -> String {
    faults(&format!(r#"{{"linkId": "a", "type": "boolean", "text": "A", {more}}}"#))
}

fn extension(url: &str, value: &str) -> String {
    format!(r#""extension": [{{"url": "{url}", {value}}}]"#)
}

#[test]
fn what_is_no_questionnaire_is_refused() {
    let check = |json: &str, expect: &str| {
        let errors = read(json.as_bytes()).unwrap_err();
        assert_eq!(errors[0].to_string(), format!("Questionnaire: {expect}"));
    };
    check("[]", "not a FHIR Questionnaire: resourceType is missing");
    check(r#"{"resourceType": "Patient"}"#, "not a FHIR Questionnaire: resourceType is Patient");
    check(r#"{"resourceType": "Questionnaire"}"#, "item is missing");
    check(r#"{"resourceType": "Questionnaire", "item": {}}"#, "item must be a list");
    check(r#"{"resourceType": "Questionnaire", "itme": []}"#, "unknown element \"itme\"");
    check("{", "cannot be read as JSON: EOF while parsing an object at line 1 column 1");
}

#[test]
fn items_that_cannot_be_identified_are_refused() {
    assert_eq!(faults(r#"{"type": "boolean", "text": "A"}"#), "item[0]: linkId is missing");
    assert_eq!(
        faults(
            r#"{"linkId": "a", "type": "boolean"}, {"linkId": "g", "type": "group", "item": [
               {"linkId": "a", "type": "boolean"}]}"#
        ),
        "item[1].item[0] (linkId a): the linkId is already used at item[0] (linkId a)"
    );
    assert_eq!(faults(r#"{"linkId": "a"}"#), "item[0] (linkId a): type is missing");
    assert_eq!(
        faults(r#"{"linkId": "a", "type": "coding"}"#),
        "Questionnaire: written for FHIR R5 (release 5), by its type coding; the diary reads R4: write type choice or \
         open-choice for coding with its answerConstraint, and leave out disabledDisplay, versionAlgorithm[x] and \
         copyrightLabel; item[0] (linkId a): unknown item type \"coding\""
    );
    assert_eq!(
        faults_of_question(r#""enablewhen": []"#),
        "item[0] (linkId a): unknown element \"enablewhen\""
    );
}

#[test]
fn modifier_extensions_are_refused_wherever_they_stand() {
    let modifier = r#""modifierExtension": [{"url": "http://example.org/not", "valueBoolean": true}]"#;
    let expect = "item[0] (linkId a): modifier extension http://example.org/not is not supported";
    assert_eq!(faults_of_question(modifier), expect);
    assert_eq!(faults_of_question(&format!(r#""code": [{{{modifier}}}]"#)), expect);
    assert_eq!(faults_of_question(&format!(r#""_text": {{{modifier}}}"#)), expect);
    let top = format!(r#"{{"resourceType": "Questionnaire", "item": [], {modifier}}}"#);
    let errors = read(top.as_bytes()).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "Questionnaire: modifier extension http://example.org/not is not supported"
    );
}

#[test]
fn extensions_that_change_the_meaning_are_refused_and_others_listed() {
    const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    let when = extension(&format!("{SDC}enableWhenExpression"), r#""valueExpression": {}"#);
    assert_eq!(
        faults_of_question(&when),
        format!(
            "item[0] (linkId a): extension {SDC}enableWhenExpression is not supported: an expression would decide when \
             it is asked"
        )
    );
    let calculated = extension(&format!("{SDC}calculatedExpression"), r#""valueExpression": {}"#);
    let asked = r#"{"linkId": "b", "type": "boolean", "text": "B"}"#;
    let item = format!(r#"{{"linkId": "a", "type": "boolean", "text": "A", {calculated}}}, {asked}"#);
    assert_eq!(faults(&item), "");
    assert_eq!(
        faults_of_question(&format!(r#"{calculated}, "required": true"#)),
        "item[0] (linkId a): a calculated item is not supported: it is required, so it would be needed as an answer; \
         totals come from the study's score rule"
    );
    let json = r#"{"resourceType": "Questionnaire", "version": "1", "language": "dutch", "item": [{"linkId": "a",
      "type": "boolean", "text": "A", "initial": [{"valueBoolean": true}], "_text": {"extension": [
      {"url": "http://example.org/shade", "valueCode": "red"}]}}]}"#;
    assert_eq!(
        read(json.as_bytes()).unwrap().ignored,
        [
            "Questionnaire: language: not a tag such as zh-CN or en; its texts are taken as English",
            "item[0] (linkId a): extension http://example.org/shade",
            "item[0] (linkId a): initial (nothing is answered beforehand)",
        ]
    );
}

#[test]
fn constraints_may_warn_but_not_refuse_answers() {
    let constraint = |severity: &str| {
        let parts = format!(r#""extension": [{{"url": "severity", "valueCode": "{severity}"}}]"#);
        faults_of_question(&extension("http://hl7.org/fhir/StructureDefinition/targetConstraint", &parts))
    };
    assert_eq!(constraint("warning"), "");
    assert_eq!(
        constraint("error"),
        "item[0] (linkId a): targetConstraint is not supported: an expression would decide which answers are accepted"
    );
}

#[test]
fn broken_invariants_are_refused_by_their_key() {
    let option = r#"{"valueCoding": {"code": "x", "display": "X"}}"#;
    for (items, expect) in [
        (r#"{"linkId": "a", "type": "group"}"#.to_owned(), "que-1: a group must have items"),
        (
            format!(
                r##"{{"linkId": "a", "type": "choice", "answerOption": [{option}], "answerValueSet": "#v"}}"##
            ),
            "que-4: a question has answerOption or answerValueSet, not both",
        ),
        (
            r##"{"linkId": "a", "type": "string", "answerValueSet": "#v"}"##.to_owned(),
            "que-5: only a choice has answerValueSet",
        ),
        (
            r#"{"linkId": "a", "type": "display", "text": "A", "required": true}"#.to_owned(),
            "que-6: a display is neither required nor repeats",
        ),
        (
            r#"{"linkId": "a", "type": "choice"}"#.to_owned(),
            "answerOption or answerValueSet of a choice is missing",
        ),
        (
            format!(r#"{{"linkId": "a", "type": "choice", "answerOption": [{option}, {option}]}}"#),
            "the option \"x\" comes twice",
        ),
        (
            r#"{"linkId": "a", "type": "choice", "answerValueSet": "http://loinc.org/vs/LL1"}"#.to_owned(),
            "answerValueSet http://loinc.org/vs/LL1 is not supported: only value sets that the Questionnaire contains \
             can be used without a network",
        ),
        (
            r#"{"linkId": "a", "type": "quantity", "text": "A"}"#.to_owned(),
            "questionnaire-unit or questionnaire-unitOption of a quantity is missing",
        ),
        (
            r#"{"linkId": "a", "type": "group", "repeats": true, "item": [{"linkId": "b", "type": "group",
               "repeats": true, "item": [{"linkId": "c", "type": "boolean"}]}]}"#
                .to_owned(),
            "a group that repeats inside a group that repeats is not supported: its answers would have no place of \
             their own",
        ),
    ] {
        assert_eq!(faults(&items), format!("item[0] (linkId a): {expect}"));
    }
}

#[test]
fn conditions_that_cannot_work_are_refused() {
    let check = |conditions: &str, expect: &str| {
        let asked = r#"{"linkId": "q", "type": "choice", "text": "Q", "answerOption": [
            {"valueCoding": {"code": "Yes", "display": "Yes"}}, {"valueCoding": {"code": "no", "display": "No"}}]},
            {"linkId": "n", "type": "integer", "text": "N"}, {"linkId": "ro", "type": "integer", "readOnly": true}"#;
        let found = faults(&format!(
            r#"{asked}, {{"linkId": "a", "type": "boolean", "text": "A", "enableWhen": [{conditions}]}}"#
        ));
        assert_eq!(
            found,
            if expect.is_empty() { String::new() } else { format!("item[3] (linkId a){expect}") }
        );
    };
    let when = |question: &str, operator: &str, answer: &str| {
        format!(r#"{{"question": "{question}", "operator": "{operator}", {answer}}}"#)
    };
    check(&when("q", "=", r#""answerCoding": {"code": "YES"}"#), "");
    check(&when("n", "<", r#""answerDecimal": 3"#), "");
    check(
        &when("nobody", "=", r#""answerInteger": 3"#),
        ", enableWhen[0]: question \"nobody\" is not an item that the diary could read",
    );
    check(
        &when("ro", "=", r#""answerInteger": 3"#),
        ", enableWhen[0]: question \"ro\" is never asked, so the condition could never change",
    );
    check(
        &when("q", "=", r#""answerString": "yes""#),
        ", enableWhen[0]: question \"q\" has answers of another type",
    );
    check(
        &when("q", "=", r#""answerCoding": {"code": "maybe"}"#),
        ", enableWhen[0]: question \"q\" does not offer the answer it is compared with",
    );
    check(
        &when("q", ">", r#""answerCoding": {"code": "no"}"#),
        ", enableWhen[0]: question \"q\" has answers that are not larger or smaller than others",
    );
    check(
        &when("n", "exists", r#""answerInteger": 3"#),
        ", enableWhen[0]: que-7: exists is compared with a boolean",
    );
    check(
        &when("n", "≥", r#""answerInteger": 3"#),
        ", enableWhen[0]: operator must be exists, =, !=, >, <, >= or <=",
    );
    let two = when("n", "=", r#""answerInteger": 3"#);
    check(&format!("{two}, {two}"), ": que-12: several enableWhen need an enableBehavior");
    check(
        &when("a", "exists", r#""answerBoolean": true"#),
        ": enableWhen goes in a circle: whether it is asked depends on its own answer",
    );
}

#[test]
fn a_condition_inside_its_own_group_goes_in_a_circle() {
    assert_eq!(
        faults(
            r#"{"linkId": "g", "type": "group", "enableWhen": [{"question": "a", "operator": "exists",
               "answerBoolean": true}], "item": [{"linkId": "a", "type": "boolean", "text": "A"}]}"#
        ),
        "item[0].item[0] (linkId a): enableWhen goes in a circle: whether it is asked depends on its own answer"
    );
}

#[test]
fn limits_are_exact_and_of_the_items_type() {
    let limited = |kind: &str, value: &str| {
        let min = extension("http://hl7.org/fhir/StructureDefinition/minValue", value);
        faults(&format!(r#"{{"linkId": "a", "type": "{kind}", "text": "A", {min}}}"#))
    };
    assert_eq!(limited("decimal", r#""valueDecimal": 0.1"#), "");
    assert_eq!(limited("date", r#""valueDate": "2026-01-01""#), "");
    let wrong =
        "item[0] (linkId a): minValue must be a value of the item's type (for a quantity: in its only unit)";
    assert_eq!(limited("integer", r#""valueDecimal": 0.5"#), wrong);
    assert_eq!(limited("date", r#""valueInteger": 3"#), wrong);
    assert_eq!(
        limited("decimal", r#""valueDecimal": 1e3"#),
        "item[0] (linkId a): valueDecimal must be a number with at most 9 digits behind the point and no exponent"
    );
    assert_eq!(
        limited("date", r#""valueDate": "2026-01""#),
        "item[0] (linkId a): valueDate must be a whole date such as 2026-03-29"
    );
}

#[test]
fn a_questionnaire_without_a_version_gets_one_from_its_bytes() {
    let version = |text: &str| {
        let json = format!(
            r#"{{"resourceType": "Questionnaire", "item": [{{"linkId": "a", "type": "boolean", "text": "{text}"}}]}}"#
        );
        read(json.as_bytes()).unwrap().version
    };
    assert!(version("A").starts_with("sha256-"));
    assert_ne!(version("A"), version("B"));
}

#[test]
fn a_deep_or_long_questionnaire_is_refused_and_does_no_harm() {
    let deep = (0..40).fold(r#"{"linkId": "x", "type": "boolean"}"#.to_owned(), |inner, n| {
        format!(r#"{{"linkId": "{n}", "type": "group", "item": [{inner}]}}"#)
    });
    assert!(faults(&deep).contains("nested deeper"));
    let chain: Vec<_> = (0..1_999)
        .map(|n| {
            format!(
                r#"{{"linkId": "{n}", "type": "boolean", "text": "A", "enableWhen": [{{"question": "{}",
                   "operator": "exists", "answerBoolean": true}}]}}"#,
                n + 1
            )
        })
        .chain([r#"{"linkId": "1999", "type": "boolean", "text": "A"}"#.to_owned()])
        .collect();
    assert_eq!(faults(&chain[1..].join(",")), "");
    assert!(
        faults(&format!(r#"{}, {{"linkId": "x", "type": "boolean"}}"#, chain.join(",")))
            .contains("2000 items")
    );
}

/// Ignored elements of a Questionnaire with these items.
fn ignored(items: &str) -> Vec<String> {
    let json = format!(
        r#"{{"resourceType": "Questionnaire", "version": "1", "language": "en", "item": [{items}]}}"#
    );
    read(json.as_bytes()).unwrap().ignored
}

#[test]
fn all_that_is_not_acted_on_is_listed_with_its_item() {
    const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
    let control = |code: &str| {
        format!(
            r#"{{"url": "{CORE}questionnaire-itemControl", "valueCodeableConcept": {{"coding": [{{"code": "{code}"}}]}}}}"#
        )
    };
    let hidden = format!(r#"{{"url": "{CORE}questionnaire-hidden", "valueBoolean": true}}"#);
    let items = format!(
        r#"{{"linkId": "a", "type": "choice", "text": "Tick all", "extension": [{}], "answerOption": [
             {{"valueCoding": {{"code": "x", "display": "fever"}}}}]}},
           {{"linkId": "b", "type": "boolean", "text": "B", "extension": [{hidden}], "initial": [{{"valueBoolean": true}}]}},
           {{"linkId": "c", "type": "decimal", "text": "Total", "readOnly": true, "required": true}},
           {{"linkId": "d", "type": "display", "text": "D", "extension": [{hidden}]}},
           {{"linkId": "e", "type": "integer", "text": "E", "extension": [{}], "code": [{{"code": "1"}}],
             "definition": "http://example.org/d"}}"#,
        control("check-box"),
        control("slider"),
    );
    assert_eq!(
        ignored(&items),
        [
            "item[0] (linkId a): itemControl check-box without repeats: several answers may be ticked",
            "item[1] (linkId b): hidden: never asked",
            "item[1] (linkId b): initial (nothing is answered beforehand)",
            "item[2] (linkId c): read-only: never asked",
            "item[2] (linkId c): required, but never asked",
            "item[3] (linkId d): hidden: never shown",
            "item[4] (linkId e): code (answers are kept under the linkId)",
            "item[4] (linkId e): definition (all is said in the Questionnaire itself)",
            "item[4] (linkId e): itemControl slider",
        ]
    );
    let no_language = r#"{"resourceType": "Questionnaire", "version": "1", "item": [
      {"linkId": "a", "type": "boolean", "text": "A"}]}"#;
    assert_eq!(
        read(no_language.as_bytes()).unwrap().ignored,
        [
            "Questionnaire: no language: its texts are taken as English; \"language\": \"zh-CN\" or \"en\" says what \
          they are"
        ]
    );
}

#[test]
fn an_instrument_without_a_question_is_refused() {
    let expect = "Questionnaire: it has no question that can be answered: all its items are groups, displays, hidden, \
                  read-only or calculated";
    assert_eq!(
        faults(
            r#"{"linkId": "a", "type": "string", "text": "By the clinic", "readOnly": true},
               {"linkId": "b", "type": "display", "text": "Thank you"}"#
        ),
        expect
    );
    assert_eq!(
        faults(
            r#"{"linkId": "g", "type": "group", "readOnly": true, "item": [
               {"linkId": "a", "type": "boolean", "text": "A"}]}"#
        ),
        expect
    );
}

#[test]
fn questionnaires_of_other_releases_are_named_as_such() {
    let first = |items: &str| faults(items).split(';').next().unwrap_or_default().to_owned();
    for (items, expect) in [
        (
            r#"{"linkId": "a", "type": "choice", "option": [{"valueString": "x"}]}"#,
            "STU3 (release 3), by its item.option",
        ),
        (
            r##"{"linkId": "a", "type": "choice", "options": {"reference": "#v"}, "initialInteger": 3}"##,
            "STU3 (release 3), by its item.initialInteger, item.options",
        ),
        (
            r#"{"linkId": "a", "type": "boolean", "text": "A"}, {"linkId": "b", "type": "boolean", "text": "B",
               "enableWhen": [{"question": "a", "hasAnswer": true}]}"#,
            "STU3 (release 3), by its enableWhen.hasAnswer",
        ),
        (
            r#"{"linkId": "a", "type": "boolean", "text": "A"}, {"linkId": "b", "type": "boolean", "text": "B",
               "enableWhen": [{"question": "a", "answerBoolean": true}]}"#,
            "STU3 (release 3), by its enableWhen without an operator",
        ),
        (
            r#"{"linkId": "a", "type": "coding", "answerConstraint": "optionsOnly", "disabledDisplay": "hidden"}"#,
            "R5 (release 5), by its item.answerConstraint, item.disabledDisplay, type coding",
        ),
    ] {
        assert_eq!(first(items), format!("Questionnaire: written for FHIR {expect}"));
    }
    for (version, release) in [("3.0.2", "STU3 (release 3)"), ("5.0.0", "R5 (release 5)"), ("1.0.2", "DSTU2")]
    {
        let json = format!(r#"{{"resourceType": "Questionnaire", "fhirVersion": "{version}", "item": []}}"#);
        let errors = read(json.as_bytes()).unwrap_err();
        assert!(errors[0].to_string().starts_with(&format!(
            "Questionnaire: written for FHIR {release}, by its fhirVersion {version};"
        )));
    }
}
