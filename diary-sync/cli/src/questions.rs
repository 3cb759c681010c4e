//! One question at a time: shows it, takes what is typed, goes back, skips, leaves. Every answer is handed to `keep`
//! at once; what becomes of it is the caller's matter.

mod line;

use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{Instrument, Item, ItemKind, folded};
use diary_core::text::Lang;
use diary_view::questionnaire::{Course, Question, Reviewed, Step, accepted, far_date, hints, skipping};

use crate::failure::Failure;
use crate::input;
use crate::screen::Screen;
use crate::words;

/// Result of a round of questions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Round {
    /// All was answered and looked through.
    Finished,
    /// The person left; nothing that was answered is lost.
    Left,
}

/// Reply of a person to one question.
enum Reply {
    Given(Vec<Value>),
    Several(Vec<line::Given>),
    Keep,
    Skip,
    Back,
    Leave,
}

/// Storage of the answers during a round of questions.
pub(crate) trait Answers {
    /// The answers so far.
    fn answers(&self) -> Result<Vec<Answer>, Failure>;
    /// True if the answers are still there after leaving.
    fn outlast_leaving(&self) -> bool;
    /// Keeps one answer, and says at once what it sets off; none at all takes it back.
    fn keep(&mut self, screen: &mut Screen<'_>, link_id: &str, values: Vec<Value>) -> Result<(), Failure>;
}

/// Questions of one instrument, asked on a screen.
pub(crate) struct Questions<'a, 'e> {
    pub(crate) screen: &'a mut Screen<'e>,
    pub(crate) instrument: &'a Instrument,
    pub(crate) kept: &'a mut dyn Answers,
}

impl Questions<'_, '_> {
    /// Asks every question that is enabled, from the first that is still open, and lets the person look through the
    /// answers at the end.
    pub(crate) fn ask_all(&mut self) -> Result<Round, Failure> {
        let instrument = self.instrument;
        let answers = self.kept.answers()?;
        let keys = words::questions::keys(skipping(&instrument.enabled(&answers)), self.screen.lang);
        self.screen.say(keys)?;
        self.go_on(Course::go_on(instrument, &answers))
    }

    /// Lets the person look through answers that are complete, and change some.
    pub(crate) fn look_over(&mut self) -> Result<Round, Failure> {
        let instrument = self.instrument;
        self.go_on(Course::review(instrument))
    }

    fn go_on(&mut self, mut course: Course<'_>) -> Result<Round, Failure> {
        loop {
            let answers = self.kept.answers()?;
            let question = match course.step(&answers) {
                Step::Ask(question) => question,
                Step::Review(reviewed) => {
                    let prompt =
                        words::questions::save_or_change(self.kept.outlast_leaving(), self.screen.lang);
                    match self.look_through(&reviewed, prompt)? {
                        Look::Save => return Ok(Round::Finished),
                        Look::Leave => return Ok(Round::Left),
                        Look::Change(number) => course.change(number),
                    }
                    continue;
                }
            };
            self.show(&question)?;
            let item = question.item;
            match self.ask(&question, &answers)? {
                Reply::Given(values) => self.kept.keep(self.screen, &item.link_id, values)?,
                Reply::Several(given) => {
                    course.go_behind(self.keep_several(&given)?);
                    continue;
                }
                Reply::Skip => self.kept.keep(self.screen, &item.link_id, Vec::new())?,
                Reply::Keep => {}
                Reply::Back => {
                    course.back();
                    continue;
                }
                Reply::Leave => return Ok(Round::Left),
            }
            course.answered(item, &self.kept.answers()?);
        }
    }

