//! A catalogue: the messages of one audience in every language, and the fall-back between languages.

use std::sync::OnceLock;

use fluent_bundle::FluentArgs;

use crate::language::Parsed;
use crate::{Arg, Language, SOURCE, pseudo};

/// Messages of one Fluent file in every language.
pub struct Catalogue {
    languages: &'static [Language],
    pseudo: OnceLock<Parsed>,
}

impl Catalogue {
    /// A catalogue of `languages`. Generated code calls this.
    #[must_use]
    pub const fn new(languages: &'static [Language]) -> Self {
        Self { languages, pseudo: OnceLock::new() }
    }

    /// The languages that may be offered, in the order of their tags.
    pub fn languages(&self) -> impl Iterator<Item = &'static Language> + use<> {
        self.languages.iter()
    }

    /// The text of a message without variables.
    #[must_use]
    pub fn text(&'static self, tag: &str, id: &'static str) -> &'static str {
        self.chain(tag).find_map(|parsed| parsed.fixed(id)).unwrap_or(id)
    }

    /// A message with its variables filled in.
    #[must_use]
    pub fn format<const N: usize>(&'static self, tag: &str, id: &str, args: [(&str, Arg<'_>); N]) -> String {
        let mut values = FluentArgs::with_capacity(N);
        for (name, arg) in args {
            values.set(name, arg.into_value());
        }
        self.chain(tag).find_map(|parsed| parsed.format(id, Some(&values))).unwrap_or_else(|| id.to_owned())
    }

    /// The languages to look in: the one asked for, then without its last subtags, one after the other, then English.
    fn chain<'t>(&'static self, tag: &'t str) -> impl Iterator<Item = &'static Parsed> + use<'t> {
        let pseudo = pseudo::is_asked_for(tag).then(|| self.pseudo());
        let shorter = std::iter::successors(Some(tag), |tag| tag.rsplit_once('-').map(|(base, _)| base));
        let tags = shorter.chain(std::iter::once(SOURCE));
        let found =
            tags.filter_map(|tag| self.languages.iter().find(|one| one.tag().eq_ignore_ascii_case(tag)));
        pseudo.into_iter().chain(found.map(Language::parsed))
    }

    fn pseudo(&self) -> &Parsed {
        self.pseudo.get_or_init(|| {
            let english = self.languages.iter().find(|one| one.tag() == SOURCE);
            Parsed::new(SOURCE, english.map_or("", Language::source), Some(pseudo::accented))
        })
    }
}
