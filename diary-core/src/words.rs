//! Words that every face shares, from the catalogues in `locales`: refusals of what was typed, units, routes, answers.
//! Rules carry codes and typed fields; their sentences are made here. The languages of the diary are those that have a
//! folder in `locales`.

use std::sync::LazyLock;

/// A text of a catalogue, by language.
pub(crate) type Words = fn(Lang) -> &'static str;

use crate::text::{Lang, Text};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

static LANGUAGES: LazyLock<Vec<Lang>> = LazyLock::new(|| {
    unit::CATALOGUE.languages().filter_map(|language| language.tag().parse().ok()).collect()
});

/// Languages with catalogues, in order of their tags.
#[must_use]
pub fn languages() -> &'static [Lang] {
    &LANGUAGES
}

/// A language was asked for that has no catalogues.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the languages are: {}", listed(", "))]
pub struct NotOffered;

/// The language for a reader who asks for `tag`: the same, or the nearest of its kind.
///
/// # Errors
/// [`NotOffered`], which lists those that are.
pub fn choose(tag: &str) -> Result<Lang, NotOffered> {
    let lang: Lang = tag.parse().map_err(|_| NotOffered)?;
    if diary_messages::pseudo::is_asked_for(lang.tag()) {
        return Ok(lang);
    }
    lang.best_of(languages().iter().copied()).ok_or(NotOffered)
}

/// The language that a person names: by its tag, by its own name, or English by its name in any language.
///
/// # Errors
/// [`NotOffered`], which lists those that are.
pub fn named(text: &str) -> Result<Lang, NotOffered> {
    let text = text.trim();
    let own_name = || languages().iter().copied().find(|lang| language::own_name(*lang) == text);
    let english = || languages().iter().any(|lang| language::english(*lang) == text).then_some(Lang::EN);
    choose(text).ok().or_else(own_name).or_else(english).ok_or(NotOffered)
}

/// Tags of the languages in a sentence in `lang`.
#[must_use]
pub fn tags(lang: Lang) -> String {
    listed(answer::comma(lang))
}

/// Stands in a list of spellings for none.
const NONE: &str = "-";

/// Spellings of what a person may type, of a message that lists them with `|` between, in every language of the
/// diary. The language of the screen does not matter.
pub fn spellings(message: fn(Lang) -> &'static str) -> impl Iterator<Item = &'static str> {
    let all = languages().iter().flat_map(move |lang| message(*lang).split('|'));
    all.map(str::trim).filter(|spelling| *spelling != NONE)
}

/// True if `word`, in lower case, is one of the [`spellings`] of a message.
#[must_use]
pub fn is_typed(word: &str, message: fn(Lang) -> &'static str) -> bool {
    spellings(message).any(|spelling| spelling == word)
}

/// Place, from 0, of a word in a list in order, of a message as for [`spellings`].
pub(crate) fn place(message: fn(Lang) -> &'static str, is: impl Fn(&str) -> bool) -> Option<usize> {
    languages().iter().find_map(|lang| message(*lang).split('|').map(str::trim).position(&is))
}

fn listed(between: &str) -> String {
    languages().iter().map(Lang::tag).collect::<Vec<_>>().join(between)
}

/// A text made of catalogues, in each of their languages.
pub fn texts(of: impl Fn(Lang) -> String) -> Text {
    let pseudo = diary_messages::pseudo::TAG.parse().ok();
    let pseudo = pseudo.filter(|lang: &Lang| diary_messages::pseudo::is_asked_for(lang.tag()));
    languages().iter().copied().chain(pseudo).map(|lang| (lang, of(lang))).collect()
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUES, NotOffered, choose, languages, named};
    use crate::text::Lang;

    #[test]
    fn every_language_has_the_messages_of_english() {
        for catalogue in CATALOGUES {
            assert_eq!(catalogue.faults(), Vec::<String>::new());
        }
    }

    #[test]
    fn every_folder_is_a_language_and_readers_get_the_nearest() {
        assert_eq!(languages().len(), super::unit::CATALOGUE.languages().count());
        assert_eq!([choose("zh"), choose("EN_us")], [Ok(Lang::ZH_CN), Ok(Lang::EN)]);
        assert_eq!([choose("tlh"), choose("C.UTF-8")], [Err(NotOffered), Err(NotOffered)]);
        assert_eq!(
            [named("中文"), named(" 英文"), named("English")],
            [Ok(Lang::ZH_CN), Ok(Lang::EN), Ok(Lang::EN)]
        );
        assert!(NotOffered.to_string().contains("en, zh-CN"));
    }
}
