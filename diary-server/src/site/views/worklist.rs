//! Worklist of participants that need attention: brings standings up to date and notes in the audit trail that the
//! diaries were viewed. Selection and order are decided in `diary_report::worklist`.

use std::sync::Arc;

use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::context::active::ActiveStudy;
use crate::site::snapshot::waiting_phones;
use crate::site::views::standings::{Refresher, fresh};
use crate::site::{StaffError, ViewService};
use diary_core::server_clock::ClockDoubt;
use diary_report::worklist::status::ParticipantStatus;
use diary_report::worklist::{Candidate, Row, Thresholds, rows};
use diary_store::{Participant, Signer, StoreError, VaultMerge};

/// Standings that are written together.
const TOGETHER: usize = 64;

/// Participants that need attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Worklist {
    /// The site.
    pub site: String,
    /// Thresholds from which on a participant is listed.
    pub thresholds: Thresholds,
    /// Freshness of the list.
    pub fresh: Freshness,
    /// Reason to doubt the clock under which the list was made.
    pub server_clock: Option<ClockDoubt>,
    /// Number of participants of the site.
    pub participants: usize,
    /// Participants that need attention, the most urgent first.
    pub rows: Vec<Row>,
}

/// Freshness of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Freshness {
    /// Everything that the keeper had received by then is in it.
    pub received_until: UtcMillis,
    /// Number of participants whose standings were computed anew for it.
    pub brought_up_to_date: usize,
}

impl ViewService<'_> {
    /// Participants that need attention. The row of the audit trail is written before the list is made.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn worklist(self, by: &Account, thresholds: Thresholds) -> Result<Worklist, StaffError> {
        let now = self.now();
        let target =
            format!("days={} percent={}", thresholds.days_without_contact, thresholds.completion_percent);
        self.look(trail::event(by, now, Code::WorklistView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let participants = self.store().participants_with_status().await?;
        let count = participants.len();
        let (standings, brought_up_to_date) = self.standings(&setting, participants, now).await?;
        let pending = waiting_phones(&self.store().pending_devices().await?);
        let candidates = standings.into_iter().filter_map(|(participant, standing)| {
            Some(Candidate {
                status: standing.at(now)?,
                pending: pending.get(&participant.vault).copied(),
                subject: participant.subject,
                vault: participant.vault,
                added: participant.added,
            })
        });
        Ok(Worklist {
            site: self.keeper_keys().site.to_string(),
            thresholds,
            fresh: Freshness { received_until: now, brought_up_to_date },
            server_clock: self.upkeep().clock().await?.doubt(now),
            participants: count,
            rows: rows(candidates.collect(), thresholds, now),
        })
    }

    /// Standings of all participants, and how many of them were computed anew.
    async fn standings(
        &self,
        setting: &ActiveStudy,
        participants: Vec<Participant>,
        now: UtcMillis,
    ) -> Result<(Vec<(Participant, ParticipantStatus)>, usize), StaffError> {
        let newest = setting.study.version();
        let mut all = Vec::with_capacity(participants.len());
        let (mut merges, mut worked_out): (Vec<VaultMerge>, usize) = (Vec::new(), 0);
        // Loading every version of the study is costly, so it is done only if a standing must be computed.
        let mut refresher: Option<Refresher> = None;
        for participant in participants {
            let standing = match fresh(&participant, newest, now) {
                Some(standing) => standing,
                None => {
                    let refresher = refresher.get_or_insert_with(|| {
                        let (keys, bundle) = (self.keeper_keys().clone(), setting.bundle.clone());
                        Refresher::new(
                            self.store().clone(),
                            keys,
                            bundle,
                            Arc::clone(setting.studies()),
                            newest,
                        )
                    });
                    let made = refresher.work_out(&participant, now).await?;
                    merges.push(made.merge);
                    worked_out += 1;
                    made.standing
                }
            };
            all.push((participant, standing));
            if merges.len() >= TOGETHER {
                self.keep(std::mem::take(&mut merges)).await?;
            }
        }
        self.keep(merges).await?;
        Ok((all, worked_out))
    }

    async fn keep(&self, merges: Vec<VaultMerge>) -> Result<(), StaffError> {
        if !merges.is_empty() {
            let signer: Signer = self.keeper_keys().clone();
            match self.store().commit_merge(merges, signer).await {
                // Where the database takes no writes, the standings are computed each time and not stored.
                Ok(_) | Err(StoreError::Moving | StoreError::Moved | StoreError::Clock { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    }
}
