//! From outbox to sealed parcels on the disk. Nothing is sent here. A grant is written before a parcel is sealed
//! under it, and a parcel before it is sent.

use diary_core::diary::Diary;
use diary_core::entry::EncodedRevision;
use diary_core::ids::RevisionId;
use diary_core::keys::{Bundle, SealingPublic, VerifyingKey};
use diary_core::parcel::{
    Grant, GrantKey, GrantScope, Item, NO_PREVIOUS, PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, SealError,
    SealInput, VerifiedGrant, seal,
};
use diary_core::signed::Signed;
use diary_core::store::{HeldGrant, NewParcel};
use zeroize::Zeroizing;

use crate::conversation::Moment;
use crate::error::SyncError;
use crate::incarnations;
use crate::statement;
use crate::sync_issue::SyncIssue;

/// Bytes of a parcel for revisions; the rest is for its frame and other items.
const PARCEL_ROOM: usize = PARCEL_MAX_PLAIN_BYTES - 8 * 1024;
/// Revisions in one parcel, leaving room for statement, challenge and succession.
const PARCEL_REVISIONS: usize = PARCEL_MAX_ITEMS - 4;

/// Code of a revision whose bytes cannot be read, or are not the ones that were saved.
pub const UNREADABLE: &str = "unreadable";
/// Code of a revision that fits into no parcel.
pub const OVERSIZE: &str = "oversize";

/// Seals all waiting entries. `statement`: adds a statement of this device to the last parcel, or seals it alone if there are
/// none. Returns the number of parcels sealed. A store that is a copy begins a new incarnation before; a revision that
/// cannot be sealed is set aside with a code, so that it holds up no other.
///
/// # Errors
/// Fails if the store refuses, or the bundle has no key to seal to.
pub fn seal_waiting(diary: &mut Diary, statement: bool, moment: &Moment<'_>) -> Result<u32, SyncError> {
    incarnations::begin_if_copied(diary, moment)?;
    let mut sealed = 0;
    loop {
        let waiting = diary.store().unsealed(u32::try_from(PARCEL_REVISIONS).unwrap_or(u32::MAX))?;
        let looked_at = waiting.ready.len() + waiting.unreadable.len();
        for revision in &waiting.unreadable {
            diary.mark_stuck(*revision, UNREADABLE)?;
        }
        let batch = fitting(&waiting.ready);
        let last = batch.len() == waiting.ready.len() && looked_at < PARCEL_REVISIONS;
        let say = statement && last;
        if batch.is_empty() && !say {
            if last {
                return Ok(sealed);
            }
            // Not even the first one fits: it is set aside, unless all were unreadable.
            if let Some(first) = waiting.ready.first() {
                diary.mark_stuck(first.revision().id, OVERSIZE)?;
            }
            continue;
        }
        match (seal_one(diary, batch, say, moment), batch) {
            (Err(SyncError::Seal(SealError::Oversize { .. })), [_, ..]) => {
                sealed += seal_each(diary, batch, moment)?;
                continue;
            }
            (other, _) => other?,
        }
        sealed += 1;
        if last {
            return Ok(sealed);
        }
    }
}

