//! The words of `diary correct` and `diary withdraw`.

use diary_core::text::Lang;

/// Asks why an entry is corrected.
pub(crate) const fn why_corrected(lang: Lang) -> &'static str {
    lang.pick("Why is it corrected? ", "为什么更正？")
}

/// Asks why an entry is withdrawn.
pub(crate) const fn why_withdrawn(lang: Lang) -> &'static str {
    lang.pick("Why is it withdrawn? ", "为什么撤回？")
}

/// Above what a correction changes.
pub(crate) const fn will_become(lang: Lang) -> &'static str {
    lang.pick("It will become:", "将改成：")
}

/// Asks before a correction is saved.
pub(crate) const fn is_it_right(lang: Lang) -> &'static str {
    lang.pick("Is that right?", "这样改对吗？")
}

/// Asks before an entry is withdrawn.
pub(crate) const fn withdraw_it(lang: Lang) -> &'static str {
    lang.pick("Withdraw this entry?", "要撤回这一条吗？")
}

/// Asks for new words.
pub(crate) const fn new_words(lang: Lang) -> &'static str {
    lang.pick("What should it say? ", "应改成什么？")
}

/// Asks what became of a dose.
pub(crate) const fn what_became_of_it(lang: Lang) -> &'static str {
    lang.pick("What became of this dose?", "这次用药实际怎样？")
}

/// What can become of a dose.
pub(crate) const fn statuses(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["taken", "not taken", "I do not know"],
        Lang::ZhCn => ["用了", "没有用药", "不知道"],
    }
}

/// An entry was corrected.
pub(crate) fn corrected(number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Entry #{number} is corrected. The earlier version stays readable."),
        Lang::ZhCn => format!("第{number}条已更正，原来的内容仍可查看。"),
    }
}

/// An entry was withdrawn.
pub(crate) fn withdrawn(number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Entry #{number} is withdrawn. It stays readable, marked as withdrawn."),
        Lang::ZhCn => format!("第{number}条已撤回，内容仍可查看，并注明已撤回。"),
    }
}
