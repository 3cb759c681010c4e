//! The check of a catalogue that each face runs in one test.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{self, Declared};
use crate::{Catalogue, Language, SOURCE};

impl Catalogue {
    /// Everything that is wrong with the catalogue: files that cannot be read, messages and variables that differ from
    /// the English ones, messages that are empty or hold marks of isolation. Empty for a good one.
    #[must_use]
    pub fn faults(&'static self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut english = BTreeMap::new();
        let (first, others): (Vec<_>, Vec<_>) = self.languages().partition(|one| one.tag() == SOURCE);
        for language in first.into_iter().chain(others) {
            let tag = language.tag();
            let messages = match source::declared(language.source()) {
                Ok(messages) => variables(messages),
                Err(error) => {
                    faults.push(format!("{tag}: {error}"));
                    continue;
                }
            };
            if tag == SOURCE {
                english.clone_from(&messages);
            }
            faults
                .extend(differences(&english, &messages).into_iter().map(|fault| format!("{tag}: {fault}")));
            faults.extend(blank(language, &messages).map(|id| format!("{tag}: {id} is empty")));
            if language.source().contains(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']) {
                faults.push(format!("{tag}: marks of isolation"));
            }
        }
        if english.is_empty() {
            faults.push(format!("{SOURCE}: no messages"));
        }
        faults
    }
}

type Messages = BTreeMap<String, BTreeSet<String>>;

fn variables(messages: Vec<Declared>) -> Messages {
    messages.into_iter().map(|one| (one.id, one.variables.into_iter().collect())).collect()
}

fn differences(english: &Messages, other: &Messages) -> Vec<String> {
    let missing = english.keys().filter(|id| !other.contains_key(*id)).map(|id| format!("{id} is missing"));
    let extra =
        other.keys().filter(|id| !english.contains_key(*id)).map(|id| format!("{id} is not in English"));
    let changed = english.iter().filter(|(id, set)| other.get(*id).is_some_and(|found| found != *set));
    let changed = changed.map(|(id, set)| format!("{id} has other variables than {set:?}"));
    missing.chain(extra).chain(changed).collect()
}

fn blank(language: &Language, messages: &Messages) -> impl Iterator<Item = String> {
    let fixed = messages.iter().filter(|(_, variables)| variables.is_empty());
    fixed.filter_map(|(id, _)| {
        let text = language.parsed().fixed(id).unwrap_or_default();
        text.is_empty().then(|| id.clone())
    })
}
