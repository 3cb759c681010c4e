//! Acts of staff that change a record: anchors, regimens, visits, infusions. Whether one is allowed is decided by pure
//! functions against the study and the record; then it is sealed into the vault's log.

use diary_core::act::{Act, ActContent};
use diary_core::ids::{ActId, AnchorId, LineId};
use diary_core::keys::Bundle;
use diary_core::measure::{DOSE_MAX, Decimal, Quantity};
use diary_core::parcel::Item;
use diary_core::record::TrialRecord;
use diary_core::study::Study;
use diary_core::study::regimen::Regimen;
use diary_core::time::{DAY_MS, DiaryDay, UtcMillis};

use super::append::Appendix;
use super::regimen::{RegimenInput, RegimenPlan, plan_regimen};
use super::trail::{self, Code};
use super::{Account, Desk, Setting, StaffError, check_reason};
use crate::store::{KeeperState, Participant};

/// Longest infusion that is taken for one.
const INFUSION_MAX_MS: i64 = 7 * DAY_MS;

/// What staff say about an infusion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfusionInput {
    /// The anchor of its cycle.
    pub cycle: AnchorId,
    /// Day of the cycle, from 1.
    pub day: u16,
    /// Start.
    pub start: UtcMillis,
    /// Stop, once known.
    pub stop: Option<UtcMillis>,
    /// Dose given.
    pub dose: Quantity,
}

impl Desk {
    /// Sets, moves or takes away an anchor.
    ///
    /// # Errors
    /// [`StaffError::UnknownAnchor`], [`StaffError::AnchorReason`], [`StaffError::AnchorSame`].
    pub async fn set_anchor(
        &self,
        by: &Account,
        participant: &Participant,
        anchor: &AnchorId,
        date: Option<DiaryDay>,
        reason: Option<&str>,
    ) -> Result<(), StaffError> {
        let setting = self.setting().await?;
        self.act(by, participant, &setting.bundle, Code::ActAnchor, reason, |record| {
            plan_anchor(&setting.study, record, anchor, date, reason)
        })
        .await?;
        Ok(())
    }

    /// Changes the regimen; `confirmed` where a person said that what is asked is meant. Gives the regimen as it is then.
    ///
    /// # Errors
    /// [`StaffError::Regimen`], [`StaffError::RegimenUnusual`].
    pub async fn set_regimen(
        &self,
        by: &Account,
        participant: &Participant,
        input: &RegimenInput,
        confirmed: bool,
    ) -> Result<Regimen, StaffError> {
        let setting = self.setting().await?;
        let today = self.site_day(&setting);
        self.act(by, participant, &setting.bundle, Code::ActRegimen, None, |record| {
            let id = || LineId::from_bytes(self.random().array());
            match plan_regimen(&setting.study, &record.regimen(), input, today, id) {
                RegimenPlan::Set(change) => Ok(ActContent::Regimen(change)),
                RegimenPlan::Refuse(lines) => Err(StaffError::Regimen { lines }),
                RegimenPlan::Ask(change, _) if confirmed => Ok(ActContent::Regimen(change)),
                RegimenPlan::Ask(_, lines) => Err(StaffError::RegimenUnusual { lines }),
            }
        })
        .await?;
        Ok(self.record(participant.vault).await?.regimen())
    }

    /// The civil day at the site.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn today(&self) -> Result<DiaryDay, StaffError> {
        let setting = self.setting().await?;
        Ok(self.site_day(&setting))
    }

    /// The civil day at the site.
    pub(super) fn site_day(&self, setting: &Setting) -> DiaryDay {
        DiaryDay(setting.zone(&self.keys).local(self.now()).date())
    }

    /// Records a visit.
    ///
    /// # Errors
    /// [`StaffError::VisitKind`].
    pub async fn add_visit(
        &self,
        by: &Account,
        participant: &Participant,
        date: DiaryDay,
        kind: &str,
        reason: Option<&str>,
    ) -> Result<(), StaffError> {
        // A kind follows the rule for codes of the study: the same letters, the same length.
        kind.parse::<AnchorId>().map_err(|_| StaffError::VisitKind)?;
        let setting = self.setting().await?;
        // A visit to come is planned; it changes nothing until it is held.
        let held = date <= self.site_day(&setting);
        let content = ActContent::Visit { date, kind: kind.to_owned(), held };
        self.act(by, participant, &setting.bundle, Code::ActVisit, reason, |_| Ok(content.clone())).await?;
        Ok(())
    }

    /// Records an infusion.
    ///
    /// # Errors
    /// [`StaffError::UnknownAnchor`], [`StaffError::Infusion`].
    pub async fn add_infusion(
        &self,
        by: &Account,
        participant: &Participant,
        infusion: &InfusionInput,
        reason: Option<&str>,
    ) -> Result<(), StaffError> {
        let setting = self.setting().await?;
        let now = self.now();
        self.act(by, participant, &setting.bundle, Code::ActInfusion, reason, |_| {
            plan_infusion(&setting.study, infusion, now)
        })
        .await?;
        Ok(())
    }

    pub(super) async fn act(
        &self,
        by: &Account,
        participant: &Participant,
        bundle: &Bundle,
        code: Code,
        reason: Option<&str>,
        decide: impl Fn(&TrialRecord) -> Result<ActContent, StaffError>,
    ) -> Result<ActContent, StaffError> {
        reason.map_or(Ok(()), check_reason)?;
        let vault = participant.vault;
        self.append(bundle, vault, |record, state: &KeeperState| {
            let content = decide(record)?;
            let at = self.now();
            let counter = state.last_counter.max(record.last_counter()) + 1;
            let id = ActId::new(at.0, self.random().array());
            let target = format!("vault={vault} act={id}{}", detail(&content));
            let event = trail::event(by, at, code, target, reason);
            let (by, reason) = (by.as_str().to_owned(), reason.map(str::to_owned));
            let act = Act { id, counter, by, at, reason, content: content.clone(), replaces: None };
            Ok((
                Appendix { items: vec![Item::act(&act)], readers: None, counter, event: Some(event) },
                content,
            ))
        })
        .await
    }
}

