//! Instruments: FHIR R4 Questionnaires with their answers and scores. Due times belong to the schedule,
//! recorded answers to [`crate::entry::answer`].

mod answer_check;
mod enable;
mod error;
mod item;
mod json;
mod keys;
mod marks;
mod message;
mod pack;
mod parse;
mod questionnaire;
mod score;
mod value;

#[cfg(test)]
mod tests;

pub use error::{InstrumentError, Problem};
pub use item::{ChoiceOption, Condition, EnableBehavior, Item, ItemKind, KeyedAnswer, Operator};
pub use marks::folded;
pub use message::{AnswerError, AnswerRefusal, Expected};
pub use pack::{ContentPack, PackError};
pub use score::{Score, ScoreMethod, ScoreMissing, ScoreRule};

use self::enable::Enablement;
use self::parse::Keys;
use self::score::Scale;
use crate::entry::{Answer, ContentPackRef, InstrumentRef, Value};
use crate::ids::InstrumentId;
use crate::readers::Here;
use crate::text::{Lang, Text};
use crate::time::{UtcMillis, Zone};

/// Properties of an instrument that the study adds to its Questionnaire.
#[derive(Clone, Debug)]
pub struct ParseOptions<'a> {
    /// Id of the instrument in the study.
    pub id: InstrumentId,
    /// Score rule, if it has a total.
    pub score: Option<ScoreRule>,
    /// Recall period as an ISO 8601 duration before the answer, for example `-P7D`.
    pub recall: Option<String>,
    /// Licensed wording, if the site has loaded it.
    pub pack: Option<&'a ContentPack>,
}

/// One instrument in one checked version. Immutable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instrument {
    id: InstrumentId,
    version: String,
    title: Text,
    recall: Option<String>,
    items: Vec<Item>,
    scale: Option<Scale>,
    pack: Option<ContentPackRef>,
    ignored: Vec<String>,
}

impl Instrument {
    /// Decodes a FHIR R4 Questionnaire.
    ///
    /// # Errors
    /// Every fault and every unsupported element, each with its place and name.
    pub fn parse(json: &[u8], options: ParseOptions<'_>) -> Result<Self, Vec<InstrumentError>> {
        check_recall(options.recall.as_deref())?;
        let read = questionnaire::read(json)?;
        let (mut title, mut items) = (read.title, read.items);
        let pack = match options.pack {
            Some(pack) => pack.apply(&options.id, &mut title, &mut items)?.then(|| pack.reference()),
            None => None,
        };
        let scale = options.score.map(|rule| Scale::new(rule, &mut items)).transpose()?;
        // Last: content packs change texts, and score rules change weights.
        let mut ignored = read.ignored;
        ignored.extend(keys::assign(&mut items));
        Ok(Self {
            id: options.id,
            version: read.version,
            title,
            recall: options.recall,
            items,
            scale,
            pack,
            ignored,
        })
    }

    /// Names the language of its texts for readers whose own is missing.
    pub(super) fn prefer(&mut self, first: Lang) {
        fn each(items: &mut [Item], first: Lang) {
            for item in items {
                let labels = item.keys.iter_mut().map(|answer| &mut answer.label);
                let options = item.options.iter_mut().map(|option| &mut option.text);
                let own = std::iter::once(&mut item.text).chain(&mut item.short);
                own.chain(options).chain(labels).for_each(|text| text.prefer(first));
                each(&mut item.children, first);
            }
        }
        self.title.prefer(first);
        each(&mut self.items, first);
    }

    /// Id in the study.
    #[must_use]
    pub const fn id(&self) -> &InstrumentId {
        &self.id
    }

    /// `Questionnaire.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Title in `lang`, or in the language that replaces it.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }

    /// Title in each language.
    #[must_use]
    pub const fn titles(&self) -> &Text {
        &self.title
    }

    /// Recall period as an ISO 8601 duration, for example `-P7D`.
    #[must_use]
    pub fn recall(&self) -> Option<&str> {
        self.recall.as_deref()
    }

    /// Reference kept in entries.
    #[must_use]
    pub fn reference(&self) -> InstrumentRef {
        InstrumentRef { id: self.id.clone(), version: self.version.clone(), pack: self.pack.clone() }
    }

    /// Items as a tree.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Items in order, groups before their contents.
    pub fn all_items(&self) -> impl Iterator<Item = &Item> {
        item::walk(&self.items)
    }

    /// Item with this `linkId`, at any depth.
    #[must_use]
    pub fn item(&self, link_id: &str) -> Option<&Item> {
        item::walk(&self.items).find(|item| item.link_id == link_id)
    }

    /// Score rule, if it has a total.
    #[must_use]
    pub fn score_rule(&self) -> Option<&ScoreRule> {
        self.scale.as_ref().map(|scale| &scale.rule)
    }

