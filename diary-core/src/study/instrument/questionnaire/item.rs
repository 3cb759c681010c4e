//! One item of a Questionnaire and those below it.

use std::cmp::Ordering;

use super::extension::{CORE, SDC};
use super::reader::{At, Reader, extensions, part, unit};
use crate::entry::Value;
use crate::measure::{DECIMAL_MAX_SCALE, Unit};
use crate::study::instrument::error::Problem;
use crate::study::instrument::item::{EnableBehavior, Item, ItemKind};
use crate::study::instrument::json::Node;
use crate::study::instrument::value::{as_kind, order};
use crate::text::{Lang, Text};

/// Most items of one instrument, at all depths.
pub(super) const ITEMS_MAX: usize = 2_000;

/// Elements of an item in R4.
const ELEMENTS: &[&str] = &[
    "linkId",
    "definition",
    "code",
    "prefix",
    "text",
    "type",
    "enableWhen",
    "enableBehavior",
    "required",
    "repeats",
    "readOnly",
    "maxLength",
    "answerOption",
    "answerValueSet",
    "initial",
    "item",
];

/// Properties inherited from the items above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Above {
    /// False below an item that is never asked.
    pub(super) asked: bool,
    /// Items below a hidden one are hidden.
    pub(super) hidden: bool,
}

impl<'n> Reader<'n> {
    /// The items in the list `item` of `at`.
    pub(super) fn items(&mut self, at: &At<'n>, path: &str, above: Above) -> Vec<Item> {
        let nodes: Vec<&'n Node> = self.list(at, "item").iter().map(|at| at.node).collect();
        let path =
            |i: usize| if path.is_empty() { format!("item[{i}]") } else { format!("{path}.item[{i}]") };
        nodes.into_iter().enumerate().filter_map(|(i, node)| self.item(node, &path(i), above)).collect()
    }

    fn item(&mut self, node: &'n Node, path: &str, above: Above) -> Option<Item> {
        let bare = At { node, place: path.to_owned() };
        if !matches!(node, Node::Object(_)) {
            self.wrong(&bare, "item", "an object");
            return None;
        }
        let Some(link_id) = self.text(&bare, "linkId") else {
            self.missing(&bare, "linkId");
            return None;
        };
        let at = At { node, place: format!("{path} (linkId {link_id})") };
        if let Some(first) = self.places.get(link_id).cloned() {
            self.fail(&at.place, Problem::DuplicateLinkId { first });
        } else if self.places.len() >= ITEMS_MAX {
            return None;
        }
        self.places.insert(link_id.to_owned(), at.place.clone());
        self.only(&at, ELEMENTS);
        self.survey(&at, &["item"]);

        let kind = self.kind(&at);
        let withheld = self.withheld(&at);
        let below = !withheld.is_empty() && (kind == Some(ItemKind::Group) || withheld.contains(&"hidden"));
        let hidden = above.hidden || (!withheld.is_empty() && !kind.is_some_and(ItemKind::is_question));
        let children = self.items(&at, path, Above { asked: above.asked && !below, hidden });
        let kind = kind?;
        self.invariants(&at, kind, &children);
        let check_box = self.controls(&at, kind);
        let mut item = Item {
            link_id: link_id.to_owned(),
            text: self.item_text(&at, kind, link_id),
            short: self.short_text(&at),
            kind,
            required: self.flag(&at, "required"),
            repeats: self.flag(&at, "repeats") || check_box,
            most: None,
            asked: above.asked && withheld.is_empty() && kind.is_question(),
            enable_when: Vec::new(),
            enable_behavior: EnableBehavior::All,
            open: self.text(&at, "type") == Some("open-choice"),
            hidden,
            repetition: None,
            options: Vec::new(),
            keys: Vec::new(),
            min: None,
            max: None,
            max_length: None,
            max_decimal_places: None,
            units: Vec::new(),
            children,
        };
        self.conditions(&at, &mut item);
        self.answers(&at, &mut item);
        self.demands(&at, &mut item);
        Some(item)
    }

