//! Options of a choice, from its own list or from a contained value set, with their weights.

use super::extension::{CORE, R5};
use super::reader::{At, Reader, extensions, part};
use crate::entry::Value;
use crate::measure::Decimal;
use crate::study::instrument::error::Problem;
use crate::study::instrument::item::{ChoiceOption, find_code};
use crate::study::instrument::json::Node;
use crate::text::Lang;

/// Most options of one item.
const OPTIONS_MAX: usize = 1_000;

impl<'n> Reader<'n> {
    /// Options of the choice at `at`.
    pub(super) fn options(&mut self, at: &At<'n>) -> Vec<ChoiceOption> {
        let listed = self.list(at, "answerOption");
        let set = self.text(at, "answerValueSet");
        let options = match (listed.is_empty(), set) {
            (false, Some(_)) => {
                let what = "a question has answerOption or answerValueSet, not both";
                self.fail(&at.place, Problem::Invariant { rule: "que-4", what });
                return Vec::new();
            }
            (false, None) => listed.iter().filter_map(|option| self.listed_option(option)).collect(),
            (true, Some(set)) => self.value_set(at, set),
            (true, None) => {
                self.missing(at, "answerOption or answerValueSet of a choice");
                return Vec::new();
            }
        };
        self.distinct(at, &options);
        options
    }

    fn distinct(&mut self, at: &At<'n>, options: &[ChoiceOption]) {
        for (i, option) in options.iter().enumerate() {
            if options[..i].iter().any(|o| o.code == option.code && o.system == option.system) {
                self.fail(
                    &at.place,
                    Problem::Conflict(format!("the option \"{}\" comes twice", option.code)),
                );
            }
        }
    }

    fn listed_option(&mut self, at: &At<'n>) -> Option<ChoiceOption> {
        self.only(
            at,
            &["initialSelected", "valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"],
        );
        if at.node.get("initialSelected").is_some() {
            self.note(at, "initialSelected (nothing is pre-selected)");
        }
        let mut option = match at.node.get("valueCoding") {
            Some(coding) => self.coding(&At { node: coding, place: at.place.clone() })?,
            None => self.plain_option(at)?,
        };
        option.exclusive = extensions(at.node, &[CORE], "questionnaire-optionExclusive")
            .any(|e| e.get("valueBoolean") == Some(&Node::Bool(true)));
        let prefixes = extensions(at.node, &[CORE], "questionnaire-optionPrefix").next();
        option.prefix = prefixes.and_then(|e| e.text_at("valueString")).map(str::to_owned);
        let own = self.weight(at);
        option.ordinal = self.agreed(at, own, option.ordinal);
        Some(option)
    }

    /// An option that is a number, text, date or time. An integer is its own weight.
    fn plain_option(&mut self, at: &At<'n>) -> Option<ChoiceOption> {
        let value = self.value(at, "value")?;
        let (code, ordinal) = match &value {
            Value::Integer(whole) => (whole.to_string(), Some(Decimal::from(*whole))),
            Value::Text(text) => (text.trim().to_owned(), None),
            Value::Date(date) => (date.to_string(), None),
            Value::Time(time) => (time.to_string(), None),
            Value::Coding { .. }
            | Value::Decimal(_)
            | Value::Quantity(_)
            | Value::Boolean(_)
            | Value::DateTime { .. } => {
                self.wrong(at, "value[x] of an answerOption", "a coding, integer, string, date or time");
                return None;
            }
        };
        let words = self.words(at, "valueString");
        let text = if words.is_empty() { [(Lang::EN, code.as_str())].into_iter().collect() } else { words };
        // An explicit weight of an integer replaces its value.
        let ordinal = ordinal.filter(|_| self.weight(at).is_none());
        Some(ChoiceOption {
            system: None,
            code,
            plain: Some(value),
            prefix: None,
            text,
            ordinal,
            exclusive: false,
        })
    }

    /// A coding or a concept of a value set: both have code, display and perhaps a weight.
    fn coding(&mut self, at: &At<'n>) -> Option<ChoiceOption> {
        let Some(code) = self.text(at, "code") else {
            self.missing(at, "code of an option");
            return None;
        };
        let mut text = self.words(at, "display");
        for designation in self.list(at, "designation") {
            let (tag, words) = (designation.node.text_at("language"), designation.node.text_at("value"));
            match (tag.map(str::parse::<Lang>), words) {
                (Some(Ok(lang)), Some(words)) => text.set_missing(lang, words),
                _ => self.note(&designation, "designation without a language or a text"),
            }
        }
        if text.is_empty() {
            self.note(at, format!("the option \"{code}\" has no display and is shown by its code"));
            text.set(Lang::EN, code);
        }
        let ordinal = self.weight(at);
        let system = self.text(at, "system").map(str::to_owned);
        let code = code.to_owned();
        Some(ChoiceOption { system, code, plain: None, prefix: None, text, ordinal, exclusive: false })
    }

