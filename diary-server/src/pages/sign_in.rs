//! Signing in, and the page of an invitation, on which a password and the second factor are set.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use diary_core::text::Lang;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::form::Form;
use super::layout::{Notice, bare, failure, notice};
use super::{PagesState, viewer};
use crate::http::limits::source::Source;
use crate::messages::{page, sign_in as say};
use crate::site::accounts::password::{MIN_CHARS, PasswordForm};
use crate::site::accounts::{AccountError, NewProofs, Secret, SignIn, second_factor};

/// Reason for which the sign-in is shown.
#[derive(Deserialize)]
pub(super) struct Why {
    /// The session is over.
    over: Option<String>,
    /// It is over, and a form was kept.
    kept: Option<String>,
    /// The session was ended by its owner.
    out: Option<String>,
    /// Language.
    lang: Option<String>,
}

fn language(asked: Option<&str>, headers: &HeaderMap) -> Lang {
    asked
        .and_then(|tag| diary_core::words::choose(tag).ok())
        .unwrap_or_else(|| viewer::asked_language(headers))
}

fn languages(path: &str) -> Markup {
    html! {
        p class="languages" {
            @for lang in diary_core::words::languages() {
                a href={ (path) "?lang=" (lang.tag()) } lang=(lang.tag()) hreflang=(lang.tag()) {
                    (page::this_language(*lang))
                }
                " "
            }
        }
    }
}

pub(super) async fn show(
    State(pages): State<PagesState>,
    Query(why): Query<Why>,
    headers: HeaderMap,
) -> Response {
    let lang = language(why.lang.as_deref(), &headers);
    let said = match (&why.kept, &why.over, &why.out) {
        (Some(_), _, _) => Some((Notice::Look, say::form_kept(lang).to_owned())),
        (None, Some(_), _) => Some((Notice::Look, say::session_over(lang).to_owned())),
        (None, None, Some(_)) => Some((Notice::Done, say::signed_out(lang).to_owned())),
        (None, None, None) => None,
    };
    sheet(&pages, lang, said.as_ref(), "").into_response()
}

fn sheet(
    pages: &PagesState,
    lang: Lang,
    said: Option<&(Notice, String)>,
    name: &str,
) -> impl IntoResponse + use<> {
    let content = html! {
        h1 { (say::title(lang)) }
        @if let Some((kind, text)) = said { (notice(*kind, text)) }
        form method="post" action={ "/sign-in?lang=" (lang.tag()) } class="card" {
            label for="name" { (say::name(lang)) }
            input id="name" name="name" value=(name) autocomplete="username" autocapitalize="none" spellcheck="false"
                required maxlength="64" autofocus[name.is_empty()];
            label for="password" { (say::password(lang)) }
            input id="password" name="password" type="password" autocomplete="current-password" required
                maxlength="256";
            @if !pages.is_demo() {
                label for="digits" { (say::digits(lang)) }
                input id="digits" name="digits" autocomplete="one-time-code" inputmode="text" maxlength="20"
                    aria-describedby="digits-help";
                p id="digits-help" class="hint" { (say::digits_help(lang)) }
            } @else {
                p class="hint" { (say::demo(lang)) }
            }
            button class="main" { (say::sign_in(lang)) }
        }
        p class="hint" { (say::no_account(lang)) }
        (languages("/sign-in"))
    };
    bare(lang, say::title(lang), content)
}