    fn kind(&mut self, at: &At<'n>) -> Option<ItemKind> {
        let Some(name) = self.text(at, "type") else {
            self.missing(at, "type");
            return None;
        };
        let why = match name {
            "group" => return Some(ItemKind::Group),
            "display" => return Some(ItemKind::Display),
            "boolean" => return Some(ItemKind::Boolean),
            // A number, text, date or time chosen from a list is a choice.
            "integer" | "string" | "date" | "time" if at.node.get("answerOption").is_some() => {
                return Some(ItemKind::Choice);
            }
            "integer" => return Some(ItemKind::Integer),
            "decimal" => return Some(ItemKind::Decimal),
            "quantity" => return Some(ItemKind::Quantity),
            "string" => return Some(ItemKind::Text { multiline: false }),
            "text" => return Some(ItemKind::Text { multiline: true }),
            "date" => return Some(ItemKind::Date),
            "time" => return Some(ItemKind::Time),
            "dateTime" => return Some(ItemKind::DateTime),
            "choice" | "open-choice" => return Some(ItemKind::Choice),
            "url" | "attachment" | "reference" => "a diary holds no such answers",
            _ => {
                self.fail(&at.place, Problem::UnknownItemType { name: name.to_owned() });
                return None;
            }
        };
        self.unsupported(at, format!("item type {name}"), why);
        None
    }