/// What the trail's row says beside the ids: codes and numbers of the study, no values.
fn detail(content: &ActContent) -> String {
    match content {
        ActContent::Anchor { anchor, .. } => format!(" anchor={anchor}"),
        ActContent::Regimen(change) => format!(" lines={}", change.lines.len()),
        ActContent::Visit { kind, .. } => format!(" kind={kind}"),
        ActContent::Infusion { cycle, day, .. } => format!(" cycle={cycle} day={day}"),
        ActContent::QuarantineDecision { core, accept } => format!(" core={core} accept={accept}"),
        ActContent::PhoneAsks { device, .. } => format!(" device={device}"),
        ActContent::Adjudicate { primary, .. } => format!(" entry={primary}"),
        ActContent::EndOfParticipation { how, .. } => format!(" end={}", how.code()),
        ActContent::Withdrawn => " withdrawn".to_owned(),
        ActContent::AlertsHandled { rule, entries } => format!(" rule={rule} entries={}", entries.len()),
        ActContent::OtherParticipant { entries } => format!(" entries={}", entries.len()),
        ActContent::TakenOver { from, entries } => format!(" from={from} entries={}", entries.len()),
    }
}

/// Whether an anchor may be set so.
///
/// # Errors
/// Why not.
pub fn plan_anchor(
    study: &Study,
    record: &TrialRecord,
    anchor: &AnchorId,
    date: Option<DiaryDay>,
    reason: Option<&str>,
) -> Result<ActContent, StaffError> {
    known_anchor(study, anchor)?;
    let anchor = anchor.clone();
    match (record.anchors().get(&anchor).copied(), date) {
        (present, date) if present == date => Err(StaffError::AnchorSame { anchor, date }),
        (Some(present), _) if reason.is_none() => {
            Err(StaffError::AnchorReason { anchor, date: Some(present) })
        }
        (Some(_) | None, date) => Ok(ActContent::Anchor { anchor, date }),
    }
}

fn known_anchor(study: &Study, anchor: &AnchorId) -> Result<(), StaffError> {
    if study.anchor(anchor).is_some() {
        return Ok(());
    }
    let known = study.anchors().iter().map(|anchor| anchor.id.clone()).collect();
    Err(StaffError::UnknownAnchor { anchor: anchor.clone(), known })
}

/// Whether an infusion can have been so.
///
/// # Errors
/// Why not.
pub fn plan_infusion(
    study: &Study,
    infusion: &InfusionInput,
    now: UtcMillis,
) -> Result<ActContent, StaffError> {
    let InfusionInput { cycle, day, start, stop, dose } = infusion.clone();
    known_anchor(study, &cycle)?;
    let refuse = |problem: String| Err(StaffError::Infusion { problem });
    let days: Vec<u16> = study.anchor(&cycle).map(|anchor| anchor.infusion_days.clone()).unwrap_or_default();
    // The study counts from 0 at the anchor, people from 1.
    let from_one: Vec<String> = days.iter().map(|offset| (offset + 1).to_string()).collect();
    if day == 0 || (!days.is_empty() && !days.contains(&(day - 1))) {
        return refuse(format!(
            "{cycle} has no infusion on its day {day}, but on days {}",
            from_one.join(", ")
        ));
    }
    if dose.value <= Decimal::from(0) || dose.value > DOSE_MAX {
        return refuse(format!("dose {}: more than 0 and at most {DOSE_MAX} is needed", dose.value));
    }
    if start > now {
        return refuse("it starts in the future; record it once it has begun".to_owned());
    }
    match stop {
        Some(stop) if stop <= start => refuse("it stops before it starts".to_owned()),
        Some(stop) if stop.since_ms(start) > INFUSION_MAX_MS => {
            refuse("it lasts more than 7 days; check the dates".to_owned())
        }
        Some(_) | None => Ok(ActContent::Infusion { start, stop, dose, cycle, day }),
    }
}
