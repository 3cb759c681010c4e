//! The tables `account`, `account_role`, `account_code` and `account_link`: accounts of staff, and the proofs with which
//! they sign in. A password is stored as its Argon2id hash, secrets of links and codes as SHA-256.

pub(crate) mod sessions;

use std::collections::BTreeMap;

use diary_core::ids::{Hash, SiteId};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::audit;
use crate::sealed::{ACCOUNT_PASSWORD, ACCOUNT_TOTP};
use crate::sql::{Param, Row, Step, Tx, conflict, corrupt, not_found};

const ALL: &str = "-- store::accounts::all
SELECT name, state, language, password, totp, totp_step, failures, failed_at FROM account ORDER BY name";
const NAMED: &str = "-- store::accounts::named
SELECT name, state, language, password, totp, totp_step, failures, failed_at FROM account WHERE name = ?1";
const ROLES: &str = "-- store::accounts::roles
SELECT account, site, role FROM account_role ORDER BY account, site";
const ROLES_OF: &str = "-- store::accounts::roles_of
SELECT account, site, role FROM account_role WHERE account = ?1 ORDER BY site";
const INVITE: &str = "-- store::accounts::invite
UPDATE account SET state = 'invited', language = ?2, password = NULL, totp = NULL, totp_step = NULL, failures = 0,
    failed_at = NULL
WHERE name = ?1";
const STATE: &str = "-- store::accounts::state
UPDATE account SET state = ?2, failures = 0, failed_at = NULL WHERE name = ?1";
const LANGUAGE: &str = "-- store::accounts::language
UPDATE account SET language = ?2 WHERE name = ?1";
const TAKE_ROLES: &str = "-- store::accounts::take_roles
DELETE FROM account_role WHERE account = ?1";
const GIVE_ROLE: &str = "-- store::accounts::give_role
INSERT INTO account_role (account, site, role) VALUES (?1, ?2, ?3)";
const TAKE_CODES: &str = "-- store::accounts::take_codes
DELETE FROM account_code WHERE account = ?1";
const ADD_CODE: &str = "-- store::accounts::add_code
INSERT INTO account_code (account, hash) VALUES (?1, ?2)";
const USE_CODE: &str = "-- store::accounts::use_code
UPDATE account_code SET used = ?3 WHERE account = ?1 AND hash = ?2 AND used IS NULL";
const TAKE_LINKS: &str = "-- store::accounts::take_links
DELETE FROM account_link WHERE account = ?1";
const ADD_LINK: &str = "-- store::accounts::add_link
INSERT INTO account_link (hash, account, until) VALUES (?1, ?2, ?3)";
const LINK: &str = "-- store::accounts::link
SELECT account FROM account_link WHERE hash = ?1 AND until > ?2";
const ENABLE: &str = "-- store::accounts::enable
UPDATE account SET state = 'active', password = ?2, totp = ?3, totp_step = ?4, failures = 0, failed_at = NULL
WHERE name = ?1 AND state <> 'disabled'";
const PASSWORD: &str = "-- store::accounts::password
UPDATE account SET password = ?2 WHERE name = ?1 AND state = 'active'";
const STEP: &str = "-- store::accounts::step
UPDATE account SET totp_step = ?2 WHERE name = ?1 AND (totp_step IS NULL OR totp_step < ?2)";
const FAILED: &str = "-- store::accounts::failed
UPDATE account SET failures = failures + 1, failed_at = ?2 WHERE name = ?1";
const SUCCEEDED: &str = "-- store::accounts::succeeded
UPDATE account SET failures = 0, failed_at = NULL WHERE name = ?1 AND state = 'active'";

/// State of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountState {
    /// The name was used at the command line. It can't sign in.
    Named,
    /// A link to set a password was handed out.
    Invited,
    /// It may sign in.
    Active,
    /// It may not sign in any more.
    Disabled,
}

impl AccountState {
    /// Code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Named, Self::Invited, Self::Active, Self::Disabled].into_iter().find(|one| one.code() == code)
    }
}

