//! Entries that were made under the wrong participant: the site marks them as not theirs, and by a separate decision
//! takes them over into the right record. They stay in their vault and are visible in both records.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::ActContent;
use diary_core::counter::Counter;
use diary_core::ids::EntryId;
use diary_core::parcel::{Item, PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES};
use diary_core::record::{TrialRecord, of_others};

use crate::audit::{self as trail, Code};
use crate::site::acts::ParticipantActs;
use crate::site::acts::before::{Before, entry_named, short};
use crate::site::acts::{ActError, MadeAct, Planned, Saying};
use crate::site::{StaffError, check_reason};
use diary_store::Participant;

/// Space left in a parcel for the act and the parcel's header, in bytes.
const ROOM_BYTES: usize = 16 * 1024;

impl ParticipantActs<'_> {
    /// Marks the entries whose ids end so as made under the wrong participant.
    ///
    /// # Errors
    /// [`ActError::NoEntry`], [`ActError::MarkedBefore`], [`StaffError::ReasonForm`].
    pub async fn mark_not_theirs(self, named: &[String], reason: &str) -> Result<MadeAct, StaffError> {
        check_reason(reason)?;
        let saying = Saying::because(reason);
        self.make(saying, |before| {
            let entries = entries(before.record, named)?;
            let marked = of_others(before.record.acts().map(|(act, _)| act));
            if let Some(entry) = entries.iter().find(|entry| marked.contains(entry)) {
                return Err(ActError::MarkedBefore { entry: short(entry) }.into());
            }
            Ok(ActContent::OtherParticipant { entries }.into())
        })
        .await
    }

    /// Takes entries that are marked as not theirs over from `wrong` into the record of the participant, with all their versions.
    ///
    /// # Errors
    /// [`ActError::NoEntry`], [`ActError::NotMarked`], [`ActError::TakenBefore`], [`ActError::TooMany`],
    /// [`StaffError::ReasonForm`].
    pub async fn take_over(
        self,
        wrong: &Participant,
        named: &[String],
        reason: &str,
    ) -> Result<MadeAct, StaffError> {
        check_reason(reason)?;
        let right = self.participant;
        if right.vault == wrong.vault {
            return Err(ActError::SameParticipant.into());
        }
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, wrong.vault).await?;
        let from = self.record(wrong.vault).await?;
        let entries = entries(&from, named)?;
        let marked = of_others(from.acts().map(|(act, _)| act));
        if let Some(entry) = entries.iter().find(|entry| !marked.contains(entry)) {
            return Err(ActError::NotMarked { entry: short(entry), subject: wrong.subject.clone() }.into());
        }
        let beside = versions(&from, &entries)?;
        let saying = Saying::because(reason);
        let made = self
            .make_with(saying, |before| {
                let there: BTreeSet<EntryId> =
                    before.record.revisions().map(|held| held.encoded.revision().entry).collect();
                if let Some(entry) = entries.iter().find(|entry| there.contains(entry)) {
                    return Err(ActError::TakenBefore {
                        entry: short(entry),
                        subject: right.subject.clone(),
                    }
                    .into());
                }
                let content = ActContent::TakenOver { from: wrong.vault, entries: entries.clone() };
                Ok((Planned::from(content), beside.clone()))
            })
            .await?;
        // One row of the audit trail names both participants.
        let target = format!("vault={} to={} act={}", wrong.vault, right.vault, made.act.id);
        self.note(trail::event(self.by, self.now(), Code::ActTakenOver, target, Some(reason))).await?;
        Ok(made)
    }

    /// As [`Self::taken_over_elsewhere`], where the act that is withdrawn marked entries as another participant's; other
    /// acts make no entry count again, so no other record is read.
    pub(in crate::site) async fn counted_elsewhere(
        &self,
        saying: Saying<'_>,
    ) -> Result<BTreeMap<EntryId, String>, StaffError> {
        let record = self.record(self.participant.vault).await?;
        // An act that cannot be named is refused where the withdrawal is decided.
        let named = Before::of(&record, saying.corrects).ok().and_then(|before| before.corrected);
        match named.map(|act| &act.content) {
            Some(ActContent::OtherParticipant { .. }) => self.taken_over_elsewhere().await,
            Some(_) | None => Ok(BTreeMap::new()),
        }
    }

    /// Entries of the participant that count in the record of another one, with the subject number of that one.
    pub(in crate::site) async fn taken_over_elsewhere(
        &self,
    ) -> Result<BTreeMap<EntryId, String>, StaffError> {
        let mut out = BTreeMap::new();
        for other in self.store().participants().await? {
            if other.vault == self.participant.vault {
                continue;
            }
            let record = self.record(other.vault).await?;
            out.extend(counting_from(&record, self.participant).map(|entry| (entry, other.subject.clone())));
        }
        Ok(out)
    }
}

/// Entries that `record` has taken over from `participant` and that count in it.
fn counting_from(record: &TrialRecord, participant: &Participant) -> impl Iterator<Item = EntryId> {
    let marked = of_others(record.acts().map(|(act, _)| act));
    let taken = record.acts().filter_map(|(act, _)| match &act.content {
        ActContent::TakenOver { from, entries } if *from == participant.vault => Some(entries.clone()),
        _ => None,
    });
    taken.collect::<Vec<_>>().into_iter().flatten().filter(move |entry| !marked.contains(entry))
}

fn entries(record: &TrialRecord, named: &[String]) -> Result<Vec<EntryId>, ActError> {
    let entries: Result<BTreeSet<EntryId>, ActError> =
        named.iter().map(|end| entry_named(record, end)).collect();
    Ok(entries?.into_iter().collect())
}

/// Every version of these entries as an item, with its counter.
fn versions(record: &TrialRecord, entries: &[EntryId]) -> Result<Vec<(Item, Counter)>, ActError> {
    let of = record.revisions().filter(|held| entries.contains(&held.encoded.revision().entry));
    let items: Vec<(Item, Counter)> =
        of.map(|held| (Item::revision(&held.encoded), held.encoded.revision().counter)).collect();
    let bytes: usize = items.iter().map(|(item, _)| item.encoded_len()).sum();
    if items.len() >= PARCEL_MAX_ITEMS || bytes + ROOM_BYTES > PARCEL_MAX_PLAIN_BYTES {
        return Err(ActError::TooMany);
    }
    Ok(items)
}
