//! Sentences of a command that was not done.

use diary_core::text::Lang;

use crate::failure::Failure;

impl Failure {
    /// Sentences for the person, in `lang`.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match self {
            Self::Usage(usage) => super::usage::message(usage, lang),
            Self::Refused(refusal) => super::refusal::message(refusal, lang),
            Self::Link(error) => super::join::link_refused(*error, lang).to_owned(),
            Self::RecoveryText(error) => super::lock::recovery_text(*error, lang),
            Self::Home(problem) => super::lock::home(problem, lang),
            Self::Pin(problem) => super::lock::pin(*problem, lang),
            Self::Diary(error) => super::diary::message(error, lang),
            Self::Sync(error) => super::trouble::sync(error, lang),
            Self::Join(error) => super::trouble::join(error, lang),
            Self::Terminal(_) => super::common::terminal_broken(lang).to_owned(),
            Self::Carried(problem) => super::carried::problem(problem, lang),
        }
    }
}
