//! Phones that the hospital lends: the mark on a link, which its device takes over, and the return.

use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;

use super::find_device;
use crate::log::vault_alone;
use crate::sql::{Row, Step, Tx, not_found};

const TAKE_OVER: &str = "-- store::devices::loan::take_over
UPDATE device SET lent = (SELECT lent FROM enrolment WHERE id = ?1), returned = NULL WHERE no = ?2";
const SET: &str = "-- store::devices::loan::set
UPDATE device SET lent = ?2, returned = ?3 WHERE no = ?1";

/// A phone that the hospital lends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loan {
    /// Inventory label; empty for none.
    pub label: String,
    /// Time at which it was given back.
    pub returned: Option<UtcMillis>,
}

/// Change of the mark of a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoanChange {
    /// The vault.
    pub vault: VaultId,
    /// Id of the device's signing key.
    pub device: KeyId,
    /// The loan; `None` for a phone of the participant.
    pub loan: Option<Loan>,
}

/// The loan of a device.
pub(crate) fn loan(row: &Row) -> Step<Option<Loan>> {
    let label: Option<String> = row.get("lent")?;
    let returned = row.get::<Option<i64>>("returned")?.map(UtcMillis);
    Ok(label.map(|label| Loan { label, returned }))
}

/// A device takes over the mark of the link that it uses.
pub(crate) fn take_over(t: &dyn Tx, link: &[u8], device: i64) -> Step<()> {
    t.run(TAKE_OVER, (link, device))?;
    Ok(())
}

/// Changes the mark of a device.
pub(crate) fn set(t: &dyn Tx, change: &LoanChange) -> Step<()> {
    let vault = vault_alone(t, change.vault)?;
    let Some(device) = find_device(t, vault, change.device)? else {
        return not_found("device");
    };
    let label = change.loan.as_ref().map(|loan| loan.label.as_str());
    let returned = change.loan.as_ref().and_then(|loan| loan.returned).map(|at| at.0);
    t.run(SET, (device.no, label, returned))?;
    Ok(())
}
