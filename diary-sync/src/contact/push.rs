//! Offering sealed parcels.

use std::collections::BTreeSet;

use diary_core::api::{
    self, Ask, EVIDENCE_MAX_BYTES, EVIDENCE_MAX_RECORDS, Evidence, Head, PushReply, PushRequest, RefusalCode,
};
use diary_core::diary::Diary;
use diary_core::ids::{Hash, Incarnation, Nonce};
use diary_core::keys::Bundle;
use diary_core::parcel::{LogKind, LogRecord, REQUEST_MAX_BYTES};
use diary_core::signed::Signed;
use diary_core::store::{Direction, HeldParcel, ToHandBack};
use diary_core::time::UtcMillis;

use super::facts::OFFER_LOOK;
use super::log::LogPlace;
use super::{Contact, Heard, Pending, Setback};
use crate::conversation::Moment;
use crate::engine::RELAYED_MS;
use crate::error::SyncError;
use crate::incarnations::{ChainDecision, LocalChain, ServerChain, decide};
use crate::refresh;
use crate::settle::{Offered, ReceiptCheck, Settled};
use crate::statement::credential;
use crate::sync_issue::{SyncIssue, not_of};
use crate::transport::{Method, Request, Response};

/// Largest grant in a request, in bytes.
const GRANT_ROOM: usize = 4 * 1024;
/// Bytes of a request for parcels, grants and records; the rest is for certificate, recovery secret and frame.
const REQUEST_ROOM: usize = REQUEST_MAX_BYTES - 64 * 1024;
/// Bytes of the frame of a parcel.
const FRAME: usize = 8;
/// Largest size, in bytes, of the receipts that go along with a parcel that is offered again.
const RECEIPTS_ROOM: usize = 4 * 1024;

/// State of offering parcels in this contact.
#[derive(Debug, Default)]
pub(super) struct Offering {
    /// The server asks for the certificate or the join request of this device.
    pub(super) standing_asked: bool,
    /// Parcels that the server did not take: they are offered again at the next contact.
    pub(super) refused: BTreeSet<Hash>,
    /// An incarnation whose parcels the server is offered again, and the number after which they begin.
    pub(super) again: Option<(Incarnation, u64)>,
    /// Incarnations that were compared with the server's head.
    pub(super) rechecked: BTreeSet<Incarnation>,
    /// The server did not accept the records that it may have lost.
    pub(super) hand_back_failed: bool,
    /// The grants that the server may miss were offered.
    pub(super) grants_offered: bool,
    /// The server has lost the bundle of this device.
    pub(super) bundle_lost: bool,
}

/// Contents of one push.
#[derive(Debug)]
struct Offer {
    /// Incarnation whose head the reply must report.
    incarnation: Incarnation,
    /// Parcels of it.
    parcels: Vec<HeldParcel>,
    /// They were acknowledged before, and the server seems to have lost them.
    again: bool,
    /// They stand for every grant that the server may miss.
    for_grants: bool,
    /// Further records that the server may have lost.
    hand_back: Option<ToHandBack>,
}

/// A push that was sent.
#[derive(Debug)]
pub(super) struct Pushed {
    offer: Offer,
    nonce: Nonce,
    /// The device's certificate or join request went along.
    with_credential: bool,
    /// The sealed recovery secret went along.
    with_recovery: bool,
}

/// A reply whose head was verified.
struct Answer {
    bundle: Bundle,
    reply: PushReply,
    head: Head,
}

impl Contact {
    /// Offers the next parcels.
    pub(super) fn push(
        &mut self,
        diary: &Diary,
        moment: &Moment<'_>,
    ) -> Result<(Pending, Request), SyncError> {
        let offer = self.offering.choose(diary, moment.now)?;
        self.offering.grants_offered |= offer.for_grants;
        let message = self.offering.message(diary, &offer, moment.nonce())?;
        let pushed = Pushed {
            nonce: message.nonce,
            with_credential: message.credential.is_some(),
            with_recovery: message.recovery.is_some(),
            offer,
        };
        let body = message.to_bytes();
        self.outcome.bytes_up += body.len() as u64;
        self.outcome.pushes += 1;
        let get = Request::get(&diary.device().api_host, api::PARCELS.to_owned(), 60);
        Ok((Pending::Push(Box::new(pushed)), Request { method: Method::Post, body, ..get }))
    }

    pub(super) fn took_push(
        &mut self,
        diary: &mut Diary,
        (pushed, reply): (&Pushed, &Response),
        moment: &Moment<'_>,
    ) -> Heard {
        if let Some(trouble) = not_of(reply, api::CBOR) {
            return Ok(Some(Setback::of(trouble, reply)));
        }
        let bundle = diary.bundle()?;
        let Ok(reply) = PushReply::from_bytes(&reply.body) else {
            return Ok(Some(SyncIssue::NotTheServer.into()));
        };
        let Ok((_, head)) = Head::verify(&reply.head, &bundle, diary.vault(), pushed.nonce) else {
            // It may have stored everything and signed with a key that a newer bundle names: that is asked for, and then
            // the same is offered once more.
            let may_ask = moment.now >= diary.store().conversation()?.pull_after;
            return Ok((!may_ask || !self.want_bundle()).then(|| SyncIssue::Signature.into()));
        };
        self.settle(diary, (pushed, &Answer { bundle, reply, head }), moment)
    }