    /// `linkId`s of the items in its total.
    #[must_use]
    pub fn scored_items(&self) -> &[String] {
        self.scale.as_ref().map_or(&[], |scale| &scale.counted)
    }

    /// Items above `link_id`, outermost first, whose texts a screen shows with the question.
    #[must_use]
    pub fn above(&self, link_id: &str) -> Vec<&Item> {
        fn find<'i>(items: &'i [Item], link_id: &str, path: &mut Vec<&'i Item>) -> bool {
            items.iter().any(|item| {
                path.push(item);
                let found = item.link_id == link_id || find(&item.children, link_id, path);
                if !found {
                    path.pop();
                }
                found
            })
        }
        let mut path = Vec::new();
        if find(&self.items, link_id, &mut path) {
            path.pop();
        }
        path
    }

    /// Elements of the Questionnaire that are kept and have no effect, each with its place.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Items that are asked now, in order: without groups, displays, read-only items and those disabled by
    /// `enableWhen`. Answers to disabled items count as not given.
    #[must_use]
    pub fn enabled(&self, answers: &[Answer]) -> Vec<&Item> {
        Enablement::new(&self.items, answers).items().filter(|item| item.asked).collect()
    }

    /// Enabled items in order, groups and displays included.
    #[must_use]
    pub fn shown(&self, answers: &[Answer]) -> Vec<&Item> {
        Enablement::new(&self.items, answers)
            .items()
            .filter(|item| if item.kind.is_question() { item.asked } else { !item.hidden })
            .collect()
    }

    /// Parses an answer typed without sight of the keys: the key of an option, its code (also as `code:0`),
    /// its words in either language, full-width digits, yes/no/是/否. Text that is the key of one option and
    /// the code or number of another is refused. `zone` and `at` supply the offset of a typed date and time,
    /// `today` the day.
    ///
    /// # Errors
    /// [`AnswerError`] if it is not an answer to `item`.
    pub fn parse_answer(
        &self,
        item: &Item,
        text: &str,
        zone: Zone,
        at: UtcMillis,
    ) -> Result<Value, AnswerError> {
        parse::parse_answer(item, text, Here { now: at, zone }, Keys::OutOfSight)
    }

    /// Parses an answer typed in sight of the options with their keys: a key means its option; otherwise as
    /// [`parse_answer`](Self::parse_answer).
    ///
    /// # Errors
    /// [`AnswerError`] if it is not an answer to `item`.
    pub fn parse_seen(
        &self,
        item: &Item,
        text: &str,
        zone: Zone,
        at: UtcMillis,
    ) -> Result<Value, AnswerError> {
        parse::parse_answer(item, text, Here { now: at, zone }, Keys::InView)
    }

    /// Checks that `values` are an answer to `item`.
    ///
    /// # Errors
    /// [`AnswerError`] with the item, and the legal range or options.
    pub fn check(&self, item: &Item, values: &[Value]) -> Result<(), AnswerError> {
        answer_check::check(item, values)
    }

    /// Answers of a finished assessment: in the instrument's order, without those of disabled items.
    ///
    /// # Errors
    /// One for each required item without an answer, each answer refused by [`check`](Self::check), and each
    /// unknown item.
    pub fn finish(&self, answers: &[Answer]) -> Result<Vec<Answer>, Vec<AnswerError>> {
        answer_check::finish(&self.items, answers)
    }

    /// Text of a value for people.
    #[must_use]
    pub fn show(&self, item: &Item, value: &Value, lang: Lang) -> String {
        value::show(item, value, lang)
    }

    /// Score by the instrument's rule; without a rule, nothing is counted.
    #[must_use]
    pub fn score(&self, answers: &[Answer]) -> Score {
        let nothing = Score { total: None, answered: 0, of: 0, min: None, max: None };
        self.scale.as_ref().map_or(nothing, |scale| scale.score(&self.items, answers))
    }
}

/// Checks that a recall period is an ISO 8601 duration of hours, days, weeks or months before the answer.
fn check_recall(recall: Option<&str>) -> Result<(), Vec<InstrumentError>> {
    let fits = recall.is_none_or(|text| {
        let body = text.strip_prefix("-P").unwrap_or_default();
        let body = body
            .strip_prefix('T')
            .map_or_else(|| body.strip_suffix(['D', 'W', 'M']), |t| t.strip_suffix('H'));
        body.is_some_and(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    });
    let problem =
        Problem::Wrong { field: "recall".to_owned(), expected: "a duration such as -P7D or -PT24H" };
    if fits { Ok(()) } else { Err(vec![InstrumentError { place: "recall".to_owned(), problem }]) }
}
