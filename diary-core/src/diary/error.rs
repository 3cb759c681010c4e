//! Failures of the diary, with messages for the participant.

use crate::entry::EntryError;
use crate::store::{Obstacle, StoreError};
use crate::study::instrument::AnswerError;
use crate::text::{Lang, Side};
use crate::time::UtcMillis;

/// Failure of an action on the diary.
#[derive(Debug, thiserror::Error)]
pub enum DiaryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The contents are not valid as an entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Answers are not acceptable; the draft is kept.
    #[error("{} answers are not acceptable", .0.len())]
    Answers(Vec<AnswerError>),
    /// The study package is missing or unreadable.
    #[error("the study is not on this device")]
    NoStudy,
    /// The study package does not load.
    #[error("the study does not load: {0}")]
    Study(String),
    /// The study does not contain the site.
    #[error("the study does not name this diary's site")]
    UnknownSite,
    /// A stored signature does not verify.
    #[error("what the site signed does not verify any more")]
    Trust,
    /// No such instrument.
    #[error("the study has no such questionnaire")]
    UnknownInstrument,
    /// No such item of the instrument.
    #[error("the questionnaire has no such question")]
    UnknownItem,
    /// Nothing was answered yet.
    #[error("nothing was answered yet")]
    NoDraft,
    /// The slot does not exist on that day.
    #[error("the schedule has no such place on that day")]
    UnknownSlot,
    /// The window opens later.
    #[error("this can be answered from {opens} on")]
    NotOpenYet {
        /// Opening of the window.
        opens: UtcMillis,
    },
    /// The time lies in the future.
    #[error("that time is still to come")]
    Future,
    /// No such entry on this device.
    #[error("no such entry")]
    UnknownEntry,
    /// The entry was withdrawn before.
    #[error("that entry was withdrawn already")]
    AlreadyWithdrawn,
    /// A correction must be of the same kind as the entry.
    #[error("a correction must be of the same kind as the entry")]
    OtherKind,
    /// No further phone that asks has these digits.
    #[error("no other phone that asks shows these digits")]
    OtherDigits,
    /// No further phone asks.
    #[error("no other phone asks to use this diary")]
    NoPhoneAsks,
}

impl DiaryError {
    /// Message for the participant: the failure, and the remedy.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let plain = |en: &str, zh: &str| lang.pick(en, zh).to_owned();
        match self {
            Self::Answers(errors) => {
                errors.iter().map(|error| error.message(lang)).collect::<Vec<_>>().join("\n")
            }
            Self::Store(error) => store_message(error, lang),
            Self::Entry(error) => entry_message(error, lang),
            Self::NoStudy | Self::Study(_) | Self::UnknownSite => plain(
                "The study's questions cannot be read on this device. Your entries were left as they are. Please tell the study team.",
                "本机无法读取研究问卷。您的记录没有改动，请告诉研究人员。",
            ),
            Self::Trust => plain(
                "The site's signature on this device does not check out. Your entries were left as they are. Please tell the study team.",
                "本机上研究中心的签名核对不上。您的记录没有改动，请告诉研究人员。",
            ),
            Self::UnknownInstrument => plain(
                "There is no such questionnaire in this study. `diary today` lists what can be answered.",
                "本研究没有这份问卷。用 `diary today` 查看可以填写的内容。",
            ),
            Self::UnknownItem => plain("This questionnaire has no such question.", "这份问卷没有这个问题。"),
            Self::NoDraft => plain(
                "Nothing has been answered yet, so there is nothing to save.",
                "还没有回答任何问题，无内容可保存。",
            ),
            Self::UnknownSlot => plain(
                "Nothing of that kind is planned for that day. `diary today` lists what is.",
                "那一天没有这项安排。用 `diary today` 查看当天安排。",
            ),
            Self::NotOpenYet { .. } => plain(
                "It is too early for this one. Please come back later today.",
                "现在还早，请晚些时候再填。",
            ),
            Self::Future => plain(
                "That time is still to come. Please enter it when it has happened.",
                "这个时间还没到，请在发生之后再记录。",
            ),
            Self::UnknownEntry => plain(
                "There is no such entry on this device. `diary history` lists them with their numbers.",
                "本机没有这条记录。用 `diary history` 查看记录和编号。",
            ),
            Self::AlreadyWithdrawn => plain("That entry was withdrawn already.", "这条记录已经撤回。"),
            Self::OtherKind => plain(
                "A correction must be of the same kind. Withdraw the entry and make a new one instead.",
                "更正必须与原记录同类。请撤回原记录，再新记一条。",
            ),
            Self::OtherDigits => plain(
                "No phone that asks to use this diary shows these six digits. Nothing was recorded. Read them again from the \
                 other phone's screen; if they stay different, do not let it in and call the study team.",
                "请求使用这本日记的手机上显示的不是这六位数字。没有记录任何内容。请再看一遍那部手机的屏幕；如果仍然不同，请不要同意，并联系研究人员。",
            ),
            Self::NoPhoneAsks => plain(
                "No other phone asks to use this diary. `diary sync` fetches news; then try again.",
                "没有其他手机请求使用这本日记。请先用 `diary sync` 接收消息，再试一次。",
            ),
        }
    }
}

