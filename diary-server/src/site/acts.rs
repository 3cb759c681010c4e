//! Acts of staff that change a record: anchors, regimens, visits, infusions, the end of the participation,
//! corrections and withdrawals of these. Pure functions decide against the study and the record if one is allowed and
//! what must be confirmed first; then it is sealed into the vault's log.

pub mod adjudicate;
mod alerts;
pub mod before;
pub mod context;
mod entries;
pub mod error;
pub mod interrupt;
mod interruptions;
pub mod list;
pub mod plan;
pub mod plausible;
pub mod policy;
pub mod question;
pub mod regimen;

pub use context::{ActContext, Planned};
pub use error::ActError;
pub use interrupt::InterruptionInput;
pub use list::{ActLine, ActState};
pub use question::Question;

use std::ops::Deref;

use diary_core::act::{Act, ActContent, ActKind, EndOfParticipation, Interruption};
use diary_core::counter::Counter;
use diary_core::ids::{ActId, AnchorId, LineId, SiteId};
use diary_core::measure::Quantity;
use diary_core::parcel::Item;
use diary_core::record::TrialRecord;
use diary_core::time::{DiaryDay, UtcMillis};

use super::append::Appendix;
use super::{ActService, StaffError, check_reason};
use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::context::active::ActiveStudy;
use before::Before;
use diary_store::{KeeperState, Participant};
use policy::{code, detail};
use question::Dated;
use regimen::{RegimenInput, RegimenNote, RegimenPlan, plan_regimen};

/// Reason recorded when a planned visit becomes held because its date is recorded again.
const FULFILLED: &str = "took place as planned";

/// Input of staff for an anchor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnchorInput {
    /// The anchor.
    pub anchor: AnchorId,
    /// Its date; `None` to take it away.
    pub date: Option<DiaryDay>,
}

/// Input of staff for a visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VisitInput {
    /// Its date.
    pub date: DiaryDay,
    /// Code of its kind.
    pub kind: String,
    /// True if it must have been held; one of today or earlier counts as held anyway.
    pub held: bool,
}

/// Input of staff for the end of the participation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndInput {
    /// How it ended.
    pub how: EndOfParticipation,
    /// Last day of the diary.
    pub last: DiaryDay,
}

/// Input of staff for an infusion.
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
    /// Interruptions; `None` for those of the act that is corrected.
    pub interruptions: Option<Vec<Interruption>>,
}

/// Input of staff that accompanies an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Saying<'a> {
    /// Reason for the act.
    pub reason: Option<&'a str>,
    /// The end of the id of the act that is corrected.
    pub corrects: Option<&'a str>,
    /// True if staff have confirmed the questions asked about unusual values.
    pub confirmed: bool,
    /// Number of acts of the record that the input was made on; with another number the act is refused. `None` for any.
    pub seen: Option<usize>,
}

impl<'a> Saying<'a> {
    /// Nothing beside the act itself.
    pub const NOTHING: Self = Self { reason: None, corrects: None, confirmed: false, seen: None };
    /// Confirms every question about unusual values.
    pub const MEANT: Self = Self { confirmed: true, ..Self::NOTHING };

    /// Input with a reason alone.
    #[must_use]
    pub const fn because(reason: &'a str) -> Self {
        Self { reason: Some(reason), ..Self::NOTHING }
    }
}

/// An act that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeAct {
    /// The act.
    pub act: Act,
    /// Act that it corrects or withdraws, before that change.
    pub was: Option<Act>,
}

/// Acts of one account on one participant.
#[derive(Clone, Copy)]
pub struct ParticipantActs<'a> {
    service: ActService<'a>,
    by: &'a Account,
    participant: &'a Participant,
}

impl<'a> Deref for ParticipantActs<'a> {
    type Target = ActService<'a>;

    fn deref(&self) -> &ActService<'a> {
        &self.service
    }
}

impl<'a> ActService<'a> {
    /// Acts that `by` makes on a participant.
    #[must_use]
    pub const fn on(self, by: &'a Account, participant: &'a Participant) -> ParticipantActs<'a> {
        ParticipantActs { service: self, by, participant }
    }

    /// The civil day at a site.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn today(self, site: &SiteId) -> Result<DiaryDay, StaffError> {
        Ok(self.light(&self.setting().await?, site).today())
    }

    /// Under what an act is decided about.
    #[must_use]
    pub fn light<'s>(&self, setting: &'s ActiveStudy, site: &SiteId) -> ActContext<'s> {
        ActContext { study: &setting.study, zone: setting.zone(site), now: self.now() }
    }
}