/// Role of an account at a site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Looks after participants, enrols phones, plans visits.
    Coordinator,
    /// Answers for the participants of a site.
    Investigator,
    /// Reads for the sponsor.
    Monitor,
    /// Reads and exports.
    DataManager,
    /// Looks after accounts and configuration. Sees no diaries.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Coordinator, Self::Investigator, Self::Monitor, Self::DataManager, Self::Administrator];

    /// Code, as in the table and at the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Investigator => "investigator",
            Self::Monitor => "monitor",
            Self::DataManager => "data-manager",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Roles of an account, by site.
pub type Roles = BTreeMap<SiteId, Role>;

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Name.
    pub name: String,
    /// State.
    pub state: AccountState,
    /// Language of its pages, a BCP 47 tag.
    pub language: String,
    /// Role at each site.
    pub roles: Roles,
    /// Argon2id hash of the password, in PHC format.
    pub password: Option<String>,
    /// Shared secret of the second factor.
    pub totp: Option<Zeroizing<Vec<u8>>>,
    /// Newest time step that was used to sign in.
    pub totp_step: Option<i64>,
    /// Wrong passwords or digits since the last sign-in.
    pub failures: u32,
    /// Time of the last of them.
    pub failed_at: Option<UtcMillis>,
}

impl std::fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, state, language, roles, totp_step, failures, failed_at, .. } = self;
        let mut shown = f.debug_struct("AccountRow");
        shown.field("name", name).field("state", state).field("language", language).field("roles", roles);
        shown.field("totp_step", totp_step).field("failures", failures).field("failed_at", failed_at);
        shown.finish_non_exhaustive()
    }
}

/// A link with which the owner of an account sets a password, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The account. It is made where there is none of this name.
    pub account: String,
    /// Language of its pages.
    pub language: String,
    /// SHA-256 of the secret in the link.
    pub hash: Hash,
    /// End of the link's life.
    pub until: UtcMillis,
}

/// Proofs that the owner of an account will sign in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id hash of the password, in PHC format.
    pub password: String,
    /// Shared secret of the second factor; none in a demonstration.
    pub totp: Option<Zeroizing<Vec<u8>>>,
    /// Time step of the code with which the second factor was tried out.
    pub totp_step: Option<i64>,
    /// SHA-256 of the codes that stand in for the second factor.
    pub codes: Vec<Hash>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// Second factor of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactor {
    /// Digits of this time step.
    Step(i64),
    /// A recovery code, as its SHA-256.
    Code(Hash),
    /// None: a demonstration.
    None,
}

fn read(row: &Row) -> Step<AccountRow> {
    let state: String = row.get("state")?;
    let has_secret = row.get::<Option<Vec<u8>>>("totp")?.is_some();
    Ok(AccountRow {
        name: row.get("name")?,
        state: AccountState::from_code(&state).ok_or_else(|| corrupt("a state of an account"))?,
        language: row.get("language")?,
        roles: Roles::new(),
        password: row.sealed_text(ACCOUNT_PASSWORD, "password")?,
        totp: has_secret.then(|| row.sealed(ACCOUNT_TOTP, "totp")).transpose()?.map(Zeroizing::new),
        totp_step: row.get("totp_step")?,
        failures: row.get("failures")?,
        failed_at: row.get::<Option<i64>>("failed_at")?.map(UtcMillis),
    })
}

fn read_role(row: &Row) -> Step<(String, SiteId, Role)> {
    let (site, role): (String, String) = (row.get("site")?, row.get("role")?);
    let site = site.parse().map_err(|_| corrupt("a site of a role"))?;
    Ok((row.get("account")?, site, Role::from_code(&role).ok_or_else(|| corrupt("a role"))?))
}

/// All accounts, by name.
pub(crate) fn all(t: &dyn Tx) -> Step<Vec<AccountRow>> {
    let mut accounts: Vec<AccountRow> = t.all(ALL, (), read)?;
    for (name, site, role) in t.all::<_, Vec<_>>(ROLES, (), read_role)? {
        if let Ok(at) = accounts.binary_search_by(|account| account.name.as_str().cmp(&name)) {
            accounts[at].roles.insert(site, role);
        }
    }
    Ok(accounts)
}

