//! One language of a catalogue, parsed at its first use.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;

/// A language: its tag and its Fluent file.
pub struct Language {
    tag: &'static str,
    source: &'static str,
    parsed: OnceLock<Parsed>,
}

impl Language {
    /// A language that is not parsed yet. Generated code calls this.
    #[must_use]
    pub const fn new(tag: &'static str, source: &'static str) -> Self {
        Self { tag, source, parsed: OnceLock::new() }
    }

    /// BCP 47 tag.
    #[must_use]
    pub const fn tag(&self) -> &'static str {
        self.tag
    }

    pub(crate) const fn source(&self) -> &'static str {
        self.source
    }

    pub(crate) fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| Parsed::new(self.tag, self.source, None))
    }
}

/// A parsed file.
pub(crate) struct Parsed {
    bundle: FluentBundle<FluentResource>,
    /// Messages without variables by `id` or `id.attribute`: shown as they stand here.
    fixed: HashMap<String, String>,
}

impl Parsed {
    /// Parses a file; entries that cannot be read are left out, so that the messages fall back.
    pub(crate) fn new(tag: &str, source: &str, transform: Option<fn(&str) -> Cow<'_, str>>) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.set_transform(transform);
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut ids = Vec::new();
        for entry in resource.entries() {
            if let Entry::Message(message) = entry {
                let attributes = message.attributes.iter();
                ids.extend(message.value.iter().map(|_| message.id.name.to_owned()));
                ids.extend(attributes.map(|one| format!("{}.{}", message.id.name, one.id.name)));
            }
        }
        bundle.add_resource_overriding(resource);
        let mut parsed = Self { bundle, fixed: HashMap::new() };
        let fixed =
            ids.into_iter().filter_map(|id| parsed.format(&id, None).map(|text| (id, text))).collect();
        parsed.fixed = fixed;
        parsed
    }

    /// A message without variables.
    pub(crate) fn fixed(&self, id: &str) -> Option<&str> {
        self.fixed.get(id).map(String::as_str)
    }

    /// A message with its variables filled in; nothing where it is missing or needs other variables.
    pub(crate) fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = match id.split_once('.') {
            None => self.bundle.get_message(id)?.value()?,
            Some((id, attribute)) => self.bundle.get_message(id)?.get_attribute(attribute)?.value(),
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}
