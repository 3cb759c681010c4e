//! Offering sealed parcels.

use std::collections::BTreeSet;

use diary_core::api::{
    self, Ask, EVIDENCE_MAX_BYTES, EVIDENCE_MAX_RECORDS, Evidence, Head, PushReply, PushRequest, RefusalCode,
};
use diary_core::diary::Diary;
use diary_core::ids::{Hash, Incarnation};
use diary_core::keys::{Bundle, SignedJoinRequest};
use diary_core::parcel::{LogKind, LogRecord, REQUEST_MAX_BYTES, Standing};
use diary_core::signed::Signed;
use diary_core::store::{Direction, HeldParcel, ToHandBack};

use super::facts::OFFER_LOOK;
use super::{Session, SyncError};
use crate::engine::RELAYED_MS;
use crate::lives::{Life, LocalChain, ServerChain, decide};
use crate::refresh;
use crate::settle::settle;
use crate::transport::{Method, Request, Transport};
use crate::trouble::{Trouble, problem};

/// What a grant takes at most.
const GRANT_ROOM: usize = 4 * 1024;
/// Room that is left in a request for certificate, recovery secret and frame.
const REQUEST_ROOM: usize = REQUEST_MAX_BYTES - 64 * 1024;
/// What the frame of a parcel takes.
const FRAME: usize = 8;
/// What the receipts for a parcel take that go along when it is offered again.
const RECEIPTS_ROOM: usize = 4 * 1024;

/// What one push is about.
struct Offer {
    /// The life whose head the reply is to tell.
    life: Incarnation,
    /// Parcels of it.
    parcels: Vec<HeldParcel>,
    /// They were acknowledged before, and the server seems to have lost them.
    again: bool,
    /// They stand for every grant that the server may miss.
    for_grants: bool,
    /// What else the server may have lost.
    hand_back: Option<ToHandBack>,
}

pub(super) async fn push<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
) -> Result<(), SyncError> {
    let offer = offer(diary, session)?;
    session.grants_offered |= offer.for_grants;
    let request = request(diary, session, &offer)?;
    let body = request.to_bytes();
    session.outcome.bytes_up += body.len() as u64;
    session.outcome.pushes += 1;
    let response = session
        .transport
        .send(Request {
            method: Method::Post,
            host: diary.device().api_host.clone(),
            path: api::PARCELS.to_owned(),
            content_type: api::CBOR,
            body,
            token: None,
            timeout_s: 60,
        })
        .await;
    let response = match response {
        Ok(response) => response,
        Err(error) => return session.failed(diary, Direction::Push, error.into(), None),
    };
    if response.status != 200 || !response.is_of(api::CBOR) {
        let trouble = if response.status == 200 { Trouble::NotTheServer } else { problem(&response) };
        return session.failed(diary, Direction::Push, trouble, response.retry_after_s);
    }
    let bundle = diary.bundle()?;
    let Ok(reply) = PushReply::from_bytes(&response.body) else {
        return session.failed(diary, Direction::Push, Trouble::NotTheServer, None);
    };
    let Ok((_, head)) = Head::verify(&reply.head, &bundle, diary.vault(), request.nonce) else {
        // It may have stored everything and signed with a key that a newer bundle names: that is asked for, and then
        // the same is offered once more.
        let may_ask = session.now() >= diary.store().conversation()?.pull_after;
        session.bundle_wanted = !session.hello_tried && may_ask;
        if session.bundle_wanted {
            return Ok(());
        }
        return session.failed(diary, Direction::Push, Trouble::Signature, None);
    };
    take(diary, session, &bundle, &offer, &reply, &head, &request)
}

