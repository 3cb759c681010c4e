//! Headings of instructions that must not be missed.

use diary_core::study::Severity;
use diary_core::text::Lang;

/// Heading of an instruction.
pub(crate) const fn title(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Emergency => lang.pick("!!! EMERGENCY - GET HELP NOW !!!", "!!! 紧急情况 - 请马上求助 !!!"),
        Severity::Call => lang.pick("!! IMPORTANT - PLEASE CALL !!", "!! 重要提示 - 请打电话 !!"),
        Severity::Notice => lang.pick("! PLEASE NOTE !", "! 请注意 !"),
    }
}

/// Heading of a caution about a medication.
pub(crate) const fn careful(lang: Lang) -> &'static str {
    lang.pick("!! PLEASE CHECK AGAIN !!", "!! 请再核对一次 !!")
}

/// Asks to confirm that an instruction was read.
pub(crate) const fn have_you_read(lang: Lang) -> &'static str {
    lang.pick("Have you read this? Please type yes: ", "您看清楚上面的内容了吗？请输入“是”：")
}

/// Nothing was shown in these days, or ever.
pub(crate) fn none(days: Option<i64>, lang: Lang) -> String {
    match (days, lang) {
        (Some(days), Lang::En) => format!("No instruction was shown in the last {days} days."),
        (Some(days), Lang::ZhCn) => format!("最近{days}天没有显示过提示。"),
        (None, _) => lang.pick("No instruction was ever shown.", "从来没有显示过提示。").to_owned(),
    }
}

/// Head of an instruction that was shown earlier: how much it presses, its name, when, and whether it was read.
pub(crate) fn listed(severity: Severity, title: &str, at: &str, read: Option<&str>, lang: Lang) -> String {
    let presses = match severity {
        Severity::Emergency => lang.pick("EMERGENCY", "紧急"),
        Severity::Call => lang.pick("PLEASE CALL", "请打电话"),
        Severity::Notice => lang.pick("NOTE", "请注意"),
    };
    match (read, lang) {
        (Some(read), Lang::En) => format!("{presses}  {title}, shown {at}, confirmed as read {read}"),
        (Some(read), Lang::ZhCn) => format!("{presses}  {title}，{at}显示，{read}确认已读"),
        (None, Lang::En) => format!("{presses}  {title}, shown {at}, not confirmed as read"),
        (None, Lang::ZhCn) => format!("{presses}  {title}，{at}显示，尚未确认已读"),
    }
}
