//! The words about other phones of the participant.

use diary_core::text::Lang;

/// Asks for the digits.
pub(crate) const fn digits(lang: Lang) -> &'static str {
    lang.pick("The six digits that the other phone shows:", "另一部手机上显示的六位数字：")
}

/// It was let in.
pub(crate) const fn approved(lang: Lang) -> &'static str {
    lang.pick(
        "Saved. The study team is told at the next contact (`diary sync`) and confirms the other phone.",
        "已保存。下次联系研究中心（`diary sync`）时会告诉研究人员，由他们确认另一部手机。",
    )
}

/// Another phone asks.
pub(crate) fn asks(since: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "Another phone asks to use this diary (since {since}). If it is yours: diary approve DIGITS, with the six \
             digits that it shows. If it is not, call the study team."
        ),
        Lang::ZhCn => format!(
            "另一部手机请求使用这本日记（{since}起）。如果是您的手机：diary approve 六位数字（那部手机上显示的数字）。\
             如果不是，请联系研究人员。"
        ),
    }
}

/// It was let in here, and staff have not confirmed it.
pub(crate) const fn waits(lang: Lang) -> &'static str {
    lang.pick(
        "You let another phone use this diary; the study team has not confirmed it yet.",
        "您已同意另一部手机使用这本日记，研究人员尚未确认。",
    )
}

/// Another phone was added.
pub(crate) fn added(at: &str, lang: Lang) -> String {
    match lang {
        Lang::En => {
            format!("Another phone was added on {at}. If you do not know of it, call the study team.")
        }
        Lang::ZhCn => format!("{at}添加了另一部手机。如果您不知情，请联系研究人员。"),
    }
}

/// Another phone was taken away.
pub(crate) fn ended(at: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Another phone was taken off this diary on {at}."),
        Lang::ZhCn => format!("{at}停用了另一部手机。"),
    }
}
