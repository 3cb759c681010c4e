//! Events and plans of a participant: anchors, visits, infusions, the end of the participation, and the history of all
//! acts. The regimen has a page of its own.

mod check;
pub(super) mod fields;
mod input;
mod interruptions;
mod moment;
mod postpone;
mod sheet;
pub(super) mod state;
mod trouble;
pub(super) mod words;

pub(super) use check::{Tried, check_page};
pub(super) use input::{Trouble, day, saying};

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{failure, refused};
use super::once::once;
use super::participant_scope::{find, nothing};
use crate::messages::page as words_of_pages;
use crate::site::StaffError;
use state::PlanState;

/// Kind of act that a form of this page makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Anchor,
    Visit,
    Infusion,
    End,
    FirstDay,
    Withdraw,
    Regimen,
}

impl Kind {
    /// Kinds whose forms are sent to this page.
    const HERE: [Self; 6] =
        [Self::Anchor, Self::Visit, Self::Infusion, Self::End, Self::FirstDay, Self::Withdraw];

    /// Part of the address of its form.
    const fn code(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Visit => "visit",
            Self::Infusion => "infusion",
            Self::End => "end",
            Self::FirstDay => "first-day",
            Self::Withdraw => "withdraw",
            Self::Regimen => "regimen",
        }
    }
}

/// Result of the form that led here.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

pub(super) async fn show(
    ctx: PageContext,
    Path(subject): Path<String>,
    Query(done): Query<Done>,
) -> Response {
    let participant = match find(&ctx, Action::SeeDiary, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let read = async {
        let state = PlanState::read(&ctx, &participant).await?;
        Ok::<_, StaffError>((state, ctx.site().devices().receipts(&participant).await?))
    };
    match read.await {
        Ok((state, phones)) => sheet::page(&ctx, (&state, &phones), done.done.as_deref()).into_response(),
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

/// Makes the act of a form, or shows what must be looked at first, with what was typed.
pub(super) async fn record(
    ctx: PageContext,
    Path((subject, kind)): Path<(String, String)>,
    form: Form,
) -> Response {
    let participant = match find(&ctx, Action::RecordActs, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let Some(kind) = Kind::HERE.into_iter().find(|one| one.code() == kind) else {
        return nothing(&ctx.viewer);
    };
    if kind == Kind::Infusion && !ctx.viewer.sites(Action::SeeStudyDrug).contains(&participant.site) {
        return refused(&ctx.viewer, words_of_pages::no_right(ctx.viewer.lang));
    }
    once(&ctx, &form, async {
        match input::make(&ctx, &participant, (kind, &form)).await {
            Ok(()) => Ok(format!("{}/plan?done={}", address::participant(&participant.subject), kind.code())),
            Err(trouble) => {
                let tried = Tried { kind, form: &form, trouble, own_form: None };
                Err(check_page(&ctx, &participant, tried).await)
            }
        }
    })
    .await
}