    fn settle(
        &mut self,
        diary: &mut Diary,
        (pushed, answer): (&Pushed, &Answer),
        moment: &Moment<'_>,
    ) -> Heard {
        let (offer, now) = (&pushed.offer, moment.now);
        let Answer { bundle, reply, head } = answer;
        self.learns_of(head, bundle, diary);
        let check = ReceiptCheck { bundle, vault: diary.vault(), heard: now };
        let offered = Offered { incarnation: offer.incarnation, parcels: &offer.parcels };
        let settled = check.settle(diary, &offered, reply)?;
        self.outcome.pushed += settled.stored;
        let first_ask = settled.certificate_needed && !pushed.with_credential;
        self.offering.standing_asked = first_ask;
        if let Some(back) = offer.hand_back.as_ref().filter(|_| !settled.certificate_needed) {
            diary.handed_back(back.next)?;
        }
        self.offering.hand_back_failed |=
            offer.hand_back.is_some() && settled.certificate_needed && !first_ask;
        // A store that has a receipt has the head that came with it: it sees when the server falls back behind it.
        self.heard(diary, (&reply.head, head), None)?;
        diary.add_receipts(&settled.receipts)?;
        let heard = settled.stored > 0 || (offer.parcels.is_empty() && settled.trouble.is_none());
        if heard && !settled.certificate_needed && pushed.with_recovery {
            diary.recovery_secret_stored(now)?;
        }
        if switched_off(diary, answer)? {
            self.log.place = LogPlace::SwitchedOff;
        }
        diary.contact_made(Direction::Push, now, head.server_time)?;
        diary.settle_first_day(now, moment.zone)?;
        if !settled.certificate_needed {
            let whole = settled.stored as usize == offer.parcels.len();
            if offer.for_grants && whole {
                diary.want_grants(settled.grant_needed)?;
            }
            self.go_on(diary, (offer, head, &settled), moment)?;
        }
        // A parcel that the server did not accept is offered again at the next contact; the others continue now.
        for parcel in &offer.parcels {
            if !first_ask && !diary.store().has_keeper_receipt(&parcel.core_hash)? {
                self.offering.refused.insert(parcel.core_hash);
            }
        }
        let unsettled = settled.trouble.or_else(|| {
            (settled.certificate_needed && !first_ask)
                .then_some(SyncIssue::Refused(RefusalCode::CertificateNeeded))
        });
        Ok(unsettled.map(Setback::from))
    }

    /// Continues the incarnation that was offered, offers again the parcels that the server has lost, or begins a new one.
    fn go_on(
        &mut self,
        diary: &mut Diary,
        (offer, head, settled): (&Offer, &Head, &Settled),
        moment: &Moment<'_>,
    ) -> Result<(), SyncError> {
        let incarnation = offer.incarnation;
        let Some(at) = head.incarnation.filter(|at| at.incarnation == incarnation) else { return Ok(()) };
        let store = diary.store();
        let local = LocalChain {
            sealed: store.chain_head(incarnation)?.0,
            acknowledged: store.acknowledged(incarnation)?,
            at_head: store.core_hash_at(incarnation, at.seq)?,
        };
        let decision = decide(&local, &ServerChain { seq: at.seq, hash: at.hash, fork: settled.fork });
        if let (ChainDecision::Begin(why), true) = (decision, incarnation == diary.device().incarnation) {
            return self.begin_incarnation(diary, (at.seq, why), moment);
        }
        let from = match (self.offering.again, decision) {
            (Some((of, _)), _) if of == incarnation => {
                if settled.stored as usize != offer.parcels.len() {
                    // The rest waits for the next contact.
                    self.offering.checked(incarnation);
                    return Ok(());
                }
                offer.parcels.last().map_or(u64::MAX, |parcel| parcel.seq)
            }
            _ if self.offering.rechecked.contains(&incarnation) => return Ok(()),
            (_, ChainDecision::PushFrom(seq)) => {
                // Its log may have grown past the last head that is known here, and a device that is switched off does not
                // read it: this is then the only sign that the server has gone back, and may have lost others as well.
                diary.recheck_all()?;
                seq
            }
            (_, ChainDecision::Same) if diary.store().rechecks()?.contains(&incarnation) => at.seq,
            // Of a past incarnation the server has another device's parcels as well: ours are offered from the beginning.
            (_, ChainDecision::Begin(_)) if diary.store().rechecks()?.contains(&incarnation) => 0,
            (_, ChainDecision::Same | ChainDecision::Begin(_)) => return Ok(()),
        };
        if diary.store().parcels_again(incarnation, from, 1)?.is_empty() {
            self.offering.checked(incarnation);
            diary.rechecked(incarnation)?;
        } else {
            self.offering.again = Some((incarnation, from));
        }
        Ok(())
    }
}

