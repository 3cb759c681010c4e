//! The words around PIN, lock and home folder.

use std::io::ErrorKind;

use diary_core::keys::RecoveryTextError;
use diary_core::store::Obstacle;
use diary_core::text::Lang;

use super::common::disk;
use crate::failure::{HomeProblem, PinProblem};

/// Asks for the PIN.
pub(crate) const fn pin_prompt(lang: Lang) -> &'static str {
    lang.pick("PIN: ", "密码：")
}

/// Asks for a new PIN.
pub(crate) const fn new_pin_prompt(lang: Lang) -> &'static str {
    lang.pick("New PIN: ", "新密码：")
}

/// Asks for the new PIN again.
pub(crate) const fn again_prompt(lang: Lang) -> &'static str {
    lang.pick("The same again: ", "再输入一次：")
}

/// What a PIN is for.
pub(crate) fn pin_rules(least: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "Please choose a PIN or a passphrase of at least {least} characters. It locks the diary on this machine; if you forget it, the study team can help and nothing is lost. It is not shown while you type."
        ),
        Lang::ZhCn => format!(
            "请设一个至少{least}位的密码。它用来锁住本机上的日记；忘记了也不会丢失内容，研究人员可以帮您打开。输入时不会显示。"
        ),
    }
}

/// The PIN of a diary that was just joined is shorter than its study asks for.
pub(crate) fn pin_too_short_for_study(least: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "This study asks for a PIN of at least {least} characters. The diary is locked with the one you chose; please set a longer one: `diary pin change`."
        ),
        Lang::ZhCn => format!(
            "本研究要求密码至少{least}位。日记目前用您设的密码锁着；请运行 `diary pin change` 换一个更长的密码。"
        ),
    }
}

/// A forgotten PIN.
pub(crate) const fn forgotten(lang: Lang) -> &'static str {
    lang.pick(
        "If you have forgotten the PIN: call the study team, ask for the recovery secret, and use `diary unlock --recovery`.",
        "如果忘记了密码：请联系研究人员要恢复码，然后运行 `diary unlock --recovery`。",
    )
}

/// What is wrong with a PIN.
pub(crate) fn pin(problem: PinProblem, lang: Lang) -> String {
    let plain = |en: &str, zh: &str| lang.pick(en, zh).to_owned();
    match problem {
        PinProblem::Wrong => plain(
            "This PIN does not open the diary. Nothing was changed. Type it again; if it is forgotten, the study team can help.",
            "密码不对，打不开日记。没有改动任何内容。请重新输入；如果忘记了，研究人员可以帮您打开。",
        ),
        PinProblem::Length { least } => match lang {
            Lang::En => format!("A PIN has at least {least} characters and at most 256 bytes."),
            Lang::ZhCn => format!("密码至少{least}位，最长256字节。"),
        },
        PinProblem::Memory => plain(
            "There is not enough free memory to open the diary's lock. Nothing was changed. Please close other programs and try again.",
            "可用内存不足，无法打开日记的锁。没有改动任何内容。请关闭其他程序后再试。",
        ),
        PinProblem::NotTheSame => {
            plain("The two are not the same. Please type them again.", "两次输入不一样，请重新输入。")
        }
        PinProblem::File => plain(
            "The file that DIARY_PIN_FILE or DIARY_NEW_PIN_FILE names cannot be read. Its first line must hold the PIN.",
            "无法读取 DIARY_PIN_FILE 或 DIARY_NEW_PIN_FILE 指定的文件。文件第一行应为密码。",
        ),
        PinProblem::NobodyToAsk => plain(
            "The PIN is needed. Run this in a terminal, or name a file that holds it in DIARY_PIN_FILE (a new one in DIARY_NEW_PIN_FILE).",
            "需要密码。请在终端里运行，或用 DIARY_PIN_FILE 指定存放密码的文件（新密码用 DIARY_NEW_PIN_FILE）。",
        ),
    }
}

