//! Keys of options, shown on screens and typed by people. In order of preference: numbers at the beginning of
//! the options' words, prefixes, weights that are distinct integers, codes that are numbers, then 1, 2, 3 ...
//! Yes and no, and options that occur in several questions, have the same keys and order throughout an
//! instrument.

use std::collections::BTreeMap;

use super::item::{ChoiceOption, Item, ItemKind, KeyedAnswer};
use super::marks::{self, Mark, MarkKind, folded, same_key};
use super::value::whole;
use crate::entry::Value;
use crate::measure::Decimal;
use crate::text::Text;
use crate::words::{self, is_typed, typed};

/// Letters that are commands in prompts (back, leave, skip), and never keys.
const COMMANDS: [&str; 3] = ["b", "q", "s"];
/// Letters used as keys if any number would mislead.
const LETTERS: &str = "acdefghijklmoprtuvwxyz";
/// Most options of a question with yes, no and perhaps "not sure" or "does not apply".
const YES_NO_MAX: usize = 4;

/// Keys of yes and no in an instrument.
#[derive(Clone, PartialEq, Eq, Debug)]
struct YesNo {
    yes: String,
    no: String,
}

/// Keys and other texts decided for the options of one question.
struct Decided {
    /// Keys by option.
    keys: Vec<String>,
    /// Indexes of the options in the order shown.
    order: Vec<usize>,
}

/// Options of earlier questions by their words, each with its key.
type Known = BTreeMap<Vec<String>, Vec<(String, String)>>;

/// Assigns keys to every item. Returns remarks for the author.
pub(super) fn assign(items: &mut [Item]) -> Vec<String> {
    let mut notes = Vec::new();
    let yes_no = YesNo::of(items, &mut notes);
    assign_each(items, &yes_no, &mut Known::new(), &mut notes);
    notes
}

fn assign_each(items: &mut [Item], yes_no: &YesNo, known: &mut Known, notes: &mut Vec<String>) {
    for item in items {
        match item.kind {
            ItemKind::Boolean => item.keys = yes_no.lines(),
            ItemKind::Choice => item.keys = keyed(item, yes_no, known, notes),
            ItemKind::Group
            | ItemKind::Display
            | ItemKind::Integer
            | ItemKind::Decimal
            | ItemKind::Quantity
            | ItemKind::Text { .. }
            | ItemKind::Date
            | ItemKind::Time
            | ItemKind::DateTime => {}
        }
        assign_each(&mut item.children, yes_no, known, notes);
    }
}

fn keyed(item: &Item, yes_no: &YesNo, known: &mut Known, notes: &mut Vec<String>) -> Vec<KeyedAnswer> {
    let options = &item.options;
    let in_text = Marks::of_text(options);
    let from_text = in_text.keys().filter(|keys| clear(options, keys));
    let strip = from_text.is_some() || in_text.are_commands();
    let keys = from_text.or_else(|| Marks::of_prefixes(options).keys());
    let decided = match keys {
        Some(keys) => Decided { order: order(options, &keys), keys },
        None => unmarked(item, yes_no, known, notes),
    };
    let line = |at: &usize| {
        let option = &options[*at];
        let mut also = in_text.also(*at);
        also.extend(Marks::of_prefixes(options).also(*at));
        also.extend(texts(option).flat_map(marks::meant));
        let label = if strip { in_text.label(*at, &option.text) } else { option.text.clone() };
        KeyedAnswer { key: decided.keys[*at].clone(), label, value: option.value(), also, option: Some(*at) }
    };
    decided.order.iter().map(line).collect()
}

/// Keys of options without a number of their own: those of an earlier question with the same words, otherwise
/// by weight, code or position, the first that does not contradict a number in the words.
fn unmarked(item: &Item, yes_no: &YesNo, known: &mut Known, notes: &mut Vec<String>) -> Decided {
    let options = &item.options;
    let words: Vec<String> = options.iter().map(words).collect();
    let mut signature = words.clone();
    signature.sort();
    if let Some(before) = known.get(&signature) {
        let place = |word: &String| words.iter().position(|w| w == word);
        let order: Vec<usize> = before.iter().filter_map(|(word, _)| place(word)).collect();
        let key = |word: &String| before.iter().find(|(w, _)| w == word).map(|(_, key)| key.clone());
        let keys: Vec<String> = words.iter().filter_map(key).collect();
        if keys.len() == options.len() && order.len() == options.len() {
            return Decided { keys, order };
        }
    }
    let keys = yes_no
        .keys(options)
        .or_else(|| numbered(options, |option| option.ordinal.and_then(whole).map(|n| n.to_string())))
        .or_else(|| numbered(options, |option| number_code(&option.code)).filter(|_| all_numbers(options)))
        .unwrap_or_else(|| by_place(options));
    let keys = if clear(options, &keys) {
        keys
    } else {
        notes.push(format!(
            "linkId {}: its options have letters as keys, because numbers in their words would be taken for others; \
             optionPrefix decides",
            item.link_id
        ));
        letters(options.len())
    };
    let order = order(options, &keys);
    known.insert(signature, order.iter().map(|at| (words[*at].clone(), keys[*at].clone())).collect());
    Decided { keys, order }
}

