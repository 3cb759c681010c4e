//! Repeating groups, expanded when the Questionnaire is read: the first repetition has the items as written;
//! each further one has copies with `linkId`s that end in `#2`, `#3` ..., below a question "another?" that
//! enables it. Answers, conditions and storage then need no special case.

use super::reader::{At, Reader};
use crate::entry::Value;
use crate::study::instrument::error::Problem;
use crate::study::instrument::item::{Condition, EnableBehavior, Item, ItemKind, Operator, walk};
use crate::text::{Lang, Text};
use crate::words::{self, answer as say};

/// Most repetitions of a group.
pub(super) const REPETITIONS_MAX: u16 = 20;
/// Most items of the repetitions of one group, at all depths.
const COPIES_MAX: usize = 500;

impl Reader<'_> {
    /// `items` with the repetitions of repeating groups.
    pub(super) fn unrolled(&mut self, at: &At<'_>, items: Vec<Item>) -> Vec<Item> {
        if !walk(&items).any(|item| item.kind == ItemKind::Group && item.repeats) {
            return items;
        }
        self.check_groups(&items);
        let items: Vec<Item> = items.into_iter().flat_map(|item| self.laid_out(item)).collect();
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = walk(&items).find(|item| !seen.insert(item.link_id.as_str())) {
            let what = format!("the linkId \"{}\" is also that of a repetition", twice.link_id);
            self.fail(&at.place, Problem::Conflict(what));
        }
        items
    }

    /// Refuses groups that repeat inside each other, and conditions that refer to such a group from outside,
    /// for which the repetition would be undefined.
    fn check_groups(&mut self, items: &[Item]) {
        let groups: Vec<&Item> =
            walk(items).filter(|item| item.kind == ItemKind::Group && item.repeats).collect();
        for group in groups {
            let place = self.places.get(&group.link_id).cloned().unwrap_or_default();
            let inner: Vec<&Item> = walk(&group.children).collect();
            if inner.iter().any(|item| item.kind == ItemKind::Group && item.repeats) {
                self.fail(&place, unsupported("a group that repeats inside a group that repeats"));
            }
            if !inner.iter().any(|item| item.asked) {
                self.fail(&place, unsupported("a group that repeats without a question"));
            }
            let is_inner = |link_id: &str| inner.iter().any(|item| item.link_id == link_id);
            for item in walk(items).filter(|item| !is_inner(&item.link_id)) {
                if let Some(condition) = item.enable_when.iter().find(|c| is_inner(&c.question)) {
                    let what = format!(
                        "enableWhen looks at \"{}\", which stands in a group that repeats: it would be unclear which \
                         repetition counts",
                        condition.question
                    );
                    let place = self.places.get(&item.link_id).cloned().unwrap_or_default();
                    self.fail(&place, Problem::Conflict(what));
                }
            }
        }
    }

    /// An item, or all repetitions of a repeating group with their questions.
    fn laid_out(&mut self, mut item: Item) -> Vec<Item> {
        if item.kind != ItemKind::Group || !item.repeats {
            item.children = item.children.into_iter().flat_map(|child| self.laid_out(child)).collect();
            return vec![item];
        }
        let size = walk(std::slice::from_ref(&item)).count() + 1;
        let fitting = u16::try_from(COPIES_MAX / size).unwrap_or(REPETITIONS_MAX);
        let most = item.most.unwrap_or(REPETITIONS_MAX).min(REPETITIONS_MAX).min(fitting.max(1));
        if item.most.is_none_or(|wanted| wanted > most) {
            let place = self.places.get(&item.link_id).cloned().unwrap_or_default();
            self.ignored.push(format!("{place}: it repeats at most {most} times"));
        }
        let inner: Vec<String> = walk(&item.children).map(|item| item.link_id.clone()).collect();
        let mut all = Vec::new();
        for repetition in 1..=most {
            if repetition > 1 {
                all.push(another(&item, &inner, repetition));
            }
            all.push(copy(&item, &inner, repetition, true));
        }
        all
    }
}

fn unsupported(what: &str) -> Problem {
    Problem::Unsupported { what: what.to_owned(), why: "its answers would have no place of their own" }
}

/// `linkId` in a repetition.
fn marked(link_id: &str, repetition: u16) -> String {
    if repetition == 1 { link_id.to_owned() } else { format!("{link_id}#{repetition}") }
}

/// Question for one more repetition, asked once the one before has an answer.
fn another(group: &Item, inner: &[String], repetition: u16) -> Item {
    let before = repetition - 1;
    let answered = |item: &Item| Condition {
        question: marked(&item.link_id, before),
        operator: Operator::Exists,
        answer: Value::Boolean(true),
    };
    let questions = walk(&group.children).filter(|item| item.asked && inner.contains(&item.link_id));
    Item {
        link_id: marked(&group.link_id, repetition) + "?",
        text: words::texts(|lang| one_more(&group.text, lang)),
        short: None,
        kind: ItemKind::Boolean,
        required: false,
        repeats: false,
        most: None,
        asked: group_asked(group),
        hidden: group.hidden,
        open: false,
        repetition: Some(repetition),
        enable_when: questions.map(answered).collect(),
        enable_behavior: EnableBehavior::Any,
        options: Vec::new(),
        keys: Vec::new(),
        min: None,
        max: None,
        max_length: None,
        max_decimal_places: None,
        units: Vec::new(),
        children: Vec::new(),
    }
}

fn one_more(group: &Text, lang: Lang) -> String {
    match group.get(lang) {
        "" => say::another(lang).to_owned(),
        words => say::another_of(lang, words),
    }
}

fn group_asked(group: &Item) -> bool {
    walk(&group.children).any(|item| item.asked)
}

/// One repetition. Conditions on items of the group refer to the same repetition.
fn copy(item: &Item, inner: &[String], repetition: u16, is_group: bool) -> Item {
    let mut new = item.clone();
    new.link_id = marked(&item.link_id, repetition);
    new.repetition = Some(repetition);
    for condition in new.enable_when.iter_mut().filter(|condition| inner.contains(&condition.question)) {
        condition.question = marked(&condition.question, repetition);
    }
    if is_group {
        new.repeats = false;
        new.required &= repetition == 1;
        if repetition > 1 {
            number(&mut new.text, repetition);
            new.enable_behavior = EnableBehavior::All;
            new.enable_when = vec![Condition {
                question: marked(&item.link_id, repetition) + "?",
                operator: Operator::Equal,
                answer: Value::Boolean(true),
            }];
        }
    }
    new.children = item.children.iter().map(|child| copy(child, inner, repetition, false)).collect();
    if !is_group && repetition > 1 && item.kind.is_question() {
        number(&mut new.text, repetition);
        new.short.iter_mut().for_each(|short| number(short, repetition));
    }
    new
}

/// Text with the number of the repetition, which distinguishes the answers.
fn number(text: &mut Text, repetition: u16) {
    *text = text.map(|_, words| format!("{words} ({repetition})"));
}
