//! `study`: checks a study's files, and publishes a new version.

use diary_core::study::Study;
use diary_core::study::instrument::{Instrument, Item};
use diary_core::text::Lang;
use serde_json::json;

use super::args::{StudyArgs, StudyCommand};
use super::{CommandError, Exit, Invocation, package};
use crate::key_file::{KeyFile, Purpose};
use crate::messages::operator as say;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &StudyArgs) -> Result<Exit, CommandError> {
    match &args.command {
        StudyCommand::Check { folder } => {
            let study = Study::load(&package(folder)?)?;
            let (id, version, hash) = (study.id(), study.version(), study.hash());
            let instruments: Vec<_> = study.instruments().map(described).collect();
            let document =
                json!({ "study": id, "version": version, "hash": hash, "instruments": instruments });
            command.out.say(&document, || {
                let head = say::study_usable(command.options.lang, id.to_string(), version, hash.to_string());
                std::iter::once(head)
                    .chain(study.instruments().map(|i| words(i, command.options.lang)))
                    .collect::<Vec<_>>()
                    .join("\n")
            })?;
        }
        StudyCommand::Publish { folder: files, root } => {
            let desk = command.context.desk(&command.folder()?).await?;
            let (by, package) = (command.account()?, package(files)?);
            let root = KeyFile::read(root, Purpose::StudyRoot)?.signing_key();
            let published = desk.studies().publish(&by, &package, &root).await?;
            let (version, hash, again) = (published.version, published.hash, published.again);
            command.out.say(&json!({ "version": version, "hash": hash, "again": again }), || {
                let said = if again { say::published_before } else { say::published };
                format!(
                    "{} {}",
                    said(command.options.lang, version),
                    say::phones_fetch_study(command.options.lang)
                )
            })?;
        }
    }
    Ok(Exit::Done)
}

/// Questions of an instrument that can be asked; of repeated groups, those of the first repetition.
fn questions(instrument: &Instrument) -> usize {
    fn count(items: &[Item]) -> usize {
        let here =
            items.iter().filter(|item| item.is_asked() && item.repetition.is_none_or(|n| n == 1)).count();
        here + items.iter().map(|item| count(&item.children)).sum::<usize>()
    }
    count(instrument.items())
}

fn described(instrument: &Instrument) -> serde_json::Value {
    json!({
        "id": instrument.id(), "version": instrument.version(), "questions": questions(instrument),
        "ignored": instrument.ignored(),
    })
}

/// Number of questions of an instrument, and the elements of its Questionnaire that the diary does not support.
fn words(instrument: &Instrument, lang: Lang) -> String {
    let (id, version) = (instrument.id().to_string(), instrument.version().to_string());
    let (asked, ignored) = (questions(instrument), instrument.ignored());
    let head = if ignored.is_empty() {
        say::nothing_ignored(lang, id, version, asked)
    } else {
        say::some_ignored(lang, id, version, asked)
    };
    let lines = ignored.iter().map(|line| format!("  {line}"));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}
