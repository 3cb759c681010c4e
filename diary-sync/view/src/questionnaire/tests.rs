//! The course through the shipped evening questionnaire and through small ones.

use diary_core::study::instrument::ParseOptions;
use diary_core::study::{Study, shipped};

use super::*;

fn small(items: &str) -> Instrument {
    let json = format!(
        r#"{{"resourceType": "Questionnaire", "version": "1", "language": "en", "item": [{items}]}}"#
    );
    let options = ParseOptions { id: "q".parse().unwrap(), score: None, recall: None, pack: None };
    Instrument::parse(json.as_bytes(), options).unwrap()
}

/// Three yes-or-no questions, of which the second must be answered.
fn three() -> Instrument {
    small(
        r#"{"linkId": "a", "type": "boolean", "text": "A"},
           {"linkId": "b", "type": "boolean", "text": "B", "required": true},
           {"linkId": "c", "type": "boolean", "text": "C"}"#,
    )
}

fn yes(link_id: &str) -> Answer {
    Answer { link_id: link_id.to_owned(), values: vec![Value::Boolean(true)] }
}

/// Id of the question that is asked; none in the review.
fn asked(course: &Course<'_>, answers: &[Answer]) -> Option<String> {
    match course.step(answers) {
        Step::Ask(question) => Some(question.item.link_id.clone()),
        Step::Review(_) => None,
    }
}

#[test]
fn a_draft_goes_on_behind_the_last_answer_but_not_past_one_that_is_needed() {
    let instrument = three();
    let starts = |answers: &[Answer]| asked(&Course::go_on(&instrument, answers), answers);
    assert_eq!(starts(&[]).as_deref(), Some("a"));
    assert_eq!(starts(&[yes("a")]).as_deref(), Some("b"));
    assert_eq!(starts(&[yes("a"), yes("b")]).as_deref(), Some("c"));
    assert_eq!(starts(&[yes("a"), yes("c")]).as_deref(), Some("b"));
    assert_eq!(starts(&[yes("b"), yes("c")]), None);
}

#[test]
fn progress_of_a_draft_counts_its_answers_and_the_questions_that_are_asked() {
    let instrument = three();
    assert_eq!(DraftProgress::of(&instrument, &[yes("a")]), DraftProgress { answered: 1, of: 3 });
}

#[test]
fn going_back_asks_the_question_before_and_shows_its_answer() {
    let instrument = three();
    let answers = [yes("a")];
    let mut course = Course::go_on(&instrument, &answers);
    course.back();
    let Step::Ask(question) = course.step(&answers) else { panic!("nothing is asked") };
    assert_eq!((question.number, question.of), (1, 3));
    assert!(question.answer.is_some());
    course.back();
    assert_eq!(asked(&course, &answers).as_deref(), Some("a"));
}

#[test]
fn a_change_in_the_review_returns_to_it_unless_it_makes_a_question_necessary() {
    let study = Study::load(&shipped::nct06836973()).unwrap();
    let evening = study.instrument(&"evening".parse().unwrap()).unwrap();
    let none = |item: &Item| Answer {
        link_id: item.link_id.clone(),
        values: vec![item.keyed_answers().first().unwrap().value.clone()],
    };
    let mut answers: Vec<Answer> = evening.enabled(&[]).into_iter().map(none).collect();
    let mut course = Course::review(evening);
    let Step::Review(reviewed) = course.step(&answers) else { panic!("a question is asked") };
    assert!(reviewed.iter().all(|one| one.answer.is_some()));
    course.change(1);
    let Step::Ask(question) = course.step(&answers) else { panic!("nothing is asked") };
    let item = question.item;
    assert!(!question.takes_several);
    course.answered(item, &answers);
    assert_eq!(asked(&course, &answers), None);
    // Not well: the worst time of the day is asked as well.
    course.change(1);
    answers[0].values = vec![item.keyed_answers().last().unwrap().value.clone()];
    course.answered(item, &answers);
    assert_eq!(asked(&course, &answers).as_deref(), Some("worst-time"));
}

#[test]
fn an_item_that_is_no_longer_asked_moves_on_from_its_place() {
    let instrument = three();
    let mut course = Course::go_on(&instrument, &[]);
    let Step::Ask(question) = course.step(&[]) else { panic!("nothing is asked") };
    let item = question.item;
    assert!(question.may_skip() && question.takes_several);
    course.answered(item, &[]);
    assert_eq!(asked(&course, &[]).as_deref(), Some("b"));
    course.go_behind(3);
    assert_eq!(asked(&course, &[]), None);
}

#[test]
fn skipping_is_offered_where_it_is_possible() {
    let of = |items: &str| {
        let instrument = small(items);
        skipping(&instrument.enabled(&[]))
    };
    let free = r#"{"linkId": "a", "type": "boolean", "text": "A"}"#;
    let needed = r#"{"linkId": "b", "type": "boolean", "text": "B", "required": true}"#;
    assert_eq!(of(free), Skipping::All);
    assert_eq!(of(needed), Skipping::None);
    assert_eq!(of(&format!("{free}, {needed}")), Skipping::Some);
}

#[test]
fn hints_name_what_else_is_an_answer() {
    let instrument = small(
        r#"{"linkId": "a", "type": "boolean", "text": "A"},
           {"linkId": "t", "type": "date", "text": "T"}"#,
    );
    let of = |id: &str, skipping| hints(&instrument, instrument.item(id).unwrap(), skipping);
    assert_eq!(of("a", Skipping::All), [Hint::YesNoWords]);
    assert_eq!(of("a", Skipping::Some), [Hint::YesNoWords, Hint::MaySkip]);
    assert!(matches!(of("t", Skipping::All).as_slice(), [Hint::Accepted(_)]));
}

#[test]
fn a_text_above_a_question_leads_to_it_and_to_no_later_one() {
    let instrument = small(
        r#"{"linkId": "d", "type": "display", "text": "Now your arms."},
           {"linkId": "a", "type": "boolean", "text": "A"},
           {"linkId": "b", "type": "boolean", "text": "B"}"#,
    );
    let mut course = Course::go_on(&instrument, &[]);
    let Step::Ask(first) = course.step(&[]) else { panic!("nothing is asked") };
    assert_eq!(first.leading.iter().map(|item| item.link_id.as_str()).collect::<Vec<_>>(), ["d"]);
    course.answered(first.item, &[]);
    let Step::Ask(second) = course.step(&[]) else { panic!("nothing is asked") };
    assert!(second.leading.is_empty());
}
