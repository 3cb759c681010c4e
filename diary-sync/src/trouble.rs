//! Obstacles to a contact. None of them ever costs an entry: entries wait on the device.

use diary_core::api::{ProblemCode, RefusalCode};
use diary_core::diary::not_sent_message;
use diary_core::store::Obstacle;
use diary_core::text::Lang;

use crate::transport::{Response, TransportError};

/// Code of [`ProblemCode::AllowanceUsed`], as it is kept with the state of the conversation.
pub const ALLOWANCE_USED: &str = "allowance-used";

/// Obstacle to a contact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Something answered that is not the diary's server: a captive portal, a proxy.
    #[error("something else than the diary's server answered")]
    NotTheServer,
    /// A signature of the server does not verify under the pinned root.
    #[error("the server's signature does not verify")]
    Signature,
    /// The server answered with a problem.
    #[error("the server answered: {0:?}")]
    Problem(ProblemCode),
    /// The server did not store a parcel.
    #[error("the server did not store a parcel: {0:?}")]
    Refused(RefusalCode),
    /// A page of the log does not follow.
    #[error("the server's log does not follow")]
    Log,
    /// A fetched study is not the announced one, or does not load.
    #[error("the announced study cannot be used")]
    Study,
    /// The bundle has no key to seal to for this site.
    #[error("the site has no key to seal to")]
    NoSiteKey,
    /// The server brings another bundle under the version of the one that is here, or an older one: it has lost the one
    /// that is here, and the root must sign one with a higher version.
    #[error("the server brings other keys under the version of those that are here, or an earlier one")]
    BundleConflict,
    /// The diary's own files are in the way.
    #[error("the diary's files are in the way: {0:?}")]
    Store(Obstacle),
    /// Entries cannot be sealed.
    #[error("entries cannot be sealed")]
    Sealing,
}