pub(super) async fn sign_in(
    State(pages): State<PagesState>,
    source: Option<Extension<Source>>,
    Query(why): Query<Why>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let lang = language(why.lang.as_deref(), &headers);
    let source = source.map(|Extension(source)| source);
    if let Some(Err(until)) = source.map(|source| pages.attempts().begin(source, pages.site().now())) {
        return refused(&pages, lang, AccountError::Throttled { until }, form.text("name"));
    }
    let agent = headers.get(header::USER_AGENT).and_then(|one| one.to_str().ok()).unwrap_or_default();
    let input = SignIn {
        name: form.text("name").to_owned(),
        password: form.secret("password"),
        digits: form.text("digits").to_owned(),
        agent: agent.to_owned(),
    };
    let (secret, account) = match pages.site().accounts().sign_in(input).await {
        Ok(signed_in) => signed_in,
        Err(error) => return refused(&pages, lang, error, form.text("name")),
    };
    source.inspect(|source| pages.attempts().right(*source));
    let kept = match pages.site().accounts().kept_form(&account.name).await {
        Ok(kept) => kept,
        Err(error) => return failure(lang, &error),
    };
    let to = if kept.is_some() { "/kept" } else { "/" };
    (AppendHeaders([(header::SET_COOKIE, cookie(&pages, &secret))]), Redirect::to(to)).into_response()
}

/// The cookie of a session; a session cookie, which the browser forgets when it is closed.
fn cookie(pages: &PagesState, secret: &str) -> String {
    let secure = if pages.is_secure() { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}", pages.cookie())
}

/// Cookie that takes the place of a session's that has ended.
pub(super) fn no_cookie(pages: &PagesState) -> String {
    format!("{}; Max-Age=0", cookie(pages, ""))
}

fn refused(pages: &PagesState, lang: Lang, error: AccountError, name: &str) -> Response {
    let (status, text) = match error {
        AccountError::Throttled { until } => {
            let seconds = until.0.saturating_sub(pages.site().now().0).max(0) / 1000 + 1;
            (StatusCode::TOO_MANY_REQUESTS, say::throttled(lang, seconds))
        }
        AccountError::Staff(error) => return failure(lang, &error),
        AccountError::Wrong | AccountError::Link | AccountError::Password(_) | AccountError::Digits => {
            (StatusCode::UNAUTHORIZED, say::wrong(lang).to_owned())
        }
    };
    (status, sheet(pages, lang, Some(&(Notice::Refused, text)), name)).into_response()
}

/// Sentence for a refused password.
pub(super) fn password_form(lang: Lang, form: PasswordForm) -> String {
    match form {
        PasswordForm::Short => say::password_short(lang, MIN_CHARS),
        PasswordForm::Long => say::password_long(lang).to_owned(),
        PasswordForm::Simple => say::password_simple(lang).to_owned(),
    }
}

/// Language of the page.
#[derive(Deserialize)]
pub(super) struct InLanguage {
    lang: Option<String>,
}

pub(super) async fn invitation(
    State(pages): State<PagesState>,
    Path(link): Path<String>,
    Query(InLanguage { lang }): Query<InLanguage>,
    headers: HeaderMap,
) -> Response {
    let account = match pages.site().accounts().of_link(&link).await {
        Ok(account) => account,
        Err(error) => return no_link(language(lang.as_deref(), &headers), error),
    };
    let lang = language(Some(lang.as_deref().unwrap_or(&account.language)), &headers);
    let secret = second_factor::new_secret(pages.site().random());
    invited(&pages, lang, &account.name, &secret, None).into_response()
}

fn no_link(lang: Lang, error: AccountError) -> Response {
    match error {
        AccountError::Staff(error) => failure(lang, &error),
        AccountError::Link
        | AccountError::Wrong
        | AccountError::Throttled { .. }
        | AccountError::Password(_)
        | AccountError::Digits => {
            let content = html! {
                h1 { (say::invitation_title(lang)) }
                (notice(Notice::Refused, say::link_gone(lang)))
                p { a href="/sign-in" { (say::title(lang)) } }
            };
            (StatusCode::NOT_FOUND, bare(lang, say::invitation_title(lang), content)).into_response()
        }
    }
}