impl ParticipantActs<'_> {
    /// Sets, moves or takes away an anchor.
    ///
    /// # Errors
    /// [`StaffError::UnknownAnchor`], [`StaffError::AnchorReason`], [`StaffError::AnchorSame`], [`ActError`].
    pub async fn set_anchor(self, anchor: &AnchorInput, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let light = self.light(&setting, &self.participant.site);
        self.make(saying, |before| plan::anchor(&light, before, anchor, saying.reason.is_some())).await
    }

    /// Changes the regimen.
    ///
    /// # Errors
    /// [`StaffError::Regimen`], [`StaffError::RegimenUnusual`], [`ActError`].
    pub async fn set_regimen(self, input: &RegimenInput, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let today = self.light(&setting, &self.participant.site).today();
        self.make(saying, |before| {
            let id = || LineId::from_bytes(self.random().array());
            let plan = plan_regimen(&setting.study, &before.regimen(), &before.begun(), input, today, id);
            let (change, mut asked) = match plan {
                RegimenPlan::Set(change) => (change, Vec::new()),
                RegimenPlan::Ask(change, asked) => (change, asked),
                RegimenPlan::Refuse(notes) => return Err(StaffError::Regimen { notes }),
            };
            if change.lines.is_empty() && !(input.lines.is_empty() && input.end.is_empty()) {
                return Err(ActError::RegimenSame.into());
            }
            let content = ActContent::Regimen(change);
            if let Some(act) = before.corrected {
                asked.extend(
                    before::lost_changes(before.record, act, Some(&content))
                        .into_iter()
                        .map(RegimenNote::Gone),
                );
            }
            if !asked.is_empty() && !saying.confirmed {
                return Err(StaffError::RegimenUnusual { notes: asked });
            }
            Ok(content.into())
        })
        .await
    }

    /// Records a visit, or plans one. A planned one of the same day that is over becomes held.
    ///
    /// # Errors
    /// [`StaffError::VisitKind`], [`ActError`].
    pub async fn add_visit(self, visit: &VisitInput, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let light = self.light(&setting, &self.participant.site);
        self.make(saying, |before| plan::visit(&light, before, visit)).await
    }

    /// Records an infusion.
    ///
    /// # Errors
    /// [`StaffError::UnknownAnchor`], [`StaffError::Infusion`], [`ActError`].
    pub async fn add_infusion(
        self,
        infusion: &InfusionInput,
        saying: Saying<'_>,
    ) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let light = self.light(&setting, &self.participant.site);
        self.make(saying, |before| plan::infusion(&light, before, infusion)).await
    }

    /// Corrects an infusion by an interruption of it, or takes one away.
    ///
    /// # Errors
    /// [`StaffError::Infusion`], [`ActError`].
    pub async fn interrupt_infusion(
        self,
        interruption: &InterruptionInput,
        saying: Saying<'_>,
    ) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let light = self.light(&setting, &self.participant.site);
        self.make(saying, |before| interrupt::interruption(&light, before, interruption, saying.reason)).await
    }

    /// Records the end of the participation.
    ///
    /// # Errors
    /// [`ActError`].
    pub async fn end_participation(self, end: EndInput, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let light = self.light(&setting, &self.participant.site);
        self.make(saying, |before| plan::end(&light, before, end)).await
    }

    /// Sets the first day of the diary, where clocks have it wrong.
    ///
    /// # Errors
    /// [`ActError`].
    pub async fn set_first_day(self, date: DiaryDay, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        let today = self.light(&setting, &self.participant.site).today();
        self.make(saying, |_| {
            let asked =
                plausible::date(Dated::FirstDay, date, today).map(Question::Far).into_iter().collect();
            Ok(Planned { content: ActContent::FirstDay { date }, asked, fulfils: None })
        })
        .await
    }

    /// Withdraws the act whose id ends so.
    ///
    /// # Errors
    /// [`ActError`] where it is final, withdrawn already, or others depend on it.
    pub async fn withdraw(self, saying: Saying<'_>) -> Result<MadeAct, StaffError> {
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, self.participant.vault).await?;
        let elsewhere = self.counted_elsewhere(saying).await?;
        self.make(saying, |before| {
            let mut planned = Planned::from(ActContent::Withdrawn);
            if let Some(act) = before.corrected {
                before::may_count_again(act, &elsewhere)?;
                let lost = before::lost_changes(before.record, act, None);
                planned.asked = lost.into_iter().map(Question::Gone).collect();
            }
            Ok(planned)
        })
        .await
    }

    /// Every act on a participant, with its history. The row of the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self) -> Result<Vec<ActLine>, StaffError> {
        let target = format!("vault={}", self.participant.vault);
        self.look(trail::event(self.by, self.now(), Code::ParticipantView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, self.participant.vault).await?;
        let record = self.record(self.participant.vault).await?;
        Ok(list::list(&self.light(&setting, &self.participant.site), &Before::of(&record, None)?))
    }

    pub(super) async fn act(
        &self,
        reason: Option<&str>,
        decide: impl Fn(&TrialRecord) -> Result<ActContent, StaffError>,
    ) -> Result<ActContent, StaffError> {
        let saying = Saying { reason, ..Saying::NOTHING };
        let decide = |before: &Before<'_>| decide(before.record).map(Planned::from);
        Ok(self.make(saying, decide).await?.act.content)
    }

    /// Makes an act, or returns the reason for a refusal.
    pub(super) async fn make(
        &self,
        saying: Saying<'_>,
        decide: impl Fn(&Before<'_>) -> Result<Planned, StaffError>,
    ) -> Result<MadeAct, StaffError> {
        self.make_with(saying, |before| Ok((decide(before)?, Vec::new()))).await
    }

    /// The same with items that travel beside the act, each with the counter that the act must be above.
    pub(super) async fn make_with(
        &self,
        saying: Saying<'_>,
        decide: impl Fn(&Before<'_>) -> Result<(Planned, Vec<(Item, Counter)>), StaffError>,
    ) -> Result<MadeAct, StaffError> {
        saying.reason.map_or(Ok(()), check_reason)?;
        if saying.corrects.is_some() && saying.reason.is_none() {
            return Err(ActError::Reason.into());
        }
        let (active, by, vault) = (self.context().active().await?, self.by, self.participant.vault);
        self.append(&active.bundle, vault, |record, state: &KeeperState| {
            if saying.seen.is_some_and(|seen| seen != record.acts().count()) {
                return Err(ActError::Changed.into());
            }
            let before = Before::of(record, saying.corrects)?;
            let (planned, beside) = decide(&before)?;
            may_be_made(&before, &planned, saying.confirmed)?;
            let replaces = before.corrected.map(|act| act.id).or(planned.fulfils);
            let reason = saying.reason.or(planned.fulfils.map(|_| FULFILLED));
            let at = self.now();
            let known = [state.last_counter, record.last_counter()];
            let above = known.into_iter().chain(beside.iter().map(|(_, counter)| *counter));
            let counter = Counter::highest(above).next()?;
            let id = ActId::new(at.0, self.random().array());
            let detail = detail(&planned.content, replaces);
            let target = format!("vault={vault} act={id}{detail}");
            let event = trail::event(by, at, code(&planned.content), target, reason);
            let (by, reason) = (by.as_str().to_owned(), reason.map(str::to_owned));
            let act = Act { id, counter, by, at, reason, content: planned.content, replaces };
            let was = replaces.and_then(|id| record.acts().find(|(act, _)| act.id == id));
            let mut items = vec![Item::act(&act)];
            items.extend(beside.into_iter().map(|(item, _)| item));
            let made = MadeAct { was: was.map(|(act, _)| act.clone()), act };
            Ok((Appendix { items, readers: None, counter, event: Some(event) }, made))
        })
        .await
    }
}

/// Checks a correction: it must be of the kind of the corrected act and change something. The questions count as
/// confirmed.
fn may_be_made(before: &Before<'_>, planned: &Planned, confirmed: bool) -> Result<(), ActError> {
    let asked = ActKind::from(&planned.content);
    if let Some(act) = before.corrected.filter(|_| planned.content != ActContent::Withdrawn) {
        let (kind, act_id) = (ActKind::from(&act.content), before::short(act.id));
        if kind != asked {
            return Err(ActError::OtherKind { act: act_id, kind, asked });
        }
        if act.content == planned.content {
            return Err(ActError::Same { act: act_id });
        }
    }
    if planned.asked.is_empty() || confirmed {
        return Ok(());
    }
    Err(ActError::Unusual { kind: asked, questions: planned.asked.clone() })
}
