//! The regimen as it will be, before it is set.

use diary_core::act::{Act, ActContent, RegimenChange};
use diary_core::ids::{ActId, LineId};
use diary_core::record::TrialRecord;
use diary_core::study::regimen::Regimen;

use super::side_by_side;
use crate::pages::context::PageContext;
use crate::pages::plan::state::PlanState;
use crate::pages::plan::{Trouble, words};
use crate::site::acts::ActError;
use crate::site::acts::before::{Before, lost_changes, short};
use crate::site::acts::regimen::plan_regimen;
use crate::site::{RegimenInput, RegimenNote, RegimenPlan, Saying, StaffError};

/// The regimen that `input` leads to, with what is to be confirmed about it; or the reason for a refusal.
pub(super) fn of(
    ctx: &PageContext,
    state: &PlanState,
    (input, saying): (&RegimenInput, Saying<'_>),
) -> Trouble {
    if saying.seen.is_some_and(|seen| seen != state.seen()) {
        return Trouble::Changed;
    }
    let site = ctx.site();
    let before = match Before::of(&state.record, saying.corrects) {
        Ok(before) => before,
        Err(error) => return Trouble::Other(error.into()),
    };
    if before.corrected.is_some() && saying.reason.is_none() {
        return Trouble::Other(ActError::Reason.into());
    }
    let id = || LineId::from_bytes(site.random().array());
    let (change, mut notes) = match plan_regimen(
        &state.setting.study,
        &before.regimen(),
        &before.begun(),
        input,
        state.today,
        id,
    ) {
        RegimenPlan::Set(change) => (change, Vec::new()),
        RegimenPlan::Ask(change, notes) => (change, notes),
        RegimenPlan::Refuse(notes) => return Trouble::Other(StaffError::Regimen { notes }),
    };
    if change.lines.is_empty() && !(input.lines.is_empty() && input.end.is_empty()) {
        return Trouble::Other(ActError::RegimenSame.into());
    }
    if let Some(act) = before.corrected {
        let content = ActContent::Regimen(change.clone());
        if act.content == content {
            return Trouble::Other(ActError::Same { act: short(act.id) }.into());
        }
        notes.extend(lost_changes(&state.record, act, Some(&content)).into_iter().map(RegimenNote::Gone));
    }
    let lang = ctx.viewer.lang;
    match after(ctx, &state.record, (change, before.corrected.map(|act| act.id))) {
        Ok(regimen) => {
            let said = notes.iter().map(|note| words::note(lang, note)).collect();
            Trouble::Preview(side_by_side(state, lang, &regimen), said)
        }
        Err(error) => Trouble::Other(error),
    }
}

/// The regimen of a record after one more change.
fn after(
    ctx: &PageContext,
    record: &TrialRecord,
    (change, replaces): (RegimenChange, Option<ActId>),
) -> Result<Regimen, StaffError> {
    let at = ctx.site().now();
    let act = Act {
        id: ActId::new(at.0, ctx.site().random().array()),
        counter: record.last_counter().next()?,
        by: ctx.viewer.account.as_str().to_owned(),
        at,
        reason: None,
        content: ActContent::Regimen(change),
        replaces,
    };
    let regimen = Regimen::of(record.acts().map(|(act, _)| act).chain([&act]));
    Ok(regimen.numbered_as(&record.regimen()))
}
