//! Sending without a network: everything the hospital has not received, sealed as ever, as files to be carried. Whether
//! they arrive is known only by an answer file or a later contact, so nothing counts as sent for being written here.

use std::collections::BTreeSet;

use diary_core::diary::Diary;
use diary_core::ids::Hash;
use diary_core::parcel::file::FILE_MAX_BYTES;
use diary_core::parcel::{DeviceCredential, ParcelFile};
use diary_core::signed::Signed;
use diary_core::store::HeldParcel;
use diary_core::time::UtcMillis;

use crate::conversation::Moment;
use crate::error::SyncError;
use crate::pack;
use crate::statement;

/// Smallest limit for the size of a file: one parcel of any size fits, with the documents that go with it.
pub const SPLIT_MIN_BYTES: usize = 512 * 1024;
/// Largest size, in bytes, of certificate or join request, recovery secret and frame.
const PAPERS_ROOM: usize = 64 * 1024;
/// Largest grant in a file, in bytes.
const GRANT_ROOM: usize = 4 * 1024;

/// Files to be carried to the hospital.
#[derive(Debug)]
pub struct HandOver {
    /// One file or several, each complete in itself: any order, any number of times.
    pub files: Vec<ParcelFile>,
    /// Parcels in them.
    pub parcels: u32,
    /// Revisions that the hospital has not received: all of them are in the files.
    pub entries: u64,
}

/// Selection of the parcels to be carried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that no keeper has received.
    NotReceived,
    /// Also those, of all incarnations of the diary, that one has received: its server may have lost them.
    All,
}

/// Seals the waiting entries, with a statement where one is due, and packs the parcels into files of at most `max_bytes` each.
///
/// # Errors
/// Fails if the store refuses, or there is no key to seal to.
pub fn hand_over(
    diary: &mut Diary,
    which: Which,
    max_bytes: usize,
    moment: &Moment<'_>,
) -> Result<HandOver, SyncError> {
    let say = statement::is_due(diary, moment)?;
    pack::seal_waiting(diary, say, moment)?;
    let store = diary.store();
    // Parcels that only a relay has count as not received, however lately it took them.
    let mut parcels = store.open_parcels(UtcMillis(0), 0, u32::MAX)?;
    if which == Which::All {
        let open: BTreeSet<Hash> = parcels.iter().map(|parcel| parcel.core_hash).collect();
        let past = store.past_incarnations()?.into_iter().map(|incarnation| incarnation.incarnation);
        for incarnation in past.chain([diary.device().incarnation]) {
            let mine = store.parcels_again(incarnation, 0, u32::MAX)?;
            parcels.extend(mine.into_iter().filter(|parcel| !open.contains(&parcel.core_hash)));
        }
    }
    let papers = Papers {
        credential: statement::credential(diary)?,
        recovery: Signed::from_bytes(&diary.device().recovery_record).map_err(|_| SyncError::OwnGrant)?,
    };
    let count = u32::try_from(parcels.len()).unwrap_or(u32::MAX);
    let max_bytes = max_bytes.clamp(SPLIT_MIN_BYTES, FILE_MAX_BYTES);
    let files = split(parcels, max_bytes)
        .into_iter()
        .map(|parcels| papers.file(diary, parcels))
        .collect::<Result<_, _>>()?;
    Ok(HandOver { files, parcels: count, entries: diary.store().not_received()? })
}

/// Documents that go into every file.
struct Papers {
    credential: DeviceCredential,
    recovery: Signed,
}

impl Papers {
    fn file(&self, diary: &Diary, parcels: Vec<HeldParcel>) -> Result<ParcelFile, SyncError> {
        let grants: BTreeSet<Hash> = parcels.iter().map(|parcel| parcel.grant).collect();
        let grants = diary.store().grant_bytes(&grants.into_iter().collect::<Vec<_>>())?;
        Ok(ParcelFile {
            credential: Some(self.credential.clone()),
            grants: grants.into_iter().map(Into::into).collect(),
            parcels: parcels.into_iter().map(|parcel| parcel.bytes.into()).collect(),
            recovery: Some(self.recovery.clone()),
            cursor: diary.store().cursor()?,
            study: Some(diary.device().study_hash),
        })
    }
}

/// The parcels of each file, in order; at least one file.
fn split(parcels: Vec<HeldParcel>, max_bytes: usize) -> Vec<Vec<HeldParcel>> {
    let mut files = vec![Vec::new()];
    let (mut bytes, mut grants) = (PAPERS_ROOM, BTreeSet::new());
    for parcel in parcels {
        let room = parcel.bytes.len() + 8;
        let with_grant =
            |grants: &BTreeSet<Hash>| if grants.contains(&parcel.grant) { 0 } else { GRANT_ROOM };
        if bytes + room + with_grant(&grants) > max_bytes && files.last().is_some_and(|file| !file.is_empty())
        {
            files.push(Vec::new());
            (bytes, grants) = (PAPERS_ROOM, BTreeSet::new());
        }
        bytes += room + with_grant(&grants);
        grants.insert(parcel.grant);
        if let Some(file) = files.last_mut() {
            file.push(parcel);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(n: u8, bytes: usize) -> HeldParcel {
        let hash = Hash::from_bytes([n; 32]);
        HeldParcel {
            seq: u64::from(n),
            core_hash: hash,
            grant: Hash::from_bytes([0; 32]),
            bytes: vec![n; bytes],
        }
    }

    #[test]
    fn files_keep_to_their_size_and_hold_every_parcel_once_and_in_order() {
        let parcels: Vec<_> = (1..=20).map(|n| parcel(n, 100_000)).collect();
        let files = split(parcels, SPLIT_MIN_BYTES);
        assert!(files.len() > 1);
        for file in &files {
            assert!(
                file.iter().map(|parcel| parcel.bytes.len()).sum::<usize>() + PAPERS_ROOM <= SPLIT_MIN_BYTES
            );
        }
        let order: Vec<u64> = files.concat().iter().map(|parcel| parcel.seq).collect();
        assert_eq!(order, (1..=20).collect::<Vec<_>>());
    }

    #[test]
    fn a_parcel_that_is_too_large_for_its_file_goes_alone() {
        let files = split(vec![parcel(1, 10), parcel(2, SPLIT_MIN_BYTES), parcel(3, 10)], SPLIT_MIN_BYTES);
        assert_eq!(files.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn with_nothing_to_send_there_is_still_a_file_that_asks_for_an_answer() {
        assert_eq!(split(Vec::new(), SPLIT_MIN_BYTES), [Vec::new()]);
    }
}
