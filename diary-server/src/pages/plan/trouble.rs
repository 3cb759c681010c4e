//! Reasons for which a form makes no act yet.

use diary_core::readers;
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use maud::Markup;

use crate::messages::plan as say;
use crate::pages::form::Form;
use crate::site::StaffError;
use crate::site::acts::{ActError, Question};

/// Reason for which a form makes no act yet.
pub(in crate::pages) enum Trouble {
    /// A field is not as needed, with the sentence that says so.
    Field(String),
    /// Something about the act is to be confirmed.
    Asked(Vec<Question>),
    /// A plan that is shown before it is set, with what is to be confirmed about it.
    Preview(Markup, Vec<String>),
    /// The record changed after the form was built.
    Changed,
    /// Another refusal, or a failure.
    Other(StaffError),
}

impl From<StaffError> for Trouble {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::Act(ActError::Unusual { questions, .. }) => Self::Asked(questions),
            StaffError::Act(ActError::Changed) => Self::Changed,
            other => Self::Other(other),
        }
    }
}

/// Date of a field.
pub(in crate::pages) fn day(lang: Lang, form: &Form, name: &str) -> Result<DiaryDay, Trouble> {
    if !form.has(name) {
        return Err(Trouble::Field(say::date_needed(lang).to_owned()));
    }
    let read = readers::date_alone(form.text(name)).map(DiaryDay);
    read.map_err(|error| Trouble::Field(error.message(lang)))
}
