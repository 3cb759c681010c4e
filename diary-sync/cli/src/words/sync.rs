//! The words of `diary sync`.

use diary_core::text::Lang;
use diary_sync::Outcome;

use crate::standing::Standing;

/// What a contact brought.
pub(crate) fn outcome(outcome: &Outcome, standing: &Standing, lang: Lang) -> String {
    let mut told = vec![contact(outcome, standing, lang)];
    told.extend(super::standing::lines(standing, lang));
    if outcome.keys_expired {
        told.push(keys_expired(lang).to_owned());
    }
    told.retain(|line| !line.is_empty());
    told.join("\n")
}

const fn keys_expired(lang: Lang) -> &'static str {
    lang.pick(
        "The study's keys should have been renewed by now. The diary goes on as before; please tell the study team.",
        "研究的密钥已过更新期限。日记照常使用，请告诉研究人员。",
    )
}

/// The truth for a phone that was switched off: what was received, that it was set aside, what still waits.
fn switched_off(outcome: &Outcome, lang: Lang) -> String {
    let mut parts = vec![
        lang.pick("This phone was switched off by the study team.", "研究人员已停用这部手机。").to_owned(),
    ];
    match (outcome.received, lang) {
        (0, _) => {}
        (1, Lang::En) => parts.push(
            "1 entry was received by the hospital now and set aside; the study team decides about it."
                .to_owned(),
        ),
        (n, Lang::En) => parts.push(format!(
            "{n} entries were received by the hospital now and set aside; the study team decides about them."
        )),
        (n, Lang::ZhCn) => {
            parts.push(format!("研究中心这次收到了{n}条记录，已另外存放，由研究人员决定如何处理。"));
        }
    }
    if let Some(trouble) = &outcome.trouble {
        parts.push(trouble.message(lang));
    }
    match outcome.waiting {
        0 => parts.push(lang.pick("Nothing waits here.", "本机没有等待发送的记录。").to_owned()),
        n => parts.push(waiting(n, lang)),
    }
    let asks = lang.pick(
        "Nothing more is asked here; everything you recorded stays readable.",
        "不需要再在这里填写，以前的记录仍可查看。",
    );
    parts.push(asks.to_owned());
    parts.join(lang.pick(" ", ""))
}

fn contact(outcome: &Outcome, standing: &Standing, lang: Lang) -> String {
    if outcome.switched_off {
        return switched_off(outcome, lang);
    }
    if let Some(trouble) = &outcome.trouble {
        let gap = lang.pick(" ", "");
        let told = format!("{}{gap}{}", trouble.message(lang), waiting(standing.only_here, lang));
        return told.trim_end().to_owned();
    }
    if outcome.waiting > 0 {
        return waiting(standing.only_here, lang);
    }
    match (standing.set_aside, outcome.unmerged, lang) {
        (1.., 0, Lang::En) => "Everything is with the hospital.".to_owned(),
        (1.., 0, Lang::ZhCn) => "所有记录都已送到研究中心。".to_owned(),
        (0, 0, Lang::En) => "Everything is with the hospital and in the record.".to_owned(),
        (0, 0, Lang::ZhCn) => "所有记录都已送到研究中心，并已进入研究记录。".to_owned(),
        (_, 1, Lang::En) => "Everything is with the hospital; 1 entry is not in the record yet.".to_owned(),
        (_, n, Lang::En) => {
            format!("Everything is with the hospital; {n} entries are not in the record yet.")
        }
        (_, n, Lang::ZhCn) => format!("所有记录都已送到研究中心，其中{n}条还没有进入研究记录。"),
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
pub(crate) fn after_saving(sent: &Outcome, unsent_days: usize, standing: &Standing, lang: Lang) -> String {
    if sent.trouble.is_none() && unsent_days == 0 && !sent.switched_off {
        return lang
            .pick("Saved here, and received by the hospital.", "已保存在本机，研究中心也已收到。")
            .to_owned();
    }
    lang.pick("Saved here. ", "已保存在本机。").to_owned() + &outcome(sent, standing, lang)
}

/// While watching.
pub(crate) const fn watching(lang: Lang) -> &'static str {
    lang.pick(
        "Keeping in contact until Ctrl-C. Other commands can be used meanwhile.",
        "持续联系中，按 Ctrl-C 结束。期间可以使用其他命令。",
    )
}