    /// Weight of an option: `ordinalValue` or `itemWeight`, or that property of an expansion.
    fn weight(&mut self, at: &At<'n>) -> Option<Decimal> {
        let (bases, weights) = (&[CORE], ["ordinalValue", "itemWeight"]);
        let plain = weights
            .iter()
            .flat_map(|name| extensions(at.node, bases, name))
            .map(|e| e.get("valueDecimal").or_else(|| e.get("valueInteger")));
        let property = extensions(at.node, &[R5], "ValueSet.expansion.contains.property")
            .filter(|e| {
                part(e, "code").and_then(|c| c.text_at("valueCode")).is_some_and(|c| weights.contains(&c))
            })
            .map(|e| part(e, "value[x]").or_else(|| part(e, "value")))
            .map(|v| v.and_then(|v| v.get("valueDecimal").or_else(|| v.get("valueInteger"))));
        let mut weight = None;
        for found in plain.chain(property).collect::<Vec<_>>() {
            match found {
                Some(Node::Number(digits)) => match digits.parse() {
                    Ok(value) => weight = self.agreed(at, weight, Some(value)),
                    Err(_) => {
                        self.wrong(at, "ordinalValue or itemWeight", "a number with at most 9 decimals");
                    }
                },
                _ => self.wrong(at, "ordinalValue or itemWeight", "a number"),
            }
        }
        weight
    }

    fn agreed(&mut self, at: &At<'n>, one: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
        if let (Some(a), Some(b)) = (one, other)
            && a != b
        {
            let what = format!("the option counts {a} by one extension and {b} by another");
            self.fail(&at.place, Problem::Conflict(what));
        }
        one.or(other)
    }

    fn value_set(&mut self, at: &At<'n>, address: &'n str) -> Vec<ChoiceOption> {
        let Some(id) = address.strip_prefix('#') else {
            let why = "only value sets that the Questionnaire contains can be used without a network";
            self.unsupported(at, format!("answerValueSet {address}"), why);
            return Vec::new();
        };
        let Some(node) = self.contained.get(id).copied() else {
            self.missing(at, &format!("contained value set {address}"));
            return Vec::new();
        };
        if let Some(read) = self.sets.get(address) {
            return read.clone().unwrap_or_default();
        }
        let set = At { node, place: format!("contained value set {address}") };
        self.survey(&set, &["text"]);
        let options = self.set_options(&set);
        self.sets.insert(address, options.clone());
        options.unwrap_or_default()
    }

    /// Value set as its author wrote it (`compose`), with weights from its expansion if it has none; the
    /// expansion alone if `compose` does not list the concepts.
    fn set_options(&mut self, at: &At<'n>) -> Option<Vec<ChoiceOption>> {
        let expanded = at.node.get("expansion").map(|node| {
            let mut found = Vec::new();
            self.expansion(&At { node, place: format!("{}, expansion", at.place) }, &mut found);
            found
        });
        let composed = match at.node.get("compose") {
            Some(node) => {
                let compose = At { node, place: format!("{}, compose", at.place) };
                self.compose(&compose, expanded.is_some())
            }
            None => None,
        };
        let options = match (composed, expanded) {
            (Some(mut composed), Some(expanded)) => {
                self.merge(at, &mut composed, &expanded);
                composed
            }
            (Some(options), None) | (None, Some(options)) => options,
            (None, None) => {
                self.missing(at, "list of concepts");
                return None;
            }
        };
        if options.is_empty() || options.len() > OPTIONS_MAX {
            let what = format!("it has {} concepts, 1 to {OPTIONS_MAX} are possible", options.len());
            self.fail(&at.place, Problem::Conflict(what));
            return None;
        }
        Some(options)
    }

    fn merge(&mut self, at: &At<'n>, composed: &mut [ChoiceOption], expanded: &[ChoiceOption]) {
        for option in expanded {
            if find_code(composed, option.system.as_deref(), &option.code).is_none() {
                let what = format!("its expansion has the code \"{}\", its compose has not", option.code);
                self.fail(&at.place, Problem::Conflict(what));
            }
        }
        for option in composed {
            let twin = find_code(expanded, option.system.as_deref(), &option.code);
            option.ordinal = self.agreed(at, option.ordinal, twin.and_then(|t| t.ordinal));
        }
    }

    /// Concepts listed by `compose`, or `None` if it selects them in another way.
    fn compose(&mut self, at: &At<'n>, expanded: bool) -> Option<Vec<ChoiceOption>> {
        let mut options = Vec::new();
        let mut listed = at.node.get("exclude").is_none();
        for include in self.list(at, "include") {
            let concepts = self.list(&include, "concept");
            let other_ways = ["filter", "valueSet"].iter().any(|key| include.node.get(key).is_some());
            listed &= !other_ways && !concepts.is_empty();
            let system = self.text(&include, "system").map(str::to_owned);
            for concept in concepts {
                let option = self.coding(&concept);
                options.extend(option.map(|o| ChoiceOption { system: system.clone(), ..o }));
            }
        }
        if listed {
            return Some(options);
        }
        if !expanded {
            self.unsupported(
                at,
                "a value set without a list of its concepts",
                "its options would be unknown",
            );
        }
        None
    }

    fn expansion(&mut self, at: &At<'n>, found: &mut Vec<ChoiceOption>) {
        for concept in self.list(at, "contains") {
            let marked = |key: &str| concept.node.get(key) == Some(&Node::Bool(true));
            // Abstract concepts only head others; inactive ones may no longer be chosen.
            if !marked("abstract") && !marked("inactive") {
                found.extend(self.coding(&concept));
            }
            self.expansion(&concept, found);
        }
    }
}
