//! The settings beside the diary: what a command must know before the diary is unlocked. Nothing in them is secret.

use diary_core::text::Lang;

use crate::failure::{Failure, Usage};
use crate::home::Home;

/// `settings.toml` in the home folder. Without the file, the defaults hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The language of messages before the diary is unlocked. `diary lang` sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lang: Option<Lang>,
    /// True if every command that saves something tries once to send it.
    #[serde(default)]
    pub(crate) sync_after_saving: bool,
}

impl Settings {
    /// The settings of a diary.
    pub(crate) fn read(home: &Home) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(home.settings()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::Home(error.into())),
        };
        toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count());
            Usage::Settings { line }.into()
        })
    }

    /// Keeps them.
    pub(crate) fn write(&self, home: &Home) -> Result<(), Failure> {
        let text = toml::to_string(self).expect("two plain values are TOML");
        Ok(home.replace(&home.settings(), text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_their_file_and_a_wrong_key_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::find(Some(folder.path()), &|_| None).unwrap();
        assert_eq!(Settings::read(&home).unwrap(), Settings::default());
        let settings = Settings { lang: Some(Lang::ZH_CN), sync_after_saving: true };
        settings.write(&home).unwrap();
        assert_eq!(Settings::read(&home).unwrap(), settings);
        std::fs::write(home.settings(), "lang = \"en\"\nsync_later = true\n").unwrap();
        let Err(Failure::Usage(Usage::Settings { line })) = Settings::read(&home) else { panic!("taken") };
        assert_eq!(line, 2);
    }
}
