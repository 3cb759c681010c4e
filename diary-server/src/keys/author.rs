//! Making of the keeper's parcels: choice of the grant, decision when a new grant is due, and splitting of items.
//! Randomness is handed in, and plaintexts are remembered until they are merged; the caller stores the result, on
//! condition that the head is unchanged.

use std::collections::BTreeSet;

use diary_core::entropy::Entropy;
use diary_core::ids::{Hash, KeyId, SiteId, VaultId};
use diary_core::keys::{Bundle, SealingPublic};
use diary_core::parcel::{
    Grant, GrantError, GrantKey, GrantScope, Item, PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, SealError,
    SealInput, SealedPlain, seal_and_keep,
};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::KeeperKeys;
use diary_store::{Authored, HeadGrant, KeeperHead, KeeperState, OpenedPlain};

/// Largest overhead of a parcel beside its items, in bytes.
const AROUND_ITEMS_BYTES: usize = 1024;

/// Reason for which no parcel could be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// The bundle names a sealing key that this keeper does not hold.
    #[error("no private key of generation {generation}")]
    NoSealingKey {
        /// Number of the generation.
        generation: u32,
    },
    /// The bundle has no sealing or recovery key of the site.
    #[error("bundle without keys of site {site}")]
    NotInBundle {
        /// The site.
        site: SiteId,
    },
    /// The grant in use cannot be opened or made.
    #[error("grant of the keeper: {0}")]
    Grant(#[from] GrantError),
    /// Sealing failed.
    #[error("parcel of the keeper: {0}")]
    Seal(#[from] SealError),
}

impl KeeperKeys {
    /// Seals `items` in as many parcels as they need, after the head of `state`, for the vault's site, that site's recovery
    /// key and `devices` (all certified devices that are not revoked). A new grant is made when the set of readers has
    /// changed or the one in use is spent.
    ///
    /// # Errors
    /// [`AuthorError`]; nothing is used up by a failure.
    #[expect(clippy::too_many_arguments, reason = "each one is a fact that only the caller has")]
    pub fn author_parcel(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        state: &KeeperState,
        devices: &[SealingPublic],
        items: &[Item],
        now: UtcMillis,
        entropy: &dyn Entropy,
    ) -> Result<Authored, AuthorError> {
        let readers = self.readers(bundle, &state.site, devices)?;
        let mut head = state.head.clone();
        // A grant costs one public-key operation for each reader and is reused while the readers stay the same. A
        // changed set always needs a new one, so that a revoked phone cannot open what follows.
        let kept = match &head.grant {
            Some(grant) => self.reusable((&state.site, grant), &head, readers.ids(), now)?,
            None => None,
        };
        let mut made = None;
        let key = match kept {
            Some(key) => key,
            None => {
                let no = head.grant.as_ref().map_or(Ok(0), |grant| no_of(&grant.signed))? + 1;
                let (study, incarnation) = (self.study.clone(), head.incarnation);
                let scope = GrantScope { study, vault, incarnation, no, generation: readers.generation };
                let (key, signed) = Grant::make(&scope, &readers.keys, &self.signing, entropy)?;
                head.grant = Some(HeadGrant { signed: signed.clone(), made: now, parcels: 0 });
                made = Some(signed);
                self.granted.remember(key.clone());
                key
            }
        };
        let mut parcels = Vec::new();
        // Each parcel names the hash of the one before it: a missing or replaced parcel breaks the chain.
        for batch in batches(items) {
            let input = SealInput { seq: head.seq + 1, prev: head.prev, items: batch };
            let (parcel, SealedPlain { salt, plain }) = seal_and_keep(&input, &key, &self.signing, entropy)?;
            head.seq += 1;
            head.prev = parcel.core_hash();
            self.authored.remember(head.prev, OpenedPlain { salt, plain });
            if let Some(grant) = &mut head.grant {
                grant.parcels += 1;
            }
            parcels.push(parcel);
        }
        Ok(Authored { grant: made, parcels, head })
    }

    /// Plaintext of a parcel that these keys have just sealed, by the hash of its core; each is given once.
    #[must_use]
    pub fn take_authored(&self, core: &Hash) -> Option<OpenedPlain> {
        self.authored.take(core)
    }

    /// The key of the grant in use, where it still serves exactly these readers.
    fn reusable(
        &self,
        (site, grant): (&SiteId, &HeadGrant),
        head: &KeeperHead,
        readers: BTreeSet<KeyId>,
        now: UtcMillis,
    ) -> Result<Option<GrantKey>, AuthorError> {
        if Grant::is_spent(grant.made, now, grant.parcels) {
            return Ok(None);
        }
        let Ok(verified) = Grant::verify(&grant.signed, &self.signing.verifying_key()) else {
            // The grant was made with an earlier signing key of this keeper: a new one is due.
            return Ok(None);
        };
        let header = verified.header();
        if verified.recipients().collect::<BTreeSet<_>>() != readers || header.incarnation != head.incarnation
        {
            return Ok(None);
        }
        let generation = header.generation;
        let key = self.sealing(site, generation).ok_or(AuthorError::NoSealingKey { generation })?;
        if let Some(opened) = self.granted.with(&verified.hash(), Clone::clone) {
            return Ok(Some(opened));
        }
        let opened = verified.open(&key)?;
        self.granted.remember(opened.clone());
        Ok(Some(opened))
    }

    fn readers<'a>(
        &self,
        bundle: &'a Bundle,
        of: &SiteId,
        devices: &'a [SealingPublic],
    ) -> Result<Readers<'a>, AuthorError> {
        let missing = || AuthorError::NotInBundle { site: of.clone() };
        let site = bundle.site_key(of).ok_or_else(missing)?;
        let recovery = bundle.recovery_key(of).ok_or_else(missing)?;
        self.catch_up(bundle);
        // Without it the keeper could not read its own parcels when the next one is due.
        self.sealing(of, site.generation).ok_or(AuthorError::NoSealingKey { generation: site.generation })?;
        let keys = [&site.key, recovery].into_iter().chain(devices).collect();
        Ok(Readers { generation: site.generation, keys })
    }
}

struct Readers<'a> {
    generation: u32,
    keys: Vec<&'a SealingPublic>,
}

impl Readers<'_> {
    fn ids(&self) -> BTreeSet<KeyId> {
        self.keys.iter().map(|key| key.id()).collect()
    }
}

fn no_of(grant: &Signed) -> Result<u32, GrantError> {
    Ok(Grant::peek(grant)?.no)
}

/// Splits items, in their order, into batches that each fit into one parcel.
#[must_use]
pub fn batches(items: &[Item]) -> Vec<&[Item]> {
    let room = PARCEL_MAX_PLAIN_BYTES - AROUND_ITEMS_BYTES;
    let (mut out, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, item) in items.iter().enumerate() {
        let len = item.encoded_len();
        if at > start && (bytes + len > room || at - start >= PARCEL_MAX_ITEMS) {
            out.push(&items[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += len;
    }
    if start < items.len() {
        out.push(&items[start..]);
    }
    out
}

#[cfg(test)]
mod tests;
