//! Why the diary did not do something, in words a participant can act on.

use crate::entry::EntryError;
use crate::store::StoreError;
use crate::study::instrument::AnswerError;
use crate::text::Lang;
use crate::time::UtcMillis;

/// Why the diary did not do something. Nothing that was saved before is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum DiaryError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not acceptable as an entry.
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
    /// The site is not in the study.
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
        /// When.
        opens: UtcMillis,
    },
    /// A time that is still to come.
    #[error("that time is still to come")]
    Future,
    /// No such entry on this device.
    #[error("no such entry")]
    UnknownEntry,
    /// The entry was withdrawn already.
    #[error("that entry was withdrawn already")]
    AlreadyWithdrawn,
    /// A correction must stay of the same kind.
    #[error("a correction must be of the same kind as the entry")]
    OtherKind,
    /// No further phone asks.
    #[error("no other phone asks to use this diary")]
    NoPhoneAsks,
}

impl DiaryError {
    /// What went wrong and what to do, for the participant.
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
                "The study's questions cannot be read on this device. Your entries are safe. Please tell the study team.",
                "本机无法读取研究问卷。您的记录没有丢失，请告诉研究人员。",
            ),
            Self::Trust => plain(
                "The site's signature on this device does not check out. Your entries are safe. Please tell the study team.",
                "本机上研究中心的签名核对不上。您的记录没有丢失，请告诉研究人员。",
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
            Self::NoPhoneAsks => plain(
                "No other phone asks to use this diary. `diary sync` fetches news; then try again.",
                "没有其他手机请求使用这本日记。请先用 `diary sync` 接收消息，再试一次。",
            ),
        }
    }
}

/// What a refusal of the store means, for the participant.
#[must_use]
pub fn store_message(error: &StoreError, lang: Lang) -> String {
    let (en, zh) = match error {
        StoreError::KeyOrFile => (
            "The diary does not open with this PIN or key. Nothing was changed.",
            "用这个密码打不开日记。没有改动任何内容。",
        ),
        StoreError::Corrupt | StoreError::Row { .. } => (
            "The diary's file is damaged. It was left as it is: keep it and ask the study team for help.",
            "日记文件已损坏，系统没有改动它。请保留文件并联系研究人员。",
        ),
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
        StoreError::Database(_) => (
            "The diary could not be read just now. Nothing was changed and nothing is lost; please try again.",
            "现在读不了日记。没有改动任何内容，也没有丢失，请再试一次。",
        ),
        StoreError::SideFile(_) | StoreError::NotSaved(_) => (
            "The entry could not be saved. Is the disk full? Nothing that was saved before is lost; please try again.",
            "保存失败，存储空间可能已满。之前保存的内容没有丢失，请再试一次。",
        ),
    };
    lang.pick(en, zh).to_owned()
}

fn entry_message(error: &EntryError, lang: Lang) -> String {
    match error {
        EntryError::Text { max_bytes, .. } => match lang {
            Lang::En => format!("A text is empty or too long: up to {} letters are allowed.", max_bytes / 4),
            Lang::ZhCn => format!("文字为空或太长，最多 {} 个字。", max_bytes / 4),
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
