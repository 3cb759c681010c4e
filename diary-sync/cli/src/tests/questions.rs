//! Questionnaires that are not shipped, asked at the terminal: what is announced, skipped, repeated and asked about.

use diary_core::entropy::SeededEntropy;
use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{Instrument, ParseOptions};
use diary_core::text::Lang;
use diary_core::time::{Clock, UtcMillis, Zone};

use crate::Environment;
use crate::failure::Failure;
use crate::questions::{Answers, Questions, Round};
use crate::screen::Screen;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> UtcMillis {
        UtcMillis(1_774_800_000_000)
    }
}

struct Kept(Vec<Answer>);

impl Answers for Kept {
    fn answers(&self) -> Result<Vec<Answer>, Failure> {
        Ok(self.0.clone())
    }

    fn outlast_leaving(&self) -> bool {
        true
    }

    fn keep(&mut self, _: &mut Screen<'_>, link_id: &str, values: Vec<Value>) -> Result<(), Failure> {
        self.0.retain(|answer| answer.link_id != link_id);
        if !values.is_empty() {
            self.0.push(Answer { link_id: link_id.to_owned(), values });
        }
        Ok(())
    }
}

/// Asks a questionnaire with these items; gives what the screen showed, how it ended, and each answer as it is shown.
fn asked(items: &str, typed: &str, lang: Lang) -> (String, Round, Vec<String>) {
    let json = format!(
        r#"{{"resourceType": "Questionnaire", "version": "1", "language": "en", "item": [{items}]}}"#
    );
    let options = ParseOptions { id: "q".parse().unwrap(), score: None, recall: None, pack: None };
    let instrument = Instrument::parse(json.as_bytes(), options).unwrap();
    let (mut out, mut err, mut typed) = (Vec::new(), Vec::new(), typed.as_bytes());
    let entropy = SeededEntropy::new(1);
    let env = Environment {
        stdin: &mut typed,
        stdout: &mut out,
        stderr: &mut err,
        read_secret: None,
        interactive: true,
        width: 100,
        clock: &Noon,
        monotonic_ms: &|| None,
        zone: Zone::UTC,
        entropy: &entropy,
        lock_rules: diary_core::store::lock::Rules::CURRENT,
        var: &|_| None,
    };
    let mut kept = Kept(Vec::new());
    let mut screen = Screen { env, lang, json: false, instructions: Vec::new() };
    let questions = &mut Questions { screen: &mut screen, instrument: &instrument, kept: &mut kept };
    let round = questions.ask_all().unwrap();
    let shown = kept.0.iter().map(|answer| {
        let item = instrument.item(&answer.link_id).unwrap();
        let values: Vec<String> = answer.values.iter().map(|v| instrument.show(item, v, lang)).collect();
        format!("{}={}", answer.link_id, values.join("+"))
    });
    let shown = shown.collect();
    (String::from_utf8(out).unwrap(), round, shown)
}

fn choice(link_id: &str, more: &str, words: &[&str]) -> String {
    let options: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(n, words)| format!(r#"{{"valueCoding": {{"code": "c{n}", "display": "{words}"}}}}"#))
        .collect();
    format!(
        r#"{{"linkId": "{link_id}", "type": "choice", "text": "{link_id}", {more} "answerOption": [{}]}}"#,
        options.join(",")
    )
}

#[test]
fn skipping_is_offered_where_it_is_possible() {
    let needed = r#"{"linkId": "a", "type": "boolean", "text": "A", "required": true}"#;
    let free = r#"{"linkId": "b", "type": "boolean", "text": "B"}"#;
    let (out, round, answers) = asked(needed, "s\n1\n\n", Lang::EN);
    let announced = out.replace('\n', " ");
    assert!(announced.contains("b back, q leave (your answers are kept), ? help."), "{out}");
    assert!(!announced.contains("s skip"), "{out}");
    assert!(out.contains("This question is needed and cannot be skipped."));
    assert_eq!((round, answers), (Round::Finished, vec!["a=yes".to_owned()]));
    let (out, ..) = asked(free, "s\n\n", Lang::EN);
    let announced = out.replace('\n', " ");
    assert!(
        announced.contains("b back, s skip, q leave") && !out.contains("s skips this question."),
        "{out}"
    );
    let (out, _, answers) = asked(&format!("{needed}, {free}"), "否\ns\n\n", Lang::ZH_CN);
    assert!(out.replace('\n', "").contains("s 跳过（题下有说明的才可以）"), "{out}");
    assert_eq!(out.matches("s 跳过这一题。").count(), 1);
    assert_eq!(answers, ["a=否"]);
}

#[test]
fn a_letter_of_an_option_that_is_a_command_is_asked_about() {
    let letters = format!(
        "{}, {}",
        choice("a", "", &["A. never", "B. seldom", "C. often"]),
        choice("b", "", &["Arm", "Back"])
    );
    let (out, _, answers) = asked(&letters, "b\n2\nback\nback\n3\n\n2\n\n", Lang::EN);
    assert!(out.contains("    1  never\n    2  seldom\n    3  often\n"), "{out}");
    assert!(
        out.contains("b could mean \"seldom\" or a command. Type 2 for the answer, or b once more for the")
    );
    assert!(out.contains("back could mean \"Back\" or a command."));
    // The second "back" went back, where 3 changed the answer.
    assert_eq!(answers, ["a=C. often", "b=Back"], "{out}");
    let (_, _, answers) = asked(&choice("a", "", &["A. never", "B. seldom"]), "\\b\n\n", Lang::EN);
    assert_eq!(answers, ["a=B. seldom"]);
}

#[test]
fn open_choices_take_options_lists_and_words() {
    let items = |more: &str| choice("a", more, &["fever", "cough"]).replace("\"choice\"", "\"open-choice\"");
    let (out, _, answers) = asked(&items(""), "my back hurts\n\n", Lang::EN);
    assert!(out.contains("Or write your own answer in words."));
    assert_eq!(answers, ["a=other: \"my back hurts\""]);
    let (_, _, answers) = asked(&items(r#""repeats": true,"#), "1, 2\n\n", Lang::EN);
    assert_eq!(answers, ["a=fever+cough"]);
    let (_, _, answers) = asked(&items(r#""repeats": true,"#), "2, sore throat\n\n", Lang::EN);
    assert_eq!(answers, ["a=cough+other: \"sore throat\""]);
}

#[test]
fn a_group_that_repeats_is_asked_for_until_there_is_no_more() {
    let items = r#"{"linkId": "g", "type": "group", "text": "Falls", "repeats": true, "item": [
        {"linkId": "where", "type": "string", "text": "Where?"}]}"#;
    let (out, round, answers) = asked(items, "kitchen\n1\nstairs\n0\n\n", Lang::EN);
    assert!(out.contains("One more? (Falls)") && out.contains("Where? (2)"), "{out}");
    assert_eq!(round, Round::Finished);
    assert_eq!(answers, ["where=kitchen", "g#2?=yes", "where#2=stairs", "g#3?=no"]);
}