/// The questionnaire's order, with yes and no in the order of their keys.
fn order(options: &[ChoiceOption], keys: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..options.len()).collect();
    if let Some((yes, no)) = yes_and_no(options) {
        let number = |at: usize| keys[at].parse::<Decimal>().ok();
        let yes_first = match (number(yes), number(no)) {
            (Some(yes), Some(no)) => yes < no,
            _ => keys[yes] < keys[no],
        };
        if let Some(pair) = order.get_mut(..2) {
            pair.copy_from_slice(&if yes_first { [yes, no] } else { [no, yes] });
        }
    }
    order
}

/// Keys by the number that `number` returns for an option; options without one follow the highest.
fn numbered(
    options: &[ChoiceOption],
    number: impl Fn(&ChoiceOption) -> Option<String>,
) -> Option<Vec<String>> {
    completed(options.iter().map(number).collect())
}

/// Distinct keys, with missing ones filled by the numbers after the highest. `None` if fewer than half exist
/// or two are equal.
fn completed(keys: Vec<Option<String>>) -> Option<Vec<String>> {
    let there: Vec<&String> = keys.iter().flatten().collect();
    let distinct = there.iter().enumerate().all(|(i, a)| there[..i].iter().all(|b| !same_key(a, b)));
    if !distinct || there.len() * 2 < keys.len() || (there.len() < 2 && there.len() < keys.len()) {
        return None;
    }
    if there.len() == keys.len() {
        return keys.into_iter().collect();
    }
    let highest = there.iter().filter_map(|key| key.parse::<Decimal>().ok()).max();
    let mut next = highest.map(|highest| highest.nanos().div_euclid(1_000_000_000))?;
    let fill = |key: Option<String>| {
        key.unwrap_or_else(|| {
            next += 1;
            next.to_string()
        })
    };
    Some(keys.into_iter().map(fill).collect())
}

fn number_code(code: &str) -> Option<String> {
    let digits = code.bytes().all(|b| b.is_ascii_digit()) && (1..=3).contains(&code.len());
    digits.then(|| code.to_owned())
}

fn all_numbers(options: &[ChoiceOption]) -> bool {
    options.iter().all(|option| number_code(&option.code).is_some())
}

/// 1, 2, 3 ...; from 0 if "no" comes first, so that 1 is never a "no".
fn by_place(options: &[ChoiceOption]) -> Vec<String> {
    let first_is_no = options.first().is_some_and(|option| says(option) == Some(false));
    let start = usize::from(!first_is_no);
    (start..start + options.len()).map(|n| n.to_string()).collect()
}

fn letters(count: usize) -> Vec<String> {
    let single = LETTERS.chars().map(String::from);
    let double = LETTERS.chars().flat_map(|a| LETTERS.chars().map(move |b| format!("{a}{b}")));
    let triple = (1..).map(|n| format!("z{n}"));
    single.chain(double).chain(triple).take(count).collect()
}

/// True if no key is a number with which the words of another option begin or that they mean.
fn clear(options: &[ChoiceOption], keys: &[String]) -> bool {
    options.iter().enumerate().all(|(i, option)| {
        let meant: Vec<String> = texts(option).flat_map(marks::meant).collect();
        keys.iter().enumerate().all(|(j, key)| i == j || !meant.iter().any(|number| same_key(number, key)))
    })
}

fn texts(option: &ChoiceOption) -> impl Iterator<Item = &str> {
    option.text.iter().map(|(_, words)| words)
}

/// Words by which options of two questions are compared.
fn words(option: &ChoiceOption) -> String {
    texts(option).map(folded).collect::<Vec<_>>().join("\n")
}

/// Marks of all options of a question.
struct Marks {
    marks: Vec<Option<Mark>>,
    kind: Option<MarkKind>,
}

impl Marks {
    fn of_text(options: &[ChoiceOption]) -> Self {
        let mut alike = true;
        let mut of_one = |option: &ChoiceOption| {
            let mut found: Option<Mark> = None;
            for marked in texts(option).filter_map(marks::leading) {
                match &found {
                    Some(mark) => alike &= same_key(&mark.key, &marked.mark.key),
                    None => found = Some(marked.mark),
                }
            }
            found
        };
        let mut marks: Vec<Option<Mark>> = options.iter().map(&mut of_one).collect();
        let kind = marks::of_one_sort(&mut marks).filter(|_| alike);
        Self { marks, kind }
    }

    fn of_prefixes(options: &[ChoiceOption]) -> Self {
        let mark = |option: &ChoiceOption| option.prefix.as_deref().and_then(marks::whole);
        let mut marks: Vec<Option<Mark>> = options.iter().map(mark).collect();
        // Prefixes may mix numbers and words: 1, 2, NA.
        let mixed = marks::of_one_sort(&mut marks).is_none() && marks.iter().any(Option::is_some);
        let kind =
            if mixed { Some(MarkKind::Word) } else { marks.iter().flatten().next().map(|mark| mark.kind) };
        Self { marks, kind }
    }

