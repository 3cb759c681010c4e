//! Accounts of staff: invitations, passwords with a second factor, roles, sign-in and sessions. Every change, sign-in and
//! refusal is a row of the audit trail.

pub mod password;
pub mod second_factor;

use diary_core::entropy::Entropy;
use diary_core::hash::sha256;
use diary_core::ids::Hash;
use diary_core::text::Lang;
use diary_core::time::UtcMillis;
use diary_store::{
    AccountRow, AccountState, Credentials, Invitation, KeptForm, NewSession, Roles, SecondFactor, SessionRow,
    StoreError,
};
use zeroize::Zeroizing;

use self::password::PasswordForm;
use super::{AccountService, StaffError};
use crate::audit::{self, Account, Code};

/// Random bytes of the secrets in links and cookies.
const SECRET_BYTES: usize = 24;
/// Time for which a form is kept that came after the end of its session, in milliseconds.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// Life of a link, in milliseconds: three days.
pub const LINK_LIFE_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Longest life of a session, in milliseconds: a working day.
pub const SESSION_LIFE_MS: i64 = 12 * 60 * 60 * 1000;
/// Recovery codes of an account.
const CODES: usize = 8;
/// Longest name of a browser that is kept, in characters.
const AGENT_MAX_CHARS: usize = 120;

/// Secret of a link or cookie, in lower-case hexadecimal.
pub type Secret = Zeroizing<String>;

/// A link that was handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    /// The account.
    pub account: String,
    /// Secret of the link.
    pub secret: Secret,
    /// End of its life.
    pub until: UtcMillis,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Proofs that the owner of a new account has chosen.
pub struct NewProofs {
    /// The password.
    pub password: Zeroizing<String>,
    /// Secret of the second factor and the digits made with it; `None` in a demonstration.
    pub factor: Option<(Zeroizing<Vec<u8>>, String)>,
}

