//! `receive`: takes in files that phones have written, reports the result for each, and writes the answers.

use std::path::Path;

use diary_core::api::{ANSWER_EXTENSION, RefusalCode};
use diary_core::parcel::file::FILE_MAX_BYTES;
use diary_core::store::files;
use diary_core::text::Lang;
use serde_json::json;

use super::args::{Common, ReceiveArgs};
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder};
use crate::site::receive::{Answer, Fate, FileReport, NotTaken, Outcome, ParcelReport, WaitsFor};
use crate::site::{CarriedFile, Intake, Received};

pub(super) async fn run(
    common: &Common,
    args: &ReceiveArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let data = folder(common, around)?;
    let (desk, by) = (desk(&data, around).await?, account(common)?);
    let carried = args.files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let received = desk.receive(&by, &Intake::of(&data), &carried).await?;
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
    out.say(&json!({ "files": received.files, "answers": written }), || {
        let lines = received.files.iter().map(|file| words(file, common.lang));
        let answers = answers.iter().map(|(file, answer)| answered(file, answer, common.lang));
        let said: Vec<String> = lines.chain(answers).collect();
        if said.is_empty() {
            common.lang.pick("Nothing waits.", "没有等待处理的文件。").to_owned()
        } else {
            said.join("\n")
        }
    })?;
    Ok(exit)
}

/// Reads a file; one that is larger than any parcel file only as far as needed to detect that.
fn read(path: &Path) -> Result<CarriedFile, Refusal> {
    let failed = |source| Refusal::File { path: path.display().to_string(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    std::io::Read::read_to_end(&mut std::io::Read::take(file, FILE_MAX_BYTES as u64 + 1), &mut bytes)
        .map_err(failed)?;
    Ok(CarriedFile { name: path.display().to_string(), bytes })
}

/// Writes an answer under the phone's id; a newer answer takes the place of an older one, which it contains or follows.
fn write(folder: &Path, answer: &Answer) -> Result<String, Refusal> {
    let path = folder.join(format!("{}.{ANSWER_EXTENSION}", answer.device));
    let shown = path.display().to_string();
    let written =
        std::fs::create_dir_all(folder).and_then(|()| files::replace(&path, &answer.file.to_bytes()));
    written.map_err(|source| Refusal::File { path: shown.clone(), source })?;
    Ok(shown)
}

/// Exit code for files of which nothing was taken; everything else was kept or stored.
fn exit(received: &Received) -> Exit {
    let refused = received.files.iter().any(|file| matches!(file.outcome, Outcome::NotTaken { .. }));
    if refused { Exit::Refused } else { Exit::Done }
}

fn words(file: &FileReport, lang: Lang) -> String {
    let damaged = if file.damaged {
        lang.pick(
            " The file was cut or damaged; what is whole in it was taken.",
            " 文件不完整或已损坏，其中完好的部分已收下。",
        )
    } else {
        ""
    };
    let said = match &file.outcome {
        Outcome::Received { subject, parcels, .. } => {
            let who = lang.pick("a phone of", "一部手机，受试者");
            format!("{who} {subject}: {}", tally(parcels, lang))
        }
        Outcome::Waits { reason } => waits(*reason, lang).to_owned(),
        Outcome::NotTaken { reason } => not_taken(*reason, lang).to_owned(),
    };
    format!("{}: {said}{damaged}", file.name)
}

fn tally(parcels: &[ParcelReport], lang: Lang) -> String {
    let count = |is: fn(&ParcelReport) -> bool| parcels.iter().filter(|parcel| is(parcel)).count();
    let lines = [
        (count(|p| p.fate == Fate::Stored), "stored", "份已收下"),
        (count(|p| p.fate == Fate::Duplicate), "had been received before", "份以前已收到"),
        (count(|p| p.pending), "waiting until the phone is confirmed", "份等待确认手机"),
        (count(|p| p.grant_needed), "waiting for the key", "份等待密钥"),
        (count(|p| p.gap), "after one that is missing", "份之前有缺失"),
        (count(|p| p.fork), "where another one stands, both kept", "份与另一份位置相同，两份都保留"),
        (count(|p| p.quarantined), "in quarantine", "份在隔离区"),
    ];
    let mut said: Vec<String> = lines
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, en, zh)| match lang {
            Lang::En => format!("{n} {en}"),
            Lang::ZhCn => format!("{n}{zh}"),
        })
        .collect();
    for (n, parcel) in (1..).zip(parcels) {
        if let Fate::Refused(code) = parcel.fate {
            said.push(match lang {
                Lang::En => format!("number {n} was refused ({})", why(code, lang)),
                Lang::ZhCn => format!("第{n}份没有收下（{}）", why(code, lang)),
            });
        }
    }
    if said.is_empty() {
        return lang.pick("no parcels.", "没有数据包。").to_owned();
    }
    let total = parcels.len();
    match lang {
        Lang::En if total == 1 => format!("1 parcel: {}.", said.join("; ")),
        Lang::En => format!("{total} parcels: {}.", said.join("; ")),
        Lang::ZhCn => format!("共{total}份：{}。", said.join("；")),
    }
}

