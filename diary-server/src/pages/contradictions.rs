//! Entries of a participant that contradict each other, side by side, and the decision which of them counts.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::ids::EntryId;
use diary_core::text::{Lang, Text, shown};
use diary_core::time::Zone;
use diary_report::report::html::shown_line;
use diary_report::report::{ComparedEntry, EntryDetail, VersionDetail};
use diary_store::Participant;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::entry::{author, phones_of, stamp, standing};
use super::form::Form;
use super::layout::{Notice, date, failure, notice};
use super::once::{mark, once};
use super::participant_frame::frame;
use super::participant_scope::find;
use crate::messages::{contradictions as say, page as words};
use crate::site::acts::ActError;
use crate::site::acts::adjudicate::{Contradictions, DecidePlace, Place};
use crate::site::{REASON_MAX_BYTES, StaffError};

/// Most entries of a place that stand side by side.
const BESIDE: usize = 12;
/// Most places on a page.
const PLACES: usize = 50;

/// Result of the form that led here.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// A decision that was not made: what was typed, and the reason.
struct Tried<'f> {
    form: &'f Form,
    status: StatusCode,
    text: String,
}

/// Page of one participant, with the reader's rights.
struct Sheet<'s> {
    ctx: &'s PageContext,
    participant: &'s Participant,
    zone: Zone,
    may_decide: bool,
    sees_drug: bool,
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
    let said = done.done.map(|_| notice(Notice::Done, say::done(ctx.viewer.lang)));
    sheet(&ctx, &participant, None, &said.unwrap_or_default()).await
}

async fn sheet(
    ctx: &PageContext,
    participant: &Participant,
    tried: Option<&Tried<'_>>,
    said: &Markup,
) -> Response {
    let lang = ctx.viewer.lang;
    let read = async {
        let found = ctx.site().acts().on(&ctx.viewer.account, participant).contradictions().await?;
        Ok::<_, StaffError>((found, ctx.site().setting().await?.zone(&participant.site)))
    };
    let (Contradictions { places, conflicts }, zone) = match read.await {
        Ok(read) => read,
        Err(error) => return failure(lang, &error),
    };
    let right = |action| ctx.viewer.sites(action).contains(&participant.site);
    let (may_decide, sees_drug) = (right(Action::Decide), right(Action::SeeStudyDrug));
    let sheet = Sheet { ctx, participant, zone, may_decide, sees_drug };
    let title = say::title_of(lang, &participant.subject);
    let content = html! {
        h1 { (title) }
        (said)
        @if let Some(tried) = tried { (notice(Notice::Refused, &tried.text)) }
        p { (say::intro(lang)) }
        p class="hint" { (words::times_of(lang, zone.to_string())) }
        @if places.is_empty() && conflicts.is_empty() { p { (say::none(lang)) } }
        @for place in places.iter().take(PLACES) { (sheet.place(place, tried)) }
        @if !conflicts.is_empty() {
            section {
                h2 { (say::versions_title(lang)) }
                p { (say::versions_help(lang)) }
                ul { @for detail in conflicts.iter().take(PLACES) { li { (sheet.named(detail)) } } }
            }
        }
    };
    let status = tried.map_or(StatusCode::OK, |tried| tried.status);
    (status, frame(&ctx.viewer, participant, None, (&title, &content))).into_response()
}

/// The version of an entry that is in force, or its last.
fn newest(detail: &EntryDetail) -> Option<&VersionDetail> {
    detail.versions.iter().rfind(|version| version.holds).or(detail.versions.last())
}