    /// Marks as keys, if they are usable.
    fn keys(&self) -> Option<Vec<String>> {
        self.kind.filter(|_| !self.has_command())?;
        completed(self.marks.iter().map(|mark| mark.as_ref().map(|mark| mark.key.clone())).collect())
    }

    fn has_command(&self) -> bool {
        self.marks.iter().flatten().any(|mark| COMMANDS.contains(&mark.key.as_str()))
    }

    /// True if every option has its letter, and one of the letters is a command.
    fn are_commands(&self) -> bool {
        self.kind == Some(MarkKind::Letter) && self.has_command() && self.marks.iter().all(Option::is_some)
    }

    fn also(&self, at: usize) -> Vec<String> {
        let mark = self.marks[at].iter().filter(|_| self.kind.is_some());
        mark.flat_map(|mark| [Some(mark.key.clone()), mark.also.clone()]).flatten().collect()
    }

    fn label(&self, at: usize, text: &Text) -> Text {
        if self.marks[at].is_none() {
            return text.clone();
        }
        text.map(|_, words| marks::leading(words).map_or(words, |marked| marked.rest).to_owned())
    }
}

impl YesNo {
    /// 0 for no and 1 for yes, unless the words of such a question differ; letters if these disagree.
    fn of(items: &[Item], notes: &mut Vec<String>) -> Self {
        let mut found: Option<(Self, &str)> = None;
        for item in super::item::walk(items).filter(|item| item.kind == ItemKind::Choice) {
            let keys =
                Marks::of_text(&item.options).keys().or_else(|| Marks::of_prefixes(&item.options).keys());
            let (Some(keys), Some((yes, no))) = (keys, yes_and_no(&item.options)) else { continue };
            let here = Self { yes: keys[yes].clone(), no: keys[no].clone() };
            match &found {
                Some((first, link_id))
                    if same_key(&first.yes, &here.no) || same_key(&first.no, &here.yes) =>
                {
                    notes.push(format!(
                        "linkId {}: the number of yes here is that of no at linkId {link_id}; other questions of yes \
                         and no are answered with y and n",
                        item.link_id
                    ));
                    return Self { yes: "y".to_owned(), no: "n".to_owned() };
                }
                Some(_) => {}
                None => found = Some((here, &item.link_id)),
            }
        }
        found.map_or_else(|| Self { yes: "1".to_owned(), no: "0".to_owned() }, |(found, _)| found)
    }

    /// Lines of a yes or no question.
    fn lines(&self) -> Vec<KeyedAnswer> {
        let line = |yes: bool| KeyedAnswer {
            key: if yes { &self.yes } else { &self.no }.clone(),
            label: words::texts(|lang| {
                if yes { words::answer::label_yes(lang) } else { words::answer::label_no(lang) }.to_owned()
            }),
            value: Value::Boolean(yes),
            also: Vec::new(),
            option: None,
        };
        let number = |key: &str| key.parse::<Decimal>().ok();
        let yes_first = match (number(&self.yes), number(&self.no)) {
            (Some(yes), Some(no)) => yes < no,
            _ => self.yes < self.no,
        };
        if yes_first { vec![line(true), line(false)] } else { vec![line(false), line(true)] }
    }

    /// Keys of a choice between yes, no and perhaps others.
    fn keys(&self, options: &[ChoiceOption]) -> Option<Vec<String>> {
        let (yes, no) = yes_and_no(options)?;
        let mut keys = vec![None; options.len()];
        (keys[yes], keys[no]) = (Some(self.yes.clone()), Some(self.no.clone()));
        completed(keys.clone()).or_else(|| {
            let mut more = letters(options.len()).into_iter();
            keys.into_iter().map(|key| key.or_else(|| more.next())).collect()
        })
    }
}

/// Indexes of yes and no in a choice between them: each once, before all others.
pub(super) fn yes_and_no(options: &[ChoiceOption]) -> Option<(usize, usize)> {
    let said: Vec<Option<bool>> = options.iter().map(says).collect();
    let fits = options.len() <= YES_NO_MAX && said.iter().skip(2).all(Option::is_none);
    match said.get(..2)? {
        [Some(true), Some(false)] if fits => Some((0, 1)),
        [Some(false), Some(true)] if fits => Some((1, 0)),
        _ => None,
    }
}

/// Meaning of an option that says yes or no, alone or before a comma.
fn says(option: &ChoiceOption) -> Option<bool> {
    let head = |text: &str| {
        let words = marks::leading(text).map_or(text, |marked| marked.rest);
        let end = words.find([',', ';', '，', '；', '。', '.', '(', '（', ':', '：']).unwrap_or(words.len());
        yes_or_no(&folded(words.split_at(end).0))
    };
    let mut heads = texts(option).map(head);
    let first = heads.next()??;
    heads.all(|head| head.is_none_or(|other| other == first)).then_some(first)
}

/// Meaning of a lower-case word in any language.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    let is = |words| is_typed(word, words);
    if is(typed::yes) { Some(true) } else { is(typed::no).then_some(false) }
}

#[cfg(test)]
mod tests;
