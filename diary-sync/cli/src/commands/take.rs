//! `diary take FILE...`: the hospital's answer to a file that was handed over.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use diary_core::api::ANSWER_MAX_BYTES;
use diary_sync::take::{Taken, take};
use serde_json::json;

use super::Done;
use crate::args::Take;
use crate::exit::Exit;
use crate::failure::{CarriedProblem, Failure};
use crate::session::Dialogue;
use crate::words;

/// Runs it. One file that cannot be taken keeps no other back.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, args: &Take) -> Result<Done, Failure> {
    let now = talk.screen.env.clock.now();
    let (mut last, mut failed) = (None::<Taken>, None::<Failure>);
    for path in &args.files {
        let one = read(path)
            .map_err(Failure::from)
            .and_then(|bytes| Ok(take(&mut talk.session.diary, &bytes, now)?));
        match one {
            Ok(taken) => last = Some(taken),
            Err(error) if args.files.len() == 1 => return Err(error),
            Err(error) => {
                talk.screen.warn(&format!("{}: {}", path.display(), error.message(talk.screen.lang)))?;
                failed = Some(error);
            }
        }
    }
    let Some(taken) = last else { return failed.map_or_else(|| Ok(Done::ok(json!({}))), Err) };
    talk.screen.say(&words::carried::taken(&taken, talk.screen.lang))?;
    let document = json!({
        "records": taken.records,
        "left_out": taken.left_out,
        "gap": taken.gap,
        "waiting": taken.waiting,
        "unmerged": taken.unmerged,
    });
    let exit = match failed {
        Some(error) => error.exit(),
        None if taken.waiting > 0 || taken.gap => Exit::NotSent,
        None => Exit::Ok,
    };
    Ok(Done::with(exit, document))
}

/// The file's bytes; of one that is larger than any answer only so much as shows it.
fn read(path: &Path) -> Result<Vec<u8>, CarriedProblem> {
    let failed = |error: std::io::Error| CarriedProblem::NotRead(error.kind());
    let mut bytes = Vec::new();
    let limit = ANSWER_MAX_BYTES as u64 + 1;
    File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
