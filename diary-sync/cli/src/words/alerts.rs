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
