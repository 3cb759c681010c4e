//! Offering sealed parcels.

use std::collections::BTreeSet;

use diary_core::api::{self, Head, PushReply, PushRequest, RefusalCode};
use diary_core::diary::Diary;
use diary_core::ids::Hash;
use diary_core::keys::{Bundle, SignedJoinRequest};
use diary_core::parcel::{REQUEST_MAX_BYTES, Standing};
use diary_core::signed::Signed;
use diary_core::store::{Direction, HeldParcel};
use diary_core::time::UtcMillis;

use super::facts::OFFER_LOOK;
use super::{Session, SyncError};
use crate::engine::RELAYED_MS;
use crate::settle::{fallen_behind, settle};
use crate::transport::{Method, Request, Transport};
use crate::trouble::{Trouble, problem};

/// What a grant takes at most.
const GRANT_ROOM: usize = 4 * 1024;
/// Room that is left in a request for certificate, recovery secret and frame.
const REQUEST_ROOM: usize = REQUEST_MAX_BYTES - 64 * 1024;

pub(super) async fn push<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
) -> Result<(), SyncError> {
    let offered = to_offer(diary, session)?;
    let cores: Vec<Hash> = offered.iter().map(|parcel| parcel.core_hash).collect();
    diary.store_mut().sending(&cores, session.now())?;
    let request = request(diary, session, &offered)?;
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
        session.bundle_wanted = !session.hello_tried;
        return session.failed(diary, Direction::Push, Trouble::Signature, None);
    };
    take(diary, session, &bundle, &offered, &reply, &head, &request)
}

fn take<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
    bundle: &Bundle,
    offered: &[HeldParcel],
    reply: &PushReply,
    head: &Head,
    request: &PushRequest,
) -> Result<(), SyncError> {
    session.learns_of(head, bundle);
    let settled = settle(diary.store_mut(), bundle, offered, reply)?;
    session.outcome.pushed += settled.stored;
    let first_ask = settled.certificate_needed && request.standing.is_none();
    session.standing = first_ask;
    let heard = settled.stored > 0 || (offered.is_empty() && settled.trouble.is_none());
    if heard && !settled.certificate_needed && request.recovery.is_some() {
        diary.store_mut().recovery_secret_stored(session.now())?;
        diary.reload()?;
    }
    let now = session.now();
    diary.store_mut().contact_made(Direction::Push, now, Some(head.server_time))?;
    first_day_at_latest(diary, session, head.server_time)?;
    let acknowledged = diary.store().acknowledged(diary.device().incarnation)?;
    let behind = fallen_behind(head, acknowledged);
    // A server that does not get ahead although it was offered everything is not asked again in this contact.
    session.reoffer_after = behind.filter(|after| session.reoffer_after.is_none_or(|before| *after > before));
    // What the server did not take is offered again at the next contact; the rest goes on now.
    let taken = |core: &Hash| diary.store().has_keeper_receipt(core);
    for parcel in offered {
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

/// Puts the first diary day right where the clock had run ahead at joining.
fn first_day_at_latest<T: Transport>(
    diary: &mut Diary,
    session: &Session<'_, T>,
    server_time: UtcMillis,
) -> Result<(), SyncError> {
    let day = diary.day(server_time, session.zone);
    if day < diary.device().first_day {
        diary.store_mut().first_day_at_latest(day)?;
        diary.reload()?;
    }
    Ok(())
}

/// The oldest parcels that fit into one request.
fn to_offer<T: Transport>(diary: &Diary, session: &Session<'_, T>) -> Result<Vec<HeldParcel>, SyncError> {
    let store = diary.store();
    let parcels = match session.reoffer_after {
        Some(after) => store.parcels_after(diary.device().incarnation, after, OFFER_LOOK)?,
        None => store.open_parcels(session.now().plus_ms(-RELAYED_MS), OFFER_LOOK)?,
    };
    let (mut bytes, mut grants) = (0, BTreeSet::new());
    Ok(parcels
        .into_iter()
        .filter(|parcel| session.reoffer_after.is_some() || !session.refused.contains(&parcel.core_hash))
        .take_while(|parcel| {
            bytes += parcel.bytes.len() + 8;
            if grants.insert(parcel.grant) {
                bytes += GRANT_ROOM;
            }
            bytes <= REQUEST_ROOM
        })
        .collect())
}

fn request<T: Transport>(
    diary: &Diary,
    session: &Session<'_, T>,
    offered: &[HeldParcel],
) -> Result<PushRequest, SyncError> {
    let store = diary.store();
    let device = diary.device();
    let wanted = store.conversation()?.grants_wanted;
    let mut grants: Vec<Hash> = Vec::new();
    for parcel in offered {
        let needed = wanted || session.reoffer_after.is_some() || !store.keeper_has_grant(&parcel.grant)?;
        if needed && !grants.contains(&parcel.grant) {
            grants.push(parcel.grant);
        }
    }
    // A server that has fallen back, or does not know the device, may have lost the recovery secret as well.
    let again = session.reoffer_after.is_some() || session.standing;
    let due = again || device.recovery_stored.is_none();
    let recovery = due.then(|| Signed::from_bytes(&device.recovery_record));
    Ok(PushRequest {
        nonce: session.nonce(),
        vault: device.vault,
        incarnation: device.incarnation,
        standing: session.standing.then(|| standing(diary)).transpose()?,
        grants: store.grant_bytes(&grants)?.into_iter().map(Into::into).collect(),
        parcels: offered.iter().map(|parcel| parcel.bytes.clone().into()).collect(),
        recovery: recovery.transpose().map_err(|_| SyncError::OwnGrant)?,
        evidence: None,
    })
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