/// Message for the participant about a failure of the store.
#[must_use]
pub fn store_message(error: &StoreError, lang: Lang) -> String {
    let (en, zh) = match error {
        StoreError::KeyOrFile => (
            "The diary's file does not open with its key: the file is damaged, or another one lies in its place. Nothing \
             was changed. Keep the folder as it is; put file and lock back from a copy, or ask the study team for help.",
            "日记文件无法用它的密钥打开：文件已损坏，或被换成了别的文件。没有改动任何内容。请保留文件夹，从备份中恢复文件和锁，或联系研究人员。",
        ),
        StoreError::NoFile => (
            "The diary's file is missing or empty. Nothing was changed. If joining was broken off, run `diary join` again \
             with the same link. Otherwise put the file back from a copy, or ask the study team: what they have received \
             is safe with them.",
            "日记文件不见了，或是空的。没有改动任何内容。如果加入研究时中断了，请用同一个链接再运行 `diary join`。否则请从备份中恢复文件，或联系研究人员：他们收到的记录都在。",
        ),
        StoreError::Corrupt | StoreError::Row { .. } => DAMAGED,
        StoreError::NewerVersion { .. } => (
            "This diary was written by a newer version of the program. Please update the program.",
            "这本日记由更新版本的程序写入，请先更新程序。",
        ),
        StoreError::NoCipher => (
            "This program lacks encryption and will not write a diary in the clear.",
            "本程序缺少加密功能，不会以明文保存日记。",
        ),
        StoreError::NotJoined => (
            "This diary has not joined a study yet. Use `diary join LINK` with the link from the study team.",
            "尚未加入研究。请用研究人员给的链接运行 `diary join 链接`。",
        ),
        StoreError::AlreadyJoined => ("This diary has joined a study already.", "这本日记已经加入研究。"),
        StoreError::CounterSpent => (
            "Nothing was saved: no further entry fits into the order of this diary. Please call your study team; they \
             can set up the diary anew.",
            "未保存：这本日记的顺序编号已用尽。请联系研究团队，他们可以为您重新设置日记。",
        ),
        StoreError::Entry(error) => return entry_message(error, lang),
        StoreError::Database(error) => not_read(Obstacle::of_database(error)),
        StoreError::NotSaved(error) => not_saved(Obstacle::of_database(error)),
        StoreError::ReadingOnly(why) => not_saved(*why),
        StoreError::SideFile(error) => not_sent(Obstacle::of_io(error.kind())),
    };
    lang.pick(en, zh).to_owned()
}

/// Message about a damaged file.
const DAMAGED: (&str, &str) = (
    "The diary's file is damaged. It was left as it is: keep it and ask the study team for help.",
    "日记文件已损坏，系统没有改动它。请保留文件并联系研究人员。",
);

/// Message about a failed read.
const fn not_read(why: Obstacle) -> (&'static str, &'static str) {
    match why {
        Obstacle::Full => (
            "The diary cannot be opened: the disk is full. Nothing was changed. Make room on the disk, then try again.",
            "打不开日记：存储空间已满。没有改动任何内容。请清理出空间，再试一次。",
        ),
        Obstacle::ReadOnly => (
            "The diary cannot be opened: its disk can only be read. Nothing was changed. Make the disk writable, or copy \
             the whole folder to one that is, then try again.",
            "打不开日记：磁盘只能读，不能写。没有改动任何内容。请让磁盘可写，或把整个文件夹复制到可写的磁盘，再试一次。",
        ),
        Obstacle::Permission => (
            "The diary cannot be opened: this account may not use its file or folder. Nothing was changed. Use the account \
             that the diary belongs to.",
            "打不开日记：当前账户无权使用日记的文件或文件夹。没有改动任何内容。请用日记所属的账户。",
        ),
        Obstacle::InUse => (
            "The diary cannot be opened: another program is using it. Nothing was changed. Close the other one, then try \
             again.",
            "打不开日记：另一个程序正在使用它。没有改动任何内容。请关闭那个程序，再试一次。",
        ),
        Obstacle::Damaged => DAMAGED,
        Obstacle::InputOutput | Obstacle::Other => (
            "The diary cannot be read: the disk reports an error. Whether its file is whole is not known. Keep the folder as \
             it is, copy it to another disk, and ask the study team for help.",
            "读不了日记：磁盘报告出错，文件是否完好尚不清楚。请保留文件夹，把它复制到另一个磁盘，并联系研究人员。",
        ),
    }
}

