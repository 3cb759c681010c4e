//! Reading of a FHIR R4 Questionnaire. Unsupported elements that would change questions, accepted answers or
//! counts are refused by name; other unknown elements are kept, ignored and listed.

mod condition;
mod extension;
mod item;
mod options;
mod reader;
mod release;
mod repeat;

#[cfg(test)]
mod tests;

use self::item::{Above, ITEMS_MAX};
use self::reader::{At, Reader};
use super::error::{InstrumentError, Problem};
use super::item::Item;
use super::json::{self, Node};
use crate::hash::sha256;
use crate::ids::to_hex;
use crate::text::{Lang, Text};

/// Largest Questionnaire, in bytes.
const BYTES_MAX: usize = 1024 * 1024;

/// Elements of a Questionnaire in R4.
const ELEMENTS: &[&str] = &[
    "resourceType",
    "meta",
    "implicitRules",
    "language",
    "text",
    "contained",
    "url",
    "identifier",
    "version",
    "name",
    "title",
    "derivedFrom",
    "status",
    "experimental",
    "subjectType",
    "date",
    "publisher",
    "contact",
    "description",
    "useContext",
    "jurisdiction",
    "purpose",
    "copyright",
    "approvalDate",
    "lastReviewDate",
    "effectivePeriod",
    "code",
    "item",
];

/// Contents of a Questionnaire, before the study's properties are added.
#[derive(Debug)]
pub(super) struct Questionnaire {
    pub(super) version: String,
    pub(super) title: Text,
    pub(super) items: Vec<Item>,
    pub(super) ignored: Vec<String>,
}

/// Decodes a Questionnaire, or returns all its faults.
pub(super) fn read(json: &[u8]) -> Result<Questionnaire, Vec<InstrumentError>> {
    let whole = |problem| vec![InstrumentError { place: "Questionnaire".to_owned(), problem }];
    if json.len() > BYTES_MAX {
        return Err(whole(Problem::NotJson { detail: format!("larger than {BYTES_MAX} bytes") }));
    }
    let root = json::read(json).map_err(|detail| whole(Problem::NotJson { detail }))?;
    let kind = root.text_at("resourceType").unwrap_or("missing");
    if kind != "Questionnaire" {
        return Err(whole(Problem::NotQuestionnaire { found: kind.to_owned() }));
    }
    let mut reader = Reader::default();
    let found = reader.questionnaire(&At { node: &root, place: "Questionnaire".to_owned() }, json);
    if reader.errors.is_empty() { Ok(found) } else { Err(reader.errors) }
}

impl<'n> Reader<'n> {
    fn questionnaire(&mut self, at: &At<'n>, json: &[u8]) -> Questionnaire {
        self.release(at.node);
        self.only(at, ELEMENTS);
        self.survey(at, &["item", "contained", "text", "meta"]);
        self.constraints(at);
        if let Some(rules) = self.text(at, "implicitRules") {
            self.unsupported(
                at,
                format!("implicitRules {rules}"),
                "rules outside the document would change it",
            );
        }
        self.base = match self.text(at, "language").map(str::parse) {
            Some(Ok(lang)) => lang,
            Some(Err(_)) => {
                self.note(at, "language: not a tag such as zh-CN or en; its texts are taken as English");
                Lang::EN
            }
            None => {
                self.note(
                    at,
                    "no language: its texts are taken as English; \"language\": \"zh-CN\" or \"en\" says what they are",
                );
                Lang::EN
            }
        };
        for resource in at.node.get("contained").map(Node::elements).unwrap_or_default() {
            match (resource.text_at("resourceType"), resource.text_at("id")) {
                (Some("ValueSet"), Some(id)) => _ = self.contained.insert(id, resource),
                (kind, _) => {
                    self.note(at, format!("contained {}", kind.unwrap_or("resource without a type")));
                }
            }
        }
        let mut items = self.items(at, "", Above { asked: true, hidden: false });
        if items.is_empty() && self.errors.is_empty() {
            self.missing(at, "item");
        }
        if self.places.len() >= ITEMS_MAX {
            self.fail(&at.place, Problem::Conflict(format!("it has {ITEMS_MAX} items or more")));
        }
        self.resolve(&mut items);
        if self.errors.is_empty() && !super::item::walk(&items).any(|item| item.asked) {
            self.fail(&at.place, Problem::NoQuestion);
        }
        let items = self.unrolled(at, items);
        let title = self.title(at);
        let version = self.version(at, json);
        Questionnaire { version, title, items, ignored: std::mem::take(&mut self.ignored) }
    }

    fn title(&mut self, at: &At<'n>) -> Text {
        let mut title = self.words(at, "title");
        if title.is_empty()
            && let Some(name) = self.text(at, "name").or_else(|| self.text(at, "id"))
        {
            title.set(Lang::EN, name);
        }
        title
    }

    /// Answers stay under the version in which they were given, so that every Questionnaire needs one.
    /// Without one by its author, a hash of its bytes is used.
    fn version(&mut self, at: &At<'n>, json: &[u8]) -> String {
        self.text(at, "version").map(str::to_owned).unwrap_or_else(|| {
            let version = format!("sha256-{}", to_hex(&sha256(json).as_bytes()[..8]));
            self.note(at, "no version; its SHA-256 is taken");
            version
        })
    }
}
