//! The trait for accounts of staff and their sessions.

use async_trait::async_trait;
use diary_core::ids::{Hash, VaultId};
use diary_core::time::UtcMillis;

use super::{Store, noted, write};
use crate::accounts::sessions::{self, KeptForm, NewSession, SessionRow};
use crate::accounts::{self, AccountRow, Credentials, Invitation, Roles, SecondFactor};
use crate::sql::{Engine, Tx};
use crate::{StoreError, TrailEvent};

/// Accounts of staff. A verb with an event makes its change and the row of the audit trail together, or neither.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Accounts, by name.
    async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError>;

    /// The account of this name.
    async fn account(&self, name: String) -> Result<Option<AccountRow>, StoreError>;

    /// Hands out a link with which a password is set. The account is made where there is none; its earlier password,
    /// second factor, links and sessions are gone.
    async fn invite(&self, new: Invitation, event: TrailEvent) -> Result<(), StoreError>;

    /// The account of a link that was not used and lives at `at`.
    async fn account_of_link(&self, link: Hash, at: UtcMillis) -> Result<Option<String>, StoreError>;

    /// Sets the proofs of the account of a link, which is used by this.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the link does not live, [`StoreError::Conflict`] if the account is disabled.
    async fn enable_account(
        &self,
        link: Hash,
        proofs: Credentials,
        event: TrailEvent,
    ) -> Result<(), StoreError>;

    /// Sets the roles of an account and ends its sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such account.
    async fn set_roles(&self, name: String, roles: Roles, event: TrailEvent) -> Result<(), StoreError>;

    /// Disables an account and ends its sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such account.
    async fn disable_account(&self, name: String, event: TrailEvent) -> Result<(), StoreError>;

    /// Sets the language of an account's pages.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such account.
    async fn set_language(&self, name: String, language: String) -> Result<(), StoreError>;

    /// Replaces the password of an active account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such account.
    async fn set_password(&self, name: String, password: String, event: TrailEvent)
    -> Result<(), StoreError>;

    /// Counts a sign-in that failed.
    async fn count_failed_sign_in(&self, name: String, event: TrailEvent) -> Result<(), StoreError>;

    /// Begins a session; uses the second factor.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the factor was used before or the account is not active.
    async fn sign_in(
        &self,
        session: NewSession,
        factor: SecondFactor,
        event: TrailEvent,
    ) -> Result<(), StoreError>;

    /// A session with its account, which is active. The session's time may be over.
    async fn session(&self, hash: Hash) -> Result<Option<(SessionRow, AccountRow)>, StoreError>;

    /// Notes a request of a session.
    async fn touch_session(&self, hash: Hash, at: UtcMillis) -> Result<(), StoreError>;

    /// Sessions of an account, the last used first.
    async fn sessions(&self, name: String) -> Result<Vec<SessionRow>, StoreError>;

    /// Ends one session of an account.
    async fn end_session(&self, name: String, hash: Hash, event: TrailEvent) -> Result<(), StoreError>;

    /// Ends all sessions of an account but one.
    async fn end_other_sessions(&self, name: String, kept: Hash, event: TrailEvent)
    -> Result<(), StoreError>;

    /// Keeps a form that was sent after a session had ended.
    async fn keep_form(&self, name: String, form: KeptForm) -> Result<(), StoreError>;

    /// The form that was kept for an account.
    async fn kept_form(&self, name: String) -> Result<Option<KeptForm>, StoreError>;

    /// Drops the form that was kept for an account.
    async fn drop_form(&self, name: String) -> Result<(), StoreError>;

    /// Notes that an account has looked at a diary.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such vault.
    async fn note_look(&self, name: String, vault: VaultId, at: UtcMillis) -> Result<(), StoreError>;

    /// Times at which an account has last looked at diaries.
    async fn looks(&self, name: String) -> Result<Vec<(VaultId, UtcMillis)>, StoreError>;
}