impl Sheet<'_> {
    fn lang(&self) -> Lang {
        self.ctx.viewer.lang
    }

    fn entry_page(&self, entry: EntryId) -> String {
        format!("{}/entries/{entry}", address::participant(&self.participant.subject))
    }

    fn named(&self, detail: &EntryDetail) -> Markup {
        let subject = detail.subject.get(self.lang());
        html! { a href=(self.entry_page(detail.entry)) { (date(self.lang(), detail.day)) ", " (shown_line(subject)) } }
    }

    fn place(&self, place: &Place, tried: Option<&Tried<'_>>) -> Markup {
        let lang = self.lang();
        let Some(first) = place.entries.first() else { return Markup::default() };
        let hidden = !self.sees_drug && place.entries.iter().any(|one| one.detail.study_drug);
        let (kind, text) = match (place.is_open(), place.decisions.is_empty()) {
            (true, true) => (Notice::Look, say::open(lang)),
            (true, false) => (Notice::Look, say::open_again(lang)),
            (false, false) => (Notice::Done, say::settled(lang)),
            (false, true) => (Notice::Done, say::not_needed(lang)),
        };
        let tried = tried.filter(|tried| {
            let chosen = tried.form.text("entry").parse::<EntryId>();
            let about = tried.form.text("about").parse::<EntryId>();
            let of = |entry: EntryId| place.entries.iter().any(|one| one.detail.entry == entry);
            chosen.is_ok_and(of) || about.is_ok_and(of)
        });
        html! {
            section id={ "place-" (first.detail.entry) } {
                h2 { (date(lang, first.detail.day)) ", " (shown_line(first.detail.subject.get(lang))) }
                (notice(kind, text))
                @if hidden { p { (say::hidden(lang)) } } @else {
                    (self.side_by_side(&place.entries))
                    (self.history(place))
                    @if self.may_decide { (self.form(place, tried)) }
                }
            }
        }
    }

    /// One column for each entry, one row for each thing about it.
    fn side_by_side(&self, entries: &[ComparedEntry]) -> Markup {
        let lang = self.lang();
        let beside: Vec<&ComparedEntry> = entries.iter().take(BESIDE).collect();
        let mut labels: Vec<&Text> = Vec::new();
        for difference in beside.iter().flat_map(|one| &one.differences) {
            if !labels.contains(&&difference.label) {
                labels.push(&difference.label);
            }
        }
        let row = |label: &str, cell: &dyn Fn(&ComparedEntry) -> Markup| {
            html! { tr { th scope="row" { (shown_line(label)) } @for one in &beside { td { (cell(one)) } } } }
        };
        let of_version = |one: &ComparedEntry, cell: &dyn Fn(&VersionDetail) -> Markup| {
            newest(&one.detail).map(cell).unwrap_or_default()
        };
        html! {
            div class="wide" tabindex="0" {
                table class="compare" {
                    thead { tr {
                        td {}
                        @for (n, one) in beside.iter().enumerate() {
                            th scope="col" {
                                a href=(self.entry_page(one.detail.entry)) { (say::entry_n(lang, n + 1)) }
                                br; (if n == 0 && one.detail.standing.can_count() { say::counts(lang) } else { say::counts_not(lang) })
                            }
                        }
                    } }
                    tbody {
                        @for label in &labels {
                            (row(label.get(lang), &|one| value(lang, (&beside, one), label)))
                        }
                        @if labels.is_empty() {
                            tr { th scope="row" {} td colspan=(beside.len()) { (say::same(lang)) } }
                        }
                        (row(crate::messages::entry_page::who(lang), &|one| of_version(one, &|version| author(lang, &version.origin.by))))
                        (row(say::device(lang), &|one| of_version(one, &|version| phones_of(lang, version))))
                        (row(say::occurred(lang), &|one| of_version(one, &|version| match version.occurred {
                            Some(at) => stamp(lang, at),
                            None => html! { (crate::messages::entry_page::as_recorded(lang)) },
                        })))
                        (row(say::recorded(lang), &|one| of_version(one, &|version| stamp(lang, version.recorded))))
                        (row(say::received(lang), &|one| of_version(one, &|version| {
                            version.received.map(|at| stamp(lang, at)).unwrap_or_default()
                        })))
                        (row(say::state(lang), &|one| html! { (standing(lang, one.detail.standing)) }))
                    }
                }
            }
            @if entries.len() > BESIDE { p { (say::more(lang, entries.len() - BESIDE)) } }
        }
    }

    fn history(&self, place: &Place) -> Markup {
        let lang = self.lang();
        let number = |entry| place.entries.iter().position(|one| one.detail.entry == entry);
        html! {
            @if !place.decisions.is_empty() {
                h3 { (say::history(lang)) }
                ol reversed class="versions" {
                    @for one in place.decisions.iter().rev() {
                        li {
                            @let at = crate::words::dates::moment(lang, self.zone, one.at);
                            bdi { @match number(one.primary) {
                                Some(n) => (say::decided_line(lang, at, shown(&one.by), n + 1)),
                                None => (say::decided_other(lang, at, shown(&one.by))),
                            } }
                            @if let Some(reason) = &one.reason { ": " bdi { (shown(reason)) } }
                        }
                    }
                }
            }
        }
    }

    fn form(&self, place: &Place, tried: Option<&Tried<'_>>) -> Markup {
        let lang = self.lang();
        let Some(first) = place.entries.first().map(|one| one.detail.entry) else { return Markup::default() };
        let (reason, chosen) = tried
            .map(|tried| (tried.form.exact("reason"), tried.form.text("entry").parse::<EntryId>().ok()))
            .unwrap_or_default();
        let action = format!("{}/contradictions", address::participant(&self.participant.subject));
        html! {
            form method="post" action=(action) class="card" {
                (mark(&self.ctx.pages))
                input type="hidden" name="version" value=(place.version);
                input type="hidden" name="about" value=(first);
                fieldset {
                    legend { (say::which(lang)) }
                    @for (n, one) in place.entries.iter().enumerate().filter(|(_, one)| one.detail.standing.can_count()) {
                        @let entry = one.detail.entry;
                        label class="choice" {
                            input type="radio" name="entry" value=(entry) required checked[chosen == Some(entry)];
                            " " b { (say::entry_n(lang, n + 1)) } " "
                            @if let Some(version) = newest(&one.detail) { (shown_line(version.says.get(lang))) }
                        }
                    }
                }
                label for={ "reason-" (first) } { (say::reason(lang)) }
                textarea id={ "reason-" (first) } name="reason" required rows="2" maxlength=(REASON_MAX_BYTES)
                    aria-describedby={ "help-" (first) } { "\n" (reason) }
                p id={ "help-" (first) } class="hint" {
                    (say::reason_help(lang)) @if !place.decisions.is_empty() { " " (say::change_help(lang)) }
                }
                button class="main" { (say::decide(lang)) }
            }
        }
    }
}

