//! Accounts and their roles, for administrators.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use diary_core::text::Lang;
use diary_core::time::Zone;
use diary_store::{AccountRow, AccountState, Role};
use maud::{Markup, html};

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, local_time, notice, page};
use super::viewer::Viewer;
use crate::audit::Account;
use crate::messages::{accounts as say, page as frame};
use crate::site::StaffError;
use crate::site::accounts::Invited;

/// Word for a role.
pub(super) fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Coordinator => say::role_coordinator(lang),
        Role::Investigator => say::role_investigator(lang),
        Role::Monitor => say::role_monitor(lang),
        Role::DataManager => say::role_data_manager(lang),
        Role::Administrator => say::role_administrator(lang),
    }
}

fn state(lang: Lang, state: AccountState) -> &'static str {
    match state {
        AccountState::Named => say::state_named(lang),
        AccountState::Invited => say::state_invited(lang),
        AccountState::Active => say::state_active(lang),
        AccountState::Disabled => say::state_disabled(lang),
    }
}

pub(super) async fn list(ctx: PageContext) -> Response {
    sheet(&ctx, &Markup::default()).await
}

/// Accounts that an administrator sees: those with a role at the same sites, and those without any.
fn seen(viewer: &Viewer, account: &AccountRow) -> bool {
    let sites = viewer.sites(Action::ManageAccounts);
    account.roles.is_empty() || account.roles.keys().any(|site| sites.contains(site))
}

/// True if the viewer administrates every site at which the account has a role. Only then it may be reset or disabled:
/// both act at all of its sites at once.
fn is_whole(viewer: &Viewer, account: &AccountRow) -> bool {
    let sites = viewer.sites(Action::ManageAccounts);
    account.roles.keys().all(|site| sites.contains(site))
}

