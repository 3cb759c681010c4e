//! Worklist of participants that need attention: brings standings up to date and notes in the audit trail that the
//! diaries were viewed. Selection and order are decided in `diary_report::worklist`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::ids::{SiteId, VaultId};
use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::context::active::ActiveStudy;
use crate::site::snapshot::{lent_phones, waiting_phones};
use crate::site::views::standings::{Refresher, fresh};
use crate::site::{StaffError, ViewService};
use diary_core::server_clock::ClockDoubt;
use diary_report::report::outlook::Appointment;
use diary_report::worklist::status::{CurrentStatus, ParticipantStatus};
use diary_report::worklist::{Candidate, Row, Thresholds, rows};
use diary_store::{Participant, Signer, SiteQuery, StoreError, VaultMerge};

/// Standings that are written together.
const TOGETHER: usize = 64;

/// Participants that need attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Worklist {
    /// The sites.
    pub sites: Vec<SiteId>,
    /// Thresholds from which on a participant is listed.
    pub thresholds: Thresholds,
    /// Freshness of the list.
    pub fresh: Freshness,
    /// Reason to doubt the clock under which the list was made.
    pub server_clock: Option<ClockDoubt>,
    /// Number of participants of the sites.
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

/// The worklist with what is due on these days.
#[derive(Clone, Debug)]
pub struct WorkingDay {
    /// Participants that need attention.
    pub worklist: Worklist,
    /// Visits and planned infusions with the subject of each, by day.
    pub appointments: Vec<(Appointment, String)>,
    /// Participants with the last contact of each.
    pub contacts: Vec<(String, VaultId, Option<UtcMillis>)>,
    /// Site of each participant, by subject number.
    pub site_of: BTreeMap<String, SiteId>,
}

/// A phone that has not reported the newest version of the study.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhoneBehind {
    /// Subject number.
    pub subject: String,
    /// Number of the phone on the report.
    pub number: u16,
    /// Version that it reported last; `None` where it has reported nothing yet.
    pub version: Option<u32>,
}

impl ViewService<'_> {
    /// Participants that need attention. The row of the audit trail is written before the list is made.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn worklist(self, by: &Account, thresholds: Thresholds) -> Result<Worklist, StaffError> {
        Ok(self.working_day(by, thresholds, None).await?.worklist)
    }

    /// The worklist of `sites`, or of all, with the appointments and the last contacts of the same participants. The row of
    /// the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn working_day(
        self,
        by: &Account,
        thresholds: Thresholds,
        sites: Option<&BTreeSet<SiteId>>,
    ) -> Result<WorkingDay, StaffError> {
        let now = self.now();
        let target =
            format!("days={} percent={}", thresholds.days_without_contact, thresholds.completion_percent);
        self.look(trail::event(by, now, Code::WorklistView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let participants = match sites {
            None => self.store().participants_with_status().await?,
            Some(sites) => self.store().participants_at(SiteQuery::all(sites.clone())).await?,
        };
        let count = participants.len();
        let site_of = participants.iter().map(|one| (one.subject.clone(), one.site.clone())).collect();
        let is_asked = |site: &&SiteId| sites.is_none_or(|sites| sites.contains(*site));
        let (standings, brought_up_to_date) = self.standings(&setting, participants, now).await?;
        let pending = waiting_phones(&self.store().pending_devices().await?);
        let mut lent = lent_phones(&self.store().lent_devices().await?);
        let candidates = standings.into_iter().filter_map(|(participant, standing)| {
            Some(Candidate {
                status: standing.at(now)?,
                pending: pending.get(&participant.vault).copied(),
                lent: lent.remove(&participant.vault).unwrap_or_default(),
                subject: participant.subject,
                vault: participant.vault,
                added: participant.added,
            })
        });
        let candidates: Vec<Candidate> = candidates.collect();
        let contact = |one: &Candidate| (one.subject.clone(), one.vault, one.status.last_contact);
        let visits = |one: &Candidate| {
            let subject = one.subject.clone();
            one.status.appointments.clone().into_iter().map(move |visit| (visit, subject.clone()))
        };
        let contacts = candidates.iter().map(contact).collect();
        let mut appointments: Vec<(Appointment, String)> = candidates.iter().flat_map(visits).collect();
        appointments.sort();
        let worklist = Worklist {
            sites: setting.bundle.kept_sites().filter(is_asked).cloned().collect(),
            thresholds,
            fresh: Freshness { received_until: now, brought_up_to_date },
            server_clock: self.upkeep().clock().await?.doubt(now),
            participants: count,
            rows: rows(candidates, thresholds, now),
        };
        Ok(WorkingDay { worklist, appointments, contacts, site_of })
    }

    /// Some participants of `query` with their status now. The row of the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn participant_list(
        self,
        by: &Account,
        query: SiteQuery,
    ) -> Result<Vec<(Participant, Option<CurrentStatus>)>, StaffError> {
        let now = self.now();
        self.look(trail::event(by, now, Code::WorklistView, "participants".to_owned(), None)).await?;
        let setting = self.setting().await?;
        let (standings, _) =
            self.standings(&setting, self.store().participants_at(query).await?, now).await?;
        Ok(standings.into_iter().map(|(participant, standing)| (participant, standing.at(now))).collect())
    }

    /// Phones in use that have not reported the newest version of the study, of the participants of `sites`, by subject
    /// number. Phones of a record that is unreadable or too large are unknown and left out.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn phones_behind(self, sites: &BTreeSet<SiteId>) -> Result<Vec<PhoneBehind>, StaffError> {
        let (now, setting) = (self.now(), self.setting().await?);
        let newest = setting.bundle.newest_study().map_or(0, |study| study.version);
        let participants = self.store().participants_at(SiteQuery::all(sites.clone())).await?;
        let (standings, _) = self.standings(&setting, participants, now).await?;
        let mut behind = Vec::new();
        for (participant, standing) in standings {
            let studies = standing.at(now).map(|status| status.studies).unwrap_or_default();
            let old =
                studies.into_iter().filter(|(_, version)| version.is_none_or(|version| version < newest));
            behind.extend(old.map(|(number, version)| PhoneBehind {
                subject: participant.subject.clone(),
                number,
                version,
            }));
        }
        Ok(behind)
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
