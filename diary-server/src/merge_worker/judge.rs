//! What becomes of one stored parcel: opened with the site's key, planned, or put in quarantine with the reason. Decides
//! only; nothing is written here. A rebuild judges by the same function.

use std::collections::HashMap;
use std::sync::Mutex;

use diary_core::ids::Hash;
use diary_core::keys::{Bundle, Revocation, VerifyingKey};
use diary_core::merge::{AuthorRole, Change, plan};
use diary_core::parcel::{Grant, GrantKey, OpenedParcel, QuarantineCode, SealedParcel, VerifiedParcel, open};
use diary_core::signed::Signed;

use crate::keeper::KeeperKeys;
use crate::store::{DeviceState, GrantBytes, OpenedPlain, Outcome, Verdict, WaitingParcel};

/// Most grant keys that are remembered. One is used for up to a month by one phone.
const REMEMBERED_GRANTS: usize = 4096;

/// Keys of grants that were opened: the costly part of opening a parcel, needed once a grant.
#[derive(Default)]
pub struct GrantKeys(Mutex<HashMap<Hash, GrantKey>>);

impl std::fmt::Debug for GrantKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GrantKeys(..)")
    }
}

impl GrantKeys {
    fn with<T>(&self, hash: &Hash, use_it: impl FnOnce(&GrantKey) -> T) -> Option<T> {
        self.lock().get(hash).map(use_it)
    }

    fn remember(&self, key: GrantKey) {
        let mut held = self.lock();
        if held.len() >= REMEMBERED_GRANTS {
            held.clear();
        }
        held.insert(key.hash(), key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Hash, GrantKey>> {
        // A panic elsewhere cannot leave a half-written key in the map.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What a keeper opens parcels with.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    /// The site's sealing keys.
    pub keys: &'a KeeperKeys,
    /// Whom to trust.
    pub bundle: &'a Bundle,
    /// Grants that were opened before.
    pub grants: &'a GrantKeys,
}

/// What was found in a parcel.
#[derive(Debug)]
pub struct Judged {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Challenges that the device wants returned.
    pub challenges: Vec<[u8; 32]>,
}

impl Judge<'_> {
    /// Judges `parcel`, whose grant has come.
    #[must_use]
    pub fn judge(&self, parcel: &WaitingParcel, grant: &GrantBytes) -> Judged {
        let mut challenges = Vec::new();
        let (opened, verdict) = match self.opened(parcel, grant) {
            Err(code) => (None, Verdict::Quarantined(code)),
            Ok((role, opened)) => {
                let verdict = match self.standing(parcel, role, &opened) {
                    Err(code) => Verdict::Quarantined(code),
                    Ok(()) => match plan(role, &opened.content, parcel.received) {
                        Err(code) => Verdict::Quarantined(code),
                        Ok(planned) => {
                            challenges.extend(planned.changes.iter().filter_map(|change| match change {
                                Change::Challenge(challenge) => Some(*challenge),
                                Change::Revision(_)
                                | Change::Act { .. }
                                | Change::Statement(_)
                                | Change::Follows(_) => None,
                            }));
                            Verdict::Merged(planned)
                        }
                    },
                };
                (Some(OpenedPlain { salt: opened.salt, plain: opened.plain }), verdict)
            }
        };
        Judged { outcome: Outcome { row: parcel.row, n: parcel.n, opened, verdict }, challenges }
    }

    fn opened(
        &self,
        parcel: &WaitingParcel,
        grant: &GrantBytes,
    ) -> Result<(AuthorRole, OpenedParcel), QuarantineCode> {
        let (role, author) = self.author(parcel)?;
        let sealed = SealedParcel::from_bytes(&parcel.bytes).map_err(|_| QuarantineCode::Undecodable)?;
        let verified = sealed.verify(&author).map_err(|_| QuarantineCode::Undecodable)?;
        let remembered = self.grants.with(&parcel.grant, |key| open(&verified, key));
        let opened = match remembered {
            Some(opened) => opened,
            None => {
                let key = self.grant_key(&verified, grant, &author)?;
                let opened = open(&verified, &key);
                self.grants.remember(key);
                opened
            }
        };
        opened.map(|opened| (role, opened)).map_err(|error| error.code())
    }

    fn author(&self, parcel: &WaitingParcel) -> Result<(AuthorRole, VerifyingKey), QuarantineCode> {
        match parcel.device_key {
            Some(key) => Ok((AuthorRole::Device, key)),
            None => self
                .bundle
                .keeper(parcel.author)
                .map(|keeper| (AuthorRole::Keeper, keeper.key))
                .ok_or(QuarantineCode::NotAllowed),
        }
    }

    /// The key of a grant, opened with the site's sealing key that it is wrapped to.
    fn grant_key(
        &self,
        parcel: &VerifiedParcel,
        grant: &GrantBytes,
        author: &VerifyingKey,
    ) -> Result<GrantKey, QuarantineCode> {
        let signed = Signed::from_bytes(&grant.0).map_err(|_| QuarantineCode::Grant)?;
        let verified = Grant::verify(&signed, author).map_err(|_| QuarantineCode::Grant)?;
        let (of, core) = (verified.header(), parcel.core());
        let same = of.study == core.study && of.vault == core.vault && of.incarnation == core.incarnation;
        if !same || verified.hash() != core.grant {
            return Err(QuarantineCode::Grant);
        }
        let held = verified.recipients().find_map(|key| self.keys.sealing_by_id(key));
        held.and_then(|key| verified.open(key).ok()).ok_or(QuarantineCode::Grant)
    }

    /// Whether the author may still, or at all, record what is inside.
    fn standing(
        &self,
        parcel: &WaitingParcel,
        role: AuthorRole,
        opened: &OpenedParcel,
    ) -> Result<(), QuarantineCode> {
        if role == AuthorRole::Keeper {
            return Ok(());
        }
        if parcel.borrowed {
            return Err(QuarantineCode::NotAllowed);
        }
        if !matches!(parcel.device_state, Some(DeviceState::Revoked(_))) {
            return Ok(());
        }
        let covered = parcel
            .revocation
            .as_ref()
            .and_then(|signed| Revocation::verify(signed, self.bundle).ok())
            .is_some_and(|revocation| revocation.covers(opened.content.incarnation, opened.content.seq));
        if covered { Ok(()) } else { Err(QuarantineCode::Revoked) }
    }
}
