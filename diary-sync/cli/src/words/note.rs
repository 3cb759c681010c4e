//! The words of `diary note`.

use diary_core::text::Lang;

/// Asks for the note.
pub(crate) const fn your_words(lang: Lang) -> &'static str {
    lang.pick("Your note, on one line: ", "请写下备注（一行）：")
}

/// A note was recorded.
pub(crate) fn noted(number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Noted as entry #{number}."),
        Lang::ZhCn => format!("已记为第{number}条。"),
    }
}
