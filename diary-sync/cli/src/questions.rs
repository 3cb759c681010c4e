//! One question at a time: shows it, takes what is typed, goes back, skips, leaves. Every answer is handed to `keep`
//! at once; what becomes of it is the caller's matter.

mod line;

use diary_core::entry::{Answer, Value};
use diary_core::readers::{self, Far};
use diary_core::study::instrument::{Instrument, Item, ItemKind, folded};
use diary_core::text::{self, Lang};

use crate::failure::Failure;
use crate::input;
use crate::screen::Screen;
use crate::words;

/// How a round of questions ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Round {
    /// All was answered and looked through.
    Finished,
    /// The person left; nothing that was answered is lost.
    Left,
}

/// Which questions of a questionnaire can be skipped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Skipping {
    /// Every one: said once at the beginning.
    All,
    /// Some: said with each of them.
    Some,
    /// None: not offered.
    None,
}

/// What a person did with one question.
enum Reply {
    Given(Vec<Value>),
    Several(Vec<line::Given>),
    Keep,
    Skip,
    Back,
    Leave,
}

/// Where the answers are kept.
pub(crate) trait Answers {
    /// What was answered so far.
    fn answers(&self) -> Result<Vec<Answer>, Failure>;
    /// Whether what was answered is still there after leaving.
    fn outlast_leaving(&self) -> bool;
    /// Keeps one answer, and says at once what it sets off; none at all takes it back.
    fn keep(&mut self, screen: &mut Screen<'_>, link_id: &str, values: Vec<Value>) -> Result<(), Failure>;
}

/// Asks every question that is enabled, from the first that is still open, and lets the person look through the
/// answers at the end.
pub(crate) fn ask_all(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    kept: &mut dyn Answers,
) -> Result<Round, Failure> {
    let answers = kept.answers()?;
    let items = instrument.enabled(&answers);
    let keys = words::questions::keys(skipping(&items), screen.lang);
    screen.say(&keys)?;
    let start = first_open(&items, &answers);
    go_on(screen, instrument, kept, start, false)
}

/// Lets the person look through answers that are complete, and change some.
pub(crate) fn look_over(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    kept: &mut dyn Answers,
) -> Result<Round, Failure> {
    go_on(screen, instrument, kept, usize::MAX, true)
}

fn go_on(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    kept: &mut dyn Answers,
    start: usize,
    start_looking: bool,
) -> Result<Round, Failure> {
    let (mut at, mut looking) = (start, start_looking);
    loop {
        let answers = kept.answers()?;
        let items = instrument.enabled(&answers);
        let Some(item) = items.get(at) else {
            let prompt = words::questions::save_or_change(kept.outlast_leaving(), screen.lang);
            match look_through(screen, instrument, &items, &answers, prompt)? {
                Look::Save => return Ok(Round::Finished),
                Look::Leave => return Ok(Round::Left),
                Look::Change(chosen) => (at, looking) = (chosen, true),
            }
            continue;
        };
        show(screen, instrument, item, &items, &answers)?;
        let several = if looking { None } else { Some(answers.as_slice()) };
        match ask(screen, instrument, item, answer_to(item, &answers), several)? {
            Reply::Given(values) => kept.keep(screen, &item.link_id, values)?,
            Reply::Several(given) => {
                at = keep_several(screen, instrument, kept, &given)?;
                continue;
            }
            Reply::Skip => kept.keep(screen, &item.link_id, Vec::new())?,
            Reply::Keep => {}
            Reply::Back => {
                at = at.saturating_sub(1);
                continue;
            }
            Reply::Leave => return Ok(Round::Left),
        }
        let answers = kept.answers()?;
        let enabled = instrument.enabled(&answers);
        at = if looking { first_missing(&enabled, &answers) } else { after(item, &enabled, at) };
    }
}

/// Which of the questions can be skipped.
fn skipping(items: &[&Item]) -> Skipping {
    match items.iter().filter(|item| item.required).count() {
        0 => Skipping::All,
        required if required == items.len() => Skipping::None,
        _ => Skipping::Some,
    }
}

/// Keeps the answers of one line, each said back with its question before it is kept: what it sets off is shown at
/// once, and must be seen to belong to it. Gives the place to go on at.
fn keep_several(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    kept: &mut dyn Answers,
    given: &[line::Given],
) -> Result<usize, Failure> {
    let mut next = 0;
    for one in given {
        let answers = kept.answers()?;
        let items = instrument.enabled(&answers);
        if let Some((at, item)) = items.iter().enumerate().find(|(_, item)| item.link_id == one.link_id) {
            let answer = instrument.show(item, &one.value, screen.lang);
            let text = format!("{}  {answer}", item.text.get(screen.lang));
            screen.say_behind(&format!("{}/{}  ", at + 1, items.len()), &text)?;
            next = at + 1;
        }
        kept.keep(screen, &one.link_id, vec![one.value.clone()])?;
    }
    Ok(next)
}

fn answer_to<'a>(item: &Item, answers: &'a [Answer]) -> Option<&'a Answer> {
    answers.iter().find(|answer| answer.link_id == item.link_id && !answer.values.is_empty())
}

