//! Ready accounts of the pages, one for each of three roles. A demonstration asks for no second factor.

use diary_core::text::Lang;
use diary_server::audit::Account;
use diary_server::site::StaffError;
use diary_server::site::accounts::{AccountError, NewProofs};
use diary_store::Role;
use zeroize::Zeroizing;

use crate::site::{Site, SiteError};

/// Names and roles.
pub const ACCOUNTS: [(&str, Role); 3] = [
    ("coordinator", Role::Coordinator),
    ("investigator", Role::Investigator),
    ("admin", Role::Administrator),
];
/// Password of all of them.
pub const PASSWORD: &str = "Only-for-show-35";

/// Makes the accounts.
///
/// # Errors
/// [`SiteError`] of the services.
pub async fn make(site: &Site, lang: Lang) -> Result<(), SiteError> {
    let accounts = site.desk.accounts();
    for (name, role) in ACCOUNTS {
        let account = Account::new(name).map_err(StaffError::from)?;
        let invited = accounts.invite(&site.staff, &account, lang).await?;
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        // Nothing else can refuse a link that was made a moment ago.
        if let Err(AccountError::Staff(error)) = accounts.enable(&invited.secret, proofs).await {
            return Err(error.into());
        }
        accounts.set_roles(&site.staff, name, [(site.site(), role)].into()).await?;
    }
    Ok(())
}
