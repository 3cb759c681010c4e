//! Downlink: items that the keeper sends to a participant's phones. [`plan`] decides which items are due to which
//! readers; here they are read and sealed, one set of readers at a time, and nothing is written.

pub mod plan;

use chrono::NaiveTime;
use diary_core::ids::SiteId;
use diary_core::keys::{Bundle, Certificate, HistoryScope};
use diary_core::time::{DiaryDay, UtcMillis, Zone};

use crate::context::Context;
use crate::context::active::StartError;
use crate::keys::KeeperKeys;
use diary_store::{DeviceRow, DeviceState, KeeperAppend, PendingNotice, StoreError, VaultMerge};
use plan::{Asking, DownlinkState, Past, Reader};

/// Context in which downlink parcels are made.
pub struct Teller<'a> {
    /// Database, clock and randomness.
    pub context: &'a Context,
    /// The site's keys.
    pub keys: &'a KeeperKeys,
    /// Bundle that names the trusted keys.
    pub bundle: &'a Bundle,
}

impl Teller<'_> {
    /// Next items for the phones of a vault, sealed; a merge without items when none are due. `None` while a parcel
    /// of the keeper's own waits to be merged, or what is due cannot be sealed: the plan depends on it.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn next(
        &self,
        pending: &PendingNotice,
        now: UtcMillis,
    ) -> Result<Option<VaultMerge>, StoreError> {
        let vault = pending.vault;
        // The head is read before the record, and the append is conditional on it: a parcel written in between makes
        // the append fail instead of being missed by the plan.
        let state = self.context.store().keeper_state(vault).await?;
        let mut stored = self.context.store().load_record(vault).await?;
        if plan::is_unsettled(&stored.keeper, state.head.incarnation) {
            return Ok(None);
        }
        let rows = self.context.store().devices(vault).await?;
        plan::without_floods(&mut stored.plans, |key| rows.iter().any(|row| row.key == key));
        let certified: Vec<(&DeviceRow, Certificate)> = rows
            .iter()
            .filter(|row| row.state == DeviceState::Confirmed)
            .filter_map(|row| Some((row, Certificate::verify(row.certificate.as_ref()?, self.bundle).ok()?)))
            .collect();
        let all = certified.iter().all(|(_, certificate)| certificate.history == HistoryScope::All);
        let calendar = if all { None } else { self.calendar(&state.site).await? };
        let (zone, cut) = calendar.unwrap_or((Zone::UTC, NaiveTime::MIN));
        let readers: Vec<Reader> = certified
            .into_iter()
            .map(|(row, certificate)| reader(row, &certificate, DiaryDay::at(certificate.issued, zone, cut)))
            .collect();
        let root = self.keys.root_fingerprint();
        let asking: Vec<Asking> = rows
            .iter()
            .filter(|row| row.state == DeviceState::Pending && row.join.is_some())
            .map(|row| Asking {
                device: row.key,
                joined: row.joined,
                digits: row.digits(&root).map(|digits| digits.check(row.key)),
            })
            .collect();
        let owed = plan::owed(&DownlinkState {
            vault,
            plans: &stored.plans,
            keeper: &stored.keeper,
            readers: &readers,
            asking: &asking,
            last_counter: state.last_counter,
        });
        let done = VaultMerge {
            vault,
            outcomes: Vec::new(),
            reply: None,
            notice: Some(pending.mark),
            backed_up: None,
            status: None,
            at: now,
        };
        let Some((first, rest)) = owed.split_first() else { return Ok(Some(done)) };
        let to: Vec<_> = readers
            .iter()
            .filter(|reader| first.readers.contains(&reader.key))
            .map(|reader| reader.sealing.clone())
            .collect();
        let authored = self.keys.author_parcel(
            self.bundle,
            vault,
            &state,
            &to,
            &first.items,
            now,
            self.context.random(),
        );
        match authored {
            Ok(authored) => {
                let (after, counter) = (state.head, first.counter);
                let reply = Some(KeeperAppend { vault, after, authored, counter, at: now });
                Ok(Some(VaultMerge { reply, notice: done.notice.filter(|_| rest.is_empty()), ..done }))
            }
            Err(error) => {
                tracing::error!(%vault, %error, "phones cannot be told what they are owed");
                Ok(None)
            }
        }
    }

    /// Calendar of the site: its zone, and the time at which a diary day ends. `None` where no study can be read.
    async fn calendar(&self, site: &SiteId) -> Result<Option<(Zone, NaiveTime)>, StoreError> {
        let study = match self.context.active().await {
            Ok(active) => active.newest_named(),
            Err(StartError::Store(error)) => return Err(error),
            Err(_) => None,
        };
        Ok(study
            .map(|study| (study.site(site).map_or(Zone::UTC, |site| site.zone), study.day_cut().to_chrono())))
    }
}

/// Reader for a confirmed phone, and its access to the past, where it was admitted on the diary day `today`.
fn reader(row: &DeviceRow, certificate: &Certificate, today: DiaryDay) -> Reader {
    let past = match certificate.history {
        HistoryScope::All => Past::Everything,
        HistoryScope::Days(days) => Past::From(today.plus_days(1 - i64::from(days))),
        HistoryScope::None => Past::Nothing(today),
    };
    Reader { key: row.key, sealing: row.sealing.clone(), issued: certificate.issued, past }
}

#[cfg(test)]
mod tests;