/// Keeps the revocation of this device if the reply has one that a keeper signed; returns true if it has.
fn switched_off(diary: &mut Diary, answer: &Answer) -> Result<bool, SyncError> {
    let Some(signed) = &answer.reply.revocation else { return Ok(false) };
    let revoked = refresh::revokes(diary.device(), &answer.bundle, signed, answer.head.server);
    if revoked {
        diary.revoked(&signed.to_bytes())?;
    }
    Ok(revoked)
}

impl Offering {
    /// Notes that an incarnation was compared with the server's head in this contact.
    fn checked(&mut self, incarnation: Incarnation) {
        self.again = None;
        self.rechecked.insert(incarnation);
    }

    /// Chooses the next push: parcels that a server lost or never had, or only the question for its head.
    fn choose(&self, diary: &Diary, now: UtcMillis) -> Result<Offer, SyncError> {
        let store = diary.store();
        let hand_back = match self.hand_back_failed {
            true => None,
            false => store.to_hand_back(EVIDENCE_MAX_RECORDS, EVIDENCE_MAX_BYTES)?,
        };
        let records: usize = hand_back.iter().flat_map(|back| &back.records).map(record_room).sum();
        let brings_bundle = self.bundle_lost || hand_back.is_some();
        let taken_up = records + if brings_bundle { diary.device().bundle.len() } else { 0 };
        let room = REQUEST_ROOM - taken_up.min(REQUEST_ROOM / 2);
        if let Some((incarnation, after)) = self.again {
            let parcels = fitting(store.parcels_again(incarnation, after, OFFER_LOOK)?, RECEIPTS_ROOM, room);
            return Ok(Offer { incarnation, parcels, again: true, for_grants: false, hand_back });
        }
        let present = diary.device().incarnation;
        if store.conversation()?.grants_wanted && !self.grants_offered {
            let parcels = fitting(store.one_of_each_grant(OFFER_LOOK)?, FRAME, room);
            return Ok(Offer { incarnation: present, parcels, again: false, for_grants: true, hand_back });
        }
        let mut parcels = store.open_parcels(now, RELAYED_MS, OFFER_LOOK)?;
        parcels.retain(|parcel| !self.refused.contains(&parcel.core_hash));
        let asked = store.rechecks()?.into_iter().find(|incarnation| !self.rechecked.contains(incarnation));
        let incarnation = asked.filter(|_| parcels.is_empty()).unwrap_or(present);
        let parcels = fitting(parcels, FRAME, room);
        Ok(Offer { incarnation, parcels, again: false, for_grants: false, hand_back })
    }

    fn message(&self, diary: &Diary, offer: &Offer, nonce: Nonce) -> Result<PushRequest, SyncError> {
        let (store, device) = (diary.store(), diary.device());
        let wanted = store.conversation()?.grants_wanted;
        let mut grants: Vec<Hash> = Vec::new();
        for parcel in &offer.parcels {
            let needed = wanted || offer.again || !store.keeper_has_grant(&parcel.grant)?;
            if needed && !grants.contains(&parcel.grant) {
                grants.push(parcel.grant);
            }
        }
        // A server that has fallen back, or does not know the device, may have lost the recovery secret as well.
        let due = offer.again || self.standing_asked || device.recovery_stored.is_none();
        let recovery = due.then(|| Signed::from_bytes(&device.recovery_record));
        // Without a parcel the certificate is the only part of the request that names the device.
        let named = self.standing_asked || offer.parcels.is_empty();
        let ask = Ask { nonce, vault: device.vault, incarnation: offer.incarnation };
        Ok(PushRequest {
            nonce: ask.nonce,
            vault: ask.vault,
            incarnation: ask.incarnation,
            asked: Some(ask.sign(&device.signing)),
            credential: named.then(|| credential(diary)).transpose()?,
            grants: store.grant_bytes(&grants)?.into_iter().map(Into::into).collect(),
            parcels: offer.parcels.iter().map(|parcel| parcel.bytes.clone().into()).collect(),
            recovery: recovery.transpose().map_err(|_| SyncError::OwnGrant)?,
            evidence: evidence(diary, offer, self.bundle_lost)?,
        })
    }
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

/// Records that the server may have lost: those that keepers signed for this vault, and their receipts for parcels that
/// are offered again.
fn evidence(diary: &Diary, offer: &Offer, bundle_lost: bool) -> Result<Option<Evidence>, SyncError> {
    let mut out = Evidence::default();
    if bundle_lost || offer.hand_back.is_some() {
        out.bundle = Signed::from_bytes(&diary.device().bundle).ok();
    }
    if let Some(back) = &offer.hand_back {
        out.head = back.head.as_ref().and_then(|head| Signed::from_bytes(head).ok());
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