fn why(code: RefusalCode, lang: Lang) -> String {
    let known = match code {
        RefusalCode::Undecodable => ("it is damaged", "已损坏"),
        RefusalCode::Oversize => ("it is too large", "太大"),
        RefusalCode::Signature => ("its signature does not fit", "签名不符"),
        RefusalCode::WrongVault => ("it belongs to another diary", "属于另一本日记"),
        _ => return code.name().to_owned(),
    };
    lang.pick(known.0, known.1).to_owned()
}

const fn waits(reason: WaitsFor, lang: Lang) -> &'static str {
    match reason {
        WaitsFor::Participant => lang.pick(
            "no participant here has this diary. The file is kept and tried again with every `receive`.",
            "这里没有受试者使用这本日记。文件已保留，每次 `receive` 时会再试。",
        ),
        WaitsFor::Phone => lang.pick(
            "the phone is not known here, and nothing in the file makes it so. It is kept and tried again with every `receive`.",
            "这里还不认识这部手机，文件里也没有可以证明它的内容。文件已保留，每次 `receive` 时会再试。",
        ),
    }
}

const fn not_taken(reason: NotTaken, lang: Lang) -> &'static str {
    match reason {
        NotTaken::NotAParcelFile => lang.pick(
            "this is no file of a diary, or nothing in it is whole. Ask for it again.",
            "这不是日记文件，或者里面没有完好的内容。请再要一份。",
        ),
        NotTaken::Answer => lang.pick(
            "this is an answer for a phone: `diary take` reads it there.",
            "这是给手机的回执，请在手机上用 `diary take` 读入。",
        ),
        NotTaken::OtherStudy => lang.pick(
            "this file is of another study. Nothing of it was kept.",
            "这个文件属于另一项研究，没有保留其中任何内容。",
        ),
        NotTaken::TurnedAway => lang.pick(
            "this phone was turned away before it was ever confirmed. Nothing of it was kept.",
            "这部手机在确认之前已被拒绝，没有保留其中任何内容。",
        ),
        NotTaken::NoRoom => lang.pick(
            "it would have to wait, and too many files do. Keep it and receive it again later.",
            "需要等待，但等待的文件太多。请保存好，稍后再收。",
        ),
    }
}

fn answered(file: &str, answer: &Answer, lang: Lang) -> String {
    let subject = &answer.subject;
    match (lang, answer.receipts_only) {
        (Lang::En, false) => format!("{file}: the answer for the phone of {subject}. Carry it back."),
        (Lang::ZhCn, false) => format!("{file}：给受试者 {subject} 手机的回执，请带回。"),
        (Lang::En, true) => {
            format!("{file}: receipts for the phone of {subject}, which is revoked and reads nothing else.")
        }
        (Lang::ZhCn, true) => {
            format!("{file}：给受试者 {subject} 手机的收据；该手机已停用，不再读取其他内容。")
        }
    }
}
