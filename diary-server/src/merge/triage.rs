//! Triage of one stored parcel: it is opened with the site's key and planned, or quarantined with a reason. Decides
//! only and writes nothing. A rebuild uses the same functions.

use std::panic::AssertUnwindSafe;

use diary_core::ids::KeyId;
use diary_core::keys::{Bundle, Revocation, SealingKey, VerifyingKey};
use diary_core::merge::{AuthorRole, Change, plan};
use diary_core::parcel::seal::commit;
use diary_core::parcel::{
    Grant, GrantKey, OpenError, OpenedParcel, ParcelContent, ParcelCore, QuarantineCode, Rewrap,
    SealedParcel, VerifiedParcel, open,
};
use diary_core::signed::Signed;

use crate::keys::GrantKeys;
use diary_store::{DeviceState, GrantBytes, MergeOutcome, OpenedPlain, Verdict, WaitingParcel};

/// Keys and caches with which a keeper opens parcels.
#[derive(Clone, Copy, Debug)]
pub struct Triage<'a> {
    /// The site's sealing keys, or its recovery key.
    pub sealing: &'a [&'a SealingKey],
    /// Bundle that names the trusted keys.
    pub bundle: &'a Bundle,
    /// Grants that were opened before.
    pub grants: &'a GrantKeys,
}

/// Result of triage.
#[derive(Debug)]
pub struct Triaged {
    /// Verdict, with the opened plaintext.
    pub outcome: MergeOutcome,
    /// Challenges that the device wants returned.
    pub challenges: Vec<[u8; 32]>,
}

impl Triaged {
    fn new(parcel: &WaitingParcel, opened: Option<OpenedPlain>, verdict: Verdict) -> Self {
        let challenges = match &verdict {
            Verdict::Merged(plan) => plan.changes.iter().filter_map(challenge).collect(),
            Verdict::Quarantined(_) => Vec::new(),
        };
        Self { outcome: MergeOutcome { row: parcel.row, n: parcel.n, opened, verdict }, challenges }
    }

    /// A parcel that was not opened, for this reason.
    #[must_use]
    pub const fn not_opened(parcel: &WaitingParcel, code: QuarantineCode) -> Self {
        let verdict = Verdict::Quarantined(code);
        Self {
            outcome: MergeOutcome { row: parcel.row, n: parcel.n, opened: None, verdict },
            challenges: Vec::new(),
        }
    }

    /// True if none of the keys opened its grant.
    pub(super) const fn is_without_key(&self) -> bool {
        matches!(self.outcome.verdict, Verdict::Quarantined(QuarantineCode::Grant))
    }
}

/// Runs a step of the triage of `parcel`. If it panics, that parcel is quarantined and the others go on: it would
/// panic again in every round.
fn guarded<T>(
    parcel: &WaitingParcel,
    step: impl FnOnce() -> Result<T, QuarantineCode>,
) -> Result<T, QuarantineCode> {
    // A panic leaves the data behind the locks consistent, see `GrantKeys::lock`.
    std::panic::catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| {
        tracing::error!(author = %parcel.author, n = parcel.n, "a parcel could not be judged and is set aside");
        Err(QuarantineCode::Failed)
    })
}

/// A challenge over which the program fails in tests.
#[cfg(test)]
pub(crate) const FAILS: [u8; 32] = *b"a parcel over which judging fail";

fn challenge(change: &Change) -> Option<[u8; 32]> {
    match change {
        Change::Challenge(challenge) => Some(*challenge),
        Change::Revision(_) | Change::Act { .. } | Change::Statement(_) | Change::Follows(_) => None,
    }
}

