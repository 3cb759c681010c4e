//! Texts of the command line, of the catalogues in `locales`, and the choice between them. Written for people who are
//! tired and see double: short, and always with the action to take.

pub(crate) mod alerts;
pub(crate) mod carried;
pub(crate) mod changes;
pub(crate) mod common;
pub(crate) mod correct;
pub(crate) mod describe;
pub(crate) mod diary;
pub(crate) mod dose;
pub(crate) mod doubts;
pub(crate) mod evening;
pub(crate) mod event;
mod failure;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod join;
pub(crate) mod lock;
pub(crate) mod log;
pub(crate) mod questions;
pub(crate) mod refusal;
pub(crate) mod standing;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod today;
pub(crate) mod trouble;
pub(crate) mod usage;
pub(crate) mod when;

pub(crate) use crate::messages::{med, note, phones, typed};
pub(crate) use diary_core::words::is_typed;

use diary_core::study::Study;
use diary_core::text::Lang;

/// Words for what a study names, in one language.
pub(crate) struct StudyWords<'s> {
    study: &'s Study,
    lang: Lang,
}

/// Words for what `study` names, in `lang`.
pub(crate) const fn of(study: &Study, lang: Lang) -> StudyWords<'_> {
    StudyWords { study, lang }
}