impl Trouble {
    /// A short code, kept with the state of the conversation.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(TransportError::Offline) => "offline",
            Self::Transport(TransportError::TimedOut) => "timed-out",
            Self::Transport(TransportError::NotSecure) => "not-secure",
            Self::Transport(TransportError::TooLarge) => "answer-too-large",
            Self::Transport(TransportError::Setup(_)) => "network-setup",
            Self::NotTheServer => "not-the-server",
            Self::Signature => "signature",
            Self::Problem(ProblemCode::AllowanceUsed) => ALLOWANCE_USED,
            Self::Problem(_) => "problem",
            Self::Refused(_) => "refused",
            Self::Log => "log",
            Self::Study => "study",
            Self::NoSiteKey => "no-site-key",
            Self::BundleConflict => "bundle-conflict",
            Self::Store(why) => why.code(),
            Self::Sealing => "sealing",
        }
    }

    /// The obstacle of a kept code that needs the study team, to be shown until it is resolved. Others end without an act of
    /// the participant.
    #[must_use]
    pub fn to_be_told(code: &str) -> Option<Self> {
        (code == ALLOWANCE_USED).then_some(Self::Problem(ProblemCode::AllowanceUsed))
    }

    /// Message for the participant: the meaning, and the action to take.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Transport(TransportError::Offline | TransportError::TimedOut) => (
                "No connection to the hospital right now. Your entries are safe here; run `diary sync` again later.",
                "现在连不上研究中心。您的记录已安全保存在本机，请稍后再运行 `diary sync`。",
            ),
            Self::Transport(TransportError::Setup(reason)) => {
                return match lang {
                    Lang::En => format!(
                        "The network cannot be used as it is set up here: {reason}. Nothing was sent. Your entries are safe \
                     here; put that right, or ask the study team."
                    ),
                    Lang::ZhCn => {
                        format!(
                            "本机的网络设置无法使用：{reason}。没有发送任何内容。您的记录已安全保存在本机，请更正设置或联系研究人员。"
                        )
                    }
                };
            }
            Self::Signature => (
                "What answered could not be proven to be the hospital's server, so nothing counts as received. Your \
                 entries are safe here and are offered again. If it stays so, tell the study team.",
                "无法确认应答的是研究中心的服务器，因此不算已收到。您的记录已安全保存在本机，会再次发送。\
                 如仍如此，请告诉研究人员。",
            ),
            Self::Transport(TransportError::NotSecure) => (
                "The connection is not trustworthy, so nothing was sent. Your entries are safe here. \
                 Try another network; if it stays so, tell the study team.",
                "连接不可信，没有发送任何内容。您的记录已安全保存在本机。请换一个网络；如仍如此，请告诉研究人员。",
            ),
            Self::NotTheServer | Self::Transport(TransportError::TooLarge) => (
                "This network answers in the hospital's place; perhaps it wants you to sign in first. \
                 Your entries are safe here.",
                "应答的不是研究中心的服务器，可能需要先登录这个网络。您的记录已安全保存在本机。",
            ),
            Self::Problem(ProblemCode::UpgradeNeeded) => (
                "The hospital's server asks for a newer version of the diary. Your entries are safe here.",
                "研究中心的服务器要求更新日记程序。您的记录已安全保存在本机。",
            ),
            Self::Problem(ProblemCode::AllowanceUsed) => (
                "The hospital's server takes no more from this phone for now: it has stored as much as one phone may. \
                 Nothing is lost: everything is saved on this phone. Please tell the study team; they can see it and allow \
                 more, and what waits here can then be sent.",
                "研究中心的服务器暂时不再接收这部手机的内容：已存满一部手机允许的份额。没有丢失任何内容，全部保存在本机。\
                 请告诉研究人员，他们可以看到并放宽份额，之后就能发送。",
            ),
            Self::Problem(_)
            | Self::Log
            | Self::Refused(RefusalCode::Busy | RefusalCode::CertificateNeeded) => (
                "The hospital's server cannot take entries right now. Your entries are safe here; run `diary sync` again later.",
                "研究中心的服务器暂时无法接收。您的记录已安全保存在本机，请稍后再运行 `diary sync`。",
            ),
            Self::Refused(_) => (
                "The hospital's server did not take an entry. It is kept here; please tell the study team.",
                "有一条记录研究中心的服务器没有接收，已保存在本机，请告诉研究人员。",
            ),
            Self::BundleConflict => (
                "The hospital's server brings other keys than this device knows. This device keeps those it knows. Your \
                 entries are safe here; please tell the study team.",
                "研究中心的服务器给出的密钥与本机已知的不一致，本机继续使用已知的密钥。您的记录已安全保存在本机，请告诉研究人员。",
            ),
            Self::Store(why) => return not_sent_message(*why, lang),
            Self::Sealing => (
                "Entries could not be prepared for sending. They are safe here; please tell the study team.",
                "记录无法准备发送，已安全保存在本机，请告诉研究人员。",
            ),
            Self::Study | Self::NoSiteKey => (
                "What the study team has set up cannot be used by this device. Your entries are safe here; please tell them.",
                "研究设置在本机无法使用。您的记录已安全保存在本机，请告诉研究人员。",
            ),
        };
        lang.pick(en, zh).to_owned()
    }
}

/// Reason why a response is not a success of this media type; `None` if it is.
#[must_use]
pub(crate) fn not_of(response: &Response, media_type: &str) -> Option<Trouble> {
    match response.status {
        200 if response.is_of(media_type) => None,
        200 => Some(Trouble::NotTheServer),
        _ => Some(problem(response)),
    }
}

/// Problem that an unsuccessful response stands for. A body in another format came from another server, such as a portal.
#[must_use]
pub fn problem(response: &Response) -> Trouble {
    let cbor = diary_core::api::Problem::from_bytes(&response.body).ok();
    let parsed = cbor.or_else(|| serde_json::from_slice(&response.body).ok());
    parsed.map_or(Trouble::NotTheServer, |problem| Trouble::Problem(problem.code))
}
