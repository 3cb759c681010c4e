//! The person's own account: start page, language, password and sessions.

use axum::Extension;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::html;

use super::access::Action;
use super::context::PageContext;
use super::form::Form;
use super::layout;
use super::layout::{Notice, failure, notice, page};
use super::sign_in::{no_cookie, password_form};
use super::viewer::Viewer;
use crate::messages::{own as say, page as words, sign_in};
use crate::site::accounts::AccountError;
use crate::site::accounts::password::MIN_CHARS;

/// The first page of a role.
pub(super) async fn home(Extension(viewer): Extension<Viewer>) -> Redirect {
    Redirect::to(match () {
        () if viewer.may(Action::SeeParticipants) => "/today",
        () if viewer.may(Action::ManageAccounts) => "/accounts",
        () => "/account",
    })
}

pub(super) async fn sign_out(ctx: PageContext) -> Response {
    match ctx.site().accounts().end(&ctx.viewer.session).await {
        Ok(()) => {
            let cookie = AppendHeaders([(header::SET_COOKIE, no_cookie(&ctx.pages))]);
            (cookie, Redirect::to("/sign-in?out")).into_response()
        }
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

pub(super) async fn show(ctx: PageContext) -> Response {
    sheet(&ctx, None).await
}

async fn sheet(ctx: &PageContext, said: Option<(Notice, &str)>) -> Response {
    let lang = ctx.viewer.lang;
    let sessions = match ctx.site().accounts().sessions(ctx.viewer.account.as_str()).await {
        Ok(sessions) => sessions,
        Err(error) => return failure(lang, &error),
    };
    let zone = match super::own_zone(ctx).await {
        Ok(zone) => zone,
        Err(error) => return failure(lang, &error),
    };
    let content = html! {
        h1 { (say::title(lang, ctx.viewer.account.as_str())) }
        @if let Some((kind, text)) = said { (notice(kind, text)) }
        section {
            h2 { (say::roles(lang)) }
            @if ctx.viewer.roles.is_empty() { p { (say::no_role(lang)) } }
            ul { @for (site, role) in &ctx.viewer.roles { li { (site) ": " (super::accounts::role(lang, *role)) } } }
        }
        section {
            h2 { (say::language(lang)) }
            form method="post" action="/account/language" class="line" {
                label for="language" { (say::language_label(lang)) }
                select id="language" name="language" {
                    @for one in diary_core::words::languages() {
                        option value=(one.tag()) lang=(one.tag()) selected[*one == lang] {
                            (crate::messages::page::this_language(*one))
                        }
                    }
                }
                button { (say::change(lang)) }
            }
        }
        section {
            h2 { (say::password(lang)) }
            form method="post" action="/account/password" class="card" {
                label for="old" { (say::old_password(lang)) }
                input id="old" name="old" type="password" autocomplete="current-password" required maxlength="256";
                label for="new" { (sign_in::new_password(lang)) }
                input id="new" name="new" type="password" autocomplete="new-password" required
                    minlength=(MIN_CHARS) maxlength="256" aria-describedby="new-help";
                p id="new-help" class="hint" { (sign_in::password_help(lang, MIN_CHARS)) }
                label for="again" { (sign_in::password_again(lang)) }
                input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256";
                button { (say::change(lang)) }
            }
        }
        section {
            h2 { (say::sessions(lang)) }
            p class="hint" { (words::times_of(lang, zone.to_string())) }
            table class="stack" {
                thead { tr { th { (say::browser(lang)) } th { (say::since(lang)) } th { (say::last_used(lang)) } } }
                tbody {
                    @for session in &sessions {
                        tr {
                            td { bdi { (session.agent) } @if session.hash == ctx.viewer.session.hash { " " b { (say::this_one(lang)) } } }
                            td data-label=(say::since(lang)) { (layout::local_time(lang, zone, session.began)) }
                            td data-label=(say::last_used(lang)) { (layout::local_time(lang, zone, session.used)) }
                        }
                    }
                }
            }
            @if sessions.len() > 1 {
                form method="post" action="/account/sessions" { button { (say::end_others(lang)) } }
            }
        }
    };
    page(&ctx.viewer, "/account", say::short_title(lang), content).into_response()
}

pub(super) async fn set_language(ctx: PageContext, form: Form) -> Response {
    let Ok(lang) = diary_core::words::choose(form.text("language")) else {
        return Redirect::to("/account").into_response();
    };
    match ctx.site().accounts().set_language(ctx.viewer.account.as_str(), lang).await {
        Ok(()) => Redirect::to("/account").into_response(),
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}

pub(super) async fn set_password(ctx: PageContext, form: Form) -> Response {
    let lang = ctx.viewer.lang;
    let refused = async |text: String| {
        let sheet = sheet(&ctx, Some((Notice::Refused, &text))).await;
        (StatusCode::UNPROCESSABLE_ENTITY, sheet).into_response()
    };
    if form.exact("new") != form.exact("again") {
        return refused(sign_in::password_differs(lang).to_owned()).await;
    }
    let accounts = ctx.site().accounts();
    match accounts.change_password(&ctx.viewer.session, form.secret("old"), form.secret("new")).await {
        Ok(()) => sheet(&ctx, Some((Notice::Done, say::password_changed(lang)))).await,
        Err(AccountError::Password(problem)) => refused(password_form(lang, problem)).await,
        Err(AccountError::Staff(error)) => failure(lang, &error),
        Err(AccountError::Throttled { until }) => {
            let seconds = until.0.saturating_sub(ctx.site().now().0).max(0) / 1000 + 1;
            refused(sign_in::throttled(lang, seconds)).await
        }
        Err(AccountError::Wrong | AccountError::Link | AccountError::Digits) => {
            refused(say::old_wrong(lang).to_owned()).await
        }
    }
}

pub(super) async fn end_others(ctx: PageContext) -> Response {
    match ctx.site().accounts().end_others(&ctx.viewer.session).await {
        Ok(()) => Redirect::to("/account").into_response(),
        Err(error) => failure(ctx.viewer.lang, &error),
    }
}
