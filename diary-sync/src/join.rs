//! Joining a study by the link from site staff. The keys are on the disk before the server hears of them, so that a
//! lost reply is asked for again with the same keys and the link is not used up for nothing.

use diary_core::api::{self, JoinBody, JoinReply, JoinState};
use diary_core::ids::{Hash, Nonce, SiteId};
use diary_core::keys::{
    Bundle, EnrolmentLink, EnrolmentSecret, JoinRequest, RecoverySecret, SealedRecoverySecret,
    ShortAuthString, SignedJoinRequest, short_auth_string,
};
use diary_core::signed::Signed;
use diary_core::store::{Device, Joining, NewDevice, Store, StoreError};
use diary_core::study::{Study, StudyPackage};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use crate::conversation::{Conversation, Moment, Next};
use crate::sync_issue::{SyncIssue, problem};
use crate::transport::{Method, Request, Response, TransportError};

/// Result of joining.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joined {
    /// To be read to site staff, who type them.
    pub digits: ShortAuthString,
    /// The study's title.
    pub study: String,
    /// Staff have not yet confirmed this device. Entries can be made all the same.
    pub pending: bool,
}

/// Reason why joining failed. It can be tried again with the same link.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The store refused, or the diary has joined already.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network failed, or the server refused.
    #[error(transparent)]
    SyncIssue(#[from] SyncIssue),
    /// The reply is not signed by the study that the link names.
    #[error("the server is not the one that the link names")]
    NotTheStudy,
    /// The study cannot be used by this program.
    #[error("the study cannot be used by this program: {0}")]
    Study(String),
}

/// An invitation to join, taken up.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The link from site staff.
    pub link: EnrolmentLink,
    /// The secret that also locks the diary. It is used on the first attempt; later attempts with the same link continue with
    /// the keys of the first one.
    pub recovery: RecoverySecret,
    /// Language of the participant.
    pub lang: Lang,
}

/// Joining as a conversation: the join request, then the study that the site has signed.
#[derive(Debug)]
pub struct JoinContact {
    invited: Invited,
    state: State,
}

/// State of joining.
#[derive(Debug)]
enum State {
    New,
    PendingJoin(Box<PendingJoin>),
    Welcomed(Box<Welcomed>),
    Over(Joined),
}

/// The join request that is under way.
#[derive(Debug)]
struct PendingJoin {
    nonce: Nonce,
    joining: Joining,
    request: SignedJoinRequest,
}

/// The server knows this device. The study is missing.
#[derive(Debug)]
struct Welcomed {
    joining: Joining,
    request: SignedJoinRequest,
    reply: JoinReply,
    /// The participant's site.
    site: SiteId,
    signed_bundle: Signed,
    bundle: Bundle,
    /// The study's newest version.
    study: Hash,
}

impl JoinContact {
    /// Joining that has not begun.
    #[must_use]
    pub const fn new(invited: Invited) -> Self {
        Self { invited, state: State::New }
    }

