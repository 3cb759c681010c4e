//! The words around files that are carried by hand.

use diary_core::text::Lang;
use diary_sync::take::Taken;

use super::common::disk;
use crate::failure::CarriedProblem;

/// What was written.
pub(crate) fn written(files: usize, entries: u64, lang: Lang) -> String {
    match (entries, lang) {
        (0, Lang::En) => {
            "Written. The hospital has received all your entries; the file asks for its news.".to_owned()
        }
        (0, Lang::ZhCn) => "已写好。您的记录研究中心都已收到，这个文件用来取回研究中心的消息。".to_owned(),
        (n, Lang::En) => {
            let file = if files == 1 { "the file".to_owned() } else { format!("{files} files") };
            let what = if n == 1 { "1 entry is".to_owned() } else { format!("{n} entries are") };
            format!(
                "{what} in {file}, sealed so that only the hospital can read them. Bring or mail it to the study team. \
                 They count as received once you take the answer with `diary take`, or at the next contact. Everything stays here as well."
            )
        }
        (n, Lang::ZhCn) => format!(
            "{n}条记录已写入{files}个文件，并已加密，只有研究中心能读。请把文件交给或发给研究人员。\
             用 `diary take` 读入回执后，或下次联网后，才算研究中心已收到。本机仍保存全部内容。"
        ),
    }
}

/// What an answer brought.
pub(crate) fn taken(taken: &Taken, lang: Lang) -> String {
    let mut said = match (taken.waiting, taken.unmerged, lang) {
        (0, 0, Lang::En) => "The hospital has everything, and it is in the record.".to_owned(),
        (0, 0, Lang::ZhCn) => "研究中心已收到全部记录，并已进入研究记录。".to_owned(),
        (0, 1, Lang::En) => {
            "The hospital has everything; 1 of your entries is not in the record yet.".to_owned()
        }
        (0, n, Lang::En) => {
            format!("The hospital has everything; {n} of your entries are not in the record yet.")
        }
        (0, n, Lang::ZhCn) => format!("研究中心已收到全部记录，其中{n}条还没有进入研究记录。"),
        (n, _, Lang::En) => format!("Taken. Not received by the hospital yet: {n}."),
        (n, _, Lang::ZhCn) => format!("已读入。研究中心还没有收到的记录：{n}条。"),
    };
    if taken.gap {
        said.push_str(lang.pick(
            " An earlier answer is missing; please hand over a new file, its answer brings the rest.",
            "缺少更早的一份回执；请再交一个新文件，新的回执会补全。",
        ));
    }
    if taken.left_out > 0 {
        said.push_str(lang.pick(
            " Parts of the answer could not be verified and were left out; please tell the study team.",
            "回执中有的部分无法核实，没有采用，请告诉研究人员。",
        ));
    }
    said
}

/// What is wrong with a file.
pub(crate) fn problem(problem: &CarriedProblem, lang: Lang) -> String {
    match (problem, lang) {
        (CarriedProblem::Exists, _) => lang
            .pick(
                "A file of that name is there already. Nothing was written; please choose another name.",
                "已有同名文件。没有写入，请换一个文件名。",
            )
            .to_owned(),
        (CarriedProblem::NotWritten(kind), Lang::En) => {
            format!(
                "The file cannot be written ({}). Your entries are safe here; try another place.",
                disk(*kind, lang)
            )
        }
        (CarriedProblem::NotWritten(kind), Lang::ZhCn) => {
            format!("无法写入文件（{}）。您的记录已安全保存在本机，请换一个位置。", disk(*kind, lang))
        }
        (CarriedProblem::NotRead(kind), Lang::En) => {
            format!("The file cannot be read ({}). Nothing was changed.", disk(*kind, lang))
        }
        (CarriedProblem::NotRead(kind), Lang::ZhCn) => {
            format!("无法读取文件（{}）。没有改动任何内容。", disk(*kind, lang))
        }
        (CarriedProblem::Size, _) => lang
            .pick(
                "A size is a number with K or M behind it, at least 512K: for example 5M.",
                "大小写成数字加 K 或 M，至少 512K，例如 5M。",
            )
            .to_owned(),
        (CarriedProblem::NotTaken(error), _) => error.message(lang),
    }
}