fn invited(
    pages: &PagesState,
    lang: Lang,
    name: &str,
    secret: &[u8],
    refusal: Option<&str>,
) -> impl IntoResponse + use<> {
    let typed = second_factor::base32(secret);
    let address = second_factor::address(secret, name, say::issuer(lang));
    let content = html! {
        h1 { (say::invitation_title(lang)) }
        @if let Some(text) = refusal { (notice(Notice::Refused, text)) }
        p { (say::invitation_for(lang, name)) }
        form method="post" class="card" {
            input type="hidden" name="name" value=(name) autocomplete="username";
            label for="password" { (say::new_password(lang)) }
            input id="password" name="password" type="password" autocomplete="new-password" required
                minlength=(MIN_CHARS) maxlength="256" aria-describedby="password-help";
            p id="password-help" class="hint" { (say::password_help(lang, MIN_CHARS)) }
            label for="again" { (say::password_again(lang)) }
            input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256";
            @if pages.is_demo() {
                p class="hint" { (say::demo(lang)) }
            } @else {
                h2 { (say::second_factor(lang)) }
                p { (say::second_factor_help(lang)) }
                input type="hidden" name="secret" value=(typed);
                div class="qr" { (qr(&address, say::second_factor_picture(lang))) }
                p { (say::second_factor_typed(lang)) " " code { (typed) } }
                label for="digits" { (say::digits_shown(lang)) }
                input id="digits" name="digits" inputmode="numeric" autocomplete="one-time-code" required
                    maxlength="12";
            }
            button class="main" { (say::set_password(lang)) }
        }
    };
    bare(lang, say::invitation_title(lang), content)
}

/// A QR code as a picture in the page.
pub(super) fn qr(text: &str, title: &str) -> Markup {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else { return Markup::default() };
    let svg = SvgBuilder::default().margin(4).to_str(&code);
    html! { div role="img" aria-label=(title) { (PreEscaped(svg)) } }
}

pub(super) async fn accept(
    State(pages): State<PagesState>,
    Path(link): Path<String>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let account = match pages.site().accounts().of_link(&link).await {
        Ok(account) => account,
        Err(error) => return no_link(viewer::asked_language(&headers), error),
    };
    let lang = language(Some(&account.language), &headers);
    let secret = match totp_rs::Secret::try_from_base32(form.text("secret")) {
        Ok(secret) if !pages.is_demo() => Some(Zeroizing::new(secret.as_bytes().to_vec())),
        Ok(_) | Err(_) => None,
    };
    let again = |text: &str| {
        let fresh = second_factor::new_secret(pages.site().random());
        let secret = secret.as_deref().unwrap_or(&fresh);
        (StatusCode::UNPROCESSABLE_ENTITY, invited(&pages, lang, &account.name, secret, Some(text)))
            .into_response()
    };
    if form.exact("password") != form.exact("again") {
        return again(say::password_differs(lang));
    }
    let factor = match (&secret, pages.is_demo()) {
        (Some(secret), false) => Some((secret.clone(), form.text("digits").to_owned())),
        (_, true) => None,
        (None, false) => return again(say::digits_wrong(lang)),
    };
    let proofs = NewProofs { password: form.secret("password"), factor };
    match pages.site().accounts().enable(&link, proofs).await {
        Ok(codes) => enabled(&pages, lang, &codes).into_response(),
        Err(AccountError::Password(problem)) => again(&password_form(lang, problem)),
        Err(AccountError::Digits) => again(say::digits_wrong(lang)),
        Err(error) => no_link(lang, error),
    }
}

fn enabled(pages: &PagesState, lang: Lang, codes: &[Secret]) -> impl IntoResponse + use<> {
    let content = html! {
        h1 { (say::enabled_title(lang)) }
        (notice(Notice::Done, say::enabled(lang)))
        @if !pages.is_demo() {
            h2 { (say::codes_title(lang)) }
            p { (say::codes_help(lang)) }
            ul class="codes" { @for code in codes { li { code { (code.as_str()) } } } }
        }
        p { a class="button main" href="/sign-in" { (say::title(lang)) } }
    };
    bare(lang, say::enabled_title(lang), content)
}
