//! Forms of this page as commands of the services.

use diary_core::ids::AnchorId;
use diary_core::readers::{self, Here};
use diary_core::text::Lang;
use diary_store::Participant;

use super::Kind;
use super::state::PlanState;
pub(in crate::pages) use super::trouble::{Trouble, day};
use super::{interruptions, moment, postpone, words};
use crate::messages::plan as say;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::site::acts::before::Before;
use crate::site::acts::plan::anchor as anchor_plan;
use crate::site::{AnchorInput, EndInput, InfusionInput, Saying, StaffError, VisitInput};

/// What was said beside the act: reason, the act that it corrects, confirmation, version of the record.
pub(in crate::pages) fn saying(form: &Form) -> Saying<'_> {
    Saying {
        reason: form.has("reason").then(|| form.text("reason")),
        corrects: form.has("corrects").then(|| form.text("corrects")),
        confirmed: form.has("confirmed"),
        seen: form.text("seen").parse().ok(),
    }
}

/// Makes the act of a form.
pub(super) async fn make(
    ctx: &PageContext,
    participant: &Participant,
    (kind, form): (Kind, &Form),
) -> Result<(), Trouble> {
    let (lang, saying) = (ctx.viewer.lang, saying(form));
    let acts = ctx.site().acts().on(&ctx.viewer.account, participant);
    match kind {
        Kind::Anchor => {
            let anchor = anchor(lang, form, "anchor")?;
            let date = if form.has("none") { None } else { Some(day(lang, form, "date")?) };
            let input = AnchorInput { anchor, date };
            if !saying.confirmed {
                postponed(ctx, participant, &input, saying).await?;
            }
            acts.set_anchor(&input, saying).await?;
        }
        Kind::Visit => {
            let visit = VisitInput {
                date: day(lang, form, "date")?,
                kind: form.text("visit").to_owned(),
                held: false,
            };
            acts.add_visit(&visit, saying).await?;
        }
        Kind::Infusion => {
            let zone = ctx.site().setting().await?.zone(&participant.site);
            let infusion = infusion(lang, form, Here { now: ctx.site().now(), zone })?;
            acts.add_infusion(&infusion, saying).await?;
        }
        Kind::End => {
            let how = form.text("how").parse();
            let how = how.map_err(|_| Trouble::Field(say::how_needed(lang).to_owned()))?;
            let end = EndInput { how, last: day(lang, form, "date")? };
            acts.end_participation(end, reasoned(lang, saying)?).await?;
        }
        Kind::FirstDay => {
            let date = day(lang, form, "date")?;
            acts.set_first_day(date, reasoned(lang, saying)?).await?;
        }
        Kind::Withdraw => {
            acts.withdraw(reasoned(lang, saying)?).await?;
        }
        Kind::Regimen => {}
    }
    Ok(())
}

/// Shows what moves with an anchor that is set, before it is moved.
async fn postponed(
    ctx: &PageContext,
    participant: &Participant,
    input: &AnchorInput,
    saying: Saying<'_>,
) -> Result<(), Trouble> {
    let (lang, acts) = (ctx.viewer.lang, ctx.site().acts());
    let state = PlanState::read(ctx, participant).await?;
    if saying.seen.is_some_and(|seen| seen != state.seen()) {
        return Err(Trouble::Changed);
    }
    let before = Before::of(&state.record, saying.corrects).map_err(StaffError::from)?;
    let now = state.record.anchors();
    let moves = now.get(&input.anchor).is_some_and(|date| input.date != Some(*date));
    if !moves || (saying.corrects.is_some() && saying.reason.is_none()) {
        return Ok(());
    }
    let planned = anchor_plan(
        &acts.light(&state.setting, &state.participant.site),
        &before,
        input,
        saying.reason.is_some(),
    )?;
    let asked = planned.asked.iter().map(|one| words::question(&state, lang, one)).collect();
    let side = postpone::side_by_side(&state, lang, (&input.anchor, &now, input.date));
    Err(Trouble::Preview(side, asked))
}

fn reasoned<'f>(lang: Lang, saying: Saying<'f>) -> Result<Saying<'f>, Trouble> {
    match saying.reason {
        Some(_) => Ok(saying),
        None => Err(Trouble::Field(say::reason_needed(lang).to_owned())),
    }
}

fn anchor(lang: Lang, form: &Form, name: &str) -> Result<AnchorId, Trouble> {
    form.text(name).parse().map_err(|_| Trouble::Field(say::anchor_needed(lang).to_owned()))
}

fn infusion(lang: Lang, form: &Form, here: Here) -> Result<InfusionInput, Trouble> {
    let day = form.text("day").parse().ok().filter(|day| *day > 0);
    let dose = readers::amount(form.text("dose")).map_err(|error| Trouble::Field(error.message(lang)))?;
    let stop = moment::is_typed(form, "stop").then(|| moment::read(lang, form, "stop", here)).transpose()?;
    Ok(InfusionInput {
        cycle: anchor(lang, form, "cycle")?,
        day: day.ok_or_else(|| Trouble::Field(say::day_needed(lang).to_owned()))?,
        start: moment::read(lang, form, "start", here)?,
        stop,
        dose,
        interruptions: Some(interruptions::read(lang, form, here)?),
    })
}

/// Sentence for a refusal, or the failure itself.
pub(super) fn refusal_or_failure(
    state: &PlanState,
    lang: Lang,
    error: StaffError,
) -> Result<String, StaffError> {
    match error {
        StaffError::Regimen { notes } | StaffError::RegimenUnusual { notes } => {
            let said: Vec<String> = notes.iter().map(|note| words::note(lang, note)).collect();
            Ok(said.join("\n"))
        }
        other => words::refusal(state, lang, &other).ok_or(other),
    }
}