/// Where to go on: behind the last question that was answered, but not past one that must be answered.
fn first_open(items: &[&Item], answers: &[Answer]) -> usize {
    let last = items.iter().rposition(|item| answer_to(item, answers).is_some());
    last.map_or(0, |last| last + 1).min(first_missing(items, answers))
}

/// The first question that must be answered and is not; the number of questions where there is none.
fn first_missing(items: &[&Item], answers: &[Answer]) -> usize {
    let missing = |item: &&Item| item.required && answer_to(item, answers).is_none();
    items.iter().position(missing).unwrap_or(items.len())
}

fn after(item: &Item, items: &[&Item], at: usize) -> usize {
    items.iter().position(|other| other.link_id == item.link_id).unwrap_or(at) + 1
}

fn show(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    item: &Item,
    items: &[&Item],
    answers: &[Answer],
) -> Result<(), Failure> {
    screen.blank()?;
    for text in leading_texts(instrument, item, answers) {
        let text = text.text.get(screen.lang).to_owned();
        screen.say(&text)?;
    }
    let at = items.iter().position(|other| other.link_id == item.link_id).unwrap_or_default();
    let head = format!("{}/{}  ", at + 1, items.len());
    let question = item.text.get(screen.lang).to_owned();
    screen.say_behind(&head, &question)?;
    for answer in item.keyed_answers() {
        let label = answer.label.get(screen.lang).to_owned();
        screen.say_behind(&format!("  {:>3}  ", answer.key), &label)?;
    }
    for hint in hints(instrument, item, skipping(items), screen.lang) {
        screen.say_behind("       ", &hint)?;
    }
    if let Some(answer) = answer_to(item, answers) {
        let so_far = words::questions::so_far(&shown(instrument, item, answer, screen.lang), screen.lang);
        screen.say(&so_far)?;
    }
    Ok(())
}

/// What is said below a question: what else can be typed.
fn hints(instrument: &Instrument, item: &Item, skipping: Skipping, lang: Lang) -> Vec<String> {
    let mut hints = Vec::new();
    match item.kind {
        ItemKind::Choice => {
            let keys: Vec<&str> = item.keyed_answers().iter().map(|answer| answer.key.as_str()).collect();
            if let (true, [first, .., last]) = (item.repeats, keys.as_slice()) {
                hints.push(words::questions::several(first, last, lang));
            }
            if item.open {
                hints.push(words::questions::own_words(lang).to_owned());
            }
        }
        ItemKind::Boolean => hints.push(words::questions::yes_no_words(lang).to_owned()),
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Integer
        | ItemKind::Decimal
        | ItemKind::Quantity
        | ItemKind::Text { .. }
        | ItemKind::Date
        | ItemKind::Time
        | ItemKind::DateTime => hints.push(accepted(instrument, item, lang)),
    }
    if skipping == Skipping::Some && !item.required {
        hints.push(words::questions::may_skip(lang).to_owned());
    }
    hints
}

/// Headings and texts between the question before and this one.
fn leading_texts<'i>(instrument: &'i Instrument, item: &Item, answers: &[Answer]) -> Vec<&'i Item> {
    let shown = instrument.shown(answers);
    let at = shown.iter().position(|other| other.link_id == item.link_id).unwrap_or_default();
    let from = shown[..at].iter().rposition(|other| other.is_asked()).map_or(0, |before| before + 1);
    shown[from..at].to_vec()
}

/// An answer as people read it.
pub(crate) fn shown(instrument: &Instrument, item: &Item, answer: &Answer, lang: Lang) -> String {
    let values = answer.values.iter().map(|value| instrument.show(item, value, lang));
    text::shown(&values.collect::<Vec<_>>().join(lang.pick(", ", "、"))).into_owned()
}

fn ask(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    item: &Item,
    current: Option<&Answer>,
    several: Option<&[Answer]>,
) -> Result<Reply, Failure> {
    let (zone, mut doubtful) = (screen.env.zone, None);
    loop {
        let Some(line) = screen.ask("> ")? else { return Ok(Reply::Leave) };
        let (typed, now) = (line.trim(), screen.env.clock.now());
        let word = folded(typed);
        if let Some(command) = Command::of(&word, item) {
            // What names an option too is neither before the person has said which.
            let named = instrument.parse_seen(item, typed, zone, now).ok();
            let named = item.keyed_answers().iter().find(|answer| Some(&answer.value) == named.as_ref());
            match named.filter(|_| doubtful != Some(command)) {
                Some(answer) => {
                    doubtful = Some(command);
                    let words = answer.label.get(screen.lang);
                    let either = words::questions::answer_or_command(&word, &answer.key, words, screen.lang);
                    screen.say(&either)?;
                }
                None => match command {
                    Command::Back => return Ok(Reply::Back),
                    Command::Leave => return Ok(Reply::Leave),
                    Command::Skip if !item.required => return Ok(Reply::Skip),
                    Command::Skip => screen.say(words::questions::must_be_answered(screen.lang))?,
                },
            }
            continue;
        }
        match word.as_str() {
            "" if current.is_some() => return Ok(Reply::Keep),
            "?" | "" | "帮助" => help(screen, instrument, item)?,
            _ => {
                let typed =
                    if item.open { typed } else { typed.strip_prefix(['\\', '＼']).unwrap_or(typed) };
                let read = input::answers::typed(instrument, item, typed, zone, now);
                match read.and_then(|values| instrument.check(item, &values).map(|()| values)) {
                    Ok(values) => {
                        if is_meant(screen, &values)? {
                            return Ok(Reply::Given(values));
                        }
                    }
                    Err(error) => {
                        let here = line::Here { zone, now };
                        let read = several.map(|answers| line::read(instrument, answers, item, typed, here));
                        let message = match read {
                            Some(Ok(given)) => return Ok(Reply::Several(given)),
                            Some(Err(line::Refused::First)) | None => error.message(screen.lang),
                            Some(Err(refused)) => not_taken(&refused, screen.lang),
                        };
                        screen.say(&message)?;
                    }
                }
            }
        }
    }
}

