//! Sentences that several commands use.

use std::io::ErrorKind;

use diary_core::store::Obstacle;
use diary_core::text::Lang;

/// After something was saved: it is safe, and nothing was sent yet.
pub(crate) fn saved_here(unsent_days: usize, lang: Lang) -> String {
    match (lang, unsent_days) {
        (Lang::En, 1) => {
            "Saved here. 1 day has entries that are not yet with the hospital; `diary sync` sends them."
                .to_owned()
        }
        (Lang::En, n) => {
            format!(
                "Saved here. {n} days have entries that are not yet with the hospital; `diary sync` sends them."
            )
        }
        (Lang::ZhCn, n) => format!("已保存在本机。有{n}天的记录还没有送到研究中心，用 `diary sync` 发送。"),
    }
}

/// Days that are not yet with the hospital.
pub(crate) fn unsent(days: usize, lang: Lang) -> String {
    match (lang, days) {
        (Lang::En, 1) => {
            "1 day has entries that are only here, not yet with the hospital. `diary sync` sends them."
                .to_owned()
        }
        (Lang::En, n) => {
            format!(
                "{n} days have entries that are only here, not yet with the hospital. `diary sync` sends them."
            )
        }
        (Lang::ZhCn, n) => format!("有{n}天的记录只在本机，还没有送到研究中心。用 `diary sync` 发送。"),
    }
}

/// Nothing can be saved, and what is shown was saved before: why, and what to do.
pub(crate) const fn only_reading(why: Obstacle, lang: Lang) -> &'static str {
    match why {
        Obstacle::Full => lang.pick(
            "The disk is full: nothing can be saved now. What you see was saved before. Make room on the disk before you enter anything.",
            "存储空间已满：现在无法保存。您看到的是之前保存的内容。填写前请先清理出空间。",
        ),
        Obstacle::ReadOnly => lang.pick(
            "The disk can only be read: nothing can be saved now. What you see was saved before. Make the disk writable, or copy the whole folder to one that is, before you enter anything.",
            "磁盘只能读，不能写：现在无法保存。您看到的是之前保存的内容。填写前请让磁盘可写，或把整个文件夹复制到可写的磁盘。",
        ),
        Obstacle::Permission => lang.pick(
            "This account may not write the diary's file or folder: nothing can be saved now. What you see was saved before. Use the account that the diary belongs to before you enter anything.",
            "当前账户无权写入日记的文件或文件夹：现在无法保存。您看到的是之前保存的内容。填写前请换用日记所属的账户。",
        ),
        Obstacle::InUse => lang.pick(
            "Another program is using the diary: nothing can be saved now. What you see was saved before. Close the other one before you enter anything.",
            "另一个程序正在使用日记：现在无法保存。您看到的是之前保存的内容。填写前请关闭那个程序。",
        ),
        Obstacle::InputOutput | Obstacle::Damaged | Obstacle::Other => lang.pick(
            "The disk reports an error: nothing can be saved now. What you see was saved before. Copy the diary's folder to another disk and ask the study team for help before you enter anything.",
            "磁盘报告出错：现在无法保存。您看到的是之前保存的内容。填写前请把日记文件夹复制到另一个磁盘，并联系研究人员。",
        ),
    }
}

/// What is accepted where one of a list is to be taken.
pub(crate) fn a_number(of: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Please type a number from 1 to {of}; Enter leaves."),
        Lang::ZhCn => format!("请输入1到{of}的编号；直接按回车离开。"),
    }
}

/// After the language was changed.
pub(crate) const fn language_set(lang: Lang) -> &'static str {
    lang.pick("This diary now speaks English.", "日记已改用中文。")
}

/// After a check that found nothing wrong.
pub(crate) fn whole(entries: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("The diary's file is whole: every page was read. It holds {entries} entries."),
        Lang::ZhCn => format!("日记文件完好，每一页都读过了。共有{entries}条记录。"),
    }
}

/// The terminal broke.
pub(crate) const fn terminal_broken(lang: Lang) -> &'static str {
    lang.pick(
        "The terminal cannot be read or written. Run the command again in a terminal that works; `diary history` shows what was saved.",
        "终端无法读写。请换一个能用的终端再运行；用 `diary history` 查看已保存的内容。",
    )
}

/// Why a file cannot be read or written.
pub(crate) fn disk(kind: ErrorKind, lang: Lang) -> String {
    let zh = match kind {
        ErrorKind::NotFound => "找不到",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "空间不足",
        ErrorKind::ReadOnlyFilesystem => "只能读，不能写",
        ErrorKind::IsADirectory | ErrorKind::NotADirectory => "不是文件，或不是文件夹",
        _ => "读写出错",
    };
    match lang {
        Lang::En => kind.to_string(),
        Lang::ZhCn => zh.to_owned(),
    }
}
