//! Other phones of the participant, asking or admitted. An approval is an ordinary entry, so that it is never
//! lost; the keeper, which knows the digits, decides whether it counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Circumstances, Diary, DiaryError};
use crate::act::ActContent;
use crate::entry::{Content, PhoneApproval};
use crate::ids::{EntryId, Hash, KeyId};
use crate::keys::ShortAuthString;
use crate::record::histories;
use crate::store::PhoneNews;
use crate::time::UtcMillis;

/// Another phone, claimed to be of the same participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OtherPhone {
    /// Id of its signing key.
    pub device: KeyId,
    /// Instant at which it asked, by the keeper's clock.
    pub asked: Option<UtcMillis>,
    /// True if digits were entered on a phone of this diary after it had asked.
    pub approved: bool,
    /// Instant of its addition.
    pub added: Option<UtcMillis>,
    /// Instant of its removal or refusal.
    pub ended: Option<UtcMillis>,
}

impl OtherPhone {
    /// True while it waits for an approval.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.asked.is_some() && self.added.is_none() && self.ended.is_none()
    }
}

impl Diary {
    /// The participant's other phones, in the order of their requests.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn other_phones(&self) -> Result<Vec<OtherPhone>, DiaryError> {
        let own = self.device.signing.id();
        let mut asked: BTreeMap<KeyId, UtcMillis> = BTreeMap::new();
        for act in self.store.acts()? {
            if let ActContent::PhoneAsks { device, joined, .. } = act.content {
                asked.insert(device, joined);
            }
        }
        let known: BTreeMap<KeyId, PhoneNews> =
            self.store.other_phones()?.into_iter().map(|news| (news.device, news)).collect();
        let approved = self.approved()?;
        let every: BTreeSet<KeyId> = asked.keys().chain(known.keys()).copied().collect();
        let mut out: Vec<OtherPhone> = every
            .into_iter()
            .filter(|device| *device != own)
            .map(|device| OtherPhone {
                device,
                asked: asked.get(&device).copied(),
                approved: approved.contains(&device),
                added: known.get(&device).and_then(|news| news.added),
                ended: known.get(&device).and_then(|news| news.ended),
            })
            .collect();
        out.sort_by_key(|phone| (phone.asked, phone.added, phone.device));
        Ok(out)
    }

    /// Approves the phone that shows `digits`.
    ///
    /// # Errors
    /// [`DiaryError::NoPhoneAsks`] if none asks, [`DiaryError::OtherDigits`] if none that asks has these
    /// digits.
    pub fn approve(
        &mut self,
        digits: ShortAuthString,
        tap: &Circumstances<'_>,
    ) -> Result<EntryId, DiaryError> {
        let phones = self.other_phones()?;
        let asking: Vec<KeyId> =
            phones.iter().filter(|phone| phone.asks()).map(|phone| phone.device).collect();
        if asking.is_empty() {
            return Err(DiaryError::NoPhoneAsks);
        }
        let checks = self.checks()?;
        // An older keeper sends no hash of the digits; the keeper alone can then compare them.
        let may_show =
            |device: &KeyId| checks.get(device).is_none_or(|checks| checks.contains(&digits.check(*device)));
        if !asking.iter().any(may_show) {
            return Err(DiaryError::OtherDigits);
        }
        let content = Content::PhoneApproval(PhoneApproval { asking, digits: digits.number() });
        Ok(self.record(content, None, None, None, tap)?.entry)
    }

    /// Hashes of the digits of each phone that asked; it has several after joining by another link.
    fn checks(&self) -> Result<BTreeMap<KeyId, BTreeSet<Hash>>, DiaryError> {
        let mut checks: BTreeMap<KeyId, BTreeSet<Hash>> = BTreeMap::new();
        for act in self.store.acts()? {
            if let ActContent::PhoneAsks { device, digits: Some(check), .. } = act.content {
                checks.entry(device).or_default().insert(check);
            }
        }
        Ok(checks)
    }

    fn approved(&self) -> Result<BTreeSet<KeyId>, DiaryError> {
        let revisions = self.store.revisions_of("phone-approval")?;
        let histories = histories(revisions.iter());
        let asking = histories.iter().filter_map(|history| match &history.shown()?.content {
            Content::PhoneApproval(approval) => Some(approval.asking.clone()),
            _ => None,
        });
        Ok(asking.flatten().collect())
    }
}
