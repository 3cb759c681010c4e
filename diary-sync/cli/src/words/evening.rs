//! The words of `diary evening`.

use diary_core::text::Lang;

/// How many doses were recorded.
pub(crate) fn doses(count: usize, lang: Lang) -> String {
    match (count, lang) {
        (1, Lang::En) => "1 dose".to_owned(),
        (n, Lang::En) => format!("{n} doses"),
        (n, Lang::ZhCn) => format!("{n}次用药"),
    }
}

/// What was done.
pub(crate) fn done(done: &[String], lang: Lang) -> String {
    match lang {
        Lang::En => format!("Recorded: {}.", done.join(", ")),
        Lang::ZhCn => format!("已记录：{}。", done.join("、")),
    }
}

/// What is still open, and how to go on.
pub(crate) fn still_open(open: &[String], lang: Lang) -> String {
    match lang {
        Lang::En => {
            format!("Still open: {}. `diary evening` goes on; what you answered is kept.", open.join(", "))
        }
        Lang::ZhCn => format!("还没填的：{}。用 `diary evening` 接着填，已填的都在。", open.join("、")),
    }
}

/// Nothing is due.
pub(crate) const fn nothing(lang: Lang) -> &'static str {
    lang.pick("Nothing is to be filled in now.", "现在没有要填的内容。")
}
