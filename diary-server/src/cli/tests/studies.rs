//! Checking and publishing versions of the study.

use diary_core::study::shipped::nct06836973;

use super::bench::Bench;
use crate::cli::Exit;

/// The shipped study's folder with another first line of its `study.toml`.
fn study(bench: &Bench, name: &str, from: &str, to: &str) -> String {
    let folder = bench.path(name);
    std::fs::create_dir(&folder).unwrap();
    for (name, bytes) in nct06836973().files() {
        let text = String::from_utf8(bytes.clone()).unwrap();
        std::fs::write(folder.join(name), text.replacen(from, to, usize::from(name == "study.toml")))
            .unwrap();
    }
    folder.display().to_string()
}

#[tokio::test]
async fn a_new_version_is_signed_by_the_root_and_published_once() {
    let bench = Bench::new().await;
    let phone = bench.phone_joins(1).await;
    bench.run(&format!("confirm S1 {}", phone.digits())).await.holds(Exit::Done, "Confirmed");
    let two = study(&bench, "two", "version = 1", "version = 2");
    let publish = format!("study publish {two} --root {}", bench.path("offline/study-root.key").display());
    bench.run(&format!("study check {two}")).await.holds(Exit::Done, "NCT06836973 version 2 can be used.");
    bench.run(&publish).await.is(
        Exit::Done,
        "Published version 2. Phones get it at their next contact; answers given before stay under the version they \
         were given in. `status` says which phones do not have it yet. Put the root key back in its safe place.",
    );
    bench.run("status").await.holds(Exit::Done, "NCT06836973 version 2, site beijing");
    bench.run("status").await.holds(
        Exit::Done,
        "1 phone(s) have not said that they have study version 2; they fetch it at their next contact:\n  S1: phone 1 has \
         not said\n",
    );
    let bundle = bench.desk().await.bundle().await.unwrap();
    assert_eq!(
        bundle.newest_study().map(|study| study.version),
        Some(2),
        "phones see from the bundle what to fetch"
    );
    bench.run(&publish).await.holds(Exit::Done, "Version 2 was published before; nothing is left to do.");
    assert_eq!(bench.desk().await.bundle().await.unwrap(), bundle);
    let one = study(&bench, "other-two", "version = 1", "version = 2 ");
    let other = format!("study publish {one} --root {}", bench.path("offline/study-root.key").display());
    bench
        .run(&other)
        .await
        .is(Exit::Refused, "the study was not published: it is version 2; a version above 2 is needed");
}

#[tokio::test]
async fn only_the_root_of_the_study_publishes_and_only_the_same_study() {
    let bench = Bench::new().await;
    let two = study(&bench, "two", "version = 1", "version = 2");
    let recovery = bench.path("offline/recovery.key");
    bench.run(&format!("study publish {two} --root {}", recovery.display())).await.is(
        Exit::Unusable,
        "<DIR>/offline/recovery.key: this is the recovery key of NCT06836973, site beijing; the study root key is \
         needed here",
    );
    let foreign = Bench::new_with(12).await;
    let root = foreign.path("offline/study-root.key");
    bench
        .run(&format!("study publish {two} --root {}", root.display()))
        .await
        .is(Exit::Refused, "the study was not published: this root key is not the one of this study");
    let other = study(&bench, "other", "NCT06836973\"", "NCT00000000\"");
    let root = bench.path("offline/study-root.key");
    bench
        .run(&format!("study publish {other} --root {}", root.display()))
        .await
        .is(Exit::Refused, "the study was not published: it is NCT00000000, this server keeps NCT06836973");
}

/// The shipped study in English alone, with another morning check.
fn study_with_morning(bench: &Bench, name: &str, items: &str) -> String {
    let folder = bench.path(name);
    std::fs::create_dir(&folder).unwrap();
    for (name, bytes) in nct06836973().files() {
        let text = String::from_utf8(bytes.clone()).unwrap();
        std::fs::write(
            folder.join(name),
            text.replace("languages = [\"zh-CN\", \"en\"]", "languages = [\"en\"]"),
        )
        .unwrap();
    }
    let json =
        format!(r#"{{"resourceType": "Questionnaire", "version": "1", "title": "M", "item": [{items}]}}"#);
    std::fs::write(folder.join("morning.json"), json).unwrap();
    folder.display().to_string()
}

#[tokio::test]
async fn checking_lists_what_is_ignored_and_refuses_an_instrument_without_a_question() {
    let bench = Bench::new().await;
    let breathing = r#"{"linkId": "breathing", "type": "choice", "text": "Breathing", "answerOption": [
        {"valueCoding": {"code": "0", "display": "Good"}, "extension": [
          {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}]},
        {"valueCoding": {"code": "3", "display": "Bad"}, "extension": [
          {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}]}]}"#;
    let total = r#"{"linkId": "total", "type": "decimal", "text": "Total", "readOnly": true}"#;
    let ignored = study_with_morning(&bench, "ignored", &format!("{breathing}, {total}"));
    bench.run(&format!("study check {ignored}")).await.holds(
        Exit::Done,
        "morning (1): 1 question(s); ignored, or read in another way:\n  Questionnaire: no language: its texts are \
         taken as English; \"language\": \"zh-CN\" or \"en\" says what they are\n  item[1] (linkId total): \
         read-only: never asked",
    );
    let nothing = study_with_morning(&bench, "nothing", total);
    bench.run(&format!("study check {nothing}")).await.holds(
        Exit::Unusable,
        "it has no question that can be answered: all its items are groups, displays, hidden, read-only or calculated",
    );
}
