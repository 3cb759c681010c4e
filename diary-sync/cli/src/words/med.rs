//! The words of `diary med`.

use diary_core::text::Lang;

/// Asks how often.
pub(crate) const fn how_often(lang: Lang) -> &'static str {
    lang.pick("How often is it taken? Type the number.", "多久用一次？请输入编号。")
}

/// Asks how it is taken.
pub(crate) const fn how_taken(lang: Lang) -> &'static str {
    lang.pick(
        "How is it taken? Type the number, or Enter to leave it open.",
        "怎么用？请输入编号，也可以直接按回车不填。",
    )
}

/// Asks whether something dangerous is meant.
pub(crate) const fn really(lang: Lang) -> &'static str {
    lang.pick("Is this really how it is taken?", "确实是这样用的吗？")
}
