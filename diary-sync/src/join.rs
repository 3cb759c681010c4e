//! Joining a study by the link from site staff. The keys are on the disk before the server hears of them, so that a
//! lost reply is asked for again with the same keys and the link is not used up for nothing.

use diary_core::api::{self, JoinBody, JoinReply, JoinState, ProblemCode};
use diary_core::entropy::Entropy;
use diary_core::ids::{Hash, Nonce, SiteId};
use diary_core::keys::{
    Bundle, EnrolmentLink, EnrolmentSecret, JoinRequest, RecoverySecret, SealedRecoverySecret,
    SignedJoinRequest, SixDigits, six_digits,
};
use diary_core::store::{Device, Joining, NewDevice, Store, StoreError};
use diary_core::study::Study;
use diary_core::text::Lang;
use diary_core::time::{Clock, DiaryDay, Zone};

use crate::contact::load_study;
use crate::transport::{Method, Request, Response, Transport};
use crate::trouble::{Trouble, problem};

/// What joining brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joined {
    /// To be read to site staff, who type them.
    pub digits: SixDigits,
    /// The study's title.
    pub study: String,
    /// Staff have not yet confirmed this device. Entries can be made all the same.
    pub pending: bool,
}

/// Why joining did not work. It can be tried again with the same link.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The store refused, or the diary has joined already.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network, or what answered.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// What came back is not signed by the study that the link names.
    #[error("the server is not the one that the link names")]
    NotTheStudy,
    /// The study cannot be used by this program.
    #[error("the study cannot be used by this program: {0}")]
    Study(String),
}

impl JoinError {
    /// What went wrong and what to do, for the participant.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Store(error) => return diary_core::diary::store_message(error, lang),
            Self::Trouble(Trouble::Problem(ProblemCode::LinkExpired)) => (
                "This link has expired. Please ask the study team for a new one.",
                "这个链接已过期，请向研究人员要一个新的链接。",
            ),
            Self::Trouble(Trouble::Problem(ProblemCode::LinkUsed)) => (
                "This link was used by another device. If that was not you, tell the study team at once; ask for a new link.",
                "这个链接已被另一台设备使用。如果不是您本人，请马上告诉研究人员，并要一个新的链接。",
            ),
            Self::Trouble(Trouble::Problem(ProblemCode::LinkUnknown)) => (
                "The hospital's server does not know this link. Was it copied whole? Otherwise ask for a new one.",
                "研究中心的服务器不认识这个链接。链接复制完整了吗？否则请要一个新的链接。",
            ),
            Self::Trouble(Trouble::Problem(ProblemCode::JoinRefused)) => (
                "The study team has turned this device away. Please speak with them.",
                "研究人员拒绝了这台设备，请与他们联系。",
            ),
            Self::Trouble(_) => (
                "The hospital's server could not be reached properly. Please check the network and use the same link again.",
                "没能正常连上研究中心的服务器。请检查网络，然后用同一个链接再试一次。",
            ),
            Self::NotTheStudy => (
                "The server that answered is not the one of your study. Nothing was sent. Please tell the study team.",
                "应答的服务器不属于您的研究，没有发送任何内容。请告诉研究人员。",
            ),
            Self::Study(_) => (
                "The study needs a newer version of this program. Please update it and use the same link again.",
                "本研究需要更新版本的程序。请更新后用同一个链接再试一次。",
            ),
        };
        lang.pick(en, zh).to_owned()
    }
}

