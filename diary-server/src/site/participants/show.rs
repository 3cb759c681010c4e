//! Present state of one participant, on one page: subject, phones, anchors, regimen, visits, infusions, the end of
//! the participation, and open findings.

use std::collections::BTreeSet;

use diary_core::act::{Act, ActContent, EndOfParticipation, Interruption};
use diary_core::ids::{ActId, AnchorId, SiteId, VaultId};
use diary_core::measure::Quantity;
use diary_core::record::{TrialRecord, of_others};
use diary_core::study::regimen::Regimen;
use diary_core::text::Text;
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::acts::ActContext;
use crate::site::acts::before::{Before, short};
use crate::site::devices::access::{PhoneView, views};
use crate::site::participants::numbers::{Numbers, numbers};
use crate::site::snapshot::{lent_phones, waiting_phones};
use crate::site::{ParticipantService, StaffError};
use diary_report::report::build;
use diary_report::worklist::status::ParticipantStatus;
use diary_report::worklist::{Candidate, Finding, Thresholds, rows};
use diary_store::Participant;

/// Everything that is in force for one participant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ParticipantView {
    /// Subject number.
    pub subject: String,
    /// Earlier numbers and links.
    pub numbers: Numbers,
    /// Site.
    pub site: SiteId,
    /// The site's zone.
    pub zone: Zone,
    /// The vault.
    pub vault: VaultId,
    /// Time at which the participant was added.
    pub added: UtcMillis,
    /// The day at the site.
    pub today: DiaryDay,
    /// Newest version of the study.
    pub study_version: u32,
    /// Versions under which entries were made.
    pub recorded_under: BTreeSet<u32>,
    /// The phones; those that were turned away are left out.
    #[serde(skip)]
    pub phones: Vec<PhoneView>,
    /// First diary day, where one is known.
    pub first_day: Option<DiaryDay>,
    /// Last contact of a phone.
    pub last_contact: Option<UtcMillis>,
    /// Entries of the record.
    pub entries: usize,
    /// Every anchor of the study.
    pub anchors: Vec<AnchorShown>,
    /// The regimen.
    #[serde(skip)]
    pub regimen: Regimen,
    /// Visits, held and planned.
    pub visits: Vec<VisitShown>,
    /// Infusions.
    pub infusions: Vec<InfusionShown>,
    /// The end of the participation.
    pub end: Option<EndShown>,
    /// Entries that the site has marked as another participant's.
    pub not_theirs: Vec<String>,
    /// Entries that were taken over from others.
    pub taken_over: Vec<TakenOverShown>,
    /// Findings that need attention, as on the worklist.
    pub findings: Vec<Finding>,
    /// Parcels that wait or are in quarantine.
    pub aside: usize,
}

/// Author, time and reason of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SetBy {
    /// Account.
    pub by: String,
    /// Time of the act.
    pub at: UtcMillis,
    /// The act.
    pub act: ActId,
    /// The end of its id.
    pub short: String,
    /// Reason given for it.
    pub reason: Option<String>,
}

impl SetBy {
    fn of(act: &Act) -> Self {
        let (by, reason) = (act.by.clone(), act.reason.clone());
        Self { by, at: act.at, act: act.id, short: short(act.id), reason }
    }
}

/// An anchor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AnchorShown {
    /// Id of the anchor.
    pub anchor: AnchorId,
    /// Its name.
    pub title: Text,
    /// Its day, where it is set, and who set it.
    pub set: Option<(DiaryDay, SetBy)>,
}

/// A visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VisitShown {
    /// Its civil day.
    pub day: DiaryDay,
    /// Its kind.
    pub kind: String,
    /// It took place.
    pub held: bool,
    /// Author and time of the record.
    pub set: SetBy,
}

/// An infusion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct InfusionShown {
    /// The anchor of its cycle.
    pub cycle: AnchorId,
    /// Day of the cycle, from 1.
    pub day: u16,
    /// Start.
    pub start: UtcMillis,
    /// Stop, once known.
    pub stop: Option<UtcMillis>,
    /// Dose.
    pub dose: Quantity,
    /// Interruptions.
    pub interruptions: Vec<Interruption>,
    /// The dose is in a unit that is none of the study drug's.
    pub other_unit: bool,
    /// Author and time of the record.
    pub set: SetBy,
}

/// The end of the participation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EndShown {
    /// Kind of the end.
    pub how: EndOfParticipation,
    /// Last day.
    pub last: DiaryDay,
    /// Author and time of the record.
    pub set: SetBy,
    /// Entries of later days, kept apart for a decision.
    pub later_entries: usize,
}

/// Entries that were taken over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TakenOverShown {
    /// The vault that they were made in.
    pub from: VaultId,
    /// Subject number of that vault.
    pub subject: Option<String>,
    /// The ends of their ids.
    pub entries: Vec<String>,
    /// Author and time of the decision.
    pub set: SetBy,
}

