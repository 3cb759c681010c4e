//! Shared parts of reading a Questionnaire: places, faults and ignored elements, and the reading of plain
//! elements, texts by language and typed values.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};

use super::extension::{self, CORE, Level, Rule};
use crate::entry::Value;
use crate::measure::{Decimal, Quantity, Unit};
use crate::study::instrument::error::{InstrumentError, Problem};
use crate::study::instrument::item::ChoiceOption;
use crate::study::instrument::json::Node;
use crate::text::{Lang, Text};
use crate::time::TimeOfDay;

/// A part of the document with its path.
#[derive(Clone, Debug)]
pub(super) struct At<'n> {
    pub(super) node: &'n Node,
    pub(super) place: String,
}

/// State of the traversal of a document.
#[derive(Debug, Default)]
pub(super) struct Reader<'n> {
    pub(super) errors: Vec<InstrumentError>,
    pub(super) ignored: Vec<String>,
    /// Language of texts that are not marked as translations.
    pub(super) base: Lang,
    /// Place of each `linkId`.
    pub(super) places: BTreeMap<String, String>,
    /// Contained value sets by id.
    pub(super) contained: BTreeMap<&'n str, &'n Node>,
    /// Options of these, once read; `None` if they could not be read.
    pub(super) sets: BTreeMap<&'n str, Option<Vec<ChoiceOption>>>,
}

impl<'n> Reader<'n> {
    pub(super) fn fail(&mut self, place: &str, problem: Problem) {
        self.errors.push(InstrumentError { place: place.to_owned(), problem });
    }

    pub(super) fn missing(&mut self, at: &At<'_>, field: &str) {
        self.fail(&at.place, Problem::Missing { field: field.to_owned() });
    }

    pub(super) fn wrong(&mut self, at: &At<'_>, field: &str, expected: &'static str) {
        self.fail(&at.place, Problem::Wrong { field: field.to_owned(), expected });
    }

    pub(super) fn unsupported(&mut self, at: &At<'_>, what: impl Into<String>, why: &'static str) {
        self.fail(&at.place, Problem::Unsupported { what: what.into(), why });
    }

    pub(super) fn note(&mut self, at: &At<'_>, what: impl AsRef<str>) {
        self.ignored.push(format!("{}: {}", at.place, what.as_ref()));
    }

    /// Refuses elements that are not in `known`. `_name` contains the extensions of `name`.
    pub(super) fn only(&mut self, at: &At<'_>, known: &[&str]) {
        for (name, _) in at.node.members() {
            let plain = name.strip_prefix('_').unwrap_or(name);
            if !known.contains(&plain) && !["id", "extension", "modifierExtension"].contains(&name.as_str()) {
                self.fail(&at.place, Problem::UnknownElement { name: name.clone() });
            }
        }
    }

