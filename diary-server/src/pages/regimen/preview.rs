//! The regimen as it will be, before it is set.

use diary_core::act::{Act, ActContent, RegimenChange};
use diary_core::ids::{ActId, LineId};
use diary_core::record::TrialRecord;
use diary_core::study::regimen::Regimen;

use super::side_by_side;
use crate::pages::context::PageContext;
use crate::pages::plan::Trouble;
use crate::pages::plan::state::PlanState;
use crate::site::acts::ActError;
use crate::site::acts::regimen::plan_regimen;
use crate::site::{RegimenInput, RegimenPlan, Saying, StaffError};

/// The regimen that `input` leads to, with what is to be confirmed about it; or the reason for a refusal.
pub(super) async fn of(
    ctx: &PageContext,
    state: &PlanState,
    (input, saying): (&RegimenInput, Saying<'_>),
) -> Trouble {
    if saying.seen.is_some_and(|seen| seen != state.seen()) {
        return Trouble::Changed;
    }
    let site = ctx.site();
    let id = || LineId::from_bytes(site.random().array());
    let (change, notes) =
        match plan_regimen(&state.setting.study, &state.regimen, &[], input, state.today, id) {
            RegimenPlan::Set(change) => (change, Vec::new()),
            RegimenPlan::Ask(change, notes) => (change, notes),
            RegimenPlan::Refuse(notes) => return Trouble::Other(StaffError::Regimen { notes }),
        };
    if change.lines.is_empty() && !(input.lines.is_empty() && input.end.is_empty()) {
        return Trouble::Other(ActError::RegimenSame.into());
    }
    let record = match site.record(state.participant.vault).await {
        Ok(record) => record,
        Err(error) => return Trouble::Other(error),
    };
    match after(ctx, &record, change) {
        Ok(regimen) => Trouble::Preview(side_by_side(state, ctx.viewer.lang, &regimen), notes),
        Err(error) => Trouble::Other(error),
    }
}

/// The regimen of a record after one more change.
fn after(ctx: &PageContext, record: &TrialRecord, change: RegimenChange) -> Result<Regimen, StaffError> {
    let at = ctx.site().now();
    let act = Act {
        id: ActId::new(at.0, ctx.site().random().array()),
        counter: record.last_counter().next()?,
        by: ctx.viewer.account.as_str().to_owned(),
        at,
        reason: None,
        content: ActContent::Regimen(change),
        replaces: None,
    };
    Ok(Regimen::of(record.acts().map(|(act, _)| act).chain([&act])))
}