/// Message about an entry that was not saved.
const fn not_saved(why: Obstacle) -> (&'static str, &'static str) {
    match why {
        Obstacle::Full => (
            "Not saved: the disk is full. What was saved before is here and can be read. Make room on the disk, then enter \
             this again.",
            "未保存：存储空间已满。之前保存的内容还在，可以查看。请清理出空间，再重新填写。",
        ),
        Obstacle::ReadOnly => (
            "Not saved: the disk can only be read. What was saved before is here and can be read. Make the disk writable, \
             or copy the whole folder to one that is, then enter this again.",
            "未保存：磁盘只能读，不能写。之前保存的内容还在，可以查看。请让磁盘可写，或把整个文件夹复制到可写的磁盘，再重新填写。",
        ),
        Obstacle::Permission => (
            "Not saved: this account may not write the diary's file or folder. What was saved before is here and can be \
             read. Use the account that the diary belongs to, then enter this again.",
            "未保存：当前账户无权写入日记的文件或文件夹。之前保存的内容还在，可以查看。请用日记所属的账户，再重新填写。",
        ),
        Obstacle::InUse => (
            "Not saved: another program is using the diary. Close the other one, then enter this again.",
            "未保存：另一个程序正在使用日记。请关闭那个程序，再重新填写。",
        ),
        Obstacle::Damaged => DAMAGED,
        Obstacle::InputOutput | Obstacle::Other => (
            "The disk reports an error, and it is not certain that this was saved. Look at `diary history` before you enter \
             it again; `diary check` says whether the diary's file is whole. Copy the folder to another disk, and ask the \
             study team for help.",
            "磁盘报告出错，不确定这条是否已保存。重新填写前请先用 `diary history` 查看；`diary check` 可以检查日记文件是否完好。请把文件夹复制到另一个磁盘，并联系研究人员。",
        ),
    }
}

/// Message about a failed write while sending; entries were saved before.
const fn not_sent(why: Obstacle) -> (&'static str, &'static str) {
    match why {
        Obstacle::Full => (
            "Your entries are saved, but sending cannot go on: the disk is full. Make room on the disk, then run `diary \
             sync`.",
            "您的记录已保存；但存储空间已满，发送无法继续。请清理出空间，再运行 `diary sync`。",
        ),
        Obstacle::ReadOnly | Obstacle::Permission => (
            "Your entries are saved, but sending cannot go on: the diary's files cannot be written. Make disk and folder \
             writable, then run `diary sync`.",
            "您的记录已保存；但日记的文件无法写入，发送无法继续。请让磁盘和文件夹可写，再运行 `diary sync`。",
        ),
        Obstacle::Damaged => DAMAGED,
        Obstacle::InUse | Obstacle::InputOutput | Obstacle::Other => (
            "Your entries are saved, but sending cannot go on: the disk reports an error. Copy the diary's folder to another disk, and ask the study team for help.",
            "您的记录已保存；但磁盘报告出错，发送无法继续。请把日记文件夹复制到另一个磁盘，并联系研究人员。",
        ),
    }
}

/// Message for the participant about a failure of the store during sealing or a contact.
#[must_use]
pub fn sending_message(error: &StoreError, lang: Lang) -> String {
    match error.obstacle().filter(|_| error.is_of_writing()) {
        Some(why) => not_sent_message(why, lang),
        None => store_message(error, lang),
    }
}

/// What an obstacle means while entries are prepared, sent or fetched: entries were saved before.
#[must_use]
pub fn not_sent_message(why: Obstacle, lang: Lang) -> String {
    let (en, zh) = not_sent(why);
    lang.pick(en, zh).to_owned()
}

fn entry_message(error: &EntryError, lang: Lang) -> String {
    match error {
        EntryError::Text { max_bytes, .. } => match lang.side() {
            Side::En => format!("A text is empty or too long: up to {} letters are allowed.", max_bytes / 4),
            Side::ZhCn => format!("文字为空或太长，最多 {} 个字。", max_bytes / 4),
        },
        EntryError::Reason => lang.pick("Please say why.", "请说明原因。").to_owned(),
        EntryError::Amount => lang
            .pick(
                "The amount must be a number above 0 and up to 100000, for example 60 mg.",
                "剂量必须大于 0 且不超过 100000，例如 60 mg。",
            )
            .to_owned(),
        EntryError::TooLarge { .. } => lang
            .pick("This entry is too large. Please shorten its texts.", "这条记录太大，请缩短文字。")
            .to_owned(),
        EntryError::Identity | EntryError::Undecodable(_) => lang
            .pick(
                "This entry cannot be saved as it is. Please tell the study team.",
                "这条记录无法保存，请告诉研究人员。",
            )
            .to_owned(),
    }
}
