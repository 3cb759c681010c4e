//! Other phones of the participant: which ask to use this diary, which were added. Letting one in is an entry like any
//! other, so that it is never lost; whether it counts is the keeper's to say, who knows the digits.

use std::collections::{BTreeMap, BTreeSet};

use super::{Circumstances, Diary, DiaryError};
use crate::act::ActContent;
use crate::entry::{Content, PhoneApproval};
use crate::ids::{EntryId, Hash, KeyId};
use crate::keys::SixDigits;
use crate::record::histories;
use crate::store::PhoneNews;
use crate::time::UtcMillis;

/// Another phone of the participant, or of somebody who says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OtherPhone {
    /// Id of its signing key.
    pub device: KeyId,
    /// When it asked, by the keeper's clock.
    pub asked: Option<UtcMillis>,
    /// Digits were typed here, or on another phone, after it had asked.
    pub approved: bool,
    /// When it was added.
    pub added: Option<UtcMillis>,
    /// When it was taken away or turned away.
    pub ended: Option<UtcMillis>,
}

impl OtherPhone {
    /// Whether it waits.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.asked.is_some() && self.added.is_none() && self.ended.is_none()
    }
}

impl Diary {
    /// The participant's other phones, in the order in which they asked.
    ///
    /// # Errors
    /// When the store refuses.
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

    /// Lets the phone that shows `digits` use this diary.
    ///
    /// # Errors
    /// [`DiaryError::NoPhoneAsks`] where none does, [`DiaryError::OtherDigits`] where none that does shows these.
    pub fn approve(&mut self, digits: SixDigits, tap: &Circumstances<'_>) -> Result<EntryId, DiaryError> {
        let phones = self.other_phones()?;
        let asking: Vec<KeyId> =
            phones.iter().filter(|phone| phone.asks()).map(|phone| phone.device).collect();
        if asking.is_empty() {
            return Err(DiaryError::NoPhoneAsks);
        }
        let checks = self.checks()?;
        // A keeper of before says no digits of a phone: there the keeper alone can tell.
        let may_show =
            |device: &KeyId| checks.get(device).is_none_or(|checks| checks.contains(&digits.check(*device)));
        if !asking.iter().any(may_show) {
            return Err(DiaryError::OtherDigits);
        }
        let content = Content::PhoneApproval(PhoneApproval { asking, digits: digits.number() });
        Ok(self.record(content, None, None, None, tap)?.entry)
    }

    /// What the digits of each phone that asked are told by; after it joined by another link they are others.
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
