//! Detection of other releases of FHIR. Elements of other releases look like typing errors in R4, so that the
//! release is reported before them.

use super::reader::Reader;
use crate::study::instrument::error::Problem;
use crate::study::instrument::json::Node;

/// Most elements that are reported.
const NAMED_MAX: usize = 3;

/// Elements found that only another release has.
#[derive(Debug, Default)]
struct Signs {
    dstu2: Vec<String>,
    stu3: Vec<String>,
    r5: Vec<String>,
}

impl<'n> Reader<'n> {
    /// Reports a document of another release, before all other faults.
    pub(super) fn release(&mut self, root: &'n Node) {
        let mut signs = Signs::default();
        signs.of_root(root);
        signs.of_items(root);
        let found = [
            (
                "DSTU2",
                signs.dstu2,
                "its groups and questions became items in later releases; convert it to R4",
            ),
            (
                "STU3 (release 3)",
                signs.stu3,
                "write answerOption for option, answerValueSet for options, initial for initial[x], and an operator \
                 \"exists\" for hasAnswer",
            ),
            (
                "R5 (release 5)",
                signs.r5,
                "write type choice or open-choice for coding with its answerConstraint, and leave out disabledDisplay, \
                 versionAlgorithm[x] and copyrightLabel",
            ),
        ];
        if let Some((release, signs, instead)) = found.into_iter().find(|(_, signs, _)| !signs.is_empty()) {
            let more = if signs.len() > NAMED_MAX { ", ..." } else { "" };
            let signs: Vec<String> = signs.into_iter().take(NAMED_MAX).collect();
            self.fail(
                "Questionnaire",
                Problem::OtherRelease { release, signs: format!("{}{more}", signs.join(", ")), instead },
            );
        }
    }
}

impl Signs {
    fn of_root(&mut self, root: &Node) {
        for (key, value) in root.members() {
            match key.as_str() {
                "group" => self.dstu2.push(key.clone()),
                "versionAlgorithmString" | "versionAlgorithmCoding" | "copyrightLabel" => {
                    self.r5.push(key.clone());
                }
                "fhirVersion" => {
                    let version = value.as_text().unwrap_or_default();
                    let sign = format!("fhirVersion {version}");
                    match version.split('.').next() {
                        Some("1") => self.dstu2.push(sign),
                        Some("3") => self.stu3.push(sign),
                        Some("5") => self.r5.push(sign),
                        Some(_) | None => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn of_items(&mut self, above: &Node) {
        for item in above.get("item").map(Node::elements).unwrap_or_default() {
            for (key, _) in item.members() {
                match key.as_str() {
                    "option" | "options" => self.stu3.push(format!("item.{key}")),
                    "disabledDisplay" | "answerConstraint" => self.r5.push(format!("item.{key}")),
                    _ if key.starts_with("initial") && key != "initial" => {
                        self.stu3.push(format!("item.{key}"));
                    }
                    _ => {}
                }
            }
            if item.text_at("type") == Some("coding") {
                self.r5.push("type coding".to_owned());
            }
            for condition in item.get("enableWhen").map(Node::elements).unwrap_or_default() {
                if condition.get("hasAnswer").is_some() {
                    self.stu3.push("enableWhen.hasAnswer".to_owned());
                } else if condition.get("operator").is_none() {
                    self.stu3.push("enableWhen without an operator".to_owned());
                }
            }
            self.of_items(item);
        }
        for signs in [&mut self.stu3, &mut self.r5] {
            signs.sort();
            signs.dedup();
        }
    }
}