/// Seals revisions that do not go into one parcel one by one, and puts aside those that go into none.
fn seal_each(diary: &mut Diary, batch: &[EncodedRevision], moment: &Moment<'_>) -> Result<u32, SyncError> {
    let mut sealed = 0;
    for revision in batch {
        match seal_one(diary, std::slice::from_ref(revision), false, moment) {
            Ok(()) => sealed += 1,
            Err(SyncError::Seal(SealError::Oversize { .. })) => {
                diary.mark_stuck(revision.revision().id, OVERSIZE)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sealed)
}

/// As many of the first revisions as fit into one parcel.
fn fitting(waiting: &[EncodedRevision]) -> &[EncodedRevision] {
    let mut bytes = 0;
    let fit = waiting.iter().take_while(|revision| {
        bytes += revision.bytes().len() + 16;
        bytes <= PARCEL_ROOM
    });
    let count = fit.count();
    waiting.get(..count).unwrap_or_default()
}

fn seal_one(
    diary: &mut Diary,
    batch: &[EncodedRevision],
    say: bool,
    moment: &Moment<'_>,
) -> Result<(), SyncError> {
    let grant = current_grant(diary, moment)?;
    let device = diary.device();
    let incarnation = device.incarnation;
    let (head, prev) = diary.store().chain_head(incarnation)?;
    let mut items = Vec::with_capacity(batch.len() + 3);
    // A key check that was not answered is made again: the keeper may have had no key at hand to answer with.
    if head == 0 || say && device.challenge_returned.is_none() {
        items.push(Item::Challenge(device.challenge));
    }
    if let Some(earlier) = device.follows.filter(|_| head == 0) {
        items.push(Item::Succeeds { incarnation: earlier, last_seq: device.follows_seq });
    }
    items.extend(batch.iter().map(Item::revision));
    let ids: Vec<RevisionId> = batch.iter().map(|revision| revision.revision().id).collect();
    if say {
        items.push(Item::Statement(statement::make(diary, batch, moment)?));
    }
    let input = SealInput { seq: head + 1, prev: prev.unwrap_or(NO_PREVIOUS), items: &items };
    let parcel = seal(&input, &grant, &device.signing, moment.entropy).map_err(SyncError::Seal)?;
    let bytes = parcel.to_bytes();
    let new = NewParcel {
        incarnation,
        seq: head + 1,
        core_hash: parcel.core_hash(),
        grant: grant.hash(),
        bytes: &bytes,
        revisions: &ids,
        statement: say.then(|| (moment.now, diary.study().version())),
    };
    Ok(diary.add_parcel(&new, moment.now)?)
}

/// The grant to seal under: the newest, or a new one if that is used up or sealed to another key than the one in use.
/// The key decides, not its generation: a site that was put back to an earlier state counts some again.
fn current_grant(diary: &mut Diary, moment: &Moment<'_>) -> Result<GrantKey, SyncError> {
    let bundle = diary.bundle()?;
    let device = diary.device();
    let site_key = bundle.site_key(&device.site).ok_or(SyncError::SyncIssue(SyncIssue::NoSiteKey))?;
    let generation = site_key.generation;
    let held = diary.store().current_grant(device.incarnation)?;
    let recipients = recipients(&bundle, diary)?;
    if let Some(held) = held.as_ref().filter(|held| !Grant::is_spent(held.made, moment.now, held.parcels)) {
        let grant = own_grant(held, &device.signing.verifying_key())?;
        if grant.covers(&recipients.map(SealingPublic::id)) {
            return Ok(grant.with_secret(&held.secret));
        }
    }
    let scope = GrantScope {
        study: device.study.clone(),
        vault: device.vault,
        incarnation: device.incarnation,
        no: held.map_or(1, |held| held.no + 1),
        generation,
    };
    let (key, signed) = Grant::make(&scope, &recipients, &device.signing, moment.entropy)
        .map_err(|_| SyncError::SyncIssue(SyncIssue::NoSiteKey))?;
    let grant = HeldGrant {
        hash: key.hash(),
        no: scope.no,
        generation,
        made: moment.now,
        secret: Zeroizing::new(*key.secret()),
        bytes: signed.to_bytes(),
        parcels: 0,
    };
    let incarnation = scope.incarnation;
    diary.add_grant(incarnation, &grant)?;
    Ok(key)
}

fn own_grant(held: &HeldGrant, author: &VerifyingKey) -> Result<VerifiedGrant, SyncError> {
    let signed = Signed::from_bytes(&held.bytes).map_err(|_| SyncError::OwnGrant)?;
    Grant::verify(&signed, author).map_err(|_| SyncError::OwnGrant)
}

/// The site's key of the generation in use and its recovery key: every grant is wrapped to both.
fn recipients<'b>(bundle: &'b Bundle, diary: &Diary) -> Result<[&'b SealingPublic; 2], SyncError> {
    let site = &diary.device().site;
    let key = bundle.site_key(site).map(|key| &key.key);
    let recovery = bundle.recovery_key(site);
    key.zip(recovery).map(|(key, recovery)| [key, recovery]).ok_or(SyncError::SyncIssue(SyncIssue::NoSiteKey))
}