/// What is wrong with the home folder.
pub(crate) fn home(problem: &HomeProblem, lang: Lang) -> String {
    let plain = |en: &str, zh: &str| lang.pick(en, zh).to_owned();
    match problem {
        HomeProblem::Unknown => plain(
            "It is not known where the diary is kept. Name its folder with --home or DIARY_HOME.",
            "不知道日记存放在哪里。请用 --home 或 DIARY_HOME 指定文件夹。",
        ),
        HomeProblem::Io(kind) => folder(*kind, lang),
        HomeProblem::InUse => plain(
            "Another diary command is still at work. Please finish it, then try again.",
            "另一个 diary 命令还在运行。请先结束它，再试一次。",
        ),
        HomeProblem::NotJoined => plain(
            "There is no diary here yet. Use `diary join` with the link from the study team, or name the diary's folder with --home.",
            "这里还没有日记。请用研究人员给的链接运行 `diary join`，或用 --home 指定日记文件夹。",
        ),
        HomeProblem::LockMissing => plain(
            "The diary is here but its lock file diary.lock is missing. Nothing was changed. Put it back from a copy, or ask the study team for help.",
            "日记文件还在，但锁文件 diary.lock 不见了。没有改动任何内容。请从备份中恢复，或联系研究人员。",
        ),
        HomeProblem::LockDamaged => plain(
            "The lock file diary.lock is damaged. It was left as it is. Put it back from a copy, or ask the study team for help.",
            "锁文件 diary.lock 已损坏，系统没有改动它。请从备份中恢复，或联系研究人员。",
        ),
        HomeProblem::LockNewer => plain(
            "The lock file diary.lock was written by a newer version of the program. It was left as it is. Please update the program.",
            "锁文件 diary.lock 由更新版本的程序写入，系统没有改动它。请先更新程序。",
        ),
    }
}

/// The folder or a file in it cannot be read or written: what it is, and what to do.
fn folder(kind: ErrorKind, lang: Lang) -> String {
    let why = disk(kind, lang);
    let todo = match Obstacle::of_io(kind) {
        Obstacle::Full => lang.pick("Make room on the disk, then try again.", "请清理出空间，再试一次。"),
        Obstacle::ReadOnly => lang.pick(
            "Make the disk writable, or copy the whole folder to one that is, then try again.",
            "请让磁盘可写，或把整个文件夹复制到可写的磁盘，再试一次。",
        ),
        Obstacle::Permission => {
            lang.pick("Use the account that the diary belongs to.", "请用日记所属的账户。")
        }
        Obstacle::InUse => lang.pick(
            "Close the other program that uses it, then try again.",
            "请关闭正在使用它的其他程序，再试一次。",
        ),
        Obstacle::InputOutput | Obstacle::Damaged | Obstacle::Other => lang.pick(
            "See that --home or DIARY_HOME names the right folder; if it does, keep it as it is and ask the study team for help.",
            "请看看 --home 或 DIARY_HOME 指定的文件夹对不对；如果没错，请保留文件夹并联系研究人员。",
        ),
    };
    match lang {
        Lang::En => format!("The diary's folder cannot be read or written ({why}). {todo}"),
        Lang::ZhCn => format!("无法读写日记文件夹（{why}）。{todo}"),
    }
}

/// While another command is at work.
pub(crate) const fn waiting_for_other(lang: Lang) -> &'static str {
    lang.pick("Another diary command is at work; waiting a moment ...", "另一个 diary 命令正在运行，请稍等……")
}

/// The PIN was changed.
pub(crate) const fn pin_changed(lang: Lang) -> &'static str {
    lang.pick("The PIN is changed.", "密码已更改。")
}

/// Before the recovery secret is asked for.
pub(crate) const fn ask_the_team(lang: Lang) -> &'static str {
    lang.pick(
        "Please call the study team and type the recovery secret as they read it: 28 letters and digits. Dashes, blanks and capitals do not matter.",
        "请联系研究人员，按他们念的输入恢复码：共28个字母和数字。横线、空格和大小写都没关系。",
    )
}

/// Asks for the recovery secret.
pub(crate) const fn recovery_prompt(lang: Lang) -> &'static str {
    lang.pick("Recovery secret: ", "恢复码：")
}

/// The diary is open again.
pub(crate) const fn unlocked(lang: Lang) -> &'static str {
    lang.pick(
        "The diary opens with the new PIN. Nothing in it was changed.",
        "日记可以用新密码打开了，其中的内容没有改动。",
    )
}

/// What is wrong with a recovery secret.
pub(crate) fn recovery_text(error: RecoveryTextError, lang: Lang) -> String {
    match (error, lang) {
        (RecoveryTextError::Length { found }, Lang::En) => {
            format!(
                "The recovery secret has 28 letters and digits; {found} were typed. Please have it read again."
            )
        }
        (RecoveryTextError::Length { found }, Lang::ZhCn) => {
            format!("恢复码共28个字母和数字，您输入了{found}个。请对方再念一遍。")
        }
        (RecoveryTextError::Character { place }, Lang::En) => {
            format!("Character {place} cannot occur in a recovery secret. Please have it read again.")
        }
        (RecoveryTextError::Character { place }, Lang::ZhCn) => {
            format!("恢复码里不会有第{place}个字符。请对方再念一遍。")
        }
        (RecoveryTextError::Check, Lang::En) => {
            "The recovery secret is mistyped somewhere. Please have it read again, four characters at a time."
                .to_owned()
        }
        (RecoveryTextError::Check, Lang::ZhCn) => {
            "恢复码有输错的地方。请对方每次念四个字符，再输一遍。".to_owned()
        }
    }
}
