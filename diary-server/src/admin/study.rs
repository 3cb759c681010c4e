//! `study`: checks a study's files, and publishes a new version.

use diary_core::study::Study;
use serde_json::json;

use super::args::{Common, StudyArgs, StudyCommand};
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder, package};
use crate::key_file::{KeyFile, Purpose};

pub(super) async fn run(
    common: &Common,
    args: &StudyArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    match &args.command {
        StudyCommand::Check { folder } => {
            let study = Study::load(&package(folder)?)?;
            let (id, version, hash) = (study.id(), study.version(), study.hash());
            out.say(&json!({ "study": id, "version": version, "hash": hash }), || {
                format!("{id} version {version} can be used. SHA-256 {hash}")
            })?;
        }
        StudyCommand::Publish { folder: files, root } => {
            let desk = desk(&folder(common, around)?, around).await?;
            let (by, package) = (account(common)?, package(files)?);
            let root = KeyFile::read(root, Purpose::StudyRoot)?.signing_key();
            let published = desk.publish_study(&by, &package, &root).await?;
            out.say(&json!({ "version": published.version, "hash": published.hash }), || {
                format!(
                    "Published version {}. Phones get it at their next contact; answers given before stay under \
                     the version they were given in. Put the root key back in its safe place.",
                    published.version
                )
            })?;
        }
    }
    Ok(Exit::Done)
}