fn take<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
    bundle: &Bundle,
    offer: &Offer,
    reply: &PushReply,
    head: &Head,
    request: &PushRequest,
) -> Result<(), SyncError> {
    session.learns_of(head, bundle);
    let settled = settle(diary.store_mut(), bundle, offer.life, &offer.parcels, reply, session.now())?;
    session.outcome.pushed += settled.stored;
    let first_ask = settled.certificate_needed && request.standing.is_none();
    session.standing = first_ask;
    if let Some(back) = offer.hand_back.as_ref().filter(|_| !settled.certificate_needed) {
        diary.store_mut().handed_back(back.next)?;
    }
    session.hand_back_failed |= offer.hand_back.is_some() && settled.certificate_needed && !first_ask;
    session.heard(diary, &reply.head, head, None)?;
    diary.store_mut().add_receipts(&settled.receipts)?;
    let heard = settled.stored > 0 || (offer.parcels.is_empty() && settled.trouble.is_none());
    if heard && !settled.certificate_needed && request.recovery.is_some() {
        diary.store_mut().recovery_secret_stored(session.now())?;
        diary.reload()?;
    }
    session.switched_off |= switched_off(diary, bundle, reply, head)?;
    let now = session.now();
    diary.store_mut().contact_made(Direction::Push, now, Some(head.server_time))?;
    diary.settle_first_day(now, session.zone)?;
    if !settled.certificate_needed {
        let whole = settled.stored as usize == offer.parcels.len();
        if offer.for_grants && whole {
            diary.store_mut().want_grants(settled.grant_needed)?;
        }
        go_on(diary, session, offer, head, settled.fork, whole)?;
    }
    // What the server did not take is offered again at the next contact; the rest goes on now.
    let taken = |core: &Hash| diary.store().has_keeper_receipt(core);
    for parcel in &offer.parcels {
        if !first_ask && !taken(&parcel.core_hash)? {
            session.refused.insert(parcel.core_hash);
        }
    }
    let unsettled = settled.trouble.or_else(|| {
        (settled.certificate_needed && !first_ask).then_some(Trouble::Refused(RefusalCode::CertificateNeeded))
    });
    match unsettled {
        Some(trouble) => session.failed(diary, Direction::Push, trouble, None),
        None => Ok(()),
    }
}

/// Keeps the revocation of this device, where the reply brings one that a keeper signed; whether it did.
fn switched_off(
    diary: &mut Diary,
    bundle: &Bundle,
    reply: &PushReply,
    head: &Head,
) -> Result<bool, SyncError> {
    let Some(signed) = &reply.revocation else { return Ok(false) };
    let revoked = refresh::revokes(diary.device(), bundle, signed, head.server);
    if revoked {
        diary.store_mut().revoked(&signed.to_bytes())?;
        diary.reload()?;
    }
    Ok(revoked)
}

/// Goes on in the life that was offered, offers again what the server has lost of it, or begins a new one. `whole`: the
/// server took everything that was offered.
fn go_on<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
    offer: &Offer,
    head: &Head,
    fork: bool,
    whole: bool,
) -> Result<(), SyncError> {
    let life = offer.life;
    let Some(at) = head.incarnation.filter(|at| at.incarnation == life) else { return Ok(()) };
    let store = diary.store();
    let local = LocalChain {
        sealed: store.chain_head(life)?.0,
        acknowledged: store.acknowledged(life)?,
        at_head: store.core_hash_at(life, at.seq)?,
    };
    let decision = decide(&local, &ServerChain { seq: at.seq, hash: at.hash, fork });
    if let (Life::Begin(why), true) = (decision, life == diary.device().incarnation) {
        return session.begin(diary, at.seq, why);
    }
    let from = match (session.again, decision) {
        (Some((of, _)), _) if of == life => {
            let last = offer.parcels.last().map_or(u64::MAX, |parcel| parcel.seq);
            if !whole {
                // The rest waits for the next contact.
                session.again = None;
                session.rechecked.insert(life);
                return Ok(());
            }
            last
        }
        _ if session.rechecked.contains(&life) => return Ok(()),
        (_, Life::PushFrom(seq)) => seq,
        (_, Life::Same) if store.rechecks()?.contains(&life) => at.seq,
        // Of a life that is over the server has another's parcels as well: ours are offered from the beginning.
        (_, Life::Begin(_)) if store.rechecks()?.contains(&life) => 0,
        (_, Life::Same | Life::Begin(_)) => return Ok(()),
    };
    if store.parcels_again(life, from, 1)?.is_empty() {
        session.again = None;
        session.rechecked.insert(life);
        diary.store_mut().rechecked(life)?;
    } else {
        session.again = Some((life, from));
    }
    Ok(())
}

