//! The record as a page shows it, with its version: the number of acts.

use diary_core::act::ActContent;
use diary_core::entry::MedicationRef;
use diary_core::ids::ActId;
use diary_core::record::TrialRecord;
use diary_core::study::regimen::{Regimen, Stretch};
use diary_core::time::{DiaryDay, Zone};
use diary_store::Participant;

use crate::pages::access::Action;
use crate::pages::context::PageContext;
use crate::site::acts::list::ActVersion;
use crate::site::acts::policy::is_about_study_drug;
use crate::site::acts::{ActLine, ActState};
use crate::site::{ActiveStudy, StaffError};

/// The record of a participant, read for a page.
pub(in crate::pages) struct PlanState {
    /// The participant.
    pub(in crate::pages) participant: Participant,
    /// The study in force.
    pub(in crate::pages) setting: ActiveStudy,
    /// Zone of the participant's site.
    pub(in crate::pages) zone: Zone,
    /// Civil day there.
    pub(in crate::pages) today: DiaryDay,
    /// Acts with their histories.
    pub(in crate::pages) acts: Vec<ActLine>,
    /// The record.
    pub(in crate::pages) record: TrialRecord,
    /// The regimen.
    pub(in crate::pages) regimen: Regimen,
    /// The reader may see doses of the study drug.
    pub(in crate::pages) sees_drug: bool,
    /// The reader may record acts.
    pub(in crate::pages) may_record: bool,
}

impl PlanState {
    /// Reads the record. The row of the audit trail is written first.
    pub(in crate::pages) async fn read(
        ctx: &PageContext,
        participant: &Participant,
    ) -> Result<Self, StaffError> {
        let site = ctx.site();
        let acts = site.acts().on(&ctx.viewer.account, participant).list().await?;
        let record = site.record(participant.vault).await?;
        let regimen = record.regimen();
        let setting = site.setting().await?;
        let zone = setting.zone(&participant.site);
        let right = |action| ctx.viewer.sites(action).contains(&participant.site);
        Ok(Self {
            participant: participant.clone(),
            zone,
            today: DiaryDay(zone.local(site.now()).date()),
            setting,
            acts,
            record,
            regimen,
            sees_drug: right(Action::SeeStudyDrug),
            may_record: right(Action::RecordActs),
        })
    }

    /// Version of the record: the number of its acts.
    pub(in crate::pages) fn seen(&self) -> usize {
        self.acts.iter().map(|line| line.versions.len()).sum()
    }

    /// Acts that hold or are planned, with their contents.
    pub(in crate::pages) fn in_force(&self) -> impl Iterator<Item = (&ActVersion, ActState)> {
        let holds = |line: &&ActLine| matches!(line.state, ActState::Holds | ActState::Planned);
        self.acts
            .iter()
            .filter(holds)
            .filter_map(|line| Some((line.versions.last()?, line.state)))
            .filter(|(version, _)| self.may_show(&version.content))
    }

    /// Versions made after the first `seen` ones, oldest first.
    pub(in crate::pages) fn since(&self, seen: usize) -> Vec<&ActVersion> {
        let mut all: Vec<&ActVersion> = self.acts.iter().flat_map(|line| &line.versions).collect();
        all.sort_by_key(|version| version.counter);
        all.into_iter().skip(seen).collect()
    }

    /// The act one of whose versions has this id.
    pub(in crate::pages) fn act(&self, id: ActId) -> Option<&ActLine> {
        self.acts.iter().find(|line| line.versions.iter().any(|version| version.act == id))
    }

    /// True if the reader may see what an act says.
    pub(in crate::pages) fn may_show(&self, content: &ActContent) -> bool {
        let is_drug = |id| {
            let line = self.regimen.line(id);
            line.is_some_and(|line| line.stretches.iter().any(|of| self.is_drug(&of.medication)))
        };
        self.sees_drug || !is_about_study_drug(content, is_drug)
    }

    /// True if a stretch of the regimen may be shown to the reader.
    pub(in crate::pages) fn may_show_line(&self, of: &Stretch) -> bool {
        self.may_show_medication(&of.medication)
    }

    /// True if a medication may be shown to the reader.
    pub(in crate::pages) fn may_show_medication(&self, medication: &MedicationRef) -> bool {
        self.sees_drug || !self.is_drug(medication)
    }

    fn is_drug(&self, medication: &MedicationRef) -> bool {
        let study = &self.setting.study;
        let drug = study.study_drug();
        drug.is_some() && study.medication_of(medication) == drug
    }
}