#[async_trait]
impl<E: Engine> AccountStore for Store<E> {
    async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.engine.read("accounts", accounts::all).await
    }

    async fn account(&self, name: String) -> Result<Option<AccountRow>, StoreError> {
        self.engine.read("account", move |t| accounts::named(t, &name)).await
    }

    async fn invite(&self, new: Invitation, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "invite", event, move |t, _| accounts::invite(t, &new)).await
    }

    async fn account_of_link(&self, link: Hash, at: UtcMillis) -> Result<Option<String>, StoreError> {
        self.engine.read("account_of_link", move |t| accounts::of_link(t, &link, at)).await
    }

    async fn enable_account(
        &self,
        link: Hash,
        proofs: Credentials,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let change = move |t: &dyn Tx, event: &TrailEvent| accounts::enable(t, &link, &proofs, event.at);
        noted(&self.engine, "enable_account", event, change).await
    }

    async fn set_roles(&self, name: String, roles: Roles, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "set_roles", event, move |t, _| accounts::set_roles(t, &name, &roles)).await
    }

    async fn disable_account(&self, name: String, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "disable_account", event, move |t, _| accounts::disable(t, &name)).await
    }

    async fn set_language(&self, name: String, language: String) -> Result<(), StoreError> {
        write(&self.engine, "set_language", move |t| accounts::set_language(t, &name, &language)).await
    }

    async fn set_password(
        &self,
        name: String,
        password: String,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        noted(&self.engine, "set_password", event, move |t, _| accounts::set_password(t, &name, &password))
            .await
    }

    async fn count_failed_sign_in(&self, name: String, event: TrailEvent) -> Result<(), StoreError> {
        let change = move |t: &dyn Tx, event: &TrailEvent| accounts::count_failure(t, &name, event.at);
        noted(&self.engine, "count_failed_sign_in", event, change).await
    }

    async fn sign_in(
        &self,
        session: NewSession,
        factor: SecondFactor,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let change = move |t: &dyn Tx, event: &TrailEvent| {
            accounts::use_factor(t, &session.account, factor, event.at)?;
            sessions::begin(t, &session)
        };
        noted(&self.engine, "sign_in", event, change).await
    }

    async fn session(&self, hash: Hash) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
        self.engine.read("session", move |t| sessions::find(t, &hash)).await
    }

    async fn touch_session(&self, hash: Hash, at: UtcMillis) -> Result<(), StoreError> {
        write(&self.engine, "touch_session", move |t| sessions::touch(t, &hash, at)).await
    }

    async fn sessions(&self, name: String) -> Result<Vec<SessionRow>, StoreError> {
        self.engine.read("sessions", move |t| sessions::of(t, &name)).await
    }

    async fn end_session(&self, name: String, hash: Hash, event: TrailEvent) -> Result<(), StoreError> {
        noted(&self.engine, "end_session", event, move |t, _| sessions::end(t, &name, &hash)).await
    }

    async fn end_other_sessions(
        &self,
        name: String,
        kept: Hash,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let change = move |t: &dyn Tx, _: &TrailEvent| sessions::end_others(t, &name, &kept);
        noted(&self.engine, "end_other_sessions", event, change).await
    }

    async fn keep_form(&self, name: String, form: KeptForm) -> Result<(), StoreError> {
        write(&self.engine, "keep_form", move |t| sessions::keep_form(t, &name, &form)).await
    }

    async fn kept_form(&self, name: String) -> Result<Option<KeptForm>, StoreError> {
        self.engine.read("kept_form", move |t| sessions::kept_form(t, &name)).await
    }

    async fn drop_form(&self, name: String) -> Result<(), StoreError> {
        write(&self.engine, "drop_form", move |t| sessions::drop_form(t, &name)).await
    }

    async fn note_look(&self, name: String, vault: VaultId, at: UtcMillis) -> Result<(), StoreError> {
        write(&self.engine, "note_look", move |t| sessions::look(t, &name, vault, at)).await
    }

    async fn looks(&self, name: String) -> Result<Vec<(VaultId, UtcMillis)>, StoreError> {
        self.engine.read("looks", move |t| sessions::looked(t, &name)).await
    }
}