/// Input of a sign-in.
pub struct SignIn {
    /// Name of the account.
    pub name: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// Digits of the second factor, or a recovery code.
    pub digits: String,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// Refusal of a sign-in or of new proofs. A refused sign-in does not tell which part was wrong.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Name, password or digits are wrong, or the digits were used before.
    #[error("sign-in refused")]
    Wrong,
    /// Too many attempts were wrong; the next one is judged after this time.
    #[error("sign-in throttled")]
    Throttled {
        /// The time.
        until: UtcMillis,
    },
    /// The link was used, is too old, or is none.
    #[error("no such link")]
    Link,
    /// The password is no good one.
    #[error("password refused")]
    Password(#[from] PasswordForm),
    /// The digits do not belong to the second factor.
    #[error("digits refused")]
    Digits,
    /// Another refusal.
    #[error(transparent)]
    Staff(#[from] StaffError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Staff(error.into())
    }
}

fn secret(entropy: &dyn Entropy) -> Secret {
    let bytes: [u8; SECRET_BYTES] = entropy.array();
    Zeroizing::new(diary_core::ids::to_hex(&bytes))
}

/// Hash under which a secret of a link, cookie or recovery code is stored.
#[must_use]
pub fn stored(secret: &str) -> Hash {
    sha256(secret.as_bytes())
}

/// Wait after `failures` wrong attempts in a row: none for four, then doubling from ten seconds to a quarter of an hour.
fn wait_ms(failures: u32) -> i64 {
    match failures {
        0..=4 => 0,
        more => (10_000_i64 << (more - 5).min(7)).min(15 * 60 * 1000),
    }
}

/// End of the wait of an account whose last attempts were wrong.
#[must_use]
pub fn throttled_until(account: &AccountRow, now: UtcMillis) -> Option<UtcMillis> {
    let until = UtcMillis(account.failed_at?.0.saturating_add(wait_ms(account.failures)));
    (until > now).then_some(until)
}

impl AccountService<'_> {
    /// All accounts, by name.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self) -> Result<Vec<AccountRow>, StaffError> {
        Ok(self.store().accounts().await?)
    }

    /// The account of this name.
    ///
    /// # Errors
    /// [`StaffError::UnknownAccount`], [`StaffError`] of the database.
    pub async fn named(self, name: &str) -> Result<AccountRow, StaffError> {
        let found = self.store().account(name.to_owned()).await?;
        found.ok_or_else(|| StaffError::UnknownAccount { name: name.to_owned() })
    }

    /// Hands out a link with which the owner of an account sets a password. The account is made where there is none; an
    /// earlier password, second factor, link and all sessions are gone.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn invite(self, by: &Account, account: &Account, lang: Lang) -> Result<Invited, StaffError> {
        let (now, secret) = (self.now(), secret(self.random()));
        let until = UtcMillis(now.0.saturating_add(LINK_LIFE_MS));
        let name = account.as_str().to_owned();
        let language = lang.tag().to_owned();
        let new = Invitation { account: name.clone(), language, hash: stored(&secret), until };
        let event = audit::event(by, now, Code::AccountInvite, format!("account={name}"), None);
        self.store().invite(new, event).await?;
        Ok(Invited { account: name, secret, until })
    }

    /// Invites an account that was not invited before. One that was keeps its password.
    ///
    /// # Errors
    /// [`StaffError::AccountThere`], [`StaffError`] of the database.
    pub async fn add(self, by: &Account, account: &Account, lang: Lang) -> Result<Invited, StaffError> {
        match self.store().account(account.as_str().to_owned()).await? {
            Some(known) if known.state != AccountState::Named => {
                Err(StaffError::AccountThere { name: known.name })
            }
            Some(_) | None => self.invite(by, account, lang).await,
        }
    }

    /// The account of a link that lives.
    ///
    /// # Errors
    /// [`AccountError::Link`], [`StaffError`] of the database.
    pub async fn of_link(self, secret: &str) -> Result<AccountRow, AccountError> {
        let name = self.store().account_of_link(stored(secret), self.now()).await?;
        let name = name.ok_or(AccountError::Link)?;
        Ok(self.named(&name).await?)
    }

    /// Sets the proofs of the account of a link. Returns the recovery codes, which are shown once.
    ///
    /// # Errors
    /// [`AccountError::Link`], [`AccountError::Password`], [`AccountError::Digits`], [`StaffError`] of the database.
    pub async fn enable(self, link: &str, proofs: NewProofs) -> Result<Vec<Secret>, AccountError> {
        let account = self.of_link(link).await?;
        password::check(&proofs.password, &account.name)?;
        let now = self.now();
        let totp_step = match &proofs.factor {
            Some((secret, digits)) => {
                Some(second_factor::step(secret, digits, now).ok_or(AccountError::Digits)?)
            }
            None => None,
        };
        let codes: Vec<Secret> = (0..CODES).map(|_| second_factor::recovery_code(self.random())).collect();
        let stored_codes = codes.iter().map(|code| stored(code)).collect();
        let password = password::hash(proofs.password, self.random().array()).await?;
        let totp = proofs.factor.map(|(secret, _)| secret);
        let credentials = Credentials { password, totp, totp_step, codes: stored_codes };
        let by = Account::new(&account.name).map_err(StaffError::from)?;
        let event = audit::event(&by, now, Code::AccountEnable, format!("account={}", account.name), None);
        match self.store().enable_account(stored(link), credentials, event).await {
            Ok(()) => Ok(codes),
            Err(StoreError::NotFound { .. } | StoreError::Conflict { .. }) => Err(AccountError::Link),
            Err(other) => Err(other.into()),
        }
    }

    /// Signs in. Returns the secret of the session's cookie and the account.
    ///
    /// # Errors
    /// [`AccountError::Wrong`], [`AccountError::Throttled`], [`StaffError`] of the database.
    pub async fn sign_in(self, input: SignIn) -> Result<(Secret, AccountRow), AccountError> {
        let now = self.now();
        let account = self.store().account(input.name.clone()).await?;
        let account = account.filter(|account| account.state == AccountState::Active);
        if let Some(until) = account.as_ref().and_then(|account| throttled_until(account, now)) {
            return Err(AccountError::Throttled { until });
        }
        let hash = account.as_ref().and_then(|account| account.password.clone());
        // A name without an account costs the same time as a wrong password.
        let right = password::verify(input.password, hash).await;
        let Some(account) = account else {
            self.note(audit::server_event(now, Code::AccountRefused, String::new())).await?;
            return Err(AccountError::Wrong);
        };
        let by = Account::new(&account.name).map_err(StaffError::from)?;
        let factor = factor_of(&account, &input.digits, now).filter(|_| right);
        let refused = || audit::event(&by, now, Code::AccountRefused, String::new(), None);
        let Some(factor) = factor else {
            self.store().count_failed_sign_in(account.name, refused()).await?;
            return Err(AccountError::Wrong);
        };
        let secret = secret(self.random());
        let session = NewSession {
            hash: stored(&secret),
            account: account.name.clone(),
            began: now,
            until: UtcMillis(now.0.saturating_add(SESSION_LIFE_MS)),
            agent: input.agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX_CHARS).collect(),
        };
        let event = audit::event(&by, now, Code::AccountSignIn, String::new(), None);
        match self.store().sign_in(session, factor, event).await {
            Ok(()) => Ok((secret, account)),
            Err(StoreError::Conflict { .. }) => {
                self.store().count_failed_sign_in(account.name, refused()).await?;
                Err(AccountError::Wrong)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The session of a cookie's secret, with its account. Its time may be over.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn session(self, secret: &str) -> Result<Option<(SessionRow, AccountRow)>, StaffError> {
        Ok(self.store().session(stored(secret)).await?)
    }

    /// Sets the roles of an account, by site. Its sessions end.
    ///
    /// # Errors
    /// [`StaffError::UnknownAccount`], [`StaffError`] of the database.
    pub async fn set_roles(self, by: &Account, name: &str, roles: Roles) -> Result<(), StaffError> {
        let said: Vec<String> = roles.iter().map(|(site, role)| format!("{site}:{}", role.code())).collect();
        let target = format!("account={name} roles={}", said.join(","));
        let event = audit::event(by, self.now(), Code::AccountRole, target, None);
        self.known(name, self.store().set_roles(name.to_owned(), roles, event).await)
    }

    /// Disables an account. Its sessions end.
    ///
    /// # Errors
    /// [`StaffError::UnknownAccount`], [`StaffError`] of the database.
    pub async fn disable(self, by: &Account, name: &str) -> Result<(), StaffError> {
        let event = audit::event(by, self.now(), Code::AccountDisable, format!("account={name}"), None);
        self.known(name, self.store().disable_account(name.to_owned(), event).await)
    }

    /// Sets the language of an account's pages.
    ///
    /// # Errors
    /// [`StaffError::UnknownAccount`], [`StaffError`] of the database.
    pub async fn set_language(self, name: &str, lang: Lang) -> Result<(), StaffError> {
        self.known(name, self.store().set_language(name.to_owned(), lang.tag().to_owned()).await)
    }

    /// Replaces the password of an account, whose other sessions end.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] where `old` is not its password, [`AccountError::Password`], [`StaffError`] of the database.
    pub async fn change_password(
        self,
        session: &SessionRow,
        old: Zeroizing<String>,
        new: Zeroizing<String>,
    ) -> Result<(), AccountError> {
        let account = self.named(&session.account).await?;
        if let Some(until) = throttled_until(&account, self.now()) {
            return Err(AccountError::Throttled { until });
        }
        let by = Account::new(&account.name).map_err(StaffError::from)?;
        if !password::verify(old, account.password).await {
            let refused = audit::event(&by, self.now(), Code::AccountRefused, String::new(), None);
            self.store().count_failed_sign_in(account.name, refused).await?;
            return Err(AccountError::Wrong);
        }
        password::check(&new, &account.name)?;
        let hash = password::hash(new, self.random().array()).await?;
        let event = audit::event(&by, self.now(), Code::AccountPassword, String::new(), None);
        self.store().set_password(account.name, hash, event).await?;
        self.end_others(session).await?;
        Ok(())
    }

    /// Sessions of an account, the last used first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn sessions(self, name: &str) -> Result<Vec<SessionRow>, StaffError> {
        Ok(self.store().sessions(name.to_owned()).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn end(self, session: &SessionRow) -> Result<(), StaffError> {
        let by = Account::new(&session.account)?;
        let event = audit::event(&by, self.now(), Code::AccountSignOut, String::new(), None);
        Ok(self.store().end_session(session.account.clone(), session.hash, event).await?)
    }

    /// Ends all sessions of an account but this one.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn end_others(self, session: &SessionRow) -> Result<(), StaffError> {
        let by = Account::new(&session.account)?;
        let event = audit::event(&by, self.now(), Code::AccountSignOut, "others".to_owned(), None);
        Ok(self.store().end_other_sessions(session.account.clone(), session.hash, event).await?)
    }

    /// Notes a request of a session.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn touch(self, session: &SessionRow) -> Result<(), StaffError> {
        match self.store().touch_session(session.hash, self.now()).await {
            // A session without use ends; while the study is being moved nothing is written.
            Ok(()) | Err(StoreError::Moving | StoreError::Moved) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a form that came after the end of its session.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn keep_form(self, name: String, form: KeptForm) -> Result<(), StaffError> {
        Ok(self.store().keep_form(name, form).await?)
    }

    /// The form that was kept for an account, until [`KEPT_MS`] are over.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn kept_form(self, name: &str) -> Result<Option<KeptForm>, StaffError> {
        let kept = self.store().kept_form(name.to_owned()).await?;
        Ok(kept.filter(|form| self.now().since_ms(form.at) < KEPT_MS))
    }

    /// Drops the form that was kept for an account.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn drop_form(self, name: &str) -> Result<(), StaffError> {
        Ok(self.store().drop_form(name.to_owned()).await?)
    }

    fn known(self, name: &str, done: Result<(), StoreError>) -> Result<(), StaffError> {
        done.map_err(|error| match error {
            StoreError::NotFound { .. } => StaffError::UnknownAccount { name: name.to_owned() },
            other => other.into(),
        })
    }
}

/// Second factor that `digits` are, if they are one of the account's.
fn factor_of(account: &AccountRow, digits: &str, now: UtcMillis) -> Option<SecondFactor> {
    let Some(secret) = &account.totp else { return Some(SecondFactor::None) };
    match second_factor::step(secret, digits, now) {
        Some(step) => Some(SecondFactor::Step(step)),
        None => second_factor::as_code(digits).map(|code| SecondFactor::Code(stored(&code))),
    }
}

#[cfg(test)]
mod tests;
