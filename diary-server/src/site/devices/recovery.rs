//! Shows the recovery secret of a participant's phone, which opens its diary when the PIN is forgotten. The row of
//! the audit trail is written before the secret is shown.

use diary_core::ids::KeyId;
use diary_core::keys::{RecoverySecret, SealedRecoverySecret, SealingError};
use diary_core::time::UtcMillis;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::{DeviceService, StaffError, check_reason};
use diary_store::{DeviceRow, Participant};

/// The recovery secret of one phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownSecret {
    /// Id of the phone's signing key.
    pub device: KeyId,
    /// Time at which the phone joined.
    pub joined: UtcMillis,
    /// The secret.
    pub secret: RecoverySecret,
}

impl DeviceService<'_> {
    /// The recovery secrets of a participant's phones, the newest phone first.
    ///
    /// # Errors
    /// [`StaffError::NoRecoverySecret`] where none has come.
    pub async fn recovery_secrets(
        self,
        by: &Account,
        participant: &Participant,
        reason: &str,
    ) -> Result<Vec<ShownSecret>, StaffError> {
        check_reason(reason)?;
        let vault = participant.vault;
        let mut rows = self.store().devices(vault).await?;
        rows.retain(|row| row.recovery.is_some());
        rows.sort_by_key(|row| std::cmp::Reverse(row.joined));
        if rows.is_empty() {
            return Err(StaffError::NoRecoverySecret { subject: participant.subject.clone() });
        }
        for row in &rows {
            let target = format!("vault={vault} device={}", row.key);
            self.note(trail::event(by, self.now(), Code::RecoveryShow, target, Some(reason))).await?;
        }
        rows.iter().map(|row| self.open_secret(row)).collect()
    }

    fn open_secret(&self, row: &DeviceRow) -> Result<ShownSecret, StaffError> {
        let signed = row.recovery.as_ref().ok_or(SealingError::Open)?;
        let sealed = SealedRecoverySecret::verify(signed, &row.signing)?;
        let key = sealed.wraps.iter().find_map(|wrap| self.keeper_keys().sealing_by_id(wrap.key));
        let secret = sealed.open(&*key.ok_or(SealingError::Open)?)?;
        Ok(ShownSecret { device: row.key, joined: row.joined, secret })
    }
}
