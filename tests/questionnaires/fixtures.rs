//! The files under `tests/fixtures/fhir`, and instruments made of them.

use std::path::{Path, PathBuf};

use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{Instrument, InstrumentError, ParseOptions, ScoreRule};

/// The folder of this test package.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Questionnaire with its short name, `r4/gcs` or `sdc/demographics`, sorted.
pub(crate) fn questionnaires() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for source in ["r4", "sdc"] {
        for entry in std::fs::read_dir(package().join("fixtures/fhir").join(source)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if let Some(name) = name.strip_prefix("Questionnaire-") {
                found.push((format!("{source}/{name}"), path.clone()));
            }
        }
    }
    found.sort();
    found
}

/// The Questionnaire with this short name, with a score rule as a study would give it.
pub(crate) fn parse(name: &str, rule: Option<&str>) -> Result<Instrument, Vec<InstrumentError>> {
    let (_, path) = questionnaires().into_iter().find(|(n, _)| n == name).unwrap();
    let score: Option<ScoreRule> = rule.map(|rule| toml::from_str(rule).unwrap());
    let options = ParseOptions { id: "fixture".parse().unwrap(), score, recall: None, pack: None };
    Instrument::parse(&std::fs::read(path).unwrap(), options)
}

/// The coded answers of a published QuestionnaireResponse.
pub(crate) fn coded_answers(file: &str) -> Vec<Answer> {
    fn collect(items: &serde_json::Value, into: &mut Vec<Answer>) {
        for item in items.as_array().into_iter().flatten() {
            let coding = &item["answer"][0]["valueCoding"];
            if let Some(code) = coding["code"].as_str() {
                let system = coding["system"].as_str().map(str::to_owned);
                let value = Value::Coding { system, code: code.to_owned() };
                let link_id = item["linkId"].as_str().unwrap().to_owned();
                into.push(Answer { link_id, values: vec![value] });
            }
            collect(&item["item"], into);
        }
    }
    let json = std::fs::read(package().join("fixtures/fhir").join(file)).unwrap();
    let response: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let mut answers = Vec::new();
    collect(&response["item"], &mut answers);
    answers
}