    /// Reasons for which it is not asked: a participant cannot supply values that a form would fill in.
    /// Hidden items hide those below them, as do groups of any of these kinds.
    fn withheld(&mut self, at: &At<'n>) -> Vec<&'static str> {
        let hidden = extensions(at.node, &[CORE], "questionnaire-hidden")
            .any(|e| e.get("valueBoolean") == Some(&Node::Bool(true)));
        let calculated = extensions(at.node, &[SDC], "calculatedExpression")
            .chain(extensions(at.node, &[CORE], "cqf-expression"))
            .next()
            .is_some();
        let why = [("hidden", hidden), ("read-only", self.flag(at, "readOnly")), ("calculated", calculated)];
        let why: Vec<_> = why.into_iter().filter(|(_, is)| *is).map(|(why, _)| why).collect();
        if !why.is_empty() {
            let never = if self.text(at, "type") == Some("display") { "shown" } else { "asked" };
            self.note(at, format!("{}: never {never}", why.join(", ")));
        }
        if why == ["calculated"] && self.flag(at, "required") {
            let why =
                "it is required, so it would be needed as an answer; totals come from the study's score rule";
            self.unsupported(at, "a calculated item", why);
        }
        why
    }

    /// Lists the controls that the Questionnaire asks for. `true` for check boxes, which take several answers
    /// even if `repeats` was forgotten.
    fn controls(&mut self, at: &At<'n>, kind: ItemKind) -> bool {
        let mut ticked = false;
        for control in extensions(at.node, &[CORE], "questionnaire-itemControl").collect::<Vec<_>>() {
            let concept = control.get("valueCodeableConcept");
            let codings = concept.and_then(|c| c.get("coding")).map(Node::elements).unwrap_or_default();
            let code = codings.iter().find_map(|coding| coding.text_at("code"));
            let code = code.or_else(|| concept.and_then(|c| c.text_at("text"))).unwrap_or("without a code");
            if code == "check-box" && kind == ItemKind::Choice {
                ticked = true;
                if !self.flag(at, "repeats") {
                    self.note(at, "itemControl check-box without repeats: several answers may be ticked");
                }
            } else {
                self.note(at, format!("itemControl {code}"));
            }
        }
        ticked
    }

    fn invariants(&mut self, at: &At<'n>, kind: ItemKind, children: &[Item]) {
        let has = |key: &str| at.node.get(key).is_some();
        let has_children = at.node.get("item").is_some_and(|list| !list.elements().is_empty());
        let repeats = at.node.get("repeats") == Some(&Node::Bool(true));
        let required = at.node.get("required") == Some(&Node::Bool(true));
        let group = kind == ItemKind::Group;
        let display = kind == ItemKind::Display;
        let broken = [
            (group && !has_children, "que-1", "a group must have items"),
            (display && has_children, "que-1", "a display cannot have items"),
            (display && (required || repeats), "que-6", "a display is neither required nor repeats"),
            (kind != ItemKind::Choice && has("answerValueSet"), "que-5", "only a choice has answerValueSet"),
            (
                has("maxLength")
                    && !matches!(at.node.text_at("type"), Some("string" | "text" | "open-choice")),
                "que-10",
                "maxLength is for string and text (the diary has no other use for it)",
            ),
        ];
        for (_, rule, what) in broken.into_iter().filter(|(is_broken, ..)| *is_broken) {
            self.fail(&at.place, Problem::Invariant { rule, what });
        }
        if kind != ItemKind::Choice && has("answerOption") {
            self.unsupported(at, "answerOption outside a choice", "it limits which answers are accepted");
        }
        if repeats && !group && children.iter().any(|child| child.kind != ItemKind::Display) {
            self.unsupported(
                at,
                "a repeating question with items below",
                "they belong to each of its answers",
            );
        }
        for (key, why) in [
            ("initial", "nothing is answered beforehand"),
            ("code", "answers are kept under the linkId"),
            ("definition", "all is said in the Questionnaire itself"),
        ] {
            if has(key) {
                self.note(at, format!("{key} ({why})"));
            }
        }
    }

    /// Displayed text: prefix and text. A question without either shows its code's display or its `linkId`.
    fn item_text(&mut self, at: &At<'n>, kind: ItemKind, link_id: &str) -> Text {
        let mut text = self.words(at, "text");
        if kind.is_question() && text.is_empty() {
            let code = at.node.get("code").map(Node::elements).unwrap_or_default().first();
            let shown = code.and_then(|code| code.text_at("display")).unwrap_or(link_id);
            self.note(at, format!("no text; shown as \"{shown}\""));
            text.set(Lang::EN, shown);
        }
        if let Some(prefix) = self.text(at, "prefix") {
            let begins = |words: &str| words.starts_with(prefix);
            text = text
                .map(|_, words| if begins(words) { words.to_owned() } else { format!("{prefix} {words}") });
        }
        text
    }

    /// Name for columns and lists.
    fn short_text(&mut self, at: &At<'n>) -> Option<Text> {
        let node = extensions(at.node, &[SDC], "shortText").next()?;
        let text = self.words(&At { node, place: at.place.clone() }, "valueString");
        Some(text).filter(|text| !text.is_empty())
    }

    /// Limits of the answers: options, units, bounds, lengths.
    fn answers(&mut self, at: &At<'n>, item: &mut Item) {
        if item.kind == ItemKind::Choice {
            item.options = self.options(at);
        }
        item.units = self.units(at, item);
        if item.kind != ItemKind::Choice {
            item.min = self.bound(at, item, "minValue", "minQuantity");
            item.max = self.bound(at, item, "maxValue", "maxQuantity");
        }
        if let (Some(min), Some(max)) = (&item.min, &item.max)
            && order(min, max) == Some(Ordering::Greater)
        {
            self.fail(&at.place, Problem::Conflict("minValue is above maxValue".to_owned()));
        }
        match at.node.get("maxLength") {
            None => {}
            Some(Node::Number(digits)) if digits.parse::<u16>().is_ok_and(|n| n > 0) => {
                item.max_length = digits.parse().ok();
            }
            Some(_) => self.wrong(at, "maxLength", "a whole number from 1 to 65535"),
        }
        for places in extensions(at.node, &[CORE], "maxDecimalPlaces") {
            match places.get("valueInteger") {
                Some(Node::Number(digits)) if digits.parse().is_ok_and(|n: u8| n <= DECIMAL_MAX_SCALE) => {
                    item.max_decimal_places = digits.parse().ok();
                }
                _ => self.wrong(at, "maxDecimalPlaces", "a whole number from 0 to 9"),
            }
        }
    }

    fn units(&mut self, at: &At<'n>, item: &Item) -> Vec<Unit> {
        let mut units = Vec::new();
        let numeric = matches!(item.kind, ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity);
        for name in ["questionnaire-unit", "questionnaire-unitOption"] {
            for extension in extensions(at.node, &[CORE], name) {
                let coding = extension.get("valueCoding");
                match coding.and_then(unit) {
                    Some(unit) if numeric && !units.contains(&unit) => units.push(unit),
                    Some(_) => {}
                    None if item.asked => {
                        let shown = coding.and_then(|c| c.text_at("code").or_else(|| c.text_at("display")));
                        let what = format!("unit \"{}\"", shown.unwrap_or("without a code"));
                        self.unsupported(at, what, "it is not in the diary's list of UCUM units");
                    }
                    None => self.note(at, "a unit that is not in the diary's list"),
                }
            }
        }
        if item.asked && item.kind == ItemKind::Quantity && units.is_empty() {
            self.missing(at, "questionnaire-unit or questionnaire-unitOption of a quantity");
        }
        units
    }

    fn bound(&mut self, at: &At<'n>, item: &Item, value: &'n str, quantity: &'n str) -> Option<Value> {
        let mut bound = None;
        let found = extensions(at.node, &[CORE], value).chain(extensions(at.node, &[SDC], quantity));
        for node in found.collect::<Vec<_>>() {
            let read = self.value(&At { node, place: at.place.clone() }, "value")?;
            let fits = as_kind(item, &read).filter(|v| match v {
                Value::Quantity(q) => item.units == [q.unit],
                Value::Boolean(_) | Value::Coding { .. } | Value::Text(_) => false,
                _ => true,
            });
            if fits.is_none() {
                self.wrong(at, value, "a value of the item's type (for a quantity: in its only unit)");
            }
            bound = fits;
        }
        bound
    }

    /// Demands on answers that the diary does not check.
    fn demands(&mut self, at: &At<'n>, item: &mut Item) {
        self.constraints(at);
        let count = |name: &'n str| {
            let node = extensions(at.node, &[CORE], name).next()?.get("valueInteger")?.clone();
            if let Node::Number(digits) = node { digits.parse::<u32>().ok() } else { None }
        };
        let (least, most) = (count("questionnaire-minOccurs"), count("questionnaire-maxOccurs"));
        if least.is_some_and(|n| n > u32::from(item.required)) {
            self.unsupported(at, "questionnaire-minOccurs", "it demands a number of answers");
        }
        let is_group = item.kind == ItemKind::Group;
        if is_group && item.repeats {
            item.most = most.and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0);
        } else if most.is_some() && item.repeats {
            self.unsupported(at, "questionnaire-maxOccurs", "it limits the number of answers");
        }
        let mode = extensions(at.node, &[CORE], "questionnaire-usageMode").next();
        if mode.and_then(|e| e.text_at("valueCode")).is_some_and(|mode| !mode.starts_with("capture")) {
            self.unsupported(
                at,
                "questionnaire-usageMode",
                "it would be shown only when answers are displayed",
            );
        }
        if item.required && !item.asked && item.kind.is_question() {
            self.note(at, "required, but never asked");
            item.required = false;
        }
    }

    /// Constraints that only warn may be ignored; those that refuse answers may not.
    pub(super) fn constraints(&mut self, at: &At<'n>) {
        for name in ["targetConstraint", "questionnaire-constraint"] {
            for constraint in extensions(at.node, &[CORE], name).collect::<Vec<_>>() {
                let severity = part(constraint, "severity").and_then(|s| s.text_at("valueCode"));
                if severity == Some("warning") {
                    self.note(at, format!("{name} that warns"));
                } else {
                    self.unsupported(at, name, "an expression would decide which answers are accepted");
                }
            }
        }
    }
}