impl Triage<'_> {
    /// Judges `parcel`, whose grant has come.
    #[must_use]
    pub fn judge(&self, parcel: &WaitingParcel, grant: &GrantBytes) -> Triaged {
        let (opened, verdict) = match guarded(parcel, || self.opened(parcel, grant)) {
            Err(code) => (None, Verdict::Quarantined(code)),
            Ok((role, OpenedParcel { salt, plain, content })) => {
                (Some(OpenedPlain { salt, plain }), self.verdict(parcel, role, &content))
            }
        };
        Triaged::new(parcel, opened, verdict)
    }

    /// Opens `parcel` again. Nothing is checked but that it opens.
    ///
    /// # Errors
    /// The code under which it goes into quarantine.
    pub fn open(&self, parcel: &WaitingParcel, grant: &GrantBytes) -> Result<OpenedPlain, QuarantineCode> {
        let (_, OpenedParcel { salt, plain, .. }) = self.opened(parcel, grant)?;
        Ok(OpenedPlain { salt, plain })
    }

    /// The key of the grant that `parcel` went under.
    ///
    /// # Errors
    /// The code under which the parcel goes into quarantine.
    pub fn open_grant(&self, parcel: &WaitingParcel, grant: &GrantBytes) -> Result<GrantKey, QuarantineCode> {
        let (_, author) = self.author(parcel)?;
        self.grant_key(&self.verified(parcel, &author)?, grant, &author)
    }

    /// True if `grant` is wrapped to `key`, by its author or later by a keeper.
    #[must_use]
    pub fn is_wrapped_to(&self, grant: &GrantBytes, key: KeyId) -> bool {
        let Ok(signed) = Signed::from_bytes(&grant.signed) else { return false };
        let by_author = Grant::peek_recipients(&signed).is_ok_and(|to| to.contains(&key));
        let hash = signed.hash();
        by_author || self.rewraps(grant).any(|rewrap| rewrap.grant == hash && rewrap.wrap.key == key)
    }

    /// Wraps that keepers added to a grant; those without a valid signature of a keeper are skipped.
    fn rewraps<'g>(&'g self, grant: &'g GrantBytes) -> impl Iterator<Item = Rewrap> + 'g {
        let verified = |bytes: &Vec<u8>| Rewrap::verify(&Signed::from_bytes(bytes).ok()?, self.bundle).ok();
        grant.rewraps.iter().filter_map(verified)
    }

    /// Triages `parcel` by its kept plaintext: no private key is needed, and a plaintext that differs from the one
    /// that its author committed to is detected.
    #[must_use]
    pub fn judge_opened(&self, parcel: &WaitingParcel, opened: &OpenedPlain) -> Triaged {
        let verdict = match guarded(parcel, || self.kept(parcel, opened)) {
            Err(code) => Verdict::Quarantined(code),
            Ok((role, content)) => self.verdict(parcel, role, &content),
        };
        Triaged::new(parcel, Some(opened.clone()), verdict)
    }

    fn verified(
        &self,
        parcel: &WaitingParcel,
        author: &VerifyingKey,
    ) -> Result<VerifiedParcel, QuarantineCode> {
        let sealed = SealedParcel::from_bytes(&parcel.bytes).map_err(|_| QuarantineCode::Undecodable)?;
        sealed.verify(author).map_err(|_| QuarantineCode::Undecodable)
    }

    fn verdict(&self, parcel: &WaitingParcel, role: AuthorRole, content: &ParcelContent) -> Verdict {
        let planned = guarded(parcel, || {
            self.standing(parcel, role, content)?;
            #[cfg(test)]
            assert!(
                !content.items.contains(&diary_core::parcel::Item::Challenge(FAILS)),
                "as a test asks for"
            );
            plan(role, content, parcel.received)
        });
        planned.map_or_else(Verdict::Quarantined, Verdict::Merged)
    }

    fn kept(
        &self,
        parcel: &WaitingParcel,
        opened: &OpenedPlain,
    ) -> Result<(AuthorRole, ParcelContent), QuarantineCode> {
        let (role, author) = self.author(parcel)?;
        let verified = self.verified(parcel, &author)?;
        let core = verified.core();
        if commit(&opened.salt, &opened.plain) != core.commit {
            return Err(QuarantineCode::Commit);
        }
        let content = ParcelContent::decode(&opened.plain).map_err(|error| OpenError::from(error).code())?;
        let ParcelCore { study, vault, author, incarnation, seq, .. } = core;
        let inside = (&content.study, &content.vault, &content.author, &content.incarnation, &content.seq);
        if inside == (study, vault, author, incarnation, seq) {
            Ok((role, content))
        } else {
            Err(QuarantineCode::InnerMismatch)
        }
    }

    fn opened(
        &self,
        parcel: &WaitingParcel,
        grant: &GrantBytes,
    ) -> Result<(AuthorRole, OpenedParcel), QuarantineCode> {
        let (role, author) = self.author(parcel)?;
        let verified = self.verified(parcel, &author)?;
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

    /// Key of a grant, opened with the site's sealing key that it is wrapped to, by its author or later by a keeper.
    fn grant_key(
        &self,
        parcel: &VerifiedParcel,
        grant: &GrantBytes,
        author: &VerifyingKey,
    ) -> Result<GrantKey, QuarantineCode> {
        let signed = Signed::from_bytes(&grant.signed).map_err(|_| QuarantineCode::Grant)?;
        let verified = Grant::verify(&signed, author).map_err(|_| QuarantineCode::Grant)?;
        let (of, core) = (verified.header(), parcel.core());
        let same = of.study == core.study && of.vault == core.vault && of.incarnation == core.incarnation;
        if !same || verified.hash() != core.grant {
            return Err(QuarantineCode::Grant);
        }
        let is_recipient = |key: &&&SealingKey| verified.recipients().any(|to| to == key.id());
        let mut held = self.sealing.iter().filter(is_recipient);
        if let Some(opened) = held.find_map(|key| verified.open(key).ok()) {
            return Ok(opened);
        }
        let by_rewrap = |rewrap: Rewrap| self.sealing.iter().find_map(|key| rewrap.open(&verified, key).ok());
        self.rewraps(grant).find_map(by_rewrap).ok_or(QuarantineCode::Grant)
    }

    /// Checks that the author was allowed to record the content.
    fn standing(
        &self,
        parcel: &WaitingParcel,
        role: AuthorRole,
        content: &ParcelContent,
    ) -> Result<(), QuarantineCode> {
        if role == AuthorRole::Keeper {
            // A thief of a replaced key can backdate what it signs, so the time of receipt decides.
            let keeper = self.bundle.keeper(parcel.author);
            let late = keeper.and_then(|one| one.retired).is_some_and(|retired| parcel.received.0 > retired);
            return if late && !parcel.accepted { Err(QuarantineCode::Revoked) } else { Ok(()) };
        }
        if parcel.borrowed {
            return Err(QuarantineCode::NotAllowed);
        }
        if !matches!(parcel.device_state, Some(DeviceState::Revoked(_))) {
            return Ok(());
        }
        // The order of the log decides, not the clocks: a revocation that was signed under a clock that ran behind, or that
        // came back to a keeper that had gone back to before it, takes nothing out of the record again.
        if parcel.merged_before {
            return Ok(());
        }
        // A parcel received after the revocation may fill a gap before it, but must not fork a place that is taken: a
        // finder of the phone could otherwise put content of their choice there.
        let in_place = |revocation: &Revocation| parcel.row.fork == 0 || parcel.received.0 <= revocation.at;
        let covered = parcel
            .revocation
            .as_ref()
            .and_then(|signed| Revocation::verify(signed, self.bundle).ok())
            .is_some_and(|revocation| {
                revocation.covers(content.incarnation, content.seq) && in_place(&revocation)
            });
        if covered || parcel.accepted { Ok(()) } else { Err(QuarantineCode::Revoked) }
    }
}
