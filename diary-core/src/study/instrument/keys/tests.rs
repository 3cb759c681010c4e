//! Keys shown beside options and the codes that they select: by questionnaire, typed text and expected code.

use super::super::tests::options as parse_options;
use super::super::{AnswerRefusal, Instrument};
use crate::entry::Value;
use crate::text::Lang;
use crate::time::{UtcMillis, Zone};

const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const PREFIX: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix";

/// An option: code, English and Chinese words, ordinal, prefix; empty if it has none.
type Row<'t> = (&'t str, &'t str, &'t str, &'t str, &'t str);

fn option((code, en, zh, ordinal, prefix): &Row<'_>) -> String {
    let mut extensions = Vec::new();
    if !ordinal.is_empty() {
        extensions.push(format!(r#"{{"url": "{ORDINAL}", "valueDecimal": {ordinal}}}"#));
    }
    if !prefix.is_empty() {
        extensions.push(format!(r#"{{"url": "{PREFIX}", "valueString": "{prefix}"}}"#));
    }
    let translated = if zh.is_empty() {
        String::new()
    } else {
        format!(
            r#", "_display": {{"extension": [{{"url": "http://hl7.org/fhir/StructureDefinition/translation",
               "extension": [{{"url": "lang", "valueCode": "zh-CN"}}, {{"url": "content", "valueString": "{zh}"}}]}}]}}"#
        )
    };
    format!(
        r#"{{"valueCoding": {{"code": "{code}", "display": "{en}"{translated}}}, "extension": [{}]}}"#,
        extensions.join(",")
    )
}

