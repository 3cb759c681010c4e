//! The words of `diary join`.

use diary_core::keys::LinkError;
use diary_core::text::Lang;

/// Why the link is asked for.
pub(crate) const fn why_not_an_argument(lang: Lang) -> &'static str {
    lang.pick(
        "Paste the link here rather than on the command line: it holds a secret, and command lines are kept in the shell's history. It is not shown while you type.",
        "请把链接粘贴在这里，不要写在命令行里：链接含有密钥，而命令行会留在历史记录里。输入时不会显示。",
    )
}

/// Asks for the link.
pub(crate) const fn paste_link(lang: Lang) -> &'static str {
    lang.pick("Link: ", "链接：")
}

/// While the server is asked.
pub(crate) const fn asking(lang: Lang) -> &'static str {
    lang.pick("Asking the hospital's server ...", "正在联系研究中心的服务器……")
}

/// Joined.
pub(crate) fn joined(study: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("This diary has joined the study: {study}"),
        Lang::ZhCn => format!("这本日记已加入研究：{study}"),
    }
}

/// What to do with the six digits.
pub(crate) const fn read_digits(lang: Lang) -> &'static str {
    lang.pick(
        "Please read these six digits to the study team. They type them in to confirm that this is your device.",
        "请把这六位数字念给研究人员。研究人员输入后，就确认了这是您的设备。",
    )
}

/// Nobody needs to wait for the confirmation.
pub(crate) const fn begin_now(lang: Lang) -> &'static str {
    lang.pick(
        "You need not wait for that: `diary today` shows what to do, and everything you enter is kept.",
        "您不必等待：用 `diary today` 查看要做的事，您填写的内容都会保存。",
    )
}

/// Staff had confirmed this device before.
pub(crate) const fn confirmed(lang: Lang) -> &'static str {
    lang.pick(
        "The study team has confirmed this device. `diary today` shows what to do.",
        "研究人员已确认这台设备。用 `diary today` 查看要做的事。",
    )
}

/// Still to be confirmed.
pub(crate) fn still_pending(digits: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("The study team has not yet confirmed this device. Its six digits: {digits}"),
        Lang::ZhCn => format!("研究人员还没有确认这台设备。六位数字是：{digits}"),
    }
}

/// Why a link is refused and what to do.
pub(crate) fn link_refused(error: LinkError, lang: Lang) -> String {
    let (en, zh) = match error {
        LinkError::NotALink => (
            "This is not an enrolment link: it begins with https:// and contains /join#. Please copy the whole link from the study team.",
            "这不是加入研究的链接：链接以 https:// 开头，其中有 /join#。请复制研究人员给的完整链接。",
        ),
        LinkError::PlainHttp => (
            "The link uses http, which is only allowed on this machine itself. Please ask the study team for an https link.",
            "链接使用的是 http，只有在本机上才允许。请向研究人员要 https 链接。",
        ),
        LinkError::Version => (
            "The link is of a version that this program does not know. Please update the program, or copy the link again.",
            "本程序不认识这个版本的链接。请更新程序，或重新复制链接。",
        ),
        LinkError::Pieces { .. } | LinkError::Secret => (
            "The link is cut off or has something attached. Please copy the whole link, without a line break.",
            "链接不完整，或者多了别的内容。请完整复制链接，中间不要换行。",
        ),
        LinkError::Host
        | LinkError::ApiHost
        | LinkError::Fingerprint
        | LinkError::Vault
        | LinkError::Enrolment => (
            "The link is not readable; a character may be wrong. Please copy it again, or ask the study team for a new one.",
            "链接无法识别，可能有字符错误。请重新复制，或向研究人员要一个新的链接。",
        ),
    };
    lang.pick(en, zh).to_owned()
}