/// Asks whether a date more than a year away is meant.
fn is_meant(screen: &mut Screen<'_>, values: &[Value]) -> Result<bool, Failure> {
    match far_date(screen, values) {
        Some(far) => Ok(screen.confirm(&far.question(screen.lang))?),
        None => Ok(true),
    }
}

/// The first date of an answer that lies more than a year away.
pub(crate) fn far_date(screen: &Screen<'_>, values: &[Value]) -> Option<Far> {
    let today = screen.env.zone.local(screen.env.clock.now()).date();
    values.iter().filter_map(Value::date).find_map(|date| readers::far(date, today))
}

/// What can be done with a question beside answering it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Command {
    Back,
    Skip,
    Leave,
}

impl Command {
    /// The command that `word` is. Where words are the answer, English words are answers.
    fn of(word: &str, item: &Item) -> Option<Self> {
        let words_are_answers = item.open || matches!(item.kind, ItemKind::Text { .. });
        match word {
            "b" | "返回" | "上一题" => Some(Self::Back),
            "s" | "跳过" => Some(Self::Skip),
            "q" | "退出" | "离开" => Some(Self::Leave),
            "back" if !words_are_answers => Some(Self::Back),
            "skip" if !words_are_answers => Some(Self::Skip),
            "quit" | "leave" if !words_are_answers => Some(Self::Leave),
            _ => None,
        }
    }
}

/// Why a line of several answers was not taken.
fn not_taken(refused: &line::Refused, lang: Lang) -> String {
    let why = match refused {
        line::Refused::First => String::new(),
        line::Refused::Answer(n, error) => words::questions::refused_in_line(*n, &error.message(lang), lang),
        line::Refused::OwnLine(n, item) => words::questions::own_line(*n, item.text.get(lang), lang),
        line::Refused::TooMany(left) => words::questions::too_many(*left, lang),
    };
    words::questions::line_not_taken(lang).to_owned() + &why
}

/// What is accepted as an answer: the instrument says it where there is none.
fn accepted(instrument: &Instrument, item: &Item, lang: Lang) -> String {
    let nothing = instrument.check(item, &[]).err();
    nothing.and_then(|error| error.expected).map(|expected| expected.sentence(lang)).unwrap_or_default()
}

/// What is accepted, and the keys.
fn help(screen: &mut Screen<'_>, instrument: &Instrument, item: &Item) -> Result<(), Failure> {
    let accepted = accepted(instrument, item, screen.lang);
    screen.say(&accepted)?;
    let keys = words::questions::all_keys(item.required, screen.lang);
    screen.say(&keys)?;
    Ok(())
}

/// What a person wants after looking through the answers.
enum Look {
    Save,
    Change(usize),
    Leave,
}

fn look_through(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    items: &[&Item],
    answers: &[Answer],
    prompt: &str,
) -> Result<Look, Failure> {
    screen.blank()?;
    let heading = words::questions::your_answers(screen.lang);
    screen.say(heading)?;
    for (n, item) in (1..).zip(items) {
        let answer = answer_to(item, answers).map(|answer| shown(instrument, item, answer, screen.lang));
        let answer = answer.unwrap_or_else(|| words::questions::not_answered(screen.lang).to_owned());
        let line = format!("{}  {answer}", item.text.get(screen.lang));
        screen.say_behind(&format!("  {n:>3}  "), &line)?;
    }
    screen.say(prompt)?;
    loop {
        let Some(line) = screen.ask("> ")? else { return Ok(Look::Leave) };
        let typed = folded(&line);
        match typed.as_str() {
            "" => return Ok(Look::Save),
            "q" | "leave" | "quit" | "退出" | "离开" => return Ok(Look::Leave),
            "b" | "back" | "返回" | "上一题" if !items.is_empty() => {
                return Ok(Look::Change(items.len() - 1));
            }
            number => match number.parse::<usize>() {
                Ok(n) if (1..=items.len()).contains(&n) => return Ok(Look::Change(n - 1)),
                _ => screen.say(prompt)?,
            },
        }
    }
}