    /// Keeps the answers of one line, each said back with its question before it is kept: what it sets off is shown at
    /// once, and must be seen to belong to it. Gives the place to go on at.
    fn keep_several(&mut self, given: &[line::Given]) -> Result<usize, Failure> {
        let instrument = self.instrument;
        let mut next = 0;
        for one in given {
            let answers = self.kept.answers()?;
            let items = instrument.enabled(&answers);
            if let Some((at, item)) = items.iter().enumerate().find(|(_, item)| item.link_id == one.link_id) {
                let answer = instrument.show(item, &one.value, self.screen.lang);
                let text = format!("{}  {answer}", item.text.get(self.screen.lang));
                self.screen.say_behind(&format!("{}/{}  ", at + 1, items.len()), &text)?;
                next = at + 1;
            }
            self.kept.keep(self.screen, &one.link_id, vec![one.value.clone()])?;
        }
        Ok(next)
    }

    fn show(&mut self, question: &Question<'_, '_>) -> Result<(), Failure> {
        let instrument = self.instrument;
        let lang = self.screen.lang;
        self.screen.blank()?;
        for text in &question.leading {
            self.screen.say(text.text.get(lang))?;
        }
        let item = question.item;
        self.screen.say_behind(&format!("{}/{}  ", question.number, question.of), item.text.get(lang))?;
        for answer in item.keyed_answers() {
            self.screen.say_behind(&format!("  {:>3}  ", answer.key), answer.label.get(lang))?;
        }
        for hint in hints(instrument, item, question.skipping) {
            self.screen.say_behind("       ", &words::questions::hint(&hint, lang))?;
        }
        if let Some(answer) = question.answer {
            self.screen.say(&words::questions::so_far(
                lang,
                words::questions::shown(instrument, item, answer, lang),
            ))?;
        }
        Ok(())
    }

    fn ask(&mut self, question: &Question<'_, '_>, answers: &[Answer]) -> Result<Reply, Failure> {
        let instrument = self.instrument;
        let item = question.item;
        let (zone, mut doubtful) = (self.screen.env.zone, None);
        loop {
            let Some(line) = self.screen.ask("> ")? else { return Ok(Reply::Leave) };
            let (typed, now) = (line.trim(), self.screen.env.clock.now());
            let word = folded(typed);
            if let Some(command) = Command::of(&word, item) {
                // What names an option too is neither before the person has said which.
                let named = instrument.parse_seen(item, typed, zone, now).ok();
                let named = item.keyed_answers().iter().find(|answer| Some(&answer.value) == named.as_ref());
                match named.filter(|_| doubtful != Some(command)) {
                    Some(answer) => {
                        doubtful = Some(command);
                        let words = answer.label.get(self.screen.lang);
                        let either =
                            words::questions::answer_or_command(self.screen.lang, &word, words, &answer.key);
                        self.screen.say(&either)?;
                    }
                    None => match command {
                        Command::Back => return Ok(Reply::Back),
                        Command::Leave => return Ok(Reply::Leave),
                        Command::Skip if question.may_skip() => return Ok(Reply::Skip),
                        Command::Skip => {
                            self.screen.say(words::questions::must_be_answered(self.screen.lang))?;
                        }
                    },
                }
                continue;
            }
            match word.as_str() {
                "" if question.answer.is_some() => return Ok(Reply::Keep),
                "" => self.help(item)?,
                asked if words::is_typed(asked, words::typed::help) => self.help(item)?,
                _ => {
                    let typed =
                        if item.open { typed } else { typed.strip_prefix(['\\', '＼']).unwrap_or(typed) };
                    let read = input::answers::typed(instrument, item, typed, zone, now);
                    match read.and_then(|values| instrument.check(item, &values).map(|()| values)) {
                        Ok(values) => {
                            if self.is_meant(&values)? {
                                return Ok(Reply::Given(values));
                            }
                        }
                        Err(error) => {
                            let here = line::Here { zone, now };
                            let read = question
                                .takes_several
                                .then(|| line::read(instrument, answers, item, typed, here));
                            let message = match read {
                                Some(Ok(given)) => return Ok(Reply::Several(given)),
                                Some(Err(line::Refused::First)) | None => error.message(self.screen.lang),
                                Some(Err(refused)) => not_taken(&refused, self.screen.lang),
                            };
                            self.screen.say(&message)?;
                        }
                    }
                }
            }
        }
    }