/// The value of an entry in a row: its own where it differs from the first entry, else that one's.
fn value(lang: Lang, (all, one): (&[&ComparedEntry], &ComparedEntry), label: &Text) -> Markup {
    let own = one.differences.iter().find(|difference| difference.label == *label);
    let of_first = || all.iter().flat_map(|other| &other.differences).find(|other| other.label == *label);
    let text = match own {
        Some(own) => &own.after,
        None => match of_first() {
            Some(other) => &other.before,
            None => return Markup::default(),
        },
    };
    match text.get(lang) {
        "" => html! { (say::no_value(lang)) },
        text => html! { b { (shown_line(text)) } },
    }
}

/// Decides which entry of a place counts.
pub(super) async fn decide(ctx: PageContext, Path(subject): Path<String>, form: Form) -> Response {
    let lang = ctx.viewer.lang;
    once(&ctx, &form, async {
        let participant = find(&ctx, Action::Decide, &subject).await?;
        let refused = async |status, text: String| {
            let tried = Tried { form: &form, status, text };
            Err(sheet(&ctx, &participant, Some(&tried), &Markup::default()).await)
        };
        let Ok(entry) = form.text("entry").parse() else {
            return refused(StatusCode::UNPROCESSABLE_ENTITY, say::entry_needed(lang).to_owned()).await;
        };
        // A version that cannot be read is none of the present ones.
        let Ok(version) = form.text("version").parse() else {
            return refused(StatusCode::CONFLICT, say::changed(lang).to_owned()).await;
        };
        let decide = DecidePlace { entry, version, reason: form.text("reason") };
        let acts = ctx.site().acts().on(&ctx.viewer.account, &participant);
        match acts.decide_place(decide).await {
            Ok(_) => Ok(format!("{}/contradictions?done", address::participant(&participant.subject))),
            Err(StaffError::ReasonForm) => {
                let text = say::reason_needed(lang, REASON_MAX_BYTES);
                refused(StatusCode::UNPROCESSABLE_ENTITY, text).await
            }
            Err(StaffError::Act(ActError::Changed)) => {
                refused(StatusCode::CONFLICT, say::changed(lang).to_owned()).await
            }
            Err(StaffError::NothingToDecide { .. }) => {
                refused(StatusCode::CONFLICT, say::gone(lang).to_owned()).await
            }
            Err(error) => Err(failure(lang, &error)),
        }
    })
    .await
}