async fn sheet(ctx: &PageContext, said: &Markup) -> Response {
    let lang = ctx.viewer.lang;
    let accounts = match ctx.site().accounts().list().await {
        Ok(accounts) => accounts,
        Err(error) => return failure(lang, &error),
    };
    let sites = ctx.viewer.sites(Action::ManageAccounts);
    let content = html! {
        h1 { (say::title(lang)) }
        (said)
        table class="stack" {
            thead { tr { th { (say::name(lang)) } th { (say::state(lang)) } th { (say::roles(lang)) } th { (say::change(lang)) } } }
            tbody {
                @for account in accounts.iter().filter(|account| seen(&ctx.viewer, account)) {
                    tr {
                        th scope="row" { bdi { (account.name) } }
                        td data-label=(say::state(lang)) { (state(lang, account.state)) }
                        td data-label=(say::roles(lang)) {
                            @for (site, one) in account.roles.iter().filter(|(site, _)| sites.contains(*site)) {
                                div { (site) ": " (role(lang, *one)) }
                            }
                            @if !is_whole(&ctx.viewer, account) { div { (say::also_elsewhere(lang)) } }
                        }
                        td {
                            form method="post" action={ "/accounts/" (address::part(&account.name)) "/role" } class="line" {
                                (site_and_role(lang, &ctx.viewer, Some(account)))
                                button { (say::give_role(lang)) }
                            }
                            @if account.state != AccountState::Disabled && account.name != ctx.viewer.account.as_str()
                                && is_whole(&ctx.viewer, account) {
                                form method="post" action={ "/accounts/" (address::part(&account.name)) "/disable" } class="line" {
                                    button class="quiet" { (say::disable(lang)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        section {
            h2 { (say::invite_title(lang)) }
            p { (say::invite_help(lang)) }
            form method="post" action="/accounts" class="card" {
                label for="name" { (say::name(lang)) }
                input id="name" name="name" required maxlength="64" autocapitalize="none" spellcheck="false";
                (site_and_role(lang, &ctx.viewer, None))
                label for="language" { (say::language(lang)) }
                select id="language" name="language" {
                    @for one in diary_core::words::languages() {
                        option value=(one.tag()) lang=(one.tag()) selected[*one == lang] {
                            (crate::messages::page::this_language(*one))
                        }
                    }
                }
                button class="main" { (say::invite(lang)) }
            }
        }
        @if sites.is_empty() { (notice(Notice::Look, say::no_site(lang))) }
    };
    page(&ctx.viewer, "/accounts", say::title(lang), content).into_response()
}

/// Choice of a site and a role; that of an account has its present role selected.
fn site_and_role(lang: Lang, viewer: &Viewer, account: Option<&AccountRow>) -> Markup {
    let of = account.map_or("new", |account| account.name.as_str());
    let sites = viewer.sites(Action::ManageAccounts);
    let held = account.and_then(|account| sites.iter().find_map(|site| account.roles.get(site)));
    html! {
        label for={ "site-" (of) } { (say::site(lang)) }
        select id={ "site-" (of) } name="site" {
            @for site in &sites { option value=(site) { (site) } }
        }
        label for={ "role-" (of) } { (say::role(lang)) }
        select id={ "role-" (of) } name="role" {
            @for one in Role::ALL { option value=(one.code()) selected[held == Some(&one)] { (role(lang, one)) } }
            option value="none" selected[account.is_some() && held.is_none()] { (say::role_none(lang)) }
        }
    }
}

async fn refused(ctx: &PageContext, error: StaffError) -> Response {
    let text = match error {
        StaffError::AccountForm => say::bad_name(ctx.viewer.lang).to_owned(),
        StaffError::UnknownAccount { name } => say::unknown(ctx.viewer.lang, name),
        StaffError::AccountElsewhere { name } => say::elsewhere(ctx.viewer.lang, name),
        other => return failure(ctx.viewer.lang, &other),
    };
    let sheet = sheet(ctx, &notice(Notice::Refused, &text)).await;
    (StatusCode::UNPROCESSABLE_ENTITY, sheet).into_response()
}

/// Gives an account the role of the form at its site, where the viewer may; `none` takes it away.
async fn give(ctx: &PageContext, name: &str, form: &Form) -> Result<(), StaffError> {
    let sites = ctx.viewer.sites(Action::ManageAccounts);
    let Some(site) = sites.into_iter().find(|site| site.as_str() == form.text("site")) else { return Ok(()) };
    let mut roles = ctx.site().accounts().named(name).await?.roles;
    match Role::from_code(form.text("role")) {
        Some(role) => roles.insert(site, role),
        None => roles.remove(&site),
    };
    ctx.site().accounts().set_roles(&ctx.viewer.account, name, roles).await
}

pub(super) async fn invite(ctx: PageContext, form: Form) -> Response {
    match invited(&ctx, &form).await {
        Ok(invited) => match super::own_zone(&ctx).await {
            Ok(zone) => sheet(&ctx, &link(ctx.viewer.lang, zone, &invited)).await,
            Err(error) => failure(ctx.viewer.lang, &error),
        },
        Err(error) => refused(&ctx, error).await,
    }
}

async fn invited(ctx: &PageContext, form: &Form) -> Result<Invited, StaffError> {
    let account = Account::new(form.text("name"))?;
    let known = ctx.site().accounts().list().await?;
    let known = known.iter().find(|known| known.name == account.as_str());
    if known.is_some_and(|known| !seen(&ctx.viewer, known)) {
        return Err(StaffError::AccountForm);
    }
    if known.is_some_and(|known| !is_whole(&ctx.viewer, known)) {
        return Err(StaffError::AccountElsewhere { name: account.as_str().to_owned() });
    }
    let lang = diary_core::words::choose(form.text("language")).unwrap_or(ctx.viewer.lang);
    let invited = ctx.site().accounts().invite(&ctx.viewer.account, &account, lang).await?;
    give(ctx, account.as_str(), form).await?;
    Ok(invited)
}

fn link(lang: Lang, zone: Zone, invited: &Invited) -> Markup {
    html! {
        section class="notice done" role="status" {
            p { (say::invited(lang, &invited.account)) " " (local_time(lang, zone, invited.until)) " – " (frame::times_of(lang, zone.to_string())) }
            p { code data-link={ "/invitation/" (invited.secret.as_str()) } { "/invitation/" (invited.secret.as_str()) } }
            p class="hint" { (say::invited_help(lang)) }
        }
    }
}

pub(super) async fn set_role(ctx: PageContext, Path(name): Path<String>, form: Form) -> Response {
    if let Err(error) = in_sight(&ctx, &name).await {
        return refused(&ctx, error).await;
    }
    match give(&ctx, &name, &form).await {
        Ok(()) => Redirect::to("/accounts").into_response(),
        Err(error) => refused(&ctx, error).await,
    }
}

pub(super) async fn disable(ctx: PageContext, Path(name): Path<String>) -> Response {
    let account = match in_sight(&ctx, &name).await {
        Ok(account) => account,
        Err(error) => return refused(&ctx, error).await,
    };
    if !is_whole(&ctx.viewer, &account) {
        return refused(&ctx, StaffError::AccountElsewhere { name }).await;
    }
    match ctx.site().accounts().disable(&ctx.viewer.account, &name).await {
        Ok(()) => Redirect::to("/accounts").into_response(),
        Err(error) => refused(&ctx, error).await,
    }
}

/// Refuses an account of another site as one that is not there.
async fn in_sight(ctx: &PageContext, name: &str) -> Result<AccountRow, StaffError> {
    let account = ctx.site().accounts().named(name).await?;
    match seen(&ctx.viewer, &account) {
        true => Ok(account),
        false => Err(StaffError::UnknownAccount { name: name.to_owned() }),
    }
}