impl ParticipantService<'_> {
    /// Present state of `participant`. The row of the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database, [`StaffError::Report`].
    pub async fn show(self, by: &Account, participant: &Participant) -> Result<ParticipantView, StaffError> {
        let vault = participant.vault;
        self.look(trail::event(by, self.now(), Code::ParticipantView, format!("vault={vault}"), None))
            .await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, participant.vault).await?;
        let light = self.acts().light(&setting, &participant.site);
        let gathered = crate::site::snapshot::gathered(self.reader(&setting.bundle), participant).await?;
        let all = self.store().participants().await?;
        let changes = self.store().people_changes().await?;
        let pending = waiting_phones(&self.store().pending_devices().await?);
        let mut lent = lent_phones(&self.store().lent_devices().await?);
        let phones = views(&self.store().devices(vault).await?);
        let studies = setting.studies();
        let input = gathered.input(&diary_report::snapshot::ReportContext {
            studies,
            now: light.now,
            days: 1,
            until: None,
            zone: light.zone,
        });
        let report = build(&input).map_err(StaffError::Report)?;
        let status = ParticipantStatus::of(&input, gathered.beside).map_err(StaffError::Report)?;
        let candidate = status.at(light.now).map(|status| Candidate {
            subject: participant.subject.clone(),
            vault,
            added: participant.added,
            status,
            pending: pending.get(&vault).copied(),
            lent: lent.remove(&vault).unwrap_or_default(),
        });
        let findings = rows(candidate.into_iter().collect(), Thresholds::default(), light.now);
        let before = Before::of(&gathered.record, None)?;
        Ok(ParticipantView {
            subject: participant.subject.clone(),
            numbers: numbers(vault, &all, &changes),
            site: participant.site.clone(),
            zone: light.zone,
            vault,
            added: participant.added,
            today: light.today(),
            study_version: setting.study.version(),
            recorded_under: versions(&gathered.record),
            phones,
            first_day: report.first_day,
            last_contact: gathered.beside.last_contact,
            entries: gathered.record.histories().len(),
            anchors: anchors(&light, &before),
            regimen: gathered.record.regimen(),
            visits: visits(&before),
            infusions: infusions(&light, &before),
            end: end(&before),
            not_theirs: of_others(gathered.record.acts().map(|(act, _)| act)).iter().map(short).collect(),
            taken_over: taken_over(&before, &all),
            findings: findings.into_iter().flat_map(|row| row.findings).collect(),
            aside: gathered.aside.len(),
        })
    }
}

fn versions(record: &TrialRecord) -> BTreeSet<u32> {
    record.revisions().map(|held| held.encoded.revision().study_version).collect()
}

fn anchors(light: &ActContext<'_>, before: &Before<'_>) -> Vec<AnchorShown> {
    let acts = before.in_force();
    let last = |id: &AnchorId| {
        let found = acts.iter().rev().find_map(|act| match &act.content {
            ActContent::Anchor { anchor, date } if anchor == id => Some((*act, *date)),
            _ => None,
        });
        found.and_then(|(act, date)| Some((date?, SetBy::of(act))))
    };
    let shown = |anchor: &diary_core::study::Anchor| AnchorShown {
        anchor: anchor.id.clone(),
        title: anchor.title.clone(),
        set: last(&anchor.id),
    };
    light.study.anchors().iter().map(shown).collect()
}

fn visits(before: &Before<'_>) -> Vec<VisitShown> {
    let mut found: Vec<VisitShown> = before
        .in_force()
        .into_iter()
        .filter_map(|act| match &act.content {
            ActContent::Visit { date, kind, held } => {
                Some(VisitShown { day: *date, kind: kind.clone(), held: *held, set: SetBy::of(act) })
            }
            _ => None,
        })
        .collect();
    found.sort_by_key(|visit| visit.day);
    found
}

fn infusions(light: &ActContext<'_>, before: &Before<'_>) -> Vec<InfusionShown> {
    let mut found: Vec<InfusionShown> = before
        .infusions()
        .into_iter()
        .map(|one| InfusionShown {
            cycle: one.cycle.clone(),
            day: one.day,
            start: one.start,
            stop: one.stop,
            dose: one.dose.clone(),
            interruptions: one.interruptions.to_vec(),
            other_unit: light.study.is_other_unit_of_infusion(one.dose),
            set: SetBy::of(one.act),
        })
        .collect();
    found.sort_by_key(|one| one.start);
    found
}

fn end(before: &Before<'_>) -> Option<EndShown> {
    let acts = before.in_force();
    let (how, last, act) = acts.into_iter().rev().find_map(|act| match &act.content {
        ActContent::EndOfParticipation { how, last } => Some((*how, *last, act)),
        _ => None,
    })?;
    let marked = of_others(before.record.acts().map(|(act, _)| act));
    let histories = before.record.histories();
    let later = histories.iter().filter(|history| !marked.contains(&history.entry));
    let later_entries = later.filter_map(|history| history.shown()).filter(|shown| shown.day > last).count();
    Some(EndShown { how, last, set: SetBy::of(act), later_entries })
}

fn taken_over(before: &Before<'_>, all: &[Participant]) -> Vec<TakenOverShown> {
    let of = |act: &Act| match &act.content {
        ActContent::TakenOver { from, entries } => Some(TakenOverShown {
            from: *from,
            subject: all.iter().find(|one| one.vault == *from).map(|one| one.subject.clone()),
            entries: entries.iter().map(short).collect(),
            set: SetBy::of(act),
        }),
        _ => None,
    };
    before.in_force().into_iter().filter_map(of).collect()
}
