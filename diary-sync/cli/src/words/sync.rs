//! The words of `diary sync`.

use diary_core::text::Lang;
use diary_sync::Outcome;

/// What a contact brought.
pub(crate) fn outcome(outcome: &Outcome, lang: Lang) -> String {
    let told = contact(outcome, lang);
    if outcome.keys_expired { format!("{told}\n{}", keys_expired(lang)) } else { told }
}

const fn keys_expired(lang: Lang) -> &'static str {
    lang.pick(
        "The study's keys should have been renewed by now. The diary goes on as before; please tell the study team.",
        "研究的密钥已过更新期限。日记照常使用，请告诉研究人员。",
    )
}

fn contact(outcome: &Outcome, lang: Lang) -> String {
    if let Some(trouble) = &outcome.trouble {
        let gap = lang.pick(" ", "");
        let told = format!("{}{gap}{}", trouble.message(lang), waiting(outcome.waiting, lang));
        return told.trim_end().to_owned();
    }
    match (outcome.waiting, outcome.unmerged, lang) {
        (0, 0, Lang::En) => "Everything is with the hospital and in the record.".to_owned(),
        (0, 0, Lang::ZhCn) => "所有记录都已送到研究中心，并已进入研究记录。".to_owned(),
        (0, n, Lang::En) => {
            format!("Everything is with the hospital; {n} entries are not in the record yet.")
        }
        (0, n, Lang::ZhCn) => format!("所有记录都已送到研究中心，其中{n}条还没有进入研究记录。"),
        (n, _, _) => waiting(n, lang),
    }
}

fn waiting(entries: u64, lang: Lang) -> String {
    match (entries, lang) {
        (0, _) => String::new(),
        (1, Lang::En) => "1 entry waits here.".to_owned(),
        (n, Lang::En) => format!("{n} entries wait here."),
        (n, Lang::ZhCn) => format!("有{n}条记录在本机等待发送。"),
    }
}

/// After something was saved and a contact was tried.
pub(crate) fn after_saving(sent: &Outcome, unsent_days: usize, lang: Lang) -> String {
    if sent.trouble.is_none() && unsent_days == 0 {
        return lang
            .pick("Saved here, and received by the hospital.", "已保存在本机，研究中心也已收到。")
            .to_owned();
    }
    lang.pick("Saved here. ", "已保存在本机。").to_owned() + &outcome(sent, lang)
}

/// While watching.
pub(crate) const fn watching(lang: Lang) -> &'static str {
    lang.pick(
        "Keeping in contact until Ctrl-C. Other commands can be used meanwhile.",
        "持续联系中，按 Ctrl-C 结束。期间可以使用其他命令。",
    )
}
