//! `receive`: takes in files that phones have written, reports the result for each, and writes the answers.

use std::path::Path;

use diary_core::api::{ANSWER_EXTENSION, RefusalCode};
use diary_core::files;
use diary_core::parcel::file::FILE_MAX_BYTES;
use diary_core::text::Lang;
use serde_json::json;

use super::args::ReceiveArgs;
use super::{CommandError, Exit, Invocation};
use crate::messages::staff as say;
use crate::site::devices::receive::{
    Answer, Fate, FileReport, NotTaken, ParcelReport, ReceivedOutcome, WaitsFor,
};
use crate::site::{CarriedFile, Intake, Received};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &ReceiveArgs) -> Result<Exit, CommandError> {
    let data = command.folder()?;
    let (desk, by) = (command.context.desk(&data).await?, command.account()?);
    let carried = args.files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let received = desk.devices().receive(&by, &Intake::of(&data), &carried).await?;
    let mut answers = Vec::new();
    if let Some(folder) = &args.receipts {
        for answer in &received.answers {
            answers.push((write(folder, answer)?, answer));
        }
    }
    let exit = exit(&received);
    let written: Vec<_> = answers
        .iter()
        .map(|(file, answer)| json!({ "file": file, "subject": answer.subject, "device": answer.device }))
        .collect();
    command.out.say(&json!({ "files": received.files, "answers": written }), || {
        let lines = received.files.iter().map(|file| words(file, command.options.lang));
        let answers = answers.iter().map(|(file, answer)| answered(file, answer, command.options.lang));
        let said: Vec<String> = lines.chain(answers).collect();
        if said.is_empty() { say::nothing_waits(command.options.lang).to_owned() } else { said.join("\n") }
    })?;
    Ok(exit)
}

/// Reads a file; one that is larger than any parcel file only as far as needed to detect that.
fn read(path: &Path) -> Result<CarriedFile, CommandError> {
    let failed = |source| CommandError::File { path: path.display().to_string(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    std::io::Read::read_to_end(&mut std::io::Read::take(file, FILE_MAX_BYTES as u64 + 1), &mut bytes)
        .map_err(failed)?;
    Ok(CarriedFile { name: path.display().to_string(), bytes })
}

/// Writes an answer under the phone's id; a newer answer takes the place of an older one, which it contains or follows.
fn write(folder: &Path, answer: &Answer) -> Result<String, CommandError> {
    let path = folder.join(format!("{}.{ANSWER_EXTENSION}", answer.device));
    let shown = path.display().to_string();
    let written =
        std::fs::create_dir_all(folder).and_then(|()| files::replace(&path, &answer.file.to_bytes()));
    written.map_err(|source| CommandError::File { path: shown.clone(), source })?;
    Ok(shown)
}

/// Exit code for files of which nothing was taken; everything else was kept or stored.
fn exit(received: &Received) -> Exit {
    let refused = received.files.iter().any(|file| matches!(file.outcome, ReceivedOutcome::NotTaken { .. }));
    if refused { Exit::Refused } else { Exit::Done }
}

fn words(file: &FileReport, lang: Lang) -> String {
    let damaged = if file.damaged { format!(" {}", say::damaged_file(lang)) } else { String::new() };
    let said = match &file.outcome {
        ReceivedOutcome::Received { subject, parcels, .. } => {
            say::received_from_phone(lang, subject, tally(parcels, lang))
        }
        ReceivedOutcome::Waits { reason } => waits(*reason, lang).to_owned(),
        ReceivedOutcome::NotTaken { reason } => not_taken(*reason, lang).to_owned(),
    };
    format!("{}: {said}{damaged}", file.name)
}

fn tally(parcels: &[ParcelReport], lang: Lang) -> String {
    let line = |is: fn(&ParcelReport) -> bool, said: fn(Lang, usize) -> String| {
        let n = parcels.iter().filter(|parcel| is(parcel)).count();
        (n > 0).then(|| said(lang, n))
    };
    let lines = [
        line(|p| p.fate == Fate::Stored, say::parcels_stored),
        line(|p| p.fate == Fate::Duplicate, say::parcels_received_before),
        line(|p| p.pending, say::parcels_waiting_for_confirmation),
        line(|p| p.grant_needed, say::parcels_waiting_for_key),
        line(|p| p.gap, say::parcels_after_missing),
        line(|p| p.fork, say::parcels_of_same_place),
        line(|p| p.quarantined, say::parcels_in_quarantine),
    ];
    let mut said: Vec<String> = lines.into_iter().flatten().collect();
    for (n, parcel) in (1_usize..).zip(parcels) {
        if let Fate::Refused(code) = parcel.fate {
            said.push(say::parcel_refused(lang, n, why(code, lang)));
        }
    }
    if said.is_empty() {
        return say::no_parcels(lang).to_owned();
    }
    say::parcel_total(lang, parcels.len(), said.join(say::semicolon(lang)))
}

fn why(code: RefusalCode, lang: Lang) -> &'static str {
    match code {
        RefusalCode::Undecodable => say::refused_damaged(lang),
        RefusalCode::Oversize => say::refused_too_large(lang),
        RefusalCode::Signature => say::refused_signature(lang),
        RefusalCode::WrongVault => say::refused_other_diary(lang),
        // No answer to what a file holds, or of use to a developer alone.
        RefusalCode::CertificateNeeded
        | RefusalCode::Busy
        | RefusalCode::Suite
        | RefusalCode::Core
        | RefusalCode::JoinRefused
        | RefusalCode::Other(_) => code.name(),
    }
}

fn waits(reason: WaitsFor, lang: Lang) -> &'static str {
    match reason {
        WaitsFor::Participant => say::waits_for_participant(lang),
        WaitsFor::Phone => say::waits_for_phone(lang),
    }
}

fn not_taken(reason: NotTaken, lang: Lang) -> &'static str {
    match reason {
        NotTaken::NotAParcelFile => say::not_a_parcel_file(lang),
        NotTaken::Answer => say::file_is_answer(lang),
        NotTaken::OtherStudy => say::file_of_other_study(lang),
        NotTaken::TurnedAway => say::phone_turned_away(lang),
        NotTaken::NoRoom => say::no_room_to_wait(lang),
    }
}

fn answered(file: &str, answer: &Answer, lang: Lang) -> String {
    if answer.receipts_only {
        say::receipts_written(lang, file, &answer.subject)
    } else {
        say::answer_written(lang, file, &answer.subject)
    }
}