/// The account of this name.
pub(crate) fn named(t: &dyn Tx, name: &str) -> Step<Option<AccountRow>> {
    let Some(mut account) = t.first(NAMED, [name], read)? else { return Ok(None) };
    for (_, site, role) in t.all::<_, Vec<_>>(ROLES_OF, [name], read_role)? {
        account.roles.insert(site, role);
    }
    Ok(Some(account))
}

/// Hands out a link. The account's password, codes, earlier links and sessions are gone.
pub(crate) fn invite(t: &dyn Tx, new: &Invitation) -> Step<()> {
    audit::mention(t, &new.account)?;
    t.run(INVITE, (&new.account, &new.language))?;
    t.run(TAKE_CODES, [&new.account])?;
    t.run(TAKE_LINKS, [&new.account])?;
    sessions::end_all(t, &new.account)?;
    t.run(ADD_LINK, (new.hash.as_bytes(), &new.account, new.until.0)).map(drop)
}

/// The account of a link that has not been used and lives at `at`.
pub(crate) fn of_link(t: &dyn Tx, link: &Hash, at: UtcMillis) -> Step<Option<String>> {
    t.first(LINK, (link.as_bytes(), at.0), Row::only)
}

/// Sets the proofs of the account of a link, which is used by this.
pub(crate) fn enable(t: &dyn Tx, link: &Hash, proofs: &Credentials, at: UtcMillis) -> Step<()> {
    let Some(account) = of_link(t, link, at)? else { return not_found("a link of an account") };
    let totp = proofs.totp.as_ref().map(|secret| Param::Sealed(ACCOUNT_TOTP, secret));
    let password = Param::SealedText(ACCOUNT_PASSWORD, &proofs.password);
    if t.run(ENABLE, (&account, password, totp, proofs.totp_step))? == 0 {
        return conflict("the account is disabled");
    }
    t.run(TAKE_LINKS, [&account])?;
    t.run(TAKE_CODES, [&account])?;
    for code in &proofs.codes {
        t.run(ADD_CODE, (&account, code.as_bytes()))?;
    }
    sessions::end_all(t, &account)
}

/// Sets the roles of an account, and ends its sessions.
pub(crate) fn set_roles(t: &dyn Tx, name: &str, roles: &Roles) -> Step<()> {
    if named(t, name)?.is_none() {
        return not_found("an account");
    }
    t.run(TAKE_ROLES, [name])?;
    for (site, role) in roles {
        t.run(GIVE_ROLE, (name, site.as_str(), role.code()))?;
    }
    sessions::end_all(t, name)
}

/// Disables an account and ends its sessions.
pub(crate) fn disable(t: &dyn Tx, name: &str) -> Step<()> {
    if t.run(STATE, (name, AccountState::Disabled.code()))? == 0 {
        return not_found("an account");
    }
    t.run(TAKE_LINKS, [name])?;
    sessions::end_all(t, name)
}

/// Sets the language of an account's pages.
pub(crate) fn set_language(t: &dyn Tx, name: &str, language: &str) -> Step<()> {
    match t.run(LANGUAGE, (name, language))? {
        0 => not_found("an account"),
        _ => Ok(()),
    }
}

/// Replaces the password of an active account.
pub(crate) fn set_password(t: &dyn Tx, name: &str, password: &str) -> Step<()> {
    match t.run(PASSWORD, (name, Param::SealedText(ACCOUNT_PASSWORD, password)))? {
        0 => not_found("an active account"),
        _ => Ok(()),
    }
}

/// Counts a sign-in that failed.
pub(crate) fn count_failure(t: &dyn Tx, name: &str, at: UtcMillis) -> Step<()> {
    t.run(FAILED, (name, at.0)).map(drop)
}

/// Uses the second factor of a sign-in, which no other sign-in can use again.
pub(crate) fn use_factor(t: &dyn Tx, name: &str, factor: SecondFactor, at: UtcMillis) -> Step<()> {
    let used = match factor {
        SecondFactor::Step(step) => t.run(STEP, (name, step))?,
        SecondFactor::Code(code) => t.run(USE_CODE, (name, code.as_bytes(), at.0))?,
        SecondFactor::None => 1,
    };
    if used == 0 {
        return conflict("the digits or the code were used before");
    }
    match t.run(SUCCEEDED, [name])? {
        0 => conflict("the account is not active"),
        _ => Ok(()),
    }
}