/// Joins by `link`. `recovery` is the secret that also locks the diary; it is used on the first try, later tries
/// with the same link go on with what the first one made.
///
/// # Errors
/// [`JoinError`]; trying again with the same link is always safe.
#[expect(clippy::too_many_arguments, reason = "clock, randomness and network are arguments everywhere")]
pub async fn join<T: Transport>(
    store: &mut Store,
    link: &EnrolmentLink,
    link_text: &str,
    recovery: RecoverySecret,
    lang: Lang,
    zone: Zone,
    transport: &T,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Joined, JoinError> {
    if store.has_joined()? {
        return Err(StoreError::AlreadyJoined.into());
    }
    let joining = match store.joining(link_text)? {
        Some(begun) => begun,
        None => {
            let new = Joining::new(recovery, entropy);
            store.begin_joining(link_text, &new)?;
            new
        }
    };
    let request = JoinRequest {
        enrolment: link.enrolment,
        vault: link.vault,
        signing: joining.signing.verifying_key(),
        sealing: joining.sealing.public().clone(),
    };
    let request = request.sign(&joining.signing, &link.secret);
    let reply = ask(link, &request, transport, entropy).await?;
    // The site of a reply is not signed; the link binds it. Entries are sealed to its key.
    if !link.is_of(&reply.site) {
        return Err(JoinError::NotTheStudy);
    }
    let signed_bundle = reply.bundle().map_err(|_| JoinError::NotTheStudy)?;
    let bundle = Bundle::verify(&signed_bundle, &link.root).map_err(|_| JoinError::NotTheStudy)?;
    let newest = bundle.newest_study().ok_or(JoinError::NotTheStudy)?.hash;
    let (study, package) = fetch(link, newest, transport).await?;
    let recovery_record = sealed_recovery(&joining, link, &bundle, &reply.site, entropy)?;
    let now = clock.now();
    store.join(&NewDevice {
        study: bundle.study.clone(),
        site: reply.site.clone(),
        vault: link.vault,
        api_host: link.api.url(),
        root: link.root,
        enrolment_secret: link.secret.as_bytes().to_vec(),
        join_request: request.to_bytes(),
        incarnation: joining.incarnation,
        first_day: DiaryDay::at(now, zone, study.day_cut().to_chrono()),
        lang,
        challenge: joining.challenge,
        recovery_record,
        bundle: signed_bundle.to_bytes(),
        study_hash: newest,
        study_bytes: package,
        signing: joining.signing,
        sealing: joining.sealing,
    })?;
    let device = store.device()?;
    Ok(Joined {
        digits: digits(&device),
        study: study.title(lang).to_owned(),
        pending: reply.state == JoinState::Pending,
    })
}

/// The six digits of this device, to be read to site staff.
#[must_use]
pub fn digits(device: &Device) -> SixDigits {
    let secret = <[u8; 16]>::try_from(device.enrolment_secret.as_slice()).unwrap_or_default();
    six_digits(
        &EnrolmentSecret::from_bytes(&secret),
        &device.signing.verifying_key(),
        device.sealing().public(),
        &device.root,
    )
}

async fn ask<T: Transport>(
    link: &EnrolmentLink,
    request: &SignedJoinRequest,
    transport: &T,
    entropy: &dyn Entropy,
) -> Result<JoinReply, JoinError> {
    let nonce = Nonce::from_bytes(entropy.array());
    let body = serde_json::to_vec(&JoinBody::new(nonce, request)).map_err(|_| Trouble::NotTheServer)?;
    let response = send(link, Method::Post, api::JOIN.to_owned(), body, transport).await?;
    let reply: JoinReply = serde_json::from_slice(&response.body).map_err(|_| Trouble::NotTheServer)?;
    if reply.nonce == nonce { Ok(reply) } else { Err(Trouble::NotTheServer.into()) }
}

async fn fetch<T: Transport>(
    link: &EnrolmentLink,
    hash: Hash,
    transport: &T,
) -> Result<(Study, Vec<u8>), JoinError> {
    let response = send(link, Method::Get, format!("{}{hash}", api::STUDY), Vec::new(), transport).await?;
    let study = load_study(&response.body, hash)
        .ok_or_else(|| JoinError::Study("it does not load, or is not what the site signed".to_owned()))?;
    Ok((study, response.body))
}

async fn send<T: Transport>(
    link: &EnrolmentLink,
    method: Method,
    path: String,
    body: Vec<u8>,
    transport: &T,
) -> Result<Response, JoinError> {
    let request = Request {
        method,
        host: link.api.url(),
        path,
        content_type: api::JSON,
        body,
        token: None,
        timeout_s: 60,
    };
    let response = transport.send(request).await.map_err(Trouble::from)?;
    match response.status {
        200 => Ok(response),
        _ => Err(problem(&response).into()),
    }
}

fn sealed_recovery(
    joining: &Joining,
    link: &EnrolmentLink,
    bundle: &Bundle,
    site: &SiteId,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, JoinError> {
    let key = bundle.site_key(site).map(|key| &key.key).ok_or(Trouble::NoSiteKey)?;
    let recovery = bundle.recovery_key(site).ok_or(Trouble::NoSiteKey)?;
    let signed = SealedRecoverySecret::make(
        &joining.recovery,
        link.vault,
        &joining.signing,
        &[key, recovery],
        entropy,
    )
    .map_err(|_| Trouble::NoSiteKey)?;
    Ok(signed.to_bytes())
}
