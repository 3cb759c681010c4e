//! The words of `diary sync`.

use diary_core::text::Lang;
use diary_sync::{Outcome, Trouble};
use diary_view::connection::ConnectionState;
use diary_view::contact::{self, Contact, InRecord};

/// What a contact brought.
pub(crate) fn outcome(outcome: &Outcome, state: &ConnectionState, lang: Lang) -> String {
    let mut told = vec![contact(&contact::summary(outcome, state), lang)];
    told.extend(super::standing::lines(state, lang));
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
fn switched_off(received: u64, trouble: Option<&Trouble>, left: u64, lang: Lang) -> String {
    let mut parts = vec![
        lang.pick("This phone was switched off by the study team.", "研究人员已停用这部手机。").to_owned(),
    ];
    match (received, lang) {
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
    if let Some(trouble) = trouble {
        parts.push(trouble.message(lang));
    }
    match left {
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

fn contact(contact: &Contact, lang: Lang) -> String {
    match contact {
        Contact::SwitchedOff { received, trouble, waiting } => {
            switched_off(*received, trouble.as_ref(), *waiting, lang)
        }
        Contact::Failed { trouble, only_here } => {
            let gap = lang.pick(" ", "");
            format!("{}{gap}{}", trouble.message(lang), waiting(*only_here, lang)).trim_end().to_owned()
        }
        Contact::Waiting { only_here } => waiting(*only_here, lang),
        Contact::Received(in_record) => received(*in_record, lang),
    }
}

fn received(in_record: InRecord, lang: Lang) -> String {
    match (in_record, lang) {
        (InRecord::AllButSetAside, Lang::En) => "Everything is with the hospital.".to_owned(),
        (InRecord::AllButSetAside, Lang::ZhCn) => "所有记录都已送到研究中心。".to_owned(),
        (InRecord::All, Lang::En) => "Everything is with the hospital and in the record.".to_owned(),
        (InRecord::All, Lang::ZhCn) => "所有记录都已送到研究中心，并已进入研究记录。".to_owned(),
        (InRecord::Missing(1), Lang::En) => {
            "Everything is with the hospital; 1 entry is not in the record yet.".to_owned()
        }
        (InRecord::Missing(n), Lang::En) => {
            format!("Everything is with the hospital; {n} entries are not in the record yet.")
        }
        (InRecord::Missing(n), Lang::ZhCn) => {
            format!("所有记录都已送到研究中心，其中{n}条还没有进入研究记录。")
        }
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
pub(crate) fn after_saving(
    sent: &Outcome,
    unsent_days: usize,
    state: &ConnectionState,
    lang: Lang,
) -> String {
    if contact::has_saved_entry(sent, unsent_days) {
        return lang
            .pick("Saved here, and received by the hospital.", "已保存在本机，研究中心也已收到。")
            .to_owned();
    }
    lang.pick("Saved here. ", "已保存在本机。").to_owned() + &outcome(sent, state, lang)
}

/// While watching.
pub(crate) const fn watching(lang: Lang) -> &'static str {
    lang.pick(
        "Keeping in contact until Ctrl-C. Other commands can be used meanwhile.",
        "持续联系中，按 Ctrl-C 结束。期间可以使用其他命令。",
    )
}