fn choice(link_id: &str, rows: &[Row<'_>]) -> String {
    let options: Vec<_> = rows.iter().map(option).collect();
    format!(
        r#"{{"linkId": "{link_id}", "type": "choice", "text": "{link_id}", "answerOption": [{}]}}"#,
        options.join(",")
    )
}

fn boolean(link_id: &str) -> String {
    format!(r#"{{"linkId": "{link_id}", "type": "boolean", "text": "{link_id}"}}"#)
}

fn instrument(items: &[String]) -> Instrument {
    let json = format!(
        r#"{{"resourceType": "Questionnaire", "version": "1", "language": "en", "item": [{}]}}"#,
        items.join(",")
    );
    Instrument::parse(json.as_bytes(), parse_options(None)).unwrap()
}

/// The lines that a screen shows for an item: key and words.
fn lines(instrument: &Instrument, link_id: &str, lang: Lang) -> Vec<String> {
    let item = instrument.item(link_id).unwrap();
    item.keyed_answers()
        .iter()
        .map(|a| format!("{} {}", a.key, a.label.get(lang)).trim_end().to_owned())
        .collect()
}

fn code(value: &Value) -> String {
    match value {
        Value::Coding { code, .. } => code.clone(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Text(text) => format!("text {text}"),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Decimal(_) | Value::Quantity(_) | Value::DateTime { .. } => String::new(),
    }
}

/// Code for typed `text` with the keys in view and, second, without.
fn typed(instrument: &Instrument, link_id: &str, text: &str) -> [Result<String, AnswerRefusal>; 2] {
    let item = instrument.item(link_id).unwrap();
    let seen = instrument.parse_seen(item, text, Zone::UTC, UtcMillis(0));
    let unseen = instrument.parse_answer(item, text, Zone::UTC, UtcMillis(0));
    [seen, unseen].map(|read| read.map(|value| code(&value)).map_err(|error| error.reason))
}

/// Questionnaires as hospitals write them, one question each.
fn questionnaires() -> Vec<(&'static str, Instrument)> {
    let one = |rows: &[Row<'_>]| instrument(&[choice("a", rows)]);
    vec![
        (
            "ordinals",
            one(&[
                ("n", "None", "无", "0", ""),
                ("m", "Mild", "轻", "1", ""),
                ("s", "Severe", "重", "2", ""),
            ]),
        ),
        // The code 1 counts 0.
        (
            "shifted",
            one(&[("1", "None", "", "0", ""), ("2", "Mild", "", "1", ""), ("3", "Severe", "", "2", "")]),
        ),
        (
            "numbers in words",
            one(&[("n", "0 - not at all", "0 - 完全没有", "", ""), ("s", "1 = some", "1 = 有一点", "", "")]),
        ),
        (
            "worst first",
            one(&[
                ("1", "5 = worst", "", "", ""),
                ("2", "4 = bad", "", "", ""),
                ("5", "1 = best", "", "", ""),
            ]),
        ),
        ("brackets", one(&[("x", "（1）轻度", "", "", ""), ("y", "（2）中度", "", "", "")])),
        (
            "points",
            one(&[
                ("x", "0分 无", "", "1", ""),
                ("y", "1分 轻度", "", "2", ""),
                ("z", "2分：重度", "", "3", ""),
            ]),
        ),
        (
            "letters",
            one(&[
                ("x", "A. never", "", "", ""),
                ("y", "C. often", "", "", ""),
                ("z", "D. always", "", "", ""),
            ]),
        ),
        (
            "commands",
            one(&[
                ("x", "A. never", "", "", ""),
                ("y", "B. seldom", "", "", ""),
                ("z", "C. often", "", "", ""),
            ]),
        ),
        (
            "circled",
            one(&[("x", "① 无", "", "", ""), ("y", "② 有时", "", "", ""), ("z", "③ 经常", "", "", "")]),
        ),
        (
            "roman",
            one(&[
                ("x", "I. ocular", "", "", ""),
                ("y", "II. mild", "", "", ""),
                ("z", "III. moderate", "", "", ""),
            ]),
        ),
        ("prefixes", one(&[("x", "fever", "", "7", "0"), ("y", "cough", "", "8", "1")])),
        (
            "ranges",
            one(&[
                ("x", "0 times", "", "", ""),
                ("y", "1 time", "", "", ""),
                ("z", "2-3 times", "", "", ""),
                ("w", "4 or more", "", "", ""),
            ]),
        ),
        // 1, 2, 3 by their place would gainsay the numbers in the words.
        (
            "meant",
            one(&[
                ("x", "less than 1", "", "", ""),
                ("y", "1 to 3", "", "", ""),
                ("z", "more than 3", "", "", ""),
            ]),
        ),
        ("codes", one(&[("0", "none", "", "", ""), ("1", "mild", "", "", ""), ("9", "unknown", "", "", "")])),
        ("places", one(&[("x", "arm", "", "", ""), ("y", "leg", "", "", "")])),
        (
            "unknown last",
            one(&[
                ("n", "None", "", "0", ""),
                ("m", "Mild", "", "1", ""),
                ("u", "I do not know", "", "", ""),
            ]),
        ),
        ("yes first", one(&[("Y", "Yes", "是", "", ""), ("N", "No", "否", "", "")])),
        ("yes counts nought", one(&[("Y", "Yes", "是", "0", ""), ("N", "No", "否", "1", "")])),
        ("numbers of yes", one(&[("Y", "1. Yes", "", "", ""), ("N", "2. No", "", "", "")])),
        ("boolean", instrument(&[boolean("a")])),
        ("one option", one(&[("only", "I agree", "", "", "")])),
        ("only numbers", one(&[("a", "0", "", "", ""), ("b", "5", "", "", ""), ("c", "10", "", "", "")])),
        ("days", one(&[("x", "1 day", "", "", ""), ("y", "2 days", "", "", ""), ("z", "more", "", "", "")])),
        ("halves", one(&[("x", "0.5 mg", "", "", ""), ("y", "1 mg", "", "", ""), ("z", "2 mg", "", "", "")])),
        ("times", one(&[("x", "08:00", "", "", ""), ("y", "20:00", "", "", "")])),
        ("years", one(&[("x", "2024", "", "", ""), ("y", "2025", "", "", "")])),
    ]
}

#[test]
fn what_is_typed_is_what_stands_beside_the_option() {
    const AMBIGUOUS: Result<&str, AnswerRefusal> = Err(AnswerRefusal::Ambiguous);
    const NONE: Result<&str, AnswerRefusal> = Err(AnswerRefusal::NotAnOption);
    let questionnaires = questionnaires();
    // With the keys in view, and without.
    for (name, text, seen, unseen) in [
        ("ordinals", "0", Ok("n"), Ok("n")),
        ("ordinals", "２", Ok("s"), Ok("s")),
        ("ordinals", "3", NONE, NONE),
        ("ordinals", "轻", Ok("m"), Ok("m")),
        ("ordinals", "mild", Ok("m"), Ok("m")),
        ("ordinals", "m", Ok("m"), Ok("m")),
        ("shifted", "0", Ok("1"), Ok("1")),
        ("shifted", "1", Ok("2"), AMBIGUOUS),
        ("shifted", "2", Ok("3"), AMBIGUOUS),
        ("shifted", "3", Ok("3"), Ok("3")),
        ("shifted", "code:1", Ok("1"), Ok("1")),
        ("shifted", "code:0", NONE, NONE),
        ("shifted", "none", Ok("1"), Ok("1")),
        ("numbers in words", "0", Ok("n"), Ok("n")),
        ("numbers in words", "not at all", Ok("n"), Ok("n")),
        ("numbers in words", "1 = some", Ok("s"), Ok("s")),
        ("numbers in words", "有一点", Ok("s"), Ok("s")),
        ("numbers in words", "2", NONE, NONE),
        ("worst first", "5", Ok("1"), AMBIGUOUS),
        ("worst first", "1", Ok("5"), AMBIGUOUS),
        ("worst first", "4", Ok("2"), Ok("2")),
        ("worst first", "2", Ok("2"), Ok("2")),
        ("worst first", "worst", Ok("1"), Ok("1")),
        ("brackets", "1", Ok("x"), Ok("x")),
        ("brackets", "中度", Ok("y"), Ok("y")),
        ("brackets", "0", NONE, NONE),
        ("points", "0", Ok("x"), Ok("x")),
        ("points", "1", Ok("y"), AMBIGUOUS),
        ("points", "重度", Ok("z"), Ok("z")),
        ("points", "3", NONE, NONE),
        ("letters", "a", Ok("x"), Ok("x")),
        ("letters", "Ｃ", Ok("y"), Ok("y")),
        ("letters", "1", NONE, NONE),
        ("commands", "1", Ok("x"), Ok("x")),
        ("commands", "2", Ok("y"), Ok("y")),
        ("commands", "b", Ok("y"), Ok("y")),
        ("commands", "seldom", Ok("y"), Ok("y")),
        ("circled", "2", Ok("y"), Ok("y")),
        ("circled", "②", Ok("y"), Ok("y")),
        ("circled", "经常", Ok("z"), Ok("z")),
        ("roman", "2", Ok("y"), Ok("y")),
        ("roman", "iii", Ok("z"), Ok("z")),
        ("roman", "Ⅲ", Ok("z"), Ok("z")),
        ("prefixes", "0", Ok("x"), Ok("x")),
        ("prefixes", "1", Ok("y"), Ok("y")),
        ("prefixes", "7", NONE, NONE),
        ("ranges", "1", Ok("y"), Ok("y")),
        ("ranges", "2", Ok("z"), Ok("z")),
        ("ranges", "3", Ok("z"), Ok("z")),
        ("ranges", "4", Ok("w"), Ok("w")),
        ("ranges", "5", NONE, NONE),
        ("meant", "1", AMBIGUOUS, AMBIGUOUS),
        ("meant", "2", NONE, NONE),
        ("meant", "c", Ok("y"), Ok("y")),
        ("codes", "9", Ok("9"), Ok("9")),
        ("codes", "2", NONE, NONE),
        ("places", "1", Ok("x"), Ok("x")),
        ("places", "x", Ok("x"), Ok("x")),
        ("unknown last", "1", Ok("m"), Ok("m")),
        ("unknown last", "2", Ok("u"), Ok("u")),
        ("yes first", "1", Ok("Y"), Ok("Y")),
        ("yes first", "0", Ok("N"), Ok("N")),
        ("yes first", "2", NONE, NONE),
        ("yes first", "对", Ok("Y"), Ok("Y")),
        ("yes first", "n", Ok("N"), Ok("N")),
        ("yes counts nought", "1", Ok("Y"), AMBIGUOUS),
        ("yes counts nought", "0", Ok("N"), AMBIGUOUS),
        ("yes counts nought", "yes", Ok("Y"), Ok("Y")),
        ("numbers of yes", "1", Ok("Y"), Ok("Y")),
        ("numbers of yes", "2", Ok("N"), Ok("N")),
        ("numbers of yes", "否", Ok("N"), Ok("N")),
        ("boolean", "1", Ok("true"), Ok("true")),
        ("boolean", "０", Ok("false"), Ok("false")),
        ("boolean", "不", Ok("false"), Ok("false")),
        ("boolean", "Y", Ok("true"), Ok("true")),
        ("boolean", "2", Err(AnswerRefusal::NotYesOrNo), Err(AnswerRefusal::NotYesOrNo)),
        ("one option", "1", Ok("only"), Ok("only")),
        ("only numbers", "10", Ok("c"), Ok("c")),
        ("only numbers", "1", NONE, NONE),
        ("days", "2", Ok("y"), Ok("y")),
        ("days", "2 days", Ok("y"), Ok("y")),
        ("days", "3", Ok("z"), Ok("z")),
        ("halves", "0.5", Ok("x"), Ok("x")),
        ("halves", "2", Ok("z"), Ok("z")),
        ("times", "1", Ok("x"), Ok("x")),
        ("times", "20:00", Ok("y"), Ok("y")),
        ("years", "2025", Ok("y"), Ok("y")),
        ("years", "1", Ok("x"), Ok("x")),
    ] {
        let (_, instrument) = questionnaires.iter().find(|(known, _)| *known == name).unwrap();
        let expect = [seen, unseen].map(|expect| expect.map(str::to_owned));
        assert_eq!(typed(instrument, "a", text), expect, "{name}: {text}");
    }
}

#[test]
fn every_key_that_is_shown_can_be_typed() {
    for (name, instrument) in questionnaires() {
        for answer in instrument.item("a").unwrap().keyed_answers() {
            assert_eq!(
                typed(&instrument, "a", &answer.key)[0],
                Ok(code(&answer.value)),
                "{name}: {}",
                answer.key
            );
        }
    }
}

#[test]
fn a_number_stands_on_the_screen_once() {
    let questionnaires = questionnaires();
    for (name, expect) in [
        ("numbers in words", vec!["0 not at all", "1 some"]),
        ("worst first", vec!["5 worst", "4 bad", "1 best"]),
        ("brackets", vec!["1 轻度", "2 中度"]),
        ("points", vec!["0 无", "1 轻度", "2 重度"]),
        ("letters", vec!["a never", "c often", "d always"]),
        ("commands", vec!["1 never", "2 seldom", "3 often"]),
        ("circled", vec!["1 无", "2 有时", "3 经常"]),
        ("roman", vec!["1 ocular", "2 mild", "3 moderate"]),
        ("prefixes", vec!["0 fever", "1 cough"]),
        ("ranges", vec!["0 times", "1 time", "2 2-3 times", "4 or more"]),
        ("meant", vec!["a less than 1", "c 1 to 3", "d more than 3"]),
        ("yes first", vec!["0 No", "1 Yes"]),
        ("yes counts nought", vec!["0 No", "1 Yes"]),
        ("numbers of yes", vec!["1 Yes", "2 No"]),
        ("boolean", vec!["0 No", "1 Yes"]),
        ("only numbers", vec!["0", "5", "10"]),
        ("days", vec!["1 day", "2 days", "3 more"]),
        ("halves", vec!["0.5 mg", "1 mg", "2 mg"]),
        ("times", vec!["1 08:00", "2 20:00"]),
    ] {
        let (_, instrument) = questionnaires.iter().find(|(known, _)| *known == name).unwrap();
        assert_eq!(lines(instrument, "a", Lang::EN), expect, "{name}");
    }
}

#[test]
fn yes_and_no_keep_their_keys_throughout_an_instrument() {
    let yes_no = |link_id: &str, yes: &str, no: &str| {
        choice(link_id, &[("Y", yes, "", "", ""), ("N", no, "", "", ""), ("U", "Not sure", "", "", "")])
    };
    let i = instrument(&[
        boolean("a"),
        yes_no("b", "Yes, new", "No, as usual"),
        choice(
            "c",
            &[
                ("no", "No", "", "", ""),
                ("self", "Yes, I noticed", "", "", ""),
                ("other", "Yes, others did", "", "", ""),
            ],
        ),
    ]);
    assert_eq!(lines(&i, "b", Lang::EN), ["0 No, as usual", "1 Yes, new", "2 Not sure"]);
    assert_eq!(lines(&i, "c", Lang::EN), ["0 No", "1 Yes, I noticed", "2 Yes, others did"]);
    // Numbers in the words of one question hold for all.
    let i = instrument(&[boolean("a"), yes_no("b", "1 = yes", "2 = no"), yes_no("c", "Yes", "No")]);
    assert_eq!(lines(&i, "a", Lang::EN), ["1 Yes", "2 No"]);
    assert_eq!(lines(&i, "a", Lang::ZH_CN), ["1 是", "2 否"]);
    assert_eq!(lines(&i, "c", Lang::EN), ["1 Yes", "2 No", "3 Not sure"]);
    // Where they gainsay each other, only letters mean one thing.
    let i = instrument(&[yes_no("a", "1 = yes", "2 = no"), yes_no("b", "2 = yes", "1 = no"), boolean("c")]);
    assert_eq!(lines(&i, "c", Lang::EN), ["n No", "y Yes"]);
    assert_eq!(lines(&i, "b", Lang::EN), ["1 no", "2 yes", "3 Not sure"]);
    assert!(i.ignored()[0].starts_with("linkId b: the number of yes here is that of no at linkId a"));
}

#[test]
fn the_same_options_keep_keys_and_order_from_question_to_question() {
    let scale = |link_id: &str, ordinals: [&str; 3]| {
        choice(
            link_id,
            &[
                ("n", "Never", "", ordinals[0], ""),
                ("s", "Sometimes", "", ordinals[1], ""),
                ("o", "Often", "", ordinals[2], ""),
            ],
        )
    };
    // The second counts the other way round; the third lists the other way round.
    let i = instrument(&[
        scale("a", ["0", "1", "2"]),
        scale("b", ["2", "1", "0"]),
        choice(
            "c",
            &[("o", "Often", "", "2", ""), ("s", "Sometimes", "", "1", ""), ("n", "Never", "", "0", "")],
        ),
    ]);
    for link_id in ["a", "b", "c"] {
        assert_eq!(lines(&i, link_id, Lang::EN), ["0 Never", "1 Sometimes", "2 Often"], "{link_id}");
        assert_eq!(typed(&i, link_id, "0")[0], Ok("n".to_owned()));
    }
    assert_eq!(typed(&i, "b", "0")[1], Err(AnswerRefusal::Ambiguous));
}

#[test]
fn a_refusal_says_what_to_type() {
    let questionnaires = questionnaires();
    let message = |name: &str, text: &str, lang| {
        let (_, i) = questionnaires.iter().find(|(known, _)| *known == name).unwrap();
        let read = i.parse_answer(i.item("a").unwrap(), text, Zone::UTC, UtcMillis(0));
        read.unwrap_err().message(lang)
    };
    assert_eq!(
        message("shifted", "1", Lang::EN),
        "\"a\": this could mean several options; the words of an option, or code: and its code, mean only that one. \
         Please choose one of: 0 (None), 1 (Mild), 2 (Severe)."
    );
    assert_eq!(
        message("meant", "1", Lang::ZH_CN),
        "“a”：这可能指几个不同的选项；请写出选项的文字，或写“code:”加该选项的代码。\
         请选择一项：a（less than 1）、c（1 to 3）、d（more than 3）。"
    );
    assert_eq!(
        message("boolean", "2", Lang::EN),
        "\"a\": this is neither yes nor no. Please answer 0 (No) or 1 (Yes); yes, no, y, n, 是, 否 work too."
    );
}
