//! `enableWhen`: reading of conditions, and checks against the items that they compare.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{At, Reader};
use crate::entry::Value;
use crate::study::instrument::error::Problem;
use crate::study::instrument::item::{Condition, EnableBehavior, Item, ItemKind, Operator, walk};
use crate::study::instrument::value::{as_kind, order};

impl<'n> Reader<'n> {
    /// Reads the conditions of the item at `at`; [`resolve`](Self::resolve) checks them once all items are known.
    pub(super) fn conditions(&mut self, at: &At<'n>, item: &mut Item) {
        let conditions = self.list(at, "enableWhen");
        item.enable_behavior = match (self.text(at, "enableBehavior"), conditions.len()) {
            (Some("any"), _) => EnableBehavior::Any,
            (Some("all"), _) | (None, 0 | 1) => EnableBehavior::All,
            (None, _) => {
                let what = "several enableWhen need an enableBehavior";
                self.fail(&at.place, Problem::Invariant { rule: "que-12", what });
                EnableBehavior::All
            }
            (Some(_), _) => {
                self.wrong(at, "enableBehavior", "all or any");
                EnableBehavior::All
            }
        };
        item.enable_when = conditions.iter().filter_map(|condition| self.condition(condition)).collect();
    }

    fn condition(&mut self, at: &At<'n>) -> Option<Condition> {
        let answers = ["answerBoolean", "answerDecimal", "answerInteger", "answerDate", "answerDateTime"];
        let more = ["answerTime", "answerString", "answerCoding", "answerQuantity", "question", "operator"];
        self.only(at, &[answers.as_slice(), more.as_slice()].concat());
        let question = self.text(at, "question");
        if question.is_none() {
            self.missing(at, "question");
        }
        let operator = match self.text(at, "operator") {
            Some("exists") => Operator::Exists,
            Some("=") => Operator::Equal,
            Some("!=") => Operator::NotEqual,
            Some(">") => Operator::Greater,
            Some("<") => Operator::Less,
            Some(">=") => Operator::GreaterOrEqual,
            Some("<=") => Operator::LessOrEqual,
            _ => {
                self.wrong(at, "operator", "exists, =, !=, >, <, >= or <=");
                return None;
            }
        };
        let answer = self.value(at, "answer")?;
        if operator == Operator::Exists && !matches!(answer, Value::Boolean(_)) {
            let what = "exists is compared with a boolean";
            self.fail(&at.place, Problem::Invariant { rule: "que-7", what });
            return None;
        }
        Some(Condition { question: question?.to_owned(), operator, answer })
    }

    /// Checks each condition against the item that it compares and converts its operand to that item's
    /// spelling; refuses circular conditions.
    pub(super) fn resolve(&mut self, items: &mut [Item]) {
        let known: BTreeMap<String, Item> = walk(items)
            .map(|item| (item.link_id.clone(), Item { children: Vec::new(), ..item.clone() }))
            .collect();
        self.resolve_each(items, &known);
        let mut depends = BTreeMap::new();
        collect_dependencies(items, None, &mut depends);
        if let Some(circle) = find_circle(&depends) {
            let place = self.places.get(circle).cloned().unwrap_or_default();
            let what = "enableWhen goes in a circle: whether it is asked depends on its own answer";
            self.fail(&place, Problem::Conflict(what.to_owned()));
        }
    }

    fn resolve_each(&mut self, items: &mut [Item], known: &BTreeMap<String, Item>) {
        for item in items {
            let place = self.places.get(&item.link_id).cloned().unwrap_or_default();
            for (i, condition) in item.enable_when.iter_mut().enumerate() {
                if let Err(problem) = settle(condition, known) {
                    self.fail(&format!("{place}, enableWhen[{i}]"), problem);
                }
            }
            self.resolve_each(&mut item.children, known);
        }
    }
}

fn settle(condition: &mut Condition, known: &BTreeMap<String, Item>) -> Result<(), Problem> {
    let conflict = |what: &str| Err(Problem::Conflict(format!("question \"{}\" {what}", condition.question)));
    let Some(question) = known.get(&condition.question) else {
        return conflict("is not an item that the diary could read");
    };
    if !question.asked {
        return conflict("is never asked, so the condition could never change");
    }
    if condition.operator == Operator::Exists {
        return Ok(());
    }
    let Some(answer) = as_kind(question, &condition.answer) else {
        return conflict("has answers of another type");
    };
    let offered = match &answer {
        // If the options could not be read, that fault alone is reported.
        Value::Coding { .. } => question.options.is_empty() || question.chosen(&answer).is_some(),
        Value::Quantity(quantity) => question.units.iter().all(|unit| {
            let sample = Value::Quantity(crate::measure::Quantity { unit: *unit, ..quantity.clone() });
            order(&sample, &answer).is_some()
        }),
        _ => true,
    };
    if !offered {
        return conflict("does not offer the answer it is compared with");
    }
    let equality = matches!(condition.operator, Operator::Equal | Operator::NotEqual);
    if !equality && matches!(question.kind, ItemKind::Boolean | ItemKind::Choice | ItemKind::Text { .. }) {
        return conflict("has answers that are not larger or smaller than others");
    }
    condition.answer = answer;
    Ok(())
}

/// Items on which the enablement of an item depends: those of its conditions, and the item above it.
type Dependencies<'i> = BTreeMap<&'i str, Vec<&'i str>>;

fn collect_dependencies<'i>(items: &'i [Item], above: Option<&'i str>, depends: &mut Dependencies<'i>) {
    for item in items {
        let on = item.enable_when.iter().map(|condition| condition.question.as_str()).chain(above);
        depends.insert(&item.link_id, on.collect());
        collect_dependencies(&item.children, Some(&item.link_id), depends);
    }
}

/// An item that depends on itself, if there is one. Without recursion: a chain may be as long as the instrument.
fn find_circle<'i>(depends: &Dependencies<'i>) -> Option<&'i str> {
    let mut settled = BTreeSet::new();
    for start in depends.keys().copied() {
        let mut path = BTreeSet::new();
        let mut open = vec![(start, false)];
        while let Some((id, left)) = open.pop() {
            if left {
                path.remove(id);
                settled.insert(id);
            } else if path.contains(id) {
                return Some(id);
            } else if !settled.contains(id) {
                path.insert(id);
                open.push((id, true));
                open.extend(depends.get(id).into_iter().flatten().map(|on| (*on, false)));
            }
        }
    }
    None
}
