//! The words of `diary status`.

use diary_core::store::DayState;
use diary_core::text::Lang;
use diary_view::connection::Connection;
use diary_view::delivery::Progress;

/// Headings of the table.
pub(crate) const fn headings(lang: Lang) -> [&'static str; 6] {
    match lang {
        Lang::En => ["day", "here", "sent", "received", "in record", ""],
        Lang::ZhCn => ["日期", "本机", "已发送", "研究中心已收到", "已入记录", ""],
    }
}

/// How far a day got.
pub(crate) fn progress(progress: Progress, received_at: Option<&str>, lang: Lang) -> String {
    let word = match progress {
        Progress::Nothing => lang.pick("nothing entered", "没有记录"),
        Progress::FromHospital => lang.pick("sent here by the hospital", "由研究中心传到本机"),
        Progress::SavedHere => lang.pick("saved here only", "只在本机"),
        Progress::PartlySent => lang.pick("partly sent", "部分已发送"),
        Progress::Sent => {
            lang.pick("sent, the hospital has not confirmed it yet", "已发送，研究中心尚未确认收到")
        }
        Progress::Received => lang.pick("at the hospital", "研究中心已收到"),
        Progress::InTheRecord => lang.pick("in the record", "已进入研究记录"),
        Progress::BackedUp => lang.pick("in the record, backed up", "已进入研究记录，并已备份"),
        Progress::PutAside => lang.pick("put aside for the study team", "研究中心已收到，待人工查看"),
    };
    match received_at {
        Some(at) => format!("{word}  {at}"),
        None => word.to_owned(),
    }
}

/// The counts of a day, where there is something to count.
pub(crate) fn counts(state: &DayState, lang: Lang) -> String {
    match (state.made, lang) {
        (0, _) => String::new(),
        (made, Lang::En) => format!(" ({} of {made} received)", state.received),
        (made, Lang::ZhCn) => format!("（{made}条中研究中心已收到{}条）", state.received),
    }
}

/// Everything is with the hospital.
pub(crate) const fn nothing_waits(lang: Lang) -> &'static str {
    lang.pick("Everything that was entered is with the hospital.", "所有记录都已送到研究中心。")
}

/// How the conversation stands.
pub(crate) const fn connection(connection: Connection, lang: Lang) -> &'static str {
    match connection {
        Connection::Pending => lang.pick(
            "The study team has not yet confirmed this device. You can enter everything all the same.",
            "研究人员还没有确认这台设备。您可以照常记录。",
        ),
        Connection::NotYet => lang.pick(
            "Not yet connected: the hospital has not yet shown that it can read this diary. `diary sync` tries again.",
            "尚未接通：研究中心还没有证明能读取这本日记。用 `diary sync` 再试一次。",
        ),
        Connection::Connected => {
            lang.pick("Connected: the hospital can read this diary.", "已接通：研究中心可以读取这本日记。")
        }
        Connection::SwitchedOff => revoked(lang),
    }
}

/// When something was last exchanged.
pub(crate) fn last_contact(at: Option<&str>, lang: Lang) -> String {
    match (at, lang) {
        (Some(at), Lang::En) => format!("Last contact with the hospital: {at}"),
        (Some(at), Lang::ZhCn) => format!("上次与研究中心联系：{at}"),
        (None, Lang::En) => "There was no contact with the hospital yet.".to_owned(),
        (None, Lang::ZhCn) => "还没有与研究中心联系过。".to_owned(),
    }
}

/// Why the last try failed.
pub(crate) fn last_trouble(code: &str, lang: Lang) -> String {
    let why = trouble(code, lang);
    match lang {
        Lang::En => {
            format!("The last try did not succeed ({why}). `diary sync` tries again.")
        }
        Lang::ZhCn => format!("上一次没有成功（{why}）。用 `diary sync` 再试一次。"),
    }
}

/// Why a try failed, by the code that is kept; a code of a later program stays as it is.
fn trouble(code: &str, lang: Lang) -> &str {
    match code {
        "offline" => lang.pick("no network", "没有网络"),
        "timed-out" => lang.pick("no answer in time", "等待超时"),
        "not-secure" => lang.pick("the connection is not secure", "连接不安全"),
        "answer-too-large" => lang.pick("the answer is too large", "回应过大"),
        "network-setup" => lang.pick("the network cannot be used", "网络无法使用"),
        "not-the-server" => lang.pick("something else answered", "应答的不是研究中心的服务器"),
        "signature" => lang.pick("a signature does not check out", "签名核对不上"),
        "problem" | "refused" => lang.pick("the server could not take it", "服务器没有接收"),
        "log" => lang.pick("the server's log does not fit", "服务器的记录不连贯"),
        "study" => lang.pick("the study cannot be read", "无法读取研究内容"),
        "no-site-key" | "bundle-conflict" => lang.pick("the study's keys do not fit", "研究的密钥不一致"),
        other => other,
    }
}

/// Entries that cannot be sent.
pub(crate) fn wedged(count: usize, lang: Lang) -> String {
    match lang {
        Lang::En => {
            format!(
                "{count} of the entries cannot be prepared for sending; the others go on. They are kept here. Please tell \
                 the study team; after an update of the program `diary sync --retry` tries again."
            )
        }
        Lang::ZhCn => format!(
            "有{count}条记录无法准备发送，不影响其他记录，已保留在本机。请告诉研究人员；程序更新后用 `diary sync --retry` 再试。"
        ),
    }
}

/// One of them: its day and what is wrong.
pub(crate) fn wedged_one(day: &str, code: &str, lang: Lang) -> String {
    let why = match code {
        diary_sync::pack::UNREADABLE => lang.pick("cannot be read any more", "内容已无法读取"),
        diary_sync::pack::OVERSIZE => lang.pick("is too large", "内容过大"),
        other => other,
    };
    format!("{day}  {why}")
}

/// The study team has switched this phone off.
pub(crate) const fn revoked(lang: Lang) -> &'static str {
    lang.pick(
        "This phone was switched off by the study team. Everything entered here is kept. What is still entered here \
         reaches the study team, who set it aside and decide about it. If you did not expect this, please call them.",
        "研究人员已停用这部手机。这里的记录都会保留；今后在这里填写的内容仍会送达，另外存放，由研究人员决定如何处理。如有疑问，请联系研究人员。",
    )
}

/// The diary goes on in a new life: it was restored, copied or rolled back.
pub(crate) fn new_life(since: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "This diary was restored from a backup or copied ({since}). What the hospital did not have \
             was sent again, and what it had comes back. Please use one phone only."
        ),
        Lang::ZhCn => format!(
            "这本日记曾从备份恢复或被复制（{since}）。研究中心没有的已重新发送，研究中心已有的会传回。请只使用一部手机。"
        ),
    }
}

/// The hospital's server was put back, and is given again what it had lost.
pub(crate) const fn giving_again(lang: Lang) -> &'static str {
    lang.pick(
        "The hospital's server was put back to an earlier state. This phone gives it again what it had received; `diary \
         sync` goes on with it.",
        "研究中心的服务器恢复到了较早的状态，本机正在把它收到过的内容重新发送；用 `diary sync` 继续。",
    )
}

/// The certificate is for another site than the one named at joining.
pub(crate) fn other_site(site: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "The study team has confirmed this phone for another site ({site}) than the one it joined. Please tell them."
        ),
        Lang::ZhCn => format!("研究人员确认这部手机时所用的研究中心（{site}）与加入时不同，请告诉研究人员。"),
    }
}
