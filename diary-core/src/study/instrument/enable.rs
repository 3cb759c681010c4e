//! Items enabled by the answers so far. Pure: the same answers always give the same items.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::item::{Condition, EnableBehavior, Item, Operator};
use super::value::{as_kind, order};
use crate::entry::{Answer, Value};

/// Items of an instrument with their parents, and the answers so far.
pub(super) struct Enablement<'i> {
    flat: Vec<(&'i Item, Option<usize>)>,
    by_id: BTreeMap<&'i str, usize>,
    /// Answers by item, converted to the item's type.
    given: Vec<Vec<Value>>,
    enabled: Vec<Option<bool>>,
}

impl<'i> Enablement<'i> {
    /// Decides every item of the tree.
    pub(super) fn new(items: &'i [Item], answers: &[Answer]) -> Self {
        let mut flat = Vec::new();
        flatten(items, None, &mut flat);
        let by_id: BTreeMap<_, _> =
            flat.iter().enumerate().map(|(i, (item, _))| (item.link_id.as_str(), i)).collect();
        let mut given = vec![Vec::new(); flat.len()];
        for answer in answers {
            if let Some(&i) = by_id.get(answer.link_id.as_str()) {
                given[i] = answer.values.iter().filter_map(|value| as_kind(flat[i].0, value)).collect();
            }
        }
        let enabled = vec![None; flat.len()];
        let mut all = Self { flat, by_id, given, enabled };
        for i in 0..all.flat.len() {
            all.decide(i);
        }
        all
    }

    /// Enabled items, groups and displays included, in the instrument's order.
    pub(super) fn items(&self) -> impl Iterator<Item = &'i Item> {
        self.flat
            .iter()
            .zip(&self.enabled)
            .filter(|(_, enabled)| **enabled == Some(true))
            .map(|((item, _), _)| *item)
    }

    /// True if the item with this `linkId` is enabled.
    pub(super) fn is_enabled(&self, link_id: &str) -> bool {
        self.by_id.get(link_id).is_some_and(|&i| self.enabled[i] == Some(true))
    }

    /// Decides item `start`, after the items that it depends on. Without recursion, because a chain of
    /// conditions may be as long as the instrument, and a phone's stack is small. Terminates, because reading
    /// refuses circular conditions.
    fn decide(&mut self, start: usize) {
        let mut open = vec![start];
        while let Some(&i) = open.last() {
            let undecided: Vec<usize> = self.depends_on(i).filter(|on| self.enabled[*on].is_none()).collect();
            if self.enabled[i].is_some() || undecided.is_empty() {
                let (item, above) = self.flat[i];
                // Items below a disabled one are disabled, independent of their own conditions.
                let reached = above.is_none_or(|above| self.enabled[above] == Some(true));
                self.enabled[i] = Some(reached && self.conditions_hold(item));
                open.pop();
            } else {
                open.extend(undecided);
            }
        }
    }

    fn depends_on(&self, i: usize) -> impl Iterator<Item = usize> {
        let (item, above) = self.flat[i];
        let questions = item.enable_when.iter().filter_map(|c| self.by_id.get(c.question.as_str()).copied());
        questions.chain(above)
    }

    fn conditions_hold(&self, item: &Item) -> bool {
        let mut holds = item.enable_when.iter();
        match item.enable_behavior {
            EnableBehavior::All => holds.all(|condition| self.holds(condition)),
            EnableBehavior::Any => holds.len() == 0 || holds.any(|condition| self.holds(condition)),
        }
    }

    fn holds(&self, condition: &Condition) -> bool {
        let Some(&question) = self.by_id.get(condition.question.as_str()) else { return false };
        // An answer given before its question was disabled does not count.
        let counts = self.enabled[question] == Some(true);
        compare(condition, if counts { &self.given[question] } else { &[] })
    }
}

fn flatten<'i>(items: &'i [Item], above: Option<usize>, flat: &mut Vec<(&'i Item, Option<usize>)>) {
    for item in items {
        flat.push((item, above));
        let here = flat.len() - 1;
        flatten(&item.children, Some(here), flat);
    }
}

/// FHIR R4: "exists" asks whether there is an answer; "!=" holds where no answer is equal, so also where there is
/// none; all others hold where at least one answer compares so.
fn compare(condition: &Condition, given: &[Value]) -> bool {
    let wanted = &condition.answer;
    let any = |test: fn(Ordering) -> bool| given.iter().any(|value| order(value, wanted).is_some_and(test));
    let equal = || {
        given.iter().any(|value| match order(value, wanted) {
            Some(order) => order == Ordering::Equal,
            None => same(value, wanted),
        })
    };
    match condition.operator {
        Operator::Exists => *wanted == Value::Boolean(!given.is_empty()),
        Operator::Equal => equal(),
        Operator::NotEqual => !equal(),
        Operator::Greater => any(Ordering::is_gt),
        Operator::Less => any(Ordering::is_lt),
        Operator::GreaterOrEqual => any(Ordering::is_ge),
        Operator::LessOrEqual => any(Ordering::is_le),
    }
}

fn same(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Text(a), Value::Text(b)) => a.trim() == b.trim(),
        _ => value == wanted,
    }
}