    /// A string; an empty one counts as absent.
    pub(super) fn text(&mut self, at: &At<'n>, key: &str) -> Option<&'n str> {
        match at.node.get(key) {
            None => None,
            Some(Node::Text(text)) => Some(text.as_str()).filter(|t| !t.trim().is_empty()),
            Some(_) => {
                self.wrong(at, key, "a string");
                None
            }
        }
    }

    /// A boolean, `false` if absent.
    pub(super) fn flag(&mut self, at: &At<'n>, key: &str) -> bool {
        match at.node.get(key) {
            None => false,
            Some(Node::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(at, key, "true or false");
                false
            }
        }
    }

    /// Elements of a list with their places, `key[0]`, `key[1]` ...
    pub(super) fn list(&mut self, at: &At<'n>, key: &str) -> Vec<At<'n>> {
        match at.node.get(key) {
            None => Vec::new(),
            Some(Node::List(elements)) => elements
                .iter()
                .enumerate()
                .map(|(i, node)| At { node, place: format!("{}, {key}[{i}]", at.place) })
                .collect(),
            Some(_) => {
                self.wrong(at, key, "a list");
                Vec::new()
            }
        }
    }

    /// Text at `key` in the base language, with the `translation` extensions of `_key`.
    pub(super) fn words(&mut self, at: &At<'n>, key: &str) -> Text {
        let mut text = Text::default();
        if let Some(base) = self.text(at, key) {
            text.set(self.base, base);
        }
        let beside = at.node.get(&format!("_{key}"));
        for translation in beside.into_iter().flat_map(|n| extensions(n, &[CORE], "translation")) {
            let part = |url: &str| translation.get("extension").and_then(|e| find(e.elements(), url));
            let tag = part("lang").and_then(|n| n.text_at("valueCode"));
            let content =
                part("content").and_then(|n| n.text_at("valueString").or_else(|| n.text_at("valueMarkdown")));
            match (tag, content) {
                (Some(tag), Some(content)) => match tag.parse::<Lang>() {
                    // The base text is kept: a "translation" into the base language adds nothing.
                    Ok(lang) => text.set_missing(lang, content),
                    Err(_) => self.note(at, format!("translation of {key} into {tag}")),
                },
                _ => self.wrong(at, &format!("translation of {key}"), "a lang and a content"),
            }
        }
        text
    }

    /// Classifies every extension at and below `at`, except in `skip`. Modifier extensions are refused at
    /// every level.
    pub(super) fn survey(&mut self, at: &At<'n>, skip: &[&str]) {
        self.survey_level(at, skip, Level::Own);
    }

    fn survey_level(&mut self, at: &At<'n>, skip: &[&str], level: Level) {
        for (key, value) in at.node.members().iter().filter(|(key, _)| !skip.contains(&key.as_str())) {
            match key.as_str() {
                "modifierExtension" => {
                    for url in value.elements().iter().map(url_of) {
                        self.fail(&at.place, Problem::ModifierExtension { url: url.to_owned() });
                    }
                }
                "extension" => self.judge(at, value, level),
                _ => {
                    let single = std::slice::from_ref(value);
                    let parts = if value.elements().is_empty() { single } else { value.elements() };
                    for node in parts {
                        let inner = At { node, place: at.place.clone() };
                        self.survey_level(&inner, &[], Level::Inner);
                    }
                }
            }
        }
    }

    fn judge(&mut self, at: &At<'n>, list: &'n Node, level: Level) {
        for extension in list.elements() {
            let url = url_of(extension);
            match extension::rule(url, level) {
                Rule::Read => {}
                Rule::Refuse(why) => self.unsupported(at, format!("extension {url}"), why),
                Rule::Ignore => self.note(at, format!("extension {url}")),
            }
            // Parts of an extension are not listed separately; modifiers of its value count.
            let inner = At { node: extension, place: at.place.clone() };
            self.survey_level(&inner, &["extension"], Level::Inner);
        }
    }

    /// The member `{prefix}Boolean`, `{prefix}Integer` ... as a value.
    pub(super) fn value(&mut self, at: &At<'n>, prefix: &str) -> Option<Value> {
        let Some((key, node)) = at.node.members().iter().find(|(key, _)| key.starts_with(prefix)) else {
            self.missing(at, &format!("{prefix}[x]"));
            return None;
        };
        let read = match (key.strip_prefix(prefix).unwrap_or_default(), node) {
            ("Boolean", Node::Bool(flag)) => Ok(Value::Boolean(*flag)),
            ("Integer", Node::Number(digits)) => {
                digits.parse().map(Value::Integer).map_err(|_| "a whole number")
            }
            ("Decimal", Node::Number(digits)) => digits.parse().map(Value::Decimal).map_err(|_| DECIMAL),
            ("String", Node::Text(text)) => Ok(Value::Text(text.clone())),
            ("Date", Node::Text(text)) => date(text).map(Value::Date).ok_or(DATE),
            ("Time", Node::Text(text)) => time(text).map(Value::Time).ok_or(TIME),
            ("DateTime", Node::Text(text)) => date_time(text).ok_or(DATE_TIME),
            ("Coding", Node::Object(_)) => match node.text_at("code") {
                Some(code) => Ok(Value::Coding {
                    system: node.text_at("system").map(str::to_owned),
                    code: code.to_owned(),
                }),
                None => Err("a coding with a code"),
            },
            ("Quantity", Node::Object(_)) => quantity(node).map(Value::Quantity).ok_or(QUANTITY),
            _ => Err("a value of a type that the diary knows"),
        };
        match read {
            Ok(value) => Some(value),
            Err(expected) => {
                self.wrong(at, key, expected);
                None
            }
        }
    }
}

const DECIMAL: &str = "a number with at most 9 digits behind the point and no exponent";
const DATE: &str = "a whole date such as 2026-03-29";
const TIME: &str = "a time in whole minutes such as 07:30:00";
const DATE_TIME: &str = "a date and time in whole minutes with an offset, such as 2026-03-29T07:30:00+08:00";
const QUANTITY: &str = "a value with one of the diary's units in UCUM";

fn url_of(extension: &Node) -> &str {
    extension.text_at("url").unwrap_or("without a url")
}

fn find<'n>(list: &'n [Node], url: &str) -> Option<&'n Node> {
    list.iter().find(|extension| extension.text_at("url") == Some(url))
}

/// Extensions of `node` whose URL is one of `bases` followed by `name`.
pub(super) fn extensions<'n>(
    node: &'n Node,
    bases: &'n [&'n str],
    name: &'n str,
) -> impl Iterator<Item = &'n Node> {
    let list = node.get("extension").map(Node::elements).unwrap_or_default();
    list.iter().filter(move |e| {
        let url = url_of(e);
        bases.iter().any(|base| url.strip_prefix(base) == Some(name))
    })
}

/// Part `url` of a compound extension.
pub(super) fn part<'n>(extension: &'n Node, url: &str) -> Option<&'n Node> {
    find(extension.get("extension")?.elements(), url)
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == "2026-03-29".len())
}

fn time(text: &str) -> Option<TimeOfDay> {
    let minutes = match text.len() {
        5 => text,
        _ => text.strip_suffix(":00")?,
    };
    minutes.parse().ok()
}

fn date_time(text: &str) -> Option<Value> {
    let read = DateTime::parse_from_rfc3339(text).ok()?;
    let local = read.naive_local();
    let time = time(&local.time().format("%H:%M:%S%.f").to_string())?;
    Some(Value::DateTime { date: local.date(), time, offset_s: read.offset().local_minus_utc() })
}

fn quantity(node: &Node) -> Option<Quantity> {
    let Some(Node::Number(digits)) = node.get("value") else { return None };
    let value: Decimal = digits.parse().ok()?;
    Some(Quantity { value, unit: unit(node)? })
}

/// Unit of a quantity or a coding: its code, otherwise its display.
pub(super) fn unit(node: &Node) -> Option<Unit> {
    let code = node.text_at("code").or_else(|| node.text_at("unit")).or_else(|| node.text_at("display"))?;
    Unit::from_ucum(code)
}