    /// Asks to join, with the keys of an earlier attempt if there was one.
    fn ask(&mut self, store: &mut Store, moment: &Moment<'_>) -> Result<Request, JoinError> {
        if store.has_joined()? {
            return Err(StoreError::AlreadyJoined.into());
        }
        let (link, text) = (&self.invited.link, self.invited.link.to_text());
        let joining = match store.joining(&text)? {
            Some(begun) => begun,
            None => {
                let new = Joining::new(self.invited.recovery.clone(), moment.entropy);
                store.begin_joining(&text, &new)?;
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
        let nonce = moment.nonce();
        let body =
            serde_json::to_vec(&JoinBody::new(nonce, &request)).map_err(|_| SyncIssue::NotTheServer)?;
        let get = Request::get(&link.api.url(), api::JOIN.to_owned(), 60);
        self.state = State::PendingJoin(Box::new(PendingJoin { nonce, joining, request }));
        Ok(Request { method: Method::Post, content_type: api::JSON, body, ..get })
    }

    fn took_welcome(&mut self, asked: PendingJoin, response: &Response) -> Result<(), JoinError> {
        let reply: JoinReply = serde_json::from_slice(&response.body).map_err(|_| SyncIssue::NotTheServer)?;
        if reply.nonce != asked.nonce {
            return Err(SyncIssue::NotTheServer.into());
        }
        let link = &self.invited.link;
        let signed_bundle = reply.bundle().map_err(|_| JoinError::NotTheStudy)?;
        let bundle = Bundle::verify(&signed_bundle, &link.root).map_err(|_| JoinError::NotTheStudy)?;
        // The site of a reply is not signed; the link binds it. Entries are sealed to its key.
        let named = reply.site.iter().chain(bundle.kept_sites().filter(|_| reply.site.is_none()));
        let site = named.into_iter().find(|site| link.is_of(site)).cloned();
        let site = site.ok_or(JoinError::NotTheStudy)?;
        let study = bundle.newest_study().ok_or(JoinError::NotTheStudy)?.hash;
        let PendingJoin { joining, request, .. } = asked;
        self.state = State::Welcomed(Box::new(Welcomed {
            joining,
            request,
            reply,
            site,
            signed_bundle,
            bundle,
            study,
        }));
        Ok(())
    }

    fn took_study(
        &mut self,
        store: &mut Store,
        (welcomed, response): (Welcomed, &Response),
        moment: &Moment<'_>,
    ) -> Result<(), JoinError> {
        let study = load_study(&response.body, welcomed.study)
            .ok_or_else(|| JoinError::Study("it does not load, or is not what the site signed".to_owned()))?;
        let (link, lang) = (&self.invited.link, self.invited.lang);
        let recovery_record = sealed_recovery(&welcomed, link, moment)?;
        let Welcomed { joining, request, reply, site, signed_bundle, bundle, study: study_hash } = welcomed;
        let pending = reply.state == JoinState::Pending;
        store.join(&NewDevice {
            study: bundle.study,
            site,
            vault: link.vault,
            api_host: link.api.url(),
            root: link.root,
            enrolment_secret: link.secret.as_bytes().to_vec(),
            join_request: request.to_bytes(),
            incarnation: joining.incarnation,
            first_day: DiaryDay::at(moment.now, moment.zone, study.day_cut().to_chrono()),
            lang,
            challenge: joining.challenge,
            recovery_record,
            bundle: signed_bundle.to_bytes(),
            study_hash,
            study_bytes: response.body.clone(),
            signing: joining.signing,
            sealing: joining.sealing,
        })?;
        let digits = digits(&store.device()?);
        self.state = State::Over(Joined { digits, study: study.title(lang).to_owned(), pending });
        Ok(())
    }
}

impl Conversation for JoinContact {
    type Store = Store;
    type Outcome = Joined;
    type Error = JoinError;

    fn next_request(&mut self, store: &mut Store, moment: &Moment<'_>) -> Result<Next<Joined>, JoinError> {
        match &self.state {
            State::New | State::PendingJoin(_) => self.ask(store, moment).map(Next::Send),
            State::Welcomed(welcomed) => {
                let path = format!("{}{}", api::STUDY, welcomed.study);
                Ok(Next::Send(Request::get(&self.invited.link.api.url(), path, 60)))
            }
            State::Over(joined) => Ok(Next::Done(joined.clone())),
        }
    }

    fn took(&mut self, store: &mut Store, reply: &Response, moment: &Moment<'_>) -> Result<(), JoinError> {
        if reply.status != 200 {
            return Err(problem(reply).into());
        }
        // After an unusable reply joining starts again; the keys made so far are in the store.
        match std::mem::replace(&mut self.state, State::New) {
            State::New => Ok(()),
            State::PendingJoin(asked) => self.took_welcome(*asked, reply),
            State::Welcomed(welcomed) => self.took_study(store, (*welcomed, reply), moment),
            State::Over(joined) => {
                self.state = State::Over(joined);
                Ok(())
            }
        }
    }

    fn failed(&mut self, _: &mut Store, why: TransportError, _: &Moment<'_>) -> Result<(), JoinError> {
        Err(SyncIssue::from(why).into())
    }
}

/// The six digits of this device, to be read to site staff.
#[must_use]
pub fn digits(device: &Device) -> ShortAuthString {
    let secret = <[u8; 16]>::try_from(device.enrolment_secret.as_slice()).unwrap_or_default();
    short_auth_string(
        &EnrolmentSecret::from_bytes(&secret),
        &device.signing.verifying_key(),
        device.sealing().public(),
        &device.root,
    )
}

/// The study of a package, if the bytes are the ones announced and load.
fn load_study(bytes: &[u8], hash: Hash) -> Option<Study> {
    if diary_core::hash::sha256(bytes) != hash {
        return None;
    }
    Study::load(&StudyPackage::decode(bytes).ok()?).ok()
}

fn sealed_recovery(
    welcomed: &Welcomed,
    link: &EnrolmentLink,
    moment: &Moment<'_>,
) -> Result<Vec<u8>, JoinError> {
    let Welcomed { joining, bundle, site, .. } = welcomed;
    let key = bundle.site_key(site).map(|key| &key.key).ok_or(SyncIssue::NoSiteKey)?;
    let recovery = bundle.recovery_key(site).ok_or(SyncIssue::NoSiteKey)?;
    let signed = SealedRecoverySecret::make(
        &joining.recovery,
        link.vault,
        &joining.signing,
        &[key, recovery],
        moment.entropy,
    )
    .map_err(|_| SyncIssue::NoSiteKey)?;
    Ok(signed.to_bytes())
}