    /// Asks whether a date more than a year away is meant.
    fn is_meant(&mut self, values: &[Value]) -> Result<bool, Failure> {
        match far_date(values, self.screen.env.clock.now(), self.screen.env.zone) {
            Some(far) => Ok(self.screen.confirm(&far.question(self.screen.lang))?),
            None => Ok(true),
        }
    }

    /// Shows the accepted answers and the keys.
    fn help(&mut self, item: &Item) -> Result<(), Failure> {
        let instrument = self.instrument;
        let accepted = accepted(instrument, item).map(|expected| expected.sentence(self.screen.lang));
        self.screen.say(&accepted.unwrap_or_default())?;
        let keys = words::questions::all_keys(item.required, self.screen.lang);
        self.screen.say(keys)?;
        Ok(())
    }

    fn look_through(&mut self, reviewed: &[Reviewed<'_, '_>], prompt: &str) -> Result<Look, Failure> {
        let instrument = self.instrument;
        self.screen.blank()?;
        let heading = words::questions::your_answers(self.screen.lang);
        self.screen.say(heading)?;
        for (n, Reviewed { item, answer }) in (1..).zip(reviewed) {
            let answer =
                answer.map(|answer| words::questions::shown(instrument, item, answer, self.screen.lang));
            let answer =
                answer.unwrap_or_else(|| words::questions::not_answered(self.screen.lang).to_owned());
            let line = format!("{}  {answer}", item.text.get(self.screen.lang));
            self.screen.say_behind(&format!("  {n:>3}  "), &line)?;
        }
        self.screen.say(prompt)?;
        loop {
            let Some(line) = self.screen.ask("> ")? else { return Ok(Look::Leave) };
            let typed = folded(&line);
            match typed.as_str() {
                "" => return Ok(Look::Save),
                word if Command::Leave.is(word) => return Ok(Look::Leave),
                word if Command::Back.is(word) && !reviewed.is_empty() => {
                    return Ok(Look::Change(reviewed.len()));
                }
                number => match number.parse::<usize>() {
                    Ok(n) if (1..=reviewed.len()).contains(&n) => return Ok(Look::Change(n)),
                    _ => self.screen.say(prompt)?,
                },
            }
        }
    }
}

/// A message that lists spellings.
type Spellings = fn(Lang) -> &'static str;

/// Command that can be typed in place of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Command {
    Back,
    Skip,
    Leave,
}

impl Command {
    /// True for a word that names it where words are no answers.
    fn is(self, word: &str) -> bool {
        let (always, in_words) = self.typed();
        words::is_typed(word, always) || words::is_typed(word, in_words)
    }

    /// Messages with its words: those that are never answers, and those that are where words are answers.
    const fn typed(self) -> (Spellings, Spellings) {
        match self {
            Self::Back => (words::typed::back, words::typed::back_in_words),
            Self::Skip => (words::typed::skip, words::typed::skip_in_words),
            Self::Leave => (words::typed::leave, words::typed::leave_in_words),
        }
    }

    /// The command that `word` is. Where words are the answer, English words are answers.
    fn of(word: &str, item: &Item) -> Option<Self> {
        let words_are_answers = item.open || matches!(item.kind, ItemKind::Text { .. });
        let named = |command: &Self| {
            if words_are_answers { words::is_typed(word, command.typed().0) } else { command.is(word) }
        };
        [Self::Back, Self::Skip, Self::Leave].into_iter().find(named)
    }
}

/// Explains why a line of several answers was not taken.
fn not_taken(refused: &line::Refused, lang: Lang) -> String {
    let why = match refused {
        line::Refused::First => String::new(),
        line::Refused::Answer(n, error) => words::questions::refused_in_line(lang, *n, error.message(lang)),
        line::Refused::OwnLine(n, item) => words::questions::line_of_own(lang, *n, item.text.get(lang)),
        line::Refused::TooMany(left) => words::questions::too_many(lang, *left),
    };
    words::questions::line_not_taken(lang).to_owned() + &why
}

/// Choice of a person after looking through the answers.
enum Look {
    Save,
    Change(usize),
    Leave,
}
