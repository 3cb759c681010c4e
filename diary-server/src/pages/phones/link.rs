//! The code with which one phone joins. It is shown again to the session that made it, until it expires.

use std::time::Duration;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use diary_core::ids::EnrolmentId;
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::time::UtcMillis;
use diary_store::Participant;
use maud::{Markup, html};

use super::confirm::confirm_form;
use super::loan::lent_words;
use super::{hosts, path, refused};
use crate::messages::enrol_page as say;
use crate::pages::access::Action;
use crate::pages::address;
use crate::pages::context::PageContext;
use crate::pages::form::Form;
use crate::pages::layout::{Notice, failure, notice};
use crate::pages::once::once;
use crate::pages::participant_frame::{Tab, frame};
use crate::pages::participant_scope::find;
use crate::pages::sign_in::qr;
use crate::pages::viewer::Viewer;
use crate::relay::Puller;
use crate::site::{Invitation, NewLink, SiteServices};
use crate::words::dates;

/// Longest time for which the relay is told of a new link.
const TELL_RELAY: Duration = Duration::from_secs(10);

pub(in crate::pages) async fn make_link(
    ctx: PageContext,
    Path(subject): Path<String>,
    form: Form,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    once(&ctx, &form, async {
        let minutes = u32::try_from(LINK_LIFE_MS / 60_000).unwrap_or(1);
        let made = match hosts(&ctx.pages) {
            Ok(hosts) => {
                let lent = (form.text("whose") == "lent").then(|| form.text("label"));
                let link = NewLink { hosts: &hosts, minutes, lent };
                ctx.site().devices().enrol(&ctx.viewer.account, &participant, link).await
            }
            Err(error) => Err(error),
        };
        match made {
            Ok(made) => {
                tokio::spawn(tell_relay(ctx.site().clone()));
                let to = path(&participant, &format!("/{}", made.link.enrolment));
                ctx.pages.keep_link(ctx.viewer.session.hash, made);
                Ok(to)
            }
            Err(error) => Err(refused(&ctx, &participant, (&form, &error)).await),
        }
    })
    .await
}

/// Tells the relay of a new link, so that it accepts the phone at once. The next pull does the same.
async fn tell_relay(site: SiteServices) {
    let Some(Ok(host)) = site.context().config().relay.as_ref().map(|relay| relay.host()) else { return };
    let told = async {
        let mut puller = Puller::new(site, host)?;
        puller.tell_links().await
    };
    match tokio::time::timeout(TELL_RELAY, told).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the relay was not told of a new link"),
        Err(_) => tracing::warn!("the relay did not answer when it was told of a new link"),
    }
}

/// The code of a link that this session made for `participant`.
pub(in crate::pages) fn made_here(
    ctx: &PageContext,
    participant: &Participant,
    link: &str,
) -> Option<Invitation> {
    let id: EnrolmentId = link.parse().ok()?;
    ctx.pages.link(ctx.viewer.session.hash, id).filter(|made| made.link.vault == participant.vault)
}

pub(in crate::pages) async fn show_link(
    ctx: PageContext,
    Path((subject, link)): Path<(String, String)>,
) -> Response {
    let participant = match find(&ctx, Action::ManagePhones, &subject).await {
        Ok(participant) => participant,
        Err(response) => return response,
    };
    let lang = ctx.viewer.lang;
    let zone = match ctx.site().setting().await {
        Ok(setting) => setting.zone(&participant.site),
        Err(error) => return failure(lang, &error),
    };
    let title = say::link_title(lang, &participant.subject);
    let again = html! {
        p { a class="button" href=(path(&participant, "")) { (say::enrol_button(lang)) } }
    };
    let made = made_here(&ctx, &participant, &link);
    let content = html! {
        h1 { (title) }
        @match made {
            None => { (notice(Notice::Look, say::link_elsewhere(lang))) (again) }
            Some(made) if is_over(&made, ctx.site().now()) => {
                (notice(Notice::Look, say::link_over(lang)))
                (again)
                (confirm_form(&ctx, &participant, &Form::default()))
            }
            Some(made) => {
                div class="beside" {
                    (code(&ctx.viewer, &participant, &made, &dates::moment(lang, zone, made.until)))
                    section {
                        ol {
                            li { (say::link_step_scan(lang)) }
                            li { (say::link_step_wait(lang)) }
                            li { (say::link_step_type(lang)) }
                        }
                        (confirm_form(&ctx, &participant, &Form::default()))
                    }
                }
                p class="hint" { (say::zone(lang, zone.to_string())) }
            }
        }
    };
    frame(&ctx.viewer, &participant, Some(Tab::Phones), (&title, &content)).into_response()
}

fn is_over(made: &Invitation, now: UtcMillis) -> bool {
    made.until < now
}

fn code(viewer: &Viewer, participant: &Participant, made: &Invitation, until: &str) -> Markup {
    let (lang, text) = (viewer.lang, made.link.to_text());
    html! {
        section {
            div class="qr large" { (qr(&text, say::link_picture(lang))) }
            p { (say::link_until(lang, until)) }
            @if let Some(label) = &made.lent { p { (lent_words(lang, label)) } }
            p {
                a class="button" href={ (address::participant(&participant.subject)) "/joining-sheet/" (made.link.enrolment) } {
                    (say::sheet(lang))
                }
            }
            details {
                summary { (say::link_text(lang)) }
                p { code { (text.as_str()) } }
            }
        }
    }
}