/// What the next push is about: parcels that a server lost, or that it never had, or a question what it has.
fn offer<T: Transport>(diary: &Diary, session: &Session<'_, T>) -> Result<Offer, SyncError> {
    let store = diary.store();
    let hand_back = match session.hand_back_failed {
        true => None,
        false => store.to_hand_back(EVIDENCE_MAX_RECORDS, EVIDENCE_MAX_BYTES)?,
    };
    let taken_up: usize = hand_back.iter().flat_map(|back| &back.records).map(record_room).sum();
    let room = REQUEST_ROOM - taken_up.min(REQUEST_ROOM / 2);
    if let Some((life, after)) = session.again {
        let parcels = fitting(store.parcels_again(life, after, OFFER_LOOK)?, RECEIPTS_ROOM, room);
        return Ok(Offer { life, parcels, again: true, for_grants: false, hand_back });
    }
    let present = diary.device().incarnation;
    if store.conversation()?.grants_wanted && !session.grants_offered {
        let parcels = fitting(store.one_of_each_grant(OFFER_LOOK)?, FRAME, room);
        return Ok(Offer { life: present, parcels, again: false, for_grants: true, hand_back });
    }
    let mut parcels = store.open_parcels(session.now(), RELAYED_MS, OFFER_LOOK)?;
    parcels.retain(|parcel| !session.refused.contains(&parcel.core_hash));
    let asked = store.rechecks()?.into_iter().find(|life| !session.rechecked.contains(life));
    let life = asked.filter(|_| parcels.is_empty()).unwrap_or(present);
    Ok(Offer { life, parcels: fitting(parcels, FRAME, room), again: false, for_grants: false, hand_back })
}

/// The first of the parcels, as many as fit into one request.
fn fitting(parcels: Vec<HeldParcel>, beside: usize, room: usize) -> Vec<HeldParcel> {
    let (mut bytes, mut grants) = (0, BTreeSet::new());
    parcels
        .into_iter()
        .take_while(|parcel| {
            bytes += parcel.bytes.len() + beside;
            if grants.insert(parcel.grant) {
                bytes += GRANT_ROOM;
            }
            bytes <= room
        })
        .collect()
}

const fn record_room(record: &LogRecord) -> usize {
    record.record.len() + 24
}

fn request<T: Transport>(
    diary: &Diary,
    session: &Session<'_, T>,
    offer: &Offer,
) -> Result<PushRequest, SyncError> {
    let store = diary.store();
    let device = diary.device();
    let wanted = store.conversation()?.grants_wanted;
    let mut grants: Vec<Hash> = Vec::new();
    for parcel in &offer.parcels {
        let needed = wanted || offer.again || !store.keeper_has_grant(&parcel.grant)?;
        if needed && !grants.contains(&parcel.grant) {
            grants.push(parcel.grant);
        }
    }
    // A server that has fallen back, or does not know the device, may have lost the recovery secret as well.
    let due = offer.again || session.standing || device.recovery_stored.is_none();
    let recovery = due.then(|| Signed::from_bytes(&device.recovery_record));
    // Without a parcel nothing else would say of which device the question is.
    let named = session.standing || offer.parcels.is_empty();
    let ask = Ask { nonce: session.nonce(), vault: device.vault, incarnation: offer.life };
    Ok(PushRequest {
        nonce: ask.nonce,
        vault: ask.vault,
        incarnation: ask.incarnation,
        asked: Some(ask.sign(&device.signing)),
        standing: named.then(|| standing(diary)).transpose()?,
        grants: store.grant_bytes(&grants)?.into_iter().map(Into::into).collect(),
        parcels: offer.parcels.iter().map(|parcel| parcel.bytes.clone().into()).collect(),
        recovery: recovery.transpose().map_err(|_| SyncError::OwnGrant)?,
        evidence: evidence(diary, offer)?,
    })
}

/// What the server may have lost: what keepers signed of this vault, and their receipts for parcels that are offered
/// again.
fn evidence(diary: &Diary, offer: &Offer) -> Result<Option<Evidence>, SyncError> {
    let mut out = Evidence::default();
    if let Some(back) = &offer.hand_back {
        out.head = back.head.as_ref().and_then(|head| Signed::from_bytes(head).ok());
        out.bundle = Signed::from_bytes(&diary.device().bundle).ok();
        out.records.clone_from(&back.records);
    }
    if offer.again {
        for parcel in &offer.parcels {
            let receipts = diary.store().keeper_receipts(&parcel.core_hash)?;
            let record = |record| LogRecord { n: 0, kind: LogKind::Receipt, record };
            out.records.extend(receipts.into_iter().map(record));
        }
    }
    Ok((out != Evidence::default()).then_some(out))
}

/// The certificate, or the join request while there is none.
pub(crate) fn standing(diary: &Diary) -> Result<Standing, SyncError> {
    let device = diary.device();
    match &device.certificate {
        Some(bytes) => Signed::from_bytes(bytes).map(Standing::Certificate).map_err(|_| SyncError::OwnGrant),
        None => SignedJoinRequest::from_bytes(&device.join_request)
            .map(Standing::Join)
            .map_err(|_| SyncError::OwnGrant),
    }
}
